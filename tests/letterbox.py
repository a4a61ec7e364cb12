"""A real mail server on this machine, for the length of a test: what a parent finds in the letterbox."""

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP as Server

from server.config import Smtp


@dataclass(kw_only=True)
class Letterbox:
    """What was delivered, oldest first. Addresses in ``refuses`` get that answer instead."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    used_tls: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.used_tls.append(session.ssl is not None)
        return "250 Message accepted for delivery"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [mail for mail in self.mails if mail["To"] == address]

    def settings(self, **changes: Any) -> Smtp:
        """How to reach it: in clear, which only this machine may do."""
        usual = {"host": "127.0.0.1", "port": self.port, "tls": "none", "user": "", "password": ""}
        return Smtp(**{**usual, "sender": "studie@garden.example", "sender_name": "Kiem", **changes})


def link_in(mail: EmailMessage) -> str:
    """The path of the one link to the parents' page."""
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/parent/\S+)", mail.get_content())
    return str(link)


@contextmanager
def open_letterbox(*, tls: ssl.SSLContext | None = None) -> Iterator[Letterbox]:
    """A server on a free port of 127.0.0.1, in a thread of its own; with ``tls`` it offers STARTTLS."""
    box, loop = Letterbox(), asyncio.new_event_loop()

    def answer() -> Server:
        return Server(box, tls_context=tls, hostname="mail.garden.example", loop=loop)

    server = loop.run_until_complete(loop.create_server(answer, "127.0.0.1", 0))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="letterbox", daemon=True)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    """Stop listening and let whoever is still connected go."""
    server.close()
    await server.wait_closed()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports close in the next turn of the loop
