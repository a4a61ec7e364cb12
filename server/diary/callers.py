"""Who answers which beep: one look at the database on the busiest way in."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.crypto import hash_secret
from server.people.models import DeviceToken, Participant
from server.people.tokens import admit
from server.planning.models import Beep, read_beep_id

NOWHERE = (date.min, -1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A participant, with her study, and the beep she asks for, if there is one at that place."""

    participant: Participant
    beep: Beep | None


def find_caller(session: Session, token: str, beep_key: uuid.UUID, now: datetime) -> Caller:
    """Whose token this is, together with her beep, in one statement.

    The session keeps the beep for as long as the caller is kept, so that looking it up again asks the database nothing.
    Raises `NotSignedIn` and its kinds; whether the beep is the right one is for `service.find_beep` to say.
    """
    on, slot = read_beep_id(beep_key) or NOWHERE
    place = and_(Beep.participant_id == DeviceToken.participant_id, Beep.local_date == on, Beep.slot == slot)
    found = session.execute(
        select(DeviceToken, Beep).outerjoin(Beep, place).where(DeviceToken.token_hash == hash_secret(token))
    ).one_or_none()
    return Caller(participant=admit(found[0] if found else None, now), beep=found[1] if found else None)
