"""The day means that participants see are those of the file: imported, and lived through again over HTTP."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.exchange.commands import run_import
from server.exchange.service import participant_id
from server.people.models import Participant
from server.studies.service import find_study
from tests.databases import both_databases
from tests.factories import make_token
from tests.recordings import EXCERPT, MAPPING, WHOLE, needs_whole_file
from tests.server.exchange.day_means import assert_same, means_in, means_of

AFTERWARDS = datetime(2020, 3, 30, 10, 0, tzinfo=UTC)


def pictures(client: FlaskClient, database: Database, names: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each of these imported people would see if she could sign in."""
    for name in names:
        with database.transaction() as session:
            imported = participant_id(find_study(session, "fried"), name)
            token = make_token(
                session,
                session.get_one(Participant, imported),
                created_at=AFTERWARDS,
                expires_at=AFTERWARDS.replace(month=4),
            )
        reply = client.get("/api/v1/trends", headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 200, reply.json
        yield name, reply.json  # type: ignore[misc]


@both_databases
def test_imported_diaries_have_the_files_day_means(
    settings: Settings, database: Database, client: FlaskClient, clock: SetClock
) -> None:
    run_import(settings, "fried", EXCERPT, MAPPING, report=None, as_json=True)
    clock.set(AFTERWARDS)
    expected = means_in(EXCERPT)
    for name, picture in pictures(client, database, expected):
        assert_same(means_of(picture), expected[name])


@needs_whole_file
def test_the_whole_file_adds_up_and_has_its_day_means(
    settings: Settings, database: Database, client: FlaskClient, clock: SetClock, capsys: pytest.CaptureFixture[str]
) -> None:
    run_import(settings, "fried", WHOLE, MAPPING, report=None, as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["read"] == told["accounted"] == sum(told["rows"].values()) == 4372
    assert told["people"] == 79
    with WHOLE.open(encoding="utf-8", newline="") as file:
        with_answers = sum(any(row[f"Q{n}"] != "NA" for n in range(1, 19)) for row in csv.DictReader(file))
    kept = sum(count for outcome, count in told["rows"].items() if outcome.startswith(("answered", "self-started")))
    assert kept == with_answers == told["new_responses"]

    clock.set(AFTERWARDS)
    expected = means_in(WHOLE)
    assert len(expected) == 79
    for name, picture in pictures(client, database, expected):
        assert_same(means_of(picture), expected[name])
