"""Proof that times were drawn and not chosen: every plan recomputed from the study's released seed. Pure.

    prove(days, study_seed=seed, protocols={"grow-it.1": protocol}, rhythms={"<participant>": [Rhythm()]})

Only for those who may see true dates: with the seed and the participants' ids the true times follow, so neither goes
into a de-identified bundle. The verdict ("12,600 of 12,600 as drawn") may.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from prompts.chance import day_seed
from prompts.protocols import Protocol
from prompts.rhythm import Rhythm
from prompts.sampling import ALGORITHM, plan_day
from server.export.generalise import Text

Reason = Literal["other-time", "missing", "extra", "unknown-protocol", "other-algorithm"]

NOT_DRAWN = 0
"""The algorithm of rows that nobody drew: imported ones, and entries that participants start themselves."""
CHALLENGE_SLOT = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedDay:
    """One participant's date as it is kept. ``moments``: slot, due and expiry (aware UTC) of every planned beep.

    ``zone`` is the one the day was planned in, ``rules`` the version of the study's own rules (0: the protocol as it
    was released). A date of the study without beeps is a day without moments.
    """

    participant: str
    local_date: date
    zone: str
    protocol: str
    algorithm: int
    moments: tuple[tuple[int, datetime, datetime], ...]
    rules: int = 0

    @property
    def edition(self) -> str:
        """As `prompts.protocols.Protocol.edition`: what the day was planned under."""
        return f"{self.protocol}/{self.rules}" if self.rules else self.protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One beep that is not as drawn. kept, drawn: the moment it is due by the file and by the seed."""

    participant: str
    local_date: date
    slot: int
    reason: Reason
    kept: datetime | None
    drawn: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """planned: questionnaires that were to be proved. as_drawn: of those, the ones whose time and window are the
    seed's. challenges, challenges_as_drawn: the same of the daily challenges.

    absent: beeps the seed has and the file lacks. not_drawn: rows left aside because nobody drew them. differences:
    at most ``most_listed`` of them, in the order of the days given.
    """

    planned: int
    as_drawn: int
    challenges: int
    challenges_as_drawn: int
    absent: int
    not_drawn: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        drawn = self.as_drawn == self.planned and self.challenges_as_drawn == self.challenges
        return drawn and not self.absent

    @property
    def verdict(self) -> Text:
        nl = f"{self.as_drawn:,} van {self.planned:,} zoals geloot".replace(",", ".")
        en = f"{self.as_drawn:,} of {self.planned:,} as drawn"
        if self.challenges:
            told = f"{self.challenges_as_drawn:,}", f"{self.challenges:,}"
            nl += f"; {told[0]} van {told[1]} challenges op hun tijd".replace(",", ".")
            en += f"; {told[0]} of {told[1]} challenges at their time"
        if self.absent:
            nl, en = f"{nl}; {self.absent} geloot en niet gepland", f"{en}; {self.absent} drawn and not planned"
        if self.not_drawn:
            left = f"{self.not_drawn:,}"
            if not self.planned:
                return {
                    "nl": f"niets te bewijzen: {left.replace(',', '.')} niet geloot, elders opgenomen",
                    "en": f"nothing to prove: {left} not drawn, recorded elsewhere",
                }
            nl, en = f"{nl}; {left.replace(',', '.')} niet geloot", f"{en}; {left} not drawn"
        return {"nl": nl, "en": en}


def prove(
    days: Iterable[PlannedDay],
    *,
    study_seed: bytes,
    protocols: Mapping[str, Protocol],
    rhythms: Mapping[str, Sequence[Rhythm]],
    most_listed: int = 1_000,
) -> Proof:
    """Draw every day again and compare.

    protocols: by `Protocol.edition`, so a study's own rules stand beside what they were made from. rhythms: by
    participant, every rhythm she has had (a day that had begun when she changed hers was planned by the one before); a
    day is as drawn if one of them gives it, and is compared with the last where none does. Whoever has none had the
    protocol's own day. A challenge that the file lacks is no difference: where no card was eligible there is none.
    Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    absent = not_drawn = 0
    planned, wrong = [0, 0], [0, 0]  # of challenges, of questionnaires
    listed: list[Difference] = []
    for day in days:
        if day.algorithm == NOT_DRAWN:
            not_drawn += len(day.moments)
            continue
        for slot, _, _ in day.moments:
            planned[slot != CHALLENGE_SLOT] += 1
        found = _compare(day, study_seed, protocols.get(day.edition), rhythms.get(day.participant) or (Rhythm(),))
        for difference in found:
            if difference.reason == "missing":
                absent += 1
            else:
                wrong[difference.slot != CHALLENGE_SLOT] += 1
        listed += found[: most_listed - len(listed)]
    return Proof(
        planned=planned[1],
        as_drawn=planned[1] - wrong[1],
        challenges=planned[0],
        challenges_as_drawn=planned[0] - wrong[0],
        absent=absent,
        not_drawn=not_drawn,
        differences=tuple(listed),
    )


def _compare(
    day: PlannedDay, study_seed: bytes, protocol: Protocol | None, rhythms: Sequence[Rhythm]
) -> list[Difference]:
    if protocol is None or day.algorithm != ALGORITHM:
        reason: Reason = "unknown-protocol" if protocol is None else "other-algorithm"
        return [_difference(day, slot, reason, due, None) for slot, due, _ in day.moments]
    seed = day_seed(study_seed, day.participant, day.local_date, day.protocol)
    kept = {slot: (due, expires) for slot, due, expires in day.moments}
    found: list[Difference] = []
    for rhythm in rhythms:
        moments = plan_day(protocol, date=day.local_date, zone=day.zone, rhythm=rhythm, seed=seed)
        drawn = {moment.slot: (moment.due_at, moment.expires_at) for moment in moments}
        if CHALLENGE_SLOT not in kept:
            drawn.pop(CHALLENGE_SLOT, None)
        found = [
            _difference(
                day,
                slot,
                "missing" if slot not in kept else "extra" if slot not in drawn else "other-time",
                kept[slot][0] if slot in kept else None,
                drawn[slot][0] if slot in drawn else None,
            )
            for slot in sorted(kept.keys() | drawn.keys())
            if kept.get(slot) != drawn.get(slot)
        ]
        if not found:
            break
    return found


def _difference(
    day: PlannedDay, slot: int, reason: Reason, kept: datetime | None, drawn: datetime | None
) -> Difference:
    return Difference(
        participant=day.participant, local_date=day.local_date, slot=slot, reason=reason, kept=kept, drawn=drawn
    )
