"""Whoever starts a command on a machine that is not ready reads what to do, not a traceback."""

import errno
import os
import socket
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url

from server import backup_cli, desk_cli, study_cli
from server.cli import cli
from server.config import NAMES, PREFIX
from server.db import make_engine
from server.mishaps import explain, require_port
from server.schema import migrate
from server.studies.service import StudyInvalid, StudyUnknown
from tests.cast import Cast

BROKEN = {
    "no folder": ({"KIEM_DATA_DIR": "{tmp}/nowhere"}, "./run migrate"),
    "an empty database": ({"KIEM_DATA_DIR": "{tmp}/empty"}, "The database is empty. Run: ./run migrate"),
    "no database": ({"KIEM_DATABASE_URL": "sqlite:///{tmp}/garbage"}, "file is not a database"),
    "no server": ({"KIEM_DATABASE_URL": "postgresql://kiem@127.0.0.1:1/kiem"}, "Is it there and running"),
    "no address": ({"KIEM_DATABASE_URL": "nonsense:secret"}, "KIEM_DATABASE_URL: must look like postgresql://"),
    "another kind": ({"KIEM_DATABASE_URL": "mysql://x:secret@y/z"}, "KIEM_DATABASE_URL: must look like postgresql://"),
}


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in NAMES:
        monkeypatch.delenv(PREFIX + name, raising=False)
    (tmp_path / "garbage").write_bytes(b"this is no database, and long enough to be looked at" * 40)
    (tmp_path / "empty").mkdir()
    sqlite3.connect(tmp_path / "empty" / "kiem.sqlite3").close()
    return tmp_path


def told(*arguments: str, env: Mapping[str, str]) -> str:
    """What a command that fails says."""
    program = study_cli.cli if arguments[0] == "study" else cli
    result = CliRunner().invoke(program, arguments, env=env)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.output


@pytest.mark.parametrize("command", ["worker", "serve", "study code autumn"])
@pytest.mark.parametrize(("setting", "says"), BROKEN.values(), ids=BROKEN)
def test_a_database_that_is_not_there_is_told_with_the_mend(
    no_environment: Path, setting: dict[str, str], says: str, command: str
) -> None:
    env = {name: value.format(tmp=no_environment) for name, value in setting.items()}
    output = told(*command.split(), env=env)
    assert says in output
    assert "secret" not in output


def test_a_folder_that_cannot_be_made_is_named(no_environment: Path) -> None:
    (no_environment / "file").write_text("")
    output = told("migrate", env={"KIEM_DATA_DIR": str(no_environment / "file")})
    assert f"{no_environment}/file" in output
    assert "Choose another place" in output


def test_a_revision_that_is_not_known_is_told_with_those_that_are(no_environment: Path) -> None:
    output = told("migrate", "nonsense", env={"KIEM_DATA_DIR": str(no_environment)})
    assert "no way to revision nonsense" in output
    assert "there are: 0001" in output


def test_a_database_of_a_newer_kiem_is_left_alone(no_environment: Path) -> None:
    engine = make_engine(f"sqlite:///{no_environment}/kiem.sqlite3")
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for command in ("worker", "migrate"):
        output = told(command, env={"KIEM_DATA_DIR": str(no_environment)})
        assert "revision 9999, made by a newer Kiem" in output


@pytest.mark.postgres
def test_a_user_who_may_not_make_roles_is_told_what_the_superuser_runs(no_environment: Path, postgres_url: str) -> None:
    server = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE modest LOGIN")
        connection.exec_driver_sql("CREATE DATABASE kiem_modest OWNER modest")
    url = make_url(postgres_url).set(username="modest", database="kiem_modest").render_as_string()
    output = told("migrate", env={"KIEM_DATABASE_URL": url, "KIEM_DATA_DIR": str(no_environment)})
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE kiem_modest WITH (FORCE)")
        connection.exec_driver_sql("DROP ROLE modest")
    server.dispose()
    assert 'TO "modest"; and migrate again.' in output
    assert "Let a superuser of the server run: " in output


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["migrate", "backup"])
@pytest.mark.parametrize(
    ("owner", "says"),
    [
        ("barred:wrong@/kiem_barred?host={host}", "does not let barred in"),
        ("stranger:wrong@/kiem_barred?host={host}", "does not let stranger in"),
        ("entitled:right@/kiem_gone?host={host}", 'CREATE DATABASE "kiem_gone" OWNER "entitled"'),
        ("entitled:right@127.0.0.1:1/kiem_gone", "no database server answers at 127.0.0.1, port 1"),
        ("entitled:right@nowhere.invalid/kiem_gone", "no database server answers at nowhere.invalid"),
    ],
)
def test_an_owner_who_cannot_get_at_the_database_is_told_which_setting_and_the_mend_in_one_line(
    no_environment: Path, postgres_url: str, command: str, owner: str, says: str
) -> None:
    server = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    host = str(make_url(postgres_url).query["host"])
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE barred NOLOGIN")
        connection.exec_driver_sql("CREATE ROLE entitled LOGIN PASSWORD 'right'")
    try:
        name = "kiem_gone" if "gone" in owner else "kiem_barred"
        urls = {
            "KIEM_DATABASE_URL": f"postgresql://web:secret@/{name}?host={host}",
            "KIEM_DATABASE_OWNER_URL": f"postgresql://{owner.format(host=host)}",
        }
        program = backup_cli.cli if command == "backup" else cli
        result = CliRunner().invoke(program, [command], env={**urls, "KIEM_DATA_DIR": str(no_environment)})
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql("DROP ROLE barred")
            connection.exec_driver_sql("DROP ROLE entitled")
        server.dispose()
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.exception
    (line,) = result.output.splitlines()
    assert "KIEM_DATABASE_OWNER_URL: " in line
    assert says in line
    assert not {"wrong", "right"} & set(line.split())


@pytest.mark.parametrize(
    ("key", "content", "mode", "says"),
    [
        ("secret.key", None, 0o600, "Put it back"),
        ("contact.key", None, 0o600, "Put it back"),
        ("secret.key", "nonsense", 0o600, "32 bytes in hexadecimal"),
        ("contact.key", "00" * 32, 0o644, "chmod 600"),
        ("vapid.pem", "", 0o600, "not an unencrypted PEM private key"),
        ("vapid.pem", "-", 0o644, "chmod 600"),
    ],
)
def test_a_key_that_is_gone_or_broken_is_told_with_its_file(
    no_environment: Path, key: str, content: str | None, mode: int, says: str
) -> None:
    """A new one in its place would make the log of what staff did look forged."""
    env = {"KIEM_DATA_DIR": str(no_environment)}
    assert CliRunner().invoke(cli, ["migrate"], env=env).exit_code == 0
    invited = CliRunner().invoke(desk_cli.cli, ["staff", "invite", "cleo@example.org", "--administrator"], env=env)
    assert invited.exit_code == 0, invited.output
    path = no_environment / key
    path.unlink()
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    output = told("worker", env=env)
    assert str(path) in output
    assert says in output
    assert path.exists() == (content is not None)


def test_a_port_that_somebody_is_on_is_not_shared() -> None:
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        there.bind(("127.0.0.1", 0))
        there.listen()
        port = there.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"port {port} cannot be had"):
            require_port("127.0.0.1", port)
    require_port("127.0.0.1", port)


def test_what_the_rules_do_not_allow_is_told_with_every_mistake() -> None:
    faults = [{"where": "name", "code": "shape", "message": "No name."}, {"where": "zone", "message": "No zone."}]
    assert explain(StudyInvalid(errors=faults)) == f"{StudyInvalid.__doc__}\nname: No name.\nzone: No zone."
    assert explain(StudyUnknown("There is no study called x.")) == "There is no study called x."


def test_a_full_disk_is_called_so_and_our_own_faults_are_not_dressed_up() -> None:
    full = explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data/kiem.sqlite3"))
    assert full is not None
    assert full.startswith("No room is left on the disk: data/kiem.sqlite3.")
    assert explain(BrokenPipeError(errno.EPIPE, "Broken pipe")) is None
    assert explain(KeyError("slot")) is None
    assert explain(ValueError("not ours to word")) is None


def test_days_outside_the_calendar_are_refused_in_words(no_environment: Path) -> None:
    for date in ("9999-12-30", "0001-01-01"):
        output = told("plan-preview", "grow-it.1", "--zone", "Pacific/Kiritimati", "--date", date, env={})
        assert "from 1900 to 2999" in output


def test_a_number_of_thousands_of_digits_is_no_fault_of_the_server(client: FlaskClient, cast: Cast) -> None:
    body = b'{"language": ' + b"1" * 5000 + b"}"
    answer = client.patch("/api/v1/me", data=body, content_type="application/json", headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad-request")
