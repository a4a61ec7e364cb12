"""``./run faults [--runs 200] [--seed 1]``: lives through runs in which everything breaks, and checks what is left.

Prints a line a run and tables at the end; ``--json`` makes that one JSON object. A run that fails can be lived through
again with its own seed: ``--runs 1 --seed N`` (what goes wrong is the same; how processes interleave is the machine's
to say). Ctrl-C ends it early, with the tables of what has been.
"""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from tests.faults.run import Report, live_through
from tests.faults.stage import PACE, House, open_house
from tests.faults.summary import summarise, tabulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others count on from it")
    parser.add_argument("--backend", choices=("postgres", "sqlite"), help="default: the seed draws it")
    parser.add_argument(
        "--pace", type=int, default=PACE, help="seconds of the study in one, at most: less where the machine is busy"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the logs and the ledger of runs that fail")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the tables")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)  # whoever ends it leaves no database server behind
    reports: list[Report] = []
    began = time.monotonic()
    interrupted = False
    try:
        with open_house() as house:
            for seed in range(arguments.seed, arguments.seed + arguments.runs):
                reports.append(_live_through(house, seed, arguments))
                _tell(reports[-1])
    except KeyboardInterrupt:
        interrupted = True
    seconds = time.monotonic() - began
    if arguments.json:
        print(json.dumps(summarise(reports, seconds)))
    else:
        print(tabulate(reports, seconds))
    if interrupted:
        print(f"Interrupted after {len(reports)} of {arguments.runs} runs.", file=sys.stderr)
    return 1 if interrupted or any(report.problems for report in reports) else 0


def _live_through(house: House, seed: int, arguments: argparse.Namespace) -> Report:
    began = time.monotonic()
    try:
        return live_through(house, seed=seed, backend=arguments.backend, keep=arguments.keep, pace=arguments.pace)
    except Exception as error:  # a run that cannot be judged has failed; the others may still tell something
        return Report(
            seed=seed,
            backend=arguments.backend or "-",
            problems=[f"the run itself: {type(error).__name__}: {error}"],
            met=[],
            happened=[],
            seconds=round(time.monotonic() - began, 2),
            counts={},
        )


def _tell(report: Report) -> None:
    verdict = "all held" if not report.problems else f"{len(report.problems)} PROBLEMS"
    counts = " ".join(f"{name}={count}" for name, count in report.counts.items())
    print(f"seed {report.seed:<5} {report.backend:<8} {report.seconds:5.1f} s  {verdict}  {counts}", flush=True)
    if report.problems:
        for line in (*report.happened, *report.problems[:20]):
            print(f"    {line}", flush=True)
        print(f"    again: ./run faults --runs 1 --seed {report.seed} --keep FOLDER", flush=True)


if __name__ == "__main__":
    sys.exit(main())
