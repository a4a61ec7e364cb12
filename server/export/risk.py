"""What an export still gives away, gathered into one report that travels with it. Pure.

`assess` only collects and judges; the words are in `server.export.risk_words`. The report never says that diaries are
anonymous: rows of answers can single people out whatever is done to their demographics, and the numbers say how often.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from server.export.generalise import Text
from server.export.kanonymity import Anonymised
from server.export.profiles import Profile
from server.export.register import Overlap
from server.export.risk_words import word_warning
from server.export.singling import Curve

Severity = Literal["danger", "caution", "notice"]

FEW_START_DATES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Warning:
    """One thing to know. ``code`` is stable. ``inside``: only for the controller, as a recipient could use it."""

    code: str
    severity: Severity
    text: Text
    inside: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What the diary rows bring with them beside answers.

    start_dates, study_days: one for each person. weekend_told: whether any row tells the weekend. outages: hours in
    which many phones failed at once. versions_changed: instruments of which more than one version was in use.
    rules_changed: how often beeps of the study were planned under other rules than before. travelled: people who
    changed their time zone. seed_released: whether the study's seed is public. planned: how many questionnaires each
    person was to have. rare_hours: people with an hour that fewer than k people have. rare_statuses: people by status
    that fewer than k people have at some beep. school_days: items that tell school days from free ones;
    no_school_days: those of them that no row tells.
    dated_challenges: challenges of which the name would date a row. days_for_all: dates with one for everybody, of
    which the strategy is told. traits: items with one answer of each person (`server.export.stable`), and how many
    people have the rarest.
    """

    start_dates: Sequence[date]
    study_days: Sequence[int]
    weekend_told: bool
    outages: int = 0
    versions_changed: int = 0
    rules_changed: int = 0
    travelled: int = 0
    seed_released: bool = False
    planned: Sequence[int] = ()
    rare_hours: int = 0
    rare_statuses: Mapping[int, int] = field(default_factory=dict)
    school_days: Sequence[str] = ()
    no_school_days: Sequence[str] = ()
    dated_challenges: int = 0
    days_for_all: int = 0
    traits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Risk:
    """The report. Shares are 0..1; None where there is nothing to tell. ``curves_of``: people the curves rest on."""

    profile: Profile
    people: int
    k_reached: int | None
    l_reached: int | None
    t: float | None
    suppressed: int
    levels: Mapping[str, str]
    lost: Mapping[str, Text]
    curves: tuple[Curve, ...]
    patterns_unique: float | None
    start_dates: int
    warnings: tuple[Warning, ...]
    planning: Text | None = None

    def as_json(self, *, inside: bool = False) -> dict[str, Any]:
        """Plain JSON values. ``inside`` adds what only the controller should read; never for the bundle."""
        return {
            "profile": self.profile.name,
            "label": dict(self.profile.label),
            "people": self.people,
            "k": {"asked": self.profile.k, "reached": self.k_reached},
            "l": {"asked": self.profile.l, "reached": self.l_reached},
            "t": None if self.t is None else round(self.t, 4),
            "suppressed": {"people": self.suppressed, "share_allowed": self.profile.suppression_share},
            "demographics": dict(self.levels),
            "lost": {name: dict(text) for name, text in self.lost.items()},
            "singled_out": [
                {
                    "items": list(curve.items),
                    "people": curve.people,
                    "day_and_beep_known": _points(curve.when_known),
                    "day_and_beep_unknown": _points(curve.when_unknown),
                }
                for curve in self.curves
            ],
            "unique_patterns_of_missed_beeps": None if self.patterns_unique is None else round(self.patterns_unique, 4),
            "distinct_start_dates": self.start_dates,
            "planned_times": None if self.planning is None else dict(self.planning),
            "warnings": [
                {"code": warning.code, "severity": warning.severity, "text": dict(warning.text)}
                for warning in self.warnings
                if inside or not warning.inside
            ],
        }


def assess(
    *,
    profile: Profile,
    people: int,
    circumstances: Circumstances,
    anonymised: Anonymised | None = None,
    curves: Sequence[Curve] = (),
    patterns_unique: float | None = None,
    overlaps: Sequence[Overlap] = (),
    planning: Text | None = None,
    licence: str = "",
) -> Risk:
    """The report on an export of ``people``. ``anonymised`` is None for tables and for a participant's own data.

    planning: the verdict of drawing all planned times again (`server.export.proof`). licence: "" for terms of use.
    """
    seen = circumstances
    found: list[Warning] = []

    def warn(code: str, severity: Severity, *, inside: bool = False, **figures: object) -> None:
        found.append(Warning(code=code, severity=severity, text=word_warning(code, figures), inside=inside))

    distinct = len(set(seen.start_dates))
    if people < profile.minimum_people:
        warn("too-few-people", "danger", people=people, least=profile.minimum_people)
    if anonymised is not None and profile.k is not None and anonymised.k_reached < profile.k:
        warn("k-not-reached", "danger", reached=anonymised.k_reached, asked=profile.k)
    if anonymised is not None and profile.l is not None and (anonymised.l_reached or profile.l) < profile.l:
        warn("l-not-reached", "danger", reached=anonymised.l_reached, asked=profile.l)
    if licence and profile.name in ("research", "linked"):
        warn("licence-passes-on", "caution", licence=licence)
    if profile.rows == "beeps" and profile.name != "own":
        worst = _worst(curves)
        if worst is not None:
            warn("diaries-single-out", "caution", share=f"{worst[1]:.0%}", known=worst[0], items=worst[2])
        if curves and any(curve.people < people for curve in curves):
            warn("curve-of-sample", "notice", sample=min(curve.people for curve in curves), people=people)
        if patterns_unique:
            warn("patterns-unique", "caution", share=f"{patterns_unique:.0%}")
        if distinct == 1:
            warn("one-start-date", "danger")
        elif 0 < distinct < FEW_START_DATES:
            warn("few-start-dates", "caution", dates=distinct)
        if seen.weekend_told and len({start.isoweekday() for start in seen.start_dates}) > 1:
            warn("start-weekday-shows", "notice")
        if anonymised and profile.sched_hour and _hides_a_weekday(anonymised):
            warn("hours-may-show-weekend", "notice")
        if seen.school_days:
            warn("school-days-show", "caution", items=", ".join(seen.school_days))
        if seen.no_school_days:
            warn("school-days-withheld", "notice", items=", ".join(seen.no_school_days))
        if not seen.school_days and anonymised and _hides_a_weekday(anonymised):
            warn("answers-may-show-weekend", "notice")
        rare = min(Counter(seen.study_days).values(), default=0)
        if len(set(seen.study_days)) > 1 and profile.k is not None:
            warn("lengths-differ", "danger" if rare < profile.k else "notice", fewest=rare)
        alone = sum(count for count in Counter(seen.planned).values() if count < (profile.k or 1))
        if alone and profile.k is not None:
            warn("planned-differ", "notice", people=alone, least=profile.k)
        if seen.rare_hours:
            warn("rare-hours", "caution", people=seen.rare_hours, least=profile.k)
        if seen.traits:
            fewest = min(seen.traits.values())
            severity: Severity = "danger" if fewest < (profile.k or 1) else "caution"
            warn("traits-asked", severity, items=", ".join(seen.traits), fewest=fewest)
        for status, few in seen.rare_statuses.items():
            warn("rare-status", "caution", status=status, people=few, least=profile.k)
        if seen.outages:
            warn("shared-outage", "caution", hours=seen.outages)
        if seen.versions_changed:
            warn("version-change", "caution", instruments=seen.versions_changed)
        if seen.rules_changed:
            warn("rules-change", "caution", times=seen.rules_changed)
        if seen.days_for_all:
            warn("challenge-dates", "danger", days=seen.days_for_all)
        if seen.dated_challenges:
            warn("challenges-unnamed", "notice", challenges=seen.dated_challenges)
        if seen.travelled:
            warn("zone-change", "notice", people=seen.travelled)
        if seen.seed_released:
            warn("seed-released", "danger")
    for overlap in overlaps:
        found += [Warning(code=code, severity="danger", text=overlap.text, inside=True) for code in overlap.codes[:1]]
    return Risk(
        profile=profile,
        people=people,
        k_reached=anonymised.k_reached if anonymised else None,
        l_reached=anonymised.l_reached if anonymised else None,
        t=anonymised.t if anonymised and profile.report_t else None,
        suppressed=len(anonymised.suppressed) if anonymised else 0,
        levels=anonymised.levels if anonymised else {},
        lost={name: loss.text for name, loss in anonymised.lost.items()} if anonymised else {},
        curves=tuple(curves),
        patterns_unique=patterns_unique,
        start_dates=distinct,
        warnings=tuple(found),
        planning=planning,
    )


def _hides_a_weekday(anonymised: Anonymised) -> bool:
    """Whether the weekend is told of nobody, or not of those who lost their demographics."""
    level = anonymised.levels.get("start_weekday")
    return level == "withheld" or (level is not None and bool(anonymised.suppressed))


def _worst(curves: Sequence[Curve]) -> tuple[int, float, int] | None:
    """The highest share that is singled out, with the fewest beeps, and of those the fewest items in each, that give
    it, the calendar known: (beeps, share, items)."""
    shares = [
        (share, -known, -len(curve.items))
        for curve in curves
        for known, share in curve.when_known.items()
        if share is not None
    ]
    if not shares:
        return None
    share, known, items = max(shares)
    return -known, share, -items


def _points(shares: Mapping[int, float | None]) -> dict[str, float | None]:
    return {str(known): None if share is None else round(share, 4) for known, share in shares.items()}
