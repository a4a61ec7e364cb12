"""Gathers what the risk report rests on while rows pass by: a sample of diaries, patterns, failures shared by many."""

import random
from collections import Counter
from collections.abc import Sequence

import polars as pl

from server.export.calendar_items import calendar_items
from server.export.columns import Column
from server.export.ledger import Group
from server.export.outages import LEAST, SHARE
from server.export.plan import Plan
from server.export.risk import Circumstances, Risk, assess
from server.export.singling import Curve, draw_curve, pattern_uniqueness
from server.export.stable import Stable

SAMPLE = 500
"""People on whom the curves rest: the first by id, so a random sample."""
ITEMS_KNOWN = (1, 3, 6)


Hours = list[tuple[int, int, int]]
"""Hours since 1970, people with a questionnaire due in them, and those of them who did not get it."""


def count_failures(group: Group) -> Hours:
    """Failures by the hour, before the calendar is gone. Counts only."""
    lost = pl.col("sent").is_null() & pl.col("finished").is_null()
    parts = [
        beeps.filter(pl.col("kind") == "questionnaire").select("n", (pl.col("due") // 3_600).alias("hour"), lost=lost)
        for beeps in group.beeps.values()
    ]
    hours = (
        pl.concat(parts)
        .group_by("hour", "n")
        .agg(pl.col("lost").any())
        .group_by("hour")
        .agg(planned=pl.len(), hit=pl.col("lost").sum())
        .sort("hour")
    )
    return [(int(hour), planned, hit) for hour, planned, hit in hours.select("hour", "planned", "hit").iter_rows()]


class Danger:
    def __init__(self) -> None:
        self._sample: list[pl.DataFrame] = []
        self._sampled = 0
        self._stable = Stable()
        self._items: list[str] = []
        self._patterns: dict[str, str] = {}
        self._planned: Counter[int] = Counter()  # people with a beep, by hour
        self._hit: Counter[int] = Counter()  # of those, who did not get it
        self._with_status: dict[int, int] = {}  # people by what became of a beep of theirs
        self._hours: dict[str, list[int]] = {}  # the hours of the day at which somebody has beeps

    def see(self, hours: Hours) -> None:
        """Take note of the failures of some people."""
        for hour, planned, hit in hours:
            self._planned[hour] += planned
            self._hit[hour] += hit

    def take(self, frame: pl.DataFrame, columns: Sequence[Column]) -> None:
        """Take finished rows of whole diaries."""
        marks = frame.group_by("id", maintain_order=True).agg(pl.col("valid").cast(pl.String).str.join(""))
        self._patterns.update(marks.iter_rows())
        for status, people in frame.group_by("status").agg(pl.col("id").n_unique()).iter_rows():
            self._with_status[status] = self._with_status.get(status, 0) + people
        if "sched_hour" in frame.columns:
            self._hours.update(frame.group_by("id").agg(pl.col("sched_hour").unique().drop_nulls()).iter_rows())
        if self._sampled < SAMPLE:
            self._stable.take(frame, columns)
            self._items = [c.name for c in columns if c.role == "item" and c.level != "nominal"]
            self._sample.append(frame.filter(valid=1).select("id", "dayno", "beepno", *self._items))
            self._sampled += marks.height

    def assess(self, plan: Plan) -> Risk:
        """The report. The draws hang on the ids alone, so the same export has the same report."""
        hidden = plan.anonymised.hidden_in_rows("start_weekday")
        versions = Counter(instrument.id for instrument in plan.instruments)
        circumstances = Circumstances(
            start_dates=[member.starts_on for member in plan.members],
            study_days=[(member.ends_on - member.starts_on).days + 1 for member in plan.members],
            weekend_told=plan.row_profile.weekend and hidden is not None,
            outages=sum(hit >= max(LEAST, SHARE * self._planned[hour]) for hour, hit in self._hit.items()),
            versions_changed=sum(count > 1 for count in versions.values()),
            rules_changed=len(plan.about.protocols) - 1,
            travelled=plan.selection.travelled,
            seed_released=plan.planning.seed_released,
            planned=[member.planned.get("questionnaire", 0) for member in plan.members],
            rare_statuses={
                status: people for status, people in sorted(self._with_status.items()) if people < (plan.profile.k or 1)
            },
            school_days=sorted(calendar_items(plan.instruments) - plan.without_items),
            no_school_days=sorted(calendar_items(plan.instruments) & plan.without_items),
            dated_challenges=len(plan.dated.slugs) if plan.selection.rows_of("challenge") else 0,
            days_for_all=0 if plan.unnamed_strategies else plan.dated.days,
            rare_hours=self._count_rare_hours(plan.profile.k or 1),
            traits=self._stable.find(),
        )
        return assess(
            profile=plan.profile,
            people=len(plan.members),
            circumstances=circumstances,
            anonymised=plan.anonymised,
            curves=self._curves(plan),
            patterns_unique=pattern_uniqueness(self._patterns),
            overlaps=plan.overlaps,
            planning=plan.planning.verdict,
            licence=plan.request.licence,
        )

    def _count_rare_hours(self, least: int) -> int:
        """People with a beep at an hour at which fewer than ``least`` people have any."""
        people = Counter(hour for hours in self._hours.values() for hour in hours)
        return sum(any(people[hour] < least for hour in hours) for hours in self._hours.values())

    def _curves(self, plan: Plan) -> list[Curve]:
        """For the items that are answered most often."""
        if not self._sample:
            return []
        frame = pl.concat(self._sample, how="vertical_relaxed")
        ids = [plan.ids[member.key] for member in plan.members[:SAMPLE]]
        frame = frame.filter(pl.col("id").is_in(ids))
        counts = frame.select((pl.col(name) >= 0).sum() for name in self._items).row(0) if self._items else ()
        often = sorted(zip(counts, self._items, strict=True), key=lambda pair: (-pair[0], pair[1]))
        items = [name for count, name in often if count]
        curves = []
        for known in ITEMS_KNOWN:
            if len(items) < known:
                break
            chosen = items[:known]
            told = frame.filter(pl.all_horizontal(pl.col(name) >= 0 for name in chosen))
            diaries: dict[str, list[tuple[int, int, tuple[float, ...]]]] = {}
            for person, day, beep, *values in told.select("id", "dayno", "beepno", *chosen).iter_rows():
                diaries.setdefault(person, []).append((day, beep, tuple(values)))
            rng = random.Random(f"{known} {' '.join(ids[:50])}")  # noqa: S311  a draw, not a secret
            curves.append(draw_curve(diaries, items=chosen, rng=rng))
        return curves
