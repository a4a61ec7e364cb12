"""What somebody who means it would send: a body for every address that takes one, from which the fuzz strays.

A body that is drawn from a schema alone is hardly ever taken (the fields of a challenge fit each other), and what is
refused at the door shows nothing of the rooms behind it.
"""

import random
from collections.abc import Mapping
from typing import Any

from flask import Flask

from server.planning.models import Beep
from tests.answering import make_body
from tests.cast import NOW
from tests.consent_factories import CONTACT
from tests.server.desk.desk import PASSWORD

STRAYS = 0.5  # how often one field of a likely body is as it was drawn
Bodies = dict[str, list[dict[str, Any]]]
_AT = NOW.isoformat()
_BOTH = {"nl": "Een kop\n\nEen alinea met **nadruk**.", "en": "A heading\n\nA paragraph with **stress**."}
_KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}
_EXPORT = {"profile": "research", "ranking": ["birth_year"], "language": "en"}
_MONITORING = {
    "weekdays": [1, 2, 3, 4, 5],
    "begins": "09:00",
    "ends": "17:00",
    "within_h": 12,
    "people": ["Cleo, 06 12345678"],
    "protocol": _BOTH,
}


def stray(body: Mapping[str, Any], drawn: Any, rng: random.Random) -> dict[str, Any]:
    """The body, now and then with one field as it was drawn."""
    found = dict(body)
    if isinstance(drawn, dict) and drawn and rng.random() < STRAYS:
        name = rng.choice(list(drawn))
        found[name] = drawn[name]
    return found


def likely_bodies(app: Flask, owner: str, slots: list[Beep], endpoint: str) -> Bodies:
    """By ``METHOD /path``. ``slots`` are beeps of the participant, the first of them a questionnaire that is open."""
    client = app.test_client(use_cookies=False)

    def look(path: str) -> Any:
        answer = client.get(f"/api/v1/desk{path}", headers={"Authorization": f"Bearer {owner}"})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    settings, rules = look("/studies/garden"), look("/studies/garden/rules")
    challenge = look("/challenges/compliment")
    intro = client.get("/api/v1/intro/{}?language=nl".format(look("/studies/garden/codes")["codes"][0]["code"]))
    text = {name: intro.get_json()["consent"][name] for name in ("version", "sha256", "language")}
    yes = {**text, "scopes": {"use": True, "research": True, "sharing": False}}
    invitation = {"mail": "somebody.new@kiem.example", "language": "en"}
    answers = [make_body(beep, finished_at=NOW) for beep in slots]
    device = {"endpoint": endpoint}
    enrol = {"code": "", "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2006, "consent": yes}
    api, study = "/api/v1", "/api/v1/desk/studies/{study_name}"
    bodies: Bodies = {
        f"POST {api}/join": [enrol],
        f"PATCH {api}/me": [{"language": "en"}, {"zone": "Pacific/Kiritimati"}],
        f"PUT {api}/me/consent": [yes],
        f"POST {api}/me/parents": [{"mail": "mother@home.example", "language": "nl"}],
        f"PUT {api}/me/pause": [{"from": "2026-03-05", "until": "2026-03-07"}],
        f"PUT {api}/beeps/{{beep}}/response": answers,
        f"PUT {api}/events/{{event}}/response": answers,
        f"PUT {api}/beeps/{{beep}}/challenge": [{"outcome": "done", "slug": "compliment", "at": _AT, "fun": 40}],
        f"PUT {api}/devices": [{**device, "keys": _KEYS, "platform": "android", "standalone": True}],
        f"DELETE {api}/devices": [device],
        f"POST {api}/devices/state": [device],
        f"POST {api}/devices/test": [device],
        f"POST {api}/devices/test/seen": [device],
        f"POST {api}/receipts": [{"receipts": [{"beep": str(slots[0].id), "kind": "shown", "at": _AT}]}],
        f"POST {api}/team/report": [{"member": str(slots[0].participant_id)}],
        f"POST {api}/me/stop": [{"erase": False}, {"erase": True}],
        f"POST {api}/desk/studies": [
            {"name": "a-new-study", "title": _title("Nieuw"), "protocol": "grow-it.1", "zone": "Europe/Amsterdam"}
        ],
        f"PUT {study}/settings": [
            {
                **{name: settings[name] for name in ("title", "start_rule", "opens_on", "closes_on")},
                "institution": "Tuin",
                "contact": CONTACT,
                "parents_required": 2,
            }
        ],
        f"PUT {study}/rules": [{"rules": rules["rules"], "base": rules.get("version", 1)}],
        f"POST {study}/rules/impact": [rules["rules"]],
        f"POST {study}/codes": [{"count": 3, "max_uses": 1, "expires_on": "2026-12-31"}],
        f"PUT {study}/people/{{code}}/notice": [{"notice": "thanks"}],
        f"POST {study}/people/{{code}}/message": [{"notice": "thanks"}],
        f"PUT {study}/schedule/{{on}}": [{"slug": "compliment"}],
        f"POST {api}/desk/challenges": [{**challenge, "slug": "a-new-one"}, challenge],
        f"POST {api}/desk/challenges/check": [challenge],
        f"PUT {api}/desk/challenges/{{slug}}": [challenge],
        f"POST {api}/desk/challenges/{{slug}}/move": [{"to": "retired"}, {"to": "review"}],
        f"POST {api}/desk/challenges/move": [{"to": "retired", "slugs": ["compliment"]}],
        f"POST {study}/invitations": [{**invitation, "role": "researcher"}],
        f"PUT {study}/staff/{{staff_id}}": [{"role": "researcher"}],
        f"POST {api}/desk/staff/invitations": [invitation],
        f"POST {study}/exports": [{**_EXPORT, "reason": "for the fuzz"}],
        f"POST {study}/exports/preview": [_EXPORT],
        f"PUT {study}/exports/{{job_id}}/decision": [{"agree": True, "note": "fine"}],
        f"PUT {api}/desk/account": [{"name": "Cleo", "language": "en"}],
        f"POST {api}/desk/invitations/{{token}}": [
            {"name": "Nina", "language": "en", "password": PASSWORD, "code": "123456"}
        ],
        f"PATCH {api}/desk/account/passkeys/{{passkey_id}}": [{"name": "my other key"}],
        f"POST {study}/consent": [{"texts": _BOTH, "changes": _BOTH, "binding": True}],
        f"PUT {study}/safety/monitoring": [_MONITORING],
        f"POST {study}/safety/alerts/{{alert_id}}/close": [{"outcome": "spoken"}],
    }
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert bodies.keys() <= there, f"gone: {sorted(bodies.keys() - there)}"
    return bodies


def _title(word: str) -> dict[str, str]:
    return {"nl": word, "en": word}
