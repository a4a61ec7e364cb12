"""Taking in a file of challenges: first what it would do, with every mistake at once, then exactly that.

A file cannot make a text live: what it brings is a draft, or waits for review where the file says review or live. The
numbers of versions are ours: a text that differs from the newest version becomes the next one, or takes the place of a
draft.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from challenges.challenge import Challenge
from challenges.library import read_yaml
from challenges.problems import Problem, make_problem
from challenges.strategies import LANGUAGES, Text
from challenges.table import read_csv
from server.coordination.authoring import is_same_text, put
from server.coordination.content import challenge_as_json
from server.coordination.listing import Entry, list_challenges
from server.coordination.moves import OPEN
from server.coordination.refusals import ImportChanged

Effect = Literal["new", "changed", "same"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """One thing to mend; ``line`` is the row of the sheet or the line of the YAML file."""

    line: int
    field: str
    message: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one challenge of the file would do; ``differences`` are (field, before, after) of a changed one."""

    line: int
    effect: Effect
    challenge: Challenge
    differences: tuple[tuple[str, str, str], ...] = ()
    nudges: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a file would do. With a mistake in it, it does nothing. ``stamp`` names this very plan."""

    changes: tuple[Change, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(change.effect for change in self.changes)
        return {"new": counted["new"], "changed": counted["changed"], "same": counted["same"]}

    @property
    def stamp(self) -> str:
        done = [[change.effect, challenge_as_json(change.challenge)] for change in self.changes]
        return hashlib.sha256(json.dumps(done, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def decode(raw: bytes) -> str:
    """The text of an uploaded file: UTF-8, else what Windows spreadsheets write."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def plan_import(session: Session, text: str, *, form: str) -> Plan:
    """Read ``text`` (``form`` is "csv" or "yaml") and compare it with the catalogue. Writes nothing."""
    found, mistakes = _read_yaml(text) if form == "yaml" else _read_csv(text)
    entries = {entry.challenge.slug: entry for entry in list_challenges(session)}
    mistakes += _twice(found, entries.values())
    changes = [_compare(line, challenge, nudges, entries.get(challenge.slug)) for line, challenge, nudges in found]
    order = sorted(mistakes, key=lambda mistake: (mistake.line, mistake.field))
    return Plan(changes=tuple(sorted(changes, key=lambda change: change.line)), mistakes=tuple(order))


def apply_import(session: Session, text: str, *, form: str, stamp: str, by: str, now: datetime) -> Plan:
    """Do what the dry run with this ``stamp`` showed, as one act; raises `ImportChanged` when it would do otherwise."""
    plan = plan_import(session, text, form=form)
    if plan.mistakes or plan.stamp != stamp:
        raise ImportChanged
    act = uuid.uuid4()
    for change in plan.changes:
        if change.effect != "same":
            put(session, change.challenge, what="imported", act=act, by=by, now=now)
    return plan


Found = list[tuple[int, Challenge, tuple[Problem, ...]]]


def _read_csv(text: str) -> tuple[Found, list[Mistake]]:
    table = read_csv(text)
    mistakes = [Mistake(line=one.row, field=one.problem.field, message=one.problem.message) for one in table.problems]
    nudges: dict[int, list[Problem]] = {}
    for doubt in table.nudges:
        nudges.setdefault(doubt.row, []).append(doubt.problem)
    return [(row, one, tuple(nudges.get(row, ()))) for row, one in table.challenges.items()], mistakes


def _read_yaml(text: str) -> tuple[Found, list[Mistake]]:
    library = read_yaml(text)
    mistakes = [
        Mistake(line=error.line, field=error.field, message=error.text or {"nl": error.message, "en": error.message})
        for error in library.errors
    ]
    return [(placed.line, placed.challenge, placed.nudges) for placed in library.placed], mistakes


def _compare(line: int, challenge: Challenge, nudges: tuple[Problem, ...], entry: Entry | None) -> Change:
    status = "draft" if challenge.status == "draft" else "review"
    if entry is None:
        fresh = replace(challenge, version=1, status=status)
        return Change(line=line, effect="new", challenge=fresh, nudges=nudges)
    known = entry.challenge
    if is_same_text(challenge, known):
        return Change(line=line, effect="same", challenge=known)
    version = known.version + (known.status not in OPEN)
    return Change(
        line=line,
        effect="changed",
        challenge=replace(challenge, version=version, status=status),
        differences=tuple(_differences(known, challenge)),
        nudges=nudges,
    )


def _differences(known: Challenge, given: Challenge) -> Iterable[tuple[str, str, str]]:
    before, after = challenge_as_json(known), challenge_as_json(given)
    for name in before:
        if name in ("version", "author", "reviewer") or before[name] == after[name]:
            continue
        if isinstance(before[name], dict) or isinstance(after[name], dict):
            for language in LANGUAGES:
                old, new = (_shown((texts or {}).get(language)) for texts in (before[name], after[name]))
                if old != new:
                    yield f"{name}.{language}", old, new
        else:
            yield name, _shown(before[name]), _shown(after[name])


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _twice(found: Found, entries: Iterable[Entry]) -> list[Mistake]:
    """A slug or a title given twice, in the file or by another challenge of the catalogue that is not retired."""
    mistakes: list[Mistake] = []
    slugs: dict[str, int] = {}
    titles: dict[tuple[str, str], tuple[str, str]] = {
        (language, entry.challenge.title[language].casefold()): (entry.challenge.slug, entry.challenge.slug)
        for entry in entries
        if entry.challenge.status != "retired"
        for language in LANGUAGES
    }
    for line, challenge, _nudges in _by_line(found):
        first = slugs.setdefault(challenge.slug, line)
        if first != line:
            mistakes.append(_mistake(line, make_problem("slug", "duplicate-slug", where=first)))
        for language in LANGUAGES:
            key = (language, challenge.title[language].casefold())
            slug, where = titles.setdefault(key, (challenge.slug, str(line)))
            if slug != challenge.slug:
                mistakes.append(_mistake(line, make_problem(f"title.{language}", "duplicate-title", where=where)))
    return mistakes


def _by_line(found: Found) -> Sequence[tuple[int, Challenge, tuple[Problem, ...]]]:
    return sorted(found, key=lambda one: one[0])


def _mistake(line: int, problem: Problem) -> Mistake:
    return Mistake(line=line, field=problem.field, message=problem.message)
