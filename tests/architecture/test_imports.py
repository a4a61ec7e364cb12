"""Each outside library has its few places; import-linter (`./run lint`) holds the order of the stations."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLASK = (
    *(
        f"server/{name}.py"
        for name in ("app", "context", "error_pages", "errors", "health", "metrics", "security", "wellknown")
    ),
)
POLARS = (
    "aggregate",
    "aggregate_files",
    "assembly",
    "challenges",
    "danger",
    "flags",
    "formats",
    "ledger",
    "openesm",
    "participants",
    "plan",
    "rows",
    "spool",
    "stable",
    "tally",
)
PLACES = {
    "flask": (
        *FLASK,
        "server/wsgi.py",
        "server/demo.py",
        "server/replay.py",
        "server/*/*views.py",
        "server/*/auth.py",
        "server/desk/frame.py",
        "server/desk/menus.py",
    ),
    "flask_smorest": ("server/errors.py", "server/*/*views.py", "server/desk/api/auth.py"),
    "marshmallow": ("server/config.py", "server/errors.py", "server/*/*schemas.py", "server/*/*views.py"),
    "environs": ("server/config.py",),
    "pywebpush": ("server/delivery/webpush.py",),
    "aiohttp": ("server/delivery/webpush.py", "server/delivery/addresses.py"),
    "apscheduler": ("server/worker.py",),
    "authlib": ("server/staff/openid.py",),
    "joserfc": ("server/staff/openid.py",),
    "webauthn": ("server/staff/passkeys.py",),
    "whitenoise": ("server/pwa/views.py",),
    "alembic": ("server/schema.py", "migrations/*"),
    "granian": ("server/wsgi.py",),
    "prometheus_client": ("server/metrics.py",),
    "waitress": ("server/demo.py", "server/replay.py"),
    "polars": tuple(f"server/export/{name}.py" for name in POLARS),
    "pyreadstat": ("server/export/formats.py",),
    "click": (
        "server/assessment_cli.py",
        "server/backup_cli.py",
        "server/rights_cli.py",
        "server/study_cli.py",
        "server/export_cli.py",
        "server/export/proof_command.py",
        "server/cli.py",
        "server/desk_cli.py",
        "server/mishaps.py",
        "server/preview.py",
        "server/demo.py",
        "server/replay.py",
        "server/exchange/commands.py",
        "server/export/command.py",
        "server/export/options.py",
    ),
}


def modules() -> Iterator[Path]:
    for folder in ("server", "prompts", "challenges", "migrations"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)


@cache
def imported(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_used_only_where_it_belongs(library: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in modules() if library in imported(path)}
    assert users, f"{library} is not used at all any more"
    assert [user for user in users if not any(fnmatch(user, place) for place in PLACES[library])] == []


def test_only_the_edge_commits() -> None:
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if path.name in ("service.py", "queries.py", "models.py") and ".commit(" in path.read_text(encoding="utf-8")
    ]
    assert guilty == []


@pytest.mark.parametrize("program", ["demo", "replay", "worker", "wsgi", "cli"])
def test_what_only_exports_need_is_not_missed_where_it_is_not_installed(program: str) -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["export"]
    absent = [re.split("[<>=]", requirement)[0] for requirement in extra]
    assert "polars" in absent
    code = f"import sys; sys.modules.update(dict.fromkeys({absent}))\nimport server.{program}"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-500:]


def test_no_file_has_outgrown_its_noun() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules()
        if "versions" not in path.parts and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
    }
    assert long == {}
