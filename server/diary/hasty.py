"""Taking in an answer past session and mapper: what `service.record_response` does, on plain rows.

Answers come all at once, right after a push, so here every tenth of a millisecond counts; everywhere else the mapper is
worth what it costs. What is judged, and how, is `server.diary.service`'s for both ways. One look (token, participant,
beep) and one write: two round trips on PostgreSQL, one transaction on SQLite.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, and_, bindparam, select

from server.crypto import hash_secret
from server.db import Database
from server.diary import refusals, service, writing
from server.diary.entry import Entry
from server.errors import NotSignedIn
from server.people.models import DeviceToken, Participant
from server.people.tokens import require_open
from server.planning.models import Beep, read_beep_id
from server.prepared import Prepared

NOWHERE = (date.min, -1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A `service.Standing`."""

    left_at: datetime | None
    cleared_at: datetime | None
    asked_again_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBeep:
    """A `service.Asked`."""

    participant_id: uuid.UUID
    local_date: date
    slot: int
    instrument: str | None
    order_seed: int
    due_at: datetime
    expires_at: datetime


def record_hastily(
    database: Database, token: str, beep_key: uuid.UUID, entry: Entry, *, now: datetime
) -> service.Recorded:
    """Keep the answer to a planned beep of whoever holds this token.

    Raises `NotSignedIn` and its kinds, and what `service.record_response` raises. May be repeated at any point: an
    answer that is here already is told from another one by its digest.
    """
    say = _statements(database.engine.dialect)
    on, slot = read_beep_id(beep_key) or NOWHERE
    place = {"token": hash_secret(token), "on": on, "at": slot}

    def record(cursor: Any) -> service.Recorded:
        found = say.look.fetch(cursor, place)
        if found is None:
            raise NotSignedIn
        revoked_at, token_ends, left_at, cleared_at, asked_again_at, *of_beep = found
        require_open(revoked_at, token_ends, now)
        key, participant_id, instrument, order_seed, due_at, expires_at = of_beep
        if key != beep_key:
            raise refusals.BeepUnknown
        caller = Caller(left_at=left_at, cleared_at=cleared_at, asked_again_at=asked_again_at)
        service.require_in_study(caller, given_at=entry.finished_at)
        beep = OpenBeep(
            participant_id=participant_id, local_date=on, slot=slot, instrument=instrument, order_seed=order_seed,
            due_at=due_at, expires_at=expires_at,
        )  # fmt: skip
        row = service.examine(beep, entry, presented=service.list_presented(beep, entry), now=now)
        values = writing.name_values(row)
        if say.write(cursor, values):
            return service.as_recorded(row)
        first = say.first.fetch(cursor, values)
        if first is None:  # erased in between
            raise refusals.BeepUnknown
        digest, received_at, late_upload, zone = first
        return service.settle_repeat(
            service.First(digest=digest, received_at=received_at, late_upload=late_upload, zone=zone), row["digest"]
        )

    return database.run_hasty(record)


class _Statements:
    """The statements of this way in, in the words of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.look = Prepared(_LOOK, dialect)
        self.first = Prepared(writing.FIRST, dialect)
        self._both = Prepared(writing.KEEP_AND_STOP, dialect) if dialect.name == "postgresql" else None
        if self._both is None:
            self._keep, self._stop = Prepared(writing.KEEP, dialect), Prepared(writing.STOP, dialect)

    def write(self, cursor: Any, values: dict[str, Any]) -> bool:
        """As `writing.write_response`."""
        if self._both is not None:
            self._both.execute(cursor, values)
            return bool(cursor.fetchone()[0] == 1)
        self._keep.execute(cursor, values)
        new: bool = cursor.rowcount == 1
        if new:
            self._stop.execute(cursor, values)
        return new


@lru_cache(maxsize=4)
def _statements(dialect: Dialect) -> _Statements:
    return _Statements(dialect)


_LOOK = (
    select(
        DeviceToken.revoked_at,
        DeviceToken.expires_at,
        Participant.left_at,
        Participant.cleared_at,
        Participant.asked_again_at,
        Beep.id,
        Beep.participant_id,
        Beep.instrument,
        Beep.order_seed,
        Beep.due_at,
        Beep.expires_at,
    )
    .join(Participant, Participant.id == DeviceToken.participant_id)
    .outerjoin(
        Beep,
        and_(
            Beep.participant_id == DeviceToken.participant_id,
            Beep.local_date == bindparam("on"),
            Beep.slot == bindparam("at"),
        ),
    )
    .where(DeviceToken.token_hash == bindparam("token"))
)
