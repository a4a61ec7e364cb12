"""Lets imagined people live through days under a simulated clock: the same planner, dispatcher and diary as for real.

Used for the demo's two weeks of diary. Nothing here writes a beep, a response or an attempt by itself.
"""

import hashlib
import heapq
import itertools
import random
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prompts.presentation import present
from server.clock import SetClock
from server.content import instruments
from server.db import Database
from server.delivery.service import Subscription, save_device
from server.diary.entry import Entry
from server.diary.outcomes import Verdict, record_outcome
from server.diary.service import record_response
from server.imagined import Mind
from server.people.models import Participant
from server.planning.models import Assignment, Beep
from server.worker import Worker

IMAGINED = "/wpush/v2/imagined-"  # in the address of a phone that nobody has
GONE_QUIET = timedelta(minutes=50)


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """An imagined person who has joined."""

    participant_id: uuid.UUID
    mind: Mind


class Rehearsal:
    """Moves a simulated clock from moment to moment: pushes, reminders and answers, each at its own time."""

    def __init__(self, database: Database, clock: SetClock, worker: Worker, actors: list[Actor]) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        self._minds = {actor.participant_id: actor.mind for actor in actors}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def live(self, *, until: datetime, leave_open: bool = False) -> Iterator[datetime]:
        """Live from where the clock stands to ``until``; yields the time after each thing that happens.

        With ``leave_open`` nobody answers what is still open then: it is left to whoever looks on.

        Every six hours the days ahead are planned, as by a worker that runs all the time. In between the next push
        and the next answer are taken in the order of their moments.
        """
        while self._clock.now() < until:
            self._worker.plan()
            horizon = min(self._clock.now() + timedelta(hours=6), until)
            for beep in self._due_between(self._clock.now(), horizon):
                if not (leave_open and beep.expires_at > until):
                    self._at(beep.due_at, partial(self._notice, beep))
            while self._agenda and self._agenda[0][0] <= horizon:
                at, _, act = heapq.heappop(self._agenda)
                self._push_until(at)
                act()
                yield at
            self._push_until(horizon)
        yield self._clock.now()

    def _at(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), act))

    def _push_until(self, at: datetime) -> None:
        """Let the dispatcher run at every moment up to ``at`` at which something falls due."""
        while True:
            with self._database.reading() as session:
                due = session.scalar(select(func.min(Beep.next_push_at)).where(Beep.next_push_at <= at))
            if due is None:
                break
            self._clock.set(max(due, self._clock.now()))
            self._worker.dispatcher.run()
        self._clock.set(max(at, self._clock.now()))

    def _due_between(self, after: datetime, until: datetime) -> list[Beep]:
        with self._database.reading() as session:
            due = select(Beep).where(Beep.due_at > after, Beep.due_at <= until).order_by(Beep.due_at, Beep.id)
            return list(session.scalars(due))

    def _notice(self, beep: Beep) -> None:
        """Decide whether and when to answer: soon after the beep or after its reminder."""
        mind = self._minds.get(beep.participant_id)
        if mind is None:
            return
        mind.step(beep.local_date)
        with self._database.reading() as session:
            participant = session.get_one(Participant, beep.participant_id)
        if beep.kind == "challenge":
            at = beep.due_at + (beep.expires_at - beep.due_at) * mind.rng.random()
            self._at(at, lambda: self._meet_challenge(mind, participant, beep))
        elif mind.will_answer(participant.study_day(beep.local_date), beep.slot):
            delay = timedelta(seconds=min(mind.rng.lognormvariate(5.0, 1.1), GONE_QUIET.total_seconds()))
            instrument = instruments()[beep.instrument or ""]
            told = mind.answer(instrument, present(instrument, beep.order_seed), beep.local_date)
            started = beep.due_at + delay
            finished = min(started + timedelta(milliseconds=sum(told["item_ms"].values())), beep.expires_at)
            entry = Entry(
                instrument=instrument.key,
                started_at=started,
                finished_at=finished,
                answers=told["answers"],
                skipped=tuple(told["skipped"]),
                shown=tuple(told["shown"]),
                item_ms=told["item_ms"],
                zone=participant.zone,
                utc_offset_min=beep.utc_offset_min,
                app="imagined",
            )
            self._at(finished, lambda: self._answer(participant, beep, entry))

    def _answer(self, participant: Participant, beep: Beep, entry: Entry) -> None:
        with self._database.transaction() as session:
            record_response(session, participant, beep.id, entry, now=self._clock.now())

    def _meet_challenge(self, mind: Mind, participant: Participant, beep: Beep) -> None:
        """Some do it, some skip it, some leave it."""
        chance = mind.rng.random()
        if chance > (mind.character.challenges + 1) / 2:
            return
        with self._database.transaction() as session:
            card = session.get_one(Assignment, (participant.id, beep.local_date))
            done = chance < mind.character.challenges
            verdict = Verdict(
                outcome="done" if done else "skipped",
                slug=card.slug,
                fun=_felt(mind.rng, mind.mood + 8) if done else None,
                helped=_felt(mind.rng, mind.mood - 5) if done else None,
                at=self._clock.now(),
            )
            record_outcome(session, participant, beep.id, verdict, now=self._clock.now())


def imagined_phone(session: Session, participant: Participant, *, vapid_key_id: str, now: datetime) -> None:
    """A subscription that only a recording gateway ever sees; retire it before real pushes begin."""
    secret = hashlib.sha256(participant.id.bytes).digest()
    subscription = Subscription(
        endpoint=f"https://updates.push.services.mozilla.com{IMAGINED}{participant.id.hex}",
        p256dh=urlsafe_b64encode(b"\x04" + secret + secret).rstrip(b"=").decode(),
        auth=urlsafe_b64encode(secret[:16]).rstrip(b"=").decode(),
        platform="android",
        standalone=True,
    )
    save_device(session, participant, subscription, vapid_key_id=vapid_key_id, now=now)


def _felt(rng: random.Random, centre: float) -> int:
    return round(min(max(rng.gauss(centre, 12), 0), 100))


def seed_of(*parts: Any) -> int:
    """A number from the parts, the same on every machine."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8])
