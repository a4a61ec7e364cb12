"""Two installations to photograph: a study in its second week, with everything that may come up; and one that is over.

Both stand still at one moment. `Room.fill` turns a rule of the desk into an address of that room.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.library import load_starter
from server.audit.service import Actor, record
from server.clock import SetClock
from server.consent.inviting import LETTER_LASTS, invite_by_letter
from server.consent.opening import issue_codes
from server.consent.service import enrol
from server.db import Database
from server.delivery.models import Device
from server.duties import install_duties
from server.export import asking
from server.export.keys import load_wrapping_key
from server.export.request import Request, Responsible
from server.export.running import Workshop, claim, work
from server.game.models import Membership, TeamReport
from server.people.models import Participant
from server.safety import alerts, monitoring
from server.safety.models import SafetyAlert
from server.safety.staffing import Staffing
from server.schema import create_all
from server.staff.invitations import invite
from server.staff.models import Invitation, Passkey, Staff
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.browser.lived import Lived, World
from tests.consent_factories import choice
from tests.export_studies import AFTERWARDS, make_finished_study
from tests.server.desk.desk import make_staff

_PROTOCOL = {
    "nl": "Bel binnen de afgesproken tijd. Vraag hoe het gaat en of er nu iemand in de buurt is.\n"
    "Bij gevaar: bel 112 en blijf aan de lijn. Schrijf daarna op wat er is afgesproken.",
    "en": "Call within the time that was agreed. Ask how things are and whether somebody is near.\n"
    "In danger: call 112 and stay on the line. Note afterwards what was agreed.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """``tokens``: who -> the token of her session; ``facts``: what stands for a part of an address."""

    url: str
    tokens: dict[str, str]
    facts: dict[str, str]

    def fill(self, rule: str, query: str) -> str:
        """The address of a rule of Flask's, such as ``/desk/studies/<study_name>/board``."""
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda match: self.facts[match[1]], rule)
        return f"{self.url}{path}{query.format_map(self.facts)}"


@contextmanager
def room_of_a_running_study(world: World, folder: Path, language: str) -> Iterator[Room]:
    """Everything that a coordinator may meet: alerts, reports, letters to make, codes, invitations."""
    kiem = Lived(world, folder, language=language, host="localhost")
    try:
        now, secret = kiem.clock.now(), kiem.secret
        with kiem.database.engine.begin() as connection:
            install_duties(connection)
        with kiem.database.transaction() as session:
            study = session.scalars(select(Study)).one()
            session.execute(update(Device).values(retired_at=None, retired_why=None))
            cleo, _ = make_staff(session, "Cleo", roles={study: "owner"}, administrator=True, language=language)
            rena, _ = make_staff(session, "Rena", roles={study: "researcher"}, language=language)
            make_staff(session, "Nina", roles={study: "coordinator"}, language=language)
            mira, _ = make_staff(session, "Mira", language=language)
            _give_passkey(session, cleo, now)
            codes = issue_codes(session, study, count=3, max_uses=1, expires_at=now + timedelta(days=20), now=now)
            _watch(session, study, now)
            _report(session, now)
            young = _join_waiting(session, kiem.join_code, study, language, now)
            invite(session, _actor(cleo), "olga@kiem.example", study=study, role="owner", secret=secret, now=now)
            newcomer = invite(
                session, _actor(cleo), "nieuw@kiem.example", study=study, role="coordinator",
                language=language, secret=secret, now=now,
            )  # fmt: skip
            again = invite(session, _actor(cleo), "late@kiem.example", administrator=True, secret=secret, now=now)
            _let_invitation_wait(session, "late@kiem.example", mira)
            record(session, _actor(cleo), "code.issued", secret=secret, now=now, study=study.name, count=3)
            person = session.scalars(select(Participant).order_by(Participant.joined_at)).first()
            assert person is not None
            facts = {
                "study_name": study.name,
                "code": person.code,
                "join_code": codes[0].code,
                "young": young,
                "staff_id": str(rena.id),
                "slug": next(iter(load_starter().values())).slug,
                "token": newcomer.token or "",
                "accept": again.token or "",
                "sheet": "poster",
                "_rest": "nothing",
                "language": language,
            }
            tokens = {
                one.name.lower(): open_session(session, one, browser="Firefox, Linux", now=now)
                for one in (cleo, rena, mira)
            }
            open_session(session, cleo, browser="Safari, iPhone", now=now - timedelta(minutes=12))
        yield Room(url=kiem.url, tokens=tokens, facts=facts)
    finally:
        kiem.close()


def make_finished_world(folder: Path) -> World:
    """Thirty-six people who each had a week, in three waves."""
    folder.mkdir(parents=True)
    database = Database(f"sqlite:///{folder / 'kiem.sqlite3'}")
    create_all(database.engine)
    make_finished_study(database, name="garden", people=36, days=7, starts=3, first_monday=date(2026, 3, 2))
    database.dispose()
    return World(folder=folder, now=AFTERWARDS)


@contextmanager
def room_of_a_finished_study(world: World, folder: Path, language: str) -> Iterator[Room]:
    """Exports in each state: made, asked for, before a second person."""
    kiem = Lived(world, folder, language=None, host="localhost")
    try:
        now, secret, wrapping = kiem.clock.now(), kiem.secret, load_wrapping_key(folder)
        with kiem.database.engine.begin() as connection:
            install_duties(connection)
        with kiem.database.transaction() as session:
            study = session.scalars(select(Study)).one()
            cleo, _ = make_staff(session, "Cleo", roles={study: "owner"}, language=language)
            rena, _ = make_staff(session, "Rena", roles={study: "researcher"}, language=language)
            jobs = {}
            for profile in ("research", "open"):
                request = Request(profile=profile, language=language)
                why = Responsible(reason="Stemming en slaap, artikel 2", requested_by=rena.mail, recipient=None)
                jobs[profile] = asking.ask(
                    session, study, request, why, staff_id=rena.id, secret=secret, wrapping=wrapping, now=now
                )
            tokens = {
                one.name.lower(): open_session(session, one, browser="Firefox, Linux", now=now) for one in (cleo, rena)
            }
            facts = {"study_name": study.name, "done": str(jobs["research"].id), "job_id": str(jobs["open"].id)}
        _make_bundle(kiem, folder, secret)
        yield Room(url=kiem.url, tokens=tokens, facts=facts)
    finally:
        kiem.close()


def _actor(staff: Staff) -> Actor:
    """Who she is to the audit log."""
    return Actor(staff_id=staff.id, who=staff.mail)


def _make_bundle(kiem: Lived, folder: Path, secret: bytes) -> None:
    clock = SetClock(kiem.clock.now())
    shop = Workshop(database=kiem.database, data_dir=folder, secret=secret, clock=clock)
    with kiem.database.transaction() as session:
        job = claim(session, now=clock.now())
        assert job is not None
        assert job.runner is not None
        found, runner = job.id, job.runner
    work(shop, found, runner)


def _give_passkey(session: Session, staff: Staff, now: datetime) -> None:
    session.add(
        Passkey(
            credential=b"of the pictures", staff_id=staff.id, name="Laptop", public_key=b"", sign_count=0,
            created_at=now - timedelta(days=9), used_at=now - timedelta(days=1),
        )
    )  # fmt: skip


def _watch(session: Session, study: Study, now: datetime) -> None:
    """Staffed monitoring, two open alerts (one of them late), one taken up and one closed."""
    monitoring.set_up(
        session,
        study,
        Staffing(
            weekdays=(1, 2, 3, 4, 5), begins="09:00", ends="17:00", within_h=12,
            people=("Cleo, 06 1234 5678", "Nina, 06 8765 4321"), protocol=_PROTOCOL, since=now - timedelta(days=12),
        ),
    )  # fmt: skip
    people = session.scalars(select(Participant).order_by(Participant.joined_at)).all()
    raised = (("wish", people[0], 3), ("days", people[1], 20), ("wish", people[2], 30), ("days", people[2], 80))
    made = [
        SafetyAlert(
            study_id=study.id, participant_id=person.id, kind=kind, raised_at=now - timedelta(hours=hours),
            respond_by=now - timedelta(hours=hours - 12),
        )
        for kind, person, hours in raised
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    alerts.take_up(session, study.id, made[2].id, by="nina@kiem.example", now=now - timedelta(hours=28))
    alerts.close(session, study.id, made[3].id, "spoken", by="nina@kiem.example", now=now - timedelta(hours=75))


def _report(session: Session, now: datetime) -> None:
    """Team-mates find something not right with one of them."""
    members = session.scalars(select(Membership).order_by(Membership.joined_at, Membership.id)).all()
    session.add_all(
        TeamReport(reporter_id=member.id, reported_id=members[1].id, at=now - timedelta(hours=number))
        for number, member in enumerate(members)
        if member is not members[1]
    )


def _join_waiting(session: Session, code: str, study: Study, language: str, now: datetime) -> str:
    """Somebody of fourteen whose mother's letter ran out without an answer; her code."""
    born = now.year - 14
    joined = enrol(
        session, code, language=language, zone=study.zone, birth_year=born,
        consent=choice(session, study, language), now=now,
    )  # fmt: skip
    invite_by_letter(session, joined.participant, 1, language, now=now - LETTER_LASTS - timedelta(days=1))
    return joined.participant.code


def _let_invitation_wait(session: Session, mail: str, staff: Staff) -> None:
    """Somebody who has an account was invited before she had it."""
    session.execute(update(Invitation).where(Invitation.mail == mail).values(mail=staff.mail))
