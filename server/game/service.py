"""What a member does in her team."""

import random
import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.game.models import Membership, Sticker, Team, TeamReport
from server.game.placing import is_taken, place
from server.game.refusals import MemberIsMe, MemberUnknown, NicknameTaken, TooManyStickers
from server.people.models import Participant

STICKER_WINDOW = timedelta(minutes=10)
MOST_STICKERS = 5


def choose_avatar(
    session: Session, participant: Participant, avatar: str, *, now: datetime, rng: random.Random
) -> None:
    """``avatar`` is one of `words.AVATARS`."""
    place(session, participant, now=now, rng=rng).avatar = avatar
    session.flush()


def choose_nickname(
    session: Session, participant: Participant, adjective: str, animal: str, *, now: datetime, rng: random.Random
) -> None:
    """Words of `words.ADJECTIVES` and `words.ANIMALS`. Raises `NicknameTaken`."""
    member = place(session, participant, now=now, rng=rng)
    session.execute(select(Team.id).where(Team.id == member.team_id).with_for_update(key_share=True))
    if is_taken(session, member.team_id, adjective, animal, besides=(member.id,)):
        raise NicknameTaken
    member.adjective, member.animal = adjective, animal
    session.flush()


def show_points(session: Session, participant: Participant, show: bool, *, now: datetime, rng: random.Random) -> None:
    """Whether she is in her team's ranking, and sees it."""
    place(session, participant, now=now, rng=rng).shows_points = show
    session.flush()


def send_sticker(
    session: Session, participant: Participant, sticker: str, *, now: datetime, rng: random.Random
) -> None:
    """``sticker`` is one of `words.STICKERS`. Raises `TooManyStickers` after five in ten minutes."""
    member = place(session, participant, now=now, rng=rng)
    session.execute(select(Membership.id).where(Membership.id == member.id).with_for_update())
    lately = select(func.count(), func.min(Sticker.at)).where(
        Sticker.membership_id == member.id, Sticker.at > now - STICKER_WINDOW
    )
    sent, first = session.execute(lately).one()
    if sent >= MOST_STICKERS:
        wait = (first + STICKER_WINDOW - now).total_seconds()
        raise TooManyStickers(headers={"Retry-After": str(max(1, round(wait)))})
    session.add(Sticker(id=uuid.uuid4(), team_id=member.team_id, membership_id=member.id, sticker=sticker, at=now))
    session.flush()


def report(
    session: Session, participant: Participant, member_id: uuid.UUID, *, now: datetime, rng: random.Random
) -> None:
    """Flag a team-mate for the coordinator, once; her stickers are hidden from the one who reports.

    What staff have settled can be reported again. Raises `MemberUnknown` (also for people of other teams) and
    `MemberIsMe`.
    """
    mine = place(session, participant, now=now, rng=rng)
    if member_id == mine.id:
        raise MemberIsMe
    other = session.get(Membership, member_id)
    if other is None or other.team_id != mine.team_id:
        raise MemberUnknown
    row = insert_into(session, TeamReport).values(reporter_id=mine.id, reported_id=other.id, at=now)
    again = row.on_conflict_do_update(
        index_elements=["reporter_id", "reported_id"],
        set_={"at": now, "settled_at": None},
        where=TeamReport.settled_at.is_not(None),
    )
    session.execute(again)


def remember_growth(session: Session, team_id: uuid.UUID, share: float) -> None:
    """Keep the most that the tree was ever shown to have grown."""
    session.execute(
        update(Team)
        .where(Team.id == team_id, Team.best_share < share)
        .values(best_share=share)
        .execution_options(synchronize_session=False)
    )
