"""The command line makes the first administrator, and shows whether the log is whole."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from server.db import Database
from server.desk_cli import cli
from server.duties import remove_duties
from server.schema import migrate
from server.staff.demonstration import open_accounts
from server.studies.service import find_study
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.letterbox import open_letterbox
from tests.server.desk.desk import SECRET, make_staff, open_desk, text_of


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An installation of its own, migrated."""
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KIEM_PUBLIC_URL", "http://127.0.0.1:8000")
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'kiem.sqlite3'}")
    migrate(database.engine)
    return database


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, list(words))
    return done.exit_code, done.output


def test_the_first_administrator_gets_a_link(here: Database) -> None:
    code, said = run("staff", "invite", "Ada@Kiem.Example", "--administrator")
    assert code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/desk/invitation/[\w-]{43}", said.strip())
    assert run("staff", "list") == (0, "There is no staff yet. Begin with: ./run staff invite MAIL --administrator\n")
    code, said = run("audit-log", "verify")
    assert code == 0
    assert "1 entries" in said
    seal = said.strip().rsplit(" ", 1)[-1]
    assert run("audit-log", "verify", "--seal", seal)[0] == 0
    with here.engine.begin() as connection:
        remove_duties(connection)
        connection.execute(text("DELETE FROM audit_entry"))
    assert run("audit-log", "verify")[0] == 0
    code, said = run("audit-log", "verify", "--seal", seal)
    assert (code, "was noted and is gone" in said) == (1, True)
    here.dispose()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("staff", "invite", "ada", "--administrator"), "not a mail address"),
        (("staff", "invite", "ada@kiem.example"), "Say what the person will be"),
        (("staff", "invite", "ada@kiem.example", "--role", "owner"), "Say what the person will be"),
        (("staff", "invite", "ada@kiem.example", "--role", "owner", "--study", "nowhere"), "no study called nowhere"),
        (("staff", "renew", "ada@kiem.example"), "no account"),
        (("audit-log", "verify", "--seal", "1:abc"), "A seal looks like"),
    ],
)
def test_what_cannot_be_is_said(here: Database, words: tuple[str, ...], said: str) -> None:
    code, output = run(*words)
    assert code != 0
    assert said in output
    here.dispose()


@both_databases
def test_the_demos_accounts_sign_in_like_everybody_and_anew_at_every_start(
    app: Flask, database: Database, cast: Cast
) -> None:
    lines = []
    for _ in range(2):
        with database.transaction() as session:
            lines = open_accounts(session, (find_study(session, "garden"),), secret=SECRET, now=NOW)
    assert len(lines) == 3
    found = re.search(r"cleo@kiem\.example  password (\S+)  codes (\S+)", lines[0])
    assert found is not None
    desk = open_desk(app)
    answer = desk.post("/desk/sign-in", mail="cleo@kiem.example", password=found[1], code=found[2])
    assert answer.location == "/desk"
    assert "Studie garden" in text_of(desk.get("/desk"))


def test_the_command_mails_the_link_where_mail_is_set_up_and_prints_it_in_any_case(
    here: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_letterbox() as box:
        monkeypatch.setenv("KIEM_MAIL_GATEWAY", "smtp")
        smtp = box.settings()
        for name in ("host", "port", "tls", "sender"):
            monkeypatch.setenv(f"KIEM_SMTP_{name.upper()}", str(getattr(smtp, name)))
        code, said = run("staff", "invite", "ada@kiem.example", "--administrator", "--language", "en")
        link, mailed = said.strip().splitlines()
        assert (code, mailed) == (0, "Mailed to ada@kiem.example.")
        (mail,) = box.to("ada@kiem.example")
        assert link in mail.get_content()
        assert "The administrator of Kiem invites you" in mail.get_content()
        code, said = run("staff", "invite", "ada@kiem.example", "--administrator", "--no-mail")
        assert (code, len(said.strip().splitlines()), len(box.mails)) == (0, 1, 1)
        box.refuses["ada@kiem.example"] = "550 no such user"
        code, said = run("staff", "invite", "ada@kiem.example", "--administrator")
        assert (code, "did not leave" in said, "/desk/invitation/" in said) == (0, True, True)
        with here.transaction() as session:
            make_staff(session, "Cleo", language="nl")
        code, said = run("staff", "renew", "Cleo@kiem.example")
        link, mailed = said.strip().splitlines()
        assert (code, mailed) == (0, "Mailed to cleo@kiem.example.")
        assert link in box.to("cleo@kiem.example")[0].get_content()
        code, said = run("staff", "renew", "cleo@kiem.example", "--no-mail")
        assert (code, len(said.strip().splitlines()), len(box.to("cleo@kiem.example"))) == (0, 1, 1)
    here.dispose()
