"""New rules of a study: told before they are saved, planned by the worker, and nobody is beeped twice."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.clock import SetClock
from server.db import Database, acting_as
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, RecordingGateway
from server.people.models import Participant
from server.planning.impact import Impact
from server.planning.models import Assignment, Beep
from server.planning.rule_changes import RulesAlike, RulesRefused, foresee_rules, save_rules
from server.planning.rules_round import follow_rules
from server.planning.service import Planned, plan_ahead
from server.studies.models import RulesVersion, Study
from server.studies.versions import RulesChanged, rules_in_force
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_challenge

DAY = timedelta(days=1)
TOMORROW, LAST = TODAY + DAY, TODAY + 2 * DAY
Plan = dict[tuple[date, int], tuple[datetime, datetime, int]]


def plan_of(database: Database, participant: Participant) -> Plan:
    with database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.participant_id == participant.id))
        return {(b.local_date, b.slot): (b.due_at, b.expires_at, b.rules) for b in beeps}


def save(database: Database, cast: Cast, *, base: int = 0, now: datetime = NOW, **changes: Any) -> int:
    with acting_as("desk"), database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        rules = replace(rules_in_force(study), **changes)
        return save_rules(session, study.id, rules, base=base, by="Cleo", why="a test", now=now).version


def foretold(database: Database, cast: Cast, now: datetime = NOW, **changes: Any) -> Impact:
    with acting_as("desk"), database.reading() as session:
        study = session.get_one(Study, cast.study.id)
        return foresee_rules(session, study, replace(rules_in_force(study), **changes), now=now)


@both_databases
def test_coming_days_follow_the_new_rules_and_a_begun_day_stays(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before, others = plan_of(database, cast.noor.participant), plan_of(database, cast.zoe.participant)
    assert save(database, cast, start=time(12), challenge_at=time(12)) == 1
    assert plan_of(database, cast.noor.participant) == before  # the desk moves nothing itself
    follow_rules(database, now=NOW)
    after = plan_of(database, cast.noor.participant)
    assert before.keys() == after.keys()
    for (on, slot), (due, expires, rules) in after.items():
        if on <= TODAY:
            assert before[on, slot] == (due, expires, 0)
        else:
            assert (rules, due.hour >= 11) == (1, True)  # noon in Amsterdam
    assert plan_of(database, cast.zoe.participant) == others, "another study's"
    assert follow_rules(database, now=NOW) == Planned()


@both_databases
def test_what_was_foretold_is_what_happens(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    for changes in (
        {"start": time(11), "challenge_at": time(11), "min_gap": 30},
        {"answer_window": 30},
        {"reminders": (5, 20)},
        {"days": 4},
    ):
        with database.reading() as session:
            base = session.get_one(Study, cast.study.id).rules_version
        told = foretold(database, cast, **changes)
        people = [cast.noor.participant, cast.sam.participant]
        before = [plan_of(database, one) for one in people]
        save(database, cast, base=base, **changes)
        follow_rules(database, now=NOW)
        after = [plan_of(database, one) for one in people]
        pairs = list(zip(before, after, strict=True))
        coming = [(old, new, key) for old, new in pairs for key in old.keys() & new.keys() if key[0] > TODAY]
        moved = sum(old[key][:2] != new[key][:2] for old, new, key in coming)
        assert (told.moved, told.kept) == (moved, len(coming) - moved)
        assert told.dropped == sum(len(old.keys() - new.keys()) for old, new in pairs)
        assert told.added == sum(len(new.keys() - old.keys()) for old, new in pairs)
        assert told.people == sum(
            {k: v[:2] for k, v in old.items()} != {k: v[:2] for k, v in new.items()} for old, new in pairs
        )


def test_who_joined_before_the_study_grew_longer_keeps_her_days(database: Database, cast: Cast) -> None:
    ends_on = cast.noor.participant.ends_on
    save(database, cast, days=40)
    follow_rules(database, now=NOW)
    with database.reading() as session:
        assert session.get_one(Participant, cast.noor.participant.id).ends_on == ends_on


def test_a_shorter_study_ends_after_what_has_begun(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    assert foretold(database, cast, days=1).shorter == 2
    save(database, cast, days=1)
    follow_rules(database, now=NOW)
    with database.reading() as session:
        noor = session.get_one(Participant, cast.noor.participant.id)
        assert (noor.ends_on, noor.planned_through) == (TODAY, TODAY)
    assert {on for on, _slot in plan_of(database, cast.noor.participant) if on >= TODAY} == {TODAY}
    assert plan_ahead(database, now=NOW + DAY).people == 1, "only the other study's"


@both_databases
def test_a_planner_that_began_with_older_rules_is_put_right(database: Database, cast: Cast) -> None:
    """She is planned anew, then a planner that had read the rules before plans her next day: it is seen and mended."""
    from server.planning.queries import claim_gaps, list_horizons, mark_planned
    from server.planning.service import fill_gaps, read_rules

    plan_ahead(database, now=NOW)
    later = NOW + DAY
    with database.transaction() as session:
        horizons, _unknown = list_horizons(session, until=later + 2 * DAY)
        old = read_rules(session, {cast.study.id, cast.zoe.participant.study_id})
    save(database, cast, now=later, answer_window=30)
    follow_rules(database, now=later)
    with database.transaction() as session:
        (horizon,) = horizons
        gaps = claim_gaps(session, horizon, new=False, limit=9, besides=(), besides_studies=())
        fill_gaps(session, gaps, rules=old, now=later)
        under = {study.id: study.rules_version for study in old.studies.values()}
        mark_planned(session, {gap.person.id for gap in gaps}, through=horizon.on, under=under)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Beep.local_date == horizon.on, Beep.rules == 0)) > 0
    # The mark falls back only below what the study has; the version the old planner used was none at all.
    follow_rules(database, now=later)
    for (on, _slot), (_due, _expires, rules) in plan_of(database, cast.noor.participant).items():
        if on > TOMORROW:
            assert rules == 1


@pytest.mark.parametrize(("ahead", "anew"), [(10, {TOMORROW, LAST}), (11, {TODAY, TOMORROW, LAST})])
def test_a_day_that_is_about_to_begin_counts_as_begun(
    database: Database, cast: Cast, ahead: int, anew: set[date]
) -> None:
    plan_ahead(database, now=datetime.combine(TODAY, time(2), tzinfo=NOW.tzinfo))
    before = plan_of(database, cast.noor.participant)
    early = before[TODAY, 1][0] - timedelta(minutes=ahead)  # before its first moment, after nine in Amsterdam
    told = foretold(database, cast, now=early, start=time(12), challenge_at=time(12))
    save(database, cast, now=early, start=time(12), challenge_at=time(12))
    follow_rules(database, now=early)
    after = plan_of(database, cast.noor.participant)
    assert {on for on, slot in before if before[on, slot] != after[on, slot]} == anew
    with database.reading() as session:
        assert told.moved + told.kept == session.scalar(select(func.count()).where(Beep.planned_at == early))


def test_rules_are_numbered_and_two_savers_do_not_pass_each_other(database: Database, cast: Cast) -> None:
    save(database, cast, answer_window=45)
    with pytest.raises(RulesChanged):
        save(database, cast, base=0, answer_window=30)
    with pytest.raises(RulesAlike):
        save(database, cast, base=1, answer_window=45)
    with pytest.raises(RulesRefused) as refused:
        save(database, cast, base=1, answer_window=1, days=0)
    assert {one["where"] for one in refused.value.errors} == {"answer_window", "days", "reminders"}
    save(database, cast, base=1, answer_window=30)
    with database.reading() as session:
        rows = session.scalars(select(RulesVersion).order_by(RulesVersion.version)).all()
        assert [(row.version, row.by, row.why, row.rules["answer_window"]) for row in rows] == [
            (1, "Cleo", "a test", 45),
            (2, "Cleo", "a test", 30),
        ]


def test_the_draw_chooses_from_the_studys_pool(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for strategy in ("humour", "kindness", "movement"):
            for number in range(8):
                make_challenge(session, slug=f"{strategy}-{number}", strategy=strategy)
    save(database, cast, strategies=("humour", "kindness"), alternatives=1)
    plan_ahead(database, now=NOW)
    with database.reading() as session:
        mine = select(Assignment).where(Assignment.participant_id == cast.noor.participant.id)
        for card in session.scalars(mine):
            assert len(card.alternatives) == 1
            assert {slug.split("-")[0] for slug in (card.slug, card.alternatives[0][0])} <= {"humour", "kindness"}


def test_a_reminder_is_that_of_the_rules_the_beep_was_planned_under(
    database: Database, cast: Cast, clock: SetClock
) -> None:
    save(database, cast, reminders=(5,))
    with database.transaction() as session:
        for slot, rules in ((1, 0), (2, 1)):
            beep = make_beep(session, participant=session.merge(cast.noor.participant), slot=slot, due_at=NOW)
            beep.rules, beep.next_push_at = rules, NOW
        make_device(session, participant=cast.noor.participant)
    gateway = BlockingGateway(RecordingGateway())
    Dispatcher(
        database=database, gateway=gateway, clock=clock, public_url="https://kiem.example",
        lease=timedelta(seconds=60), batch=100, rng=random.Random(1),
    ).run()  # fmt: skip
    gateway.close()
    with database.reading() as session:
        pushes = {beep.rules: beep.next_push_at for beep in session.scalars(select(Beep))}
        assert pushes == {0: NOW + timedelta(minutes=15), 1: NOW + timedelta(minutes=5)}
