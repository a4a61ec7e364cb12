"""Rows of a participant can be spread over machines and partitions: what makes a row unique always names her.

The distribution key is ``participant_id``; of the tables that grow by the day also the local date is part of every key.
"""

import pytest
from sqlalchemy import Table, UniqueConstraint

from server import models  # noqa: F401  every table there is
from server.db import Base

DAILY = ("beep", "response", "attempt", "receipt", "challenge_outcome", "snooze", "assignment")


def unique_keys(table: Table) -> list[set[str]]:
    """The columns of every primary key, unique constraint and unique index."""
    keys = [set(table.primary_key.columns.keys())]
    keys += [
        set(constraint.columns.keys()) for constraint in table.constraints if isinstance(constraint, UniqueConstraint)
    ]
    return keys + [set(index.columns.keys()) for index in table.indexes if index.unique]


@pytest.mark.parametrize("name", DAILY)
def test_every_unique_key_of_a_big_table_begins_with_the_participant_and_the_date(name: str) -> None:
    table = Base.metadata.tables[name]
    assert list(table.primary_key.columns.keys())[:2] == ["participant_id", "local_date"]
    for key in unique_keys(table):
        assert {"participant_id", "local_date"} <= key, f"{name} has a key {sorted(key)}"


@pytest.mark.parametrize("name", DAILY)
def test_a_reference_between_big_tables_stays_on_one_machine(name: str) -> None:
    for reference in Base.metadata.tables[name].foreign_key_constraints:
        assert "participant_id" in reference.column_keys, f"{name} refers to {reference.referred_table.name}"


def test_a_big_table_is_on_the_list() -> None:
    dated = {
        table.name
        for table in Base.metadata.tables.values()
        if {"participant_id", "local_date"} <= set(table.primary_key.columns.keys())
    }
    assert dated == set(DAILY)
