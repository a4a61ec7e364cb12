"""A bundle is whole, repeatable, and holds nothing that leads back to somebody."""

import csv
import hashlib
import json
import re
import uuid
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from server.db import Database
from server.diary.models import Response
from server.export.columns import MISSED
from server.people.models import Participant
from server.planning.models import Beep
from tests.export_studies import CANARY
from tests.server.export.conftest import REQUEST, Bundle, export
from tests.server.export.opened import everything, files_of


def test_the_same_parameters_and_key_give_the_same_bytes(small: Database, little: Bundle, tmp_path: Path) -> None:
    again = export(small, "small", tmp_path, REQUEST)
    assert again.zip.read_bytes() == little.zip.read_bytes()


def test_nobody_but_its_owner_reads_a_bundle_while_it_is_packed(little: Bundle) -> None:
    assert little.zip.stat().st_mode & 0o777 == 0o600


def test_two_exports_share_no_id(small: Database, little: Bundle, tmp_path: Path) -> None:
    other = export(small, "small", tmp_path, REQUEST, key=b"another key".ljust(32))
    ids, others = set(little.read("participants.csv")["id"]), set(other.read("participants.csv")["id"])
    assert len(ids) == len(others) == 36
    assert ids.isdisjoint(others)


def test_every_file_has_its_sum_and_every_table_its_rows(bundle: Bundle) -> None:
    files = files_of(bundle.zip)
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    manifest = {entry["path"]: entry for entry in json.loads(files["manifest.json"])["files"]}
    for name in ("beeps.csv", "participants.csv", "challenges.csv", "events.csv"):
        lines = list(csv.reader(files[name].decode().splitlines()))
        assert len(lines) - 1 == manifest[name]["rows"]


def test_every_planned_beep_is_a_row(garden: Database, bundle: Bundle) -> None:
    with garden.reading() as session:
        counts = dict(session.execute(select(Beep.kind, func.count()).group_by(Beep.kind)).all())
    assert bundle.read("beeps.csv").height == counts["questionnaire"] == 12_600
    assert bundle.read("challenges.csv").height == counts["challenge"] == 2_520


def test_sums_and_counts_equal_the_source(garden: Database, bundle: Bundle) -> None:
    with garden.reading() as session:
        answers = session.scalars(select(Response.answers)).all()
        moods = [scores.get("mood") for scores in session.scalars(select(Response.measures))]
    beeps = bundle.read("beeps.csv")
    assert beeps["valid"].sum() == len(answers)
    for item in ("pa_cheerful", "day_sat", "stress_now", "sl_rested"):
        given = [one[item] for one in answers if item in one]
        kept = beeps.filter(pl.col(item) >= 0)[item]
        assert (len(kept), kept.sum()) == (len(given), sum(given))
    friends = sum("friends" in one.get("ctx_company", ()) for one in answers)
    assert beeps.filter(ctx_company_friends=1).height == friends
    known = [mood for mood in moods if mood is not None]
    assert beeps["mood"].sum() == pytest.approx(sum(known), abs=1e-4 * len(known))


def test_no_byte_holds_free_text_codes_devices_or_internal_ids(
    small_file: Path, small: Database, little: Bundle
) -> None:
    whole = everything(little.zip)
    assert CANARY.encode() in small_file.read_bytes(), "the canaries were never planted"
    with small.reading() as session:
        people = session.execute(select(Participant.id, Participant.code)).all()
        studies = session.scalars(select(Participant.study_id).distinct()).all()
    secrets = [CANARY, CANARY.upper(), CANARY[:4].upper() + "SMA", "day_best", "help_wish", "Europe/Amsterdam"]
    secrets += [text for one in [*studies, *(person for person, _ in people)] for text in _spellings(one)]
    secrets += [code for _, code in people]
    assert [secret for secret in secrets if secret.encode() in whole] == []
    assert [one for one, _ in people if one.bytes in whole] == []


def _spellings(one: uuid.UUID) -> tuple[str, str]:
    return str(one), one.hex


def test_no_true_date_is_anywhere(bundle: Bundle) -> None:
    whole = everything(bundle.zip)
    assert re.findall(rb"20(?:25|26|27)-\d\d", whole) == []
    stamps = set(re.findall(rb"(2\d{3}-\d\d-\d\d) \d\d:\d\d:\d\d", files_of(bundle.zip)["beeps.csv"]))
    assert min(stamps) == b"2001-01-01"
    assert max(stamps) <= b"2001-01-28"


def test_missed_beeps_have_codes_only_for_what_they_would_have_asked(bundle: Bundle) -> None:
    missed = bundle.read("beeps.csv").filter(valid=0)
    momentary = missed.filter(questionnaire="momentary")
    assert momentary["stress_now"].unique().to_list() == [MISSED]
    assert momentary["day_sat"].unique().to_list() == [-97]
    assert missed["mood"].null_count() == missed.height


def test_a_category_that_few_people_chose_is_other(garden: Database, bundle: Bundle) -> None:
    beeps = bundle.read("beeps.csv")
    for name, field in bundle.plan_layout().nominal.items():
        columns = list(field.names.values()) or [name]
        for column in (column for column in columns if column in beeps.columns):
            chosen = beeps.filter(pl.col(column) > 0).group_by(column).agg(pl.col("id").n_unique())
            assert chosen.filter(pl.col("id") < 5).is_empty(), column
