"""Writes the files of the profile ``aggregate`` into a folder: two tables, and the papers about them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
from sqlalchemy.engine import Connection

from server.export import codebook, datapackage, documents, risk_report
from server.export.aggregate import Sums, table_columns
from server.export.assembly import Contents, as_json_bytes, seal, written_of
from server.export.codebook import Table
from server.export.columns import Column, Text
from server.export.first_pass import FirstPass, Progress
from server.export.formats import CsvFile
from server.export.items import Layout
from server.export.plan import Plan
from server.export.risk import Circumstances, assess
from server.export.workplace import Workplace

PAPERS: Mapping[str, Text] = {
    "codebook.csv": {"nl": "wat elke kolom en elke score betekent", "en": "what every column and measure means"},
    "datapackage.json": {"nl": "beschrijving voor programma's", "en": "description for programs"},
    "disclosure_risk.md": {
        "nl": "wat deze tabellen nog kunnen verraden",
        "en": "what these tables may still give away",
    },
}


def write_tables(connection: Connection, plan: Plan, place: Workplace, progress: Progress) -> Contents:
    """Fill ``place.files``. Raises `server.export.request.Incomplete` when a beep of the database was not counted."""
    # Within this function rows are as of the profile research; none of them leaves.
    inside, folder = replace(plan, profile=replace(plan.profile, latency="minutes")), place.files
    first = FirstPass(inside, place)
    first.run(connection, progress)
    first.require_complete()
    variables = [
        column
        for column in first.layout.columns
        if column.role in ("item", "measure") and column.level != "nominal" and column.type != "text"
    ]
    options = _options(first.layout)
    sums = Sums(variables, options)
    for number, frame in enumerate(first.beeps.read(), start=1):
        sums.add(frame)
        progress("write", min(number * frame.height, first.beeps.rows), first.beeps.rows)
    found = sums.publish(plan)
    kinds = [name for name in plan.ranking if plan.anonymised.levels.get(name, "withheld") != "withheld"]
    columns = table_columns([one.name for one in variables], [*kinds, "answered", *options], [*kinds, "answered"])
    tables = [
        _write(folder / name, frame, chosen, key)
        for name, frame, chosen, key in (
            ("counts.csv", found.counts, columns[0], ("variable", "label", "by", "by_label")),
            ("means.csv", found.means, columns[1], ("variable", "by", "group")),
        )
    ]
    progress("describe", 0, 1)
    risk = assess(
        profile=plan.profile,
        people=len(plan.members),
        circumstances=Circumstances(start_dates=(), study_days=(), weekend_told=False),
        overlaps=plan.overlaps,
        planning=plan.planning.verdict,
    )
    about = plan.about
    explained = [*tables, Table(path="variables", columns=(*variables, *_chosen(first.layout)), key=(), rows=0)]
    files = {
        "codebook.csv": codebook.write_csv(explained),
        "codebook_nl.md": codebook.write_markdown(explained, "nl"),
        "codebook_en.md": codebook.write_markdown(explained, "en"),
        "disclosure_risk.json": as_json_bytes(risk.as_json()),
        "disclosure_risk.md": risk_report.render(risk).encode(),
        "CITATION.cff": documents.write_citation(about),
        "LICENSE.txt": documents.write_licence(about),
        "datapackage.json": datapackage.describe(
            tables,
            {table.path: written_of(folder / table.path) for table in tables},
            name=about.name,
            title=about.title["en"],
            description=f"{about.profile.title['en']}: {about.profile.label['en']}",
            version=about.version,
            licence={"name": about.licence} if about.licence else None,
        ),
        "README.md": documents.write_readme(about, tables, PAPERS),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    seal(plan, folder, tables)
    progress("describe", 1, 1)
    return Contents(tables=tuple(tables), tally=first.tally, risk=risk)


def _options(layout: Layout) -> dict[str, pl.Expr]:
    """What people may choose of kinds of things, and how a row shows that it was chosen."""
    found: dict[str, pl.Expr] = {}
    for stem, field in layout.nominal.items():
        for option, name in field.names.items():
            found[f"{stem}_{option}"] = pl.col(name) == 1
        for option, code in field.codes.items():
            found[f"{stem}_{option}"] = pl.col(stem) == code
    return found


def _chosen(layout: Layout) -> list[Column]:
    """The columns of those choices, for the codebook."""
    names = {name for field in layout.nominal.values() for name in (field.stem, *field.names.values())}
    return [column for column in layout.columns if column.name in names]


def _write(path: Path, frame: pl.DataFrame, columns: list[Column], key: tuple[str, ...]) -> Table:
    with path.open("wb") as out:
        CsvFile(out, columns).write(frame)
    return Table(path=path.name, columns=tuple(columns), key=key, rows=frame.height)
