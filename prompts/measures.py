"""The measures: every quantity a questionnaire can be scored to, with its unit, its range and which way is up.

Names are columns of the export and keys of the trends, so they never change meaning. The same name in two instruments
has the same unit and direction; from which items it comes, and what stretch of time it speaks about, is said by the
instrument (`Instrument.measures`). mood is the same four items in momentary, morning and evening, so it can be put on
one line; scores of instruments that ask other items can not.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from prompts.yaml_reader import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """`unit` is points | yes_no | minutes | share | clock_minutes; a score lies from `low` to `high`, both included.

    `title` names the measure and `direction` says in words what a higher score means.
    """

    name: str
    unit: str
    low: float
    high: float
    title: Text
    direction: Text


def _points(name: str, title: tuple[str, str], direction: tuple[str, str]) -> Measure:
    return _measure(name, "points", 0, 100, title, direction)


def _measure(
    name: str, unit: str, low: float, high: float, title: tuple[str, str], direction: tuple[str, str]
) -> Measure:
    return Measure(
        name=name,
        unit=unit,
        low=low,
        high=high,
        title={"nl": title[0], "en": title[1]},
        direction={"nl": direction[0], "en": direction[1]},
    )


_ALL = (
    _points("mood", ("Stemming", "Mood"), ("hoger: een fijnere stemming", "higher: a better mood")),
    _points("pa", ("Prettige gevoelens", "Pleasant feelings"), ("hoger: sterker", "higher: stronger")),
    _points("na", ("Nare gevoelens", "Unpleasant feelings"), ("hoger: sterker", "higher: stronger")),
    _points("stress", ("Stress", "Stress"), ("hoger: meer stress", "higher: more stress")),
    _points("worry", ("Piekeren", "Worrying"), ("hoger: meer gepieker", "higher: more worrying")),
    _points("loneliness", ("Eenzaamheid", "Loneliness"), ("hoger: eenzamer", "higher: lonelier")),
    _points("tiredness", ("Vermoeidheid", "Tiredness"), ("hoger: vermoeider", "higher: more tired")),
    _measure("with_company", "yes_no", 0, 1, ("Samen", "In company"), ("1: niet alleen", "1: not alone")),
    _measure("with_friends", "yes_no", 0, 1, ("Met vrienden", "With friends"), ("1: met vrienden", "1: with friends")),
    _points("movement", ("Beweging", "Movement"), ("hoger: meer bewogen", "higher: moved more")),
    _points("enjoyment", ("Plezier", "Enjoyment"), ("hoger: leuker om te doen", "higher: nicer to do")),
    _points("event", ("Gebeurtenis", "Event"), ("hoger: leuker", "higher: more pleasant")),
    _points("sleep", ("Slaap", "Sleep"), ("hoger: beter geslapen", "higher: slept better")),
    _points("restedness", ("Uitgerust", "Restedness"), ("hoger: beter uitgerust", "higher: better rested")),
    _measure("time_asleep_min", "minutes", 0, 960, ("Slaapduur", "Time asleep"), ("hoger: langer", "higher: longer")),
    _measure(
        "sleep_efficiency",
        "share",
        0,
        1,
        ("Slaapefficiëntie", "Sleep efficiency"),
        ("hoger: meer van de tijd in bed geslapen", "higher: asleep for more of the time in bed"),
    ),
    _measure(
        "sleep_midpoint_min",
        "clock_minutes",
        -480,
        1440,
        ("Midden van de slaap", "Middle of sleep"),
        ("hoger: later; 0 is middernacht", "higher: later; 0 is midnight"),
    ),
    _points("day_satisfaction", ("Mijn dag", "My day"), ("hoger: een betere dag", "higher: a better day")),
    _points(
        "social_contact",
        ("Contact in het echt", "Contact in person"),
        ("hoger: meer tijd samen", "higher: more time together"),
    ),
    _points(
        "social_online",
        ("Contact online", "Contact online"),
        ("hoger: meer tijd met iemand online", "higher: more time with somebody online"),
    ),
    _points(
        "social_media",
        ("Sociale media als tijdverdrijf", "Social media to pass the time"),
        ("hoger: meer tijd", "higher: more time"),
    ),
    _points("connectedness", ("Verbonden", "Connectedness"), ("hoger: meer verbonden", "higher: more connected")),
    _points(
        "movement_day",
        ("Stevig bewogen vandaag", "Brisk movement today"),
        ("hoger: meer minuten", "higher: more minutes"),
    ),
    _points("outdoors", ("Buiten", "Outdoors"), ("hoger: langer buiten", "higher: longer outdoors")),
    _points(
        "anticipation",
        ("Zin in morgen", "Looking forward"),
        ("hoger: meer zin in morgen", "higher: looks forward more"),
    ),
    _points("coping_helped", ("Het hielp", "It helped"), ("hoger: hielp meer", "higher: helped more")),
    _points("challenge_fun", ("Challenge leuk", "Challenge fun"), ("hoger: leuker", "higher: more fun")),
    _points("challenge_helped", ("Challenge hielp", "Challenge helped"), ("hoger: hielp meer", "higher: helped more")),
)

MEASURES: MappingProxyType[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})
