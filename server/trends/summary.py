"""Everything a participant sees of herself, as one JSON-ready dictionary. Pure.

{"from", "until", "answers": {"n", "planned", "self_started"},
 "measures": {key: {"unit", "low", "high", "once_a_day", "n", "dots", "days", "rolling",
                    "week", "profile", "trend", "variability"}},
 "contrasts": [...], "sleep_mood": {...}, "sentences": [{"code", "measure", "figures", "sureness", "text"}]}

dots: {"at" ISO time on the participant's wall clock, "date", "slot", "value"} for every answer, as long as the picture
spans at most `MOST_DAYS_WITH_DOTS` dates; none in a longer one. days and rolling: {"date", "mean" | null, "n"} for
every date from the first answer to ``until``; n is answers in days, and days in rolling.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from server.trends.blocks import (
    Block,
    contrast_block,
    profile_block,
    sleep_mood_block,
    trend_block,
    variability_block,
    week_block,
)
from server.trends.contexts import SETTINGS, SHOWN, Shown, sides_of, sleep_and_mood
from server.trends.sentences import tell
from server.trends.series import Answers, Day, Observation, day_means, in_order, rolling_means, series_of

# The app draws days side by side on 292 points, and its smallest dot is 4.4 wide (server/pwa/src/charts/day_chart.tsx).
# In nine weeks a day is 4.6 wide; beyond that the dots of one day lie over those of the next, and its mean tells all
# that can be seen. Drawing them up and sending them takes longer than reading the answers.
MOST_DAYS_WITH_DOTS = 63


def summarise(
    observations: Iterable[Observation],
    *,
    until: date,
    planned: int,
    self_started: int = 0,
    once_a_day: Mapping[str, bool] = MappingProxyType({}),
) -> dict[str, Any]:
    """The whole picture of the given observations, up to today's local date ``until``.

    planned: questionnaires that have come due in the same stretch of days. self_started: how many of the observations
    nobody asked for. once_a_day: for names of measures whether the participant's own instruments ask them once a day
    (`contexts.asked_once_a_day`); others are taken as is usual.
    """
    answers = in_order(observations)
    first = answers.dates[0] if answers else until
    if answers:  # who travels west can have answered on a date that has not begun where she is now
        until = max(until, answers.dates[-1])
    marks: list[Block] | None = None
    if until.toordinal() - first.toordinal() < MOST_DAYS_WITH_DOTS:
        marks = [
            {"at": moment.isoformat(), "date": day.isoformat(), "slot": slot}
            for moment, day, slot in zip(answers.moments, answers.dates, answers.slots, strict=True)
        ]
    dates = [date.fromordinal(day).isoformat() for day in range(first.toordinal(), until.toordinal() + 1)]
    measures = {
        shown.key: measure_picture(
            shown,
            answers,
            marks,
            dates,
            first=first,
            until=until,
            once_a_day=once_a_day.get(shown.source, shown.once_a_day),
        )
        for shown in SHOWN
    }
    picture: dict[str, Any] = {
        "from": first.isoformat(),
        "until": until.isoformat(),
        "answers": {"n": len(answers), "planned": planned, "self_started": self_started},
        "measures": measures,
        "contrasts": [contrast_block(setting, *sides_of(setting, answers)) for setting in SETTINGS],
        "sleep_mood": sleep_mood_block(*sleep_and_mood(answers)),
    }
    return picture | {"sentences": tell(picture)}


def measure_picture(
    shown: Shown,
    answers: Answers,
    marks: Sequence[Block] | None,
    dates: Sequence[str],
    *,
    first: date,
    until: date,
    once_a_day: bool,
) -> Block:
    """One measure's part of the picture.

    marks: the dots of all observations, without their values; None: no dots. dates: ``first`` to ``until``, in ISO.
    """
    series = series_of(answers, shown.source)
    days = day_means(series, first=first, last=until) if len(series) else []
    return {
        "unit": shown.unit,
        "low": shown.low,
        "high": shown.high,
        "once_a_day": once_a_day,
        "n": len(series),
        "dots": [
            {**mark, "value": scores[shown.source]}
            for scores, mark in zip(answers.measures, marks or (), strict=marks is not None)
            if shown.source in scores
        ],
        "days": _listed(dates, days),
        "rolling": _listed(dates, rolling_means(days)),
        "week": week_block(days, until=until, once_a_day=once_a_day),
        "profile": profile_block(series, once_a_day=once_a_day),
        "trend": trend_block(days, once_a_day=once_a_day),
        "variability": variability_block(series, once_a_day=once_a_day),
    }


def _listed(dates: Sequence[str], days: Sequence[Day]) -> list[Block]:
    return [{"date": iso, "mean": mean, "n": n} for iso, (_, mean, n) in zip(dates, days, strict=bool(days))]
