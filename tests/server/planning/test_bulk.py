"""What bulk loading writes is what the mapped class would have written."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, func, inspect, select
from sqlalchemy import cast as cast_to_text

from prompts.sampling import ALGORITHM, Rhythm, day_seed, plan_day
from server.content import protocols
from server.db import Database
from server.planning.bulk import COLUMNS, store_drafts
from server.planning.drafts import Draft, draft_days, order_seeds
from server.planning.models import Beep, beep_id
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases
from tests.factories import make_beep

GROW = protocols()["grow-it.1"]


def draft(cast: Cast, *, days: int = 1, zone: str = "Europe/Amsterdam") -> list[Draft]:
    drafts = list(
        draft_days(
            cast.noor.participant.id,
            protocol=GROW,
            study_seed=cast.study.seed,
            zone=zone,
            rhythm=Rhythm(),
            first=TODAY,
            last=TODAY + timedelta(days=days - 1),
        )
    )
    for one in drafts:
        one.with_challenge = True
    return drafts


def columns_of(beep: Beep) -> dict[str, Any]:
    return {attribute.key: getattr(beep, attribute.key) for attribute in inspect(Beep).column_attrs}


def test_every_column_is_written() -> None:
    assert {name.strip() for name in COLUMNS.split(",")} == set(Beep.__table__.columns.keys())


@both_databases
def test_every_column_comes_back_as_it_was_meant(database: Database, cast: Cast) -> None:
    noor = cast.noor.participant.id
    with database.transaction() as session:
        assert store_drafts(session.connection(), draft(cast), now=NOW) == 6
    seed = day_seed(cast.study.seed, str(noor), TODAY, "grow-it.1")
    moments = plan_day(GROW, date=TODAY, zone="Europe/Amsterdam", rhythm=Rhythm(), seed=seed)
    orders = order_seeds(seed, 6)
    with database.reading() as session:
        beeps = session.scalars(select(Beep).order_by(Beep.slot)).all()
        assert [columns_of(beep) for beep in beeps] == [
            {
                "participant_id": noor,
                "local_date": TODAY,
                "slot": moment.slot,
                "id": beep_id(noor, TODAY, moment.slot),
                "kind": moment.kind,
                "due_at": moment.due_at,
                "expires_at": moment.expires_at,
                "zone": "Europe/Amsterdam",
                "utc_offset_min": 60,
                "instrument": moment.instrument,
                "protocol": "grow-it.1",
                "rules": 0,
                "algorithm": ALGORITHM,
                "order_seed": orders[moment.slot],
                "planned_at": NOW,
                "next_push_at": moment.due_at if moment.expires_at > NOW else None,
                "push_stage": 0,
                "push_tries": 0,
            }
            for moment in moments
        ]


@both_databases
def test_a_row_by_hand_and_a_row_in_bulk_are_kept_alike(database: Database, cast: Cast) -> None:
    """SQLite has no types of its own: a date or id in another form would never be found again."""
    with database.transaction() as session:
        store_drafts(session.connection(), draft(cast), now=NOW)
        make_beep(session, participant=session.merge(cast.sam.participant), local_date=TODAY, slot=2)
    kind = func.typeof if database.is_sqlite else func.pg_typeof
    columns = (Beep.participant_id, Beep.local_date, Beep.slot, Beep.id, Beep.due_at, Beep.planned_at)
    with database.reading() as session:
        kinds = session.execute(select(*(cast_to_text(kind(column), Text) for column in columns)).distinct()).all()
        assert len(kinds) == 1
        both = select(Beep.participant_id).where(Beep.local_date == TODAY, Beep.slot == 2)
        assert len(session.scalars(both).all()) == 2


@both_databases
def test_rows_that_are_there_stay_and_the_others_are_added(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        kept = make_beep(
            session, participant=session.merge(cast.noor.participant), local_date=TODAY, slot=3, order_seed=42
        )
        due_at = kept.due_at
    with database.transaction() as session:
        assert store_drafts(session.connection(), draft(cast, days=2), now=NOW) == 11
        assert store_drafts(session.connection(), draft(cast, days=2), now=NOW) == 0
    with database.reading() as session:
        found = session.get_one(Beep, (cast.noor.participant.id, TODAY, 3))
        assert (found.order_seed, found.due_at) == (42, due_at)
        assert len(session.scalars(select(Beep)).all()) == 12


@both_databases
def test_what_is_over_is_kept_for_the_ledger_and_never_pushed(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        store_drafts(session.connection(), draft(cast), now=datetime(2026, 3, 4, 12, 30, tzinfo=UTC))
    with database.reading() as session:
        beeps = session.scalars(select(Beep).order_by(Beep.due_at)).all()
    now = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    over, open_or_ahead = [b for b in beeps if b.expires_at <= now], [b for b in beeps if b.expires_at > now]
    assert over
    assert open_or_ahead
    assert all(beep.next_push_at is None for beep in over)
    assert all(beep.next_push_at == beep.due_at for beep in open_or_ahead)


@both_databases
def test_nothing_is_stored_for_nobody(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        assert store_drafts(session.connection(), [], now=NOW) == 0
        # Samoa had no 30 December 2011.
        nowhere = draft_days(
            cast.noor.participant.id,
            protocol=GROW,
            study_seed=b"s" * 32,
            zone="Pacific/Apia",
            rhythm=Rhythm(),
            first=date(2011, 12, 30),
            last=date(2011, 12, 30),
        )
        assert store_drafts(session.connection(), list(nowhere), now=NOW) == 0
