"""PATCH /api/v1/me."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db import Database
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.service import plan_ahead
from tests.cast import NOW, TODAY, Cast

LATER = {"school": {"start": "12:00", "end": "23:00", "quiet": []}, "free": {"start": "12:00", "end": "23:00"}}


def patch(client: FlaskClient, cast: Cast, body: Any) -> Any:
    return client.patch("/api/v1/me", json=body, headers=cast.noor.headers)


def times(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        rows = session.execute(select(Beep.participant_id, Beep.local_date, Beep.slot, Beep.due_at))
        return sorted(tuple(row) for row in rows)


def test_a_new_rhythm_is_kept_and_plans_tomorrow_anew(client: FlaskClient, database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = times(database)
    answer = patch(client, cast, {"rhythm": LATER})
    assert answer.status_code == 200
    assert answer.json["rhythm"]["school"]["start"] == "12:00"
    moved = {row[:2] for row in set(times(database)) - set(before)}
    assert moved == {(cast.noor.participant.id, TODAY + timedelta(days=day)) for day in (1, 2)}


def test_a_new_zone_and_language_are_kept(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer = patch(client, cast, {"zone": "Asia/Tokyo", "language": "en"})
    assert (answer.json["zone"], answer.json["language"]) == ("Asia/Tokyo", "en")
    with database.reading() as session:
        assert session.get_one(Participant, cast.noor.participant.id).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rhythm": {"school": {"quiet": [["00:00", "23:59"]]}}}, "rhythm-infeasible"),
        ({"rhythm": {"school": {"start": "half past nine"}}}, "rhythm-invalid"),
        ({"zone": "Europe/Atlantis"}, "zone-unknown"),
        ({"language": "tlh"}, "invalid"),
        ({"code": "ADMIN"}, "invalid"),
    ],
)
def test_a_refused_change_changes_nothing(
    client: FlaskClient, database: Database, cast: Cast, body: Any, code: str
) -> None:
    plan_ahead(database, now=NOW)
    before = times(database)
    answer = patch(client, cast, body)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert times(database) == before
    with database.reading() as session:
        noor = session.get_one(Participant, cast.noor.participant.id)
        assert (noor.zone, noor.language, noor.rhythm) == ("Europe/Amsterdam", "nl", None)


def test_nobody_changes_without_signing_in(client: FlaskClient, cast: Cast) -> None:
    assert client.patch("/api/v1/me", json={"language": "en"}).status_code == 401
