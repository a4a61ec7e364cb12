"""Commands about backups: ``./run backup | restore``."""

from pathlib import Path

import click

from server.cli import _settings
from server.mishaps import Commands


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
    import threading

    from server.backup import BackupFailed, back_up, forget_old, read_manifest
    from server.clock import SystemClock
    from server.db import Database

    settings = _settings()
    place = folder or settings.data_dir / "backups"
    while True:
        database = Database(settings.owner_url)
        try:
            made = back_up(database, place, now=SystemClock().now())
        except BackupFailed as error:
            if not every_hours:
                raise click.ClickException(f"No backup was made. {error}") from None
            click.echo(f"No backup was made. {error}", err=True)
        else:
            rows = sum(content.rows for content in read_manifest(made).tables.values())
            click.echo(f"{made}: {rows} rows.")
            for gone in forget_old(place, keep=keep) if keep else ():
                click.echo(f"{gone} is deleted.")
        finally:
            database.dispose()
        if not every_hours:
            return
        threading.Event().wait(every_hours * 3600)


@cli.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(backup: Path) -> None:
    """Put the backup in folder BACKUP into an empty database, and erase again whoever was erased since."""
    from server import models  # noqa: F401  erasing asks every table there is
    from server.backup import BackupFailed
    from server.backup import restore as put_back
    from server.db import Database
    from server.installation import open_installation
    from server.rights.erasing import ListBroken
    from server.rights.keeping import keeper_of
    from server.rights.replay import replay
    from server.rights.scrubbing import scrub
    from server.serving import let_serve

    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.owner_url)
    try:
        manifest = put_back(database, backup)
        let_serve(database.engine, settings.serving_url)
    except BackupFailed as error:
        raise click.ClickException(f"{error} Let nobody in.") from None
    finally:
        database.dispose()
    rows = sum(content.rows for content in manifest.tables.values())
    click.echo(f"{len(manifest.tables)} tables with {rows} rows are back, as they were at {manifest.made_at}.")
    erasures = settings.erasure_list_path or settings.data_dir / "erasures.jsonl"
    if not erasures.is_file():
        click.echo(
            f"There is no list of erased people at {erasures}. If anybody was ever erased, put the list there and run"
            " ./run erase-replay before you let anybody in."
        )
        return
    installation = open_installation(settings)
    try:
        done = replay(installation.database, keeper_of(installation.context))
    except ListBroken as error:
        raise click.ClickException(f"The rows are back, but of the list of erased people, {error}.") from None
    finally:
        scrub(installation.database)
        installation.database.dispose()
    click.echo(f"{done.listed} people on the list of erased; {done.erased} had come back and are erased again.")


if __name__ == "__main__":
    cli(prog_name="./run")
