"""./run study create and ./run study text: refused with every mistake at once, and nothing is made."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text

from server.config import NAMES, PREFIX
from server.consent.models import ConsentText
from server.db import Database
from server.schema import newest_revision
from server.studies.models import JoinCode, Study
from server.study_cli import cli
from tests.cast import Cast


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path) -> object:
    """Call a command on this test's database."""
    for name in NAMES:
        monkeypatch.delenv(PREFIX + name, raising=False)
    # The tests' databases are made at once; the command wants to see that they are as new as it is.
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest_revision()})
    url = database.engine.url.render_as_string(hide_password=False)
    environment = {"KIEM_DATABASE_URL": url, "KIEM_DATA_DIR": str(tmp_path)}
    return lambda *arguments: CliRunner().invoke(cli, arguments, env=environment)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_study_with_mistakes_is_refused_with_all_of_them(run: object, database: Database) -> None:
    title = ("--title-nl", "", "--title-en", " ")
    dates = ("--opens", "2026-09-01", "--closes", "2026-08-01")
    told: Result = run("study", "create", "Mijn Studie", *title, "--zone", "Mars", "--protocol", "x.1", *dates)  # type: ignore[operator]
    assert told.exit_code == 1
    for place in ("name:", "title.nl:", "title.en:", "protocol:", "zone:", "closes_on:"):
        assert f"\n{place}" in told.output
    assert count(database, Study) == 0


def test_a_sound_study_is_made_with_its_dates_and_its_code(run: object, database: Database) -> None:
    title = ("--title-nl", "Najaar", "--title-en", "Autumn")
    dates = ("--opens", "2026-09-01", "--closes", "2026-12-01")
    who = ("--institution", "Tuin", "--contact", "Cleo", "cleo@garden.example")
    told: Result = run("study", "create", "autumn", *title, *dates, *who)  # type: ignore[operator]
    assert (told.exit_code, told.output[:10]) == (0, "Join code:")
    with database.reading() as session:
        made = session.scalars(select(Study)).one()
        assert (str(made.opens_on), str(made.closes_on)) == ("2026-09-01", "2026-12-01")


def test_a_study_without_a_responsible_institution_gets_no_code_and_says_what_to_do(
    run: object, database: Database
) -> None:
    title = ("--title-nl", "Najaar", "--title-en", "Autumn")
    told: Result = run("study", "create", "autumn", *title)  # type: ignore[operator]
    assert told.exit_code == 0
    assert "Join code" not in told.output
    assert "./run study text autumn" in told.output
    refused: Result = run("study", "code", "autumn")  # type: ignore[operator]
    assert refused.exit_code == 1
    assert "publish its consent text" in refused.output
    assert count(database, JoinCode) == 0
    who = ("--institution", "Tuin", "--contact", "Cleo", "cleo@garden.example")
    assert run("study", "text", "autumn", *who).exit_code == 0  # type: ignore[operator]
    assert run("study", "code", "autumn").exit_code == 0  # type: ignore[operator]


@pytest.mark.parametrize(
    "mail", ["cleo", "cleo@", "@kiem.example", "cleo@kiem", "cleo @kiem.example", "a@b.nl\nBcc: x"]
)
def test_a_text_needs_somebody_who_can_be_reached(run: object, database: Database, cast: Cast, mail: str) -> None:
    before = count(database, ConsentText)
    told: Result = run(  # type: ignore[operator]
        "study", "text", "garden", "--institution", " ", "--contact", " ", mail, "--phone", "none"
    )
    assert told.exit_code == 1
    for message in ("Say who is responsible", "Give the name", "is not a mail address", "is not a phone number"):
        assert message in told.output
    assert count(database, ConsentText) == before
