"""The least of a WebDriver BiDi client: commands, script evaluation, events. One thread, blocking."""

import itertools
import json
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from websockets.sync.client import connect

T = TypeVar("T")


class BidiError(Exception):
    """The browser said no; the message is its own."""


class Bidi:
    """A session with a browser that listens at ``url`` (``ws://127.0.0.1:port``)."""

    def __init__(self, url: str) -> None:
        self._ids = itertools.count(1)
        self.events: deque[dict[str, Any]] = deque()
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(f"{url}/session", max_size=None, compression=None, proxy=None, ping_interval=None)
        )
        self.send("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    def send(self, method: str, /, *, within: float = 30.0, **params: Any) -> dict[str, Any]:
        """Give a command and return its result; events that come in between are kept in `events`."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        until = time.monotonic() + within
        while True:
            message = json.loads(self._socket.recv(timeout=max(0.01, until - time.monotonic())))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise BidiError(f"{method}: {message['error']}: {message['message']}")
                return dict(message["result"])
            self.events.append(message)

    def evaluate(self, context: str, expression: str, *, tap: bool = False, within: float = 30.0) -> Any:
        """The value of a JavaScript expression in a tab, promises awaited; ``tap`` makes it count as a user's act."""
        return self._value(
            self.send(
                "script.evaluate",
                within=within,
                expression=expression,
                target={"context": context},
                awaitPromise=True,
                userActivation=tap,
                serializationOptions={"maxDomDepth": 0, "maxObjectDepth": 10},
            )
        )

    def open_tab(self, url: str, *, user_context: str | None = None) -> str:
        """A new tab at ``url``, loaded."""
        extra: dict[str, Any] = {"userContext": user_context} if user_context else {}
        context = str(self.send("browsingContext.create", type="tab", **extra)["context"])
        self.send("browsingContext.navigate", context=context, url=url, wait="complete")
        return context

    def tabs(self, *, chrome: bool = False) -> list[dict[str, Any]]:
        """All tabs, or with ``chrome`` the browser's own windows, as BiDi describes them."""
        scope: dict[str, Any] = {"moz:scope": "chrome"} if chrome else {}
        return list(self.send("browsingContext.getTree", maxDepth=0, **scope)["contexts"])

    def close(self) -> None:
        """End the connection, not the browser."""
        self._open.close()

    def _value(self, result: dict[str, Any]) -> Any:
        if result["type"] == "exception":
            raise BidiError(result["exceptionDetails"]["text"])
        return _plain(result["result"])


def wait_for(question: Callable[[], T | None], what: str, *, within: float = 20.0, every: float = 0.05) -> T:
    """Ask until the answer is true-like, and return it; AssertionError naming ``what`` if it never is."""
    until = time.monotonic() + within
    while True:
        if answer := question():
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"waited {within:g} s in vain for: {what}")
        time.sleep(every)


def _plain(value: dict[str, Any]) -> Any:
    """A BiDi remote value as a Python value."""
    kind = value["type"]
    if kind in ("undefined", "null"):
        return None
    if kind in ("array", "set", "nodelist", "htmlcollection"):
        return [_plain(entry) for entry in value.get("value", [])]
    if kind in ("object", "map"):
        return {(key if isinstance(key, str) else _plain(key)): _plain(entry) for key, entry in value.get("value", [])}
    return value.get("value")
