"""What can be wrong with a challenge, said in both languages to the person who wrote it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from challenges.strategies import Text

LANGUAGE_NAMES: Mapping[str, Text] = {
    "nl": {"nl": "Nederlandse", "en": "Dutch"},
    "en": {"nl": "Engelse", "en": "English"},
}

# code -> (nl, en); a code is an interface (desk, import, tests), the sentence may be improved at any time.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("dit veld is nodig", "this field is needed"),
    "unknown": ("dit veld bestaat niet{hint_nl}", "there is no such field{hint_en}"),
    "text": ("hier hoort tekst", "this must be text"),
    "both-languages": (
        "geef een tekst in het Nederlands (nl) en in het Engels (en)",
        "give a text in Dutch (nl) and in English (en)",
    ),
    "language-missing": ("de {language_nl} tekst ontbreekt", "the {language_en} text is missing"),
    "too-short": ("minstens {limit} tekens, nu {length}", "at least {limit} characters, now {length}"),
    "too-long": ("hoogstens {limit} tekens, nu {length}", "at most {limit} characters, now {length}"),
    "slug": (
        "alleen kleine letters, cijfers en streepjes, te beginnen met een letter, hoogstens {limit} tekens",
        "only small letters, digits and hyphens, starting with a letter, at most {limit} characters",
    ),
    "number": ("hier hoort een heel getal", "this must be a whole number"),
    "range": ("moet tussen {low} en {high} liggen", "must be between {low} and {high}"),
    "choice": ("kies uit: {choices}", "choose one of: {choices}"),
    "date": ("hier hoort een datum als 2026-03-29", "this must be a date like 2026-03-29"),
    "weekdays": (
        "noem de dagen als getallen van 1 (maandag) tot en met 7 (zondag)",
        "name the days as numbers from 1 (Monday) to 7 (Sunday)",
    ),
    "order": ("mag niet voor {other} liggen", "must not come before {other}"),
    "free": ("een challenge kost niets: hier hoort 0", "a challenge costs nothing: this must be 0"),
    "markup": ("geen HTML of punthaken", "no HTML or angle brackets"),
    "link": ("geen links of adressen", "no links or addresses"),
    "control": (
        "er staat een onzichtbaar teken in (U+{code_point}); typ de tekst opnieuw",
        "it contains an invisible character (U+{code_point}); type the text again",
    ),
    "formula": (
        "een tekst begint niet met = + - of @, want een rekenblad leest dat als formule",
        "a text does not start with = + - or @, because a spreadsheet reads that as a formula",
    ),
    "endless-cell": (
        "deze tabel is niet te lezen: een cel houdt niet op (staat er een aanhalingsteken te veel?)",
        "this table cannot be read: a cell does not end (is there a quote too many?)",
    ),
    "duplicate-slug": ("deze slug staat al in {where}", "this slug is already used in {where}"),
    "duplicate-title": ("deze titel staat al bij {where}", "this title is already used by {where}"),
    "changed": (
        "{key} is uitgegeven en mag niet meer veranderen: geef de nieuwe tekst versie {version}",
        "{key} was released and may not change any more: give the new text version {version}",
    ),
    "unrecorded": (
        "{key} is nog niet vastgelegd: python -m challenges release",
        "{key} is not recorded yet: python -m challenges release",
    ),
    "gone": (
        "{key} is uitgegeven en mag niet verdwijnen: zet de status op retired",
        "{key} was released and may not vanish: set its status to retired",
    ),
    "cells": ("meer cellen dan kolommen", "more cells than columns"),
    "unreadable": ("het bestand is geen UTF-8", "the file is not UTF-8"),
    "no-list": (
        "het bestand moet onder deze naam een lijst challenges hebben",
        "the file must hold a list of challenges under this name",
    ),
    "mapping": ("een challenge bestaat uit velden met een waarde", "a challenge consists of fields with a value"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing to mend (or, as a nudge, to think about). ``field`` is a path such as ``title.nl``."""

    field: str
    code: str
    message: Text = dataclasses.field(hash=False)

    def __str__(self) -> str:
        return f"{self.field}: {self.message['en']}"


def make_problem(field: str, code: str, **facts: object) -> Problem:
    nl, en = MESSAGES[code]
    return Problem(field=field, code=code, message={"nl": nl.format(**facts), "en": en.format(**facts)})
