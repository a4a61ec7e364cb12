"""Gives a study's date its challenges anew after staff chose one for it, or left it to the draw again."""

import uuid
from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, aliased

from server.people.models import Participant
from server.planning.drafts import draft_days, read_rhythm
from server.planning.draws import store_dealt
from server.planning.models import CHALLENGE_SLOT, Assignment, Beep
from server.planning.queries import Gap, Person
from server.planning.service import deal_for, read_rules


def redeal(session: Session, study_id: uuid.UUID, on: date, *, now: datetime) -> int:
    """Deal the challenges of one local date again to everybody for whom that day's challenge has not begun.

    The moment stays, only the card changes; who was told already, or has had her first beep of the day, keeps her card.
    Dates that are not planned yet need nothing: the planner reads what was chosen. Returns how many people got a card.
    """
    others = aliased(Beep)
    begun = exists().where(
        others.participant_id == Participant.id,
        others.local_date == on,
        (others.due_at <= now) | (others.push_tries != 0),
    )
    waiting = (
        select(Participant.id)
        .join(
            Beep,
            (Beep.participant_id == Participant.id) & (Beep.local_date == on) & (Beep.slot == CHALLENGE_SLOT),
        )
        .where(Participant.study_id == study_id, Participant.left_at.is_(None), ~begun)
    )
    people = session.scalars(
        select(Participant).where(Participant.id.in_(waiting)).with_for_update(key_share=True, of=Participant)
    ).all()
    rules = read_rules(session, {study_id})
    if not people or study_id not in rules.studies:
        return 0
    study = rules.studies[study_id]
    gaps = [Gap(person=_as_person(one), first=on, last=on) for one in people]
    drafts = [
        draft
        for gap in gaps
        for draft in draft_days(
            gap.person.id,
            protocol=rules.protocols[study.id],
            study_seed=study.seed,
            zone=gap.person.zone,
            rhythm=read_rhythm(gap.person.rhythm),
            first=on,
            last=on,
        )
    ]
    session.execute(
        delete(Assignment)
        .where(Assignment.local_date == on, Assignment.participant_id.in_(waiting))
        .execution_options(synchronize_session=False)
    )
    dealt = deal_for(session, gaps, drafts, rules)
    store_dealt(session, dealt, now=now)
    return len(dealt)


def _as_person(participant: Participant) -> Person:
    return Person(
        id=participant.id,
        study_id=participant.study_id,
        zone=participant.zone,
        rhythm=participant.rhythm,
        birth_year=participant.birth_year,
    )
