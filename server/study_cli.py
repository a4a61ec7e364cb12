"""Commands about studies: ``./run study ...``."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import click

from server.cli import _require_schema, _settings
from server.mishaps import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kiem: experience sampling for studies with young people."""


@cli.group()
def study() -> None:
    """Studies on this installation."""


@study.command("create")
@click.argument("name")
@click.option("--protocol", default="grow-it.1", show_default=True)
@click.option("--title-nl", required=True)
@click.option("--title-en", required=True)
@click.option("--zone", default="Europe/Amsterdam", show_default=True)
@click.option("--start", "start_rule", type=click.Choice(["next_day", "monday"]), default="next_day", show_default=True)
@click.option("--opens", type=click.DateTime(["%Y-%m-%d"]), help="Nobody's first day comes before this date.")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d"]), help="The last date on which somebody may join.")
@click.option("--institution", help="Who is responsible; with --contact the consent text is published at once.")
@click.option("--contact", nargs=2, metavar="NAME MAIL", help="Whom young people may ask.")
@click.option("--phone")
@click.option("--parents", type=click.IntRange(1, 2), default=1, show_default=True, help="How many must agree.")
def study_create(
    name: str,
    protocol: str,
    title_nl: str,
    title_en: str,
    zone: str,
    start_rule: str,
    opens: dt.datetime | None,
    closes: dt.datetime | None,
    institution: str | None,
    contact: tuple[str, str] | None,
    **told: Any,
) -> None:
    """Make a study; with --institution and --contact also publish its consent text and print its join code."""
    if (institution is None) != (contact is None):
        raise click.UsageError("--institution and --contact belong together.")

    def make(session: Any, now: dt.datetime) -> str:
        from server.consent.commands import publish_text
        from server.consent.opening import issue_join_code
        from server.studies.service import create_study

        title = {"nl": title_nl, "en": title_en}
        made = create_study(
            session,
            name=name,
            title=title,
            protocol=protocol,
            zone=zone,
            start_rule=start_rule,
            opens_on=opens.date() if opens else None,
            closes_on=closes.date() if closes else None,
            now=now,
        )
        if institution is None or contact is None:
            return (
                f"Made {name}. Nobody can join before there is a consent text. Next: ./run study text {name} "
                f"--institution ... --contact NAME MAIL, then ./run study code {name}."
            )
        publish_text(session, now, name, institution=institution, contact=contact, **told)
        return f"Join code: {issue_join_code(session, made, now=now).code}"

    click.echo(_in_transaction(make))


@study.command("code")
@click.argument("name")
@click.option("--uses", type=click.IntRange(1), help="How many people may join with it; default: any number.")
def study_code(name: str, uses: int | None) -> None:
    """Print a new join code for study NAME, which needs a consent text (./run study text)."""

    def make(session: Any, now: dt.datetime) -> str:
        from server.consent.opening import issue_join_code
        from server.studies.service import find_study

        return str(issue_join_code(session, find_study(session, name), now=now, max_uses=uses).code)

    click.echo(f"Join code: {_in_transaction(make)}")


@study.command("text")
@click.argument("name")
@click.option("--institution", required=True, help="Who is responsible for the study.")
@click.option("--contact", nargs=2, required=True, metavar="NAME MAIL", help="Whom young people may ask.")
@click.option("--phone")
@click.option("--parents", type=click.IntRange(1, 2), default=1, show_default=True, help="How many must agree.")
def study_text(name: str, **facts: Any) -> None:
    """Publish the consent text that comes with Kiem for study NAME; from then on people can join it."""
    from server.consent.commands import publish_text

    click.echo(_in_transaction(lambda session, now: publish_text(session, now, name, **facts)))


@study.command("consent")
@click.argument("name")
@click.option("--participant", "code", required=True, metavar="CODE")
@click.option(
    "--parent", is_flag=False, flag_value=1, type=click.IntRange(1, 2), help="A parent's letter, not her own."
)
@click.option("--refused", is_flag=True, help="The letter says no, or takes a yes back.")
@click.option("--also", multiple=True, type=click.Choice(["sharing", "recontact"]))
def study_consent(name: str, code: str, **facts: Any) -> None:
    """Keep what a signed letter says about a participant of study NAME."""
    from server.consent.commands import keep_letter

    click.echo(_in_transaction(lambda session, now: keep_letter(session, now, name, code, **facts)))


def _in_transaction(work: Callable[[Any, dt.datetime], str]) -> str:
    from server.clock import SystemClock
    from server.db import Database

    settings = _settings()
    _require_schema(settings)
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            return work(session, SystemClock().now())
    finally:
        database.dispose()


if __name__ == "__main__":
    cli(prog_name="./run")
