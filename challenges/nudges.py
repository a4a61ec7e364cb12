"""Friendly doubts about a well-formed challenge: what a careful colleague would ask before it goes live.

The word lists look for beginnings of words and are meant to ask once too often rather than once too little: a nudge
stops nobody. Wording is checked in both languages, so a note that was forgotten in a translation is seen too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from challenges.challenge import Challenge
from challenges.problems import Problem
from challenges.strategies import LANGUAGES, Text

GLANCE = 180
EXCLAMATIONS = 1
SENTENCES = 4  # short ones count too: 'Pancakes count. So does a nap.'

# what a challenge speaks of -> (words in Dutch, words in English, the doubt in Dutch, the doubt in English)
HAZARDS: Mapping[str, tuple[str, str, str, str]] = {
    "strangers": (
        r"vreemde[nr]?\b|onbekende|die je (?:nog )?niet kent|voorbijganger|buren\b|buur(?:man|vrouw)|een buur\b",
        r"stranger|(?:someone|somebody|people) you (?:don.t|do not) know|passer-?by|passers-?by|neighbo",
        "gaat over mensen die je niet goed kent: een veiligheidszin erbij?",
        "is about people one does not know well: add a safety note?",
    ),
    "heat": (
        r"bak(?:ken|t)?\b|kook|koken|oven|fornuis|braad|frituur|kaars|waterkoker|strijk",
        r"bake|baking|cook|boil|oven|stove|fry\b|frying|kettle|candle|iron\b",
        "gaat over hitte of vuur: een veiligheidszin erbij?",
        "is about heat or fire: add a safety note?",
    ),
    "water": (
        r"zwem|sloot|rivier|gracht|vijver|\bzee\b|\bmeertje|steiger|vaar\b|varen|schaats",
        r"swim|river|canal|\bpond|\blake\b|\bsea\b|\bditch|\bboat|skating",
        "gaat over open water: een veiligheidszin erbij?",
        "is about open water: add a safety note?",
    ),
    "height": (
        r"klim|\bdak\b|ladder|\bboom in\b",
        r"climb|\broof|ladder",
        "gaat over klimmen of hoogte: een veiligheidszin erbij?",
        "is about climbing or height: add a safety note?",
    ),
    "darkness": (
        r"in het donker|'s nachts|sterren ?(?:hemel|kijken)|na zonsondergang",
        r"in the dark|outside at night|stargaz|the stars|after sunset",
        "speelt in het donker: een veiligheidszin erbij?",
        "happens in the dark: add a safety note?",
    ),
}
PHOTOGRAPH = {"nl": r"\bfoto|selfie|\bfilm(?:pje|en)?\b", "en": r"\bphoto|selfie|\bpicture|\bvideo|\bfilm\b"}
PEOPLE = {
    "nl": r"iemand|mensen|vriend|klas|huisgeno|familie|\boma|\bopa|broer|\bzus|\bouder|buren|\bteam",
    "en": r"someone|somebody|people|friend|\bclass|housemate|family|grand|brother|sister|parent|neighbo|\bteam",
}
PERMISSION = {
    "nl": r"vraag|\bmag\b|mogen|toestemming|goed vindt|goed vinden|zonder mensen",
    "en": r"\bask|permission|\bokay\b|\bok\b|consent|without people|no people",
}
PROMISE = {
    "nl": r"hierdoor voel|voel je je (?:meteen |gelijk )?beter|maakt je (?:blij|gelukkig)|helpt tegen|gegarandeerd",
    "en": r"will (?:make you|feel|help)|feel better|makes you happ|guarantee|\bcures?\b",
}
MONEY = {"nl": r"\bkoop|trakteer|\beuro|€", "en": r"\bbuy|\bpay\b|\beuro|€"}
_WORDS_NL = (
    "om",
    "die",
    "de",
    "het",
    "een",
    "je",
    "en",
    "van",
    "niet",
    "dat",
    "op",
    "te",
    "met",
    "voor",
    "aan",
    "er",
    "ook",
    "wat",
)
_WORDS_EN = (
    "this",
    "any",
    "the",
    "a",
    "you",
    "and",
    "not",
    "that",
    "on",
    "to",
    "with",
    "for",
    "at",
    "your",
    "it",
    "what",
    "or",
)
STOP_WORDS = {
    "nl": frozenset(_WORDS_NL),
    "en": frozenset(_WORDS_EN),
}

_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_SENTENCE_END = re.compile(r"[.?!…]+(?:\s|$)")


def nudge(challenge: Challenge) -> tuple[Problem, ...]:
    """Every doubt about this challenge, in the order of its fields."""
    return (*_hazards(challenge), *_wording(challenge), *_everyone(challenge))


def guess_language(text: str) -> str | None:
    """``nl`` or ``en`` by counting the commonest small words; None when they differ by less than two."""
    words = re.findall(r"[a-z]+", text.lower())
    counts = {language: sum(word in STOP_WORDS[language] for word in words) for language in LANGUAGES}
    if abs(counts["nl"] - counts["en"]) < 2:
        return None
    return "nl" if counts["nl"] > counts["en"] else "en"


def _hazards(challenge: Challenge) -> Iterator[Problem]:
    said = {language: f"{challenge.title[language]} {challenge.body[language]}" for language in LANGUAGES}
    if challenge.safety is None:
        for code, (nl, en, doubt_nl, doubt_en) in HAZARDS.items():
            if _finds(nl, said["nl"]) or _finds(en, said["en"]):
                yield _doubt("safety", code, doubt_nl, doubt_en)
    for language in LANGUAGES:
        note = f"{said[language]} {(challenge.safety or {}).get(language, '')}"
        portrait = _finds(PHOTOGRAPH[language], said[language]) and _finds(PEOPLE[language], said[language])
        if portrait and not _finds(PERMISSION[language], note):
            yield _doubt(
                f"body.{language}",
                "permission",
                "mensen op de foto: zeg erbij dat zij het goed moeten vinden",
                "people in a photograph: say that they have to agree",
            )
    if any(_finds(MONEY[language], said[language]) for language in LANGUAGES):
        yield _doubt("cost", "money", "kan dit ook zonder geld?", "can this be done without money?")


def _wording(challenge: Challenge) -> Iterator[Problem]:
    for field, texts in _texts(challenge):
        for language in LANGUAGES:
            yield from _wording_of(f"{field}.{language}", texts[language], language)
        if field != "needs" and texts["nl"].casefold() == texts["en"].casefold():
            yield _doubt(field, "untranslated", "beide talen zijn gelijk", "both languages are the same")
    for language in LANGUAGES:
        if sum(texts[language].count("!") for _, texts in _texts(challenge)) > EXCLAMATIONS:
            yield _doubt(
                f"body.{language}",
                "exclamations",
                "meer dan een uitroepteken: rustiger leest fijner",
                "more than one exclamation mark: calmer reads nicer",
            )
        if len(challenge.body[language]) > GLANCE or len(_SENTENCE_END.findall(challenge.body[language])) > SENTENCES:
            yield _doubt(
                f"body.{language}",
                "long",
                f"te lang om in een oogopslag te lezen (hoogstens {SENTENCES} zinnen en {GLANCE} tekens)",
                f"too long to read at a glance (at most {SENTENCES} sentences and {GLANCE} characters)",
            )


def _wording_of(field: str, text: str, language: str) -> Iterator[Problem]:
    if guess_language(text) not in (None, language):
        yield _doubt(field, "language", "is dit wel de juiste taal?", "is this the right language?")
    if re.search(r"\b[A-Z]{4,}\b", text):
        yield _doubt(field, "capitals", "hoofdletters lezen als schreeuwen", "capitals read like shouting")
    if _EMOJI.search(text):
        yield _doubt(field, "emoji", "een voorleesprogramma spreekt emoji uit", "a screen reader reads emoji out loud")
    if _finds(PROMISE[language], text):
        yield _doubt(
            field,
            "promise",
            "beloof niet dat het helpt: dat weten we niet",
            "do not promise that it helps: we do not know that",
        )


def _everyone(challenge: Challenge) -> Iterator[Problem]:
    if challenge.alternative is None and (challenge.strategy == "movement" or challenge.place == "out"):
        yield _doubt(
            "alternative",
            "alternative",
            "hoe doet iemand mee die niet naar buiten of niet goed bewegen kan?",
            "how does somebody join in who cannot go out or cannot move easily?",
        )


def _texts(challenge: Challenge) -> Iterator[tuple[str, Text]]:
    for field in ("title", "body", "safety", "alternative", "needs"):
        texts: Text | None = getattr(challenge, field)
        if texts is not None:
            yield field, texts


def _finds(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![a-z])(?:{pattern})", text, re.IGNORECASE) is not None


def _doubt(field: str, code: str, nl: str, en: str) -> Problem:
    return Problem(field=field, code=code, message={"nl": nl, "en": en})
