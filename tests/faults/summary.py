"""Many runs in a few lines: which mishaps were met how often, what was counted, what did not hold and how to see it
again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from tests.faults.checks import CHECKS
from tests.faults.mishaps import KINDS
from tests.faults.run import Report


def summarise(reports: list[Report], seconds: float) -> dict[str, object]:
    """All runs as one JSON object."""
    return {
        "what": "faults",
        "runs": len(reports),
        "seeds": [report.seed for report in reports],
        "failed": [asdict(report) for report in reports if report.problems],
        "backends": dict(Counter(report.backend for report in reports)),
        "mishaps": dict(sorted(_count_mishaps(reports).items())),
        "checks": _count_failures(reports),
        "totals": dict(sorted(_count_totals(reports).items())),
        "seconds": round(seconds, 1),
    }


def tabulate(reports: list[Report], seconds: float) -> str:
    """All runs as tables for a person."""
    failed = [report for report in reports if report.problems]
    seeds = f"seeds {reports[0].seed} to {reports[-1].seed}" if reports else "no run ended"
    met, runs = _count_mishaps(reports), _count_runs(reports)
    backends = ", ".join(f"{count} on {name}" for name, count in Counter(each.backend for each in reports).items())
    lines = [
        f"{len(reports)} runs ({backends}), {seeds}, {seconds:.0f} s: {len(failed)} failed",
        "",
        *_columns(("mishap", "times", "in runs"), ((kind, met[kind], runs[kind]) for kind in KINDS)),
        "",
        *_columns(("counted", "in all"), sorted(_count_totals(reports).items())),
        "",
        *_columns(("what must hold", "runs in which it did not"), _count_failures(reports).items()),
    ]
    if failed:
        lines += ["", "Again:", *(f"  ./run faults --runs 1 --seed {each.seed} --keep FOLDER" for each in failed)]
    return "\n".join(lines)


def _count_mishaps(reports: Iterable[Report]) -> Counter[str]:
    return Counter(kind for report in reports for kind in report.met)


def _count_runs(reports: Iterable[Report]) -> Counter[str]:
    return Counter(kind for report in reports for kind in set(report.met))


def _count_totals(reports: Iterable[Report]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(report.counts)
    return totals


def _count_failures(reports: Iterable[Report]) -> dict[str, int]:
    """In how many runs each check found something; whatever is no check's own is named as it begins."""
    found = Counter(name for report in reports for name in {problem.partition(":")[0] for problem in report.problems})
    return {**{check.__name__: 0 for check in CHECKS}, **found}


def _columns(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """The first column as wide as its widest entry, the figures to the right."""
    told = [head, *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[place]) for row in told) for place in range(len(head))]
    return [
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in told)
    ]
