"""The one write of the busiest way in: a diary entry and the end of its beep's pushes.

Statements on tables, not through the mapper: an entry is written once and never loaded again. On PostgreSQL both are
one statement and so one round trip, also where each statement is a transaction of its own. The statements are written
once, with a place for every value: putting them together anew took longer than the database does to carry them out.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.diary.models import Response
from server.planning.models import Beep

_RESPONSE, _BEEP = cast(Table, Response.__table__), cast(Table, Beep.__table__)
_VALUES = {column.name: bindparam(f"r_{column.name}", type_=column.type) for column in _RESPONSE.columns}
_NAMES = [(f"r_{name}", name) for name in _VALUES]


def write_response(session: Session, row: Mapping[str, Any]) -> bool:
    """Insert the row (a value for every column of `Response`) unless its beep is answered already; whether it was new.

    The first answer also means: no first push, reminder or retry for this beep any more.
    """
    session.flush()  # these are statements on tables, before which the session does not write by itself
    connection = session.connection()
    values = name_values(row)
    if connection.dialect.name == "postgresql":
        return connection.execute(KEEP_AND_STOP, values).scalar_one() == 1
    new = connection.execute(KEEP, values).rowcount == 1
    if new:
        connection.execute(STOP, values)
    return new


def name_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row under the names that they have in these statements."""
    return {bound: row[name] for bound, name in _NAMES}


def _same_beep() -> ColumnElement[bool]:
    return and_(
        _BEEP.c.participant_id == _VALUES["participant_id"],
        _BEEP.c.local_date == _VALUES["local_date"],
        _BEEP.c.slot == _VALUES["slot"],
        _BEEP.c.next_push_at.is_not(None),
    )


KEEP = sqlite.insert(_RESPONSE).values(_VALUES).on_conflict_do_nothing()
STOP = update(_BEEP).where(_same_beep()).values(next_push_at=None)
_PUT = postgresql.insert(_RESPONSE).values(_VALUES).on_conflict_do_nothing().returning(_RESPONSE.c.slot).cte("put")
KEEP_AND_STOP = (
    select(func.count())
    .select_from(_PUT)
    .add_cte(STOP.where(exists(select(_PUT.c.slot))).returning(_BEEP.c.slot).cte("stop"))
)
FIRST = select(_RESPONSE.c.digest, _RESPONSE.c.received_at, _RESPONSE.c.late_upload, _RESPONSE.c.zone).where(
    _RESPONSE.c.participant_id == _VALUES["participant_id"],
    _RESPONSE.c.local_date == _VALUES["local_date"],
    _RESPONSE.c.slot == _VALUES["slot"],
)
