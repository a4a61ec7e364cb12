"""Which measures a participant sees, and which kinds of moments are set beside each other. Pure.

Loneliness is scored and exported, but not drawn here: a curve of it shows a young person what she wants less of and
nothing to do about it. Stress is last for the same reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from prompts.instruments import Instrument
from prompts.measures import MEASURES
from server.trends.contrast import Side
from server.trends.series import Observation, Series, series_of, values_by_day


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


def sides_of(setting: Setting, observations: Sequence[Observation]) -> tuple[Side, Side]:
    """Mood on either side of a setting. More and less are always than her own median, never than a norm."""
    if setting is CONTACT:
        return _contact_days(observations)
    rated = [seen for seen in observations if MOOD.source in seen.measures]
    if setting is FRIENDS:
        a, b = _where(rated, "with_friends", 1), _where(rated, "with_company", 0)
    elif setting is COMPANY:
        a, b = _where(rated, "with_company", 1), _where(rated, "with_company", 0)
    else:
        moved = [seen for seen in rated if "movement" in seen.measures]
        usual = median([seen.measures["movement"] for seen in moved]) if moved else 0.0
        a = [seen for seen in moved if seen.measures["movement"] > usual]
        b = [seen for seen in moved if seen.measures["movement"] <= usual]
    return _side(a), _side(b)


def _where(rated: Sequence[Observation], measure: str, value: float) -> list[Observation]:
    return [seen for seen in rated if seen.measures.get(measure) == value]


def _side(rated: Sequence[Observation]) -> Side:
    return Side(dates=[seen.local_date for seen in rated], values=[seen.measures[MOOD.source] for seen in rated])


def _contact_days(observations: Sequence[Observation]) -> tuple[Side, Side]:
    contact = _means(series_of(observations, "social_contact"))
    mood = _means(series_of(observations, MOOD.source))
    usual = median(contact.values()) if contact else 0.0
    more = [day for day in contact if day in mood and contact[day] > usual]
    less = [day for day in contact if day in mood and contact[day] <= usual]
    return (
        Side(dates=more, values=[mood[day] for day in more]),
        Side(dates=less, values=[mood[day] for day in less]),
    )


def _means(series: Series) -> dict[date, float]:
    return {day: sum(values) / len(values) for day, values in values_by_day(series).items()}


def sleep_and_mood(observations: Sequence[Observation]) -> tuple[list[float], list[float]]:
    """The quality of each night, and the mean mood of the day that followed it.

    A morning answer belongs to the day it is given on, so night and day share their date. Mood rated in the very same
    response as the night is left out: a good mood at that moment colours both.
    """
    nights: dict[date, float] = {}
    moods: dict[date, list[float]] = {}
    for seen in observations:
        if SLEEP.source in seen.measures:
            nights.setdefault(seen.local_date, seen.measures[SLEEP.source])
        elif MOOD.source in seen.measures:
            moods.setdefault(seen.local_date, []).append(seen.measures[MOOD.source])
    days = [day for day in nights if day in moods]
    return [nights[day] for day in days], [sum(moods[day]) / len(moods[day]) for day in days]
