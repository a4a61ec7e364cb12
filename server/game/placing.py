"""Who is in which team: filled as people come, never across studies, anew for who leaves, and merged when too small."""

import random
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.game.models import Membership, Team
from server.game.refusals import TooManyMoves
from server.game.rules import GAME, choose_team, find_seats
from server.game.words import ADJECTIVES, ANIMALS, AVATARS
from server.people.models import Participant
from server.studies.models import Study

A_WEEK = timedelta(days=7)
MOST_MOVES = 3  # a week
STAYS_SMALL = timedelta(days=3)  # so long a small team waits for newcomers before its people are seated elsewhere


def find_membership(session: Session, participant: Participant) -> Membership | None:
    """Where she is now."""
    return session.scalar(
        select(Membership).where(Membership.participant_id == participant.id, Membership.left_at.is_(None))
    )


def place(session: Session, participant: Participant, *, now: datetime, rng: random.Random) -> Membership:
    """Her membership; somebody who is in no team goes to one of her study with room, never to one she has left.

    The study's row is locked for that, so that two newcomers do not both take the last seat.
    """
    known = find_membership(session, participant)
    if known is None:
        session.execute(select(Study.id).where(Study.id == participant.study_id).with_for_update(key_share=True))
        known = find_membership(session, participant)
    if known is not None:
        return known
    been_in = select(Membership.team_id).where(Membership.participant_id == participant.id)
    left = set(session.scalars(been_in))
    sizes = {key: size for key, size in _sizes(session, participant.study_id).items() if uuid.UUID(key) not in left}
    chosen = choose_team(sizes)
    team_id = uuid.UUID(chosen) if chosen else _open_team(session, participant.study_id, now)
    return _seat(session, participant.id, team_id, now=now, rng=rng)


def leave(session: Session, participant: Participant, *, now: datetime, rng: random.Random) -> Membership:
    """Leave the team for another; the new membership. Raises `TooManyMoves`."""
    member = place(session, participant, now=now, rng=rng)
    lately = select(func.count()).where(Membership.participant_id == participant.id, Membership.left_at > now - A_WEEK)
    if session.scalars(lately).one() >= MOST_MOVES:
        raise TooManyMoves(headers={"Retry-After": str(int(A_WEEK.total_seconds()))})
    member.left_at = now
    session.flush()
    return place(session, participant, now=now, rng=rng)


def merge_small_teams(session: Session, *, now: datetime, rng: random.Random) -> int:
    """Seat the people of teams that have been too small for three days in other teams of their study; how many moved.

    A team that finds no seats for everybody stays together.
    """
    moved = 0
    studies = select(Team.study_id).join(Membership).where(Membership.left_at.is_(None)).distinct()
    for study_id in session.scalars(studies).all():
        session.execute(select(Study.id).where(Study.id == study_id).with_for_update(key_share=True))
        sizes = _sizes(session, study_id)
        for key in sorted(sizes, key=lambda key: (sizes[key], key)):
            members = _lasting_members(session, uuid.UUID(key), since=now - STAYS_SMALL)
            others = {other: size for other, size in sizes.items() if other != key}
            if sizes[key] >= GAME.smallest_team or len(members) < sizes[key]:
                continue
            for member, seat in zip(members, find_seats(len(members), others) or (), strict=False):
                member.left_at = now
                session.flush()
                _seat(session, member.participant_id, uuid.UUID(seat), now=now, rng=rng, like=member)
                moved += 1
            sizes = _sizes(session, study_id)
    return moved


def free_nickname(session: Session, team_id: uuid.UUID, rng: random.Random) -> tuple[str, str]:
    """An adjective and an animal nobody has or had in this team; where possible both halves are new to it."""
    rows = select(Membership.adjective, Membership.animal).where(Membership.team_id == team_id)
    taken = {(row.adjective, row.animal) for row in session.execute(rows)}
    adjectives = [key for key in ADJECTIVES if key not in {pair[0] for pair in taken}] or list(ADJECTIVES)
    animals = [key for key in ANIMALS if key not in {pair[1] for pair in taken}] or list(ANIMALS)
    while (pair := (rng.choice(adjectives), rng.choice(animals))) in taken:
        adjectives, animals = list(ADJECTIVES), list(ANIMALS)
    return pair


def _sizes(session: Session, study_id: uuid.UUID) -> dict[str, int]:
    """How many people are in each team of a study, by the team's id as text; who has left the study does not count."""
    rows = session.execute(
        select(Team.id, func.count())
        .join(Membership, Membership.team_id == Team.id)
        .join(Participant, Participant.id == Membership.participant_id)
        .where(Team.study_id == study_id, Membership.left_at.is_(None), Participant.left_at.is_(None))
        .group_by(Team.id)
    )
    return {str(team_id): size for team_id, size in rows}


def _lasting_members(session: Session, team_id: uuid.UUID, *, since: datetime) -> list[Membership]:
    """Who is in this team and was before ``since``."""
    members = (
        select(Membership)
        .join(Participant, Participant.id == Membership.participant_id)
        .where(
            Membership.team_id == team_id,
            Membership.left_at.is_(None),
            Membership.joined_at <= since,
            Participant.left_at.is_(None),
        )
        .order_by(Membership.joined_at, Membership.id)
    )
    return list(session.scalars(members))


def _open_team(session: Session, study_id: uuid.UUID, now: datetime) -> uuid.UUID:
    team = Team(id=uuid.uuid4(), study_id=study_id, created_at=now, best_share=0.0)
    session.add(team)
    session.flush()
    return team.id


def _seat(
    session: Session,
    participant_id: uuid.UUID,
    team_id: uuid.UUID,
    *,
    now: datetime,
    rng: random.Random,
    like: Membership | None = None,
) -> Membership:
    """A new membership; what was chosen in ``like``, or in the last team, is kept where it can be."""
    like = like or session.scalar(
        select(Membership)
        .where(Membership.participant_id == participant_id)
        .order_by(Membership.joined_at.desc(), Membership.id)
        .limit(1)
    )
    adjective, animal = (like.adjective, like.animal) if like else free_nickname(session, team_id, rng)
    if like is not None and is_taken(session, team_id, adjective, animal):
        adjective, animal = free_nickname(session, team_id, rng)
    member = Membership(
        id=uuid.uuid4(),
        team_id=team_id,
        participant_id=participant_id,
        adjective=adjective,
        animal=animal,
        avatar=like.avatar if like else rng.choice(AVATARS),
        shows_points=False,  # said anew in every team: these are other people
        joined_at=now,
    )
    session.add(member)
    session.flush()
    return member


def is_taken(
    session: Session, team_id: uuid.UUID, adjective: str, animal: str, besides: Collection[uuid.UUID] = ()
) -> bool:
    """Whether somebody has or had this nickname in this team."""
    same = select(func.count()).where(
        Membership.team_id == team_id,
        Membership.adjective == adjective,
        Membership.animal == animal,
        Membership.id.not_in(besides),
    )
    return bool(session.scalars(same).one())
