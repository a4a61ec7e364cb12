"""What leaves, for whom: the five ways of exporting a study, each as one policy that can be read. Pure.

A profile only ever says how much may be told. What it costs with the people at hand is found by
`server.export.kanonymity`; what danger is left is told by `server.export.risk`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from server.export.generalise import Bands, Text, bands

ProfileName = Literal["research", "open", "aggregate", "linked", "own"]
Rows = Literal["beeps", "tables"]
Ids = Literal["fresh", "per_agreement", "own", "none"]
Dates = Literal["none", "dummy", "true"]
Latency = Literal["minutes", "banded", "seconds", "none"]

FOUR_BANDS: Bands = bands((12, 15), (16, 17), (18, 20), (21, 25))
TWO_BANDS: Bands = bands((12, 17), (18, 25))

NEVER: tuple[str, ...] = (
    "device",
    "operating system",
    "app version",
    "form version",
    "time zone and offset",
    "network address",
    "push ids",
    "coordinator, school or group",
)
"""What no profile but a participant's own ever tells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """How much may be told.

    k, l: least size of a class of people alike in their demographics, and least number of different sensitive values in
    it; None: not asked. suppression_share: at most this share of people, or k of them, may lose their demographics
    (never a diary row). most_demographics: at most so many besides what shows in the rows. minimum_people: no export of
    fewer. rare_below: a category chosen by fewer persons becomes "other" (in tables: is hidden). cell_below: least
    count in a cell of a table. dates "dummy" is an option of those with ``may_dummy``. age_bands: the partitions of age
    that may be told, finest first; none: exact. school_days: whether items that tell school days from free ones stay,
    which beside ``weekend`` show holidays, and so dates. sliders_step: sliders are rounded to it; None: as answered.
    """

    name: ProfileName
    title: Text
    rows: Rows
    ids: Ids
    k: int | None
    l: int | None  # noqa: E741  the letter that the literature uses
    suppression_share: float
    most_demographics: int | None
    minimum_people: int
    rare_below: int
    cell_below: int | None
    dates: Dates
    may_dummy: bool
    weekend: bool
    school_days: bool
    sched_hour: bool
    latency: Latency
    age_bands: tuple[Bands, ...]
    free_text: bool
    sliders_step: int | None
    report_t: bool
    needs_reason: bool
    needs_second_person: bool
    approval: Text
    label: Text

    @property
    def never(self) -> tuple[str, ...]:
        return () if self.name == "own" else NEVER


class ProfileProblem(ValueError):
    """What was asked for is not within the profile; ``code`` is stable, the text says why."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def choose(
    name: str, *, k: int | None = None, dummy_calendar: bool = False, sliders_step: int | None = None
) -> Profile:
    """The profile of this name with what a researcher may choose within it.

    k can be raised, never lowered. Raises `ProfileProblem`: ``profile-unknown``, ``k-too-low``, ``calendar-refused``,
    ``step-refused``.
    """
    profile = PROFILES.get(name)
    if profile is None:
        raise ProfileProblem("profile-unknown", f"There is no profile {name}; there are {', '.join(PROFILES)}.")
    if k is not None:
        if profile.k is None or k < profile.k:
            raise ProfileProblem("k-too-low", f"The profile {name} asks for k = {profile.k} at least.")
        profile = replace(profile, k=k)
    if dummy_calendar:
        if not profile.may_dummy:
            raise ProfileProblem("calendar-refused", f"The profile {name} has no dummy calendar.")
        profile = replace(profile, dates="dummy")
    if sliders_step is not None:
        if profile.rows != "beeps" or profile.name == "own" or not 1 <= sliders_step <= 25:
            raise ProfileProblem("step-refused", "Sliders are rounded to a step of 1 to 25, in exports of diary rows.")
        profile = replace(profile, sliders_step=sliders_step)
    return profile


_DEIDENTIFIED: Text = {
    "nl": "ontdaan van identificerende gegevens; behandel als persoonsgegevens, tenzij een vastgelegde beoordeling "
    "anders zegt",
    "en": "de-identified; treat as personal data unless a recorded assessment says otherwise",
}

RESEARCH = Profile(
    name="research",
    title={"nl": "Onderzoek", "en": "Research"},
    rows="beeps",
    ids="fresh",
    k=5,
    l=2,
    suppression_share=0.05,
    most_demographics=None,
    minimum_people=10,
    rare_below=5,
    cell_below=None,
    dates="none",
    may_dummy=True,
    weekend=True,
    school_days=False,
    sched_hour=True,
    latency="minutes",
    age_bands=(FOUR_BANDS, TWO_BANDS),
    free_text=False,
    sliders_step=None,
    report_t=False,
    needs_reason=False,
    needs_second_person=False,
    approval={"nl": "onderzoeker, na opnieuw inloggen", "en": "researcher, after a fresh login"},
    label=_DEIDENTIFIED,
)

OPEN = replace(
    RESEARCH,
    name="open",
    title={"nl": "Open (publicatie)", "en": "Open (publication)"},
    k=10,
    most_demographics=3,
    minimum_people=30,
    rare_below=10,
    may_dummy=False,
    sched_hour=False,
    latency="banded",
    age_bands=(TWO_BANDS,),
    report_t=True,
    needs_second_person=True,
    approval={
        "nl": "een tweede persoon; een van beiden is eigenaar van het onderzoek",
        "en": "a second person; one of the two is an owner of the study",
    },
    label={
        "nl": _DEIDENTIFIED["nl"] + ". Beperkte toegang aanbevolen.",
        "en": _DEIDENTIFIED["en"] + ". Restricted access recommended.",
    },
)

AGGREGATE = replace(
    RESEARCH,
    name="aggregate",
    title={"nl": "Tabellen", "en": "Aggregate tables"},
    rows="tables",
    ids="none",
    k=None,
    l=None,
    suppression_share=0.0,
    rare_below=10,
    cell_below=10,
    may_dummy=False,
    weekend=False,
    sched_hour=False,
    latency="none",
    approval={"nl": "onderzoeker", "en": "researcher"},
    label={"nl": "anoniem", "en": "anonymous"},
)

LINKED = replace(
    RESEARCH,
    name="linked",
    title={"nl": "Koppelbaar (uitzondering)", "en": "Linked (exception)"},
    ids="per_agreement",
    school_days=True,
    needs_reason=True,
    needs_second_person=True,
    approval={
        "nl": "een tweede persoon, met wat de functionaris gegevensbescherming zei; een van beiden is eigenaar van het "
        "onderzoek",
        "en": "a second person, with what the data protection officer said; one of the two is an owner of the study",
    },
    label={"nl": "gepseudonimiseerd = persoonsgegevens", "en": "pseudonymised = personal data"},
)

OWN = replace(
    RESEARCH,
    name="own",
    title={"nl": "Eigen gegevens", "en": "Own data"},
    ids="own",
    k=None,
    l=None,
    suppression_share=0.0,
    minimum_people=1,
    rare_below=0,
    dates="true",
    may_dummy=False,
    school_days=True,
    latency="seconds",
    age_bands=(),
    free_text=True,
    approval={"nl": "de deelnemer zelf, na opnieuw inloggen", "en": "the participant, after a fresh login"},
    label={"nl": "eigen gegevens van de deelnemer", "en": "the participant's own data"},
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {profile.name: profile for profile in (RESEARCH, OPEN, AGGREGATE, LINKED, OWN)}
)


def check_size(profile: Profile, people: int) -> None:
    """Raise `ProfileProblem` ``too-few-people`` if the profile lets nothing out about so few."""
    if people < profile.minimum_people:
        least = profile.minimum_people
        raise ProfileProblem(
            "too-few-people", f"The profile {profile.name} needs {least} participants; here: {people}."
        )
