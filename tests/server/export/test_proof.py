"""Every planned time can be drawn again by whoever has the seed, and nothing that was moved goes unseen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from prompts.catalogue import load_protocols
from prompts.sampling import ALGORITHM, DayShape, Rhythm, day_seed, plan_day
from server.export.proof import PlannedDay, Proof, prove

SEED = bytes(range(32))
PROTOCOLS = load_protocols()
KEY = "grow-it.1"
ZONE = "Europe/Amsterdam"
LATE = Rhythm(school=DayShape(start=time(11), end=time(21)), free=DayShape(start=time(11), end=time(21)))


def plan(participant: str, on: date, *, rhythm: Rhythm | None = None, zone: str = ZONE) -> PlannedDay:
    seed = day_seed(SEED, participant, on, KEY)
    moments = plan_day(PROTOCOLS[KEY], date=on, zone=zone, rhythm=rhythm or Rhythm(), seed=seed)
    return PlannedDay(
        participant=participant,
        local_date=on,
        zone=zone,
        protocol=KEY,
        algorithm=ALGORITHM,
        moments=tuple((m.slot, m.due_at, m.expires_at) for m in moments if m.kind == "questionnaire"),
    )


def study(people: int, days: int, start: date = date(2026, 10, 12)) -> Iterator[PlannedDay]:
    for person in range(people):
        for day in range(days):
            yield plan(f"person-{person}", start + timedelta(days=day))


def check(*days: PlannedDay, **rhythms: list[Rhythm]) -> Proof:
    return prove(days, study_seed=SEED, protocols=PROTOCOLS, rhythms=rhythms)


def test_a_study_over_a_clock_change_is_as_drawn_to_the_last_beep() -> None:
    proof = prove(study(120, 21), study_seed=SEED, protocols=PROTOCOLS, rhythms={})
    assert proof.holds
    assert proof.verdict == {"nl": "12.600 van 12.600 zoals geloot", "en": "12,600 of 12,600 as drawn"}


def test_a_beep_moved_by_a_second_is_found() -> None:
    day = plan("noor", date(2026, 10, 25))
    slot, due_at, expires_at = day.moments[2]
    second = timedelta(seconds=1)
    moved = replace(day, moments=(*day.moments[:2], (slot, due_at + second, expires_at + second), *day.moments[3:]))
    proof = check(moved)
    (found,) = proof.differences
    assert (found.slot, found.reason, found.kept, found.drawn) == (slot, "other-time", due_at + second, due_at)
    assert not proof.holds
    assert proof.verdict["en"] == "4 of 5 as drawn"


def test_a_shortened_window_is_found() -> None:
    day = plan("noor", date(2026, 10, 12))
    slot, due_at, expires_at = day.moments[0]
    cut = replace(day, moments=((slot, due_at, expires_at - timedelta(minutes=5)), *day.moments[1:]))
    assert [found.reason for found in check(cut).differences] == ["other-time"]


def test_a_beep_that_was_left_out_or_put_in_is_found() -> None:
    day = plan("noor", date(2026, 10, 12))
    less = check(replace(day, moments=day.moments[1:]))
    assert [found.reason for found in less.differences] == ["missing"]
    assert (less.planned, less.as_drawn, less.absent) == (4, 4, 1)
    assert not less.holds
    more = check(replace(day, moments=(*day.moments, (9, *day.moments[0][1:]))))
    assert [found.reason for found in more.differences] == ["extra"]
    assert (more.planned, more.as_drawn) == (6, 5)


def test_a_day_without_beeps_lacks_them_all() -> None:
    assert check(replace(plan("noor", date(2026, 10, 12)), moments=())).absent == 5


@pytest.mark.parametrize("seed", [bytes(32), SEED[:-1] + b"x"])
def test_another_seed_proves_nothing(seed: bytes) -> None:
    proof = prove(study(3, 3), study_seed=seed, protocols=PROTOCOLS, rhythms={})
    assert proof.as_drawn == 0
    assert len(proof.differences) == 45


def test_a_day_planned_by_an_earlier_rhythm_is_as_drawn() -> None:
    old, new = plan("noor", date(2026, 10, 12)), plan("noor", date(2026, 10, 13), rhythm=LATE)
    assert check(old, new, noor=[Rhythm(), LATE]).holds
    assert not check(old, new, noor=[LATE]).holds


def test_a_day_abroad_is_drawn_in_the_zone_it_was_planned_in() -> None:
    abroad = plan("noor", date(2026, 10, 12), zone="Asia/Tokyo")
    assert check(abroad).holds
    assert not check(replace(abroad, zone=ZONE)).holds


def test_imported_rows_are_counted_apart() -> None:
    proof = check(replace(plan("noor", date(2026, 10, 12)), algorithm=0), plan("noor", date(2026, 10, 13)))
    assert (proof.planned, proof.as_drawn, proof.not_drawn) == (5, 5, 5)
    assert proof.verdict["en"] == "5 of 5 as drawn; 5 not drawn"


def test_rows_of_another_algorithm_or_protocol_are_never_called_drawn() -> None:
    day = plan("noor", date(2026, 10, 12))
    assert {d.reason for d in check(replace(day, algorithm=ALGORITHM + 1)).differences} == {"other-algorithm"}
    assert {d.reason for d in check(replace(day, protocol="gone.1")).differences} == {"unknown-protocol"}


def test_a_challenge_is_proved_where_there_is_one() -> None:
    day = plan("noor", date(2026, 10, 12))
    seed = day_seed(SEED, "noor", day.local_date, KEY)
    moments = plan_day(PROTOCOLS[KEY], date=day.local_date, zone=ZONE, rhythm=Rhythm(), seed=seed)
    card = next((m.slot, m.due_at, m.expires_at) for m in moments if m.kind == "challenge")
    proof = check(replace(day, moments=(card, *day.moments)))
    assert proof.holds
    assert proof.verdict["en"] == "5 of 5 as drawn; 1 of 1 challenges at their time"
    late = (0, card[1] + timedelta(minutes=1), card[2])
    moved = check(replace(day, moments=(late, *day.moments)))
    assert (moved.as_drawn, moved.challenges_as_drawn, moved.holds) == (5, 0, False)


def test_the_list_of_differences_is_cut_and_the_count_is_not() -> None:
    proof = prove(study(2, 2), study_seed=bytes(32), protocols=PROTOCOLS, rhythms={}, most_listed=3)
    assert len(proof.differences) == 3
    assert (proof.planned, proof.as_drawn) == (20, 0)
