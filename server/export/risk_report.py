"""The risk report as a page to read, Dutch and English. Pure."""

from collections.abc import Mapping

from server.export.generalise import Text
from server.export.risk import Risk
from server.export.singling import Curve

_HEAD: Mapping[str, str] = {"nl": "Onthullingsrisico", "en": "Disclosure risk"}

_PROTECTS: Text = {
    "nl": "Wat deze export tegengaat: dat iemand met alleen leeftijd, taal en begindag een deelnemer terugvindt; "
    "dat een datum uit de rijen wordt afgelezen zonder verdere kennis{ids}.",
    "en": "What this export works against: finding a participant by age, language and first weekday alone; reading a "
    "date off the rows without further knowledge{ids}.",
}
_FRESH_IDS: Text = {
    "nl": "; dat de codes van twee exports naast elkaar worden gelegd (maar de rijen wel, zie hieronder)",
    "en": "; laying the ids of two exports side by side (but not their rows, see below)",
}
_PROTECTS_NOT: Text = {
    "nl": "Wat zij niet tegengaat: dat wie iemand goed kent en van enkele momenten de antwoorden weet, haar rijen "
    "herkent en dan de rest leest. Dagboekrijen zijn daarom niet anoniem in de zin van overweging 26 van de AVG. "
    "Afspraken over gebruik, toegang en verbod op herleiden horen erbij.",
    "en": "What it does not: keep whoever knows somebody well, and her answers of a few moments, from recognising her "
    "rows and reading the rest. Diary rows are therefore not anonymous in the sense of recital 26 of the GDPR. "
    "Conditions of use, controlled access and a ban on re-identification belong to them.",
}
_ROWS_MATCH: Text = {
    "nl": "Twee exports van dezelfde studie passen rij voor rij op elkaar, ook met andere codes: de antwoorden zijn "
    "dezelfde, en de reeks van één vraag is genoeg om bijna iedereen terug te vinden. Wie beide heeft, weet van elk "
    "mens wat in een van beide staat. Geef dus niet twee pakketten aan wie er een mag hebben, en voeg ze niet samen.",
    "en": "Two exports of one study match row by row, whatever their ids: the answers are the same, and one item's "
    "series is enough to find nearly everybody again. Whoever has both knows of every person what either tells. So do "
    "not give two bundles to whoever may have one, and do not join them.",
}
_TABLES: Text = {
    "nl": "Deze export bevat alleen tabellen van aantallen en gemiddelden. Kleine aantallen en nullen zijn verborgen, "
    "en zoveel andere dat geen verborgen aantal uit de randtotalen van zijn tabel te berekenen is.",
    "en": "This export holds tables of counts and means only. Small counts and zeros are hidden, and as many others as "
    "it takes that no hidden count can be worked out from the totals of its table.",
}
_OWN: Text = {
    "nl": "Dit zijn de eigen gegevens van één deelnemer, met echte tijden en vrije tekst. Bewaar ze zo.",
    "en": "These are one participant's own data, with true times and free text. Keep them accordingly.",
}
_WORDS: Mapping[str, Text] = {
    "people": {"nl": "Deelnemers", "en": "Participants"},
    "k": {"nl": "Kleinste groep (k)", "en": "Smallest group (k)"},
    "l": {"nl": "Verschillende gevoelige waarden (l)", "en": "Different sensitive values (l)"},
    "t": {"nl": "Afstand tot de verdeling van allen (t)", "en": "Distance from everybody's distribution (t)"},
    "suppressed": {"nl": "Zonder demografie", "en": "Without demographics"},
    "starts": {"nl": "Verschillende begindata", "en": "Distinct start dates"},
    "planning": {"nl": "Geplande tijden, nagerekend uit het lot", "en": "Planned times, drawn again from the seed"},
    "patterns": {"nl": "Uniek patroon van gemiste beeps", "en": "Unique pattern of missed beeps"},
    "asked": {"nl": "gevraagd", "en": "asked"},
    "demographics": {"nl": "Demografie", "en": "Demographics"},
    "singled": {"nl": "Aangewezen door p bekende beeps", "en": "Singled out by p known beeps"},
    "known": {"nl": "dag en beep bekend", "en": "day and beep known"},
    "unknown": {"nl": "dag en beep onbekend", "en": "day and beep not known"},
    "item": {"nl": "vraag", "en": "item"},
    "items": {"nl": "vragen", "en": "items"},
    "warnings": {"nl": "Waarschuwingen", "en": "Warnings"},
    "method": {
        "nl": "Aandeel deelnemers dat als enige past bij de antwoorden op p willekeurig getrokken beantwoorde beeps.",
        "en": "Share of participants who alone fit the answers to p answered beeps drawn at random.",
    },
    "danger": {"nl": "gevaar", "en": "danger"},
    "caution": {"nl": "let op", "en": "caution"},
    "notice": {"nl": "weet", "en": "notice"},
}


def render(risk: Risk, *, inside: bool = False) -> str:
    """The report as Markdown, first Dutch, then English. ``inside`` as for `Risk.as_json`."""
    return "\n".join(_page(risk, language, inside) for language in ("nl", "en"))


def _page(risk: Risk, language: str, inside: bool) -> str:
    profile = risk.profile
    lines = [f"# {_HEAD[language]}: {profile.title[language]}", "", f"**{profile.label[language]}**", ""]
    if profile.name == "own":
        return "\n".join([*lines, _OWN[language], ""])
    if profile.rows == "tables":
        lines += [_TABLES[language], ""]
    else:
        ids = _FRESH_IDS[language] if profile.ids == "fresh" else ""
        lines += [_PROTECTS[language].format(ids=ids), "", _PROTECTS_NOT[language], "", _ROWS_MATCH[language], ""]
    lines += _table(_figures(risk, language))
    if risk.lost:
        lines += ["", f"## {_say('demographics', language)}", ""]
        lines += [f"- {text[language]}" for text in risk.lost.values()]
    if risk.curves:
        lines += ["", f"## {_say('singled', language)}", "", _say("method", language), ""]
        for number, curve in enumerate(risk.curves):
            lines += [*([""] if number else []), *_table(_curve(curve, language))]
    warnings = [warning for warning in risk.warnings if inside or not warning.inside]
    if warnings:
        lines += ["", f"## {_say('warnings', language)}", ""]
        lines += [f"- **{_say(w.severity, language)}** ({w.code}): {w.text[language]}" for w in warnings]
    return "\n".join([*lines, ""])


def _say(word: str, language: str) -> str:
    return _WORDS[word][language]


def _figures(risk: Risk, language: str) -> list[list[str]]:
    asked = _say("asked", language)
    rows = [["", ""], [_say("people", language), str(risk.people)]]
    if risk.k_reached is not None:
        rows.append([_say("k", language), f"{risk.k_reached} ({asked}: {risk.profile.k})"])
        rows.append([_say("suppressed", language), str(risk.suppressed)])
    if risk.l_reached is not None:
        rows.append([_say("l", language), f"{risk.l_reached} ({asked}: {risk.profile.l})"])
    if risk.t is not None:
        rows.append([_say("t", language), f"{risk.t:.2f}"])
    if risk.profile.rows == "beeps":
        rows.append([_say("starts", language), str(risk.start_dates)])
    if risk.planning is not None:
        rows.append([_say("planning", language), risk.planning[language]])
    if risk.patterns_unique is not None:
        rows.append([_say("patterns", language), f"{risk.patterns_unique:.0%}"])
    return rows


def _curve(curve: Curve, language: str) -> list[list[str]]:
    points = list(curve.when_known)
    named = ", ".join(curve.items)
    word = "item" if len(curve.items) == 1 else "items"
    head = [f"{len(curve.items)} {_say(word, language)}: {named}", *(f"p = {known}" for known in points)]
    return [
        head,
        [_say("known", language), *(_share(curve.when_known[known]) for known in points)],
        [_say("unknown", language), *(_share(curve.when_unknown.get(known)) for known in points)],
    ]


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _table(rows: list[list[str]]) -> list[str]:
    first, *rest = rows
    return [_line(first), _line(["---"] * len(first)), *map(_line, rest)]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
