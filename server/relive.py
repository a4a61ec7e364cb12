"""Recorded diaries lived through again: people join, time passes, the worker works, they answer as they once did.

The service plans by each person's home zone. A row at another moment (her phone had changed its zone, or two rows share
a moment) is a self-started entry when it was answered, else it is refused with its reason.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from prompts.protocols import Protocol
from prompts.wallclock import instant, minutes
from server.clock import SetClock
from server.consent.opening import issue_join_code
from server.consent.publishing import publish_default
from server.exchange.fitting import Fitted, Planned, Unplanned
from server.exchange.mapping import Mapping
from server.exchange.recorded import Refusal, Row
from server.exchange.service import Totals
from server.installation import Installation
from server.phone import Line, Phone, Reply, make_entry
from server.planning.models import Beep
from server.studies.service import create_study
from server.worker import PLAN_EVERY_S, Worker

APP = "replay"
HOUR = timedelta(hours=1)
PLAN_EVERY = 6 * HOUR
# Consent was given where the data were collected; here the recorded people say yes to the text of a study that exists
# only while it is lived through. Their ages are not in such files: all decide alone.
RESPONSIBLE, ASKED = "Kiem replay", {"name": "Kiem", "mail": "replay@kiem.invalid"}
GROWN = 20  # years


class CannotJoin(Exception):
    """A recorded person was not let in; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something that a recorded person did, or the end of a window in which she did nothing. None: she joins."""

    at: datetime
    person: Fitted
    what: Planned | Unplanned | None

    @property
    def rank(self) -> tuple[datetime, int]:
        """Order in time; at one moment joining comes first and the end of a window last."""
        what = self.what
        return self.at, 0 if what is None else 1 if isinstance(what, Unplanned) or what.answered else 2


class Replay:
    """One study being lived through. ``outcomes`` says of each line of the file what became of it."""

    def __init__(
        self,
        installation: Installation,
        clock: SetClock,
        worker: Worker,
        line: Line,
        *,
        mapping: Mapping,
        totals: Totals,
    ) -> None:
        self._installation = installation
        self._clock = clock
        self._worker = worker
        self._line = line
        self._mapping = mapping
        self._totals = totals
        self._code = ""
        self._next_plan = clock.now()
        self._next_push: datetime | None = None
        self.phones: dict[str, Phone] = {}
        self.outcomes: dict[int, str] = {}

    def live(self, happenings: Sequence[Happening]) -> Iterator[Happening]:
        """Let them come about one after the other, and then the days until the last study day is over."""
        self._open_study()
        for happening in happenings:
            self._pass_time(happening.at)
            self._come_about(happening)
            yield happening
        joined = [happening.at for happening in happenings if happening.what is None]
        if joined:
            self._pass_time(max(max(joined) + timedelta(days=self._mapping.protocol.days), self._clock.now()))

    def refuse_unfitted(self, fitted: Sequence[Fitted]) -> None:
        """Tell of the rows that no protocol time and no answer speaks for; nothing can be done with them."""
        for refusal in (refusal for person in fitted for refusal in person.refused):
            self.outcomes[refusal.line] = f"refused: {refusal.code}"
            self._totals.refuse(refusal)

    def _open_study(self) -> None:
        mapping, now = self._mapping, self._clock.now()
        with self._installation.database.transaction() as session:
            study = create_study(
                session,
                name=mapping.name,
                title=mapping.title,
                protocol=mapping.protocol.key,
                zone=mapping.zone,
                now=now,
            )
            publish_default(session, study, institution=RESPONSIBLE, contact=ASKED, now=now)
            self._code = issue_join_code(session, study, now=now).code

    def _pass_time(self, until: datetime) -> None:
        """What the worker does up to ``until``: plan often enough for its horizon, push at every due moment."""
        while (at := min(self._next_plan, self._next_push or self._next_plan)) <= until:
            self._clock.set(max(at, self._clock.now()))
            if at == self._next_plan:
                self._worker.plan()
                self._next_plan = self._clock.now() + PLAN_EVERY
            else:
                self._worker.deliver()
            with self._installation.database.reading() as session:
                self._next_push = session.scalar(select(func.min(Beep.next_push_at)))
        self._clock.set(until)

    def _come_about(self, happening: Happening) -> None:
        person, what = happening.person, happening.what
        if what is None:
            self._join(person)
        elif isinstance(what, Unplanned):
            self._keep_entry(person, what.row, what.started_at, what.why)
        elif what.answered:
            self._answer(person, what)
        else:
            self._close(person, what)

    def _join(self, person: Fitted) -> None:
        phone = self.phones[person.participant] = Phone(self._line, person.participant)
        born = self._clock.now().year - GROWN
        for reply in (
            phone.join(self._code, language=self._mapping.language, zone=person.zone, birth_year=born),
            phone.subscribe(),
        ):
            if not reply.ok:
                raise CannotJoin(f"{person.participant} cannot join: {reply.code}: {reply.reason}")
        self._next_plan = min(self._next_plan, self._clock.now() + timedelta(seconds=PLAN_EVERY_S))

    def _answer(self, person: Fitted, planned: Planned) -> None:
        """At the recorded moment; a moment that was not planned for her, or is taken, becomes an entry of her own."""
        row, finished = planned.row, self._clock.now()
        beep = self._find_beep(person, planned)
        if beep is None or beep["answered"]:
            self._keep_entry(person, row, finished, "repeated" if beep else self._why_unplanned(person, planned))
            return
        due = datetime.fromisoformat(beep["due_at"])
        entry = make_entry(
            beep["instrument"],
            answers=row.answers,
            shown=beep["items"],
            # When the first item was opened is not in such files: the prompt's own time, where it can be true.
            started_at=row.issued if row.issued and due <= row.issued <= finished else due,
            finished_at=finished,
            zone=row.zone or person.zone,
            app=APP,
        )
        self._note(row, self.phones[person.participant].answer(beep["id"], entry), "answered")

    def _keep_entry(self, person: Fitted, row: Row, at: datetime, why: str) -> None:
        phone, key = self.phones[person.participant], self._mapping.instrument.key
        event = uuid.uuid5(uuid.NAMESPACE_OID, f"{person.participant} {row.line}")
        asked = phone.send("GET", f"/events/{event}/items?instrument={key}")
        if not asked.ok:
            self._note(row, asked, "")
            return
        entry = make_entry(
            key,
            answers=row.answers,
            shown=asked.body["items"],
            started_at=at,
            finished_at=at,
            zone=row.zone or person.zone,
            app=APP,
        )
        self._note(row, phone.keep_entry(event, entry), f"self-started: {why}")

    def _close(self, person: Fitted, planned: Planned) -> None:
        """The window is over. Of a late answer the entry that it becomes tells."""
        row, beep = planned.row, self._find_beep(person, planned)
        if row.answers:
            return
        if beep is None:
            why = self._why_unplanned(person, planned)
            self._refuse(row, why, f"nothing is planned at {planned.due_at:%Y-%m-%d %H:%M} UTC in {person.zone}")
        elif beep["answered"]:
            self._refuse(row, "repeated", "another row has this moment; this one has no answers")
        else:
            self._tell(row, "missed")

    def _find_beep(self, person: Fitted, planned: Planned) -> Any:
        """The beep of hers that was open at the recorded moment, as her phone sees it; None when there was none."""
        reply = self.phones[person.participant].see_today()
        return next(
            (
                beep
                for beep in reply.body["beeps"]
                if beep["kind"] == "questionnaire"
                and datetime.fromisoformat(beep["due_at"])
                <= planned.due_at
                < datetime.fromisoformat(beep["expires_at"])
            ),
            None,
        )

    def _why_unplanned(self, person: Fitted, planned: Planned) -> str:
        return "zone-changed" if planned.zone != person.zone else "off-plan"

    def _note(self, row: Row, reply: Reply, outcome: str) -> None:
        if not reply.ok:
            self._refuse(row, reply.code, reply.reason)
            return
        self._tell(row, outcome if len(row.answers) == len(self._mapping.items) else f"{outcome}, partly")

    def _tell(self, row: Row, outcome: str) -> None:
        self.outcomes[row.line] = outcome
        self._totals.rows[outcome] += 1

    def _refuse(self, row: Row, code: str, message: str) -> None:
        self.outcomes[row.line] = f"refused: {code}"
        self._totals.refuse(Refusal(line=row.line, participant=row.participant, code=code, message=message))


def list_happenings(fitted: Sequence[Fitted], protocol: Protocol) -> list[Happening]:
    """Everything that was recorded, in order of time. People without a row that says anything do not join.

    Joining is an hour before the protocol's first day begins, or a minute before the first answer where that is
    earlier, so that the first recorded date is the first study day.
    """
    found: list[Happening] = []
    for person in fitted:
        own = [_at_answer_or_end(person, planned) for planned in person.planned]
        own += [Happening(at=entry.started_at, person=person, what=entry) for entry in person.unplanned]
        if not own:
            continue
        zone = ZoneInfo(person.zone)
        dates = [planned.local_date for planned in person.planned]
        dates += [entry.started_at.astimezone(zone).date() for entry in person.unplanned]
        begins = instant(min(dates), minutes(protocol.day.start), zone) - HOUR
        first = min(happening.at for happening in own) - timedelta(minutes=1)
        found += [Happening(at=min(begins, first), person=person, what=None), *own]
    return sorted(found, key=lambda happening: happening.rank)


def _at_answer_or_end(person: Fitted, planned: Planned) -> Happening:
    at = (planned.row.finished or planned.due_at) if planned.answered else planned.expires_at
    return Happening(at=at, person=person, what=planned)
