"""Who answers which beep: one look at the database on the busiest way in."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only

from server.crypto import hash_secret
from server.people.models import DeviceToken, Participant
from server.people.tokens import admit
from server.planning.models import Beep, read_beep_id

NOWHERE = (date.min, -1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A participant and the beep she asks for, if there is one at that place."""

    participant: Participant
    beep: Beep | None


def find_caller(session: Session, token: str, beep_key: uuid.UUID, now: datetime) -> Caller:
    """Whose token this is, together with her beep, in one statement. Her study is read when it is asked for.

    The session keeps the beep for as long as the caller is kept, so that looking it up again asks the database nothing.
    Raises `NotSignedIn` and its kinds; whether the beep is the right one is for `service.find_beep` to say.
    """
    on, slot = read_beep_id(beep_key) or NOWHERE
    found = session.execute(_CALLER, {"token": hash_secret(token), "on": on, "slot": slot}).one_or_none()
    return Caller(participant=admit(found[0] if found else None, now), beep=found[1] if found else None)


# Written once: putting it together takes longer than the database does to answer it. Of three wide rows only what
# taking in an answer looks at; anything else is read when it is asked for.
_CALLER = (
    select(DeviceToken, Beep)
    .outerjoin(
        Beep,
        and_(
            Beep.participant_id == DeviceToken.participant_id,
            Beep.local_date == bindparam("on"),
            Beep.slot == bindparam("slot"),
        ),
    )
    .where(DeviceToken.token_hash == bindparam("token"))
    .options(
        load_only(DeviceToken.revoked_at, DeviceToken.expires_at),
        load_only(Beep.id, Beep.instrument, Beep.order_seed, Beep.due_at, Beep.expires_at, Beep.next_push_at),
        joinedload(DeviceToken.participant, innerjoin=True).options(
            load_only(Participant.left_at, Participant.cleared_at, Participant.asked_again_at),
            lazyload(Participant.study),
        ),
    )
)
