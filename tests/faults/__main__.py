"""``./run faults [--runs 200] [--seed 1]``: lives through runs in which everything breaks, and checks what is left.

Prints a line a run, and at the end one JSON object. A run that fails can be lived through again with its own seed:
``--runs 1 --seed N`` (what goes wrong is the same; how processes interleave is the machine's to say).
"""

import argparse
import json
import signal
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.faults.run import Report, live_through
from tests.faults.stage import PACE, open_house


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others count on from it")
    parser.add_argument("--backend", choices=("postgres", "sqlite"), help="default: the seed draws it")
    parser.add_argument("--pace", type=int, default=PACE, help="seconds of the study in one; less on a busy machine")
    parser.add_argument("--keep", type=Path, help="a folder for the logs and the ledger of runs that fail")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it leaves no database server behind
    reports: list[Report] = []
    began = time.monotonic()
    with open_house() as house:
        try:
            for seed in range(arguments.seed, arguments.seed + arguments.runs):
                report = live_through(
                    house, seed=seed, backend=arguments.backend, keep=arguments.keep, pace=arguments.pace
                )
                reports.append(report)
                _tell(report)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
    print(json.dumps(summarise(reports, time.monotonic() - began)))
    return 1 if any(report.problems for report in reports) else 0


def summarise(reports: list[Report], seconds: float) -> dict[str, object]:
    """All runs as one JSON object."""
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(report.counts)
    mishaps = Counter(line.split(" ")[1] for report in reports for line in report.happened)
    return {
        "what": "faults",
        "runs": len(reports),
        "failed": [asdict(report) for report in reports if report.problems],
        "backends": dict(Counter(report.backend for report in reports)),
        "mishaps": dict(sorted(mishaps.items())),
        "totals": dict(sorted(totals.items())),
        "seconds": round(seconds, 1),
    }


def _tell(report: Report) -> None:
    verdict = "all held" if not report.problems else f"{len(report.problems)} PROBLEMS"
    print(f"seed {report.seed:<5} {report.backend:<8} {report.seconds:5.1f} s  {verdict}  {report.counts}", flush=True)
    if report.problems:
        for line in (*report.happened, *report.problems[:20]):
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
