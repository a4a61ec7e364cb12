"""The worker: APScheduler as a metronome over a few rounds; the database is the schedule.

Any number of workers may run on PostgreSQL, and each round may run in all of them at once: what a round does is made
once by unique keys (planning) and by leases (delivery). Missed ticks are worth nothing and are dropped: the next one
finds what is due.
"""

import logging
import random
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.library import load_starter
from server import models  # noqa: F401  erasing asks every table there is
from server.clock import Clock, SystemClock
from server.collector import settle_in
from server.consent.mail_round import send_mails
from server.consent.service import settle_birthdays
from server.coordination.service import sync_starter
from server.db import Database, insert_into
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import PushGateway
from server.delivery.new_texts import tell_new_texts
from server.delivery.settling import retire_silent
from server.ending import hear_the_end
from server.export.apart import make_apart
from server.export.rounds import make_waiting, queue_withdrawn, remove_files, tell_replaced
from server.export.running import Workshop, can_make, work
from server.game.placing import merge_small_teams
from server.installation import Installation
from server.mail.choosing import open_mailer
from server.mail.port import Mailer
from server.monitoring.counters import PUSHES, add_counts
from server.monitoring.models import Heartbeat
from server.monitoring.tally import settle
from server.partitions import drop_over, make_ahead
from server.people.throttle import forget_old_windows
from server.planning.rules_round import follow_rules
from server.planning.service import plan_ahead
from server.rights.erasing import half_made_with_erased
from server.rights.keeping import keeper_of
from server.rights.retention import LOGS_FOR, retain
from server.rights.scrubbing import scrub, scrub_lately_erased
from server.safety.watching import watch_studies
from server.staff.sessions import forget_old_sessions
from server.studies.models import Study

log = structlog.get_logger()

NOTHING: Mapping[tuple[str, str], int] = MappingProxyType({})
DELIVER_EVERY_S = 5
MAIL_EVERY_S = 15
TELL_EVERY_S = 60
WATCH_EVERY_S = 30
EXPORT_EVERY_S = 10
PLAN_EVERY_S = 60
SWEEP_EVERY_S = 3600
SETTLE_EVERY_S = 1800


class Worker:
    """The rounds of one worker. Each can be called by itself, which is how tests and replays drive time."""

    def __init__(
        self, installation: Installation, *, gateway: PushGateway | None = None, mailer: Mailer | None = None
    ) -> None:
        self._installation = installation
        self._mailer = mailer or open_mailer(installation.settings, installation.clock)
        self._dispatcher, self._gateway = installation.open_dispatcher(gateway)
        self._stopping = threading.Event()
        self._complained: set[uuid.UUID] = set()  # exports about which nobody can be told; said once a process

    @property
    def _database(self) -> Database:
        return self._installation.database

    @property
    def _clock(self) -> Clock:
        return self._installation.clock

    @property
    def dispatcher(self) -> Dispatcher:
        return self._dispatcher

    def sync(self) -> int:
        """Bring the challenges that come with this release into the catalogue; the number of new versions."""
        with self._database.transaction() as session:
            synced = sync_starter(session, load_starter(), self._clock.now())
        return synced.added

    def plan(self) -> int:
        """Plan whatever days lie inside the horizon and are not planned yet, and anew what a study's new rules change;
        the number of new beeps."""
        ahead = timedelta(hours=self._installation.settings.plan_ahead_h)
        planned = plan_ahead(self._database, now=self._clock.now(), ahead=ahead, should_stop=self._stopping.is_set)
        planned += follow_rules(self._database, now=self._clock.now(), should_stop=self._stopping.is_set)
        self._beat("plan", planned.beeps)
        return planned.beeps

    def partition(self) -> int:
        """Make the months ahead of the tables that grow by the day, drop those that are over; how many came or went."""
        now = self._clock.now()
        made = make_ahead(self._database, on=now.date())
        return made + len(drop_over(self._database, today=now.date(), logs_before=(now - LOGS_FOR).date()))

    def deliver(self) -> int:
        """Push what is due; the number of beeps handled."""
        tally = self._dispatcher.run(self._stopping.is_set)
        self._beat("deliver", tally.claimed, {(PUSHES, kind): count for kind, count in tally.by_kind.items()})
        return tally.claimed

    def mail(self) -> int:
        """Write to parents who are to be asked, reminded or told how to withdraw; the number of mails."""
        public_url = self._installation.settings.public_url
        sent = send_mails(self._database, self._mailer, self._clock, public_url=public_url)
        self._beat("mail", sent)
        return sent

    def tell(self) -> int:
        """Let phones say that a new consent text waits; the number of people."""
        told = tell_new_texts(self._database, now=self._clock.now())
        self._beat("tell", told)
        return told

    def watch(self) -> int:
        """Look for signs in studies whose staff look after them, and tell those staff; the number of new alerts."""
        public_url = self._installation.settings.public_url
        raised = watch_studies(self._database, self._mailer, self._clock, public_url=public_url)
        self._beat("watch", raised)
        return raised

    def sweep(self) -> int:
        """Retire silent phones, forget old tries and sessions, clear who has turned sixteen, merge small teams."""
        now = self._clock.now()
        with self._database.transaction() as session:
            retired = retire_silent(session, now=now)
            forget_old_windows(session, now=now)
            forget_old_sessions(session, now=now)
            settle_birthdays(session, now=now)
        with self._database.transaction() as session:
            merge_small_teams(session, now=now, rng=random.SystemRandom())
        self._beat("sweep", retired)
        return retired

    def settle(self) -> int:
        """Count the days of diaries that are over, for the boards, once a day; the number of studies counted."""
        now = self._clock.now()
        with self._database.reading() as session:
            studies = session.scalars(select(Study.id)).all()
        settled = 0
        for study_id in studies:
            with self._database.transaction() as session:
                settled += settle(session, session.get_one(Study, study_id), now=now)
        self._beat("settle", settled)
        return settled

    def export(self) -> int:
        """Make the exports that were asked for, and anew those from which somebody has withdrawn; how many."""
        installation = self._installation
        settings, now = installation.settings, self._clock.now()
        shop = Workshop(
            database=self._database, data_dir=settings.data_dir, secret=installation.context.secret, clock=self._clock
        )
        with self._database.transaction() as session:
            queue_withdrawn(session, shop, now=now)
            anew = half_made_with_erased(session, now)
            remove_files(session, settings.data_dir, now=now, begin_anew=anew)

        def make(job_id: uuid.UUID, runner: uuid.UUID) -> None:
            if isinstance(self._clock, SystemClock):
                make_apart(settings, shop, job_id, runner, wait=self._stopping.wait)
            else:
                work(shop, job_id, runner)

        made = make_waiting(shop, make, should_stop=self._stopping.is_set) if can_make() else 0
        tell_replaced(shop, self._mailer, public_url=settings.public_url, complained=self._complained)
        self._beat("export", made)
        return made

    def retain(self) -> int:
        """Delete what was kept long enough; the number of rows."""
        report = retain(self._database, keeper_of(self._installation.context), now=self._clock.now())
        rows = sum(line.rows for line in report.lines)
        if any(line.rule != "throttle" for line in report.lines):
            scrub(self._database)
            log.info("kept long enough and deleted", action="worker.retained", lines=report.as_json()["lines"])
        else:
            scrub_lately_erased(self._database, now=report.at)
        return rows

    def stop(self) -> None:
        """Finish the round in hand, begin no other."""
        self._stopping.set()

    def close(self) -> None:
        """Stop, and close the connections to push services."""
        self.stop()
        self._gateway.close()

    def _beat(self, name: str, handled: int, counts: Mapping[tuple[str, str], int] = NOTHING) -> None:
        with self._database.transaction() as session:
            write_heartbeat(session, name, handled, self._clock)
            add_counts(session, counts)


def write_heartbeat(session: Session, name: str, handled: int, clock: Clock) -> None:
    """Note that a round has just ended."""
    values = {"at": clock.now(), "handled": handled}
    statement = insert_into(session, Heartbeat).values(round=name, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[Heartbeat.round], set_=values))


class Metronome:
    """Runs a worker's rounds at their intervals in the background.

    ``pace`` is how many seconds of the worker's clock pass in one: more than 1 only where time is made to run faster.
    """

    def __init__(self, worker: Worker, *, pace: float = 1.0) -> None:
        self._worker = worker
        # It warns at every tick that finds its round still at work; an export takes longer than its ten seconds.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for round_, every in (
            (worker.plan, PLAN_EVERY_S),
            (worker.partition, SWEEP_EVERY_S),
            (worker.deliver, DELIVER_EVERY_S),
            (worker.mail, MAIL_EVERY_S),
            (worker.tell, TELL_EVERY_S),
            (worker.watch, WATCH_EVERY_S),
            (worker.export, EXPORT_EVERY_S),
            (worker.sweep, SWEEP_EVERY_S),
            (worker.retain, SWEEP_EVERY_S),
            (worker.settle, SETTLE_EVERY_S),
        ):
            seconds = every / pace
            self._scheduler.add_job(
                _guarded(round_), "interval", seconds=seconds, id=round_.__name__, jitter=seconds / 10
            )

    def start(self) -> None:
        """Plan once at once, so that a fresh installation has its challenges and its first day, then tick."""
        _guarded(self._worker.sync)()
        _guarded(self._worker.partition)()
        _guarded(self._worker.plan)()
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for the rounds in hand, then close the worker."""
        self._worker.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._worker.close()


def _guarded(round_: Callable[[], int]) -> Callable[[], None]:
    """A round that breaks is logged and comes again at its next tick; it never ends the worker."""

    def run() -> None:
        try:
            round_()
        except Exception as error:  # whatever it was, the next tick is the retry
            log.error("a round broke", action=f"worker.{round_.__name__}", error=type(error).__name__, exc_info=True)

    return run


def run_worker(installation: Installation, *, gateway: PushGateway | None = None, pace: float = 1.0) -> None:
    """Run until SIGTERM or SIGINT; the item in hand is finished first. ``gateway`` replaces the settings' own."""
    with hear_the_end() as wait_for_end:
        metronome = Metronome(Worker(installation, gateway=gateway), pace=pace)
        settle_in()
        metronome.start()
        log.info("the worker is at work", action="worker.started", push=installation.settings.push_gateway)
        heard = wait_for_end()
        log.info("asked to stop; finishing what is in hand", action="worker.stopping", signal=heard.name)
        metronome.stop()
    installation.database.dispose()
    log.info("the worker has stopped", action="worker.stopped")
