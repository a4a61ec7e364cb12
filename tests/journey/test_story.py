"""The whole story once: a study, two people, a day beep by beep, a week, and what comes back."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from server.clock import SetClock
from server.config import Settings
from server.consent.opening import issue_join_code
from server.consent.service import record_on_paper
from server.db import Database
from server.delivery.gateway import Urgency
from server.delivery.payload import topic_of
from server.exchange.ledger import read_ledger
from server.planning.models import Beep
from server.studies.service import create_study, find_study
from tests.consent_factories import publish
from tests.databases import both_databases
from tests.journey.life import ZONE, Json, Life, Person, beep_of, living, read_note

SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
MONDAY, WEDNESDAY, THURSDAY = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 5)
WEEK = [MONDAY + timedelta(days=day) for day in range(7)]
LATE_DAYS = {
    "school": {"start": "15:30", "end": "22:30", "quiet": [["17:45", "18:30"]]},
    "free": {"start": "11:00", "end": "22:30", "quiet": []},
    "school_days": [1, 2, 3, 4, 5],
}


@both_databases
def test_a_study_lives_for_a_week(settings: Settings, database: Database) -> None:
    clock = SetClock(SUNDAY)
    with living(settings, clock) as life:
        assert life.worker.sync() >= 44
        code = open_study(life)
        noor, sam = life.meet("Noor"), life.meet("Sam")
        they_join_and_subscribe(life, code, noor, sam)
        tomorrow_is_planned_and_nothing_is_pushed_yet(life, noor, sam)
        the_first_day(life, noor, sam)
        for day in WEEK[1:]:
            live_through_day(life, [noor, sam], day)
        life.pass_time(at(WEEK[-1], 23))
        trends_tell_what_was_answered(noor)
        trends_tell_what_was_answered(sam)
        every_push_was_right(life, noor, sam)
        the_ledger_adds_up(life, noor, sam)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def open_study(life: Life) -> str:
    with life.installation.database.transaction() as session:
        study = create_study(
            session,
            name="garden",
            title={"nl": "De tuin", "en": "The garden"},
            protocol="grow-it.1",
            zone=ZONE,
            now=life.clock.now(),
            seed=b"g" * 32,
        )
        publish(session, study, now=life.clock.now())
        return issue_join_code(session, study, now=life.clock.now()).code


def they_join_and_subscribe(life: Life, code: str, noor: Person, sam: Person) -> None:
    assert noor.phone.send("GET", "/today").code == "not-signed-in"
    assert noor.phone.join("0000-0000", language="nl", zone=ZONE, birth_year=2011).code == "code-unknown"
    joined = noor.phone.join(code, language="nl", zone=ZONE, birth_year=2011)
    assert joined.status == 201, joined
    assert joined.body["participant"]["study"]["starts_on"] == MONDAY.isoformat()
    assert joined.body["participant"]["waiting"] == "parent"
    with life.installation.database.transaction() as session:
        keep = {"scopes": {"use": True, "research": True}, "now": life.clock.now()}
        study = find_study(session, "garden")
        assert record_on_paper(session, study, joined.body["participant"]["code"], "parent1", **keep).waiting is None
    assert sam.phone.join(code.lower(), language="en", zone=ZONE, birth_year=2009).status == 201
    assert [person.phone.subscribe().status for person in (noor, sam)] == [201, 201]


def tomorrow_is_planned_and_nothing_is_pushed_yet(life: Life, noor: Person, sam: Person) -> None:
    life.pass_time(SUNDAY + timedelta(minutes=1))
    assert life.gateway.sent == ()
    for person in (noor, sam):
        beeps = person.beeps_on(MONDAY)
        assert [beep["slot"] for beep in beeps] == [0, 1, 2, 3, 4, 5]
        instruments = [beep["instrument"] for beep in beeps]
        assert instruments == [None, "morning.1", *["momentary.1"] * 3, "evening.1"]
        dues = [datetime.fromisoformat(beep["due_at"]) for beep in beeps[1:]]
        assert min(later - earlier for earlier, later in pairwise(dues)) >= timedelta(minutes=60)
        assert at(MONDAY, 9) <= dues[0]
        assert dues[-1] <= at(MONDAY, 20)
    hers, his = ({beep["id"] for beep in person.beeps_on(MONDAY)} for person in (noor, sam))
    assert hers.isdisjoint(his)


def the_first_day(life: Life, noor: Person, sam: Person) -> None:
    hers, his = noor.beeps_on(MONDAY), sam.beeps_on(MONDAY)

    # Noor answers her first beep in time; Sam can neither see it nor answer it.
    first = hers[1]
    life.pass_time(datetime.fromisoformat(first["due_at"]))
    push = life.pushes_to(noor)[-1]
    assert (push.at, str(beep_of(push))) == (life.clock.now(), first["id"])
    assert push.message.topic == read_note(push)["tag"]
    assert push.ttl_s == 3600
    assert sam.phone.send("GET", f"/beeps/{first['id']}").code == "beep-unknown"
    assert sam.phone.answer(first["id"], sam.fill_in(first, life.clock.now())).code == "beep-unknown"
    assert life.answer(noor, first, after_min=5).status == 201
    the_challenge_is_done(life, noor, sam)  # the second questionnaire is an hour away at least

    # Her second one has no signal: she answers in time, is reminded all the same, and sends it in the evening.
    second = hers[2]
    waiting = life.answer(noor, second, after_min=4, upload_at=at(MONDAY, 22))
    assert (waiting.status, waiting.body["late_upload"]) == (201, True)
    told = {beep["id"]: beep for beep in noor.beeps_on(MONDAY)}
    assert [told[beep["id"]]["answered"] for beep in hers] == [True, True, True, False, False, False]
    assert [told[beep["id"]]["answered_late"] for beep in hers[1:3]] == [False, True]
    notes = [read_note(sent)["data"]["kind"] for sent in life.pushes_to(noor) if str(beep_of(sent)) == second["id"]]
    assert notes == ["questionnaire", "reminder"]

    # What is over is over: Sam has answered nothing all day and cannot now, nor say that he did.
    assert sam.phone.answer(his[1]["id"], sam.fill_in(his[1], life.clock.now())).code == "beep-expired"
    assert [beep["answered"] for beep in sam.beeps_on(MONDAY)] == [False] * 6


def the_challenge_is_done(life: Life, noor: Person, sam: Person) -> None:
    dare = noor.phone.see_today().body["challenge"]
    assert at(MONDAY, 9) <= datetime.fromisoformat(dare["due_at"]) < at(MONDAY, 9, 30)
    life.pass_time(max(life.clock.now(), datetime.fromisoformat(dare["due_at"])))
    assert (dare["outcome"], len(dare["alternatives"])) == (None, 2)
    done = {
        "outcome": "done",
        "slug": dare["chosen"]["slug"],
        "fun": 80,
        "helped": 60,
        "at": life.clock.now().isoformat(),
    }
    assert sam.phone.send("PUT", f"/beeps/{dare['beep']}/challenge", done).code == "beep-unknown"
    assert noor.phone.send("PUT", f"/beeps/{dare['beep']}/challenge", done).status == 200
    assert noor.phone.see_today().body["challenge"]["outcome"]["outcome"] == "done"
    assert sam.phone.see_today().body["challenge"]["outcome"] is None


def live_through_day(life: Life, people: list[Person], day: date) -> None:
    """They answer when their minds are to it, sometimes only after the reminder. On Wednesday Noor's rhythm changes."""
    life.pass_time(at(day, 8, 59))
    plans: list[tuple[datetime, int, Person, Json]] = []
    for person in people:
        for beep in person.beeps_on(day):
            person.mind.step(day)
            if beep["kind"] == "questionnaire" and person.mind.will_answer(WEEK.index(day) + 1, beep["slot"]):
                minutes = person.mind.rng.randint(1, 55)
                moment = datetime.fromisoformat(beep["due_at"]) + timedelta(minutes=minutes)
                plans.append((moment, minutes, person, beep))
    changed = day != WEDNESDAY
    for moment, minutes, person, beep in sorted(plans, key=lambda plan: plan[0]):
        if not changed and moment > at(day, 15):
            life.pass_time(at(day, 15))
            noors_rhythm_changes(people[0], day)
            changed = True
        assert life.answer(person, beep, after_min=minutes).status == 201
    if not changed:
        life.pass_time(at(day, 15))
        noors_rhythm_changes(people[0], day)


def noors_rhythm_changes(noor: Person, today: date) -> None:
    """Days that have begun stay as they were; those to come are planned anew, inside her new hours."""
    before, coming = noor.beeps_on(today), noor.beeps_on(today + timedelta(days=1))
    nothing_fits = {"start": "09:00", "end": "10:00", "quiet": [["09:00", "10:00"]]}
    impossible = {**LATE_DAYS, "school": nothing_fits}
    assert noor.phone.send("PATCH", "/me", {"rhythm": impossible}).code == "rhythm-infeasible"
    assert noor.beeps_on(today + timedelta(days=1)) == coming

    assert noor.phone.send("PATCH", "/me", {"rhythm": LATE_DAYS}).status == 200
    assert noor.beeps_on(today) == before
    planned = noor.beeps_on(today + timedelta(days=1))
    assert [beep["id"] for beep in planned] == [beep["id"] for beep in coming]
    for beep in planned[1:]:
        due, ends = (datetime.fromisoformat(beep[name]) for name in ("due_at", "expires_at"))
        assert at(THURSDAY, 15, 30) <= due
        assert ends <= at(THURSDAY, 22, 30)
        assert not at(THURSDAY, 17, 45) <= due < at(THURSDAY, 18, 30)


def trends_tell_what_was_answered(person: Person) -> None:
    """Day means by the formula of the questionnaires' own words, and gates by counting."""
    moods: dict[str, list[float]] = defaultdict(list)
    for beep, answers in person.given.items():
        parts = [answers[item] for item in ("pa_cheerful", "pa_relaxed") if item in answers]
        parts += [100 - answers[item] for item in ("na_down", "na_tense") if item in answers]
        if len(parts) >= 3:
            moods[person.dates[beep].isoformat()].append(fmean(parts))
    picture = person.phone.see_trends().body
    mood = picture["measures"]["mood"]
    assert {day["date"]: day["mean"] for day in mood["days"] if day["n"]} == {
        day: pytest.approx(fmean(values)) for day, values in moods.items()
    }
    answers = sum(map(len, moods.values()))
    assert mood["n"] == answers
    assert (picture["answers"]["n"], picture["answers"]["planned"]) == (len(person.given), 35)

    assert mood["week"]["ready"] is (answers >= 7 and len(moods) >= 3) is True
    assert mood["week"]["mean"] == pytest.approx(fmean(value for values in moods.values() for value in values))
    assert mood["profile"]["ready"] is (answers >= 20)
    assert mood["variability"]["ready"] is (answers >= 20)
    full_days = sorted(day for day, values in moods.items() if len(values) >= 2)
    span = (date.fromisoformat(full_days[-1]) - date.fromisoformat(full_days[0])).days + 1
    assert mood["trend"] == {
        "ready": False,
        "needs": [
            {"what": "days", "have": len(full_days), "need": 10, "missing": 10 - len(full_days)},
            {"what": "span_days", "have": span, "need": 14, "missing": 14 - span},
        ],
    }
    assert picture["sleep_mood"]["ready"] is False


def every_push_was_right(life: Life, noor: Person, sam: Person) -> None:
    """Each beep went to its owner's phone when it was due, once; a reminder followed only where nothing had come by
    then (in a tie the reminder is first); all under one topic and tag, and none outside its window."""
    with life.installation.database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.due_at <= life.clock.now()).order_by(Beep.due_at)).all()
    expected = []
    for beep in beeps:
        owner = next(person for person in (noor, sam) if beep.id in {beep_of(sent) for sent in life.pushes_to(person)})
        pushes = [(owner.phone.endpoint, beep.due_at, beep.id, beep.kind)]
        reminder = beep.due_at + timedelta(minutes=15)
        if beep.kind == "questionnaire" and owner.received.get(str(beep.id), life.clock.now()) >= reminder:
            pushes.append((owner.phone.endpoint, reminder, beep.id, "reminder"))
        expected += pushes
    found = [
        (sent.message.endpoint, sent.at, beep_of(sent), read_note(sent)["data"]["kind"]) for sent in life.gateway.sent
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    windows = {beep.id: beep.expires_at for beep in beeps}
    for sent in life.gateway.sent:
        assert sent.at < windows[beep_of(sent)]
        assert sent.ttl_s == (windows[beep_of(sent)] - sent.at).total_seconds()
        assert sent.message.topic == read_note(sent)["tag"] == topic_of(beep_of(sent))
        assert sent.message.urgency is Urgency.HIGH


def the_ledger_adds_up(life: Life, noor: Person, sam: Person) -> None:
    with life.installation.database.reading() as session:
        ledger = read_ledger(session)
        to_come = session.scalars(
            select(func.count()).where(Beep.due_at > life.clock.now(), Beep.kind == "questionnaire")
        ).one()
    assert ledger.planned - to_come == 2 * 7 * 5
    assert ledger.answered == len(noor.given) + len(sam.given)
    assert ledger.answered + ledger.missed == ledger.planned
    assert ledger.pushed == 2 * 7 * 5
    assert ledger.attempts == {"accepted": len(life.gateway.sent)}
    assert ledger.self_started == 0
