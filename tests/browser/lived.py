"""The service with two weeks of imagined diaries behind it, at one moment that is always the same.

The clock stands still and chance is seeded, so that every run makes the same people, plans, answers and tree.
"""

import os
import random
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.consent.publishing import draft_default, publish_own
from server.consent.texts import Section
from server.crypto import group_code
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Device
from server.demo import _join
from server.imagined import Mind
from server.installation import Installation, open_installation
from server.log import set_up_logging
from server.models import Base
from server.people.models import Participant
from server.people.notices import leave_notice
from server.people.tokens import issue_recovery_code
from server.planning.models import Beep
from server.rehearsal import Actor, Rehearsal
from server.safety.models import CardShown
from server.studies.models import JoinCode, Study
from server.worker import Worker
from tests.browser.door import Door

SEED = 7
BEGINS = datetime(2026, 3, 1, 5, tzinfo=UTC)
DAYS = 13
"""Lived through before the day of the pictures, a Saturday."""
SLOT = 3
BEEPS_A_DAY = 5


_CHANGES = {
    "nl": "Het onderzoek doet nu samen met een universiteit in Gent. Die krijgt antwoorden zonder namen.\n\n"
    "Je gegevens worden een jaar korter bewaard.",
    "en": "The study now works together with a university in Ghent. It gets answers without names.\n\n"
    "Your data are kept for one year less.",
}
_SAID_NEW = {
    "nl": (Section(title="Wie doet er mee?", text="Een universiteit in Gent krijgt antwoorden zonder namen."),),
    "en": (Section(title="Who takes part?", text="A university in Ghent gets answers without names."),),
}


FEW, MANY = 2011, 2008
"""The years in which the two people of the scripted world were born."""
_SCRIPTED_DAYS = 20
# Keen at first, then now and then: the largest class of young people in such studies.
TWELVE = frozenset({1, 2, 4, 6, 8, 11, 13, 17, 27, 39, 58, 91})
NINETY_FIVE = frozenset(range(_SCRIPTED_DAYS * BEEPS_A_DAY)) - {0, 22, 45, 67, 88}


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """A folder with a database and keys, and the moment (aware UTC) at which its clock stands."""

    folder: Path
    now: datetime


class Lived:
    """A running service over a copy of a world."""

    def __init__(self, world: World, folder: Path, *, language: str | None = "nl", host: str = "127.0.0.1") -> None:
        """``language``: everybody's, or None for the one that each has. Passkeys want a ``host`` that is a name."""
        shutil.copytree(world.folder, folder)
        self.clock = SetClock(world.now)
        self._door = Door(lambda environ, start: self._answer(environ, start))
        self.url = f"http://{host}:{self._door.port}"
        self._installation = _open(folder, self.url, self.clock)
        with self._installation.database.transaction() as session:
            self.join_code = session.scalars(select(JoinCode.code)).first() or ""
            # The imagined people all look at the same pictures, so they speak the language of the pictures.
            if language is not None:
                session.execute(update(Participant).values(language=language))
        self._app = create_app(self._installation.context)
        self._door.open()

    @property
    def database(self) -> Database:
        """For whoever prepares more than the methods below do."""
        return self._installation.database

    @property
    def secret(self) -> bytes:
        """What this installation signs and seals with."""
        return self._installation.context.secret

    def recovery_code(self, born: int) -> str:
        """A fresh code that opens the diary of whoever was born in that year."""
        with self._installation.database.transaction() as session:
            person = self._find(session, born)
            return group_code(issue_recovery_code(session, person, self.clock.now()))

    def leave_notice(self, born: int, key: str) -> None:
        """Let a coordinator leave one of the reviewed messages for whoever was born in that year."""
        with self._installation.database.transaction() as session:
            leave_notice(session, self._find(session, born), key, now=self.clock.now())

    def show_card(self, born: int) -> None:
        """Let the gentle card be up for whoever was born in that year, as after heavy days."""
        with self._installation.database.transaction() as session:
            session.add(CardShown(participant_id=self._find(session, born).id, at=self.clock.now()))

    def publish_text(self) -> None:
        """Put a new text of the study in force that everybody must say yes to again."""
        with self._installation.database.transaction() as session:
            study = session.scalars(select(Study)).one()
            texts = {
                language: (*sections[:-1], *_SAID_NEW[language]) for language, sections in draft_default(study).items()
            }
            publish_own(session, study, texts, changes=_CHANGES, binding=True, why="", now=self.clock.now())

    def close(self) -> None:
        self._door.close()
        self._installation.database.dispose()

    def _find(self, session: Session, born: int) -> Participant:
        who = select(Participant).where(Participant.birth_year == born).order_by(Participant.joined_at)
        person = session.scalars(who).first()
        assert person is not None
        return person

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Any:
        """As the application does, but its cookies end with the browser: by this clock they are long over."""

        def start_without_end(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [(name, _endless(name, value)) for name, value in headers], *rest)

        return self._app(environ, start_without_end)


@dataclass(kw_only=True, slots=True)
class Scripted(Mind):
    """Somebody who answers just those beeps of the study, counted from 0."""

    answered: frozenset[int]

    def will_answer(self, study_day: int, slot: int) -> bool:
        return (study_day - 1) * BEEPS_A_DAY + slot - 1 in self.answered


@dataclass(kw_only=True, slots=True)
class Oversleeping(Mind):
    """Somebody who misses the first beep of one day, whatever she would have done: the pictures tell why it was."""

    overslept: int

    def will_answer(self, study_day: int, slot: int) -> bool:
        would = Mind.will_answer(self, study_day, slot)
        return would and (study_day, slot) != (self.overslept, 1)


def make_world(folder: Path, *, days: int = DAYS, scripts: Mapping[int, frozenset[int]] | None = None) -> World:
    """Let the demo's people join and live until a moment at which Noor has something open.

    ``scripts`` says, by year of birth, which beeps are answered; then only those people live. ``days``: lived through.
    """
    set_up_logging(level="warning", form="text")
    with seeded_chance(SEED):
        clock = SetClock(BEGINS - timedelta(days=1))
        installation = _open(folder, "http://127.0.0.1", clock)
        Base.metadata.create_all(installation.database.engine)
        worker = Worker(installation, gateway=RecordingGateway())
        actors = _join(installation, clock, SEED)
        if scripts is None:
            # The day of joining, one day before the first that is lived through, is study day 1.
            actors = [_oversleep(actor, days + 2) for actor in actors]
        else:
            actors = [_follow(actor, scripts) for actor in actors if actor.mind.character.birth_year in scripts]
        life = Rehearsal(installation.database, clock, worker, actors)
        _live(life, BEGINS + timedelta(days=days))
        opens = _due(installation, actors[0].participant_id, clock.now())
        _live(life, opens - timedelta(minutes=1))
        clock.set(opens + timedelta(minutes=4))
        with installation.database.transaction() as session:
            session.execute(update(Device).values(retired_at=clock.now(), retired_why="imagined"))
        worker.close()
        installation.database.dispose()
        return World(folder=folder, now=clock.now())


def make_scripted_world(folder: Path) -> World:
    """Three weeks of somebody who answered twelve times and of somebody who answered ninety-five times."""
    # The day of joining is the first; the last is the one on which the clock stands.
    return make_world(folder, days=_SCRIPTED_DAYS - 1, scripts={FEW: TWELVE, MANY: NINETY_FIVE})


def _oversleep(actor: Actor, study_day: int) -> Actor:
    mind = Oversleeping(character=actor.mind.character, rng=actor.mind.rng, overslept=study_day)
    return Actor(participant_id=actor.participant_id, mind=mind)


def _follow(actor: Actor, scripts: Mapping[int, frozenset[int]]) -> Actor:
    character = actor.mind.character
    answered = scripts[character.birth_year]
    return Actor(
        participant_id=actor.participant_id,
        mind=Scripted(character=character, rng=actor.mind.rng, answered=answered),
    )


@contextmanager
def seeded_chance(seed: int) -> Iterator[None]:
    """Ids and codes come from a seed: a team's tree is drawn from its id, so the pictures would differ each time."""
    stream, lock = random.Random(seed), threading.Lock()

    def draw(count: int) -> bytes:
        with lock:
            return stream.randbytes(count)

    before = os.urandom, random._urandom  # type: ignore[attr-defined]
    os.urandom = random._urandom = draw  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom, random._urandom = before  # type: ignore[attr-defined]


def _live(life: Rehearsal, until: datetime) -> None:
    for _ in life.live(until=until):
        pass


def _due(installation: Installation, participant: Any, after: datetime) -> datetime:
    """When the beep of the pictures opens."""
    Worker(installation, gateway=RecordingGateway()).plan()
    with installation.database.reading() as session:
        due = select(Beep.due_at).where(Beep.participant_id == participant, Beep.slot == SLOT, Beep.due_at > after)
        return session.scalars(due.order_by(Beep.due_at)).first() or after


def _endless(name: str, value: str) -> str:
    if name != "Set-Cookie":
        return value
    return "; ".join(part for part in value.split("; ") if not part.lower().startswith("expires="))


def _open(folder: Path, url: str, clock: SetClock) -> Installation:
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url=url,
        vapid_key_file=folder / "vapid.pem",
        vapid_subject="mailto:cleo@example.org",
    )
    return open_installation(settings, clock=clock)
