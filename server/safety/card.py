"""The gentle card: its words, whether it is up, and the log of its being shown. The log has no reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import fmean

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from prompts.yaml_reader import ContentError, ContentErrors, Text, read_file
from server.diary.models import Response
from server.people.models import Participant
from server.safety.models import CardShown
from server.safety.monitoring import is_watched
from server.safety.rule import DayMood, is_due

STAYS_UP = timedelta(days=2)
_WORDS = ("title", "begin", "nobody_told", "staff_told", "end", "message")
WISH, WISHED = "help_wish", "show"  # the evening questionnaire's last question


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """``text`` in paragraphs; ``message`` is words to copy to somebody."""

    title: Text
    text: Text
    message: Text


def show_card(session: Session, participant: Participant, *, now: datetime) -> Card | None:
    """The card, if it is up or due now; its first showing is logged. It stays until it is dismissed or two days old."""
    if participant.left_at is not None:
        return None
    last = session.scalar(
        select(CardShown).where(CardShown.participant_id == participant.id).order_by(CardShown.at.desc()).limit(1)
    )
    if last is not None and last.dismissed_at is None and now - last.at < STAYS_UP:
        return _card_of(session, participant, now)
    days, wished_at = read_days(session, participant)
    if not is_due(days, wished_at=wished_at, last_shown=last.at if last is not None else None, now=now):
        return None
    # Two phones that ask at once log one showing: the row's key is the person and the moment, under her row's lock.
    session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update(key_share=True))
    newer = select(CardShown.at).where(
        CardShown.participant_id == participant.id, CardShown.at > (last.at if last is not None else now - STAYS_UP)
    )
    if session.scalar(newer.limit(1)) is None:
        session.add(CardShown(participant_id=participant.id, at=now))
        session.flush()
    return _card_of(session, participant, now)


def dismiss_card(session: Session, participant: Participant, *, now: datetime) -> None:
    """Take the card down, if it is up."""
    session.execute(
        update(CardShown)
        .where(CardShown.participant_id == participant.id, CardShown.dismissed_at.is_(None))
        .values(dismissed_at=now)
        .execution_options(synchronize_session=False)
    )


def _card_of(session: Session, participant: Participant, now: datetime) -> Card:
    """What it says of who is told is true at this moment, also when staff or a yes came or went while it is up."""
    told = (
        participant.study.monitoring is not None
        and participant.cleared_at is not None
        and is_watched(session, participant, now=now)
    )
    return load_card(staff_told=told)


@cache
def load_card(*, staff_told: bool = False) -> Card:
    """The words of card.yaml, for somebody about whom staff are told of signs, or nobody; raises `ContentErrors`."""
    errors: list[ContentError] = []
    root = read_file(Path(__file__).parent / "card.yaml", errors)
    words = {name: root.text(name) or {} if root is not None else {} for name in _WORDS}
    if errors:
        raise ContentErrors(errors)
    told = words["staff_told" if staff_told else "nobody_told"]
    return Card(
        title=_strip(words["title"]),
        text={key: "\n\n".join(part[key].strip() for part in (words["begin"], told, words["end"])) for key in told},
        message=_strip(words["message"]),
    )


def _strip(text: Text) -> Text:
    return {key: value.strip() for key, value in text.items()}


def read_days(session: Session, participant: Participant) -> tuple[list[DayMood], datetime | None]:
    """Her answered dates with a mood, and when she last asked who she can talk to."""
    moods: dict[date, list[float]] = {}
    wished_at: datetime | None = None
    rows = session.execute(
        select(Response.local_date, Response.received_at, Response.measures, Response.answers)
        .where(Response.participant_id == participant.id)
        .order_by(Response.local_date, Response.slot)
    )
    for on, received_at, measures, answers in rows:
        if (mood := measures.get("mood")) is not None:
            moods.setdefault(on, []).append(mood)
        if answers.get(WISH) == WISHED:
            wished_at = received_at if wished_at is None else max(wished_at, received_at)
    days = [DayMood(on=on, mood=fmean(values), answers=len(values)) for on, values in moods.items()]
    return days, wished_at
