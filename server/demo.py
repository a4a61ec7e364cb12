"""A living study on one machine (SQLite, web and worker in one process, four imagined people), and one to export.

Made once into ``--data``; started again it goes on from there. The people's diaries are made by the real planner,
dispatcher and diary (`server.rehearsal`); only the gateway records instead of sending, and the clock is simulated.
"""

import fcntl
import random
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import segno
import waitress
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.library import load_starter
from server import bygone
from server.app import create_app
from server.clock import SetClock, SystemClock
from server.config import Settings
from server.consent.opening import issue_join_code
from server.consent.publishing import find_text, publish_default
from server.consent.service import SCOPES, Choice, enrol, record_on_paper
from server.coordination.service import sync_starter
from server.crypto import group_code
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Device
from server.diary.models import ChallengeOutcome, Response
from server.ending import hear_the_end
from server.game.placing import place
from server.imagined import CAST, Mind
from server.installation import Installation, open_installation
from server.log import set_up_logging
from server.people.models import Participant
from server.people.service import change_me
from server.people.tokens import issue_recovery_code
from server.planning.models import Beep
from server.rehearsal import IMAGINED, Actor, Rehearsal, imagined_phone, seed_of
from server.schema import migrate
from server.staff.demonstration import open_accounts
from server.studies.models import JoinCode, Study
from server.studies.service import create_study
from server.worker import Metronome, Worker

NAME = "demo"
INSTITUTION = "Kiem (demo)"
CONTACT = {
    "name": "Cleo",
    "role": {"nl": "coördinator van dit onderzoek", "en": "coordinator of this study"},
    "mail": "cleo@kiem.example",
    "phone": None,
    "hours": {"nl": "op werkdagen tussen 9 en 17 uur", "en": "on weekdays between 9 am and 5 pm"},
}
# Hundreds of clients that send a letter a minute must not keep out who only wants to look: many may be connected, and
# who says nothing for half a minute is let go. (The service itself has another server, which does not mind them.)
PATIENCE = {"connection_limit": 2000, "channel_timeout": 30, "cleanup_interval": 10, "asyncore_use_poll": True}
DAYS = 14


def run_demo(*, port: int, data_dir: Path, seed: int) -> None:
    """Serve until interrupted; SIGTERM and Ctrl-C finish what is in hand."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # while the data are made, both end it in the same way
    data_dir.mkdir(parents=True, exist_ok=True)
    with take_folder(data_dir), take_port(port) as entrance:
        _serve(entrance, port=port, data_dir=data_dir, seed=seed)
    click.echo("Stopped; the demo's data stay in " + str(data_dir))


@contextmanager
def take_folder(data_dir: Path) -> Iterator[None]:
    """Keep other demos out of the folder for the length of the block; the system lets go of it when a process dies."""
    with (data_dir / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"Another demo is at work in {data_dir}. Stop it first, or choose another folder: ./run demo --data DIR"
            ) from None
        yield


@contextmanager
def take_port(port: int) -> Iterator[socket.socket]:
    """The port, ours but not answering yet: who cannot have it hears so before two weeks of diary are made."""
    with socket.socket() as entrance:
        entrance.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            entrance.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} cannot be had ({error.strerror}). Choose another: ./run demo --port {port % 65535 + 1}"
            ) from None
        yield entrance


def _serve(entrance: socket.socket, *, port: int, data_dir: Path, seed: int) -> None:
    settings = Settings(
        data_dir=data_dir,
        database_url=f"sqlite:///{data_dir / 'kiem.sqlite3'}",
        public_url=f"http://127.0.0.1:{port}",
        vapid_key_file=data_dir / "vapid.pem",
        log_level="warning",
        log_format="text",
    )
    set_up_logging(level=settings.log_level, form=settings.log_format)
    installation = open_installation(settings)
    migrate(installation.database.engine)
    now = SystemClock().now()
    bygone.make_earlier(installation.database, institution=INSTITUTION, contact=CONTACT, seed=seed, now=now)
    if not is_made(installation.database):
        _make(installation, seed)
    server = waitress.create_server(
        create_app(installation.context),
        sockets=[entrance],
        threads=8,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **PATIENCE,
    )
    web = threading.Thread(target=server.run, name="web", daemon=True)
    metronome = Metronome(Worker(installation))
    metronome.start()
    web.start()
    _tell(installation)
    with hear_the_end() as wait_for_end:
        wait_for_end()
    server.close()
    metronome.stop()
    installation.database.dispose()


def is_made(database: Database) -> bool:
    """Whether the demo's data are there to the last row. What a killed process left half made is taken away."""
    with database.reading() as session:
        study = session.scalar(select(Study).where(Study.name == NAME))
        # The last thing of making is to retire the imagined phones; they are never there alive afterwards.
        half = session.scalar(
            select(Device.id).where(Device.endpoint.contains(IMAGINED), Device.retired_at.is_(None)).limit(1)
        )
    if study is not None and half is not None:
        _unmake(database)
        return False
    return study is not None


def _unmake(database: Database) -> None:
    with database.transaction() as session:
        study = session.scalar(select(Study).where(Study.name == NAME))
        if study is not None:
            session.delete(study)


def _make(installation: Installation, seed: int) -> None:
    """Make the study and let its people live up to now. All or nothing: a half-made demo is made anew."""
    now = SystemClock().now()
    clock = SetClock(now - timedelta(days=DAYS + 1))
    past = replace(installation, clock=clock)
    worker = Worker(past, gateway=RecordingGateway())
    database = installation.database
    try:
        actors = _join(past, clock, seed)
        moments = Rehearsal(database, clock, worker, actors).live(until=now, leave_open=True)
        label = f"Two weeks in the life of {', '.join(character.name for character in CAST)}"
        with click.progressbar(length=(DAYS + 1) * 24, label=label) as bar:
            hours = 0
            for moment in moments:
                lived = int((moment - now) / timedelta(hours=1)) + (DAYS + 1) * 24
                bar.update(lived - hours)
                hours = lived
    except BaseException:
        _unmake(database)
        raise
    finally:
        worker.close()
    with database.transaction() as session:  # the imagined phones do not exist: nothing real may be sent to them
        session.execute(update(Device).values(retired_at=now, retired_why="imagined"))


def _join(past: Installation, clock: SetClock, seed: int) -> list[Actor]:
    now = clock.now()
    actors = []
    with past.database.transaction() as session:
        sync_starter(session, load_starter(), now)
        study = create_study(
            session,
            name=NAME,
            title={"nl": "Hoe gaat het? (demo)", "en": "How are you? (demo)"},
            protocol="grow-it.1",
            zone="Europe/Amsterdam",
            now=now,
            seed=seed_of("demo", seed).to_bytes(8) * 4,
        )
        publish_default(session, study, institution=INSTITUTION, contact=CONTACT, now=now)
        code = issue_join_code(session, study, now=now).code
        for character in CAST:
            joined = enrol(
                session,
                code,
                language=character.language,
                zone=study.zone,
                birth_year=character.birth_year,
                consent=_agree(session, study, character.language),
                now=now,
            )
            if joined.participant.waiting == "parent":  # a parent's letter came with the first post
                record_on_paper(
                    session, study, joined.participant.code, "parent1", dict.fromkeys(SCOPES, True), now=now
                )
            if character.rhythm:
                change_me(session, joined.participant, {"rhythm": character.rhythm}, now=now)
            place(session, joined.participant, now=now, rng=random.Random(seed_of(seed, character.name, "team")))  # noqa: S311
            imagined_phone(session, joined.participant, vapid_key_id=past.context.push_key_id, now=now)
            mind = Mind(character=character, rng=random.Random(seed_of(seed, character.name)))  # noqa: S311  a rehearsal
            actors.append(Actor(participant_id=joined.participant.id, mind=mind))
    return actors


def _agree(session: Session, study: Study, language: str) -> Choice | None:
    """Yes to everything, in the words of the text in force."""
    text = find_text(session, study, language)
    if text is None:
        return None
    scopes = dict.fromkeys(SCOPES, True)
    return Choice(version=text.version, sha256=text.sha256, language=text.language, scopes=scopes)


def _tell(installation: Installation) -> None:
    """Where to look and which codes to use. Fresh recovery codes at every start: each opens a diary once."""
    url = installation.settings.public_url
    now = installation.clock.now()
    with installation.database.transaction() as session:
        study = session.scalars(select(Study).where(Study.name == NAME)).one()
        earlier = session.scalars(select(Study).where(Study.name == bygone.NAME)).one()
        desk = open_accounts(session, (study, earlier), secret=installation.context.secret, now=now)
        code = session.scalars(select(JoinCode.code).where(JoinCode.study_id == study.id)).first() or ""
        codes = [
            (name, issue_recovery_code(session, person, now), describe_open(session, person, now))
            for name, person in find_cast(session, study)
        ]
    click.echo(f"\nKiem is ready: {url}")
    link = f"{url}/join/{code}"
    click.echo(f"\nJoin as somebody new: {link}\n")
    click.echo(_qr(link))
    click.echo("Or look into a diary: open the address, choose “I have a recovery code”, and type")
    for name, recovery, waiting in codes:
        click.echo(f"  {name:5} {group_code(recovery)}  {waiting}")
    click.echo(f"\nThe coordinators' desk: {url}/desk (each code works once)")
    for account in desk:
        click.echo(f"  {account}")
    click.echo(f"An export to try, as Rena: {url}/desk/studies/{bygone.NAME}/exports/new")
    click.echo(f"\nThe API: {url}/api/v1/docs · health: {url}/readyz · stop with Ctrl-C")


def describe_open(session: Session, person: Participant, now: datetime) -> str:
    """What somebody could do at once, on her own clock, or when the next thing comes."""
    zone = ZoneInfo(person.zone)
    beeps = session.scalars(
        select(Beep)
        .where(Beep.participant_id == person.id, Beep.expires_at > now, Beep.kind != "event")
        .order_by(Beep.due_at)
    ).all()
    answered = select(Response.slot).where(Response.participant_id == person.id)
    waiting = []
    for beep in (beep for beep in beeps if beep.due_at <= now):
        until = f"until {beep.expires_at.astimezone(zone):%H:%M}"
        if beep.kind == "challenge":
            if session.get(ChallengeOutcome, (person.id, beep.local_date, beep.slot)) is None:
                waiting.append(f"today's challenge {until}")
        elif session.scalar(answered.where(Response.local_date == beep.local_date, Response.slot == beep.slot)) is None:
            waiting.append(f"a questionnaire {until}")
    if waiting:
        return "open: " + ", ".join(waiting)
    ahead = [beep for beep in beeps if beep.due_at > now]
    return f"next: {ahead[0].due_at.astimezone(zone):%A %H:%M}" if ahead else ""


def find_cast(session: Session, study: Study) -> list[tuple[str, Participant]]:
    """The imagined people, by name and in their order. Whoever joined later keeps her codes to herself."""
    at_first = select(Participant).where(Participant.study_id == study.id, Participant.joined_at == study.created_at)
    born = {person.birth_year: person for person in session.scalars(at_first)}
    return [(who.name, born[who.birth_year]) for who in CAST if who.birth_year in born]


def _qr(link: str) -> str:
    """The link as a code for a camera, in half blocks."""
    rows = [list(row) for row in segno.make(link, error="l").matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    glyph = {(0, 0): "█", (1, 0): "▄", (0, 1): "▀", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(glyph[bool(a), bool(b)] for a, b in zip(top, low, strict=True)) for top, low in pairs)
