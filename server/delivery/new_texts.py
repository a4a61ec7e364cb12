"""A new consent text waits for somebody: her phones say so, once a text, by day, and not while she has a pause.

Until she has said yes again nothing else is pushed to her, so without this only who opens the app would notice. The
words are a reviewed notice; who is asked again for another reason (she has turned sixteen) is not told of a text.
"""

import uuid
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.consent.models import ConsentRecord, ConsentText
from server.consent.settling import is_over
from server.db import Database
from server.delivery.messages import MessageTooSoon, next_moment, queue_message, require_room
from server.delivery.models import Device, Message
from server.people.models import Participant
from server.people.notices import NEW_TEXT
from server.planning.pauses import find_pause

BY = "Kiem"
AT_ONCE = 200


def tell_new_texts(database: Database, *, now: datetime) -> int:
    """Queue a message for everybody whom a new text waits for and who has not been told of it; how many.

    It is queued when it may be sent, not before: whoever says yes, leaves or begins a pause meanwhile is never told.
    """
    with database.reading() as session:
        waiting = session.scalars(_whom_a_text_waits_for().order_by(Participant.id)).all()
    told = 0
    for first in range(0, len(waiting), AT_ONCE):
        with database.transaction() as session:
            told += sum(_tell(session, who, now) for who in waiting[first : first + AT_ONCE])
    return told


def _whom_a_text_waits_for() -> Select[uuid.UUID]:
    """Participants with a phone who had agreed to a text that binds no more, and were not told since they are asked."""
    binding = (
        select(func.max(ConsentText.version))
        .where(ConsentText.study_id == Participant.study_id, ConsentText.binding)
        .scalar_subquery()
    )
    agreed = (
        select(func.max(ConsentRecord.version))
        .where(ConsentRecord.participant_id == Participant.id, ConsentRecord.role == "participant")
        .scalar_subquery()
    )
    phone = select(Device.id).where(Device.participant_id == Participant.id, Device.retired_at.is_(None)).exists()
    told = (
        select(Message.number)
        .where(
            Message.participant_id == Participant.id,
            Message.notice == NEW_TEXT,
            Message.made_at >= Participant.asked_again_at,
        )
        .exists()
    )
    return select(Participant.id).where(
        Participant.waiting == "consent",
        Participant.asked_again_at.is_not(None),
        Participant.left_at.is_(None),
        agreed < binding,
        phone,
        ~told,
    )


def _tell(session: Session, who: uuid.UUID, now: datetime) -> bool:
    """Under a lock and looked at anew: another worker may have told her, and she may have answered."""
    session.execute(select(Participant.id).where(Participant.id == who).with_for_update(key_share=True))
    if session.scalar(_whom_a_text_waits_for().where(Participant.id == who)) is None:
        return False
    person = session.get_one(Participant, who)
    if is_over(person, now) or next_moment(person, now) > now or find_pause(session, person, now=now) is not None:
        return False
    try:
        require_room(session, person, now)
    except MessageTooSoon:
        return False
    queue_message(session, person, NEW_TEXT, by=BY, at=now, now=now)
    return True
