"""What the program knows of mail: a message, somebody who sends it, and the two ways in which that fails."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """Plain text to one person. Neither the address nor the text is ever shown in a log."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    language: str


class MailFailed(Exception):
    """The message did not leave. ``permanent``: this address will never take it; otherwise it is worth another try.

    ``why`` is a word or a status, never what a server said: servers repeat the address.
    """

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.why, self.permanent = why, permanent


class Mailer(Protocol):
    """Sends one message or raises `MailFailed`."""

    def send(self, message: Message) -> None: ...
