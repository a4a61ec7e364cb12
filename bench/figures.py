"""One shape for what a benchmark found, so that one table can show them all.

A benchmark prints one JSON line a run: ``{"bench", "figures": [...], ...details}``. A figure is our own number, the raw
limit of the same run beside it, their ratio, and the target that one of the two must meet.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """``ours`` and ``limit`` are in ``unit``; ``against`` says what the limit is. The target bounds the ratio, or with
    ``absolute`` our own number: it must be at ``most`` or at ``least`` that. None: shown, not judged."""

    name: str
    ours: float
    unit: str
    limit: float | None = None
    against: str = ""
    most: float | None = None
    least: float | None = None
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over the limit: below 1 is better than the limit for times, worse for rates."""
        return None if not self.limit else self.ours / self.limit

    @property
    def target(self) -> str:
        bound = self.most if self.most is not None else self.least
        if bound is None:
            return ""
        return f"{'<=' if self.most is not None else '>='} {bound:g}{' ' + self.unit if self.absolute else 'x'}"

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        judged = self.ours if self.absolute else self.ratio
        if judged is None or (self.most is None and self.least is None):
            return None
        return (self.most is None or judged <= self.most) and (self.least is None or judged >= self.least)

    def as_json(self) -> dict[str, Any]:
        numbers = {"ours": _short(self.ours), "limit": _short(self.limit), "ratio": _short(self.ratio)}
        return asdict(self) | numbers | {"target": self.target, "met": self.met}


def report(bench: str, figures: Sequence[Figure], **details: object) -> None:
    """Print one run as one line of JSON."""
    print(json.dumps({"bench": bench, "figures": [figure.as_json() for figure in figures], **details}), flush=True)


def _short(value: float | None) -> float | None:
    """Three significant digits: no measurement of ours is better than that."""
    return None if value is None else float(f"{value:.3g}")
