"""The command line: thin shells over services. ``./run help`` lists what is here.

Imports stand inside the commands, so that ``plan-preview`` needs no database and a typo is answered at once.
"""

import datetime as dt
import re
import shutil
import sys
from pathlib import Path

import click

from server.config import Settings, SettingsError, read_settings
from server.mishaps import Commands, require_port

FAILED = 1


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kiem: experience sampling for studies with young people."""


def _settings() -> Settings:
    from server.log import set_up_logging

    try:
        settings = read_settings()
    except SettingsError as error:
        raise click.ClickException(f"The settings are not usable.\n{error}") from None
    set_up_logging(level=settings.log_level, form=settings.log_format)
    return settings


def _require_schema(settings: Settings) -> None:
    """Refuse to work on a database that was not migrated: half-right rows are worse than none."""
    from server.db import Database
    from server.reaching import reaching
    from server.schema import require_newest

    database = Database(settings.database_url)
    with reaching(settings.database_url, "KIEM_DATABASE_URL"):
        require_newest(database.engine)
    database.dispose()


@cli.command()
@click.argument("revision", default="head")
def migrate(revision: str) -> None:
    """Bring the database to REVISION (default: the newest)."""
    from server.db import Database
    from server.reaching import reaching
    from server.schema import current_revision
    from server.schema import migrate as run
    from server.serving import let_serve

    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.owner_url)
    try:
        with reaching(settings.owner_url, settings.owner_setting):
            run(database.engine, revision)
            let_serve(database.engine, settings.serving_url)
        click.echo(f"The database is at revision {current_revision(database.engine)}.")
    finally:
        database.dispose()


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=0, help="Default: one on SQLite, two on PostgreSQL.")
@click.option("--threads", default=0, help="Requests at once in each process; default: 8 on SQLite, 4 on PostgreSQL.")
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """The web process."""
    from server.wsgi import serve as run

    settings = _settings()
    _require_schema(settings)
    sqlite = settings.database_url.startswith("sqlite")
    if sqlite and processes > 1:
        raise click.UsageError("On SQLite one web process writes; leave --processes out or move to PostgreSQL.")
    require_port(host, port)
    click.echo(f"Serving {settings.public_url} on http://{host}:{port}", err=True)
    run(host=host, port=port, processes=processes or (1 if sqlite else 2), at_once=threads or (8 if sqlite else 4))


@cli.command()
def worker() -> None:
    """Plans and pushes; start as many as you like on PostgreSQL."""
    from server.installation import open_installation
    from server.worker import run_worker

    settings = _settings()
    _require_schema(settings)
    run_worker(open_installation(settings))


@cli.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", "data_dir", default="data/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--seed", default=7, show_default=True, help="Other seed, other diaries.")
def demo(port: int, data_dir: Path, seed: int) -> None:
    """A living study on this machine, on SQLite, with four people and two weeks of diary."""
    from server.demo import run_demo

    run_demo(port=port, data_dir=data_dir, seed=seed)


@cli.command("plan-preview")
@click.argument("protocol")
@click.option("--zone", default="Europe/Amsterdam", show_default=True)
@click.option("--date", "first", type=click.DateTime(["%Y-%m-%d"]), help="First local date; default: today.")
@click.option("--days", default=5, show_default=True, type=click.IntRange(1, 400))
@click.option("--people", default=1, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--quiet", multiple=True, metavar="HH:MM-HH:MM", help="No beep and no reminder in this window; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a picture.")
def plan_preview(
    protocol: str,
    zone: str,
    first: dt.datetime | None,
    days: int,
    people: int,
    seed: int,
    quiet: tuple[str, ...],
    as_json: bool,
) -> None:
    """Which moments people would get under PROTOCOL (e.g. grow-it.1), without a database."""
    from server.preview import print_preview

    try:
        print_preview(
            protocol=protocol,
            zone=zone,
            first=first.date() if first else None,
            days=days,
            people=people,
            seed=seed,
            quiet=[_window(text) for text in quiet],
            as_json=as_json,
            width=shutil.get_terminal_size((100, 24)).columns,
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _window(text: str) -> tuple[dt.time, dt.time]:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if not match:
        raise click.BadParameter(f"{text!r} is not a window like 08:30-15:00", param_hint="--quiet")
    a, b, c, d = map(int, match.groups())
    return dt.time(a, b), dt.time(c, d)


@cli.group()
def content() -> None:
    """Questionnaires, protocols and challenges."""


@content.command("check")
def content_check() -> None:
    """Name every mistake in the content files, all at once."""
    from challenges.library import check_library
    from prompts.catalogue import check_content

    errors = [*check_content(), *check_library()]
    for error in errors:
        click.echo(str(error))
    if errors:
        click.echo("1 mistake." if len(errors) == 1 else f"{len(errors)} mistakes.", err=True)
        sys.exit(FAILED)
    click.echo("The content is in order.")


@content.command("show")
@click.argument("key")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def content_show(key: str, language: str) -> None:
    """An instrument or a challenge as a reader sees it, e.g. momentary.1"""
    from server.preview import show_content

    try:
        click.echo(show_content(key, language))
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from None


@cli.command("import")
@click.argument("study_name", metavar="STUDY")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every refused row here (CSV).")
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one JSON object.")
def import_(study_name: str, file: Path, mapping: Path, report: Path | None, as_json: bool) -> None:
    """Load recorded ESM data into STUDY (made when it is not there yet)."""
    from server.exchange.commands import run_import

    settings = _settings()
    _require_schema(settings)
    sys.exit(run_import(settings, study_name, file, mapping, report=report, as_json=as_json))


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--people", type=click.IntRange(1), help="Only the first so many.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every refused row here (CSV).")
@click.option(
    "--data", "data_dir", type=click.Path(path_type=Path), help="Keep the database here; default: a temporary one."
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one JSON object.")
def replay(
    file: Path, mapping: Path, people: int | None, report: Path | None, data_dir: Path | None, as_json: bool
) -> None:
    """Live through recorded data again over HTTP and with the real worker, under a simulated clock."""
    from server.log import set_up_logging
    from server.replay import run_replay

    set_up_logging(level="warning", form="text")
    sys.exit(run_replay(file, mapping, people=people, report=report, data_dir=data_dir, as_json=as_json))


if __name__ == "__main__":
    cli(prog_name="./run")
