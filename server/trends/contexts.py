"""Which measures a participant sees, and which kinds of moments are set beside each other. Pure.

Loneliness is scored and exported, but not drawn here: a curve of it shows a young person what she wants less of and
nothing to do about it. Stress is last for the same reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from statistics import median

from prompts.instruments import Instrument
from prompts.measures import MEASURES
from server.trends.contrast import Side
from server.trends.series import Answers, Series, series_of, values_by_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A measure on the phone. ``key`` names it there, ``source`` on the response; ``up`` is whether more is nicer.

    once_a_day: how it is taken to be asked when the participant's own instruments do not say.
    """

    key: str
    source: str
    once_a_day: bool = False
    up: bool = True

    @property
    def unit(self) -> str:
        return MEASURES[self.source].unit

    @property
    def low(self) -> float:
        return MEASURES[self.source].low

    @property
    def high(self) -> float:
        return MEASURES[self.source].high


MOOD = Shown(key="mood", source="mood")
SLEEP = Shown(key="sleep", source="sleep", once_a_day=True)
SHOWN = (
    MOOD,
    SLEEP,
    Shown(key="time_asleep", source="time_asleep_min", once_a_day=True),
    Shown(key="social_contact", source="social_contact", once_a_day=True),
    Shown(key="movement", source="movement"),
    Shown(key="stress", source="stress", up=False),
)


def asked_once_a_day(instruments: Iterable[Instrument]) -> dict[str, bool]:
    """For every measure of these instruments whether all of its scores speak about a whole day or night."""
    once: dict[str, bool] = {}
    for instrument in instruments:
        for rule in instrument.measures:
            once[rule.name] = once.get(rule.name, True) and rule.covers in ("day", "night")
    return once


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Two kinds of moments or days; ``a`` and ``b`` are their names in the sentences.

    per: "moment" sets single answers about mood beside each other, "day" the mean mood of whole days.
    """

    code: str
    a: str
    b: str
    per: str


FRIENDS = Setting(code="friends", a="with_friends", b="alone", per="moment")
COMPANY = Setting(code="company", a="in_company", b="alone", per="moment")
MOVEMENT = Setting(code="movement", a="moved_more", b="moved_less", per="moment")
CONTACT = Setting(code="contact", a="more_contact", b="less_contact", per="day")
SETTINGS = (FRIENDS, COMPANY, MOVEMENT, CONTACT)


def sides_of(setting: Setting, answers: Answers) -> tuple[Side, Side]:
    """Mood on either side of a setting. More and less are always than her own median, never than a norm."""
    if setting is CONTACT:
        return _contact_days(answers)
    if setting is FRIENDS:
        return _where(answers, "with_friends", 1), _where(answers, "with_company", 0)
    if setting is COMPANY:
        return _where(answers, "with_company", 1), _where(answers, "with_company", 0)
    moved = [scores.get("movement") if MOOD.source in scores else None for scores in answers.measures]
    known = [value for value in moved if value is not None]
    usual = median(known) if known else 0.0
    return (
        _side(answers, [value is not None and value > usual for value in moved]),
        _side(answers, [value is not None and value <= usual for value in moved]),
    )


def _where(answers: Answers, measure: str, value: float) -> Side:
    return _side(answers, [scores.get(measure) == value and MOOD.source in scores for scores in answers.measures])


def _side(answers: Answers, inside: Sequence[bool]) -> Side:
    return Side(
        dates=list(compress(answers.dates, inside)),
        values=[scores[MOOD.source] for scores in compress(answers.measures, inside)],
    )


def _contact_days(answers: Answers) -> tuple[Side, Side]:
    contact = _means(series_of(answers, "social_contact"))
    mood = _means(series_of(answers, MOOD.source))
    usual = median(contact.values()) if contact else 0.0
    more = [day for day in contact if day in mood and contact[day] > usual]
    less = [day for day in contact if day in mood and contact[day] <= usual]
    return (
        Side(dates=more, values=[mood[day] for day in more]),
        Side(dates=less, values=[mood[day] for day in less]),
    )


def _means(series: Series) -> dict[date, float]:
    return {day: sum(values) / len(values) for day, values in values_by_day(series).items()}


def sleep_and_mood(answers: Answers) -> tuple[list[float], list[float]]:
    """The quality of each night, and the mean mood of the day that followed it.

    A morning answer belongs to the day it is given on, so night and day share their date. Mood rated in the very same
    response as the night is left out: a good mood at that moment colours both.
    """
    nights: dict[date, float] = {}
    moods: dict[date, list[float]] = {}
    for day, scores in zip(answers.dates, answers.measures, strict=True):
        if SLEEP.source in scores:
            nights.setdefault(day, scores[SLEEP.source])
        elif MOOD.source in scores:
            if day in moods:
                moods[day].append(scores[MOOD.source])
            else:
                moods[day] = [scores[MOOD.source]]
    days = [day for day in nights if day in moods]
    return [nights[day] for day in days], [sum(moods[day]) / len(moods[day]) for day in days]
