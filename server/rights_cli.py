"""Commands about keeping and deleting: ``./run letter | retention | erase-replay | rotate-keys``."""

import datetime as dt
import json

import click

from server.cli import _require_schema, _settings
from server.installation import Installation, open_installation
from server.mishaps import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kiem: experience sampling for studies with young people."""


@cli.command()
@click.argument("name")
@click.option("--participant", "code", required=True, metavar="CODE")
@click.option("--parent", type=click.IntRange(1, 2), default=1, show_default=True)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def letter(name: str, code: str, parent: int, language: str) -> None:
    """Print the address and the code for a letter to a parent of a participant of study NAME."""
    from server.consent.commands import find_by_code
    from server.consent.inviting import invite_by_letter
    from server.crypto import group_code
    from server.errors import DomainError

    installation = _open()
    try:
        with installation.database.transaction() as session:
            participant = find_by_code(session, name, code)
            made = invite_by_letter(session, participant, parent, language, now=installation.clock.now())
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    click.echo(f"{installation.settings.public_url}/parent\n{group_code(made)}")


@cli.command()
@click.option("--dry-run", is_flag=True, help="Say what would go; delete nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--study", "name", metavar="NAME", help="Set how long study NAME keeps what, instead of deleting.")
@click.option("--contact-days", type=click.IntRange(0, 3650), default=30, show_default=True, help="With --study.")
@click.option("--answers-until", type=click.DateTime(["%Y-%m-%d"]), help="With --study; default: no such date.")
def retention(
    dry_run: bool, as_json: bool, name: str | None, contact_days: int, answers_until: dt.datetime | None
) -> None:
    """Delete what has been kept long enough, and say what; the worker does the same every hour."""
    from server import models  # noqa: F401  erasing asks every table there is
    from server.errors import DomainError
    from server.rights.keeping import keeper_of
    from server.rights.retention import retain, set_retention
    from server.rights.scrubbing import scrub
    from server.studies.service import find_study

    installation = _open()
    if name is not None:
        try:
            with installation.database.transaction() as session:
                until = answers_until.date() if answers_until else None
                set_retention(session, find_study(session, name), contact_days=contact_days, answers_until=until)
        except DomainError as error:
            raise click.ClickException(error.detail) from None
        click.echo(f"{name} keeps contact data for {contact_days} days and answers until {until or 'it says'}.")
        return
    report = retain(
        installation.database, keeper_of(installation.context), now=installation.clock.now(), dry_run=dry_run
    )
    if report.lines and not dry_run:
        scrub(installation.database)
    if as_json:
        click.echo(json.dumps(report.as_json()))
        return
    for line in report.lines:
        click.echo(f"{line.rule:10} {line.study or '-':20} {line.table:20} {line.rows:>8}")
    click.echo(f"{sum(line.rows for line in report.lines)} rows {'would go' if dry_run else 'are gone'}.")


@cli.command("erase-replay")
def erase_replay() -> None:
    """After a backup was put back: erase again whoever was erased since. Run it before anybody is let in."""
    from server import models  # noqa: F401  erasing asks every table there is
    from server.rights.erasing import ListBroken
    from server.rights.keeping import keeper_of
    from server.rights.replay import replay, tell_of_torn
    from server.rights.scrubbing import scrub

    installation = _open()
    keeper = keeper_of(installation.context)
    if not keeper.path.is_file():
        raise click.ClickException(
            f"There is no list of erased people at {keeper.path}. If anybody was ever erased, put the list there"
            " (KIEM_ERASURE_LIST_PATH says where) and run this again before you let anybody in."
        )
    try:
        done = replay(installation.database, keeper)
    except ListBroken as error:
        raise click.ClickException(f"Nothing was done: of the list of erased people, {error}.") from None
    scrub(installation.database)
    click.echo(f"{done.listed} people on the list; {done.erased} had come back and are erased again.")
    if done.torn:
        click.echo(tell_of_torn(done.torn), err=True)


@cli.command("rotate-keys")
def rotate_keys() -> None:
    """Seal all contact data with the newest key; then the older key files may be taken away."""
    from server.contact.service import rotate
    from server.rights.scrubbing import scrub

    installation = _open()
    with installation.database.transaction() as session:
        moved = rotate(session)
    scrub(installation.database)
    click.echo(f"{moved} addresses are sealed anew; every one is under the newest key.")


def _open() -> Installation:
    settings = _settings()
    _require_schema(settings)
    return open_installation(settings)


if __name__ == "__main__":
    cli(prog_name="./run")
