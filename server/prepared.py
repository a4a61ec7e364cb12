"""A statement of SQLAlchemy's that is compiled once and then given to the driver as it is.

What session and engine do around a statement costs more than the database needs to carry out a small one. This keeps
what is worth keeping, the statement in the words of the tables and the types of their columns, and leaves out the rest.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Dialect, Select, Update
from sqlalchemy.sql.dml import Insert

Convert = Callable[[Any], Any] | None


class Prepared:
    """``statement`` in a dialect's own words; its `bindparam` names are the places for values."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._positional = bool(compiled.positional)
        self._places: list[tuple[str, Convert]] = []
        self._written: dict[str, Any] = {}  # what the statement itself says, such as the NULL of SET x = NULL
        for name in compiled.positiontup if self._positional else compiled.binds:
            bound = compiled.binds[name]
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if not bound.required:
                self._written[name] = bound.value
            self._places.append((name, convert))
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self._read: list[Convert] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]

    def execute(self, cursor: Any, values: Mapping[str, Any]) -> None:
        """Carry it out; raises KeyError for a place without a value, and what the driver raises."""
        if self._written:
            values = {**values, **self._written}
        if self._positional:
            given: Any = [convert(values[name]) if convert else values[name] for name, convert in self._places]
        else:
            given = {name: convert(values[name]) if convert else values[name] for name, convert in self._places}
        cursor.execute(self.sql, given)

    def fetch(self, cursor: Any, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Carry out a SELECT; its first row in the types of its columns, None without one."""
        self.execute(cursor, values)
        row = cursor.fetchone()
        if row is None:
            return None
        return tuple(
            convert(value) if convert and value is not None else value
            for convert, value in zip(self._read, row, strict=True)
        )
