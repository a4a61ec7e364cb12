"""The columns of a bundle: names, types, value labels and missing codes. Pure.

One block of missing codes serves every item, so that SPSS needs one range (-99 thru -97) for all of them:

    -97  not shown: another questionnaire, a branch not taken, or left out by design
    -98  shown, no answer: passed over with "rather not", or left empty where that is allowed
    -99  no entry for this beep, so nothing is known of the item

Only items carry codes. Everything else is empty where it has no value: measures can be negative, and a derived value is
nobody's answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from server.export.calendar import delay_band_labels
from server.export.careless import CODEBOOK as CARELESS
from server.export.profiles import Profile
from server.export.status_words import EVENT_STATUS_NOTE, STATUS_NOTE

Text = Mapping[str, str]
Type = Literal["text", "integer", "number", "datetime"]
Level = Literal["nominal", "ordinal", "scale"]
Role = Literal[
    "id", "time", "ledger", "quality", "item", "shown", "measure", "derived", "demographic", "challenge", "table"
]

NOT_SHOWN, SKIPPED, MISSED = -97, -98, -99
MISSING: Mapping[int, Text] = MappingProxyType(
    {
        NOT_SHOWN: {"nl": "niet getoond", "en": "not shown"},
        SKIPPED: {"nl": "getoond, geen antwoord", "en": "shown, no answer"},
        MISSED: {"nl": "geen dagboekinvulling", "en": "no entry for this beep"},
    }
)
MEASURE_DECIMALS = 4
COLLAPSED = 90
"""The code of categories that too few people chose, in an item without an "other" of its own."""

YES_NO: Mapping[int, Text] = MappingProxyType({0: {"nl": "nee", "en": "no"}, 1: {"nl": "ja", "en": "yes"}})
COMPLETE, PARTIAL, UNANSWERED, NOT_DELIVERED, EXPIRED, PAUSED, BLOCKED = range(1, 8)
STATUS: Mapping[int, Text] = MappingProxyType(
    {
        COMPLETE: {"nl": "volledig", "en": "complete"},
        PARTIAL: {"nl": "gedeeltelijk", "en": "partial"},
        UNANSWERED: {"nl": "gemist", "en": "missed"},
        NOT_DELIVERED: {"nl": "niet bezorgd", "en": "not delivered"},
        EXPIRED: {"nl": "geopend, niet op tijd ingevuld", "en": "opened, not finished in time"},
        PAUSED: {"nl": "pauze van de deelnemer", "en": "paused by the participant"},
        BLOCKED: {"nl": "geen telefoon die meldingen toelaat", "en": "no phone that takes notifications"},
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What the codebook says of a column in one version of one questionnaire."""

    instrument: str
    question: Text = field(default_factory=dict)
    low: Text | None = None
    high: Text | None = None
    construct: Text | None = None
    source: str = ""
    formula: Text | None = None
    shown: Text | None = None  # when the item is asked, where that is not always


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column. ``codes``: value labels of what is a value; ``missing``: whether the three missing codes occur.

    ``low`` and ``high`` are the limits of true values, both included. ``note`` is for the codebook.
    """

    name: str
    type: Type
    role: Role
    label: Text
    codes: Mapping[int, Text] = field(default_factory=dict)
    values: tuple[str, ...] = ()  # of a text column with a closed list
    missing: bool = False
    low: float | None = None
    high: float | None = None
    level: Level = "scale"
    required: bool = False
    unit: Text | None = None
    note: Text | None = None
    sources: tuple[Source, ...] = ()

    def all_codes(self) -> dict[int, Text]:
        """Value labels, those of the missing codes included."""
        return {**self.codes, **(MISSING if self.missing else {})}


class ColumnClash(ValueError):
    """Two columns of a study would have one name."""


def require_distinct(columns: Iterable[Column]) -> None:
    """Raise `ColumnClash` where two names differ by nothing but capitals: SPSS does not tell them apart."""
    seen: set[str] = set()
    for column in columns:
        name = column.name.lower()
        if name in seen:
            raise ColumnClash(column.name)
        seen.add(name)


def _integer(name: str, role: Role, nl: str, en: str, low: float | None = None, high: float | None = None) -> Column:
    return Column(name=name, type="integer", role=role, label={"nl": nl, "en": en}, low=low, high=high)


def _coded(name: str, role: Role, codes: Mapping[int, Text], nl: str, en: str) -> Column:
    return Column(name=name, type="integer", role=role, label={"nl": nl, "en": en}, codes=codes, level="nominal")


ID = Column(
    name="id",
    type="text",
    role="id",
    label={"nl": "deelnemer in deze export", "en": "participant in this export"},
    note={
        "nl": "Alleen binnen deze export dezelfde; in een volgende export is iedereen een ander.",
        "en": "The same within this export only; in another export everybody is somebody else.",
    },
    level="nominal",
    required=True,
)


def _delay(name: str, profile: Profile, most: int, nl: str, en: str) -> Column:
    if profile.latency == "banded":
        return replace(_coded(f"{name}_band", "time", delay_band_labels(), nl, en), level="ordinal")
    column = _integer(f"{name}_min", "time", nl, en, 0, most)
    note = {
        "nl": f"Hele minuten naar beneden; {most} is {most} of meer.",
        "en": f"Whole minutes, floored; {most} is {most} or more.",
    }
    return replace(column, unit={"nl": "minuten", "en": "minutes"}, note=note)


def _when(profile: Profile) -> list[Column]:
    found = []
    if profile.weekend:
        weekend = _coded("weekend", "time", YES_NO, "zaterdag of zondag", "Saturday or Sunday")
        note = {
            "nl": "Leeg voor wie anders aan de weekdag van de start te herkennen was.",
            "en": "Empty for those whom the weekday of their start would give away.",
        }
        found.append(replace(weekend, note=note))
    if profile.sched_hour:
        found.append(
            _integer("sched_hour", "time", "uur van de beep, lokale klok", "hour of the beep, local clock", 0, 23)
        )
    return found


def _dummy(names: Mapping[str, tuple[str, str]]) -> list[Column]:
    note = {
        "nl": "Verzonnen kalender: ieders studie begint in de week van maandag 1 januari 2001. Kwartieren, eigen klok.",
        "en": "Dummy calendar: everybody's study begins in the week of Monday 1 January 2001. Quarters, local clock.",
    }
    return [
        Column(name=name, type="datetime", role="time", label={"nl": nl, "en": en}, note=note)
        for name, (nl, en) in names.items()
    ]


def _entry(profile: Profile, most_duration: int) -> list[Column]:
    flags = [
        replace(_coded(name, "quality", YES_NO, nl, en), note=CARELESS[name])
        for name, (nl, en) in {
            "flag_fast": ("erg snel ingevuld", "very fast"),
            "flag_flat": ("nauwelijks verschil tussen schuifvragen", "hardly any difference between sliders"),
            "flag_longstring": ("veel dezelfde antwoorden", "many answers the same"),
        }.items()
    ]
    return [
        _delay("duration", profile, most_duration, "tijd van begin tot eind", "time from start to end"),
        _integer(
            "n_shown", "quality", "aantal getoonde vragen in dit bestand", "items shown, of those in this file", 0
        ),
        _integer(
            "n_answered", "quality", "aantal beantwoorde vragen in dit bestand", "items answered, of those here", 0
        ),
        *flags,
    ]


MOST_DURATION_MIN = 60


def beep_columns(profile: Profile, *, most_delay: int, questionnaires: Iterable[str]) -> list[Column]:
    """What beeps.csv has before its items. most_delay: the longest answer window in minutes, where delays end."""
    columns = [
        ID,
        replace(_integer("dayno", "time", "dag van de studie", "day of the study", 1), required=True),
        replace(_integer("beepno", "time", "beep van de dag", "beep of the day", 1), required=True),
        replace(_integer("obsno", "time", "hoeveelste geplande beep", "number of the planned beep", 1), required=True),
        *_when(profile),
        _questionnaire(questionnaires),
        replace(
            _coded("status", "ledger", STATUS, "wat ervan is geworden", "what became of it"),
            required=True,
            note=STATUS_NOTE,
        ),
        replace(_coded("valid", "ledger", YES_NO, "er is een invulling", "there is an entry"), required=True),
        _coded("delivered", "ledger", YES_NO, "melding door de pushdienst aangenomen", "push accepted by its service"),
        _integer("reminders", "ledger", "aangenomen herinneringen", "reminders accepted", 0),
        _coded("opened", "ledger", YES_NO, "melding of vragenlijst geopend", "push or questionnaire opened"),
        _coded("late_upload", "ledger", YES_NO, "op tijd ingevuld, later verstuurd", "filled in on time, sent later"),
        _delay("resp_delay", profile, most_delay, "tijd van beep tot begin", "time from beep to start"),
        *_entry(profile, MOST_DURATION_MIN),
    ]
    if profile.dates == "dummy":
        columns += _dummy(
            {
                "scheduled": ("gepland", "scheduled"),
                "sent": ("verstuurd", "sent"),
                "start": ("begonnen", "started"),
                "end": ("klaar", "finished"),
            }
        )
    return columns


def event_columns(profile: Profile, *, questionnaires: Iterable[str]) -> list[Column]:
    """What events.csv (entries that participants started themselves) has before its items."""
    columns = [
        ID,
        replace(_integer("dayno", "time", "dag van de studie", "day of the study", 1), required=True),
        replace(_integer("entryno", "time", "hoeveelste eigen invulling", "number of the own entry", 1), required=True),
        *_when(profile),
        _questionnaire(questionnaires),
        replace(
            _coded(
                "status",
                "ledger",
                {code: STATUS[code] for code in (COMPLETE, PARTIAL)},
                "volledig of niet",
                "complete or not",
            ),
            required=True,
            note=EVENT_STATUS_NOTE,
        ),
        *_entry(profile, MOST_DURATION_MIN),
    ]
    if profile.dates == "dummy":
        columns += _dummy({"start": ("begonnen", "started"), "end": ("klaar", "finished")})
    return columns


def _questionnaire(names: Iterable[str]) -> Column:
    note = {
        "nl": "Zonder versie: wanneer een versie veranderde is een datum. Het codeboek noemt alle versies.",
        "en": "Without its version: when a version changed is a date. The codebook lists every version.",
    }
    return Column(
        name="questionnaire",
        type="text",
        role="ledger",
        label={"nl": "vragenlijst", "en": "questionnaire"},
        values=tuple(sorted(names)),
        level="nominal",
        required=True,
        note=note,
    )


def challenge_columns(profile: Profile, *, strategies: Iterable[str], slugs: Iterable[str]) -> list[Column]:
    """challenges.csv: one row for every planned challenge."""
    outcomes = {
        0: {"nl": "niets gemeld", "en": "nothing told"},
        1: {"nl": "gedaan", "en": "done"},
        2: {"nl": "overgeslagen", "en": "skipped"},
        3: {"nl": "een andere gekozen", "en": "swapped for another"},
    }
    return [
        ID,
        replace(_integer("dayno", "time", "dag van de studie", "day of the study", 1), required=True),
        *[column for column in _when(profile) if column.name == "weekend"],
        Column(
            name="strategy",
            type="text",
            role="challenge",
            label={"nl": "strategie", "en": "strategy"},
            values=tuple(sorted(strategies)),
            level="nominal",
        ),
        Column(
            name="challenge",
            type="text",
            role="challenge",
            label={"nl": "challenge van de dag", "en": "challenge of the day"},
            note={
                "nl": "other: aan weinig mensen gegeven, of gebonden aan een datum, seizoen of weekdag, met meer van "
                "dezelfde strategie.",
                "en": "other: given to few people, or tied to a date, season or weekday, with more of its strategy.",
            },
            values=tuple(sorted(slugs)),
            level="nominal",
        ),
        replace(_coded("outcome", "challenge", outcomes, "wat ervan werd", "what became of it"), required=True),
        _integer("fun", "challenge", "hoe leuk", "how much fun", 0, 100),
        _integer("helped", "challenge", "hoeveel het hielp", "how much it helped", 0, 100),
    ]
