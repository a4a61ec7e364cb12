"""The challenge of each planned day: drawn with what the participant was shown before, stored once."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from challenges.challenge import YOUNGEST, Challenge
from challenges.rules import Deck, Draw, suitable
from server.planning.drafts import Draft
from server.planning.models import Assignment
from server.planning.queries import load_cards

History = list[tuple[date, str, str]]
NOT_DRAWN = 0  # Assignment.algorithm of a challenge that staff chose for the date
_NOTHING_FIXED: Mapping[tuple[uuid.UUID, date], str] = {}
LEAST_HISTORY_DAYS = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class Dealt:
    """The challenge of one day: a row of `Assignment` to be."""

    participant_id: uuid.UUID
    local_date: date
    draw: Draw


def deal_challenges(
    session: Session,
    drafts: Sequence[Draft],
    pool: Sequence[Challenge],
    birth_years: Mapping[uuid.UUID, int | None],
    fixed: Mapping[tuple[uuid.UUID, date], str] = _NOTHING_FIXED,
    *,
    catalogue: Sequence[Challenge] | None = None,
    alternatives: int = 2,
) -> list[Dealt]:
    """Draw a challenge for every draft whose day has a moment for one, and mark those drafts; nothing is stored.

    1. What these people were given, as far back as any challenge rests, is read with one query. A date that has its
       challenge already keeps it.
    2. Each person's days are drawn in the order of their dates, and each draw counts for the next.
    3. What staff chose for a participant's date (``fixed``) takes the place of the drawn card, which stays as an
       alternative; where it does not suit her age or the date, the draw stands. They may choose from the whole
       ``catalogue``, also what the study does not draw from.
    4. Where nothing suits, the day has no challenge and thus no beep for one.
    """
    if not pool:
        return []
    wanting = sorted(
        (draft for draft in drafts if draft.sheet.challenge is not None), key=lambda draft: draft.sheet.local_date
    )
    if not wanting:
        return []
    people = {draft.participant_id for draft in wanting}
    histories, given = _remember(load_cards(session, people, since=wanting[0].sheet.local_date - _reach(pool)))
    dealt: list[Dealt] = []
    decks: dict[tuple[int | None, date], Deck] = {}  # most people of a batch share one
    for draft in wanting:
        person, on = draft.participant_id, draft.sheet.local_date
        if (person, on) in given:
            draft.with_challenge = True
            continue
        history = histories.setdefault(person, [])
        age = certain_age(birth_years.get(person), on)
        deck = decks.get((age, on))
        if deck is None:
            deck = decks[age, on] = Deck.prepare(pool, age=age, date=on)
        drawn = deck.draw(history=history, seed=draft.seed, alternatives=alternatives)
        if (person, on) in fixed:
            drawn = _put_first(drawn, fixed[person, on], suitable(catalogue or pool, age=age, date=on))
        if drawn.chosen is None:
            continue
        draft.with_challenge = True
        dealt.append(Dealt(participant_id=person, local_date=on, draw=drawn))
        history.append((on, drawn.chosen.slug, "chosen"))
        history += [(on, other.slug, "alternative") for other in drawn.alternatives]
    return dealt


def _reach(pool: Sequence[Challenge]) -> timedelta:
    """How far back a draw looks: authors may let a challenge rest for a year."""
    return timedelta(days=max(LEAST_HISTORY_DAYS, *(challenge.cool_down_days for challenge in pool)))


def _put_first(drawn: Draw, slug: str, suiting: Sequence[Challenge]) -> Draw:
    """The draw with the challenge of this slug as its card, so no longer drawn; unchanged when that does not suit."""
    wanted = next((challenge for challenge in suiting if challenge.slug == slug), None)
    if wanted is None or drawn.chosen is None:
        return drawn
    others = [card for card in (drawn.chosen, *drawn.alternatives) if card.slug != slug]
    return Draw(chosen=wanted, alternatives=tuple(others[: len(drawn.alternatives)]), algorithm=NOT_DRAWN)


def certain_age(birth_year: int | None, on: date) -> int | None:
    """The age in whole years that somebody born in this year has surely reached on a date.

    Only the year is known, so before the last day of December it may be one less than the difference; a challenge with
    a minimum age must not come a year early. Who is about to become as old as the youngest participants counts as them.
    """
    if birth_year is None:
        return None
    reached_this_year = on.year - birth_year
    return reached_this_year if reached_this_year <= YOUNGEST else reached_this_year - 1


def store_dealt(session: Session, dealt: Sequence[Dealt], *, now: datetime) -> None:
    """Insert the challenges that their dates do not have yet."""
    if not dealt:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "participant_id": one.participant_id,
            "local_date": one.local_date,
            "slug": one.draw.chosen.slug,
            "version": one.draw.chosen.version,
            "alternatives": [[other.slug, other.version] for other in one.draw.alternatives],
            "algorithm": one.draw.algorithm,
            "drawn_at": now,
        }
        for one in dealt
        if one.draw.chosen is not None
    ]
    session.connection().execute(insert(Assignment).on_conflict_do_nothing(), rows)


def _remember(
    cards: Iterable[tuple[uuid.UUID, date, str, Sequence[tuple[str, int]], str | None]],
) -> tuple[dict[uuid.UUID, History], set[tuple[uuid.UUID, date]]]:
    histories: dict[uuid.UUID, History] = {}
    given: set[tuple[uuid.UUID, date]] = set()
    for person, on, slug, alternatives, done in cards:
        given.add((person, on))
        history = histories.setdefault(person, [])
        history.append((on, slug, "chosen"))
        history += [(on, other, "alternative") for other, _version in alternatives]
        if done is not None:
            history.append((on, done, "done"))
    return histories, given
