"""Commands about backups: ``./run backup | restore``."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli import _settings
from server.config import Settings
from server.mishaps import Commands, explain

if TYPE_CHECKING:
    from server.db import Database

TRY_AGAIN_S = 900.0  # after a backup that could not be made: the database or the disk may be back by then


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kiem: experience sampling for studies with young people."""


@cli.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Then delete all but so many of the newest here.")
@click.option("--every-hours", type=click.IntRange(1), help="Stay and do it again after so many hours.")
def backup(folder: Path | None, keep: int | None, every_hours: int | None) -> None:
    """Write a backup of the database into FOLDER (default: backups in the data directory).

    It holds no key: copy the keys and the list of erased people yourself, to another place.
    """
    settings = _settings()
    place = folder or settings.data_dir / "backups"
    if every_hours is None:
        _make_one(settings, place, keep)
    else:
        keep_making(settings, place, keep, every=timedelta(hours=every_hours))


def keep_making(
    settings: Settings,
    place: Path,
    keep: int | None,
    *,
    every: timedelta,
    wait: Callable[[float], object] = time.sleep,
) -> None:
    """Make a backup whenever the newest is ``every`` old, for ever; ``wait`` waits so many seconds.

    What goes wrong is said, and tried again a quarter of an hour later: a service that ends at a full disk, or leaves a
    day without a backup because the database was away for a minute, is none.
    """
    from server.backup_rhythm import until_next
    from server.clock import SystemClock

    while True:
        if left := until_next(place, every=every, now=SystemClock().now()).total_seconds():
            wait(left)
        try:
            _make_one(settings, place, keep)
        except click.ClickException as error:
            click.echo(f"{error.message} The next try is in {TRY_AGAIN_S / 60:.0f} minutes.", err=True)
            wait(TRY_AGAIN_S)


def _make_one(settings: Settings, place: Path, keep: int | None) -> None:
    from server.backup import BackupFailed, back_up, read_manifest
    from server.backup_rhythm import forget_old
    from server.clock import SystemClock
    from server.db import Database
    from server.reaching import reaching

    database = Database(settings.owner_url)
    try:
        with reaching(settings.owner_url, settings.owner_setting):
            made = back_up(database, place, now=SystemClock().now())
        _count(database, "made")
        rows = sum(content.rows for content in read_manifest(made).tables.values())
        click.echo(f"{made}: {rows} rows.")
        for gone in forget_old(place, keep=keep) if keep else ():
            click.echo(f"{gone} is deleted.")
    except Exception as error:
        told = str(error) if isinstance(error, BackupFailed) else explain(error)
        if told is None:
            raise
        _count(database, "failed")
        raise click.ClickException(f"No backup was made. {told}") from None
    finally:
        database.dispose()


def _count(database: "Database", outcome: str) -> None:
    """For whoever watches. Not worth a backup: where the database cannot be told, it is not told."""
    from sqlalchemy.exc import SQLAlchemyError

    from server.monitoring.counters import BACKUPS, add_counts

    with suppress(SQLAlchemyError), database.transaction() as session:
        add_counts(session, {(BACKUPS, outcome): 1})


@cli.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(backup: Path) -> None:
    """Put the backup in folder BACKUP into an empty database, and erase again whoever was erased since."""
    from server import models  # noqa: F401  erasing asks every table there is
    from server.backup import BackupFailed
    from server.backup import restore as put_back
    from server.db import Database
    from server.reaching import reaching
    from server.schema import migrate
    from server.serving import let_serve

    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    missing = [str(path) for path in _keys(settings) if not path.exists()]
    database = Database(settings.owner_url)
    try:
        with reaching(settings.owner_url, settings.owner_setting):
            manifest = put_back(database, backup)
    except BackupFailed as error:
        raise click.ClickException(f"{error} Let nobody in.") from None
    else:
        rows = sum(content.rows for content in manifest.tables.values())
        click.echo(f"{len(manifest.tables)} tables with {rows} rows are back, as they were at {manifest.made_at}.")
        for path in missing:
            click.echo(
                f"There is no {path}: what it sealed cannot be read. Put it there before anything is started: whatever"
                " starts without it makes a new one."
            )
        _finish(lambda: migrate(database.engine))
        _finish(lambda: let_serve(database.engine, settings.serving_url))
    finally:
        database.dispose()
    _finish(lambda: _erase_again(settings, missing))


def _keys(settings: Settings) -> list[Path]:
    folder = settings.data_dir
    contact = settings.contact_key_files or (folder / "contact.key",)
    return [settings.secret_key_path or folder / "secret.key", *contact, settings.vapid_key_file]


def _finish(step: Callable[[], None]) -> None:
    """One of the steps after the rows are back. Where one stops it has to be said that the erased are back as well."""
    try:
        step()
    except Exception as error:
        told = error.message if isinstance(error, click.ClickException) else explain(error)
        raise click.ClickException(
            f"{told or f'{type(error).__name__}: {error}'}\n"
            "The rows are back, but nobody was erased again yet. When this is mended run ./run migrate and"
            " ./run erase-replay before you let anybody in."
        ) from None


def _erase_again(settings: Settings, missing: list[str]) -> None:
    """Erase whoever was erased since the backup was made, by the list that outlived it."""
    from server.installation import open_installation
    from server.rights.erasing import ListBroken
    from server.rights.keeping import keeper_of
    from server.rights.replay import replay
    from server.rights.scrubbing import scrub

    erasures = settings.erasure_list_path or settings.data_dir / "erasures.jsonl"
    if not erasures.is_file():
        click.echo(
            f"There is no list of erased people at {erasures}. If anybody was ever erased, put the list there and run"
            " ./run erase-replay before you let anybody in."
        )
        return
    if missing:  # opened without them there would be new ones, which know nobody on the list
        raise click.ClickException(f"The list of erased people cannot be applied without {', '.join(missing)}.")
    installation = open_installation(settings)
    try:
        done = replay(installation.database, keeper_of(installation.context))
    except ListBroken as error:
        raise click.ClickException(f"Of the list of erased people, {error}.") from None
    finally:
        scrub(installation.database)
        installation.database.dispose()
    click.echo(f"{done.listed} people on the list of erased; {done.erased} had come back and are erased again.")


if __name__ == "__main__":
    cli(prog_name="./run")
