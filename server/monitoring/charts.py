"""Charts as SVG text, without scripts: a title and a sentence for who listens, classes for the stylesheet. Pure.

Every text that goes in is escaped. Colours, lines and letters are given by assets/board.css; nothing is styled inline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 14, 30
MOST_LABELS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One column. ``value`` 0..1 for shares, else any count; None leaves a gap. ``said`` is its full text."""

    label: str
    value: float | None
    said: str
    emphasis: bool = False


def draw_shares(bars: Sequence[Bar], *, name: str, title: str, text: str) -> str:
    """Columns from 0 to 100 %. ``name`` makes the ids unique on a page."""
    grid = [(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return _draw(bars, 1.0, grid, name=name, title=title, text=text)


def draw_counts(bars: Sequence[Bar], *, name: str, title: str, text: str) -> str:
    """Columns from 0 to a round number above the largest."""
    top = _round_up(max((bar.value or 0 for bar in bars), default=0))
    grid = (
        [(top * part / 4, _short(top * part / 4)) for part in range(5)]
        if top >= 4
        else [(0.0, "0"), (top, _short(top))]
    )
    return _draw(bars, top, grid, name=name, title=title, text=text)


def _draw(
    bars: Sequence[Bar], top: float, grid: Sequence[tuple[float, str]], *, name: str, title: str, text: str
) -> str:
    room_x, room_y = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = room_x / max(1, len(bars))
    every = max(1, ceil(len(bars) / MOST_LABELS))
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}-title {name}-text">',
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(text)}</desc>',
    ]
    for value, label in grid:
        y = TOP + room_y * (1 - value / top)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis end" x="{LEFT - 6}" y="{y + 4:.1f}">{escape(label)}</text>')
    for place, bar in enumerate(bars):
        x = LEFT + place * step
        if bar.value is not None:
            high = max(room_y * min(bar.value, top) / top, 1.0 if bar.value else 0.0)
            kind = "bar loud" if bar.emphasis else "bar"
            parts.append(
                f'<rect class="{kind}" x="{x + step * 0.12:.1f}" y="{TOP + room_y - high:.1f}" '
                f'width="{step * 0.76:.1f}" height="{high:.1f}" rx="{min(3.0, step * 0.2):.1f}">'
                f"<title>{escape(bar.said)}</title></rect>"
            )
        if place % every == 0:
            parts.append(
                f'<text class="axis middle" x="{x + step / 2:.1f}" y="{HEIGHT - 10}">{escape(bar.label)}</text>'
            )
    parts.append("</svg>")
    return "".join(parts)


def _round_up(value: float) -> float:
    """1, 2, 4, 8, 20, 40, 80, ...: always four equal steps once it is 4 or more."""
    size = 1.0
    while True:
        for factor in (1, 2, 4, 8):
            if value <= factor * size:
                return factor * size
        size *= 10


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
