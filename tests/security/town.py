"""Two studies side by side, with the same in both: for asking, in one, after everything of the other.

Noor and Sam are in the garden, Zoë is in the harbour. Everybody has a row in every table about people
(`tests.server.rights.living`), each study has its own staff, invitation and join code.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.audit.service import Actor
from server.db import Base, Database
from server.export.models import ExportJob
from server.export.request import Request
from server.people.models import Participant
from server.planning.models import Beep
from server.safety.models import SafetyAlert
from server.staff.invitations import invite
from server.staff.models import Invitation, Passkey, Staff
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.cast import NOW, Cast, Member, make_cast
from tests.delivery_factories import make_device
from tests.factories import add, make_beep, make_join_code
from tests.server.desk.desk import SECRET, make_staff
from tests.server.rights.living import fill_every_table

# What being asked leaves behind, whoever asks: counts of tries and of answers, and that a session was seen.
REQUEST = Request(ranking=("birth_year",)).as_json()
TRACES = {"throttle": set[str](), "counter": set[str](), "staff_session": {"seen_at"}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One study with one of everything that has an address. ``arguments`` are those of the routes of the desk."""

    study: Study
    member: Member
    beep: Beep
    dare: Beep
    endpoint: str
    staff: Staff
    token: str  # the owner's session
    arguments: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """Both studies; ``sam`` shares Noor's."""

    cast: Cast
    garden: Place
    harbour: Place
    sam: Place


def build_town(session: Session) -> Town:
    """Put both studies into an empty database."""
    cast = make_cast(session)
    return Town(
        cast=cast,
        garden=build_place(session, cast.study, cast.noor, "Olga"),
        harbour=build_place(session, cast.other_study, cast.zoe, "Hans"),
        sam=build_place(session, cast.study, cast.sam, "Gust"),
    )


def read_everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, but for the traces of being asked."""
    found = {}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            left_out = TRACES.get(table.name)
            if left_out is not None and not left_out:
                continue
            columns = [column for column in table.c if column.name not in (left_out or ())]
            rows = session.execute(table.select().with_only_columns(*columns))
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def build_place(session: Session, study: Study, member: Member, owner: str, *, lived: bool = True) -> Place:
    """Fill one study with one of everything that has an address, and (``lived``) with a row in every table."""
    person: Participant = member.participant
    if lived:
        fill_every_table(session, person)
    beep = make_beep(session, participant=person, slot=1, next_push_at=NOW)
    dare = make_beep(session, participant=person, slot=0)
    device = make_device(session, participant=person, endpoint=f"https://updates.push.services.mozilla.com/{person.id}")
    staff, _ = make_staff(session, owner, roles={study: "owner"})
    helper, _ = make_staff(session, f"{owner}-helper", roles={study: "coordinator"})
    invite(session, Actor(), f"{owner}@new.example", study=study, role="researcher", secret=SECRET, now=NOW)
    session.flush()
    invitation = session.query(Invitation.id).filter_by(mail=f"{owner.lower()}@new.example").scalar()
    code = make_join_code(session, study=study)
    alert = SafetyAlert(
        id=uuid.uuid4(), study_id=study.id, participant_id=person.id, kind="wish", raised_at=NOW, respond_by=NOW
    )
    job = ExportJob(id=uuid.uuid4(), study_id=study.id, state="queued", request=REQUEST, reason="why", asked_by=owner)
    job.asked_at = NOW
    key = Passkey(
        credential=owner.encode(), staff_id=staff.id, name="key", public_key=b"k", sign_count=0, created_at=NOW
    )
    add(session, key)
    add(session, alert)
    add(session, job)
    return Place(
        study=study,
        member=member,
        beep=beep,
        dare=dare,
        endpoint=device.endpoint,
        staff=staff,
        token=open_session(session, staff, browser="", now=NOW),
        arguments={
            "study_name": study.name,
            "staff_id": str(helper.id),
            "invitation_id": str(invitation),
            "session_id": str(_session_of(session, staff)),
            "passkey_id": str(key.id),
            "job_id": str(job.id),
            "alert_id": str(alert.id),
            "join_code": code.code,
            "participant_code": person.code,
        },
    )


def _session_of(session: Session, staff: Staff) -> uuid.UUID:
    from server.staff.models import StaffSession

    open_session(session, staff, browser="", now=NOW)
    return uuid.UUID(str(session.query(StaffSession.id).filter_by(staff_id=staff.id).first()[0]))  # type: ignore[index]
