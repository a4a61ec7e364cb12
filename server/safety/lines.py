"""Help lines: who there is to turn to, in a country and for an age. Data in help/<country>.yaml; the order is ours."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from prompts.yaml_reader import ContentError, ContentErrors, Node, Text, read_file

FOLDER = Path(__file__).parent / "help"
OLDEST = 120
_FIELDS = {
    "id", "name", "about", "phone", "text", "chat", "url", "hours", "ages", "emergency", "free", "source", "as_of",
    "checked_on",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpLine:
    """Somebody to turn to. ``ages`` are the first and last year of life it is for.

    ``as_of`` is the date or year of the source; ``checked_on`` when a person last found the facts right, None if nobody
    has yet.
    """

    id: str
    name: str
    about: Text
    ages: tuple[int, int]
    source: str
    as_of: str
    phone: str | None = None
    text: str | None = None
    chat: str | None = None
    url: str | None = None
    hours: Text | None = None
    emergency: bool = False
    free: bool = False
    checked_on: dt.date | None = None

    def is_for(self, ages: Collection[int]) -> bool:
        """Whether anybody of these ages belongs here."""
        return any(self.ages[0] <= age <= self.ages[1] for age in ages)


def in_order(lines: Sequence[HelpLine], ages: Collection[int]) -> list[tuple[HelpLine, bool]]:
    """The lines in the order to show them, each with whether it is for one of ``ages``; none is left out.

    What is for emergencies comes first, then what is for this age: voices before websites, and the most particular
    first, so that somebody of sixteen sees the line for her age before one for everybody. Without an age the order of
    the file stays.
    """
    if not ages:
        return [(line, line.emergency or _is_for_all(line)) for line in lines]
    fitting = {line.id: line.is_for(ages) for line in lines}
    ranked = sorted(
        lines,
        key=lambda line: (not line.emergency, not fitting[line.id], line.phone is None, line.ages[1] - line.ages[0]),
    )
    return [(line, fitting[line.id]) for line in ranked]


@cache
def load_lines(country: str) -> tuple[HelpLine, ...]:
    """The lines of a country (two letters). Raises KeyError where there are none, `ContentErrors` for mistakes."""
    path = FOLDER / f"{country}.yaml"
    if not (country.isalpha() and len(country) == 2 and path.is_file()):
        raise KeyError(country)
    return read_lines(path)


def read_lines(path: Path) -> tuple[HelpLine, ...]:
    """The lines of a file; raises `ContentErrors` with every mistake in it."""
    errors: list[ContentError] = []
    root = read_file(path, errors)
    lines: list[HelpLine] = []
    if root is not None:
        root.refuse_unknown({"country", "lines"})
        root.string("country")
        lines = [_read_line(node) for node in root.children("lines")]
        if len({line.id for line in lines}) < len(lines):
            root.fail("lines", "two lines have the same id")
        if not any(line.emergency for line in lines):
            root.fail("lines", "one line must be for emergencies")
    if errors:
        raise ContentErrors(errors)
    return tuple(lines)


def _read_line(node: Node) -> HelpLine:
    node.refuse_unknown(_FIELDS)
    ages = node.child("ages")
    checked = node.string("checked_on", required=False)
    reach = {name: node.string(name, required=False) or None for name in ("phone", "text", "chat", "url")}
    if not any(reach.values()):
        node.fail("phone", "there must be some way to reach it: phone, text, chat or url")
    for name in ("chat", "url"):
        if reach[name] and urlsplit(reach[name]).scheme != "https":
            node.fail(name, "must be an https address")
    return HelpLine(
        id=node.string("id"),
        name=node.string("name"),
        about=node.text("about") or {},
        ages=(ages.whole("from", low=0, high=OLDEST), ages.whole("to", low=0, high=OLDEST)),
        source=node.string("source"),
        as_of=node.string("as_of"),
        hours=node.text("hours", required=False),
        emergency=node.truth("emergency", default=False),
        free=node.truth("free", default=False),
        checked_on=_read_day(node, checked),
        **reach,
    )


def _read_day(node: Node, written: str) -> dt.date | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        node.fail("checked_on", "must be a day like 2026-03-04, or be left out")
        return None


def _is_for_all(line: HelpLine) -> bool:
    return line.ages == (0, OLDEST)
