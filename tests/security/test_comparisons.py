"""Secrets are never compared with ``==``: how long that takes tells how much of a guess was right."""

import ast
import re
from pathlib import Path

import pytest

from server.crypto import same

ROOT = Path(__file__).parents[2]
SECRET = re.compile(
    r"(^|_)(token|secret|password|passphrase|csrf|signature|mac|hmac|digest|hash|otp|totp|recovery_code|stamp|seal)s?($|_)"
)
# Names that look like a secret and are none, each with what it is.
HARMLESS = {
    "server/backup.py": "the hashes of a backup's files stand in its manifest, beside the files",
    "server/export/proof_file.py": "a time stamp",
    "server/export/workplace.py": "the hashes of half an export stand beside its files, in a folder of the same owner",
    "server/audit/service.py": "the log's seals are compared by its owner, on her own machine, line by line",
    "server/desk/account_views.py": "a new password and the same typed again, both from one form",
    "server/coordination/importing.py": "the stamp names a plan that was shown on screen; it opens nothing",
    "server/coordination/authoring.py": "the stamp names a state that was shown on screen; it opens nothing",
}


def find_comparisons(source: str) -> list[tuple[int, str]]:
    """Lines in which something named like a secret is compared by ``==`` or ``!=``, outside a database statement."""
    tree = ast.parse(source)
    in_statements = {
        id(inner)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call.func) in ("where", "filter", "and_", "or_", "on", "join")
        for argument in call.args
        for inner in ast.walk(argument)
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or id(node) in in_statements:
            continue
        if not all(isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Constant) for side in sides):
            continue  # against a word in the code there is nothing to find out
        names = [_name(side) for side in sides]
        if any(SECRET.search(name) for name in names):
            found.append((node.lineno, " == ".join(names)))
    return found


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""


def sources() -> list[Path]:
    return [path for path in sorted((ROOT / "server").rglob("*.py")) if "node_modules" not in path.parts]


@pytest.mark.parametrize(
    "line",
    [
        "ok = token == sent",
        "if request.form['csrf'] != session_token: raise X",
        "found = row.token_hash == hash_secret(token)",
        "return digest(one) == two",
    ],
)
def test_such_a_comparison_would_be_found(line: str) -> None:
    assert find_comparisons(line)


@pytest.mark.parametrize(
    "line", ["q.where(Row.token_hash == hash_secret(token))", "a = same(token, sent)", "kind == 'token'"]
)
def test_other_comparisons_are_left_alone(line: str) -> None:
    assert find_comparisons(line) == []


def test_no_secret_is_compared_with_equals() -> None:
    found = {}
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        lines = find_comparisons(path.read_text())
        if lines and name not in HARMLESS:
            found[name] = lines
    assert found == {}


def test_every_exception_is_still_needed() -> None:
    assert [name for name in HARMLESS if not find_comparisons((ROOT / name).read_text())] == []


def test_equal_is_equal() -> None:
    assert same(b"one", b"one")
    assert not same(b"one", b"two")
    assert not same(b"one", b"one more")
