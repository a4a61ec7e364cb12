"""GET /api/v1/today and /api/v1/beeps/<id>: what is asked around now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from prompts.presentation import present
from server.clock import SetClock
from server.content import instruments
from server.db import Database
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Assignment, Beep, beep_id
from server.planning.service import plan_ahead
from tests.cast import NOW, TODAY, Cast, Member
from tests.databases import both_databases
from tests.factories import make_beep, make_challenge, make_outcome, make_response

DAY = timedelta(days=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def get_today(client: FlaskClient, member: Member, **headers: str) -> Any:
    return client.get("/api/v1/today", headers={**member.headers, **headers})


@pytest.fixture
def _planned(database: Database, cast: Cast) -> None:
    """Three days lie ahead, with challenges."""
    with database.transaction() as session:
        for number in range(9):
            make_challenge(session, slug=f"dare-{number}", strategy=("kindness", "rest", "focus")[number % 3])
    plan_ahead(database, now=NOW)


@both_databases
@pytest.mark.usefixtures("_planned")
def test_today_holds_today_and_tomorrow_with_items_in_shown_order(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    answer = get_today(client, cast.noor)
    assert answer.status_code == 200
    body = answer.json
    assert {name: body[name] for name in ("zone", "date", "study_day", "days")} == {
        "zone": "Europe/Amsterdam",
        "date": "2026-03-04",
        "study_day": 3,
        "days": 21,
    }
    assert datetime.fromisoformat(body["now"]) == NOW
    with database.reading() as session:
        mine = select(Beep).where(Beep.participant_id == cast.noor.participant.id)
        beeps = session.scalars(mine.where(Beep.local_date.between(TODAY, TODAY + DAY)).order_by(Beep.due_at)).all()
    assert len(beeps) == 12
    assert body["beeps"] == [
        {
            "id": str(beep.id),
            "kind": beep.kind,
            "slot": beep.slot,
            "local_date": beep.local_date.isoformat(),
            "due_at": beep.due_at.isoformat(),
            "expires_at": beep.expires_at.isoformat(),
            "instrument": beep.instrument,
            "items": list(present(instruments()[beep.instrument], beep.order_seed)) if beep.instrument else [],
            "answered": False,
            "answered_late": False,
        }
        for beep in beeps
    ]


@pytest.mark.usefixtures("_planned")
def test_an_answer_shows_and_a_late_one_too(client: FlaskClient, database: Database, cast: Cast) -> None:
    noor = cast.noor.participant.id
    with database.transaction() as session:
        make_response(session, beep=session.get_one(Beep, (noor, TODAY, 1)))
        make_response(session, beep=session.get_one(Beep, (noor, TODAY, 2)), late_upload=True)
    answered = {
        beep["slot"]: (beep["answered"], beep["answered_late"])
        for beep in get_today(client, cast.noor).json["beeps"]
        if beep["local_date"] == "2026-03-04"
    }
    assert answered == {
        0: (False, False),
        1: (True, False),
        2: (True, True),
        3: (False, False),
        4: (False, False),
        5: (False, False),
    }


@both_databases
@pytest.mark.usefixtures("_planned")
def test_the_challenge_has_its_cards_and_its_outcome(client: FlaskClient, database: Database, cast: Cast) -> None:
    noor = cast.noor.participant.id
    with database.transaction() as session:
        assignment = session.get_one(Assignment, (noor, TODAY))
        beep = session.get_one(Beep, (noor, TODAY, 0))
        make_outcome(session, beep=beep, outcome="done", slug=assignment.slug, fun=80)
        slugs = [assignment.slug, *(slug for slug, _version in assignment.alternatives)]
    body = get_today(client, cast.noor).json
    challenge = body["challenge"]
    assert challenge["beep"] == str(beep_id(noor, TODAY, 0))
    assert [challenge["chosen"]["slug"], *(card["slug"] for card in challenge["alternatives"])] == slugs
    assert challenge["chosen"] == {
        "slug": slugs[0],
        "version": 1,
        "strategy": challenge["chosen"]["strategy"],
        "title": {"nl": f"Uitdaging {slugs[0]}", "en": f"Dare {slugs[0]}"},
        "body": {"nl": "Zeg iets aardigs tegen iemand.", "en": "Say something kind to somebody."},
        "minutes": 5,
        "place": "any",
        "company": "either",
        "safety": None,
    }
    assert challenge["outcome"] == {"outcome": "done", "slug": slugs[0], "fun": 80, "helped": None}
    assert [beep["answered"] for beep in body["beeps"] if beep["slot"] == 0] == [True, False]


def test_without_a_challenge_there_is_none(client: FlaskClient, database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    assert get_today(client, cast.noor).json["challenge"] is None


def test_after_midnight_yesterday_is_there_as_long_as_it_is_open(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Noor's day of the 4th ends at half past midnight; Sam's was over in the evening."""
    with database.transaction() as session:
        noor, sam = (session.get_one(Participant, m.participant.id) for m in (cast.noor, cast.sam))
        due = datetime(2026, 3, 4, 23, 45, tzinfo=AMSTERDAM).astimezone(UTC)
        make_beep(session, participant=noor, local_date=TODAY, slot=5, due_at=due, window_min=45)
        make_beep(session, participant=noor, local_date=TODAY, slot=4)
        make_beep(session, participant=sam, local_date=TODAY, slot=5)
        make_beep(session, participant=noor, local_date=TODAY + DAY, slot=1)
    clock.set(datetime(2026, 3, 5, 0, 10, tzinfo=AMSTERDAM).astimezone(UTC))
    body = get_today(client, cast.noor).json
    assert [(beep["local_date"], beep["slot"]) for beep in body["beeps"]] == [("2026-03-04", 5), ("2026-03-05", 1)]
    assert body["date"] == "2026-03-05"
    assert get_today(client, cast.sam).json["beeps"] == []
    clock.set(datetime(2026, 3, 5, 0, 30, tzinfo=AMSTERDAM).astimezone(UTC))
    assert [beep["slot"] for beep in get_today(client, cast.noor).json["beeps"]] == [1]


def test_an_open_challenge_of_yesterday_comes_before_that_of_today(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        noor = session.get_one(Participant, cast.noor.participant.id)
        noor.rhythm = {"free": {"start": "10:00", "end": "00:30"}, "school": {"start": "10:00", "end": "00:30"}}
        make_challenge(session, slug="one", strategy="rest")
        make_challenge(session, slug="two", strategy="focus")
    plan_ahead(database, now=NOW)
    for hour, expected in ((23, "2026-03-04"), (0, "2026-03-04"), (1, "2026-03-05")):
        day = 4 if hour == 23 else 5
        clock.set(datetime(2026, 3, day, hour, 15, tzinfo=AMSTERDAM).astimezone(UTC))
        with database.transaction() as session:
            beep = session.get_one(Beep, (cast.noor.participant.id, TODAY, 0))
            beep.expires_at = datetime(2026, 3, 5, 0, 30, tzinfo=AMSTERDAM).astimezone(UTC)
        assert get_today(client, cast.noor).json["challenge"]["local_date"] == expected


def test_entries_of_ones_own_are_no_part_of_the_plan(client: FlaskClient, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        noor = session.get_one(Participant, cast.noor.participant.id)
        make_beep(session, participant=noor, slot=FIRST_EVENT_SLOT + 1, kind="event", due_at=NOW)
    assert get_today(client, cast.noor).json["beeps"] == []


@pytest.mark.usefixtures("_planned")
def test_today_never_holds_anybody_elses_beeps(client: FlaskClient, cast: Cast) -> None:
    noors = {beep["id"] for beep in get_today(client, cast.noor).json["beeps"]}
    sams = {beep["id"] for beep in get_today(client, cast.sam).json["beeps"]}
    assert len(noors) == len(sams) == 12
    assert noors.isdisjoint(sams)


@both_databases
@pytest.mark.usefixtures("_planned")
def test_today_takes_three_statements(client: FlaskClient, database: Database, cast: Cast) -> None:
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    assert get_today(client, cast.noor).json["challenge"] is not None
    statements = [statement for statement in asked if not statement.startswith("BEGIN")]
    assert len(statements) <= 3, statements


@pytest.mark.usefixtures("_planned")
def test_unchanged_is_told_with_304_and_the_servers_time(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    first = get_today(client, cast.noor)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    clock.move(timedelta(minutes=1))
    again = get_today(client, cast.noor, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert datetime.fromisoformat(again.headers["X-Kiem-Now"]) == NOW + timedelta(minutes=1)
    assert again.headers["Cache-Control"] == "private, no-cache"
    with database.transaction() as session:
        make_response(session, beep=session.get_one(Beep, (cast.noor.participant.id, TODAY, 1)))
    changed = get_today(client, cast.noor, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("zone", "on"), [("Pacific/Kiritimati", date(2026, 3, 5)), ("America/Los_Angeles", date(2026, 3, 4))]
)
def test_the_date_is_the_one_on_the_participants_wall(
    client: FlaskClient, database: Database, cast: Cast, zone: str, on: date
) -> None:
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).zone = zone
    plan_ahead(database, now=NOW)
    body = get_today(client, cast.noor).json
    assert (body["date"], body["study_day"]) == (on.isoformat(), (on - date(2026, 3, 1)).days)
    assert {beep["local_date"] for beep in body["beeps"]} == {on.isoformat(), (on + DAY).isoformat()}


@pytest.mark.usefixtures("_planned")
def test_one_beep_is_what_today_says_of_it(client: FlaskClient, cast: Cast) -> None:
    for beep in get_today(client, cast.noor).json["beeps"]:
        answer = client.get(f"/api/v1/beeps/{beep['id']}", headers=cast.noor.headers)
        assert (answer.status_code, answer.json) == (200, beep)


@pytest.mark.usefixtures("_planned")
def test_a_beep_of_somebody_else_is_unknown(client: FlaskClient, cast: Cast) -> None:
    """Sam must not see Noor's, nor learn that it exists."""
    noors = beep_id(cast.noor.participant.id, TODAY, 1)
    for unknown in (
        noors,
        beep_id(cast.sam.participant.id, TODAY + 300 * DAY, 1),
        "6f1c2a58-9d5e-4c39-8a66-2f1f0b7f9a01",
    ):
        answer = client.get(f"/api/v1/beeps/{unknown}", headers=cast.sam.headers)
        assert (answer.status_code, answer.json["code"]) == (404, "beep-unknown")


@pytest.mark.parametrize("path", ["/api/v1/today", f"/api/v1/beeps/{'0' * 8}-0000-8000-8000-{'0' * 12}"])
def test_nobody_looks_without_signing_in(client: FlaskClient, cast: Cast, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")
