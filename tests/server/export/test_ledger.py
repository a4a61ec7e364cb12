"""Every planned beep is told with what became of it, on both databases."""

import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy.orm import Session

from server.db import Database
from server.delivery.models import Attempt, Receipt
from server.export.request import Request, TooFewPeople
from server.people.models import Participant
from server.planning.models import Beep, Pause
from tests.databases import both_databases
from tests.export_studies import AFTERWARDS
from tests.factories import add, letters, make_beep, make_participant, make_response, make_study
from tests.server.export.conftest import Bundle, export

MONDAY = date(2026, 3, 2)
PHONE = uuid.UUID(int=5)
NO_PHONE = uuid.UUID(int=0)
FEELINGS = {"pa_cheerful": 70, "pa_content": 61.5, "pa_relaxed": 20, "pa_energetic": 44}
PLAIN = Request(sav=False, openesm=False)


def push(session: Session, beep: Beep, outcome: str = "accepted", *, stage: int = 0) -> None:
    key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
    device = NO_PHONE if outcome == "no_device" else PHONE
    at = beep.due_at + timedelta(minutes=stage)
    add(session, Attempt(**key, at=at, device_id=device, stage=stage, outcome=outcome, http_status=None, took_ms=None))


def open_it(session: Session, beep: Beep, kind: str = "opened") -> None:
    key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
    at = beep.due_at + timedelta(minutes=1)
    add(session, Receipt(**key, kind=kind, device_at=at, received_at=at))


def pause(session: Session, person: Participant, on: date, *, ended_at: datetime | None = None) -> None:
    number = on.toordinal() % 1000
    row = Pause(
        participant_id=person.id, number=number, starts_on=on, ends_on=on, made_at=AFTERWARDS, ended_at=ended_at
    )
    add(session, row)


def tell_stories(session: Session) -> uuid.UUID:
    """Noor's beeps, one of each kind, a day each; nine others with a beep a day."""
    study = make_study(session, name="stories")
    people = [
        make_participant(session, study=study, code=f"STRY{letters(n)}", ends_on=MONDAY + timedelta(days=9))
        for n in range(10)
    ]
    noor = people[0]
    for person in people:
        for day in range(10):
            beep = make_beep(session, participant=person, local_date=MONDAY + timedelta(days=day), slot=2)
            if person is noor:
                tell_story(session, noor, beep, day)
    return noor.id


def tell_story(session: Session, noor: Participant, beep: Beep, day: int) -> None:
    match day:
        case 0:  # answered all that was shown, one item passed over
            push(session, beep)
            shown = [*FEELINGS, "stress_now", "event_valence"]
            make_response(session, beep=beep, answers=FEELINGS, skipped=["stress_now", "event_valence"], shown=shown)
        case 1:  # left something empty
            push(session, beep)
            push(session, beep, stage=1)
            make_response(session, beep=beep, answers=FEELINGS, shown=[*FEELINGS, "act_pleasant"], late_upload=True)
        case 2:
            push(session, beep)
        case 3:
            push(session, beep, "gone")
        case 4:
            push(session, beep)
            open_it(session, beep, "started")
        case 5:
            pause(session, noor, beep.local_date)
        case 6:
            push(session, beep, "no_device")
        case 7:  # the pause was over in the morning
            pause(session, noor, beep.local_date, ended_at=beep.due_at - timedelta(hours=1))
        case 8:  # answered although paused and never pushed
            pause(session, noor, beep.local_date)
            make_response(session, beep=beep, answers=FEELINGS, shown=list(FEELINGS))
            entry = make_beep(
                session, participant=noor, local_date=beep.local_date, slot=1_500, kind="event", due_at=beep.due_at
            )
            make_response(session, beep=entry, answers={"pa_cheerful": 3}, shown=["pa_cheerful"])
        case _:
            push(session, beep, "unreachable")


def stories(database: Database, folder: Path) -> tuple[Bundle, pl.DataFrame]:
    with database.transaction() as session:
        noor = tell_stories(session)
    made = export(database, "stories", folder, PLAIN)
    mine = made.read("beeps.csv").filter(id=made.plan.ids[str(noor)])
    return made, mine


@both_databases
def test_what_became_of_every_beep(database: Database, tmp_path: Path) -> None:
    made, mine = stories(database, tmp_path)
    assert mine["status"].to_list() == [1, 2, 3, 4, 5, 6, 7, 4, 1, 4]
    assert mine["valid"].to_list() == [1, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert mine["delivered"].to_list() == [1, 1, 1, 0, 1, 0, 0, 0, 0, 0]
    assert mine["reminders"].to_list() == [0, 1] + [0] * 8
    assert mine["late_upload"].to_list() == [0, 1] + [None] * 6 + [0, None]
    assert mine["obsno"].to_list() == mine["dayno"].to_list() == list(range(1, 11))
    assert made.read("beeps.csv").height == 100


@both_databases
def test_shown_skipped_and_never_shown_are_told_apart(database: Database, tmp_path: Path) -> None:
    _, mine = stories(database, tmp_path)
    first, second = mine.row(0, named=True), mine.row(1, named=True)
    assert {name: first[name] for name in FEELINGS} == {**FEELINGS}
    assert (first["stress_now"], first["event_valence"], first["act_pleasant"]) == (-98, -98, -97)
    assert (first["event_valence__shown"], second["event_valence__shown"]) == (1, 0)
    assert (second["act_pleasant"], second["event_valence"]) == (-98, -97)
    assert (first["n_shown"], first["n_answered"]) == (6, 4)
    assert mine.row(2, named=True)["stress_now"] == -99


@both_databases
def test_own_entries_stand_apart(database: Database, tmp_path: Path) -> None:
    made, _ = stories(database, tmp_path)
    events = made.read("events.csv")
    assert events.select("dayno", "entryno", "pa_cheerful", "status").rows() == [(9, 1, 3, 1)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"left_at": AFTERWARDS}, "left"),
        ({"cleared_at": None, "waiting": "consent"}, "no-consent"),  # consent to research was taken back
        ({"ends_on": AFTERWARDS.date()}, "still-running"),  # where the diary stops would be a date
    ],
)
def test_who_is_left_out_is_left_out_with_everything(
    database: Database, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    with database.transaction() as session:
        noor = tell_stories(session)
        study = session.get_one(Participant, noor).study
        extra = make_participant(session, study=study, ends_on=MONDAY + timedelta(days=9))
        make_beep(session, participant=extra, local_date=MONDAY)
        for name, value in change.items():
            setattr(session.get_one(Participant, noor), name, value)
    made = export(database, "stories", tmp_path, PLAIN)
    assert made.plan.selection.left_out[reason] == 1
    assert str(noor) not in made.plan.ids
    assert made.read("beeps.csv").height == 91
    assert made.read("events.csv").is_empty()


def test_fewer_than_the_profile_asks_for_are_refused(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        noor = tell_stories(session)
        session.get_one(Participant, noor).left_at = AFTERWARDS
    with pytest.raises(TooFewPeople, match="9 participants"):
        export(database, "stories", tmp_path, PLAIN)
