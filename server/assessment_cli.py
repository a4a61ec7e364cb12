"""Commands for the privacy officer: ``./run dpia STUDY`` and ``./run register STUDY``."""

from typing import cast

import click

from server.cli import _require_schema, _settings
from server.installation import open_installation


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kiem: experience sampling for studies with young people."""


_study = click.argument("name", metavar="STUDY")
_language = click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)


@cli.command()
@_study
@_language
def dpia(name: str, language: str) -> None:
    """Print a data protection impact assessment of STUDY as Markdown, with what people must fill in marked."""
    _write("dpia", name, language)


@cli.command()
@_study
@_language
def register(name: str, language: str) -> None:
    """Print STUDY's entry in the record of processing activities (article 30 GDPR) as Markdown."""
    _write("register", name, language)


def _write(document: str, name: str, language: str) -> None:
    from server import models  # noqa: F401  rows refer to tables of every station
    from server.assessment.facts import gather
    from server.assessment.writing import Document, write
    from server.errors import DomainError
    from server.studies.service import find_study

    settings = _settings()
    _require_schema(settings)
    installation = open_installation(settings)
    try:
        with installation.database.reading() as session:
            facts = gather(session, find_study(session, name), settings)
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    click.echo(write(cast(Document, document), facts, language, installation.clock.now().date()), nl=False)


if __name__ == "__main__":
    cli(prog_name="./run")
