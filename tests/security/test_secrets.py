"""Secrets: none has a default, none is readable by others, none is printed by accident."""

import ast
import os
import re
from pathlib import Path

import pytest

from server.config import NAMES, PREFIX, SettingsError, read_settings
from server.installation import open_installation
from server.schema import migrate
from tests.security.test_comparisons import ROOT, sources

SECRET = re.compile(
    r"(^|_)(token|secret|password|private|pem|endpoint|auth|p256dh|throttle_key|recovery_codes?|wrapped_key|database_url)$"
)
# Fields that are named like a secret and are none; each with what it is.
HARMLESS = {"server/desk/navigation.py": ["Entry.endpoint"]}  # Flask's name of a view


def find_printable(source: str) -> list[str]:
    """Fields of dataclasses that are named like a secret and would be printed with their object."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or not any(
            "dataclass" in ast.unparse(one) for one in node.decorator_list
        ):
            continue
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and SECRET.search(line.target.id):
                kind = ast.unparse(line.annotation)
                said = ast.unparse(line.value) if line.value else ""
                if re.fullmatch(r"(str|bytes|list\[str\]|str \| None|bytes \| None|ec\..*)", kind) and (
                    "repr=False" not in said
                ):
                    found.append(f"{node.name}.{line.target.id}")
    return found


def test_such_a_field_would_be_found() -> None:
    assert find_printable("@dataclass(frozen=True)\nclass A:\n    token: str\n    name: str\n") == ["A.token"]
    assert find_printable("@dataclass\nclass A:\n    token: str = field(repr=False)\n") == []


def test_no_secret_is_printed_with_the_object_that_holds_it() -> None:
    found = {}
    for path in sources():
        fields = find_printable(path.read_text())
        if fields:
            found[path.relative_to(ROOT).as_posix()] = fields
    assert found == HARMLESS


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in NAMES:
        monkeypatch.delenv(PREFIX + name, raising=False)
    given = {
        "DATA_DIR": str(tmp_path / "data"),
        "PUBLIC_URL": "https://kiem.example.org",
        "VAPID_SUBJECT": "mailto:cleo@kiem.example",
        "MAIL_GATEWAY": "smtp",
        "SMTP_HOST": "mail.kiem.example",
        "SMTP_USER": "kiem",
        "SMTP_PASSWORD": "hush-smtp-canary",
        "SMTP_SENDER": "study@kiem.example",
    }
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    return tmp_path / "data"


def test_a_database_in_a_file_is_its_owners_only(production: Path) -> None:
    """SQLite's own way is the umask's, which lets everybody on the machine read."""
    before = os.umask(0o022)
    try:
        installation = open_installation(read_settings())
        migrate(installation.database.engine)
        assert production.stat().st_mode & 0o777 == 0o700
        laid = sorted(production.glob("kiem.sqlite3*"))
        assert laid
        assert {path.stat().st_mode & 0o777 for path in laid} == {0o600}
        installation.database.dispose()
    finally:
        os.umask(before)


def test_every_key_is_made_at_random_and_kept_for_its_owner_only(production: Path, tmp_path: Path) -> None:
    installation = open_installation(read_settings())
    first = installation.context.secret
    files = [production / name for name in ("secret.key", "contact.key", "vapid.pem")]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600] * 3
    assert len(first) == 32
    assert open_installation(read_settings()).context.secret == first
    kept = [path.read_bytes() for path in files]
    for path in files:
        path.unlink()
    open_installation(read_settings())
    assert all(path.read_bytes() != before for path, before in zip(files, kept, strict=True)), "another installation"


def test_a_key_that_others_can_read_stops_the_installation(production: Path) -> None:
    open_installation(read_settings())
    for name in ("secret.key", "contact.key", "vapid.pem"):
        path = production / name
        path.chmod(0o644)
        with pytest.raises(Exception, match="read by others"):
            open_installation(read_settings())
        path.chmod(0o600)


def test_no_setting_is_a_secret_with_a_default(production: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    given = dict(re.findall(r"^KIEM_(\w+)=(.*)$", example, flags=re.MULTILINE))
    secrets = [name for name in given if re.search(r"PASSWORD|KEY|SECRET", name)]
    assert len(secrets) > 4
    assert [name for name in secrets if given[name]] == []


def test_nothing_prints_a_secret(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", f"sqlite:///{production}/hush-db-canary.sqlite3")
    settings = read_settings()
    installation = open_installation(settings)
    printed = " ".join(repr(one) for one in (settings, installation, installation.context, installation.keyring))
    for hidden in ("hush-smtp-canary", "hush-db-canary", repr(installation.context.secret)[2:-1]):
        assert hidden not in printed
    assert installation.context.secret.hex() not in printed
    assert repr(installation.context.throttle_key)[2:-1] not in printed


def test_what_is_wrong_with_a_setting_is_said_without_its_value(
    production: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", "mysql://kiem:hush-canary@db/kiem")
    monkeypatch.setenv(f"{PREFIX}SMTP_PORT", "hush")
    monkeypatch.setenv(f"{PREFIX}SECURITY_CONTACT", "nobody")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "hush-canary" not in str(caught.value)
    assert {"KIEM_DATABASE_URL", "KIEM_SECURITY_CONTACT"} <= {
        line.split(":")[0] for line in str(caught.value).split("\n")
    }


@pytest.mark.parametrize("name", ["debug", "testing", "propagate_exceptions"])
def test_the_web_server_never_runs_in_a_mode_for_developers(production: Path, name: str) -> None:
    from server.wsgi import load

    app = load()
    assert not app.config.get(name.upper())
    assert app.secret_key is None, "no session of Flask's own, so nothing hangs on a secret that could be guessed"


DRAWS = {
    "server/crypto.py": "every code, token, key and seed",
    "server/delivery/vapid.py": "the name of a temporary file; the key itself comes from the cryptography package",
    "server/staff/openid.py": "state, nonce and verifier of a sign-in elsewhere, good for ten minutes",
}


_DRAWN = re.compile(r"^\s*(import secrets|from secrets import)|os\.urandom\(|uuid1\(|token_(hex|bytes)\(", re.MULTILINE)
_POOR = re.compile(r"\b\w*(token|secret|password|code)\w* = (str\()?uuid|\b(token|secret)\w* = .*random\.")


def test_chance_of_secrets_is_drawn_in_one_place() -> None:
    """Few ask the operating system for chance, and no secret is a UUID or comes from ``random``."""
    drawing = set()
    for path in sources():
        source = path.read_text()
        if _DRAWN.search(source):
            drawing.add(path.relative_to(ROOT).as_posix())
        assert not _POOR.search(source), path
    assert drawing == set(DRAWS)
