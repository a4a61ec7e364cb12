"""Between an HTML form and `challenges.authoring`: plain values in, problems back beside their fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from challenges.authoring import DEFAULTS, LENGTHS
from challenges.problems import Problem as ChallengeProblem
from challenges.rules import Challenge
from challenges.strategies import LANGUAGES, STRATEGIES
from server.coordination.content import challenge_as_json
from server.desk.forms import WHOLE, Form, Problem
from server.desk.strings import translate

PLAIN = (
    "strategy",
    "minutes",
    "place",
    "company",
    "min_age",
    "max_age",
    "not_before",
    "not_after",
    "season",
    "cool_down_days",
    "proof",
    "source",
)
USUAL_MINUTES = 5  # half of the challenges that come with Kiem take no longer
RARE = frozenset(("min_age", "max_age", "not_before", "not_after", "weekdays", "season", "cool_down_days"))
RARER = frozenset(("alternative_nl", "alternative_en", "needs_nl", "needs_en", "proof", "source", "slug"))


def values_of(sent: "MultiDict[str, str]") -> dict[str, object]:
    """What was typed, as `challenges.authoring.check` takes it."""
    given: dict[str, object] = {name: sent.get(name, "") for name in PLAIN}
    for name in LENGTHS:
        given[name] = {language: sent.get(f"{name}_{language}", "") for language in LANGUAGES}
    given["weekdays"] = sent.getlist("weekdays") or "-"  # no day at all is a problem, not the default
    if sent.get("slug"):
        given["slug"] = sent["slug"]
    return given


def form_of(challenge: Challenge) -> Form:
    """A form with the text of a challenge."""
    content = challenge_as_json(challenge)
    values: dict[str, Any] = {name: content[name] for name in PLAIN}
    for name in LENGTHS:
        values |= {f"{name}_{language}": (content[name] or {}).get(language, "") for language in LANGUAGES}
    return Form.of(**values, weekdays=content["weekdays"], slug=challenge.slug)


def empty_form() -> Form:
    """A form for a new challenge, with the usual values."""
    usual = {name: DEFAULTS[name] for name in ("place", "company", "min_age", "cool_down_days", "proof")}
    return Form.of(**usual, minutes=USUAL_MINUTES, weekdays=sorted(DEFAULTS["weekdays"]))


def blame_fields(form: Form, problems: Iterable[ChallengeProblem], language: str) -> None:
    """Note every problem under its field, said with the field's label, in the order of the form."""
    found = {problem.field.replace(".", "_"): problem for problem in problems}
    for name, problem in sorted(found.items(), key=lambda item: _place(item[0])):
        known = name in PLAIN or name == "weekdays" or name == "slug" or name.rpartition("_")[0] in LENGTHS
        label = label_of(name, language)
        form.errors.setdefault(name if known else WHOLE, Problem(said=f"{label}: {problem.message[language]}"))


def label_of(name: str, language: str) -> str:
    """How the form calls a field, such as ``title_nl`` or ``title.nl``."""
    stem, _, code = name.replace(".", "_").rpartition("_")
    if stem in LENGTHS and code in LANGUAGES:
        words = {"nl": "Nederlands", "en": "English"}
        return f"{translate(f'challenge.field.{stem}', language)} · {words[code]}"
    key = f"challenge.field.{name}"
    try:
        return translate(key, language)
    except KeyError:
        return name


def card_of(form: Form) -> Mapping[str, Any]:
    """What the card beside the form shows: what is typed so far."""
    texts = {
        name: {language: form.value(f"{name}_{language}").strip() for language in LANGUAGES}
        for name in ("title", "body", "safety")
    }
    strategy = form.value("strategy")
    return {
        "strategy": strategy if strategy in STRATEGIES else "",
        "minutes": form.value("minutes"),
        "place": form.value("place"),
        "company": form.value("company"),
        **texts,
    }


def is_open(form: Form, names: Iterable[str]) -> bool:
    """Must a folded part of the form be open, because something in it is wrong?"""
    return any(name in form.errors for name in names)


_TEXTS = tuple(f"{name}_{language}" for name in ("title", "body", "safety") for language in LANGUAGES)
_ORDER = (*_TEXTS[:4], "strategy", "minutes", "place", "company", *_TEXTS[4:], *PLAIN[4:])


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
