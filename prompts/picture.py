"""Planned days as a picture for the terminal: the clock runs across, one line for each person and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from prompts.wallclock import DAY_MIN, span

MOST_LINES = 40
"""Lines of single days that are drawn; of more people the first ones stand for the rest, the density counts all."""

_BEEP, _CHALLENGE, _BOTH, _QUIET, _FREE = "●", "◆", "◈", "░", "·"
_LEVELS = " ▁▂▃▄▅▆▇█"


def draw_picture(rows: Iterable[Mapping[str, Any]], width: int, quiet: Sequence[tuple[time, time]] = ()) -> str:
    """A picture of the rows of `prompts.preview.preview`, at most `width` characters wide (at least 60 are used).

    Places follow the wall clock that a participant sees: a day on which the clock changes has the same hours across as
    any other. Below the days stands how many questionnaires of all people come when.
    """
    table = list(rows)
    if not table:
        return "No beeps are planned."
    label = max(len(f"{row['person']}") for row in table) + len("Mon 2026-01-01") + 3
    columns = max(width, 60) - label - 2
    first, last = _hours(table, quiet)
    canvas = _Canvas(first=first, last=last, columns=columns, quiet=quiet)
    lines = [" " * label + canvas.ruler()]
    days = [(day, list(group)) for day, group in groupby(table, key=lambda row: (row["person"], row["date"]))]
    for (person, on), group in days[:MOST_LINES]:
        name = f"{person} {date.fromisoformat(on):%a} {on}"
        lines.append(f"{name:>{label - 2}} │{canvas.line(group)}│")
    if len(days) > MOST_LINES:
        lines.append(f"{'':>{label - 2}}  … and {len(days) - MOST_LINES} more days")
    beeps = [row for row in table if row["kind"] == "questionnaire"]
    counts = canvas.density(beeps)
    lines.append(f"{'all together':>{label - 2}} │{_bars(counts)}│")
    lines.append("")
    legend = [f"{_BEEP} questionnaire", f"{_CHALLENGE} challenge", f"{_BOTH} both"]
    if quiet:
        legend.append(f"{_QUIET} quiet")
    lines.append("   ".join(legend))
    step = (last - first) / columns
    people = len({row["person"] for row in table})
    lines.append(
        f"{_counted(len(days), 'day', 'days')} of {_counted(people, 'person', 'people')}, "
        f"{_counted(len(beeps), 'questionnaire', 'questionnaires')}; "
        f"one column is {step:.0f} minutes, the highest bar "
        f"{_counted(max(counts), 'questionnaire', 'questionnaires')}"
    )
    return "\n".join(lines)


class _Canvas:
    """Wall minutes [first, last) from a date's midnight, laid over a number of columns."""

    def __init__(self, *, first: int, last: int, columns: int, quiet: Sequence[tuple[time, time]]) -> None:
        self.first, self.last, self.columns = first, last, columns
        hushed = {minute % DAY_MIN for begin, end in quiet for minute in range(*span(begin, end))}
        middles = (first + (last - first) * (2 * column + 1) // (2 * columns) for column in range(columns))
        self.ground = "".join(_QUIET if middle % DAY_MIN in hushed else _FREE for middle in middles)

    def column(self, minute: int) -> int:
        return min((minute - self.first) * self.columns // (self.last - self.first), self.columns - 1)

    def ruler(self) -> str:
        """The full hours, as many as can be read."""
        marks = [" "] * (self.columns + 2)
        free_from = 0
        for minute in range(self.first, self.last + 1, 60):
            place = (minute - self.first) * self.columns // (self.last - self.first)
            if place >= free_from and place + 2 <= len(marks):
                marks[place : place + 2] = f"{minute // 60 % 24:02d}"
                free_from = place + 4
        return "".join(marks).rstrip()

    def line(self, group: Sequence[Mapping[str, Any]]) -> str:
        marks = list(self.ground)
        for row in group:
            place = self.column(_wall_minute(row))
            mark = _CHALLENGE if row["kind"] == "challenge" else _BEEP
            marks[place] = mark if marks[place] in (_QUIET, _FREE, mark) else _BOTH
        return "".join(marks)

    def density(self, beeps: Sequence[Mapping[str, Any]]) -> list[int]:
        counts = [0] * self.columns
        for row in beeps:
            counts[self.column(_wall_minute(row))] += 1
        return counts


def _hours(table: Sequence[Mapping[str, Any]], quiet: Sequence[tuple[time, time]]) -> tuple[int, int]:
    """The full hours that hold every beep and answer window, and quiet windows within the date, as wall minutes from
    the date's midnight."""
    hushed = [span(begin, end) for begin, end in quiet if begin < end]
    earliest = min([_wall_minute(row) for row in table] + [begin for begin, _ in hushed])
    latest = max([_wall_minute(row, "expires_at") for row in table] + [end for _, end in hushed])
    first, last = earliest // 60 * 60, -(-latest // 60) * 60
    return first, max(last, first + 60)


def _wall_minute(row: Mapping[str, Any], name: str = "due_at") -> int:
    at = datetime.fromisoformat(row[name])
    days = (at.date() - date.fromisoformat(row["date"])).days
    return days * DAY_MIN + at.hour * 60 + at.minute


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _bars(counts: Sequence[int]) -> str:
    highest = max(counts) or 1
    return "".join(_LEVELS[-(-count * (len(_LEVELS) - 1) // highest)] for count in counts)
