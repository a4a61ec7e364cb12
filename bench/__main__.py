"""``./run bench [NAME ...] [--full]``: every benchmark, one after the other, and one table of what they found.

Small sizes take some minutes; ``--full`` takes the sizes of our targets. Every line is kept in build/bench.jsonl.
A ratio compares us with the raw limit of the same run, so it holds on any machine; a time holds on this one only.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "bench.jsonl"
# name -> (arguments for small sizes, arguments for the sizes of the targets)
BENCHES: dict[str, tuple[list[str], list[str]]] = {
    "plan": (["--beeps", "100000", "--rounds", "3"], ["--beeps", "500000", "--rounds", "2"]),
    "claim": (["--beeps", "500000", "--rounds", "8"], ["--beeps", "5000000", "--rounds", "25"]),
    "send": (["--phones", "3000"], ["--phones", "10000"]),
    "send_gateway": (["--count", "1500", "--rounds", "3"], []),
    "ingest": (["--answers", "3000"], ["--answers", "10000", "--rounds", "3"]),
    "today": ([], ["--rounds", "1000"]),
    "trends": (["--rounds", "40"], []),
    "board": (["--people", "1000", "--rounds", "5"], []),
    "export": (["--people", "1000", "--days", "21"], []),
    "first_item": (["--rounds", "5"], []),
}


def main() -> None:
    """Run, keep, print."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--full", action="store_true", help="the sizes of the targets (half an hour)")
    parser.add_argument("--from-kept", action="store_true", help="print the table of what was kept; run nothing")
    args = parser.parse_args()
    if unknown := set(args.names) - set(BENCHES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    names = args.names or list(BENCHES)
    failed = []
    if not args.from_kept:
        KEPT.parent.mkdir(exist_ok=True)
        for place, name in enumerate(names, start=1):
            if not _run(name, BENCHES[name][args.full], f"[{place}/{len(names)}] {name}"):
                failed.append(name)
    runs = [run for run in _newest() if run["bench"] in names]
    print(_table(runs))
    missed = [figure for run in runs for figure in run["figures"] if figure["met"] is False]
    print(f"\n{len(missed)} targets are missed." if missed else "\nEvery target is met.")
    if failed:
        sys.exit(f"Not measured now, because it failed (see above): {', '.join(failed)}. What the table says is older.")


def _run(name: str, arguments: list[str], title: str) -> bool:
    """One benchmark in a process of its own, its seconds told while it runs; whether it came to its end."""
    began, over = time.monotonic(), threading.Event()

    def tell() -> None:
        while not over.wait(1 if sys.stderr.isatty() else 30):
            print(f"{title} ... {time.monotonic() - began:.0f} s", end="\r", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    over.set()
    teller.join()
    failed = f" failed ({done.returncode})" if done.returncode else ""
    print(f"{title}{failed}: {time.monotonic() - began:.0f} s ", file=sys.stderr)
    with KEPT.open("a") as kept:
        for line in done.stdout.splitlines():
            if not line.startswith('{"bench"'):  # what the program under test logs
                continue
            kept.write(json.dumps({"at": _now(), "machine": machine()} | json.loads(line)) + "\n")
    return done.returncode == 0


def _newest() -> list[dict[str, Any]]:
    """Of every figure the newest run in which it was measured, benchmarks in their order."""
    runs = [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for run in runs:
        first = run["figures"][0]["name"]
        newest[run["bench"], first] = run
    order = list(BENCHES)
    return sorted(newest.values(), key=lambda run: order.index(run["bench"]))


def _table(runs: list[dict[str, Any]]) -> str:
    lines = ["| what | ratio | target | | ours | limit | limit is |", "|---|---|---|---|---|---|---|"]
    for run in runs:
        for figure in run["figures"]:
            ratio = f"{figure['ratio']:g}" if figure["ratio"] is not None else ""
            mark = {True: "met", False: "**missed**", None: ""}[figure["met"]]
            limit = f"{figure['limit']:g}" if figure["limit"] is not None else ""
            ours = f"{figure['ours']:g} {figure['unit']}"
            lines.append(
                f"| {figure['name']} | {ratio} | {figure['target']} | {mark} | {ours} | {limit} | {figure['against']} |"
            )
    days = sorted({run["at"][:10] for run in runs})
    machines = sorted({run["machine"] for run in runs})
    return "\n".join([*lines, "", f"Measured {', '.join(days)} on {'; '.join(machines)}."])


def machine() -> str:
    """What this was measured on, in a line."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores of {cpu}, {platform.system()}, Python {platform.python_version()}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    main()
