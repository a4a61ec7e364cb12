"""The server of the demo in a thread of the tests, at an address that is known before there is an application.

werkzeug's own server is not used: when a browser drops a connection, as each reload may do, it leaves the file that it
was sending open, and the warning about that lands in whichever test runs just then.
"""

import threading
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


class Door:
    """A free ``port`` of this machine; whoever knocks after ``open`` is let in to the application."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._sockets: dict[int, Any] = {}
        self._server = waitress.create_server(
            app, map=self._sockets, host="127.0.0.1", port=0, threads=8, ident=None, clear_untrusted_proxy_headers=True
        )
        self._thread = threading.Thread(target=self._server.run, name="door", daemon=True)
        self.port = int(self._server.effective_port)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        # In the server's own thread: closing sockets under its select would break it off with an error.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
        self._thread.join()
        self._server.task_dispatcher.shutdown()
