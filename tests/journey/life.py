"""A whole installation under a simulated clock: real server on a socket, real worker, phones of imagined people."""

import json
import random
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.content import instruments
from server.delivery.gateway import RecordingGateway, Sent
from server.imagined import CAST, Mind
from server.installation import Installation, open_installation
from server.phone import Line, Phone, Reply, make_entry
from server.planning.models import Beep
from server.replay import serving
from server.worker import Worker

ZONE = "Europe/Amsterdam"
PLAN_EVERY = timedelta(hours=6)
Json = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Person:
    """Somebody with a phone. ``given`` are her answers by beep, ``received`` when the server had them."""

    phone: Phone
    mind: Mind
    given: dict[str, Json] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)

    def fill_in(self, beep: Json, finished_at: datetime) -> Json:
        """An entry as her phone would send it, begun a minute before and never before the beep."""
        on = date.fromisoformat(beep["local_date"])
        told = self.mind.answer(instruments()[beep["instrument"]], tuple(beep["items"]), on)
        return make_entry(
            beep["instrument"],
            started_at=max(finished_at - timedelta(minutes=1), datetime.fromisoformat(beep["due_at"])),
            finished_at=finished_at,
            zone=ZONE,
            app="story",
            **told,
        )

    def beeps_on(self, day: date) -> list[Json]:
        """Her beeps of a local date, the challenge first; the phone has them in the order in which they come."""
        beeps = [beep for beep in self.phone.see_today().body["beeps"] if beep["local_date"] == day.isoformat()]
        assert [beep["due_at"] for beep in beeps] == sorted(beep["due_at"] for beep in beeps)
        return sorted(beeps, key=lambda beep: int(beep["slot"]))


class Life:
    """The installation, and time."""

    def __init__(self, installation: Installation, clock: SetClock, line: Line) -> None:
        self.installation, self.clock, self._line = installation, clock, line
        self.gateway = RecordingGateway()
        self.worker = Worker(installation, gateway=self.gateway)
        self._next_plan = clock.now()

    def meet(self, name: str) -> Person:
        """Somebody of the imagined cast, with a new phone."""
        character = next(character for character in CAST if character.name == name)
        return Person(phone=Phone(self._line, name), mind=Mind(character=character, rng=random.Random(name)))

    def pass_time(self, until: datetime) -> None:
        """Plan every six hours and push at every due moment, up to ``until``."""
        while (at := min([self._next_plan, *self._next_push()])) <= until:
            self.clock.set(max(at, self.clock.now()))
            if at == self._next_plan:
                self.worker.plan()
                self._next_plan = at + PLAN_EVERY
            else:
                self.worker.deliver()
        self.clock.set(until)

    def answer(self, person: Person, beep: Json, *, after_min: int, upload_at: datetime | None = None) -> Reply:
        """She answers so many minutes after the beep; the phone sends it at once, or at ``upload_at``."""
        finished = datetime.fromisoformat(beep["due_at"]) + timedelta(minutes=after_min)
        self.pass_time(finished)
        entry = person.fill_in(beep, finished)
        if upload_at is not None:
            self.pass_time(upload_at)
        reply = person.phone.answer(beep["id"], entry)
        if reply.ok:
            person.given[beep["id"]] = entry["answers"]
            person.dates[beep["id"]] = date.fromisoformat(beep["local_date"])
            person.received[beep["id"]] = self.clock.now()
        return reply

    def pushes_to(self, person: Person) -> list[Sent]:
        return [sent for sent in self.gateway.sent if sent.message.endpoint == person.phone.endpoint]

    def _next_push(self) -> list[datetime]:
        with self.installation.database.reading() as session:
            found = session.scalar(select(func.min(Beep.next_push_at)))
        return [found] if found else []


def read_note(sent: Sent) -> Json:
    """The notification inside a push."""
    note: Json = json.loads(sent.message.payload)["notification"]
    return note


def beep_of(sent: Sent) -> uuid.UUID:
    return uuid.UUID(read_note(sent)["data"]["beep"])


@contextmanager
def living(settings: Settings, clock: SetClock) -> Iterator[Life]:
    """An installation at work for the length of the block."""
    installation = open_installation(settings, clock=clock)
    try:
        with serving(create_app(installation.context)) as port, Line(port) as line:
            life = Life(installation, clock, line)
            with closing(life.worker):
                yield life
    finally:
        installation.database.dispose()
