"""Reads the rows of a recorded file. Pure: a path in, rows and refusals out, every line accounted for."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from prompts.instruments import Item
from server.exchange.mapping import Mapping

STRAY = timedelta(days=1)  # a time of issue further off than this cannot be true
MOST_LATE = timedelta(days=30)  # nor an answer later than this
YEARS = range(1970, 2100)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row that cannot be taken in: its line in the file, a stable code and a sentence."""

    line: int
    participant: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One recorded row. ``scheduled`` is local wall time; ``issued`` and ``finished`` are aware UTC; ``zone`` is where
    the row says the phone was (None: it does not say). ``word`` is "" where a duration stands, else expired or
    cancelled; ``answers`` is empty where nothing was answered; ``notes`` name oddities that lose nothing."""

    line: int
    participant: str
    scheduled: datetime
    issued: datetime | None
    finished: datetime | None
    zone: str | None
    word: str
    answers: dict[str, Any]
    notes: tuple[str, ...] = field(default=())


class UnusableFile(Exception):
    """The file as a whole cannot be read with this mapping; the message names every reason."""


def read_rows(path: Path, mapping: Mapping) -> Iterator[Row | Refusal]:
    """The file's rows in order. Raises `UnusableFile` before the first row when columns are missing or it is no CSV in
    UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            _check_header(header, mapping, _separator_hint(path))
            for cells in reader:
                if cells:
                    yield _read(reader.line_num, header, cells, mapping)
    except UnicodeDecodeError as error:
        place = f"{path.name}:{_undecodable_line(path)}"
        raise UnusableFile(f"{place}: is not UTF-8 text ({error.reason}). Save the file as UTF-8.") from None
    except csv.Error as error:
        raise UnusableFile(f"{path.name}:{reader.line_num}: is not CSV: {error}.{_separator_hint(path)}") from None


def _undecodable_line(path: Path) -> int:
    """The first line that is not UTF-8; the decoder itself only knows the place inside its buffer."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _separator_hint(path: Path) -> str:
    """What to do when the first line's columns stand apart by something else than commas; "" when they do not."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if header.count(sign) > header.count(","):
            return f" The columns seem to be separated by {name}: save the file with commas."
    return ""


def _check_header(header: list[str], mapping: Mapping, hint: str) -> None:
    wanted = [*mapping.columns.values(), *mapping.items.values()]
    missing = [column for column in wanted if column not in header]
    doubled = sorted({column for column in wanted if header.count(column) > 1})
    faults = []
    if missing:
        faults.append(
            f"These columns are missing: {', '.join(missing)}. The file has: {', '.join(header) or 'nothing'}."
        )
    if doubled:
        faults.append(f"These columns are there twice: {', '.join(doubled)}.")
    if faults:
        raise UnusableFile(" ".join(faults) + hint)


def _read(line: int, header: list[str], cells: list[str], mapping: Mapping) -> Row | Refusal:
    if len(cells) != len(header):
        message = f"has {len(cells)} cells where the header has {len(header)}"
        return Refusal(line=line, participant=cells[0], code="cells", message=message)
    row = dict(zip(header, cells, strict=True))

    def cell(name: str) -> str:
        value = row[mapping.columns[name]].strip() if name in mapping.columns else ""
        return "" if value in mapping.missing else value

    person = cell("participant")
    faults = [] if person else [_Fault("participant", "has no participant")]
    scheduled = _attempt(faults, _scheduled, cell("scheduled"))
    issued, zone = _attempt(faults, _moment, cell("issued"), mapping) or (None, None)
    finished, response_zone = _attempt(faults, _moment, cell("response"), mapping) or (None, None)
    word = _attempt(faults, _word, cell("duration"), mapping) or ""
    answers = _answers(row, mapping, faults)
    if faults or scheduled is None:
        # The code of the first, so that a row counts once; the sentence has them all.
        message = "; ".join(dict.fromkeys(map(str, faults)))
        return Refusal(line=line, participant=person, code=faults[0].code, message=message)
    notes = []
    zone = zone or response_zone
    if issued and abs(issued - _instant(scheduled, zone or mapping.zone)) > STRAY:
        issued = None
        notes.append("the time at which it was issued is unusable and left out")
    if finished and not -STRAY <= finished - _instant(scheduled, zone or mapping.zone) <= MOST_LATE:
        finished = None
        notes.append("the time at which it was answered is unusable and left out")
    if answers and word:
        notes.append(f"marked {word} although it has answers; the answers are kept")
    return Row(
        line=line,
        participant=person,
        scheduled=scheduled,
        issued=issued,
        finished=finished,
        zone=zone,
        word=word,
        answers=answers,
        notes=tuple(notes),
    )


class _Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def _attempt(faults: list[_Fault], read: Callable[..., T], *arguments: Any) -> T | None:
    """What ``read`` makes of a cell; None, and one more of ``faults``, where it cannot be read."""
    try:
        return read(*arguments)
    except _Fault as fault:
        faults.append(fault)
        return None


def _scheduled(text: str) -> datetime:
    try:
        return _plausible(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        raise _Fault("scheduled", f"the scheduled time {text!r} is not like 2020-03-16 12:00:00") from None


def _moment(text: str, mapping: Mapping) -> tuple[datetime | None, str | None]:
    """``2020-03-16 12:04:45 CET`` as an instant and a zone."""
    if not text:
        return None, None
    head, word = text[:19], text[19:].strip()
    if word and word not in mapping.zones:
        raise _Fault("zone", f"the zone word {word!r} is not in the mapping's zones")
    zone = mapping.zones[word] if word else mapping.zone
    try:
        return _instant(_plausible(datetime.fromisoformat(head)), zone), zone if word else None
    except ValueError:
        raise _Fault("time", f"{text!r} is not a time like 2020-03-16 12:04:45 CET") from None


def _plausible(wall: datetime) -> datetime:
    """Raises ValueError for years that no diary is from; a calendar's ends cannot be moved between zones either."""
    if wall.year not in YEARS:
        raise ValueError("no such year")
    return wall


def _instant(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _word(text: str, mapping: Mapping) -> str:
    if text in mapping.words:
        return mapping.words[text]
    try:
        float(text or 0)
    except ValueError:
        raise _Fault("duration", f"the duration {text!r} is neither seconds nor a word of the mapping") from None
    return ""


def _answers(row: dict[str, str], mapping: Mapping, faults: list[_Fault]) -> dict[str, Any]:
    """Answers by item, and one more of ``faults`` for each that cannot be read. A choice is given by its option's value
    or id; what the instrument refuses is told later."""
    found: dict[str, Any] = {}
    for item_id, column in mapping.items.items():
        text = row[column].strip()
        if text not in mapping.missing:
            value = _attempt(faults, _value, mapping.instrument.item(item_id), text, column)
            if value is not None:
                found[item_id] = value
    return found


def _value(item: Item, text: str, column: str) -> Any:
    if item.type == "single":
        for option in item.options:
            if text == option.id or (option.value is not None and _number(text) == option.value):
                return option.id
        known = ", ".join(f"{option.value:g}" if option.value is not None else option.id for option in item.options)
        raise _Fault("value", f"column {column}: {text!r} is none of {known}")
    if item.type == "multiple":
        return [part.strip() for part in text.split("|")]
    if item.type in ("slider", "number"):
        number = _number(text)
        if number is None:
            raise _Fault("value", f"column {column}: {text!r} is not a number")
        return int(number) if number.is_integer() else number
    return text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
