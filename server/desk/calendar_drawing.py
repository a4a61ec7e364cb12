"""The planned days of a made-up participant as an SVG calendar: the clock across, one line a day. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from html import escape
from typing import Any

from prompts.wallclock import DAY_MIN, span

WIDTH, ROW, LEFT, TOP = 760, 26, 112, 26


def draw_calendar(
    rows: Sequence[Mapping[str, Any]],
    labels: Mapping[str, str],
    *,
    quiet: Sequence[tuple[time, time]],
    title: str,
    text: str,
    name: str = "cal",
    hours: tuple[int, int] | None = None,
) -> str:
    """``rows`` are those of `prompts.preview.preview` for one person; ``labels`` maps an ISO date to its words;
    ``name`` begins the ids of the drawing, for pages with more than one; ``hours`` are the minutes of the day at its
    ends, so that two drawings can be compared (`hours_of`); None: those that these rows need.

    Places follow the wall clock that a participant sees, so a day on which the clock changes has the same hours across.
    """
    first, last = hours or hours_of(rows, quiet)
    dates = sorted(labels)
    height = TOP + ROW * len(dates) + 8
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-text">',
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(text)}</desc>',
    ]

    def x(minute: int) -> float:
        return LEFT + (minute - first) * (WIDTH - LEFT - 14) / (last - first)

    for begin, end in (span(*window) for window in quiet):
        for shift in (-DAY_MIN, 0):
            low, high = max(begin + shift, first), min(end + shift, last)
            if low < high:
                wide = x(high) - x(low)
                parts.append(
                    f'<rect class="quiet-hours" x="{x(low):.1f}" y="{TOP}" width="{wide:.1f}" '
                    f'height="{ROW * len(dates)}"/>'
                )
    for hour in range(first // 60, last // 60 + 1, 2):
        parts.append(f'<text class="axis middle" x="{x(hour * 60):.1f}" y="16">{hour % 24:02d}</text>')
        parts.append(
            f'<line class="grid" x1="{x(hour * 60):.1f}" x2="{x(hour * 60):.1f}" y1="{TOP}" y2="{height - 8}"/>'
        )
    for place, on in enumerate(dates):
        y = TOP + ROW * place + ROW / 2
        parts.append(f'<text class="axis" x="0" y="{y + 4:.1f}">{escape(labels[on])}</text>')
        for row in rows:
            if row["date"] == on:
                parts.append(_mark(row, x, y))
    parts.append("</svg>")
    return "".join(parts)


def wall_minute(row: Mapping[str, Any], name: str = "due_at") -> int:
    """Minutes from the date's midnight on the participant's own clock."""
    at = datetime.fromisoformat(row[name])
    return (at.date() - date.fromisoformat(row["date"])).days * DAY_MIN + at.hour * 60 + at.minute


def _mark(row: Mapping[str, Any], x: Any, y: float) -> str:
    at = x(wall_minute(row))
    if row["kind"] == "challenge":
        return f'<path class="diamond" d="M{at:.1f} {y - 6:.1f}l6 6-6 6-6-6z"/>'
    until = x(wall_minute(row, "expires_at"))
    return (
        f'<line class="window" x1="{at:.1f}" x2="{until:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="dot" cx="{at:.1f}" cy="{y:.1f}" r="5"/>'
    )


def hours_of(rows: Sequence[Mapping[str, Any]], quiet: Sequence[tuple[time, time]] = ()) -> tuple[int, int]:
    """The minutes of the day, from and until whole hours, between which all of this lies."""
    starts = [wall_minute(row) for row in rows] + [span(*window)[0] for window in quiet if window[0] < window[1]]
    ends = [wall_minute(row, "expires_at") for row in rows if row["kind"] != "challenge"] or [DAY_MIN]
    first = min(starts, default=0) // 120 * 120
    return first, max(-(-max(ends) // 60) * 60, first + 120)
