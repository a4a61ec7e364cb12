"""``./run export`` and ``./run proof``: exports need libraries that nothing else does, so they stand alone."""

import sys
from pathlib import Path

import click

from server.cli import _require_schema, _settings
from server.config import Settings
from server.export.handing import handed_over
from server.export.options import Doors, export
from server.mishaps import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Data that leave a study."""


@cli.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("study_name", metavar="STUDY", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the proof file (gzipped JSON).")
@click.option("--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Check such a file.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON object.")
def proof(study_name: str | None, out: Path | None, check: Path | None, as_json: bool) -> None:
    """Draw every planned time of STUDY again from its seed and compare, or check a proof FILE without a database.

    Exit status 3 when any time differs.
    """
    from server.export.proof_command import check_file, prove_here

    if (study_name is None) == (check is None):
        raise click.UsageError("Give a study, or a file with --check.")
    if check is not None:
        sys.exit(check_file(check, as_json=as_json))
    sys.exit(prove_here(_ready, study_name or "", out, as_json=as_json))


def hand_over_own(settings: Settings, study_name: str, code: str, out: Path, reason: str, by: str) -> int:
    """Everything of one participant, for herself: what her own button gives, for whoever asks by letter."""
    from server import models  # noqa: F401  her data are looked for in every table there is
    from server.audit.service import Actor, record, subject_of
    from server.consent.commands import find_by_code
    from server.errors import DomainError
    from server.installation import open_installation
    from server.rights.gathering import gather, pack

    installation = open_installation(settings)
    secret, now = installation.context.secret, installation.clock.now()
    try:
        with installation.database.transaction() as session:
            participant = find_by_code(session, study_name, code)
            packed = pack(participant, gather(session, participant, now=now), now=now)
            with handed_over(out) as file:
                file.write(packed)
                record(
                    session,
                    Actor(who=by),
                    "export.own",
                    secret=secret,
                    now=now,
                    study=study_name,
                    subject=subject_of(participant.id, secret=secret),
                    why=reason,
                )
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    finally:
        installation.database.dispose()
    click.echo(f"{out}: {len(packed):,} bytes, everything of {code}, with true times and free text.")
    return 0


def _ready() -> Settings:
    settings = _settings()
    _require_schema(settings)
    return settings


cli.add_command(export)

if __name__ == "__main__":
    cli.main(prog_name="./run", obj=Doors(ready=_ready, own=hand_over_own))
