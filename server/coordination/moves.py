"""The life of a challenge's text: draft, review, live, retired. Pure."""

from collections.abc import Mapping

MOVES: Mapping[str, tuple[str, ...]] = {
    "draft": ("review", "retired"),
    "review": ("live", "draft"),
    "live": ("retired",),
    "retired": ("review",),
}
"""From each status the ones it may go to; the first is the usual next step."""

OPEN = frozenset(("draft", "review"))
"""Nobody was shown these texts yet, so they may be rewritten under the same number."""


def may_move(status: str, to: str) -> bool:
    """Whether one step leads from ``status`` to ``to``."""
    return to in MOVES.get(status, ())
