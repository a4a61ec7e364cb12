"""The pieces of a measure's picture, each behind its gate, as JSON-ready dictionaries. Pure.

A piece is either {"ready": true, ...} or {"ready": false, "needs": [{"what", "have", "need", "missing"}]}: below its
gate it holds no number about the person, only how much more there must be. Dates are ISO dates, values in the unit of
the measure.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import compress
from math import fsum
from typing import Any

from server.trends import gates
from server.trends.association import spearman
from server.trends.contexts import Setting
from server.trends.contrast import Side, compare
from server.trends.gates import closed
from server.trends.series import PARTS, Day, Series, day_profile, last_days, parts_of
from server.trends.sureness import how_sure, how_well_known
from server.trends.trend import theil_sen
from server.trends.variability import individual_sd, mean_of, rmssd, successive_differences

Block = dict[str, Any]


def week_block(days: Sequence[Day], *, until: date, once_a_day: bool) -> Block:
    """The mean of the seven dates up to ``until``: of all answers, so that a day with one answer does not outweigh."""
    week = [day for day in last_days(days, until=until) if day.mean is not None]
    answers = sum(day.n for day in week)
    needs = gates.week_needs(answers=answers, days=len(week), once_a_day=once_a_day)
    if needs:
        return closed(needs)
    mean = sum((day.mean or 0.0) * day.n for day in week) / answers
    return {
        "ready": True,
        "mean": mean,
        "n": answers,
        "days": len(week),
        "from": (until - timedelta(days=6)).isoformat(),
        "to": until.isoformat(),
        "sureness": how_well_known(n=answers),
    }


def profile_block(series: Series, *, once_a_day: bool) -> Block:
    """The mean of each part of the day. What is asked once a day has no profile: ``applies`` is false then."""
    if once_a_day:
        return closed(()) | {"applies": False}
    needs = gates.profile_needs(answers=len(series))
    if needs:
        return closed(needs)
    parts = []
    labels = parts_of(series)
    for part in day_profile(series, labels):
        needs = gates.part_needs(answers=part.n)
        parts.append(
            {"part": part.name} | (closed(needs) if needs else {"ready": True, "mean": part.mean, "n": part.n})
        )
    return {"ready": True, "n": len(series), "parts": parts, "stands_out": _standing_out(series, labels, parts)}


def _standing_out(series: Series, labels: Sequence[str], parts: Sequence[Block]) -> Block | None:
    """The part whose mean lies furthest from that of the other moments, if that is more than chance.

    It was picked out of four, so its p is multiplied by four (Bonferroni).
    """
    shown = [part for part in parts if part["ready"] and part["n"] + gates.PROFILE_PART_ANSWERS <= len(series)]
    if not shown:
        return None
    total = fsum(series.values)
    furthest = max(
        shown,
        key=lambda part: abs(part["mean"] - (total - part["mean"] * part["n"]) / (len(series) - part["n"])),
    )
    contrast = compare(
        _side(series, [label == furthest["part"] for label in labels]),
        _side(series, [label != furthest["part"] for label in labels]),
    )
    sureness = how_sure(p=min(1.0, contrast.p * len(PARTS)), n=len(series))
    if sureness == "unclear":
        return None
    return {"part": furthest["part"], "difference": contrast.difference, "sureness": sureness}


def _side(series: Series, inside: Sequence[bool]) -> Side:
    return Side(dates=list(compress(series.dates, inside)), values=list(compress(series.values, inside)))


def trend_block(days: Sequence[Day], *, once_a_day: bool) -> Block:
    """Theil-Sen over the days with answers enough to count; slopes in units per week of seven days."""
    counting = [day for day in days if gates.counts_for_trend(answers=day.n, once_a_day=once_a_day)]
    span = (counting[-1].date - counting[0].date).days + 1 if counting else 0
    needs = gates.trend_needs(days=len(counting), span_days=span)
    if needs:
        return closed(needs)
    trend = theil_sen(
        [day.date.toordinal() for day in counting], [day.mean for day in counting if day.mean is not None]
    )
    sureness = how_sure(p=trend.p, n=trend.n)
    direction = "unclear" if sureness == "unclear" else "up" if trend.tau > 0 else "down"
    return {
        "ready": True,
        "per_week": trend.slope * 7,
        "low": trend.low * 7,
        "high": trend.high * 7,
        "tau": trend.tau,
        "days": trend.n,
        "from": counting[0].date.isoformat(),
        "to": counting[-1].date.isoformat(),
        "direction": direction,
        "sureness": sureness,
    }


def variability_block(series: Series, *, once_a_day: bool) -> Block:
    """Own mean and iSD; inside it the RMSSD behind a gate of its own."""
    needs = gates.spread_needs(answers=len(series))
    if needs:
        return closed(needs)
    differences = [] if once_a_day else successive_differences(series)
    needs = gates.swing_needs(pairs=len(differences))
    swings: Block
    if once_a_day:
        swings = closed(()) | {"applies": False}
    else:
        swings = closed(needs) if needs else {"ready": True, "value": rmssd(differences), "pairs": len(differences)}
    return {
        "ready": True,
        "mean": mean_of(series.values),
        "isd": individual_sd(series.values),
        "n": len(series),
        "rmssd": swings,
    }


def contrast_block(setting: Setting, a: Side, b: Side) -> Block:
    """Mood on the two sides of a setting. With answers enough but 0 inside the interval: not ready, and ``unclear``."""
    name: Block = {"code": setting.code, "measure": "mood", "per": setting.per, "a": setting.a, "b": setting.b}
    needs = gates.contrast_needs(answers={setting.a: len(a.values), setting.b: len(b.values)})
    if needs:
        return name | closed(needs) | {"unclear": False}
    contrast = compare(a, b)
    sureness = how_sure(p=contrast.p, n=contrast.n_a + contrast.n_b)
    if not contrast.excludes_zero or sureness == "unclear":
        return name | closed(()) | {"unclear": True}
    return name | {
        "ready": True,
        "mean_a": contrast.mean_a,
        "mean_b": contrast.mean_b,
        "n_a": contrast.n_a,
        "n_b": contrast.n_b,
        "difference": contrast.difference,
        "low": contrast.low,
        "high": contrast.high,
        "sureness": sureness,
    }


def sleep_mood_block(nights: Sequence[float], moods: Sequence[float]) -> Block:
    """Nights and the mood of the days after them: Spearman's rho with its interval and a direction."""
    needs = gates.sleep_mood_needs(pairs=len(nights))
    if needs:
        return closed(needs)
    found = spearman(nights, moods)
    if found is None:  # every night or every day the same: there is nothing to go together
        return closed(()) | {"unclear": True}
    sureness = how_sure(p=found.p, n=found.n)
    direction = "unclear" if sureness == "unclear" else "together" if found.rho > 0 else "opposite"
    return {
        "ready": True,
        "rho": found.rho,
        "low": found.low,
        "high": found.high,
        "pairs": found.n,
        "direction": direction,
        "sureness": sureness,
    }
