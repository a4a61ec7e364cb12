"""Writes the files of a bundle into a folder: two passes over the diaries, then the papers about them.

1. Whole diaries are read group by group, de-identified and spooled; who chose what is counted on the way.
2. Rare categories are collapsed and the rows are written, to CSV and Parquet at once; participants follow from them.
3. Codebook, descriptors, scripts, reports; then a manifest with the rows of every table, and the sums of all files.

Memory holds one group, a sample of people for the risk report, and counts.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy.engine import Connection

from server.export import codebook, compliance, datapackage, documents, openesm, risk_report, scripts
from server.export.ahead import one_ahead
from server.export.bundle import hash_file, write_sums
from server.export.codebook import Table
from server.export.columns import MISSING, Text, require_distinct
from server.export.documents import About
from server.export.first_pass import FirstPass, Progress
from server.export.formats import CsvFile, write_csv_and_parquet, write_sav
from server.export.participants import participant_columns, participant_rows
from server.export.plan import Plan
from server.export.risk import Risk
from server.export.spool import Finish, person_values, plan_finish
from server.export.tally import Tally
from server.export.workplace import Workplace

LARGE_PEOPLE, LARGE_ROWS = 1_000, 250_000
"""Above these, .sav and openESM are written only when asked for."""

PAPERS: dict[str, Text] = {
    "beeps.parquet": {
        "nl": "dezelfde rijen voor DuckDB, polars, arrow",
        "en": "the same rows for DuckDB, polars, arrow",
    },
    "beeps.sav": {"nl": "dezelfde rijen voor SPSS, met labels", "en": "the same rows for SPSS, with labels"},
    "codebook.csv": {"nl": "wat elke kolom betekent", "en": "what every column means"},
    "datapackage.json": {"nl": "beschrijving voor programma's", "en": "description for programs"},
    "compliance_report.html": {"nl": "cijfers voor de methodensectie", "en": "numbers for the methods section"},
    "compliance_report_nl.html": {"nl": "dezelfde cijfers in het Nederlands", "en": "the same numbers in Dutch"},
    "disclosure_risk.md": {"nl": "wat dit bestand nog kan verraden", "en": "what this file may still give away"},
    "import.R": {"nl": "inlezen in R", "en": "reading it into R"},
    "import.sps": {"nl": "inlezen in SPSS of PSPP", "en": "reading it into SPSS or PSPP"},
    "import.py": {"nl": "inlezen in Python", "en": "reading it into Python"},
    "openesm/": {"nl": "dezelfde gegevens in de indeling van openESM", "en": "the same data in the layout of openESM"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What is in the folder."""

    tables: tuple[Table, ...]
    tally: Tally
    risk: Risk


def write_bundle(connection: Connection, plan: Plan, place: Workplace, progress: Progress) -> Contents:
    """Fill ``place.files``. Raises `Incomplete` when a beep of the database has no row."""
    first = FirstPass(plan, place)
    first.run(connection, progress)
    first.require_complete()
    return _write(first, plan, place, progress)


def write_rows_only(connection: Connection, plan: Plan, place: Workplace, *, parquet: bool) -> Table:
    """beeps.csv, and beeps.parquet where asked for, without anything about them: for measuring."""
    first = FirstPass(plan, place)
    first.run(connection, lambda *_: None)
    told = first.choosers.told(below=plan.profile.rare_below)
    finish = plan_finish(
        first.beeps, first.recipe.beeps, first.layout, told, below=plan.profile.rare_below, derived=False
    )
    table = Table(path="beeps.csv", columns=finish.columns, key=("id", "dayno", "beepno"), rows=first.beeps.rows)
    parts = one_ahead(finish.apply(frame) for frame in first.beeps.read())
    target = place.files / "beeps.parquet" if parquet else None
    write_csv_and_parquet(parts, table.columns, place.files / table.path, target, table)
    return table


def _write(first: FirstPass, plan: Plan, place: Workplace, progress: Progress) -> Contents:
    profile, request, folder = plan.row_profile, plan.request, place.files
    told = first.choosers.told(below=profile.rare_below)
    finish = {
        name: plan_finish(spool, before, first.layout, told, below=profile.rare_below, derived=derived)
        for name, spool, before, derived in (
            ("beeps", first.beeps, first.recipe.beeps, request.derived),
            ("events", first.events, first.recipe.events, False),
        )
    }
    for one in finish.values():
        require_distinct(one.columns)
    beeps = Table(
        path="beeps.csv", columns=finish["beeps"].columns, key=("id", "dayno", "beepno"), rows=first.beeps.rows
    )
    events = Table(path="events.csv", columns=finish["events"].columns, key=("id", "entryno"), rows=first.events.rows)
    persons: list[pl.DataFrame] = []

    def finished() -> Iterator[pl.DataFrame]:
        done = 0
        for whole in one_ahead(finish["beeps"].apply(frame) for frame in first.beeps.read()):
            persons.append(_persons(whole, finish["beeps"]))
            first.danger.take(whole, beeps.columns)
            done += whole.height
            progress("write", done, first.beeps.rows)
            yield whole

    csv, parquet = folder / beeps.path, folder / "beeps.parquet"
    if place.find("beeps") is None:
        write_csv_and_parquet(finished(), beeps.columns, csv, parquet, beeps)
        place.note("beeps", [csv, parquet])
    else:
        for _ in finished():  # only for what must be known of all of them
            pass
    write_csv_and_parquet(
        (finish["events"].apply(frame) for frame in first.events.read()),
        events.columns,
        folder / events.path,
        None,
        events,
    )
    people = _write_people(plan, folder, persons, finish["beeps"])
    challenges = first.challenges.write(folder)
    tables = (people, beeps, events, *([challenges] if challenges else []))
    progress("describe", 0, 1)
    risk = first.danger.assess(plan)
    _describe(plan, place, tables, first.tally, risk)
    progress("describe", 1, 1)
    return Contents(tables=tables, tally=first.tally, risk=risk)


def _persons(frame: pl.DataFrame, finish: Finish) -> pl.DataFrame:
    counts = frame.group_by("id", maintain_order=True).agg(
        planned=pl.len().cast(pl.Int32), answered=pl.col("valid").sum().cast(pl.Int32)
    )
    return counts.join(person_values(frame, finish), on="id") if finish.derived else counts


def _write_people(plan: Plan, folder: Path, persons: Sequence[pl.DataFrame], finish: Finish) -> Table:
    columns = participant_columns(plan, finish)
    frame = participant_rows(plan, pl.concat(persons), columns)
    with (folder / "participants.csv").open("wb") as out:
        CsvFile(out, columns).write(frame)
    return Table(path="participants.csv", columns=tuple(columns), key=("id",), rows=frame.height)


def _describe(plan: Plan, place: Workplace, tables: Sequence[Table], tally: Tally, risk: Risk) -> None:
    request, about, folder = plan.request, plan.about, place.files
    by_name = {table.name: table for table in tables}
    beeps, people = by_name["beeps"], by_name["participants"]
    large = about.people > LARGE_PEOPLE or beeps.rows > LARGE_ROWS
    title = about.title[request.language]
    if request.sav if request.sav is not None else not large:
        told = {"language": request.language, "title": title}
        sav = folder / "beeps.sav"
        place.make("sav", [sav], lambda: write_sav(folder / "beeps.parquet", beeps.columns, sav, **told))
    if request.openesm if request.openesm is not None else not large:
        _write_openesm(folder, about, beeps, people)
    files = {
        "codebook.csv": codebook.write_csv(tables),
        "codebook_nl.md": codebook.write_markdown(tables, "nl"),
        "codebook_en.md": codebook.write_markdown(tables, "en"),
        "import.R": scripts.write_r(tables, request.language),
        "import.sps": scripts.write_sps(beeps, request.language),
        "import.py": scripts.write_python(tables, request.language),
        "compliance_report.html": compliance.render(about, tally),
        "disclosure_risk.json": as_json_bytes(risk.as_json()),
        "disclosure_risk.md": risk_report.render(risk).encode(),
        "CITATION.cff": documents.write_citation(about),
        "LICENSE.txt": documents.write_licence(about),
    }
    if request.language == "nl":
        files["compliance_report_nl.html"] = compliance.render(about, tally, "nl")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    written = {table.path: written_of(folder / table.path) for table in tables}
    licence = {"name": about.licence} if about.licence else None
    description = f"{about.profile.title['en']}: {about.profile.label['en']}"
    (folder / "datapackage.json").write_bytes(
        datapackage.describe(
            tables,
            written,
            name=about.name,
            title=about.title["en"],
            description=description,
            version=about.version,
            licence=licence,
        )
    )
    present = {name: text for name, text in PAPERS.items() if (folder / name).exists()}
    (folder / "README.md").write_bytes(documents.write_readme(about, tables, present))
    seal(plan, folder, tables)


def _write_openesm(folder: Path, about: About, beeps: Table, people: Table) -> None:
    inside = folder / "openesm"
    inside.mkdir(exist_ok=True)
    stem = f"0000_{about.name.replace('-', '_')}"
    openesm.write_rows(folder / beeps.path, beeps, inside / f"{stem}_ts.tsv")
    openesm.write_rows(folder / people.path, people, inside / f"{stem}_static.tsv")
    longest = max(protocol.days * protocol.scheme.beeps for protocol in about.protocols)
    facts = {
        "n_time_points": longest,
        "n_days": about.days,
        "n_beeps_per_day": about.beeps_a_day,
        "sampling_scheme": about.scheme("en"),
    }
    metadata = openesm.write_metadata(
        (beeps, people), title=about.title["en"], people=about.people, facts=facts, licence=about.licence
    )
    (inside / f"{stem}_metadata.json").write_bytes(metadata)


def seal(plan: Plan, folder: Path, tables: Sequence[Table]) -> None:
    """manifest.json, then SHA256SUMS over everything."""
    rows = {table.path: table.rows for table in tables}
    for name in ("manifest.json", "SHA256SUMS"):  # of an earlier try
        (folder / name).unlink(missing_ok=True)
    listed = []
    sums: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        sums[name] = hash_file(path)
        listed.append({"path": name, "bytes": path.stat().st_size, "sha256": sums[name]})
        if name in rows:
            listed[-1]["rows"] = rows[name]
    manifest = {
        "bundle": 1,
        "study": plan.about.name,
        "version": plan.about.version,
        "profile": plan.profile.name,
        "parameters": plan.told_parameters(),
        "participants": plan.about.people,
        "planned_questionnaires": plan.selection.rows_of("questionnaire"),
        "seed_sha256": plan.planning.seed_sha256,
        "missing_codes": {str(code): text["en"] for code, text in MISSING.items()},
        "files": listed,
    }
    (folder / "manifest.json").write_bytes(as_json_bytes(manifest))
    sums["manifest.json"] = hash_file(folder / "manifest.json")
    (folder / "SHA256SUMS").write_bytes(write_sums(sums))


def written_of(path: Path) -> datapackage.Written:
    """Size and sum of a file, for its descriptor."""
    return datapackage.Written(bytes=path.stat().st_size, sha256=hash_file(path))


def as_json_bytes(value: object) -> bytes:
    """JSON for people to read as well."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
