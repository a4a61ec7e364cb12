"""What can go wrong around the program (a database, a disk, a port): a sentence with the place and the mend.

A traceback is for faults of our own. Whoever starts a command gets to read what to do.
"""

import errno
import socket
from typing import Any

import click

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Commands(click.Group):
    """A group of commands that end with a sentence where the order, or the machine around them, is at fault."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = explain(error)
            if told is None:
                raise
            raise click.ClickException(told) from None


def require_port(host: str, port: int) -> None:
    """Raise a `click.ClickException` when somebody is on the port; Granian would share it without a word."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not kept out by connections just closed
        try:
            probe.bind(address)
        except OSError as error:
            raise click.ClickException(
                f"{host}, port {port} cannot be had ({error.strerror}). Stop what is there, or choose another: --port."
            ) from None


def explain(error: Exception) -> str | None:
    """The fault in a sentence or two; None where it is the program's own."""
    if isinstance(error, OSError):
        return _explain_system(error)
    # Imported here: a command that needs no database does not wait for its library.
    from server.crypto import KeyBroken
    from server.delivery.vapid import VapidProblem
    from server.duties import RoleMissing
    from server.errors import DomainError
    from server.outages import is_outage
    from server.schema import RevisionUnknown

    if isinstance(error, DomainError):
        return "\n".join([error.detail, *(f"{one['where']}: {one['message']}" for one in error.errors)])
    if isinstance(error, RoleMissing | RevisionUnknown | KeyBroken | VapidProblem):
        return str(error)
    if is_outage(error):
        told = getattr(error, "orig", None) or error
        return (
            f"The database does not work: {' '.join(str(told).split())}. "
            "Is it there and running, is KIEM_DATABASE_URL (or the data directory) right, is there room, and may this "
            "user write there? A new one is made with: ./run migrate"
        )
    return None


def _explain_system(error: OSError) -> str | None:
    if error.errno in _FULL:
        return f"No room is left on the disk: {error.filename or 'free some'}. Whatever was finished before is kept."
    if error.filename is None or error.errno is None:
        return None
    return f"{error.filename}: {error.strerror}. Choose another place, or give this user the right to it."
