"""The real service for a real browser: web server, database, worker and sender in this process, push on loopback.

Its clock is the machine's, moved on where a test says so, because browser and push service live by the real one.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from werkzeug.wrappers import Response as Page

from server.app import create_app
from server.config import Settings
from server.delivery.addresses import EndpointPolicy
from server.delivery.models import Attempt, Device, Receipt
from server.delivery.webpush import WebPushGateway
from server.diary.models import Response
from server.installation import Installation, open_installation
from server.people.models import Participant
from server.planning.models import Beep
from server.pwa.views import DIST
from server.schema import create_all
from server.worker import Worker
from tests.browser.door import Door
from tests.browser.sender import LocalService
from tests.factories import make_beep, make_join_code, make_study


class MovedClock:
    """The machine's clock and what a test has added to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Kiem:
    """A running service at ``url``, with one study that ``join_code`` opens; ``changes`` are of what it is set to."""

    _app: WSGIApplication

    def __init__(self, folder: Path, service: LocalService, **changes: Any) -> None:
        if not (DIST / "index.html").is_file():
            pytest.skip("The app is not built: run `npm ci && npm run build` in server/pwa.")
        self._folder = folder
        self._changes = changes
        self._service = service
        self.clock = MovedClock()
        # The application must know its own address before it is made, so the server comes first.
        self._door = Door(lambda environ, start: self._app(environ, start))
        self._open("first")
        create_all(self._installation.database.engine)
        with self._installation.database.transaction() as session:
            self.join_code = make_join_code(session, study=make_study(session, name="garden")).code
        self._door.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.port}"

    @property
    def installation(self) -> Installation:
        """For whoever prepares or looks at more than the methods below do."""
        return self._installation

    @property
    def worker(self) -> Worker:
        return self._worker

    def serve_also(self, path: str, page: Page) -> None:
        """Serve one more page at ``path``, from the same origin, past the application."""
        app = self._app

        def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            return page(environ, start) if environ["PATH_INFO"] == path else app(environ, start)

        self._app = answer

    def change_key(self) -> None:
        """Open the service anew with another push key, as after a rotation."""
        self._close()
        self._open(uuid.uuid4().hex)

    def close(self) -> None:
        self._door.close()
        self._close()

    def newest_participant(self) -> uuid.UUID:
        """Who joined last; her study begins today instead of tomorrow, so that she can be asked at once."""
        with self._installation.database.transaction() as session:
            person = session.scalars(select(Participant).order_by(Participant.joined_at.desc())).first()
            assert person is not None
            today = self.clock.now().astimezone(ZoneInfo(person.zone)).date()
            session.execute(update(Participant).where(Participant.id == person.id).values(starts_on=today))
            return person.id

    def note_statuses(self, path: str) -> list[str]:
        """A list that grows by the status of each answer at ``path``, from now on."""
        app, seen = self._app, list[str]()

        def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            def noting(status: str, *more: Any) -> Any:
                seen.append(status[:3])
                return start(status, *more)

            return app(environ, noting if environ["PATH_INFO"] == path else start)

        self._app = answer
        return seen

    def ask(
        self,
        participant: uuid.UUID,
        *,
        slot: int = 2,
        after: timedelta = timedelta(),
        lasts: timedelta = timedelta(hours=1),
    ) -> uuid.UUID:
        """Put a beep into the plan that is due now, or ``after`` a while; its id."""
        now = self.clock.now() + after
        with self._installation.database.transaction() as session:
            person = session.get_one(Participant, participant)
            beep = make_beep(
                session,
                participant=person,
                local_date=now.astimezone(ZoneInfo(person.zone)).date(),
                slot=slot,
                due_at=now,
                expires_at=now + lasts,
                next_push_at=now,
            )
            return beep.id

    def deliver(self, *, after: timedelta = timedelta()) -> None:
        """Let ``after`` pass, then one round of the worker."""
        self.clock.ahead += after
        self._worker.deliver()

    def attempts(self, beep: uuid.UUID) -> list[tuple[int, str, int | None]]:
        """Stage, outcome and status of every attempt on a beep, in their order."""
        with self._installation.database.reading() as session:
            rows = session.execute(
                select(Attempt.stage, Attempt.outcome, Attempt.http_status)
                .join(Beep, (Beep.participant_id == Attempt.participant_id) & (Beep.local_date == Attempt.local_date))
                .where(Beep.slot == Attempt.slot, Beep.id == beep)
                .order_by(Attempt.at)
            )
            return [(row.stage, row.outcome, row.http_status) for row in rows]

    def receipts(self, beep: uuid.UUID) -> set[str]:
        """What the phone said of a beep."""
        with self._installation.database.reading() as session:
            rows = session.scalars(
                select(Receipt.kind)
                .join(Beep, (Beep.participant_id == Receipt.participant_id) & (Beep.local_date == Receipt.local_date))
                .where(Beep.slot == Receipt.slot, Beep.id == beep)
            )
            return set(rows)

    def answered(self, beep: uuid.UUID) -> int:
        """How many responses a beep has."""
        with self._installation.database.reading() as session:
            rows = session.scalars(
                select(Response.slot)
                .join(Beep, (Beep.participant_id == Response.participant_id) & (Beep.local_date == Response.local_date))
                .where(Beep.slot == Response.slot, Beep.id == beep)
            )
            return len(rows.all())

    def devices(self, participant: uuid.UUID) -> list[tuple[str, str | None]]:
        """Endpoint and reason of retirement (None: in use) of every device of a participant, oldest first."""
        with self._installation.database.reading() as session:
            rows = session.execute(
                select(Device.endpoint, Device.retired_why)
                .where(Device.participant_id == participant)
                .order_by(Device.created_at)
            )
            return [(row.endpoint, row.retired_why) for row in rows]

    def reachable(self, participant: uuid.UUID) -> list[str]:
        """The endpoints in use."""
        return [endpoint for endpoint, retired in self.devices(participant) if retired is None]

    def _open(self, key: str) -> None:
        self._installation = self._install(key)
        self._worker = Worker(
            self._installation,
            gateway=WebPushGateway(
                keyring=self._installation.keyring,
                policy=EndpointPolicy(allow_loopback=self._service.loopback),
                tls=self._service.tls,
            ),
        )
        self._app = create_app(self._installation.context)

    def _close(self) -> None:
        self._worker.close()
        self._installation.database.dispose()

    def _install(self, key: str) -> Installation:
        settings = Settings(
            data_dir=self._folder,
            database_url=f"sqlite:///{self._folder / 'kiem.sqlite3'}",
            public_url=self.url,
            vapid_key_file=self._folder / f"{key}.pem",
            vapid_subject="mailto:cleo@example.org",
        )
        return open_installation(replace(settings, **self._changes), clock=self.clock)
