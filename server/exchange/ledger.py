"""What became of the questionnaires and their pushes, in counts: nothing in it is about anybody."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, distinct, func, select, tuple_
from sqlalchemy.orm import Session

from server.delivery.models import Attempt
from server.diary.models import Response
from server.planning.models import Beep


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """``planned`` questionnaires are ``answered`` or ``missed``; ``pushed`` of them went out at least once.

    ``self_started`` entries were not planned. ``attempts`` counts posts to phones by outcome, ``reminders`` among them.
    """

    planned: int
    answered: int
    missed: int
    self_started: int
    pushed: int
    reminders: int
    attempts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_ledger(session: Session) -> Ledger:
    """The counts over the whole database; every window is taken to be over."""
    is_planned = Beep.kind == "questionnaire"
    with_response = (
        select(func.count())
        .select_from(Beep)
        .join(
            Response,
            and_(
                Response.participant_id == Beep.participant_id,
                Response.local_date == Beep.local_date,
                Response.slot == Beep.slot,
            ),
        )
    )
    planned = session.scalars(select(func.count()).select_from(Beep).where(is_planned)).one()
    answered = session.scalars(with_response.where(is_planned)).one()
    took = select(Attempt.participant_id, Attempt.local_date, Attempt.slot).where(Attempt.outcome == "accepted")
    pushed = select(func.count(distinct(Beep.id))).where(
        is_planned, tuple_(Beep.participant_id, Beep.local_date, Beep.slot).in_(took)
    )
    outcomes = session.execute(
        select(Attempt.outcome, func.count()).group_by(Attempt.outcome).order_by(Attempt.outcome)
    )
    return Ledger(
        planned=planned,
        answered=answered,
        missed=planned - answered,
        self_started=session.scalars(with_response.where(Beep.kind == "event")).one(),
        pushed=session.scalars(pushed).one(),
        reminders=session.scalars(select(func.count()).select_from(Attempt).where(Attempt.stage > 0)).one(),
        attempts={outcome: count for outcome, count in outcomes},
    )
