"""What is different in a new version of the text that comes with Kiem, in words for who agreed to the one before. Pure.

The text tells figures (`Figures`), names (`Named`) and whether anybody looks after signs; the rest is its wording.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prompts.protocols import Protocol
from server.consent.texts import ASKED, NOBODY_WATCHES, Sections, as_json, default_texts, reach_of

Body = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How long taking part takes (days), and how often somebody is asked on each of them."""

    days: int
    beeps: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Whom the text names: the study (``title`` in each language), who is responsible, and whom to ask."""

    title: Mapping[str, str]
    institution: str
    contact: Mapping[str, Any]

    @property
    def reach(self) -> str:
        """Whom to ask, as the text says it."""
        return reach_of(self.contact)


def figures_of(protocol: Protocol) -> Figures:
    """What somebody would be told of these rules."""
    return Figures(days=protocol.days, beeps=protocol.scheme.beeps)


def read_figures(body: Body) -> Figures | None:
    """The figures in the text that comes with Kiem, as stored; None when it is another text."""
    numbers = re.findall(r"\d+", body[ASKED]["text"]) if len(body) > ASKED else []
    return Figures(days=int(numbers[0]), beeps=int(numbers[1])) if len(numbers) == 2 else None


def binds(told: Figures, due: Figures) -> bool:
    """Whether people who agreed to ``told`` are asked again. Longer alone does not: they keep the days of their yes."""
    return told.beeps != due.beeps or due.days < told.days


def say(told: Figures, due: Figures) -> dict[str, str]:
    """What is different, for who agreed to the text before."""
    nl, en = [], []
    if told.days != due.days:
        nl.append(f"Het duurt nu {due.days} dagen in plaats van {told.days}.")
        en.append(f"It now takes {due.days} days instead of {told.days}.")
    if due.days > told.days:
        nl.append("Deed je al mee? Dan blijft het voor jou zoals het was.")
        en.append("Were you taking part already? Then it stays as it was for you.")
    if told.beeps != due.beeps:
        nl.append(f"Je krijgt nu {due.beeps} keer per dag een vragenlijst in plaats van {told.beeps} keer.")
        en.append(f"You now get a questionnaire {due.beeps} times a day instead of {told.beeps} times.")
    return {"nl": " ".join(nl), "en": " ".join(en)}


def is_another_promise(was: Named, will: Named, old: Mapping[str, Body], new: Mapping[str, Sections]) -> bool:
    """Whether a yes to the ``old`` texts is none to the ``new`` ones: somebody else is responsible, other figures, or
    signs that nobody or somebody now looks after. Another contact, name or wording is a correction."""
    if was.institution != will.institution:
        return True
    return any(
        read_figures(body) != read_figures(as_json(new[language]))
        or _is_monitored(body, language) != _is_monitored(as_json(new[language]), language)
        for language, body in old.items()
    )


def announce(was: Named, will: Named, old: Mapping[str, Body], new: Mapping[str, Sections]) -> dict[str, str]:
    """What is different in each language; both a young person and her parents read it."""
    return {
        language: " ".join(_announce(language, was, will, old[language], as_json(sections)))
        for language, sections in new.items()
        if language in old
    }


def _announce(language: str, was: Named, will: Named, old: Body, new: Body) -> list[str]:
    words, said = _WORDS[language], []
    if was.institution != will.institution:
        key = "institution" if was.institution else "institution_first"
        said.append(words[key].format(new=will.institution, old=was.institution))
    if was.title[language] != will.title[language]:
        said.append(words["title"].format(new=will.title[language]))
    if was.reach != will.reach:
        said.append(words["contact"].format(new=will.reach))
    told, due = read_figures(old), read_figures(new)
    if told is None or due is None:
        return [*said, words["rewritten"]]
    if told != due:
        said.append(say(told, due)[language])
    watched = _is_monitored(old, language)
    if watched != _is_monitored(new, language):
        said.append(words["unwatched" if watched else "watched"])
    return said + _say_rewritten(language, was, old, told, watched)


def _say_rewritten(language: str, was: Named, old: Body, told: Figures, watched: bool) -> list[str]:
    """Of sections that a newer release of Kiem words differently, their titles."""
    expected = default_texts(
        title=was.title,
        days=told.days,
        beeps=told.beeps,
        institution=was.institution,
        contact=was.contact,
        monitored=watched,
    )[language]
    stored = [dict(one) for one in old]
    titles = [f"“{one['title']}”" for one in as_json(expected) if one not in stored]
    return [_WORDS[language]["worded"].format(titles=", ".join(titles))] if titles else []


def _is_monitored(body: Body, language: str) -> bool:
    blank: dict[str, Any] = {"days": 0, "beeps": 0, "institution": "", "contact": {}, "monitored": True}
    told = default_texts(title=dict.fromkeys(_WORDS, ""), **blank)[language][NOBODY_WATCHES]
    return any(one["title"] == told.title for one in body)


_WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "institution": "Voor het onderzoek en voor alle gegevens is nu {new} verantwoordelijk, in plaats van {old}. De "
        "onderzoekers van {new} werken met de antwoorden.",
        "institution_first": "Voor het onderzoek en voor alle gegevens is nu {new} verantwoordelijk.",
        "title": "Het onderzoek heet nu “{new}”.",
        "contact": "Wie iets wil vragen, kan nu terecht bij: {new}.",
        "watched": "Er is een keuze bij: mogen de mensen van het onderzoek een seintje krijgen als het te veel lijkt "
        "te worden?",
        "unwatched": "De mensen van het onderzoek krijgen geen seintje meer als het te veel lijkt te worden.",
        "worded": "Anders geschreven: {titles}.",
        "rewritten": "De hele tekst is opnieuw geschreven.",
    },
    "en": {
        "institution": "{new} is now responsible for the study and for all data, instead of {old}. The researchers of "
        "{new} work with the answers.",
        "institution_first": "{new} is now responsible for the study and for all data.",
        "title": "The study is now called “{new}”.",
        "contact": "Whoever has a question can now ask: {new}.",
        "watched": "There is one more choice: may the people of the study get a sign when it seems to become too much?",
        "unwatched": "The people of the study get no sign any more when it seems to become too much.",
        "worded": "Written differently: {titles}.",
        "rewritten": "The whole text was written anew.",
    },
}
