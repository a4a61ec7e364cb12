"""The options of ``./run export``, apart from the other commands: they are many."""

import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from server.config import Settings
from server.export.request import Request, Responsible


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """What the command line hands over: the settings, once the database has been looked at, and the way to a
    participant's own data, which is of another station. ``own`` takes settings, study, code, target, reason, name."""

    ready: Callable[[], Settings]
    own: Callable[[Settings, str, str, Path, str, str], int]


PARAMETERS = ("k", "days", "dummy_calendar", "sliders_step", "derived", "sav", "openesm", "licence", "agreement")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("study_name", metavar="STUDY")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write.")
@click.option(
    "--profile",
    type=click.Choice(["research", "open", "aggregate", "linked", "own"]),
    default="research",
    show_default=True,
)
@click.option("--rank", default="", help="Demographics, dearest first: birth_year,language,start_weekday,study_days")
@click.option("--reason", default="", help="Why; kept in the register.")
@click.option(
    "--by",
    default="command line",
    show_default=True,
    help="Who asks, best by mail address: staff are written to when somebody withdraws, otherwise the owners.",
)
@click.option("--approved-by", help="Mail address of the second person, for the profiles that need one.")
@click.option("--recipient", help="Who gets it; kept in the register.")
@click.option("--agreement", default="", help="Of a linked export: the agreement on which its ids hang.")
@click.option("--k", type=click.IntRange(2), help="More than the profile asks for.")
@click.option("--days", type=click.IntRange(1), help="The first so many days, of whoever has them all.")
@click.option("--dummy-calendar", is_flag=True, help="Times on an invented calendar, in quarters of an hour.")
@click.option("--sliders-step", type=click.IntRange(1, 25), help="Round sliders to this step.")
@click.option("--derived", is_flag=True, help="Add person means, iSD, RMSSD, lags and centred scores.")
@click.option("--sav/--no-sav", default=None, help="SPSS file; default: up to 1,000 people.")
@click.option("--openesm/--no-openesm", default=None, help="openESM layout besides; default: up to 1,000 people.")
@click.option("--labels", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="In SPSS and scripts.")
@click.option("--licence", default="", help="SPDX id, e.g. CC-BY-4.0; default: terms of use.")
@click.option("--key", type=click.File("rb"), help="A file of 32 bytes that makes ids repeatable; default: fresh.")
@click.option("--again", type=click.UUID, help="Make this earlier export anew, without who has withdrawn since.")
@click.option("--resume", type=click.UUID, help="Take up an export that was interrupted.")
@click.option("--participant", default="", help="Of the profile own: her code.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON object.")
@click.pass_obj
def export(
    doors: Doors,
    /,
    study_name: str,
    out: Path,
    rank: str,
    key: Any,
    again: uuid.UUID | None,
    resume: uuid.UUID | None,
    participant: str,
    as_json: bool,
    **asked: Any,
) -> None:
    """Write the diaries of STUDY as a de-identified bundle, or (profile own) everything of one participant for her."""
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}; make it first", param_hint="--out")
    if asked["profile"] == "own":
        if not (participant and asked["reason"].strip()):
            raise click.UsageError("The profile own needs --participant CODE and a --reason.")
        sys.exit(doors.own(doors.ready(), study_name, participant, out, asked["reason"], asked["by"]))
    from server.export.command import run_export

    secret = key.read() if key else None
    if secret is not None and len(secret) != 32:
        raise click.BadParameter("a key has 32 bytes", param_hint="--key")
    responsible = Responsible(
        reason=asked["reason"],
        requested_by=asked["by"],
        approved_by=asked["approved_by"],
        recipient=asked["recipient"],
    )
    request = Request(
        profile=asked["profile"],
        ranking=tuple(name.strip() for name in rank.split(",") if name.strip()),
        language=asked["labels"],
        **{name: asked[name] for name in PARAMETERS},
    )
    sys.exit(
        run_export(
            doors.ready(),
            study_name,
            request,
            responsible,
            out,
            key=secret,
            again=again,
            resume=resume,
            as_json=as_json,
        )
    )
