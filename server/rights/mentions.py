"""Which rows are about one participant, found in the tables' own foreign keys: a new table is covered when it is made.

A row is hers when it has her id in ``participant_id``, or when a foreign key leads from it to a row that is hers. Keys
that are emptied when their target goes (``ON DELETE SET NULL``) do not make a row hers.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ForeignKeyConstraint, MetaData, Table, false, or_, select, tuple_

from server.db import Base
from server.people.models import Participant

ROOT = Participant.__tablename__
KEY = "participant_id"
RIGHTS_ROLE = "rights"  # of `server.grants`: whoever works on mentions takes it on


class Uncovered(Exception):
    """A table mentions participants in a way that no foreign key tells; the message names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A table and which of its rows are hers. In the order in which rows may be deleted: children first."""

    table: Table
    rows: ColumnElement[bool]


def find_mentions(participant_id: uuid.UUID, metadata: MetaData | None = None) -> Sequence[Mention]:
    """Every table with rows about this participant, her own row last. Raises `Uncovered`.

    Sees the tables of every module imported so far: whoever calls imports `server.models` first.
    """
    tables = (metadata or Base.metadata).sorted_tables  # parents first
    found: dict[Table, ColumnElement[bool]] = {}
    for table in tables:
        if table.name == ROOT:
            found[table] = table.c.id == participant_id
            continue
        ways = [_leads_to(key, found[key.referred_table]) for key in _owning(table) if key.referred_table in found]
        if KEY in table.c:
            ways.append(table.c[KEY] == participant_id)
        if ways:
            found[table] = or_(false(), *ways)
        elif any("participant" in column.name for column in table.c):
            raise Uncovered(table.name)
    return [Mention(table=table, rows=found[table]) for table in reversed(tables) if table in found]


def _owning(table: Table) -> list[ForeignKeyConstraint]:
    keys = sorted(table.foreign_key_constraints, key=lambda key: ",".join(key.column_keys))
    return [key for key in keys if key.ondelete != "SET NULL" and key.referred_table is not table]


def _leads_to(key: ForeignKeyConstraint, hers: ColumnElement[bool]) -> ColumnElement[bool]:
    own = [element.parent for element in key.elements]
    target = select(*(element.column for element in key.elements)).where(hers)
    return own[0].in_(target) if len(own) == 1 else tuple_(*own).in_(target)
