"""Commands about staff and what they did: ``./run staff ...`` and ``./run audit-log ...``."""

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
def staff() -> None:
    """Accounts of coordinators, researchers and owners."""


@staff.command("invite")
@click.argument("mail")
@click.option("--administrator", is_flag=True, help="Of the installation: makes accounts and studies.")
@click.option("--study", "study_name", metavar="NAME", help="Together with --role.")
@click.option("--role", type=click.Choice(["coordinator", "researcher", "owner"]))
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@click.option("--mail/--no-mail", "by_mail", default=True, help="Mail the link too, where KIEM_MAIL_GATEWAY is smtp.")
def staff_invite(
    mail: str, administrator: bool, study_name: str | None, role: str | None, language: str, by_mail: bool
) -> None:
    """Print the link with which MAIL makes an account (one use, seven days), and mail it where mail is set up."""
    from server.mail.addresses import MAIL

    if not MAIL.fullmatch(mail):
        raise click.UsageError(f"{mail} is not a mail address.")
    if (study_name is None) != (role is None) or not (administrator or role):
        raise click.UsageError("Say what the person will be: --administrator, or --study NAME with --role ROLE.")

    def make(session: Any, now: dt.datetime, installation: Any) -> str:
        from server.staff.commands import invite_staff

        return invite_staff(
            session,
            now,
            mail,
            secret=installation.context.secret,
            public_url=installation.settings.public_url,
            administrator=administrator,
            study_name=study_name,
            role=role,
            language=language,
        )

    def send(session: Any, _now: dt.datetime, installation: Any) -> str:
        from server.staff.commands import mail_invited

        settings, clock = installation.settings, installation.clock
        return mail_invited(session, settings, clock, mail, link, study_name=study_name, language=language)

    link = _with_installation(make)
    click.echo(link)
    if by_mail and "/desk/invitation/" in link and (said := _with_installation(send)):
        click.echo(said)


@staff.command("renew")
@click.argument("mail")
@click.option("--mail/--no-mail", "by_mail", default=True, help="Mail the link too, where KIEM_MAIL_GATEWAY is smtp.")
def staff_renew(mail: str, by_mail: bool) -> None:
    """Print a link with which MAIL sets a new password and code app (lost phone, say), and mail it where mail is set
    up."""

    def make(session: Any, now: dt.datetime, installation: Any) -> str:
        from server.staff.commands import renew_staff

        secret, url = installation.context.secret, installation.settings.public_url
        return renew_staff(session, now, mail, secret=secret, public_url=url)

    def send(session: Any, _now: dt.datetime, installation: Any) -> str:
        from server.staff.commands import mail_renewed

        return mail_renewed(session, installation.settings, installation.clock, mail, link)

    link = _with_installation(make)
    click.echo(link)
    if by_mail and (said := _with_installation(send)):
        click.echo(said)


@staff.command("list")
def staff_list() -> None:
    """Everybody with an account."""

    def look(session: Any, _now: dt.datetime, _installation: Any) -> str:
        from server.staff.commands import describe_staff

        return describe_staff(session)

    click.echo(_with_installation(look))


@cli.group("audit-log")
def audit_log() -> None:
    """What staff did."""


@audit_log.command("verify")
@click.option("--seal", help="One that was noted before: shows whether the end was cut off since.")
def audit_log_verify(seal: str | None) -> None:
    """Follow the chain from the first entry to the last; prints the seal of its end."""

    def look(session: Any, _now: dt.datetime, installation: Any) -> str:
        from server.staff.commands import verify_log

        return verify_log(session, secret=installation.context.secret, noted=seal)

    click.echo(_with_installation(look))


def _with_installation(work: Callable[[Any, dt.datetime, Any], str]) -> str:
    from server.errors import DomainError
    from server.installation import open_installation

    settings = _settings()
    _require_schema(settings)
    installation = open_installation(settings)
    try:
        with installation.database.transaction() as session:
            return work(session, installation.clock.now(), installation)
    except (DomainError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        installation.database.dispose()


if __name__ == "__main__":
    cli(prog_name="./run")
