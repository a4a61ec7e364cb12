"""What ``./run import`` does: read, fit, store, and say what became of every row."""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from prompts.yaml_reader import ContentErrors
from server.clock import SystemClock
from server.config import Settings
from server.content import instruments, protocols
from server.db import Database
from server.exchange.fitting import Fitted, fit_rows
from server.exchange.mapping import Mapping, read_mapping
from server.exchange.recorded import Refusal, Row, UnusableFile, read_rows
from server.exchange.service import Totals, store_diary, store_people
from server.sheets import make_plain
from server.studies.service import StudyUnknown, create_study, find_study


def load_fitted(file: Path, mapping_file: Path, totals: Totals) -> tuple[Mapping, list[Fitted]]:
    """Read a file and lay its rows on the mapping's protocol, person by person in the file's order.

    Unreadable rows go to ``totals``. A broken mapping or a file without the mapping's columns ends the command with
    every reason.
    """
    try:
        mapping = read_mapping(mapping_file, instruments=instruments(), protocols=protocols())
    except ContentErrors as errors:
        raise click.ClickException("The mapping is not usable.\n" + "\n".join(map(str, errors.errors))) from None
    people: dict[str, list[Row]] = defaultdict(list)
    try:
        for row in read_rows(file, mapping):
            totals.read += 1
            if isinstance(row, Refusal):
                totals.refuse(row)
            else:
                people[row.participant].append(row)
                totals.note(row)
    except UnusableFile as error:
        raise click.ClickException(str(error)) from None
    totals.people = len(people)
    return mapping, [fit_rows(person, rows, mapping.protocol, mapping.zone) for person, rows in people.items()]


def run_import(
    settings: Settings, study_name: str, file: Path, mapping_file: Path, *, report: Path | None, as_json: bool
) -> int:
    """Import ``file`` into the study of that name (made when there is none); the exit status."""
    require_writable(report)
    totals = Totals()
    mapping, fitted = load_fitted(file, mapping_file, totals)
    database = Database(settings.database_url)
    now = SystemClock().now()
    try:
        with database.transaction() as session:
            try:
                study = find_study(session, study_name)
            except StudyUnknown:
                study = create_study(
                    session,
                    name=study_name,
                    title=mapping.title,
                    protocol=mapping.protocol.key,
                    zone=mapping.zone,
                    now=now,
                )
            if study.protocol != mapping.protocol.key:
                raise click.ClickException(
                    f"Study {study_name} follows {study.protocol}, the mapping {mapping.protocol.key}; "
                    "import into a study of its own."
                )
            store_people(session, study, fitted, mapping, now)
        # A person a transaction: an interrupted import has whole diaries, and the next one goes on where it stopped.
        with click.progressbar(
            fitted, label=f"Importing {counted(totals.read, 'row', 'rows')}", file=sys.stderr
        ) as bar:
            for person in bar:
                with database.transaction() as session:
                    store_diary(session, study, person, mapping, totals, now)
    finally:
        database.dispose()
    tell(
        totals,
        mapping,
        file,
        report=report,
        as_json=as_json,
        figures={"new_beeps": totals.new_beeps, "new_responses": totals.new_responses},
        sentences=[
            f"New: {counted(totals.new_beeps, 'beep', 'beeps')}, "
            f"{counted(totals.new_responses, 'response', 'responses')}."
        ],
    )
    return 0 if totals.accounted == totals.read else 1


def require_writable(report: Path | None) -> None:
    """Raise a `click.ClickException` where the report could not be written: before the work, not after it."""
    if report is None:
        return
    there = report.exists()
    try:
        report.open("a", encoding="utf-8").close()  # what an earlier run wrote stays until there is something new
        if not there:
            report.unlink()
    except OSError as error:
        raise click.ClickException(f"The report cannot be written to {report}: {error.strerror}.") from None


def counted(number: int, one: str, many: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {one if number == 1 else many}"


def tell(
    totals: Totals,
    mapping: Mapping,
    file: Path,
    *,
    report: Path | None,
    as_json: bool,
    figures: Dict[str, Any],
    sentences: Sequence[str],
) -> None:
    """Print the totals with ``figures`` (JSON) or ``sentences`` besides.

    Refused rows, and rows taken in with something left out, go to ``report`` (CSV) or, without one, to the terminal.
    """
    lines = sorted([*totals.refused, *totals.noted], key=lambda told: told.line)
    if report:
        with report.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("line", "participant", "code", "message"))
            writer.writerows(
                (told.line, make_plain(told.participant), told.code, make_plain(told.message)) for told in lines
            )
    if as_json:
        named = {"source": mapping.source, "licence": mapping.licence}
        click.echo(json.dumps({**named, **totals.as_json(), **figures}))
        return
    if not report:
        for told in lines:
            click.echo(f"{file.name}:{told.line}: {told.code}: {told.participant}: {told.message}", err=True)
    click.echo(f"{counted(totals.read, 'row', 'rows')} of {counted(totals.people, 'person', 'people')}")
    for outcome, count in sorted(totals.rows.items()):
        click.echo(f"{count:7} {outcome}")
    click.echo(f"{totals.accounted:7} accounted for")
    for sentence in sentences:
        click.echo(sentence)
    click.echo(f"Source: {mapping.source}. Licence: {mapping.licence}.")
