"""The fast way of planning gives exactly what the pure core says."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from prompts.protocols import DayWindow
from prompts.sampling import Rhythm, day_seed, plan_day
from server.content import protocols
from server.planning.drafts import draft_days, lay_out, order_seeds
from server.planning.models import beep_id, read_beep_id

NOOR = UUID("6f1c2a58-9d5e-4c39-8a66-2f1f0b7f9a01")
SEED = b"g" * 32
LATE = {"school": {"quiet": [["08:30", "15:00"]]}, "free": {"start": "12:00", "end": "23:00"}}
NIGHTS = replace(
    protocols()["grow-it.1"], id="nights", version=99, day=DayWindow(start=time(22), end=time(8), adjustable=False)
)
RULES = {**protocols(), NIGHTS.key: NIGHTS}


@pytest.mark.parametrize("protocol", ["grow-it.1", "fried.1", "school-day.1", "nights.99"])
@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Amsterdam", date(2026, 3, 27)),  # the clock goes forward on Sunday the 29th
        ("Europe/Amsterdam", date(2026, 10, 23)),  # and back on Sunday 25 October
        ("Australia/Lord_Howe", date(2026, 4, 3)),  # by half an hour
        ("Pacific/Kiritimati", date(2026, 3, 27)),  # fourteen hours ahead
    ],
)
def test_a_draft_has_the_moments_of_the_day_plan(protocol: str, zone: str, first: date) -> None:
    rules = RULES[protocol]
    rhythm = Rhythm.from_json(LATE) if protocol == "grow-it.1" else Rhythm()
    drafts = draft_days(
        NOOR,
        protocol=rules,
        study_seed=SEED,
        zone=zone,
        rhythm=rhythm,
        first=first,
        last=first + timedelta(days=4),
    )
    for day, draft in enumerate(drafts):
        on = first + timedelta(days=day)
        draft.with_challenge = True
        seed = day_seed(SEED, str(NOOR), on, rules.key)
        moments = plan_day(rules, date=on, zone=zone, rhythm=rhythm, seed=seed)
        assert [
            (slot, datetime.fromtimestamp(due, UTC), datetime.fromtimestamp(expires, UTC), *facts)
            for slot, due, expires, facts in draft.lines()
        ] == [
            (m.slot, m.due_at, m.expires_at, m.kind, zone, m.utc_offset_min, m.instrument, rules.key, 0)
            for m in moments
        ]


def test_a_night_in_which_the_clock_changes_has_both_offsets() -> None:
    """So the test above has seen beeps on either side of a change."""
    night = lay_out(NIGHTS, date(2026, 3, 28), "Europe/Amsterdam", Rhythm().free)
    offsets = {facts.utc_offset_min for *_when, facts in night.lines(b"s" * 32, with_challenge=True)}
    assert offsets == {60, 120}


def test_without_a_challenge_drawn_there_is_no_beep_for_it() -> None:
    draft = next(
        draft_days(
            NOOR,
            protocol=protocols()["grow-it.1"],
            study_seed=SEED,
            zone="Europe/Amsterdam",
            rhythm=Rhythm(),
            first=date(2026, 3, 4),
            last=date(2026, 3, 4),
        )
    )
    assert [slot for slot, *_ in draft.lines()] == [1, 2, 3, 4, 5]
    draft.with_challenge = True
    assert [slot for slot, *_ in draft.lines()] == [0, 1, 2, 3, 4, 5]


def test_the_plan_of_a_person_and_date_never_changes() -> None:
    """Golden: whoever changes these times changes what a seed means and must raise `prompts.sampling.ALGORITHM`."""
    draft = next(
        draft_days(
            NOOR,
            protocol=protocols()["grow-it.1"],
            study_seed=SEED,
            zone="Europe/Amsterdam",
            rhythm=Rhythm(),
            first=date(2026, 3, 4),
            last=date(2026, 3, 4),
        )
    )
    due = [datetime.fromtimestamp(due, UTC).strftime("%H:%M:%S") for _slot, due, _expires, _facts in draft.lines()]
    assert due == ["09:34:47", "11:47:47", "13:28:47", "16:41:47", "18:03:47"]
    assert order_seeds(draft.seed, 6)[:2] == [2192543920027857531, 3029602277321336385]
    assert beep_id(NOOR, date(2026, 3, 4), 1) == UUID("000b495f-0001-828f-86af-84df1184680c")


def test_more_slots_leave_the_order_seeds_of_the_first_alone() -> None:
    seeds = order_seeds(b"s" * 32, 9)
    assert seeds[:3] == order_seeds(b"s" * 32, 3)
    assert len(set(seeds)) == 9
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_beep_id_leads_back_to_its_date_and_slot() -> None:
    made = beep_id(NOOR, date(2026, 12, 31), 65_535)
    assert (made.version, made.variant) == (8, "specified in RFC 4122")
    assert read_beep_id(made) == (date(2026, 12, 31), 65_535)
