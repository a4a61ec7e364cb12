"""Writing challenges at the desk: a text is written, looked at by somebody, goes live, is retired; steps can be undone.

A version that was ever live is never rewritten: its successor has the next number, so that a card of a past day keeps
saying what it said. Every change leaves a `ChallengeStep`.
"""

import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from challenges.authoring import SLUG_LIMIT, Checked, check
from challenges.problems import Problem, make_problem
from challenges.rules import Challenge
from challenges.strategies import LANGUAGES
from server.coordination.content import challenge_as_json, challenge_from_json
from server.coordination.models import ChallengeStep, ChallengeVersion
from server.coordination.moves import OPEN, may_move
from server.coordination.refusals import (
    ChallengeChanged,
    ChallengeInvalid,
    ChallengeUnknown,
    MoveRefused,
    NothingToUndo,
)

HISTORY_SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A version as it stands now, and doubts about its text that stop nobody."""

    row: ChallengeVersion
    nudges: tuple[Problem, ...] = ()


def read_versions(session: Session, slug: str, *, lock: bool = False) -> list[ChallengeVersion]:
    """Every version of a challenge, the newest first; raises `ChallengeUnknown`."""
    statement = select(ChallengeVersion).where(ChallengeVersion.slug == slug).order_by(ChallengeVersion.version.desc())
    rows = list(session.scalars(statement.with_for_update() if lock else statement))
    if not rows:
        raise ChallengeUnknown
    return rows


def is_known(session: Session, slug: str) -> bool:
    """Whether there is any version of this challenge."""
    return bool(session.scalar(select(func.count()).where(ChallengeVersion.slug == slug)))


def as_challenge(row: ChallengeVersion) -> Challenge:
    """The text of a row with its status."""
    return challenge_from_json(row.content, status=row.status)


def stamp_of(row: ChallengeVersion) -> str:
    """Short name of a row's exact state: a form carries it, so that nobody overwrites what they have not seen."""
    state = json.dumps([row.version, row.status, row.content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def check_form(session: Session, given: Mapping[str, object], *, slug: str | None) -> Checked:
    """`challenges.authoring.check`, and that neither slug nor title belongs to another challenge.

    ``slug`` is the challenge that is being changed, None for a new one; a new one without a slug gets one from its
    English title.
    """
    given = dict(given)
    if slug is not None:
        given["slug"] = slug
    elif not str(given.get("slug") or "").strip():
        given["slug"] = _free_slug(session, given) or ""
    checked = check(given)
    if not given["slug"] and not _has_title(given):  # it comes from the title, and that is what is missing
        named = tuple(problem for problem in checked.problems if problem.field != "slug")
        checked = Checked(challenge=None, problems=named, nudges=checked.nudges)
    clashes = _clashes(session, given, slug)
    if not clashes:
        return checked
    return Checked(challenge=None, problems=(*checked.problems, *clashes), nudges=checked.nudges)


def write(
    session: Session,
    given: Mapping[str, object],
    *,
    by: str,
    now: datetime,
    slug: str | None = None,
    stamp: str | None = None,
) -> Written:
    """Save a form: a new challenge, or the challenge ``slug`` with this text instead.

    1. The form is checked; `ChallengeInvalid` names every problem.
    2. A newest version that nobody was shown (draft, review) is rewritten; of one that was live comes the next version,
       as a draft. ``stamp`` (from `stamp_of`) must still be that of the newest version, else `ChallengeChanged`.
    3. A text that is as it was changes nothing and leaves no step.
    """
    rows = read_versions(session, slug, lock=True) if slug is not None else []
    newest = rows[0] if rows else None
    if newest is not None and stamp is not None and stamp != stamp_of(newest):
        raise ChallengeChanged
    given = {**given, "status": newest.status if newest is not None and newest.status in OPEN else "draft"}
    given["version"] = 1 if newest is None else newest.version + (newest.status not in OPEN)
    given.setdefault("author", by)
    checked = check_form(session, given, slug=slug)
    if checked.challenge is None:
        raise ChallengeInvalid(checked.problems)
    if newest is not None and is_same_text(checked.challenge, as_challenge(newest)):
        return Written(row=newest, nudges=checked.nudges)
    row = put(session, checked.challenge, what="written", act=uuid.uuid4(), by=by, now=now)
    return Written(row=row, nudges=checked.nudges)


def put(
    session: Session, challenge: Challenge, *, what: str, act: uuid.UUID, by: str, now: datetime
) -> ChallengeVersion:
    """Store exactly this version and status, with its step. The caller has checked that it may."""
    row = session.get(ChallengeVersion, (challenge.slug, challenge.version))
    before = None if row is None else _state(row)
    content = challenge_as_json(challenge)
    if row is None:
        row = ChallengeVersion(slug=challenge.slug, version=challenge.version, origin="desk", created_at=now)
        session.add(row)
    row.strategy, row.status, row.content = challenge.strategy, challenge.status, content
    session.add(
        ChallengeStep(
            act=act, slug=row.slug, version=row.version, what=what, before=before, after=_state(row), by=by, at=now
        )
    )
    session.flush()
    return row


def move(session: Session, slug: str, to: str, *, by: str, now: datetime, act: uuid.UUID | None = None) -> None:
    """Take the newest version one step on; raises `MoveRefused` where no step leads there.

    A version that goes live retires the one that was, in the same act. Where the newest version is an open draft and
    the challenge is to be retired, the live version is meant.
    """
    rows = read_versions(session, slug, lock=True)
    row = rows[0]
    live = next((one for one in rows if one.status == "live"), None)
    if to == "retired" and live is not None:
        row = live
    if not may_move(row.status, to):
        raise MoveRefused(f"{slug} is {row.status}; it cannot become {to} now.")
    act = act or uuid.uuid4()
    if to == "live" and live is not None and live is not row:
        _set_status(session, live, "retired", act=act, by=by, now=now)
    _set_status(session, row, to, act=act, by=by, now=now, reviewer=by if to == "live" else None)


def duplicate(session: Session, slug: str, *, by: str, now: datetime) -> Written:
    """A draft with the same text under a new slug and title, to be changed."""
    challenge = as_challenge(read_versions(session, slug)[0])
    content = challenge_as_json(challenge)
    taken = set(session.scalars(select(ChallengeVersion.slug).distinct()))
    number = next(n for n in range(2, 10_000) if f"{slug[: SLUG_LIMIT - 5]}-{n}" not in taken)
    content |= {"slug": f"{slug[: SLUG_LIMIT - 5]}-{number}", "version": 1, "author": by, "reviewer": None}
    content["title"] = {language: f"{challenge.title[language][:36]} {number}" for language in LANGUAGES}
    return write(session, content, by=by, now=now)


def list_steps(session: Session, slug: str) -> list[ChallengeStep]:
    """The last steps of a challenge, the newest first."""
    statement = select(ChallengeStep).where(ChallengeStep.slug == slug).order_by(ChallengeStep.number.desc())
    return list(session.scalars(statement.limit(HISTORY_SHOWN)))


def last_step(session: Session, slug: str) -> ChallengeStep | None:
    """The step that `undo` would take back."""
    return session.scalar(
        select(ChallengeStep)
        .where(ChallengeStep.slug == slug, ChallengeStep.undone_at.is_(None))
        .order_by(ChallengeStep.number.desc())
        .limit(1)
    )


def undo(session: Session, slug: str, *, by: str, now: datetime) -> Sequence[ChallengeStep]:
    """Take the last step of a challenge back, together with everything that was done in the same act.

    Each version stands as before. A version that did not exist before is retired instead of forgotten if it was ever
    live, because a participant's card may name it. Raises `NothingToUndo`, and `ChallengeChanged` when one of the
    act's challenges was changed again since.
    """
    read_versions(session, slug, lock=True)
    last = last_step(session, slug)
    if last is None:
        raise NothingToUndo
    steps = session.scalars(
        select(ChallengeStep)
        .where(ChallengeStep.act == last.act, ChallengeStep.undone_at.is_(None))
        .order_by(ChallengeStep.number.desc())
    ).all()
    for step in steps:
        row = session.get(ChallengeVersion, (step.slug, step.version), with_for_update=True)
        if row is None or _state(row) != step.after:
            raise ChallengeChanged
        if step.before is not None:
            row.strategy, row.status = step.before["strategy"], step.before["status"]
            row.content = step.before["content"]
        elif _was_live(session, step):
            row.status = "retired"
        else:
            session.delete(row)
        session.flush()
    numbers = [step.number for step in steps]
    session.execute(update(ChallengeStep).where(ChallengeStep.number.in_(numbers)).values(undone_at=now))
    return steps


def is_same_text(one: Challenge, other: Challenge) -> bool:
    """Whether two versions say the same; number, status and who looked at it do not count."""
    return _text(one) == _text(other)


def _text(challenge: Challenge) -> dict[str, Any]:
    content = challenge_as_json(challenge)
    return {name: value for name, value in content.items() if name not in ("version", "author", "reviewer")}


def _state(row: ChallengeVersion) -> dict[str, Any]:
    return {"strategy": row.strategy, "status": row.status, "content": dict(row.content)}


def _set_status(
    session: Session,
    row: ChallengeVersion,
    to: str,
    *,
    act: uuid.UUID,
    by: str,
    now: datetime,
    reviewer: str | None = None,
) -> None:
    before = _state(row)
    row.status = to
    if reviewer is not None:
        row.content = {**row.content, "reviewer": reviewer}
    session.add(
        ChallengeStep(
            act=act, slug=row.slug, version=row.version, what="moved", before=before, after=_state(row), by=by, at=now
        )
    )
    session.flush()


def _was_live(session: Session, step: ChallengeStep) -> bool:
    after = session.scalars(
        select(ChallengeStep.after).where(ChallengeStep.slug == step.slug, ChallengeStep.version == step.version)
    )
    return any(state["status"] == "live" for state in after)


def _has_title(given: Mapping[str, object]) -> bool:
    title = given.get("title")
    return isinstance(title, Mapping) and any(str(text or "").strip() for text in title.values())


def _free_slug(session: Session, given: Mapping[str, object]) -> str | None:
    """A slug from the English (else the Dutch) title; None when there is no usable letter in it."""
    title = given.get("title")
    texts = title if isinstance(title, Mapping) else {}
    plain = unicodedata.normalize("NFKD", str(texts.get("en") or texts.get("nl") or "")).encode("ascii", "ignore")
    words = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    stem = re.sub(r"^[^a-z]+", "", words)[: SLUG_LIMIT - 5].strip("-")
    if not stem:
        return None
    taken = set(session.scalars(select(ChallengeVersion.slug).where(ChallengeVersion.slug.startswith(stem))))
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)


def _clashes(session: Session, given: Mapping[str, object], slug: str | None) -> list[Problem]:
    found: list[Problem] = []
    own = str(given.get("slug") or "").strip()
    if slug is None and own and session.scalar(select(func.count()).where(ChallengeVersion.slug == own)):
        found.append(make_problem("slug", "duplicate-slug", where=own))
    title = given.get("title")
    if isinstance(title, Mapping):
        for language in LANGUAGES:
            text = " ".join(str(title.get(language) or "").split()).casefold()
            other = _titles(session, language).get(text) if text else None
            if other is not None and other != (slug or own):
                found.append(make_problem(f"title.{language}", "duplicate-title", where=other))
    return found


def _titles(session: Session, language: str) -> dict[str, str]:
    """Titles in use -> slug. A retired text's title is free again."""
    rows = session.execute(
        select(ChallengeVersion.slug, ChallengeVersion.content)
        .where(ChallengeVersion.status != "retired")
        .order_by(ChallengeVersion.version)
    )
    return {str(content.get("title", {}).get(language, "")).casefold(): slug for slug, content in rows}
