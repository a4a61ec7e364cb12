"""Everything a participant sees of herself, as one JSON-ready dictionary. Pure.

{"until", "answers": {"n", "planned"},
 "measures": {key: {"unit", "low", "high", "once_a_day", "n", "dots_from", "dots", "days", "rolling",
                    "week", "profile", "trend", "variability"}},
 "contrasts": [...], "sleep_mood": {...}, "sentences": [{"code", "measure", "figures", "sureness", "text"}]}

dots: {"at" ISO time on the participant's wall clock, "date", "slot", "value"}. days and rolling: {"date",
"mean" | null, "n"} for every date from the first answer to ``until``; n is answers in days, and days in rolling.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
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
from server.trends.series import Day, Observation, day_means, in_order, rolling_means, series_of

DOT_DAYS = 42  # six weeks: the longest period of the known schemes, and what a phone can draw as single dots


def summarise(
    observations: Iterable[Observation],
    *,
    until: date,
    planned: int,
    once_a_day: Collection[str] | None = None,
    dot_days: int | None = DOT_DAYS,
) -> dict[str, Any]:
    """The whole picture up to the local date ``until``.

    planned: questionnaires that have come due. once_a_day: names of measures asked once a day in the participant's own
    instruments; None takes the usual ones. dot_days: how far back single answers are listed; None for all of them. Only
    the list of dots is cut: every other piece rests on all answers.
    """
    ordered = in_order(observations)
    first = ordered[0].local_date if ordered else until
    if ordered:  # who travels west can have answered on a date that has not begun where she is now
        until = max(until, ordered[-1].local_date)
    measures = {
        shown.key: measure_picture(
            shown,
            ordered,
            first=first,
            until=until,
            once_a_day=shown.once_a_day if once_a_day is None else shown.source in once_a_day,
            dot_days=dot_days,
        )
        for shown in SHOWN
    }
    picture: dict[str, Any] = {
        "until": until.isoformat(),
        "answers": {"n": len(ordered), "planned": planned},
        "measures": measures,
        "contrasts": [contrast_block(setting, *sides_of(setting, ordered)) for setting in SETTINGS],
        "sleep_mood": sleep_mood_block(*sleep_and_mood(ordered)),
    }
    return picture | {"sentences": tell(picture)}


def measure_picture(
    shown: Shown,
    ordered: Sequence[Observation],
    *,
    first: date,
    until: date,
    once_a_day: bool,
    dot_days: int | None,
) -> Block:
    """One measure's part of the picture."""
    series = series_of(ordered, shown.source)
    days = day_means(series, first=first, last=until) if len(series) else []
    dots_from = first if dot_days is None else max(first, until - timedelta(days=dot_days - 1))
    return {
        "unit": shown.unit,
        "low": shown.low,
        "high": shown.high,
        "once_a_day": once_a_day,
        "n": len(series),
        "dots_from": dots_from.isoformat(),
        "dots": [
            {"at": at.isoformat(), "date": day.isoformat(), "slot": slot, "value": value}
            for at, day, slot, value in zip(series.moments, series.dates, series.slots, series.values, strict=True)
            if day >= dots_from
        ],
        "days": _listed(days),
        "rolling": _listed(rolling_means(days)),
        "week": week_block(days, until=until, once_a_day=once_a_day),
        "profile": profile_block(series, once_a_day=once_a_day),
        "trend": trend_block(days, once_a_day=once_a_day),
        "variability": variability_block(series, once_a_day=once_a_day),
    }


def _listed(days: Sequence[Day]) -> list[Block]:
    return [{"date": day.date.isoformat(), "mean": day.mean, "n": day.n} for day in days]
