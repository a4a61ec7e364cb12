"""Tables instead of rows: no small cell, no group that could be worked out, and the right numbers where there are."""

import csv
import io
import json
import re
import uuid
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from server.db import Database
from server.diary.models import Response
from server.export.request import Request
from server.people.models import Participant
from server.planning.models import Beep
from tests.export_studies import CANARY
from tests.server.export.conftest import Bundle, export

LEAST = 10


@pytest.fixture(scope="module")
def tables(garden: Database, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    ranking = ("birth_year", "language", "start_weekday")
    return export(garden, "garden", tmp_path_factory.mktemp("tables"), Request(profile="aggregate", ranking=ranking))


def rows_of(bundle: Bundle, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((bundle.folder / name).read_text())))


def test_there_are_tables_and_papers_and_no_diary(tables: Bundle) -> None:
    with zipfile.ZipFile(tables.zip) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"counts.csv", "means.csv", "codebook.csv", "README.md", "disclosure_risk.md", "SHA256SUMS"} <= names
    assert not names & {"beeps.csv", "participants.csv", "events.csv", "challenges.csv", "beeps.parquet", "beeps.sav"}
    manifest = json.loads((tables.folder / "manifest.json").read_text())
    rows = {entry["path"]: entry.get("rows") for entry in manifest["files"]}
    assert (rows["counts.csv"], rows["means.csv"]) == (
        len(rows_of(tables, "counts.csv")),
        len(rows_of(tables, "means.csv")),
    )
    assert manifest["planned_questionnaires"] == 12_600


def test_no_count_is_below_ten_and_none_is_zero(tables: Bundle) -> None:
    told = [int(row["persons"]) for row in rows_of(tables, "counts.csv") if row["persons"]]
    assert min(told) >= LEAST
    hidden = [row for row in rows_of(tables, "counts.csv") if not row["persons"]]
    assert hidden, "nothing was hidden, so nothing was tried"


def test_no_line_of_one_table_has_a_single_hidden_cell(tables: Bundle) -> None:
    """With its total told, one hidden cell of a row or column would be the difference."""
    lines: dict[tuple[str, str, str, str], list[str]] = {}
    for row in rows_of(tables, "counts.csv"):
        if row["by"] and "total" not in (row["label"], row["by_label"]):
            lines.setdefault((row["variable"], row["by"], "row", row["label"]), []).append(row["persons"])
            lines.setdefault((row["variable"], row["by"], "column", row["by_label"]), []).append(row["persons"])
    totals = {
        (row["variable"], row["by"], "row", row["label"]): row["persons"]
        for row in rows_of(tables, "counts.csv")
        if row["by_label"] == "total"
    }
    for line, cells in lines.items():
        if line[2] == "row" and totals.get(line):
            assert cells.count("") != 1, line


def test_means_are_those_of_the_source(garden: Database, tables: Bundle) -> None:
    with garden.reading() as session:
        moods: dict[uuid.UUID, list[float]] = {}
        for person, scores in session.execute(select(Response.participant_id, Response.measures)):
            if "mood" in scores:
                moods.setdefault(person, []).append(scores["mood"])
        languages = dict(session.execute(select(Participant.id, Participant.language)).all())
    own = {person: sum(values) / len(values) for person, values in moods.items()}
    told = {(row["variable"], row["by"], row["group"]): row["mean"] for row in rows_of(tables, "means.csv")}
    assert float(told["mood", "everybody", "everybody"]) == pytest.approx(sum(own.values()) / len(own), abs=0.006)
    dutch = [mean for person, mean in own.items() if languages[person] == "nl"]
    assert float(told["mood", "language", "nl"]) == pytest.approx(sum(dutch) / len(dutch), abs=0.006)


def test_a_group_is_averaged_only_where_its_count_is_told(tables: Bundle) -> None:
    told = {
        (row["variable"], row["label"]) for row in rows_of(tables, "counts.csv") if not row["by"] and row["persons"]
    }
    averaged = {
        (row["by"], row["group"])
        for row in rows_of(tables, "means.csv")
        if row["by"] in ("age", "language", "start_weekday")
    }
    assert averaged
    assert averaged <= told


def test_a_small_group_takes_another_with_it(small_file: Path, tmp_path: Path) -> None:
    """Nine who speak English: neither they nor, by difference, may be told, in counts or in means."""
    copy = tmp_path / "kiem.sqlite3"
    copy.write_bytes(small_file.read_bytes())
    database = Database(f"sqlite:///{copy}")
    with database.transaction() as session:
        for number, person in enumerate(session.scalars(select(Participant).order_by(Participant.id))):
            person.language = "en" if number < LEAST - 1 else "nl"
    made = export(database, "small", tmp_path / "out", Request(profile="aggregate", ranking=("language",)))
    database.dispose()
    counts = {row["label"]: row["persons"] for row in rows_of(made, "counts.csv") if row["variable"] == "language"}
    assert (counts["en"], counts["nl"]) == ("", "")
    assert [row for row in rows_of(made, "means.csv") if row["by"] == "language"] == []


def test_no_id_no_date_and_no_text_of_anybody(garden: Database, tables: Bundle) -> None:
    with zipfile.ZipFile(tables.zip) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert CANARY.encode() not in whole
    assert re.findall(rb"20(?:25|26|27)-\d\d", whole) == []
    assert [one for one in tables.plan.ids.values() if one.encode() in whole] == []
    with garden.reading() as session:
        assert [
            one for one in session.scalars(select(Beep.participant_id).distinct()) if str(one).encode() in whole
        ] == []


def test_the_same_parameters_give_the_same_bytes(small: Database, tmp_path: Path) -> None:
    asked = Request(profile="aggregate", ranking=("language",))
    one, other = (export(small, "small", tmp_path / name, asked) for name in ("one", "other"))
    assert one.zip.read_bytes() == other.zip.read_bytes()


def test_the_codebook_says_what_was_averaged(tables: Bundle) -> None:
    variables = {row["variable"] for row in rows_of(tables, "means.csv")}
    explained = {row["column"] for row in rows_of(tables, "codebook.csv") if row["file"] == "variables"}
    assert variables <= explained
