"""Structured logs: a sentence and an ``action``; never an answer, a name, an address or an endpoint.

Of an error only its kind and its way through the program are told: its own words may quote a row.
"""

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog


def set_up_logging(*, level: str, form: str) -> None:
    """Write one JSON object (or, with ``text``, one readable line) per event to stderr."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(lambda triple: tell_error(triple[1])),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(_Unfailing(sys.stderr)),  # type: ignore[arg-type]  # what it uses
        # Not kept: a logger that was used once would go on as it was first set up, whatever is said here later.
        cache_logger_on_first_use=False,
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(_Wordless("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries])


def tell_error(error: BaseException) -> str:
    """An error and what it came from, first cause first: files and lines of the way, kinds, codes, and no words.

    SQLSTATE, SQLite's name of an error and the system's own text for an ``errno`` come from lists, so they are told.
    """
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        way = "".join(traceback.format_list(traceback.extract_tb(current.__traceback__)))
        told.append(f"{way}{_name(current)}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\n".join(reversed(told))


def _name(error: BaseException) -> str:
    of_system = error.strerror if isinstance(error, OSError) else None
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or of_system
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} ({code})" if code else name


class _Unfailing:
    """A stream that loses what it cannot write: a full disk under the log is no reason to refuse somebody's answer."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
        except OSError:
            return

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return


class _Wordless(logging.Formatter):
    """For what libraries log of errors."""

    def formatException(self, ei: Any) -> str:
        return tell_error(ei[1])
