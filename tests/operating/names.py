"""The name server of a container network: which addresses a service has now."""

import socket
import threading
from collections import defaultdict

import dns.message
import dns.rrset


class Names:
    """Answers on a UDP port of loopback until closed."""

    def __init__(self) -> None:
        self._addresses: dict[str, list[str]] = defaultdict(list)
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="names", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def add(self, name: str, address: str) -> None:
        with self._lock:
            self._addresses[name].append(address)

    def remove(self, name: str, address: str) -> None:
        with self._lock:
            self._addresses[name].remove(address)

    def close(self) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asked, whom = self._socket.recvfrom(4096)
            if not asked:
                return
            query = dns.message.from_wire(asked)
            reply = dns.message.make_response(query)
            (question,) = query.question
            with self._lock:
                here = list(self._addresses[question.name.to_text(omit_final_dot=True)])
            if here and question.rdtype == dns.rdatatype.A:
                reply.answer.append(dns.rrset.from_text(question.name, 0, "IN", "A", *here))
            self._socket.sendto(reply.to_wire(), whom)
