import json
import re
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from server.delivery.gateway import LARGEST_PAYLOAD
from server.delivery.payload import TEXTS, BeepFacts, PushKind, render, topic_of
from server.people.notices import NOTICES, TITLES

DUE = datetime(2026, 3, 27, 9, 12, 31, tzinfo=UTC)
BEEP = uuid.UUID("6f8a1a54-1f0e-4f6e-9d1a-0c6a2b7f9c11")
URL = "https://kiem.example.org"


def facts(kind: PushKind = PushKind.QUESTIONNAIRE, language: str = "nl", **changes: Any) -> BeepFacts:
    fields = {"id": BEEP, "kind": kind, "due_at": DUE, "expires_at": DUE + timedelta(hours=1), "language": language}
    return BeepFacts(**{**fields, **changes})


def read(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body))


def test_the_payload_is_declarative_web_push() -> None:
    message = read(render(facts(), public_url=URL, seed=1))
    notification = message["notification"]
    assert (message["web_push"], message["mutable"]) == (8030, True)
    assert (notification["title"], notification["body"]) in TEXTS[PushKind.QUESTIONNAIRE, "nl"]
    assert notification["lang"] == "nl"
    assert notification["navigate"] == f"{URL}/beep/{BEEP}"
    assert notification["data"] == {
        "beep": str(BEEP),
        "kind": "questionnaire",
        "due_at": "2026-03-27T09:12:31Z",
        "expires_at": "2026-03-27T10:12:31Z",
    }


def test_a_reminder_replaces_the_first_notification() -> None:
    first = read(render(facts(), public_url=URL, seed=1))["notification"]
    second = read(render(facts(PushKind.REMINDER), public_url=URL, seed=2))["notification"]
    assert first["tag"] == second["tag"] == topic_of(BEEP)
    assert first["title"] != second["title"]


def test_a_topic_is_what_every_push_service_takes_and_tells_nothing() -> None:
    topics = {topic_of(uuid.UUID(int=number)) for number in range(2000)}
    assert len(topics) == 2000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", topic) for topic in topics)
    assert BEEP.hex[:8] not in topic_of(BEEP)
    # Stored nowhere, so it must never change: a reminder sent after an upgrade has to find the first push.
    assert topic_of(uuid.UUID(int=0)) == "pInsgtsIo-SevNhHQXDp_v7rfKCuYqI-"


def test_the_same_facts_and_seed_give_the_same_bytes() -> None:
    assert render(facts(), public_url=URL, seed=7) == render(facts(), public_url=URL, seed=7)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", sorted({kind for kind, _language in TEXTS}))
def test_every_wording_comes_up_and_none_is_empty(kind: PushKind, language: str) -> None:
    seen = set()
    for seed in range(200):
        notification = read(render(facts(kind, language), public_url=URL, seed=seed))["notification"]
        seen.add((notification["title"], notification["body"]))
    assert seen == set(TEXTS[kind, language])
    assert all(title and body for title, body in seen)
    assert len(TEXTS[kind, "nl"]) == len(TEXTS[kind, "en"])


def test_a_lock_screen_learns_nothing_about_mood_or_the_study() -> None:
    telling = re.compile(
        r"stemming|voel|gevoel|slaap|stress|eenzaam|somber|blij|studie|onderzoek|vragenlijst|dagboek|psych|depress"
        r"|mood|feel|sleep|lonel|happy|sad|study|research|questionnaire|survey|diary|mental",
        re.IGNORECASE,
    )
    for texts in TEXTS.values():
        for title, body in texts:
            assert not telling.search(f"{title} {body}"), (title, body)


def test_every_payload_has_the_same_length_whatever_it_says() -> None:
    sizes = {
        len(render(facts(kind, language), public_url=URL, seed=seed)) for kind, language in TEXTS for seed in range(20)
    } | {
        len(
            render(
                facts(PushKind.MESSAGE, language, words=(TITLES[key][language], text[language])), public_url=URL, seed=0
            )
        )
        for key, text in NOTICES.items()
        for language in ("nl", "en")
    }
    assert len(sizes) == 1
    assert sizes.pop() <= LARGEST_PAYLOAD


def test_a_long_address_of_the_service_still_fits() -> None:
    body = render(facts(), public_url="https://" + "a" * 250, seed=1)
    assert len(body) <= LARGEST_PAYLOAD
    assert read(body)["notification"]["navigate"].startswith("https://aaa")


def test_times_leave_in_utc_whatever_zone_they_came_in() -> None:
    amsterdam = timezone(timedelta(hours=1))
    message = read(render(facts(due_at=DUE.astimezone(amsterdam)), public_url=URL, seed=1))
    assert message["notification"]["data"]["due_at"] == "2026-03-27T09:12:31Z"
    with pytest.raises(ValueError, match="aware"):
        render(facts(due_at=DUE.replace(tzinfo=None)), public_url=URL, seed=1)


def test_an_unknown_language_gets_english() -> None:
    notification = read(render(facts(language="fy"), public_url=URL, seed=1))["notification"]
    assert notification["lang"] == "en"


def test_a_test_push_opens_the_app_and_no_beep() -> None:
    notification = read(render(facts(PushKind.TEST), public_url=URL, seed=1))["notification"]
    assert notification["data"]["kind"] == "test"
    assert "/beep/" not in notification["navigate"]
