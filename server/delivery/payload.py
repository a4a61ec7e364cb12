"""What a push says: declarative web push JSON, which Safari shows by itself and every other browser's worker reads.

The words never tell what the questions are about, how anybody feels, or which study it is: a lock screen is public.
Every payload has the same length, so that its size does not tell a push service what kind it is either.
"""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from server.delivery.keys import encode_base64url

PADDED_TO = 640  # bytes; longer payloads go up in steps of this
TOPIC_LENGTH = 32


class PushKind(StrEnum):
    """What a push is about."""

    QUESTIONNAIRE = "questionnaire"
    REMINDER = "reminder"
    CHALLENGE = "challenge"
    TEST = "test"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True, slots=True)
class BeepFacts:
    """What a payload needs to know of a beep; times are aware UTC, ``language`` is nl or en.

    For a test push, ``id`` names the test itself and ``due_at`` is when it was asked for.
    """

    id: UUID
    kind: PushKind
    due_at: datetime
    expires_at: datetime
    language: str
    words: "Text | None" = None  # title and body of a message; everything else has the words of `TEXTS`


Text = tuple[str, str]  # title, body

TEXTS: Final = MappingProxyType(
    {
        (PushKind.QUESTIONNAIRE, "nl"): (
            ("Heb je even?", "Een paar korte vragen, zo klaar."),
            ("Momentje voor jezelf", "Het duurt nog geen minuut."),
            ("Hoi!", "Er staat iets voor je klaar."),
            ("Ping!", "Tik om te beginnen, je bent zo weer weg."),
            ("Tijd voor een korte pauze", "Een paar tikken en je bent klaar."),
        ),
        (PushKind.QUESTIONNAIRE, "en"): (
            ("Got a moment?", "A few short questions, done in no time."),
            ("A moment for yourself", "It takes less than a minute."),
            ("Hi there!", "Something is waiting for you."),
            ("Ping!", "Tap to start, you will be done in a tick."),
            ("Time for a short break", "A few taps and you are done."),
        ),
        (PushKind.REMINDER, "nl"): (
            ("Het kan nog even", "Je hebt nog tijd om mee te doen."),
            ("Nog eentje open", "Tik om alsnog mee te doen."),
            ("Past het nu?", "Er staat nog iets voor je klaar."),
        ),
        (PushKind.REMINDER, "en"): (
            ("There is still time", "You can still join in."),
            ("One still open", "Tap to join in after all."),
            ("Better now?", "Something is still waiting for you."),
        ),
        (PushKind.CHALLENGE, "nl"): (
            ("Je challenge van vandaag", "Nieuwsgierig? Kijk maar."),
            ("Durf jij?", "Er ligt een nieuwe challenge voor je klaar."),
            ("Iets nieuws voor vandaag", "Kies er een die bij je past."),
        ),
        (PushKind.CHALLENGE, "en"): (
            ("Your challenge for today", "Curious? Have a look."),
            ("Do you dare?", "A new challenge is waiting for you."),
            ("Something new for today", "Pick one that suits you."),
        ),
        (PushKind.TEST, "nl"): (("Gelukt!", "Zo zien onze meldingen eruit."),),
        (PushKind.TEST, "en"): (("It works!", "This is what our notifications look like."),),
    }
)
FALLBACK_LANGUAGE: Final = "en"


def topic_of(beep_id: UUID) -> str:
    """The Topic header and notification tag of a beep: 32 characters of base64url, the same for its reminder.

    A digest, so that a push service learns no id that means anything elsewhere. 32 because Apple decodes a topic as
    base64url and refuses lengths that cannot be.
    """
    return encode_base64url(sha256(b"kiem topic 1\0" + beep_id.bytes).digest()[: TOPIC_LENGTH * 3 // 4])


def render(facts: BeepFacts, *, public_url: str, seed: int) -> bytes:
    """The payload as UTF-8 JSON, far below `gateway.LARGEST_PAYLOAD`; the same facts and seed give the same bytes.

    ``public_url`` is the service's own address without a final slash. The wording is one of several by ``seed``.
    """
    known = facts.words is not None or (facts.kind, facts.language) in TEXTS
    language = facts.language if known else FALLBACK_LANGUAGE
    variants = TEXTS[facts.kind, language] if facts.words is None else (facts.words,)
    # A seeded draw of wording, not a secret.
    title, body = variants[random.Random(seed).randrange(len(variants))]  # noqa: S311
    message = {
        "web_push": 8030,
        "notification": {
            "title": title,
            "body": body,
            "lang": language,
            "tag": topic_of(facts.id),
            "navigate": public_url + _path(facts),
            "data": {
                **({} if facts.kind is PushKind.MESSAGE else {"beep": str(facts.id)}),
                "kind": facts.kind.value,
                "due_at": _utc(facts.due_at),
                "expires_at": _utc(facts.expires_at),
            },
        },
        "mutable": True,
    }
    return _pad(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def _path(facts: BeepFacts) -> str:
    ways = {PushKind.TEST: "/?push=test", PushKind.MESSAGE: "/"}
    return ways.get(facts.kind, f"/beep/{facts.id}")


def _utc(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("A beep's times must be aware.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pad(body: bytes) -> bytes:
    """Spaces after a JSON value mean nothing to any reader."""
    return body.ljust(-(-len(body) // PADDED_TO) * PADDED_TO)
