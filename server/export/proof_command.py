"""``./run proof``: draw a study's planned times again, from the database or from a proof file."""

import json
from collections.abc import Callable
from pathlib import Path

import click

from server.config import Settings
from server.db import Database
from server.errors import DomainError
from server.export.handing import handed_over
from server.export.planned_days import prove_study, read_days, read_grounds
from server.export.proof import Proof
from server.export.proof_file import ProofFileBroken, check_proof, fingerprint, write_proof
from server.studies.service import find_study

DIFFERS = 3
SHOWN = 20
WARNED = (
    "The proof names internal ids and true dates. Whoever holds it beside a bundle with hours can date the people in "
    "that bundle: give it to nobody who has one."
)


def prove_here(ready: Callable[[], Settings], study_name: str, out: Path | None, *, as_json: bool) -> int:
    """Draw a study's times again from the database, and write the proof file if its seed was released."""
    database = Database(ready().database_url)
    try:
        with database.reading() as session:
            study = find_study(session, study_name)
            proof, seed_sha256 = prove_study(session, study), fingerprint(study.seed)
            if out is not None:
                if study.seed_released_at is None:
                    raise click.ClickException(
                        "The seed of this study has not been released; an owner does that at the desk, under Exports."
                    )
                with handed_over(out) as file:
                    write_proof(
                        file, study=study.name, grounds=read_grounds(session, study), days=read_days(session, study)
                    )
                click.echo(WARNED, err=True)
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    finally:
        database.dispose()
    return _tell(study_name, seed_sha256, proof, as_json=as_json)


def check_file(path: Path, *, as_json: bool) -> int:
    """Draw the times in a proof file again; needs no database."""
    try:
        checked = check_proof(path)
    except ProofFileBroken as error:
        raise click.ClickException(f"{path} is no whole proof. {error}") from None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from None
    return _tell(checked.study, checked.seed_sha256, checked.proof, as_json=as_json)


def _tell(study: str, seed_sha256: str, proof: Proof, *, as_json: bool) -> int:
    if as_json:
        told = {
            "study": study,
            "seed_sha256": seed_sha256,
            "holds": proof.holds,
            "planned": proof.planned,
            "as_drawn": proof.as_drawn,
            "challenges": proof.challenges,
            "challenges_as_drawn": proof.challenges_as_drawn,
            "absent": proof.absent,
            "not_drawn": proof.not_drawn,
            "verdict": dict(proof.verdict),
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return 0 if proof.holds else DIFFERS
    click.echo(f"{study}: {proof.verdict['en']}")
    click.echo(f"seed: sha256 {seed_sha256}")
    for one in proof.differences[:SHOWN]:
        kept, drawn = (f"{at:%Y-%m-%d %H:%M:%S}Z" if at else "-" for at in (one.kept, one.drawn))
        click.echo(f"  {one.participant} {one.local_date} slot {one.slot}: {one.reason}; kept {kept}, drawn {drawn}")
    if len(proof.differences) > SHOWN:
        click.echo(f"  and {len(proof.differences) - SHOWN} more")
    return 0 if proof.holds else DIFFERS
