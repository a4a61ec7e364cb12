"""Known weaknesses, asked of those who know: ``./run audit``.

Three parts: bandit over our own code, pip-audit over every lock of Python packages, npm audit over the app's. A part
that could not be asked has failed: no answer is never taken for good news. Needs only Python's own library, because it
runs in an environment of its own (requirements/audit.txt).
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OUR_CODE = ("server", "prompts", "challenges")
NOT_OURS = "server/pwa/node_modules,server/pwa/dist"
PATIENCE_S = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one part found. ``asked`` is False when nobody answered, and then it is not ``ok``."""

    part: str
    ok: bool
    asked: bool
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        word = "clean" if self.ok else ("FOUND" if self.asked else "NOT ASKED, so not passed")
        return "\n".join([f"{self.part}: {word}", *(f"    {line}" for line in self.lines)])


def judge_bandit(code: int, out: str, err: str) -> Verdict:
    """Every finding counts, whatever its weight; so does a file that could not be read."""
    report = _read(out)
    if code not in (0, 1) or report is None or "results" not in report:
        return _unasked("bandit", err or out)
    found = [
        f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}" for one in report["results"]
    ]
    found += [f"{one['filename']}: {one['reason']}" for one in report.get("errors", [])]
    seen = len([name for name in report.get("metrics", {}) if name != "_totals"])
    if seen == 0:
        return _unasked("bandit", "it looked at no file")
    return Verdict(part="bandit", ok=not found, asked=True, lines=tuple(found) or (f"{seen} files",))


def judge_pip(lock: str, wanted: int, code: int, out: str, err: str) -> Verdict:
    """Clean only when every package of the lock was asked for and answered for."""
    part, report = f"pip-audit {lock}", _read(out)
    if report is None or "dependencies" not in report:
        return _unasked(part, err or out)
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in report["dependencies"] if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {weak['id']}, mended in {', '.join(weak['fix_versions']) or 'nothing yet'}"
        for one in report["dependencies"]
        for weak in one.get("vulns", [])
    ]
    if found:
        return Verdict(part=part, ok=False, asked=True, lines=(*found, *skipped))
    answered = len(report["dependencies"]) - len(skipped)
    if skipped or code != 0 or answered < wanted:
        return _unasked(part, err or f"{answered} of {wanted} packages were answered for", skipped)
    return Verdict(part=part, ok=True, asked=True, lines=(f"{answered} packages",))


def judge_npm(code: int, out: str, err: str) -> Verdict:
    """Clean only with a whole report that counts nothing."""
    report = _read(out)
    if report is None or "vulnerabilities" not in report or "metadata" not in report:
        said = (report or {}).get("message") or err or out
        return _unasked("npm audit", str(said))
    found = [
        f"{name}: {one.get('severity', '?')}, {one.get('range', '')}" for name, one in report["vulnerabilities"].items()
    ]
    asked_for = report["metadata"].get("dependencies", {}).get("total", 0)
    if not found and (code != 0 or not asked_for):
        return _unasked("npm audit", err or f"{asked_for} packages were asked for")
    return Verdict(part="npm audit", ok=not found, asked=True, lines=tuple(found) or (f"{asked_for} packages",))


def count_packages(lock: str) -> int:
    """How many packages a lock pins for this machine at the least: those without a condition."""
    return sum(1 for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#")) and ";" not in line)


def audit(*, bandit: Sequence[str], pip_audit: Sequence[str], npm: Sequence[str], root: Path = ROOT) -> list[Verdict]:
    """Ask all three; each is a command with its first arguments."""
    ours = [name for name in OUR_CODE if (root / name).is_dir()]
    bandit_more = ["-q", "-f", "json", "-c", "pyproject.toml", "-x", NOT_OURS, "-r", *ours]
    verdicts = [judge_bandit(*_run([*bandit, *bandit_more], root))]
    locks = sorted((root / "requirements").glob("*.txt"))
    if not locks:
        verdicts.append(_unasked("pip-audit", "there is no lock"))
    for lock in locks:
        name, wanted = str(lock.relative_to(root)), count_packages(lock.read_text())
        # Without --strict pip-audit is content when it could not ask about a single package.
        more = ["--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json", "-r", name]
        verdicts.append(judge_pip(name, wanted, *_run([*pip_audit, *more], root)))
    verdicts.append(judge_npm(*_run([*npm, "audit", "--json"], root / "server" / "pwa")))
    return verdicts


def _run(command: Sequence[str], folder: Path) -> tuple[int, str, str]:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, "", f"{command[0]}: {type(error).__name__}"
    return done.returncode, done.stdout, done.stderr


def _read(out: str) -> dict[str, Any] | None:
    try:
        report = json.loads(out)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _unasked(part: str, why: str, more: Sequence[str] = ()) -> Verdict:
    said = [line.strip() for line in why.strip().splitlines() if line.strip()]
    return Verdict(part=part, ok=False, asked=False, lines=(*said[-3:], *more[:5]) or ("no answer at all",))


def main() -> None:
    """Ask, print, and end with 1 unless every part was asked and is clean."""
    parser = argparse.ArgumentParser(prog="./run audit", description="Known weaknesses in code and packages.")
    parser.add_argument("--npm", default="npm", help="the command that is npm")
    given = parser.parse_args()
    python = sys.executable
    verdicts = audit(bandit=[python, "-m", "bandit"], pip_audit=[python, "-m", "pip_audit"], npm=shlex.split(given.npm))
    for verdict in verdicts:
        sys.stdout.write(f"{verdict}\n")
    good = sum(verdict.ok for verdict in verdicts)
    unasked = sum(not verdict.asked for verdict in verdicts)
    sys.stdout.write(f"{good} of {len(verdicts)} parts are clean; {unasked} could not be asked.\n")
    sys.exit(0 if good == len(verdicts) else 1)


if __name__ == "__main__":
    main()
