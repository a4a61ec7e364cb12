"""A study's own rules as a form, and back; and what two sets of rules differ in, in words. Pure."""

import re
from dataclasses import replace
from datetime import time

from challenges.strategies import LANGUAGES
from server.desk.forms import Form
from server.studies.rules import FIELDS, StudyRules

POOLS = ("all", "strategies", "challenges")


def form_of(rules: StudyRules) -> Form:
    """The form with these rules in it."""
    pool = "strategies" if rules.strategies is not None else "challenges" if rules.challenges is not None else "all"
    return Form.of(
        days=rules.days,
        start=rules.start,
        end=rules.end,
        min_gap=rules.min_gap,
        times=None if rules.times is None else " ".join(f"{at:%H:%M}" for at in rules.times),
        answer_window=rules.answer_window,
        reminders=" ".join(map(str, rules.reminders)),
        first=rules.first,
        other=rules.other,
        last=rules.last,
        challenge_at=rules.challenge_at,
        challenge_within=rules.challenge_within,
        languages=rules.languages,
        pool=pool,
        strategies=rules.strategies or (),
        challenges=rules.challenges or (),
        alternatives=rules.alternatives,
    )


def read_rules(form: Form, present: StudyRules, strategies: list[str], challenges: list[str]) -> StudyRules:
    """The rules of a form that was sent; what cannot be read is noted in it and stays as in ``present``."""
    days = form.whole("days", least=1, most=9999)
    start, end = form.clock("start"), form.clock("end")
    window = form.whole("answer_window", least=1, most=9999)
    reminders = _numbers(form, "reminders")
    gap = form.whole("min_gap", least=1, most=9999) if present.min_gap is not None else None
    times = _times(form, "times") if present.times is not None else None
    challenge_at = form.clock("challenge_at") if present.challenge_at is not None else None
    within = form.whole("challenge_within", least=0, most=9999) if present.challenge_at is not None else None
    pool = form.choice("pool", POOLS) if present.challenge_at is not None else "all"
    alternatives = form.whole("alternatives", least=0, most=99) if present.challenge_at is not None else None
    return replace(
        present,
        days=days or present.days,
        start=start or present.start,
        end=end or present.end,
        min_gap=gap or present.min_gap,
        times=times or present.times,
        answer_window=window or present.answer_window,
        reminders=present.reminders if reminders is None else reminders,
        first=form.text("first", most=80) or present.first,
        other=form.text("other", most=80) or present.other,
        last=form.text("last", most=80) or present.last,
        challenge_at=challenge_at or present.challenge_at,
        challenge_within=present.challenge_within if within is None else within,
        languages=tuple(form.many("languages", LANGUAGES)),
        strategies=tuple(form.many("strategies", strategies)) if pool == "strategies" else None,
        challenges=tuple(form.many("challenges", challenges)) if pool == "challenges" else None,
        alternatives=present.alternatives if alternatives is None else alternatives,
    )


def differences(before: StudyRules, after: StudyRules) -> list[tuple[str, str, str]]:
    """Field, text before, text after, for each that changed; "" stands for everything, or nothing."""
    return [
        (name, _said(getattr(before, name)), _said(getattr(after, name)))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def _said(value: object) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(_said(entry) for entry in value)
    return "" if value is None else str(value)


def _numbers(form: Form, name: str) -> tuple[int, ...] | None:
    """Whole numbers with spaces or commas between them; none is fine."""
    written = re.split(r"[\s,;]+", form.text(name, required=False, most=60))
    parts = [part for part in written if part]
    if not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        form.wrong(name, "rules.wrong.numbers")
        return None
    return tuple(map(int, parts))


def _times(form: Form, name: str) -> tuple[time, ...] | None:
    parts = [part for part in re.split(r"[\s,;]+", form.text(name, most=120)) if part]
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", part) for part in parts):
        form.wrong(name, "rules.wrong.times")
        return None
    return tuple(time.fromisoformat(part) for part in parts)
