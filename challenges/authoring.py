"""What a well-formed challenge is: one check for the YAML loader, the coordinators' form and the CSV import.

``check`` takes a plain mapping, from a file (numbers, dates, lists) or from a form or spreadsheet (everything text),
and gives the ``Challenge`` or every problem at once, each with its field, a stable code and a sentence in both
languages. Nudges are doubts, not problems: a challenge with nudges is well formed.

Text is tidied, not judged, where only its spacing is at fault: runs of white space become one space, and accents are
put in their composed form, so that the same sentence typed on two machines is the same challenge.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from challenges.challenge import COMPANIES, OLDEST, PLACES, PROOFS, SEASONS, STATUSES, YOUNGEST, Challenge
from challenges.nudges import nudge
from challenges.problems import LANGUAGE_NAMES, Problem, make_problem
from challenges.strategies import LANGUAGES, STRATEGIES

SLUG_LIMIT = 40
NAME_LIMIT = 200
LENGTHS: Mapping[str, tuple[int, int]] = {  # field -> fewest and most characters of either language
    "title": (3, 40),
    "body": (20, 220),
    "safety": (5, 160),
    "alternative": (5, 160),
    "needs": (3, 60),
}
RANGES: Mapping[str, tuple[int, int]] = {
    "version": (1, 9999),
    "minutes": (1, 120),
    "min_age": (YOUNGEST, OLDEST),
    "max_age": (YOUNGEST, OLDEST),
    "cool_down_days": (0, 365),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "strategy": tuple(STRATEGIES),
    "place": PLACES,
    "company": COMPANIES,
    "season": SEASONS,
    "proof": PROOFS,
    "status": STATUSES,
}
FIELDS = tuple(f.name for f in fields(Challenge))
DEFAULTS: Mapping[str, Any] = {f.name: f.default for f in fields(Challenge) if f.default is not MISSING}

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MARKUP = re.compile(r"[<>]|&(?:#\w+|[a-z]+);", re.IGNORECASE)
_LINK = re.compile(r"://|\bwww\.|\bmailto:|\S@\S|\]\(|\b[\w-]+\.(?:nl|com|org|net|be|eu|io|app|info)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Either ``challenge`` is there and ``problems`` is empty, or the other way round."""

    challenge: Challenge | None
    problems: tuple[Problem, ...] = ()
    nudges: tuple[Problem, ...] = ()


def check(given: Mapping[str, object]) -> Checked:
    """Read one challenge from plain values. An empty text counts as a field left out, as forms send it."""
    form = _Form(given)
    read: dict[str, Any] = {
        "slug": form.slug("slug"),
        **{name: form.integer(name) for name in RANGES},
        **{name: form.choice(name) for name in CHOICES},
        **{name: form.texts(name) for name in LENGTHS},
        **{name: form.line(name) for name in ("author", "reviewer", "source")},
        "not_before": form.date("not_before"),
        "not_after": form.date("not_after"),
        "weekdays": form.weekdays("weekdays"),
        "cost": form.cost("cost"),
    }
    form.refuse_unknown()
    form.refuse_order("not_after", "not_before", read)
    form.refuse_order("max_age", "min_age", read)
    if form.problems:
        return Checked(challenge=None, problems=tuple(sorted(form.problems, key=_field_order)))
    challenge = Challenge(**read)
    return Checked(challenge=challenge, nudges=nudge(challenge))


def _field_order(problem: Problem) -> int:
    name = problem.field.partition(".")[0]
    return FIELDS.index(name) if name in FIELDS else len(FIELDS)


class _Form:
    """Reads one field after another and remembers every problem on the way; a field with a problem reads as None."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given
        self.problems: list[Problem] = []

    def refuse(self, field: str, code: str, **facts: object) -> None:
        self.problems.append(make_problem(field, code, **facts))

    def refuse_unknown(self) -> None:
        for name in self.given:
            if name not in FIELDS:
                near = difflib.get_close_matches(str(name), FIELDS, n=1)
                hints = {"hint_nl": f"; bedoel je {near[0]}?", "hint_en": f"; did you mean {near[0]}?"} if near else {}
                self.refuse(str(name), "unknown", **{"hint_nl": "", "hint_en": "", **hints})

    def refuse_order(self, late: str, early: str, read: Mapping[str, Any]) -> None:
        if read[late] is not None and read[early] is not None and read[late] < read[early]:
            self.refuse(late, "order", other=early)

    def slug(self, name: str) -> str | None:
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _SLUG.fullmatch(value) or len(value) > SLUG_LIMIT:
            self.refuse(name, "slug", limit=SLUG_LIMIT)
            return None
        return value

    def integer(self, name: str) -> int | None:
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "number")
            return None
        low, high = RANGES[name]
        if not low <= value <= high:
            self.refuse(name, "range", low=low, high=high)
            return None
        return value

    def choice(self, name: str) -> str | None:
        value = self._value(name)
        if value is None or value in CHOICES[name]:
            return str(value) if value is not None else None
        self.refuse(name, "choice", choices=", ".join(CHOICES[name]))
        return None

    def date(self, name: str) -> dt.date | None:
        value = self._value(name)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:  # the 30th of February
                pass
        elif value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
            return value
        self.refuse(name, "date")
        return None

    def weekdays(self, name: str) -> frozenset[int] | None:
        value = self._value(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = [value]
        elif isinstance(value, str):
            value = re.split(r"[\s,;]+", value)
        days = [str(day) for day in value] if isinstance(value, Iterable) else []
        if not days or any(day not in set("1234567") for day in days):
            self.refuse(name, "weekdays")
            return None
        return frozenset(int(day) for day in days)

    def cost(self, name: str) -> int:
        if self._value(name) not in (0, "0"):
            self.refuse(name, "free")
        return 0

    def line(self, name: str) -> str | None:
        """A line for the desk only, not for participants: a name, or where an idea came from (links allowed)."""
        value = self._value(name)
        return None if value is None else self._text(name, value, 1, NAME_LIMIT, links=True)

    def texts(self, name: str) -> dict[str, str] | None:
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.refuse(name, "both-languages")
            return None
        for key in value:
            if key not in LANGUAGES:
                self.refuse(f"{name}.{key}", "unknown", hint_nl="", hint_en="")
        if name in DEFAULTS and all(_is_empty(value.get(language)) for language in LANGUAGES):
            return None
        read = {language: self._text_in(name, language, value.get(language)) for language in LANGUAGES}
        return {language: text for language, text in read.items() if text is not None}

    def _text_in(self, name: str, language: str, value: object) -> str | None:
        field, (low, high) = f"{name}.{language}", LENGTHS[name]
        if _is_empty(value):
            names = LANGUAGE_NAMES[language]
            self.refuse(field, "language-missing", language_nl=names["nl"], language_en=names["en"])
            return None
        return self._text(field, value, low, high, links=False)

    def _text(self, field: str, value: object, low: int, high: int, *, links: bool) -> str | None:
        if not isinstance(value, str):
            self.refuse(field, "text")
            return None
        before = len(self.problems)
        text = " ".join(unicodedata.normalize("NFC", value).split())
        hidden = next((char for char in text if _is_hidden(char)), None)
        if hidden is not None:
            self.refuse(field, "control", code_point=f"{ord(hidden):04X}")
        if text[0] in "=+-@":
            self.refuse(field, "formula")
        if _MARKUP.search(text):
            self.refuse(field, "markup")
        if not links and _LINK.search(text):
            self.refuse(field, "link")
        if len(text) < low:
            self.refuse(field, "too-short", limit=low, length=len(text))
        if len(text) > high:
            self.refuse(field, "too-long", limit=high, length=len(text))
        return text if len(self.problems) == before else None

    def _value(self, name: str) -> object:
        """The value given, tidied at its ends; the default when left out; a problem when it is needed."""
        value = self.given.get(name)
        if not _is_empty(value):
            return value.strip() if isinstance(value, str) else value
        if name not in DEFAULTS:
            self.refuse(name, "required")
            return None
        default: object = DEFAULTS[name]
        return default


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_hidden(char: str) -> bool:
    """Control and format characters (a zero-width space, a direction override) and what is not text at all.

    The zero-width joiner is let through: it holds emoji together.
    """
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn") and char != "\u200d"
