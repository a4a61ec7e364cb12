"""The catalogue as a list to search, filter and sort: one entry for each challenge, with its newest version."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.challenge import Challenge
from challenges.strategies import LANGUAGES
from server.coordination.content import challenge_from_json
from server.coordination.models import ChallengeVersion

SORTS = ("title", "strategy", "minutes", "status", "newest")
MINUTES = ("5", "10", "20", "more")  # at most so many, or more than the last
_STATUS_ORDER = {"draft": 0, "review": 1, "live": 2, "retired": 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """The newest version of one challenge; ``live`` is the number of the version that phones show now."""

    challenge: Challenge
    created_at: datetime
    origin: str
    live: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What to list; an empty value does not filter. ``language`` is the one that is searched, both when empty."""

    words: str = ""
    strategy: str = ""
    status: str = ""
    language: str = ""
    place: str = ""
    minutes: str = ""
    sort: str = "title"


def list_challenges(session: Session) -> list[Entry]:
    """Every challenge of the catalogue with its newest version, in two statements."""
    newest = (
        select(ChallengeVersion.slug, func.max(ChallengeVersion.version).label("version"))
        .group_by(ChallengeVersion.slug)
        .subquery()
    )
    live_rows = session.execute(
        select(ChallengeVersion.slug, func.max(ChallengeVersion.version).label("version"))
        .where(ChallengeVersion.status == "live")
        .group_by(ChallengeVersion.slug)
    )
    live = {row.slug: row.version for row in live_rows}
    rows = session.scalars(
        select(ChallengeVersion).join(
            newest, (newest.c.slug == ChallengeVersion.slug) & (newest.c.version == ChallengeVersion.version)
        )
    )
    return [
        Entry(
            challenge=challenge_from_json(row.content, status=row.status),
            created_at=row.created_at,
            origin=row.origin,
            live=live.get(row.slug),
        )
        for row in rows
    ]


def choose(entries: Iterable[Entry], filters: Filters, *, language: str = "nl") -> list[Entry]:
    """The entries that pass every filter, sorted; titles in ``language``. Unknown values of a filter match nothing."""
    words = _fold(filters.words).split()
    kept = [
        entry
        for entry in entries
        if filters.strategy in ("", entry.challenge.strategy)
        and filters.status in ("", entry.challenge.status)
        and filters.place in ("", entry.challenge.place)
        and _is_short(entry.challenge.minutes, filters.minutes)
        and _has_words(entry.challenge, words, filters.language)
    ]
    return sorted(kept, key=lambda entry: _order(entry, filters.sort, language))


def _is_short(minutes: int, wanted: str) -> bool:
    if not wanted:
        return True
    if wanted == "more":
        return minutes > int(MINUTES[-2])
    return wanted in MINUTES and minutes <= int(wanted)


def _has_words(challenge: Challenge, words: Sequence[str], language: str) -> bool:
    """Every word somewhere in the title, the text or the slug; accents and capitals do not count."""
    if not words:
        return True
    languages = (language,) if language in LANGUAGES else LANGUAGES
    texts = [challenge.slug, *(text[one] for one in languages for text in (challenge.title, challenge.body))]
    folded = _fold(" ".join(texts))
    return all(word in folded for word in words)


def _order(entry: Entry, sort: str, language: str) -> tuple[Any, ...]:
    challenge = entry.challenge
    title = _fold(challenge.title[language])
    if sort == "newest":
        return (-entry.created_at.timestamp(), title)
    leading = {"strategy": challenge.strategy, "minutes": challenge.minutes}.get(sort)
    if sort == "status":
        leading = _STATUS_ORDER[challenge.status]
    return (title,) if leading is None else (leading, title)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
