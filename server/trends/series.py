"""One person's answers as a series: day means, the rolling mean, the parts of the day. Pure.

A gap stays a gap: a date without an answer has ``mean=None`` and ``n=0``, is never filled, carried over or
interpolated, and a rolling window simply has one day less to average.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, compress
from math import fsum
from operator import itemgetter
from typing import NamedTuple

PARTS = ("morning", "midday", "afternoon", "evening")


class Observation(NamedTuple):
    """What one response says.

    at_local: the moment of answering on the participant's own wall clock.
    local_date: the day of the study it belongs to; after midnight this can be the day before ``at_local``'s.
    slot: the beep's place in its day; 1, 2, 3 ... as planned. Self-started entries carry a number far above those.
    measures: scored quantities by name, as stored on the response; company is among them (with_company, with_friends).
    """

    at_local: datetime
    local_date: date
    slot: int
    measures: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Observations as columns of equal length, in order of study day and moment; see `Observation` for what they hold.

    Everything that is worked out walks along one or two of them, for a year a dozen times over thousands of rows.
    """

    moments: Sequence[datetime]
    dates: Sequence[date]
    slots: Sequence[int]
    measures: Sequence[Mapping[str, float]]

    def __len__(self) -> int:
        return len(self.dates)


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The values of one measure: four columns of equal length, in order of study day and moment."""

    dates: Sequence[date]
    slots: Sequence[int]
    moments: Sequence[datetime]
    values: Sequence[float]

    def __len__(self) -> int:
        return len(self.values)


class Day(NamedTuple):
    """The mean of a date's answers and how many they are; ``mean`` is None when there are none."""

    date: date
    mean: float | None
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The mean of all answers in one part of the day."""

    name: str
    mean: float | None
    n: int


def in_order(observations: Iterable[Observation]) -> Answers:
    """By study day, then by the moment of answering, then by slot."""
    ordered = sorted(observations, key=itemgetter(1, 0, 2))
    if not ordered:
        return Answers(moments=(), dates=(), slots=(), measures=())
    moments, dates, slots, measures = zip(*ordered, strict=True)
    return Answers(moments=moments, dates=dates, slots=slots, measures=measures)


def series_of(answers: Answers, measure: str) -> Series:
    """The values of one measure in the order of the answers; those without it are left out."""
    having = [measure in scores for scores in answers.measures]
    if all(having):  # what is asked every time shares the columns of all answers
        dates, slots, moments, measures = answers.dates, answers.slots, answers.moments, answers.measures
    else:
        dates, slots = list(compress(answers.dates, having)), list(compress(answers.slots, having))
        moments, measures = list(compress(answers.moments, having)), list(compress(answers.measures, having))
    return Series(dates=dates, slots=slots, moments=moments, values=[scores[measure] for scores in measures])


def values_by_day(series: Series) -> dict[date, list[float]]:
    """The values of each date that has any, dates in the order of the series."""
    days: dict[date, list[float]] = {}
    for day, value in zip(series.dates, series.values, strict=True):
        if day in days:
            days[day].append(value)
        else:
            days[day] = [value]
    return days


def day_means(series: Series, *, first: date | None = None, last: date | None = None) -> list[Day]:
    """One `Day` for every date from ``first`` to ``last`` (by default the first and last date with an answer).

    The mean of a day is the arithmetic mean of its answers, whatever their number; ``n`` says how many. Answers outside
    the span are left out. No answers and no span: an empty list.
    """
    found = values_by_day(series)
    first = first or min(found, default=None)
    last = last or max(found, default=None)
    if first is None or last is None:
        return []
    days = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        values = found.get(day)
        days.append(Day(day, fsum(values) / len(values), len(values)) if values else Day(day, None, 0))
    return days


def rolling_means(days: Sequence[Day], *, window: int = 7, least: int = 3) -> list[Day]:
    """For each date the mean of the day means of the ``window`` dates ending there; ``n`` is how many days that were.

    By date, not by answer: days without answers make the average thinner, not longer. Fewer than ``least`` days: None.
    ``days`` must be consecutive dates, as `day_means` gives them (ValueError otherwise).
    """
    if days and (days[-1].date - days[0].date).days != len(days) - 1:
        raise ValueError("A rolling mean needs consecutive dates.")
    means = [day.mean for day in days if day.mean is not None]
    # How many of them come before each date: a window of dates is then a stretch of the means.
    before = list(accumulate([day.mean is not None for day in days], initial=0))
    rolled = []
    for day, start, end in zip(days, [0] * (window - 1) + before, before[1:], strict=False):
        n = end - start
        rolled.append(Day(day.date, fsum(means[start:end]) / n if n >= least else None, n))
    return rolled


def part_of_day(hour: int) -> str:
    """Morning before 12:00, midday to 15:00, afternoon to 18:00, evening after; before 05:00 is last evening still.

    Three hours each over the 09:00-21:00 in which questionnaires come.
    """
    if hour < 5 or hour >= 18:
        return "evening"
    return "morning" if hour < 12 else "midday" if hour < 15 else "afternoon"


_PART_OF_HOUR = tuple(part_of_day(hour) for hour in range(24))


def parts_of(series: Series) -> list[str]:
    """The part of the day of each value."""
    return [_PART_OF_HOUR[moment.hour] for moment in series.moments]


def day_profile(series: Series, labels: Sequence[str] | None = None) -> list[Part]:
    """The four parts of the day in order, each with the mean of its answers over all days.

    labels: `parts_of` the series, from who has them already.
    """
    found: dict[str, list[float]] = {name: [] for name in PARTS}
    for part, value in zip(parts_of(series) if labels is None else labels, series.values, strict=True):
        found[part].append(value)
    return [
        Part(name=name, mean=fsum(values) / len(values) if values else None, n=len(values))
        for name, values in found.items()
    ]


def last_days(days: Iterable[Day], *, until: date, count: int = 7) -> list[Day]:
    """The days of the ``count`` dates that end with ``until``."""
    since = until - timedelta(days=count - 1)
    return [day for day in days if since <= day.date <= until]
