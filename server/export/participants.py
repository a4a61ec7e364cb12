"""participants.csv: one row a person, with the demographics that are left and what her diary comes to."""

from collections.abc import Sequence

import polars as pl

from server.export.columns import ID, Column
from server.export.formats import schema_of
from server.export.plan import Plan
from server.export.spool import Finish, person_columns


def participant_columns(plan: Plan, finish: Finish) -> list[Column]:
    """The id, ranked demographics that are told at all, counts, and derived variables where asked for."""
    found = [ID]
    for name in plan.ranking:
        if plan.anonymised.levels.get(name, "withheld") != "withheld":
            found.append(_demographic(plan, name))
    found += [
        _count("planned", "geplande vragenlijsten", "planned questionnaires"),
        _count("answered", "ingevulde vragenlijsten", "answered questionnaires"),
        Column(
            name="compliance",
            type="number",
            role="ledger",
            label={"nl": "deel dat is ingevuld", "en": "share answered"},
            low=0,
            high=1,
            note={"nl": "answered / planned", "en": "answered / planned"},
        ),
    ]
    labels = {column.name: column.label for column in finish.columns}
    return [*found, *person_columns(finish, labels)]


def participant_rows(plan: Plan, persons: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """``persons``: counts and derived values by id."""
    told = {
        column.name: [plan.anonymised.rows[member.key].get(column.name, "") for member in plan.members]
        for column in columns
        if column.role == "demographic"
    }
    frame = pl.DataFrame({"id": [plan.ids[member.key] for member in plan.members], **told})
    frame = frame.join(persons, on="id", how="left", maintain_order="left")
    frame = frame.with_columns(compliance=(pl.col("answered") / pl.col("planned")).round(4))
    return frame.select(pl.col(name).cast(kind) for name, kind in schema_of(columns).items())


def _demographic(plan: Plan, name: str) -> Column:
    demographic = plan.demographics[name]
    number = demographic.level_names().index(plan.anonymised.levels[name])
    level = demographic.levels[number]
    return Column(
        name=name,
        type="text",
        role="demographic",
        label=demographic.title,
        values=tuple(sorted({row[name] for row in plan.anonymised.rows.values() if name in row})),
        level="nominal",
        note={
            "nl": f"{level.title['nl']}; missing: onbekend; suppressed: weggelaten voor enkelen.",
            "en": f"{level.title['en']}; missing: not known; suppressed: withheld for a few.",
        },
    )


def _count(name: str, nl: str, en: str) -> Column:
    return Column(name=name, type="integer", role="ledger", label={"nl": nl, "en": en}, low=0, required=True)
