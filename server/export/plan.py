"""What an export is going to be, before a row is read: who is in it, under which ids, with which demographics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from prompts.instruments import Instrument
from server.export import ledger
from server.export.calendar_items import calendar_items
from server.export.dated import Dated
from server.export.documents import About
from server.export.generalise import Demographic, Text
from server.export.kanonymity import Anonymised
from server.export.people import Member, Selection
from server.export.profiles import Profile
from server.export.register import Overlap
from server.export.request import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Planning:
    """How the times of the beeps came about. verdict: of drawing them all again (`server.export.proof`), None where
    there are too many to do so by the way. seed_sha256 binds the study to its seed, and does not give it away."""

    verdict: Text | None
    seed_sha256: str
    seed_released: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """members: in the order of their rows. ids: by `Member.key`. keep_levels: those that were not gone below.
    strategies: strategy by challenge. dated: challenges whose names are not told, for they would date a row."""

    request: Request
    profile: Profile
    selection: Selection
    members: tuple[Member, ...]
    ids: Mapping[str, str]
    anonymised: Anonymised
    demographics: Mapping[str, Demographic]
    ranking: tuple[str, ...]
    keep_levels: Mapping[str, str]
    overlaps: tuple[Overlap, ...]
    instruments: tuple[Instrument, ...]
    strategies: Mapping[str, str]
    dated: Dated
    about: About
    planning: Planning

    @property
    def most_delay(self) -> int:
        """Minutes at which response delays are top-coded: the longest answer window."""
        return max(protocol.answer_window_min for protocol in self.about.protocols)

    @property
    def row_profile(self) -> Profile:
        """The profile as the rows follow it: without ``weekend`` where nobody's start weekday may be told."""
        hidden = self.anonymised.hidden_in_rows("start_weekday")
        return replace(self.profile, weekend=False) if hidden is None else self.profile

    @property
    def without_items(self) -> frozenset[str]:
        """Items that no row tells: those that the calendar answers, in a profile that does not tell them and where the
        weekend is told of nobody."""
        told = self.profile.school_days and self.row_profile.weekend
        return frozenset() if told else calendar_items(self.instruments)

    @property
    def unnamed_strategies(self) -> bool:
        """Whether challenges.csv names no strategy: in what is published, one of a day of everybody's dates it."""
        return self.profile.name == "open" and self.dated.days > 0

    def people_frame(self) -> pl.DataFrame:
        """n (place in the file), id, starts_on, keep_weekday (whether her rows may tell weekdays)."""
        hidden = self.anonymised.hidden_in_rows("start_weekday")
        return pl.DataFrame(
            {
                "n": range(len(self.members)),
                "id": [self.ids[member.key] for member in self.members],
                "starts_on": [member.starts_on for member in self.members],
                "keep_weekday": [hidden is not None and member.key not in hidden for member in self.members],
            },
            schema={"n": pl.Int32, "id": pl.String, "starts_on": pl.Date, "keep_weekday": pl.Boolean},
        )

    def what_makes_its_bytes(self) -> dict[str, Any]:
        """What the rows hang on besides the database and the program: parts of another plan are not its parts."""
        return {
            "request": self.request.as_json(),
            "profile": repr(self.row_profile),
            "members": [
                [self.ids[one.key], one.key, one.starts_on, sorted(one.planned.items())] for one in self.members
            ],
            "people": self.people_frame().write_json(),
            "instruments": [one.key for one in self.instruments],
            "without": sorted(self.without_items),
            "strategies": sorted(self.strategies.items()),
            "dated": [sorted(self.dated.fixed), sorted(self.dated.bound), self.dated.days],
            "title": dict(self.about.title),
            "most_delay": self.most_delay,
            "rows_a_group": ledger.ROWS_A_GROUP,
            "polars": pl.__version__,
        }

    def told_parameters(self) -> dict[str, Any]:
        """The parameters as the bundle tells them.

        The name of an agreement stays inside, and so does what earlier exports told (`keep_levels`, kept in the
        register): the same request with the same key gives the same bytes whether or not another went before it.
        """
        told = self.request.as_json()
        del told["keep_levels"]
        return {**told, "agreement": ""}
