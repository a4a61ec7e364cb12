"""Diaries to test with: plain ones by hand, and random ones from a seed."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from server.trends.series import Observation, Series

MONDAY = date(2026, 3, 2)
SLOT_HOURS = {1: 9, 2: 12, 3: 14, 4: 16, 5: 19}


def seen(day: int, slot: int = 1, *, hour: int | None = None, **measures: float) -> Observation:
    """One answer on day ``day`` (0 = Monday 2 March 2026), at the usual hour of its slot."""
    local_date = MONDAY + timedelta(days=day)
    at = time(SLOT_HOURS.get(slot, 12) if hour is None else hour)
    return Observation(at_local=datetime.combine(local_date, at), local_date=local_date, slot=slot, measures=measures)


def series(rows: Sequence[tuple[int, int, float]]) -> Series:
    """From (day, slot, value)."""
    return Series(
        dates=[MONDAY + timedelta(days=day) for day, _, _ in rows],
        slots=[slot for _, slot, _ in rows],
        moments=[
            datetime.combine(MONDAY + timedelta(days=day), time(SLOT_HOURS.get(slot, 12))) for day, slot, _ in rows
        ],
        values=[value for _, _, value in rows],
    )


def diary(
    *, days: int = 21, share: float = 1.0, seed: int = 1, friends_add: float = 0.0, a_day_adds: float = 0.0
) -> list[Observation]:
    """Five beeps a day, answered with chance ``share``; mood rises with friends and over the days as told."""
    rng = random.Random(seed)
    found = []
    for day in range(days):
        for slot in range(1, 6):
            if rng.random() >= share:
                continue
            company = rng.choice(("friends", "others", "alone"))
            found.append(seen(day, slot, hour=None, **_measures(rng, slot, company, friends_add, a_day_adds * day)))
    return found


def _measures(rng: random.Random, slot: int, company: str, friends_add: float, drift: float) -> Mapping[str, float]:
    mood = rng.gauss(55 + drift + (friends_add if company == "friends" else 0), 12)
    measures = {
        "mood": round(min(100.0, max(0.0, mood)), 2),
        "stress": float(rng.randint(0, 100)),
        "loneliness": float(rng.randint(0, 100)),
        "movement": rng.choice((0.0, 25.0, 50.0, 75.0, 100.0)),
        "with_company": float(company != "alone"),
        "with_friends": float(company == "friends"),
    }
    if slot == 1:
        measures |= {"sleep": rng.choice((0.0, 25.0, 50.0, 75.0, 100.0)), "time_asleep_min": rng.gauss(480, 60)}
    if slot == 5:
        measures["social_contact"] = rng.choice((0.0, 25.0, 50.0, 75.0, 100.0))
    return measures
