"""An audit that could not ask has failed, whatever its tools say."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.security.audit import ROOT, Verdict, audit, count_packages, judge_bandit, judge_npm, judge_pip

CLEAN_PIP = json.dumps({"dependencies": [{"name": "flask", "version": "3.1", "vulns": []}], "fixes": []})
WEAK = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1"]}]}
SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (3.1)"}
CLEAN_NPM = json.dumps({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 90}}})
CLEAN_BANDIT = json.dumps({"results": [], "errors": [], "metrics": {"server/app.py": {}, "_totals": {}}})


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (1, "", "ERROR:pip_audit._cli:flask: Dependency not found on PyPI and could not be audited: flask (3.1)"),
        (1, "", "requests.exceptions.ConnectionError: Max retries exceeded"),
        (0, "", ""),
        (0, "No known vulnerabilities found", ""),
        (0, json.dumps({"dependencies": [SKIPPED]}), ""),
        (0, json.dumps({"dependencies": []}), ""),
        (0, "[]", ""),
        (1, CLEAN_PIP, "something went wrong"),
        (-1, "", "pip-audit: TimeoutExpired"),
    ],
)
def test_packages_nobody_answered_for_are_not_clean(code: int, out: str, err: str) -> None:
    verdict = judge_pip("requirements/base.txt", 1, code, out, err)
    assert (verdict.ok, verdict.asked) == (False, False)
    assert "NOT ASKED" in str(verdict)
    assert verdict.lines


def test_packages_that_were_answered_for_are_clean_or_not() -> None:
    assert judge_pip("base", 1, 0, CLEAN_PIP, "").ok
    weak = judge_pip("base", 1, 1, json.dumps({"dependencies": [WEAK]}), "")
    assert (weak.ok, weak.asked, weak.lines) == (False, True, ("flask 0.1: PYSEC-1, mended in 3.1",))
    assert not judge_pip("base", 2, 0, CLEAN_PIP, "").ok, "one of two"


@pytest.mark.parametrize(
    ("code", "out"),
    [
        (1, '{"message": "405 Method Not Allowed - POST https://registry/-/npm/v1/security/advisories/bulk"}'),
        (1, '{"error": {"code": "ENOTFOUND"}}'),
        (0, ""),
        (0, "{}"),
        (0, '{"vulnerabilities": {}, "metadata": {"dependencies": {"total": 0}}}'),
        (1, CLEAN_NPM),
    ],
)
def test_the_apps_packages_nobody_answered_for_are_not_clean(code: int, out: str) -> None:
    verdict = judge_npm(code, out, "")
    assert (verdict.ok, verdict.asked) == (False, False)


def test_the_apps_packages_that_were_answered_for_are_clean_or_not() -> None:
    assert judge_npm(0, CLEAN_NPM, "").ok
    weak = judge_npm(1, '{"vulnerabilities": {"vite": {"severity": "high"}}, "metadata": {}}', "")
    assert (weak.ok, weak.asked) == (False, True)


def test_code_that_was_not_looked_at_is_not_clean() -> None:
    assert judge_bandit(0, CLEAN_BANDIT, "").ok
    for code, out in ((0, ""), (2, CLEAN_BANDIT), (0, '{"results": [], "metrics": {"_totals": {}}}'), (0, "{}")):
        assert not judge_bandit(code, out, "").asked
    finding = {"filename": "a.py", "line_number": 3, "test_id": "B101", "issue_text": "x"}
    found = judge_bandit(1, json.dumps({"results": [finding], "errors": [], "metrics": {"a.py": {}}}), "")
    assert (found.ok, found.asked, found.lines) == (False, True, ("a.py:3: B101 x",))


def test_tools_that_are_not_there_are_no_good_news() -> None:
    verdicts = audit(bandit=["/nowhere/bandit"], pip_audit=["/nowhere/pip-audit"], npm=["/nowhere/npm"])
    assert len(verdicts) >= 6
    assert not any(verdict.ok or verdict.asked for verdict in verdicts)


def test_every_lock_is_asked_about(tmp_path: Path) -> None:
    """With stand-ins that say yes to everything, the parts are all there and all clean."""
    yes = tmp_path / "yes.py"
    yes.write_text(
        "import json, sys\n"
        "said = sys.argv[1:]\n"
        "if 'audit' in said: print(json.dumps({'vulnerabilities': {}, 'metadata': {'dependencies': {'total': 9}}}))\n"
        "elif '--strict' in said:\n"
        "    names = [line for line in open(said[-1]) if '==' in line and line[0] not in ' #']\n"
        "    print(json.dumps({'dependencies': [{'name': n, 'version': '1', 'vulns': []} for n in names]}))\n"
        "else: print(json.dumps({'results': [], 'errors': [], 'metrics': {'a.py': {}}}))\n"
    )
    command = [sys.executable, str(yes)]
    verdicts: list[Verdict] = audit(bandit=command, pip_audit=command, npm=command)
    locks = {path.name for path in (ROOT / "requirements").glob("*.txt")}
    assert {verdict.part.rpartition("/")[2] for verdict in verdicts} >= locks
    assert {"base.txt", "dev.txt", "export.txt", "node.txt", "audit.txt"} <= locks
    assert all(verdict.ok for verdict in verdicts), [str(verdict) for verdict in verdicts if not verdict.ok]


def test_the_command_fails_where_it_cannot_ask() -> None:
    """For real: this environment has neither bandit's nor pip-audit's advisories at hand."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.audit", "--npm", "/nowhere/npm"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/nowhere", "HTTPS_PROXY": "http://127.0.0.1:9"},
    )
    assert done.returncode == 1
    assert "npm audit: NOT ASKED" in done.stdout
    assert "could not be asked" in done.stdout


def test_a_package_with_a_condition_is_not_counted() -> None:
    lock = "flask==3.1 \\\n    --hash=sha256:aa\ncolorama==0.4 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n"
    assert count_packages(lock) == 1


def test_every_rule_that_bandit_skips_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    skips = tomllib.loads(text)["tool"]["bandit"]["skips"]
    for rule in skips:
        (line,) = [one for one in text.splitlines() if f'"{rule}"' in one]
        assert "#" in line, f"{rule} is skipped without a reason"
        assert len(line.partition("#")[2]) > 30


def test_the_command_makes_an_environment_of_its_own_and_uses_that_one() -> None:
    """Once it looked for the Python of a folder within the folder that it had made."""
    (case,) = re.findall(r"\naudit\)\n(.*?)    install audit\n", (ROOT / "run").read_text(), flags=re.DOTALL)
    script = f'set -eu\nVENV=.venv PY=$VENV/bin/python\nfind_node() {{ :; }}\n{case}\necho "$VENV $PY"'
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.split() == [".venv/audit", ".venv/audit/bin/python"]
