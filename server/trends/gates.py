"""How much must be known before something is shown. Pure.

Below a gate a participant sees no number, only how many more answers open it. The thresholds come from what the
statistics can bear at the compliance that young people really have (a third of the questionnaires, about 35 answers):
an average of 7 answers is uncertain by some 7 points of 100, of 20 by less than 5; an iSD of 20 answers by 15 percent.

Measures that are asked once a day (sleep). Where several answers make a day trustworthy (the trend asks for two), one
is all there can be, and one counts. A week of them is four nights: 4 of 7 nights leave the week's mean as uncertain as
7 of 35 moments do, namely, for a spread of 20 points,
    20/sqrt(4) * sqrt(1 - 4/7) = 6.5 points    against    20/sqrt(7) * sqrt(1 - 7/35) = 6.8 points,
the second root being the finite population correction (Cochran 1977, Sampling Techniques, 2.6).
"""

from collections.abc import Iterable
from dataclasses import dataclass

WEEK_ANSWERS, WEEK_DAYS, WEEK_NIGHTS = 7, 3, 4
PROFILE_ANSWERS, PROFILE_PART_ANSWERS = 20, 4
TREND_DAYS, TREND_ANSWERS_A_DAY, TREND_SPAN_DAYS = 10, 2, 14
CONTRAST_ANSWERS, CONTRAST_SIDE_ANSWERS = 20, 6
SLEEP_MOOD_PAIRS = 14
SPREAD_ANSWERS = 20
SWING_PAIRS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """``have`` of the ``need`` there must be.

    what: "answers", "days" (with enough answers), "span_days" (from the first such day to the last, both counted) or
    "pairs". where: the side of a contrast it is about, else None.
    """

    what: str
    have: int
    need: int
    where: str | None = None

    @property
    def missing(self) -> int:
        return max(0, self.need - self.have)


def week_needs(*, answers: int, days: int, once_a_day: bool) -> tuple[Need, ...]:
    """For the last seven dates: at least 7 answers on at least 3 days; once a day: 4 answers."""
    if once_a_day:
        return _unmet(Need(what="answers", have=answers, need=WEEK_NIGHTS))
    return _unmet(Need(what="answers", have=answers, need=WEEK_ANSWERS), Need(what="days", have=days, need=WEEK_DAYS))


def profile_needs(*, answers: int) -> tuple[Need, ...]:
    """For the time-of-day profile as a whole: at least 20 answers."""
    return _unmet(Need(what="answers", have=answers, need=PROFILE_ANSWERS))


def part_needs(*, answers: int) -> tuple[Need, ...]:
    """For one part of the day inside the profile: at least 4 answers."""
    return _unmet(Need(what="answers", have=answers, need=PROFILE_PART_ANSWERS))


def counts_for_trend(*, answers: int, once_a_day: bool) -> bool:
    """Whether a day has answers enough to count in the trend."""
    return answers >= (1 if once_a_day else TREND_ANSWERS_A_DAY)


def trend_needs(*, days: int, span_days: int) -> tuple[Need, ...]:
    """At least 10 days that count, the first and the last of them at least 14 dates apart, both included."""
    return _unmet(
        Need(what="days", have=days, need=TREND_DAYS), Need(what="span_days", have=span_days, need=TREND_SPAN_DAYS)
    )


def contrast_needs(*, answers: dict[str, int]) -> tuple[Need, ...]:
    """At least 20 answers, at least 6 on each side. Whether the interval excludes 0 is asked of the contrast itself."""
    sides = [Need(what="answers", have=n, need=CONTRAST_SIDE_ANSWERS, where=side) for side, n in answers.items()]
    return _unmet(Need(what="answers", have=sum(answers.values()), need=CONTRAST_ANSWERS), *sides)


def sleep_mood_needs(*, pairs: int) -> tuple[Need, ...]:
    """At least 14 nights followed by a day with an answer about mood."""
    return _unmet(Need(what="pairs", have=pairs, need=SLEEP_MOOD_PAIRS))


def spread_needs(*, answers: int) -> tuple[Need, ...]:
    """For the iSD: at least 20 answers."""
    return _unmet(Need(what="answers", have=answers, need=SPREAD_ANSWERS))


def swing_needs(*, pairs: int) -> tuple[Need, ...]:
    """For the RMSSD: at least 20 pairs within days."""
    return _unmet(Need(what="pairs", have=pairs, need=SWING_PAIRS))


def _unmet(*needs: Need) -> tuple[Need, ...]:
    return tuple(need for need in needs if need.missing)


def closed(needs: Iterable[Need]) -> dict[str, object]:
    """The JSON of a block that is not shown yet."""
    return {
        "ready": False,
        "needs": [
            {"what": need.what, "have": need.have, "need": need.need, "missing": need.missing}
            | ({"where": need.where} if need.where else {})
            for need in needs
        ],
    }
