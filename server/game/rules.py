"""What the game counts, and how a tree grows. Pure.

Nothing here knows an answer: a day is only how many questionnaires came and were answered, and whether the challenge
came and was done. Points are never stored; they follow from the diary whenever somebody looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Constants:
    """Every number of the game, with its reason."""

    # Any questionnaire is worth the same, whatever was answered and whichever branch it took, or people learn which
    # answers pay (they say "alone" to get the shorter branch). Ten, so that a total reads as a score, not as a tally.
    answer: int = 10
    # A challenge takes longer and is what young people did most gladly (31 to 50 % done, against 17 to 31 % of the
    # questionnaires: Dietvorst et al. 2022, JMIR Form Res 6(3):e29832), so it may be the reason to look.
    challenge: int = 20
    # All five questionnaires, or three and the challenge: there is a full day for who has no phone at school, and
    # nothing to be won by hunting the last beep.
    most_a_day: int = 50
    # (team size from, how many): so many may be missing on a day without a difference to the tree. One of three to
    # five, two of six: somebody is always ill, on holiday or fed up, and the others must not pay for it.
    may_be_absent: tuple[tuple[int, int], ...] = ((6, 2), (3, 1))
    # The stages of the tree, as shares of all that is possible in the study. The first comes on the first evening; the
    # steps get longer; the last asks two thirds, so a lively team sees all of it without anybody being perfect. A team
    # that answers a third of its beeps, as is usual, gets past the middle.
    spurts: tuple[float, ...] = (0.01, 0.03, 0.06, 0.10, 0.15, 0.20, 0.26, 0.32, 0.39, 0.47, 0.56, 0.66)
    # Days off a streak survives: two in store, and one more for every five days taken part in, never more than two.
    # A week with a free weekend keeps its streak; whoever stops altogether does not.
    rest_days: int = 2
    rest_day_every: int = 5
    # Teams as in Grow It! (4 to 6: Dietvorst et al. 2022, Eur Child Adolesc Psychiatry 32:1097). The sixth seat is kept
    # for people from teams that got too small.
    smallest_team: int = 4
    usual_team: int = 5
    largest_team: int = 6


GAME: Final = Constants()
STAGES: Final = len(GAME.spurts)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayedDay:
    """One local date of one member.

    came, answered: questionnaires of the plan. dare_came, dare_done: whether there was a challenge, and whether it was
    done. excused: a pause, or the day of joining or leaving: it counts only if something was done.
    reached: whether any push of the day got through to a push service.
    """

    on: date
    came: int = 0
    answered: int = 0
    dare_came: bool = False
    dare_done: bool = False
    excused: bool = False
    reached: bool = True

    @property
    def possible(self) -> int:
        return min(GAME.most_a_day, self.came * GAME.answer + self.dare_came * GAME.challenge)

    @property
    def points(self) -> int:
        return min(GAME.most_a_day, self.answered * GAME.answer + self.dare_done * GAME.challenge)


def share_of_day(members: Iterable[PlayedDay]) -> float:
    """How much of what was possible a team did on one date, 0 to 1: the mean of those who did most.

    Over how many is settled by the plan alone: the members who were asked something, less the few who may be absent
    (`Constants.may_be_absent`). So nobody's answer can ever make it less, and neither can a pause. Who is excused and
    does something all the same takes the place of somebody who did less.
    """
    played = [day for day in members if day.possible]
    shares = sorted((min(1.0, day.points / day.possible) for day in played), reverse=True)
    asked = sum(not day.excused for day in played)
    absent = next((may for size, may in GAME.may_be_absent if asked >= size), 0)
    counted = max(1, asked - absent)
    return sum(shares[:counted]) / counted


def share_of_study(days_by_member: Iterable[Sequence[PlayedDay]], *, days: int) -> float:
    """How far a team has come, 0 to 1, in a study of so many days. Every date adds, none takes away."""
    by_date: dict[date, list[PlayedDay]] = {}
    for member in days_by_member:
        for day in member:
            by_date.setdefault(day.on, []).append(day)
    return min(1.0, sum(share_of_day(members) for members in by_date.values()) / max(days, 1))


def stage_of(share: float) -> int:
    """0 (a seed) to 12 (a tree in blossom)."""
    return sum(share >= spurt for spurt in GAME.spurts)


def next_spurt(share: float) -> float | None:
    """The share at which the tree grows again; None when it is full-grown."""
    return next((spurt for spurt in GAME.spurts if share < spurt), None)


class Day(StrEnum):
    """What a date does to a streak."""

    TAKEN_PART = "taken_part"  # it grows
    MISSED = "missed"  # it costs a rest day, or ends it
    FREE = "free"  # nothing: a pause, no beeps, or no push got through


@dataclass(frozen=True, kw_only=True, slots=True)
class Streak:
    """Days taken part in without a break, and how many days off it would survive now."""

    days: int
    rest_days_left: int


def judge(day: PlayedDay) -> Day:
    """What a date that is over does to a streak."""
    if day.answered or day.dare_done:
        return Day.TAKEN_PART
    asked = day.came or day.dare_came
    return Day.MISSED if asked and day.reached and not day.excused else Day.FREE


def streak_of(past: Iterable[PlayedDay], today: PlayedDay | None = None) -> Streak:
    """The streak after these dates, oldest first. Today can only lengthen it: the day is not over."""
    days, rest, earned = 0, GAME.rest_days, 0
    verdicts = [judge(day) for day in past]
    if today is not None and judge(today) is Day.TAKEN_PART:
        verdicts.append(Day.TAKEN_PART)
    for verdict in verdicts:
        if verdict is Day.TAKEN_PART:
            days, earned = days + 1, earned + 1
            if earned == GAME.rest_day_every:
                rest, earned = min(rest + 1, GAME.rest_days), 0
        elif verdict is Day.MISSED:
            if rest and days:
                rest -= 1
            else:
                days, rest, earned = 0, GAME.rest_days, 0
    return Streak(days=days, rest_days_left=rest)


def choose_team(sizes: Mapping[str, int]) -> str | None:
    """Which team (by key, with its number of members) somebody new goes to; None for a new one.

    1. The fullest that is still too small. 2. Else the smallest with a usual seat free. 3. Else a new team.
    Of equals the first key, so that the same teams give the same choice.
    """
    small = [(-size, key) for key, size in sizes.items() if size < GAME.smallest_team]
    if small:
        return min(small)[1]
    room = [(size, key) for key, size in sizes.items() if size < GAME.usual_team]
    return min(room)[1] if room else None


def find_seats(size: int, others: Mapping[str, int]) -> list[str] | None:
    """Where the members of a team that stays too small can go, one key each; None if there is no room for all.

    Every seat up to the largest team counts, emptiest team first: so two small teams become one.
    """
    sizes, seats = dict(others), []
    for _ in range(size):
        room = [(taken, key) for key, taken in sizes.items() if taken < GAME.largest_team]
        if not room:
            return None
        key = min(room)[1]
        sizes[key] += 1
        seats.append(key)
    return seats
