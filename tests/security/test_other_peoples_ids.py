"""Every address with an id, asked with the id of another person or another study: nothing is shown, nothing changes.

What is not yours looks exactly like what is not there, so an id cannot even be tried out.
"""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.crypto import hash_with_key
from server.db import Database
from tests.answering import make_body
from tests.architecture.test_routes import DECLARED, Declared
from tests.cast import NOW
from tests.security.town import Place, Town, build_town, read_everything
from tests.server.desk.desk import SECRET
from tests.server.rights.living import answer_of, mail_of

# Addresses whose last part is no id of a person's or a study's own, each with what it is.
OPEN = {
    "/api/v1/instruments/<key>": "released questionnaires are public",
    "/api/v1/intro/<code>": "the code is the key: whoever has it may join",
    "/parent/<secret>": "the link is the key; guesses are counted",
    "/desk/invitation/<token>": "the link is the key",
    "/parent/static/<path:filename>": "files",
    "/desk/assets/<name>": "files",
    "/join/<path:rest>": "the app's page",
    "/beep/<path:rest>": "the app's page",
    "/settings/<path:rest>": "the app's page",
    "/desk/<path:_rest>": "nothing",
    "/desk/challenges/<slug>": "the library is the installation's, not a study's",
    "/desk/challenges/<slug>/duplicate": "the library is the installation's",
    "/desk/challenges/<slug>/move": "the library is the installation's",
    "/desk/challenges/<slug>/undo": "the library is the installation's",
    "/desk/challenges/export.<any(csv, yaml):form>": "the library is the installation's",
    "/desk/staff/<uuid:staff_id>": "administrators only, over all studies",
    "/desk/staff/invitations/<uuid:invitation_id>/withdraw": "administrators only, over all studies",
    "/api/v1/desk/challenges/<slug>": "the library is the installation's",
    "/api/v1/desk/challenges/<slug>/duplicate": "the library is the installation's",
    "/api/v1/desk/challenges/<slug>/move": "the library is the installation's",
    "/api/v1/desk/challenges/<slug>/undo": "the library is the installation's",
    "/api/v1/desk/challenges/export.<any(csv, yaml):form>": "the library is the installation's",
    "/api/v1/desk/staff/invitations/<uuid:invitation_id>": "administrators only, over all studies",
    "/api/v1/desk/staff/<uuid:staff_id>/end": "administrators only, over all studies",
    "/api/v1/desk/staff/<uuid:staff_id>/renew": "administrators only, over all studies",
}
# Participants' addresses whose id lies in the path, with a body that would work on one's own.
MINE = {
    "GET /api/v1/beeps/<uuid:beep>": lambda place: (place.beep.id, None),
    "PUT /api/v1/beeps/<uuid:beep>/response": lambda place: (place.beep.id, make_body(place.beep)),
    "POST /api/v1/beeps/<uuid:beep>/snooze": lambda place: (place.beep.id, {}),
    "PUT /api/v1/beeps/<uuid:beep>/challenge": lambda place: (
        place.dare.id,
        {"outcome": "skipped", "slug": "compliment", "at": NOW.isoformat()},
    ),
}
# An entry of one's own has an id that the phone draws: another's is simply a new entry (see the test of its own).
DRAWN = {"GET /api/v1/events/<uuid:event>/items", "PUT /api/v1/events/<uuid:event>/response"}
NOBODY = uuid.UUID(int=7)
# A form about one of these that is gone leads back to its list, without a word on why.
BACK_TO_THE_PAGE = {"session_id"}
# What staff would send with ids of their own study, where the shape is looked at first.
BODIES = {
    "POST /api/v1/desk/studies/<study_name>/safety/alerts/<uuid:alert_id>/close": {"outcome": "spoken"},
    "PATCH /api/v1/desk/account/passkeys/<uuid:passkey_id>": {"name": "mine now"},
    "PUT /api/v1/desk/studies/<study_name>/staff/<uuid:staff_id>": {"role": "owner"},
    "PUT /api/v1/desk/studies/<study_name>/people/<code>/notice": {"notice": "thanks"},
    "PUT /api/v1/desk/studies/<study_name>/exports/<uuid:job_id>/decision": {"agree": True, "note": "fine"},
}
# Where the refusal comes before the id is looked at, so that it says nothing of the id.
SAME = {
    "GET /desk/studies/<study_name>/exports/<uuid:job_id>/bundle": {403, 404},
    "GET /api/v1/desk/studies/<study_name>/exports/<uuid:job_id>/bundle": {404, 422},
    "DELETE /api/v1/desk/account/sessions/<uuid:session_id>": {204},  # also for one that never was; nothing changes
}


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return build_town(session)


def with_ids() -> list[Declared]:
    """Addresses with an id; a link's own token is its key, and no id."""
    return [one for one in DECLARED.values() if "<" in one.rule and one.rule not in OPEN and "<token>" not in one.rule]


def is_of_staff(rule: str) -> bool:
    return rule.startswith(("/desk/", "/api/v1/desk/"))


def test_no_address_with_an_id_is_left_out() -> None:
    """Those of staff are all asked below; the others are named in `MINE` and `DRAWN`."""
    assert {str(one) for one in with_ids() if not is_of_staff(one.rule)} == MINE.keys() | DRAWN
    assert OPEN.keys() <= {one.rule for one in DECLARED.values()}, "it is gone: take it out"


def test_a_beep_of_somebody_else_looks_like_one_that_never_was(
    client: FlaskClient, database: Database, town: Town
) -> None:
    before = read_everything(database)
    for address, of in MINE.items():
        for asker, owner in ((town.sam, town.garden), (town.harbour, town.garden), (town.garden, town.harbour)):
            ident, body = of(owner)
            answers = [_ask(client, address, asker, target, body) for target in (ident, NOBODY)]
            assert [answer.status_code for answer in answers] == [404, 404], address
            assert answers[0].data == answers[1].data, address
    assert read_everything(database) == before
    for address, of in MINE.items():
        ident, body = of(town.garden)
        own = _ask(client, address, town.garden, ident, body)
        assert own.status_code != 404, f"her own is at {address}, or this test shows nothing"


def test_an_event_of_somebody_else_is_neither_read_nor_changed(
    client: FlaskClient, database: Database, town: Town
) -> None:
    event = uuid.uuid4()
    body = make_body(town.garden.beep, finished_at=NOW - timedelta(minutes=1))
    put = "PUT /api/v1/events/<uuid:event>/response"
    assert _ask(client, put, town.garden, event, body).status_code == 201
    hers = [row for row in read_everything(database)["response"] if str(town.cast.noor.participant.id.hex) in row]
    other = {**body, "app": "of-sam"}
    assert _ask(client, put, town.sam, event, other).status_code in (201, 404, 409)
    again = read_everything(database)["response"]
    assert [row for row in again if str(town.cast.noor.participant.id.hex) in row] == hers


def test_ids_inside_bodies_reach_nothing_of_others(client: FlaskClient, database: Database, town: Town) -> None:
    sam, noor = town.sam, town.garden
    before = read_everything(database)

    def ask(method: str, path: str, **more: Any) -> TestResponse:
        return client.open(f"/api/v1{path}", method=method, headers=sam.member.headers, **more)

    assert ask("DELETE", "/devices", json={"endpoint": noor.endpoint}).status_code == 404
    assert ask("POST", "/devices/test", json={"endpoint": noor.endpoint}).status_code in (200, 202, 404)
    assert ask("POST", "/devices/test/seen", json={"endpoint": noor.endpoint}).status_code in (200, 404)
    line = {"beep": str(noor.beep.id), "kind": "opened", "at": NOW.isoformat()}
    assert ask("POST", "/receipts", json={"receipts": [line]}).json == {"kept": 0, "ignored": 1}
    stranger = town.cast.zoe.participant.id
    assert ask("POST", "/team/report", json={"member": str(stranger)}).status_code == 404
    assert read_everything(database) == before


def test_an_owner_reaches_nothing_of_another_study(app: Flask, database: Database, town: Town) -> None:
    """One id at a time is the other study's, then all of them; the answer is that to an id that never was."""
    own, other = town.garden.arguments, town.harbour.arguments
    before = read_everything(database)
    asked = 0
    for declared in (one for one in with_ids() if is_of_staff(one.rule)):
        names = [_name(declared.rule, part) for part in re.findall(r"<([^>]+)>", declared.rule)]
        swapped = [name for name in names if name in own]
        assert swapped, f"{declared} has an id that this test does not know"
        for mix in [*([name] for name in swapped), swapped]:
            answer = _call(app, town.garden, declared, own | {name: other[name] for name in mix})
            unknown = _call(app, town.garden, declared, own | dict.fromkeys(mix, str(NOBODY)))
            assert (answer.status_code, answer.location) == (unknown.status_code, unknown.location), (declared, mix)
            # Where a body's shape is looked at first, its refusal says nothing of the id.
            usual = {404, 422} if declared.rule.startswith("/api") and declared.method != "GET" else {404}
            back = set(mix) <= BACK_TO_THE_PAGE and declared.rule.startswith("/desk")
            assert answer.status_code in ({303} if back else SAME.get(str(declared), usual)), (declared, mix)
            _shows_nothing_of(answer, town.harbour)
            asked += 1
    assert asked > 30
    assert read_everything(database) == before


def _ask(client: FlaskClient, address: str, asker: Place, ident: uuid.UUID, body: Any) -> TestResponse:
    method, rule = address.split(" ")
    path = re.sub(r"<uuid:\w+>", str(ident), rule)
    more = {} if body is None else {"json": body}
    return client.open(path, method=method, headers=asker.member.headers, **more)


def _name(rule: str, part: str) -> str:
    name = part.split(":")[-1]
    if name == "code":
        return "join_code" if "/codes/" in rule else "participant_code"
    return name


def _call(app: Flask, caller: Place, declared: Declared, arguments: dict[str, str]) -> TestResponse:
    known = {"sheet": "poster", "on": "2026-03-20", "parent": "1", **arguments}
    path = re.sub(r"<([^>]+)>", lambda part: known[_name(declared.rule, part[1])], declared.rule)
    form = {
        "csrf": hash_with_key(SECRET, "form", caller.token).hex(),
        "role": "owner",
        "why": "x",
        "notice": "thanks",
        "outcome": "spoken",
    }
    if declared.rule.startswith("/api"):
        return app.test_client(use_cookies=False).open(
            path,
            method=declared.method,
            headers={"Authorization": f"Bearer {caller.token}"},
            json=BODIES.get(str(declared), {}) if declared.method in ("POST", "PUT", "PATCH") else None,
        )
    return app.test_client(use_cookies=False).open(
        path,
        method=declared.method,
        base_url="https://kiem.example",
        headers={"Cookie": f"__Host-kiem-desk={caller.token}", "Accept-Language": "en"},
        data=form if declared.method == "POST" else None,
        buffered=True,
    )


def _shows_nothing_of(answer: TestResponse, place: Place) -> None:
    said = answer.get_data(as_text=True)
    person = place.member.participant
    title = place.study.title["en"]
    for secret in (answer_of(person), mail_of(person), place.staff.mail, title, place.endpoint):
        assert secret not in said
