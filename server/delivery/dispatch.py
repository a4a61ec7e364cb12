"""One dispatcher: claim, commit, send, settle, until nothing is due.

May run in any number of processes. Knows the database and the gateway; everything it decides is decided elsewhere.
"""

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError

from server.clock import Clock
from server.db import Database
from server.delivery.claims import Claim, claim_due
from server.delivery.device_test_round import claim_tests, message_of, settle_tests
from server.delivery.gateway import BlockingGateway, PushMessage, Urgency
from server.delivery.lookout import Lookout
from server.delivery.message_round import claim_messages, pushes_of, settle_messages
from server.delivery.payload import BeepFacts, PushKind, render, topic_of
from server.delivery.settling import Result, Tally, settle, still_planned

log = structlog.get_logger()

NOT_NOW = (OperationalError, InterfaceError, InternalError)
"""What a database says that is gone, full or read-only: the same words may be taken later."""


class Dispatcher:
    """Sends what is due. ``public_url`` is where a tap on the notification leads; ``lease`` how long a claim lasts."""

    def __init__(
        self,
        *,
        database: Database,
        gateway: BlockingGateway,
        clock: Clock,
        public_url: str,
        lease: timedelta,
        batch: int,
        rng: random.Random,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._public_url = public_url
        self._lease = lease
        self._batch = batch
        self._rng = rng
        self._lookout = Lookout(batch=batch)
        self._sent: list[Result] = []  # and not written down yet

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> Tally:
        """Rounds until nothing is due or ``should_stop`` says so; a round under way is always finished.

        While the database cannot take down what was sent, nothing more is: a disk that is full for an hour costs as
        many repeats as one batch has beeps, at most, and none if the same process is there when it is mended.
        """
        total = self._write_down()
        self.test_round()
        self.message_round()
        while not should_stop():
            tally = self.round()
            total.add(tally)
            if tally.claimed < self._batch:
                break
        if total.claimed:
            log.info("pushed what was due", action="push.round", claimed=total.claimed, **total.by_kind)
        return total

    def round(self) -> Tally:
        """One batch."""
        claims = self._claim()
        if not claims:
            return Tally()
        now = self._not_before(claims[0].claimed_at)
        messages = self._messages(claims, now)
        outcomes = self._gateway.send_all(messages, now=now) if messages else []
        results: list[Result] = [(claim, {}) for claim in claims]
        for outcome in outcomes:
            index, phone_id = outcome.ref.split("/")
            results[int(index)][1][uuid.UUID(phone_id)] = outcome
        self._sent = results
        return self._write_down()

    def _write_down(self) -> Tally:
        """Settle what was sent; what the database cannot take now is kept for the next time."""
        if not self._sent:
            return Tally()
        try:
            tally = self._settle(self._sent)
        except NOT_NOW:
            raise
        except Exception:
            self._sent = []  # or one odd row would end all sending; after its lease the batch is tried again
            raise
        self._sent = []
        return tally

    def _settle(self, results: list[Result]) -> Tally:
        try:
            with self._database.transaction() as session:
                return settle(session, results, now=self._clock.now(), rng=self._rng)
        except IntegrityError:  # somebody was erased while her push was under way; the others' outcomes stand
            with self._database.transaction() as session:
                there = still_planned(session, results)
                return settle(session, there, now=self._clock.now(), rng=self._rng)

    def _claim(self) -> list[Claim]:
        now = self._clock.now()
        since = self._lookout.since(now)
        with self._database.transaction() as session:
            claims = claim_due(session, now=now, lease=self._lease, limit=self._batch, since=since)
        self._lookout.took(claims, now=now)
        return claims

    def test_round(self) -> int:
        """The test pushes that phones have asked for; how many were claimed."""
        claimed_at = self._clock.now()
        with self._database.transaction() as session:
            claims = claim_tests(session, now=claimed_at, lease=self._lease, limit=self._batch)
        if claims:
            messages = [message_of(claim, public_url=self._public_url) for claim in claims]
            outcomes = self._gateway.send_all(messages, now=self._not_before(claimed_at))
            with self._database.transaction() as session:
                settle_tests(session, claims, outcomes, now=self._clock.now(), jitter=self._rng.random())
        return len(claims)

    def message_round(self) -> int:
        """The reviewed texts that staff sent to somebody; how many were claimed."""
        claimed_at = self._clock.now()
        with self._database.transaction() as session:
            claims = claim_messages(session, now=claimed_at, lease=self._lease, limit=self._batch)
        if claims:
            pushes = [push for claim in claims for push in pushes_of(claim, public_url=self._public_url)]
            outcomes = self._gateway.send_all(pushes, now=self._not_before(claimed_at)) if pushes else []
            with self._database.transaction() as session:
                settle_messages(session, claims, outcomes, now=self._clock.now(), jitter=self._rng.random())
        return len(claims)

    def _not_before(self, claimed_at: datetime) -> datetime:
        """The time for what is sent now. A clock that was put back since the claim would let a push live too long."""
        return max(claimed_at, self._clock.now())

    def _messages(self, claims: Sequence[Claim], now: datetime) -> list[PushMessage]:
        """One message a phone, named "<index of its claim>/<phone>"; none for what is past its window."""
        return [
            PushMessage(
                ref=f"{index}/{phone.id}",
                endpoint=phone.endpoint,
                p256dh=phone.p256dh,
                auth=phone.auth,
                vapid_key_id=phone.vapid_key_id,
                payload=payload,
                topic=topic_of(claim.beep_id),
                urgency=Urgency.HIGH,
                expires_at=claim.expires_at,
            )
            for index, claim in enumerate(claims)
            if claim.expires_at > now and claim.phones
            for payload in (self._payload(claim),)
            for phone in claim.phones
        ]

    def _payload(self, claim: Claim) -> bytes:
        kind = PushKind.REMINDER if claim.stage else PushKind(claim.kind)
        facts = BeepFacts(
            id=claim.beep_id, kind=kind, due_at=claim.due_at, expires_at=claim.expires_at, language=claim.language
        )
        return render(facts, public_url=self._public_url, seed=claim.order_seed)
