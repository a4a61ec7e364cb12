"""Small drawings for the compliance report: bars as SVG inside the page, readable without colour. Pure."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 200, 44, 36, 10


def draw_bars(bars: Sequence[tuple[str, float]], *, title: str, unit: str, top: float | None = None) -> str:
    """Vertical bars with a scale; ``top`` is the end of the scale (default: the highest bar). The title is read out."""
    highest = top or max((value for _, value in bars), default=1) or 1
    plot_w, plot_h = WIDTH - LEFT - 6, HEIGHT - BOTTOM - TOP
    step = plot_w / max(len(bars), 1)
    every = max(1, round(len(bars) / 16))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="11">',
    ]
    for share in (0, 0.5, 1):
        y = TOP + plot_h * (1 - share)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 6}" y1="{y:.1f}" y2="{y:.1f}" stroke="#999" stroke-width="0.5"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{_short(highest * share)}{unit}</text>')
    for place, (label, value) in enumerate(bars):
        x, height = LEFT + place * step, plot_h * min(value / highest, 1)
        parts.append(
            f'<rect x="{x + step * 0.12:.1f}" y="{TOP + plot_h - height:.1f}" width="{step * 0.76:.1f}" '
            f'height="{height:.1f}" fill="#2a6f97"><title>{escape(label)}: {_short(value)}{unit}</title></rect>'
        )
        if place % every == 0:
            parts.append(
                f'<text x="{x + step / 2:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{escape(label)}</text>'
            )
    parts.append("</svg>")
    return "".join(parts)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
