"""The challenge catalogue: starter files into rows, rows into challenges."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from challenges.rules import Challenge
from server.coordination.content import challenge_as_json, challenge_from_json
from server.coordination.models import ChallengeVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """How many challenge versions a sync added, and how many older ones it retired."""

    added: int
    retired: int


def sync_starter(session: Session, starter: Mapping[str, Challenge], now: datetime) -> Synced:
    """Bring the starter files into the catalogue; run twice it changes nothing the second time.

    1. Insert each slug and version that is not there yet, whoever wrote the one that is.
    2. Retire starter versions of which there is a newer one, if that one is live or has itself been retired. A newer
       draft on the desk retires nothing, and the desk's own rows are never touched.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "slug": challenge.slug,
            "version": challenge.version,
            "strategy": challenge.strategy,
            "status": challenge.status,
            "origin": "starter",
            "content": challenge_as_json(challenge),
            "created_at": now,
        }
        for challenge in starter.values()
    ]
    added = 0
    if rows:
        new = insert(ChallengeVersion).values(rows).on_conflict_do_nothing().returning(ChallengeVersion.slug)
        added = len(session.scalars(new).all())
    newer = aliased(ChallengeVersion)
    outdated = select(newer.slug).where(
        newer.slug == ChallengeVersion.slug,
        newer.version > ChallengeVersion.version,
        or_(newer.status == "live", and_(newer.status == "retired", newer.origin == "starter")),
    )
    retired = session.scalars(
        update(ChallengeVersion)
        .where(ChallengeVersion.origin == "starter", ChallengeVersion.status != "retired", outdated.exists())
        .values(status="retired")
        .returning(ChallengeVersion.slug)
        .execution_options(synchronize_session=False)
    ).all()
    return Synced(added=added, retired=len(retired))


def live_pool(session: Session) -> tuple[Challenge, ...]:
    """What may be drawn now."""
    return tuple(_load(session, "live").values())


def catalogue(session: Session) -> dict[tuple[str, int], Challenge]:
    """Everything that was ever released, by slug and version, retired ones too: cards of past days, and history."""
    return _load(session, "live", "retired")


def _load(session: Session, *statuses: str) -> dict[tuple[str, int], Challenge]:
    rows = session.execute(
        select(
            ChallengeVersion.slug, ChallengeVersion.version, ChallengeVersion.status, ChallengeVersion.content
        ).where(ChallengeVersion.status.in_(statuses))
    )
    return {(row.slug, row.version): _challenge(json.dumps(row.content, sort_keys=True), row.status) for row in rows}


@lru_cache(maxsize=4096)
def _challenge(content: str, status: str) -> Challenge:
    """Equal rows give the same object, so that a planner's round over many people builds each challenge once."""
    return challenge_from_json(json.loads(content), status=status)
