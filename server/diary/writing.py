"""Writes one diary entry: the row and the end of its beep's pushes, on PostgreSQL in one statement and one round trip.

The statements are put together once, out of the tables' own columns: building them for every answer took longer than
everything else of an answer together.
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


def write_response(session: Session, row: Mapping[str, Any]) -> bool:
    """Insert the row (a value for every column of `Response`) unless its beep is answered already; whether it was new.

    The first answer also means: no first push, reminder or retry for this beep any more.
    """
    session.flush()  # these are statements on tables, before which the session does not write by itself
    connection = session.connection()
    values = {f"r_{name}": value for name, value in row.items()}
    if connection.dialect.name == "postgresql":
        return connection.execute(_KEEP_AND_STOP, values).scalar_one() == 1
    new = connection.execute(_KEEP, dict(row)).rowcount == 1
    if new:
        connection.execute(_STOP, values)
    return new


def _same_beep() -> ColumnElement[bool]:
    return and_(
        _BEEP.c.participant_id == _VALUES["participant_id"],
        _BEEP.c.local_date == _VALUES["local_date"],
        _BEEP.c.slot == _VALUES["slot"],
        _BEEP.c.next_push_at.is_not(None),
    )


_KEEP = sqlite.insert(_RESPONSE).on_conflict_do_nothing()
_STOP = update(_BEEP).where(_same_beep()).values(next_push_at=None)
_PUT = postgresql.insert(_RESPONSE).values(_VALUES).on_conflict_do_nothing().returning(_RESPONSE.c.slot).cte("put")
_KEEP_AND_STOP = (
    select(func.count())
    .select_from(_PUT)
    .add_cte(_STOP.where(exists(select(_PUT.c.slot))).returning(_BEEP.c.slot).cte("stop"))
)
