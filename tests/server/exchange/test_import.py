"""Importing: every row told, a second run adds nothing, nothing of it is ever planned or pushed."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from sqlalchemy import func, select

from server.config import Settings
from server.db import Base, Database
from server.delivery.claims import claim_due
from server.delivery.models import Attempt
from server.diary.models import Response
from server.exchange.commands import require_writable, run_import
from server.models import Base as AllTables
from server.planning.models import Beep
from server.planning.service import plan_ahead
from tests.databases import both_databases
from tests.factories import make_study
from tests.recordings import EXCERPT, MAPPING, make_line, make_silent_line, write_csv

DURING = datetime(2020, 3, 20, 12, 0, tzinfo=UTC)


def run(settings: Settings, file: Path, capsys: pytest.CaptureFixture[str], **options: object) -> dict[str, object]:
    """The totals that an import prints."""
    mapping = options.pop("mapping", MAPPING)
    assert run_import(settings, "fried", file, mapping, report=options.get("report"), as_json=True) == 0  # type: ignore[arg-type]
    return json.loads(capsys.readouterr().out.splitlines()[-1])  # type: ignore[no-any-return]


def count_rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in AllTables.metadata.sorted_tables
        }


def rows_of(database: Database, table: type[Base]) -> list[Base]:
    with database.reading() as session:
        return list(session.scalars(select(table)))


@both_databases
def test_the_excerpt_is_told_row_by_row_and_a_second_import_adds_nothing(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    first = run(settings, EXCERPT, capsys)
    assert first["rows"] == {
        "answered": 212,
        "answered, partly": 5,
        "expired": 28,
        "refused: off-plan": 2,
        "refused: repeated": 15,
        "self-started: late": 4,
        "self-started: repeated": 1,
    }
    assert first["accounted"] == first["read"] == 267
    stored = count_rows(database)
    assert (stored["participant"], stored["response"], stored["beep"]) == (6, 222, 254)

    second = run(settings, EXCERPT, capsys)
    assert second["rows"] == first["rows"]
    assert (second["new_beeps"], second["new_responses"]) == (0, 0)
    assert count_rows(database) == stored


def test_a_file_that_has_grown_adds_only_what_is_new(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = EXCERPT.read_text(encoding="utf-8").splitlines(keepends=True)
    half = tmp_path / "half.csv"
    half.write_text("".join(lines[:120]), encoding="utf-8")
    before = run(settings, half, capsys)
    after = run(settings, EXCERPT, capsys)
    assert before["new_responses"] + after["new_responses"] == count_rows(database)["response"] == 222  # type: ignore[operator]
    assert before["new_beeps"] + after["new_beeps"] == count_rows(database)["beep"] == 254  # type: ignore[operator]


def test_refused_and_noted_rows_are_in_the_report_with_their_lines(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_csv(
        tmp_path / "odd.csv",
        [
            make_line(),
            make_silent_line(),
            make_line(ID="P2", Q1="9"),
            make_line(ID="P3", Issued="1970-01-01 01:00:00 CET"),
            make_silent_line(ID="P4", Scheduled="2020-03-16 09:00:00"),
        ],
    )
    told = run(settings, file, capsys, report=tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as report:
        lines = [(row["line"], row["participant"], row["code"]) for row in csv.DictReader(report)]
    assert lines == [
        ("3", "P1", "repeated"),
        ("4", "P2", "value"),
        ("5", "P3", "noted"),
        ("6", "P4", "off-plan"),
    ]
    assert told["rows"] == {"answered": 2, "refused: off-plan": 1, "refused: repeated": 1, "refused: value": 1}
    assert count_rows(database)["participant"] == 2


@pytest.mark.parametrize("place", ["missing/report.csv", "folder"])
def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    (tmp_path / "folder").mkdir()
    before = count_rows(database)
    with pytest.raises(click.ClickException, match="The report cannot be written"):
        run(settings, EXCERPT, capsys, report=tmp_path / place)
    assert count_rows(database) == before


def test_looking_whether_a_report_can_be_written_changes_no_file(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("of an earlier run")
    require_writable(kept)
    require_writable(tmp_path / "new.csv")
    assert kept.read_text() == "of an earlier run"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]


def test_one_row_is_told_as_one(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_csv(tmp_path / "one.csv", [make_line()])
    assert run_import(settings, "fried", file, MAPPING, report=None, as_json=False) == 0
    told = capsys.readouterr().out
    assert "1 row of 1 person\n" in told
    assert "New: 1 beep, 1 response." in told


def test_the_very_same_answer_three_times_stays_three(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_csv(tmp_path / "copies.csv", [make_line()] * 3)
    assert run(settings, file, capsys)["rows"] == {"answered": 1, "self-started: repeated": 2}
    assert count_rows(database)["response"] == 3
    assert run(settings, file, capsys)["new_responses"] == 0


def test_answers_that_the_questionnaire_does_not_allow_leave_their_beep_as_missed(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, _, _ = MAPPING.read_text(encoding="utf-8").partition("\nitems:")
    mapping = tmp_path / "sliders.yaml"
    mapping.write_text(
        head.replace("instrument: fried.1", "instrument: momentary.1") + "\nitems:\n  pa_cheerful: Q1\n", "utf-8"
    )
    told = run(settings, write_csv(tmp_path / "one.csv", [make_line(Q1="150")]), capsys, mapping=mapping)
    assert told["rows"] == {"refused: answers-invalid": 1}
    (beep,) = rows_of(database, Beep)
    assert (beep.slot, rows_of(database, Response)) == (1, [])  # type: ignore[attr-defined]


@both_databases
def test_imported_people_are_never_planned_or_pushed_and_cannot_sign_in(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    run(settings, EXCERPT, capsys)
    assert plan_ahead(database, now=DURING).beeps == 0
    with database.transaction() as session:
        assert claim_due(session, now=datetime(2030, 1, 1, tzinfo=UTC), lease=DURING - DURING, limit=10) == []
    stored = count_rows(database)
    assert [stored[name] for name in ("device_token", "recovery_code", "device", "join_code")] == [0, 0, 0, 0]
    assert {attempt.outcome for attempt in rows_of(database, Attempt)} == {"recorded"}  # type: ignore[attr-defined]


def test_a_study_with_another_protocol_takes_nothing_in(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        make_study(session, name="fried", protocol="grow-it.1")
    before = count_rows(database)
    with pytest.raises(click.ClickException, match=r"follows grow-it\.1"):
        run_import(settings, "fried", EXCERPT, MAPPING, report=None, as_json=True)
    assert count_rows(database) == before


@pytest.mark.parametrize("broken", ["columns", "encoding", "mapping"])
def test_an_unusable_file_or_mapping_leaves_no_trace(
    settings: Settings, database: Database, tmp_path: Path, broken: str
) -> None:
    file, mapping = write_csv(tmp_path / "f.csv", [make_line()] * 3), tmp_path / "m.yaml"
    mapping.write_bytes(MAPPING.read_bytes())
    if broken == "columns":
        write_csv(file, [make_line()], columns=["ID", "Q1"])
    elif broken == "encoding":
        file.write_bytes(file.read_bytes() + b"\xff")
    else:
        mapping.write_text("items: {}", encoding="utf-8")
    with pytest.raises(click.ClickException):
        run_import(settings, "fried", file, mapping, report=None, as_json=True)
    assert set(count_rows(database).values()) == {0}
