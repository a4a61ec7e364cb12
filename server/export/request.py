"""What is asked for in an export, and why it may be refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from server.errors import DomainError

ALIASES: Mapping[str, str] = {"birth_year": "age"}
"""Other words for demographics: a year of birth leaves as an age in bands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Parameters of an export; with a key they give the same bytes again.

    ranking: demographics, dearest first. language: of the labels in SPSS and the import scripts. sav, openesm: None is
    yes up to a size at which they cost more than the rest. keep_levels: levels not to go below; None takes those of
    earlier exports of the study. licence: an SPDX id, or "" for terms of use. days: only people with at least so many
    study days, and of each only the first so many, so that how long somebody took part tells nobody apart.
    """

    profile: str = "research"
    ranking: tuple[str, ...] = ()
    k: int | None = None
    dummy_calendar: bool = False
    sliders_step: int | None = None
    derived: bool = False
    sav: bool | None = None
    openesm: bool | None = None
    language: str = "nl"
    licence: str = ""
    agreement: str = ""
    days: int | None = None
    keep_levels: Mapping[str, str] | None = field(default=None)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ranking": list(self.ranking)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Request":
        return cls(**{**value, "ranking": tuple(value["ranking"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class Responsible:
    """Who asks for an export, why, and for whom. Kept in the register, never in the bundle."""

    reason: str
    requested_by: str
    approved_by: str | None = None
    recipient: str | None = None


class ExportRefused(DomainError):
    """This export is not possible as asked for."""

    status = 422
    code = "export-refused"


class TooFewPeople(ExportRefused):
    """There are fewer people than the profile asks for."""

    code = "export-too-few-people"


class SecondPersonNeeded(ExportRefused):
    """The profile asks for the approval of somebody else than who asks for the export."""

    code = "export-second-person"


class ReasonNeeded(ExportRefused):
    """An export needs a reason."""

    code = "export-reason"


class DemographicUnknown(ExportRefused):
    """There is no demographic of that name."""

    code = "export-demographic-unknown"


class NotAnonymousEnough(ExportRefused):
    """The people alike in what the rows show are fewer than the profile asks for, whatever is withheld: nothing is
    made."""

    code = "export-k-not-reached"


class TablesDiffer(ExportRefused):
    """With earlier tables of the study these would tell of a few people: those in whom the two differ."""

    code = "export-tables-differ"


class SecondPersonSame(ExportRefused):
    """Somebody else than who asked for the export has to decide, and one of the two is an owner of the study."""

    status = 403
    code = "export-same-person"


class NotWaiting(ExportRefused):
    """This export is not waiting for that any more."""

    status = 409
    code = "export-not-waiting"


class TooManyExports(ExportRefused):
    """So many exports a day are enough; come back tomorrow."""

    status = 429
    code = "export-too-many"


class BundleWithdrawn(ExportRefused):
    """Somebody in this bundle has withdrawn since, so it is not given out any more; it is made again without her."""

    status = 409
    code = "export-withdrawn"


class LinkInvalid(ExportRefused):
    """This link is not yours, or its quarter of an hour is over; take a new one from the page of the export."""

    status = 403
    code = "export-link"


class JobUnknown(ExportRefused):
    """There is no such export in this study."""

    status = 404
    code = "export-unknown"


class Incomplete(Exception):
    """Fewer rows came out than the database has beeps: a fault of this program, and nothing is handed over."""
