"""The privacy officer's papers say what the configuration says, and mark what only people can."""

import re
from datetime import date

import pytest
from click.testing import CliRunner

from prompts.measures import MEASURES
from server.assessment.facts import Facts, gather
from server.assessment.writing import LANGUAGES, write
from server.assessment_cli import cli
from server.config import NAMES, PREFIX, Settings
from server.db import Database
from server.rights.retention import set_retention
from server.schema import migrate
from server.staff.models import StudyRole
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.consent_factories import drop_short_text, publish
from tests.server.desk.desk import make_staff

MADE = date(2026, 3, 4)
OPEN = {"nl": "[IN TE VULLEN", "en": "[TO FILL IN"}


@pytest.fixture
def facts(database: Database, settings: Settings, cast: Cast) -> Facts:
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        publish(session, study, institution="Universiteit | Tuin", parents_required=2)
        set_retention(session, study, contact_days=12, answers_until=date(2036, 5, 1))
        make_staff(session, "Cleo", roles={study: "coordinator"})
        make_staff(session, "Rena", roles={study: "researcher"})
        session.flush()
        return gather(session, study, settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_assessment_says_what_the_configuration_says(facts: Facts, language: str) -> None:
    text = write("dpia", facts, language, MADE)
    for said in ("Universiteit / Tuin", "grow-it.1", "`momentary.1`", "`evening.1`", "2036-05-01"):
        assert said in text, said
    assert {"nl": "* coördinator: 1\n* onderzoeker: 1", "en": "* coordinator: 1\n* researcher: 1"}[language] in text
    assert {"nl": "twee ouders", "en": "two parents"}[language] in text
    assert {"nl": "12 dagen", "en": "12 days"}[language] in text
    assert re.search(r"SHA-256 en: `[0-9a-f]{64}`, nl: `[0-9a-f]{64}`", text)
    assert f": {facts.participants}" in text
    assert facts.participants == 2
    assert "fcm.googleapis.com" in text
    assert {"nl": "zonder TLS", "en": "without TLS"}[language] in text, "the tests' address has none"
    assert "$" not in text
    assert "{" not in text


def test_what_is_measured_is_told_in_the_readers_words(facts: Facts) -> None:
    """Not by the names that columns have."""
    names = {name for name in MEASURES if "_" in name}
    texts = {language: write("dpia", facts, language, MADE) for language in LANGUAGES}
    for text in texts.values():
        assert [name for name in names if re.search(rf"\b{name}\b", text)] == []
    lines = {language: re.findall(r"^\* .*; (?:meet|measures) .*$", text, re.M) for language, text in texts.items()}
    assert len(lines["nl"]) == len(lines["en"]) == len(facts.asked)


def test_it_says_of_whom_what_is_kept_and_what_a_backup_still_holds(facts: Facts) -> None:
    text = " ".join(write("dpia", facts, "en", MADE).split())
    for said in ("rhythm of the day", "nickname", "kind of phone", "Of staff: name, mail address", "outside the EEA"):
        assert said in text, said
    assert "Backups: **[TO FILL IN" in text


@pytest.mark.parametrize("document", ["dpia", "register"])
def test_what_only_people_know_is_marked_in_both_languages_alike(facts: Facts, document: str) -> None:
    texts = {language: write(document, facts, language, MADE) for language in LANGUAGES}  # type: ignore[arg-type]
    counts = {language: text.count(OPEN[language]) for language, text in texts.items()}
    assert counts["nl"] == counts["en"] >= 4
    shapes = {language: re.sub(r"[^#|*\n]", "", text).count("#") for language, text in texts.items()}
    assert shapes["nl"] == shapes["en"]


def test_a_study_that_is_not_ready_is_said_so(database: Database, settings: Settings, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.get_one(Study, cast.other_study.id)
        drop_short_text(session, study)
        text = write("dpia", gather(session, study, settings), "en", MADE)
    assert "NO TEXT PUBLISHED YET" in text
    assert "Nobody has a role" in text
    assert "./run retention --study harbour" in text
    assert "nobody watches" in text


def test_a_title_cannot_break_the_record(facts: Facts) -> None:
    text = write("register", facts, "nl", MADE)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 14
    assert all(line.count("|") == 3 for line in rows)


def test_no_person_is_in_it(facts: Facts, cast: Cast) -> None:
    text = write("dpia", facts, "nl", MADE) + write("register", facts, "nl", MADE)
    for hidden in ("NRNR234", "SMSM234", "rena@kiem.example", cast.noor.token):
        assert hidden not in text


def test_the_command_prints_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in NAMES:
        monkeypatch.delenv(PREFIX + name, raising=False)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path}/kiem.sqlite3")
    migrate(database.engine)
    from tests.factories import make_study

    with database.transaction() as session:
        make_study(session, name="garden")
        assert session.query(StudyRole).count() == 0
    database.dispose()
    for document in ("dpia", "register"):
        done = CliRunner().invoke(cli, [document, "garden", "--language", "en"])
        assert (done.exit_code, done.output[:2]) == (0, "# "), done.output
    missing = CliRunner().invoke(cli, ["dpia", "nowhere"])
    assert missing.exit_code == 1
    assert "nowhere" in missing.output
    assert NOW.year == MADE.year
