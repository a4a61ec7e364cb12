"""Who may call what: every address is declared here, by hand, and every cell of the table is called for real.

An address that is not declared fails. So does one that lets in somebody it should not, or keeps out somebody it should
let in. The words are those of `server.staff.roles`, and ``participant`` for young people's own addresses.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.audit.service import Actor
from server.clock import SetClock
from server.context import Context
from server.crypto import hash_with_key
from server.db import Database
from server.export.models import ExportJob
from server.export.request import Request
from server.safety.models import SafetyAlert
from server.staff.invitations import invite
from server.staff.models import Invitation
from server.staff.sessions import open_session
from tests.cast import NOW, Cast, make_cast
from tests.factories import make_beep, make_challenge
from tests.server.desk.desk import SECRET, make_staff

TABLE = """
anybody        GET       / /join /join/<path:rest> /beep/<path:rest> /challenge /challenge/gallery
anybody        GET       /event /help /settings /settings/<path:rest> /team /trends /week /healthz /readyz /metrics
anybody        GET       /.well-known/security.txt
anybody        GET       /api/v1/docs /api/v1/docs.css /api/v1/openapi.json /api/v1/push-key /api/v1/team/words
anybody        GET       /api/v1/help /api/v1/instruments/<key> /api/v1/intro/<code>
anybody        POST      /api/v1/join /api/v1/recover
anybody        GET,POST  /parent /parent/<secret>
anybody        GET       /parent/static/<path:filename>
participant    GET       /api/v1/beeps/<uuid:beep> /api/v1/events/<uuid:event>/items /api/v1/card
participant    GET,PATCH /api/v1/me
participant    GET       /api/v1/me/data /api/v1/team /api/v1/today /api/v1/trends
participant    GET,PUT   /api/v1/me/consent
participant    GET,POST  /api/v1/me/parents /api/v1/me/stop
participant    GET,PUT,DELETE /api/v1/me/pause
participant    PUT,DELETE /api/v1/devices
participant    PUT       /api/v1/beeps/<uuid:beep>/challenge /api/v1/beeps/<uuid:beep>/response
participant    PUT       /api/v1/events/<uuid:event>/response /api/v1/me/avatar /api/v1/me/nickname /api/v1/team/ranking
participant    POST      /api/v1/beeps/<uuid:beep>/snooze /api/v1/card/dismiss /api/v1/devices/test
participant    POST      /api/v1/devices/state /api/v1/devices/test/seen /api/v1/me/confirm /api/v1/receipts
participant    POST      /api/v1/sign-out /api/v1/team/leave /api/v1/team/report /api/v1/team/stickers
anybody        GET       /desk/<path:_rest> /desk/assets/<name>
anybody        GET,POST  /desk/sign-in /desk/invitation/<token>
anybody        GET       /desk/oidc /desk/oidc/back
anybody        POST      /desk/sign-out /desk/language
anyone         GET       /desk
anyone         GET,POST  /desk/account /desk/confirm
anyone fresh   GET,POST  /desk/account/recovery-codes /desk/account/renew
anyone fresh   GET       /desk/account/passkeys/new
anyone         POST      /desk/account/passkeys/<uuid:passkey_id>/remove
anybody        POST      /api/v1/desk/session/passkey /api/v1/desk/session/passkey/options
anybody        GET,POST  /api/v1/desk/invitations/<token>
anyone         POST      /api/v1/desk/invitations/<token>/take /api/v1/desk/session/confirm
anyone         GET,PUT   /api/v1/desk/account
anyone         GET       /api/v1/desk/account/passkeys /api/v1/desk/account/sessions
anyone         POST      /api/v1/desk/account/sessions/end-others
anyone         DELETE    /api/v1/desk/account/sessions/<uuid:session_id>
anyone         PATCH,DELETE /api/v1/desk/account/passkeys/<uuid:passkey_id>
anyone fresh   POST      /api/v1/desk/account/passkeys /api/v1/desk/account/passkeys/options
anyone fresh   POST      /api/v1/desk/account/recovery-codes /api/v1/desk/account/renew
anyone         POST      /desk/account/sessions/<uuid:session_id>/end /desk/account/sessions/end-others
administrator  GET       /desk/log /desk/staff
administrator  GET,POST  /desk/staff/invite
administrator fresh GET,POST /desk/staff/<uuid:staff_id>
administrator  POST      /desk/staff/invitations/<uuid:invitation_id>/withdraw
staffing       GET       /desk/studies/<study_name>/staff
staffing       GET,POST  /desk/studies/<study_name>/staff/<uuid:staff_id> /desk/studies/<study_name>/staff/invite
staffing       GET,POST  /desk/studies/<study_name>/staff/<uuid:staff_id>/remove
staffing       POST      /desk/studies/<study_name>/invitations/<uuid:invitation_id>/withdraw
owner          GET       /desk/studies/<study_name>/log
owner          GET,POST  /desk/studies/<study_name>/consent/new /desk/studies/<study_name>/safety/monitoring
owner          POST      /desk/studies/<study_name>/safety/monitoring/end
coordinator    GET       /desk/studies/<study_name>/consent /desk/studies/<study_name>/safety
coordinator    GET       /api/v1/desk/studies/<study_name>/consent /api/v1/desk/studies/<study_name>/safety
coordinator    POST      /api/v1/desk/studies/<study_name>/consent/letters/<code>/<int:parent>
coordinator    POST      /api/v1/desk/studies/<study_name>/safety/alerts/<uuid:alert_id>/take
coordinator    POST      /api/v1/desk/studies/<study_name>/safety/alerts/<uuid:alert_id>/close
owner          POST      /api/v1/desk/studies/<study_name>/consent
owner          PUT,DELETE /api/v1/desk/studies/<study_name>/safety/monitoring
coordinator    POST      /desk/studies/<study_name>/consent/letters/<code>/<int:parent>
coordinator    POST      /desk/studies/<study_name>/safety/alerts/<uuid:alert_id>/take
coordinator    POST      /desk/studies/<study_name>/safety/alerts/<uuid:alert_id>/close
desk           GET       /desk/challenges /desk/challenges/export.<any(csv, yaml):form>
desk           GET,POST  /desk/challenges/<slug> /desk/challenges/import /desk/challenges/new /desk/new-study
desk           POST      /desk/challenges/<slug>/duplicate /desk/challenges/<slug>/move /desk/challenges/<slug>/undo
desk           POST      /desk/challenges/move
coordinator    GET       /desk/studies/<study_name>/board /desk/studies/<study_name>/calendar
coordinator    GET       /desk/studies/<study_name>/people /desk/studies/<study_name>/people/<code>
coordinator    GET       /desk/studies/<study_name>/codes/<any(poster, letter):sheet>
coordinator    GET,POST  /desk/studies/<study_name>/challenges /desk/studies/<study_name>/codes
coordinator    GET,POST  /desk/studies/<study_name>/settings /desk/studies/<study_name>/rules
coordinator    POST      /desk/studies/<study_name>/challenges/<on>/free /desk/studies/<study_name>/codes/<code>/end
coordinator    POST      /desk/studies/<study_name>/people/<code>/new-code
coordinator    POST      /desk/studies/<study_name>/people/<code>/notice
coordinator    POST      /desk/studies/<study_name>/people/<code>/message
coordinator    GET       /api/v1/desk/studies/<study_name>/team-reports
coordinator    POST      /api/v1/desk/studies/<study_name>/team-reports/<code>/settle
coordinator    POST      /desk/studies/<study_name>/people/<code>/reports
coordinator    POST      /api/v1/desk/studies/<study_name>/people/<code>/message
anyone         GET       /api/v1/desk/me
anyone         GET       /api/v1/desk/studies
desk           POST      /api/v1/desk/studies
desk           GET       /api/v1/desk/notices /api/v1/desk/protocols
desk           GET,POST  /api/v1/desk/challenges
desk           GET,PUT   /api/v1/desk/challenges/<slug>
desk           GET       /api/v1/desk/challenges/export.<any(csv, yaml):form>
desk           POST      /api/v1/desk/challenges/<slug>/duplicate /api/v1/desk/challenges/<slug>/move
desk           POST      /api/v1/desk/challenges/<slug>/undo /api/v1/desk/challenges/check
desk           POST      /api/v1/desk/challenges/import /api/v1/desk/challenges/move
coordinator    GET       /api/v1/desk/studies/<study_name> /api/v1/desk/studies/<study_name>/board
coordinator    GET       /api/v1/desk/studies/<study_name>/calendar /api/v1/desk/studies/<study_name>/people
coordinator    GET       /api/v1/desk/studies/<study_name>/people/<code> /api/v1/desk/studies/<study_name>/schedule
coordinator    GET,PUT   /api/v1/desk/studies/<study_name>/rules
coordinator    PUT       /api/v1/desk/studies/<study_name>/settings
coordinator    GET,POST  /api/v1/desk/studies/<study_name>/codes
coordinator    POST      /api/v1/desk/studies/<study_name>/codes/<code>/end
coordinator    POST      /api/v1/desk/studies/<study_name>/people/<code>/new-code
coordinator    POST      /api/v1/desk/studies/<study_name>/rules/impact
coordinator    PUT,DELETE /api/v1/desk/studies/<study_name>/people/<code>/notice
coordinator    PUT,DELETE /api/v1/desk/studies/<study_name>/schedule/<on>
owner          GET       /api/v1/desk/studies/<study_name>/log
staffing       GET       /api/v1/desk/studies/<study_name>/staff
staffing       POST      /api/v1/desk/studies/<study_name>/invitations
staffing       DELETE    /api/v1/desk/studies/<study_name>/invitations/<uuid:invitation_id>
staffing       PUT,DELETE /api/v1/desk/studies/<study_name>/staff/<uuid:staff_id>
administrator  GET       /api/v1/desk/log /api/v1/desk/staff
administrator  POST      /api/v1/desk/staff/invitations
administrator  DELETE    /api/v1/desk/staff/invitations/<uuid:invitation_id>
administrator fresh POST /api/v1/desk/staff/<uuid:staff_id>/end /api/v1/desk/staff/<uuid:staff_id>/renew
researcher     GET       /desk/studies/<study_name>/exports /desk/studies/<study_name>/exports/<uuid:job_id>
researcher     GET,POST  /desk/studies/<study_name>/exports/new
researcher     POST      /desk/studies/<study_name>/exports/<uuid:job_id>/cancel
researcher fresh GET,POST /desk/studies/<study_name>/exports/<uuid:job_id>/decision
researcher fresh GET     /desk/studies/<study_name>/exports/<uuid:job_id>/bundle
researcher     GET       /desk/studies/<study_name>/planning
owner fresh    GET,POST  /desk/studies/<study_name>/planning/release
owner fresh    GET       /desk/studies/<study_name>/planning/proof
anybody        POST      /api/v1/desk/session
anyone         DELETE    /api/v1/desk/session
researcher     GET,POST  /api/v1/desk/studies/<study_name>/exports
researcher     POST      /api/v1/desk/studies/<study_name>/exports/preview
researcher     GET,DELETE /api/v1/desk/studies/<study_name>/exports/<uuid:job_id>
researcher fresh PUT     /api/v1/desk/studies/<study_name>/exports/<uuid:job_id>/decision
researcher fresh GET     /api/v1/desk/studies/<study_name>/exports/<uuid:job_id>/bundle
"""
# Everybody who calls. The outsider owns another study; the administrator is in none.
STAFF = ("coordinator", "researcher", "owner", "outsider", "administrator")
CALLERS = ("nobody", "participant", *STAFF)
MAY = {
    "anybody": set(CALLERS),
    "participant": {"participant"},
    "anyone": set(STAFF),
    "desk": {"coordinator", "owner", "outsider", "administrator"},
    "coordinator": {"coordinator", "owner"},
    "researcher": {"researcher", "owner"},
    "owner": {"owner"},
    "staffing": {"owner", "administrator"},
    "administrator": {"administrator"},
}
# Where even who may gets 404, because what the address names here is not there.
NOTHING_THERE = {
    "/metrics",  # no token is set
    "/desk/<path:_rest>",
    "/desk/account/passkeys/<uuid:passkey_id>/remove",
    "/desk/oidc",  # not set up in the tests of this file
    "/desk/oidc/back",
    "/desk/invitation/<token>",
    "/desk/studies/<study_name>/challenges/<on>/free",
    "/desk/studies/<study_name>/consent/letters/<code>/<int:parent>",
    "/desk/studies/<study_name>/codes/<any(poster, letter):sheet>",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One rule with one method."""

    rule: str
    method: str
    who: str
    fresh: bool

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def read_table() -> dict[tuple[str, str], Declared]:
    found: dict[tuple[str, str], Declared] = {}
    for line in TABLE.strip().splitlines():
        match = re.fullmatch(r"(\w+)( fresh)? +([A-Z,]+) +(/.*)", line)
        assert match, line
        who, fresh, methods, rules = match.groups()
        for rule in re.findall(r"(?:<any\([^)]*\):\w+>|\S)+", rules):
            for method in methods.split(","):
                assert (rule, method) not in found, f"{method} {rule} stands there twice"
                found[rule, method] = Declared(rule=rule, method=method, who=who, fresh=fresh is not None)
    return found


DECLARED = read_table()


def served(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_is_declared_and_every_declared_one_is_there(app: Flask) -> None:
    there = served(app)
    assert {f"{method} {rule}" for rule, method in there - DECLARED.keys()} == set(), "declare it in TABLE"
    assert {f"{method} {rule}" for rule, method in DECLARED.keys() - there} == set(), "it is gone: take it out"


def test_what_views_say_of_themselves_is_what_is_declared(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            declared = DECLARED.get((rule.rule, method))
            if declared and policy:
                assert (policy.role, policy.fresh) == (declared.who, declared.fresh), str(declared)


@dataclass(kw_only=True)
class House:
    """Two studies with everybody in them, and somebody to act upon."""

    app: Flask
    tokens: dict[str, str]
    arguments: dict[str, str]
    asked: set[str] = field(default_factory=set)  # who has called

    def call(self, caller: str, declared: Declared) -> TestResponse:
        self.asked.add(caller)
        url = self.address(declared.rule)
        client = self.app.test_client(use_cookies=False)
        headers = {"Accept-Language": "en"}
        token = self.tokens.get(caller, "")
        if caller == "participant":
            headers["Cookie"] = f"__Host-kiem={token}"
        elif token:
            headers["Cookie"] = f"__Host-kiem-desk={token}"
        base = "https://kiem.example"
        if not url.startswith("/desk"):
            if url.startswith("/api/v1/desk") and token:
                headers["X-CSRF-Token"] = hash_with_key(SECRET, "form", token).hex()
            body = {"json": {}} if url.startswith("/api") and declared.method != "GET" else {}
            return client.open(url, method=declared.method, base_url=base, headers=headers, buffered=True, **body)
        form = {}
        if declared.method == "POST":
            key = token if token and caller != "participant" else "stranger"
            if key == "stranger":
                headers["Cookie"] = f"{headers.get('Cookie', '')}; __Host-kiem-desk-form=stranger".lstrip("; ")
            form = {"csrf": hash_with_key(SECRET, "form", key).hex()}
        return client.open(
            url, method=declared.method, base_url=base, headers=headers, data=form or None, buffered=True
        )

    def address(self, rule: str) -> str:
        def fill(match: re.Match[str]) -> str:
            name = match[1].split(":")[-1]
            if name == "code":
                name = "join_code" if "/codes/" in rule or "/intro/" in rule else "participant_code"
            return self.arguments[name]

        return re.sub(r"<([^>]+)>", fill, rule)


@pytest.fixture
def house(app: Flask, database: Database) -> House:
    with database.transaction() as session:
        cast: Cast = make_cast(session)
        tokens = {"participant": cast.noor.token}
        for caller in STAFF:
            study = cast.other_study if caller == "outsider" else cast.study
            role = {"outsider": "owner", "administrator": None}.get(caller, caller)
            staff, _ = make_staff(session, caller, roles={study: role} if role else {}, administrator=role is None)
            tokens[caller] = open_session(session, staff, browser="", now=NOW)
        nina, _ = make_staff(session, "Nina", roles={cast.study: "coordinator"})
        invite(session, Actor(), "new@kiem.example", study=cast.study, role="researcher", secret=SECRET, now=NOW)
        beep = make_beep(session, participant=cast.noor.participant, slot=1)
        challenge = make_challenge(session)
        garden, noor = cast.study.id, cast.noor.participant.id
        alert = SafetyAlert(study_id=garden, participant_id=noor, kind="wish", raised_at=NOW, respond_by=NOW)
        session.add(alert)
        session.flush()
        job = ExportJob(
            study_id=garden, state="waiting", request=Request().as_json(), reason="x", asked_by="x", asked_at=NOW
        )
        session.add(job)
        session.flush()
        arguments = {
            "study_name": "garden",
            "job_id": str(job.id),
            "staff_id": str(nina.id),
            "invitation_id": str(session.scalars(select(Invitation.id)).one()),
            "session_id": str(uuid.UUID(int=1)),
            "alert_id": str(alert.id),
            "passkey_id": str(uuid.UUID(int=3)),
            "parent": "1",
            "beep": str(beep.id),
            "event": str(uuid.UUID(int=2)),
            "join_code": cast.join_code.code,
            "participant_code": "NRNR234",
            "slug": challenge.slug,
            "on": "2026-03-20",
            "form": "csv",
            "sheet": "poster",
            "key": "momentary.1",
            "name": "desk.css",
            "token": "nothing",
            "secret": "nothing",
            "filename": "parents.css",
            "rest": "x",
            "_rest": "x",
        }
    return House(app=app, tokens=tokens, arguments=arguments)


def refused(answer: TestResponse) -> bool:
    """Turned away for who one is."""
    return answer.status_code in (401, 404) or _is_role(answer) or _asks_to_sign_in(answer)


def _is_role(answer: TestResponse) -> bool:
    said = answer.get_data(as_text=True)
    return answer.status_code == 403 and ("not part of your role" in said or '"role-missing"' in said)


def _asks_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and (answer.location or "").startswith("/desk/sign-in?next=")


@pytest.mark.parametrize("declared", DECLARED.values(), ids=str)
def test_each_caller_gets_in_where_she_may_and_nowhere_else(house: House, declared: Declared) -> None:
    may = MAY[declared.who]
    for caller in CALLERS:
        if caller in may:
            continue
        answer = house.call(caller, declared)
        assert refused(answer), f"{caller} gets {answer.status_code} from {declared}"
        if declared.rule.startswith("/api/v1/desk") and caller not in ("nobody", "participant"):
            assert answer.status_code in (403, 404), f"{caller} gets {answer.status_code} from {declared}"
        elif declared.rule.startswith("/api"):
            assert answer.status_code == 401, f"{caller} gets {answer.status_code} from {declared}"
        elif caller in ("nobody", "participant"):
            assert _asks_to_sign_in(answer), f"{caller} gets {answer.status_code} from {declared}"
    first = True
    for caller in CALLERS:
        if caller not in may:
            continue
        answer = house.call(caller, declared)
        assert answer.status_code < 500, f"{caller} breaks {declared}: {answer.status_code}"
        assert answer.status_code != 401, f"{caller} is not let into {declared}"
        assert not _is_role(answer), f"{caller} is not let into {declared}"
        assert not _asks_to_sign_in(answer) or declared.rule == "/desk/sign-out", f"{caller} is not let into {declared}"
        if first and declared.rule.startswith("/desk") and declared.rule not in NOTHING_THERE:
            assert answer.status_code != 404, f"{caller} finds nothing at {declared}"
        first = False
    assert house.asked == set(CALLERS), "every cell of the table is called"


@pytest.mark.parametrize("declared", [one for one in DECLARED.values() if one.fresh], ids=str)
def test_what_reaches_far_wants_a_fresh_code(house: House, clock: SetClock, declared: Declared) -> None:
    clock.move(timedelta(minutes=5))
    caller = "administrator" if declared.who in ("administrator", "anyone") else "owner"
    answer = house.call(caller, declared)
    if declared.rule.startswith("/api"):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "step-up-needed")
        return
    assert (answer.status_code, (answer.location or "").split("?")[0]) == (303, "/desk/confirm")


def test_an_undeclared_address_would_be_noticed(context: Context) -> None:
    from server.app import create_app

    app = create_app(context)
    app.url_map.add(Rule("/back-door", endpoint="back_door", methods=["GET"]))
    assert served(app) - DECLARED.keys() == {("/back-door", "GET")}
