"""The world that `tests.security.fuzz` throws things at: one file, copied anew for every operation."""

import itertools
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.app import create_app
from server.audit.service import Actor
from server.clock import SetClock
from server.config import Settings
from server.consent.mail_round import send_mails
from server.consent.service import record_own
from server.context import Context, bind
from server.crypto_fields import FieldKey, FieldKeys, give_keys
from server.db import Database
from server.delivery.addresses import EndpointPolicy
from server.mail.console import RecordingMailer
from server.people.models import Participant
from server.planning.models import Beep
from server.schema import create_all
from server.staff.invitations import invite
from server.staff.models import StaffSession
from server.staff.sessions import open_session
from server.staff.totp import issue_recovery_codes
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.conftest import PUSH_KEY
from tests.consent_factories import choice
from tests.delivery_factories import make_device
from tests.factories import make_assignment, make_beep, make_challenge
from tests.security.fuzz_likely import Bodies, likely_bodies
from tests.security.town import build_place
from tests.server.desk.desk import PASSWORD, SECRET, make_staff
from tests.young import ANNA, ask_parents, join_young

STAFF = {"coordinator": "coordinator", "researcher": "researcher", "owner": "owner", "administrator": None}
YOUNG = ("participant", "waiting")  # one who is asked, and one whose parents have not agreed yet
CALLERS = ("anonymous", *YOUNG, "parent", *STAFF)
STRANGER = "a-form-key-of-a-stranger"


@dataclass(kw_only=True, slots=True)
class World:
    """``known`` are things that are there, by the name of the field or parameter that asks for them (or by that and the
    path, where one name means several things); ``likely`` what somebody who means it would send, by address."""

    folder: Path
    template: Path
    tokens: dict[str, str]
    known: dict[str, list[str]]
    likely: Bodies
    copies: Iterator[int] = field(default_factory=itertools.count)
    last: Path | None = None

    def open_copy(self) -> Database:
        """The world as it was; the copy before is thrown away."""
        self.close()
        self.last = self.folder / f"{next(self.copies)}.sqlite3"
        shutil.copy(self.template, self.last)
        database = Database(f"sqlite:///{self.last}")
        give_keys(database.engine, FieldKeys(keys=(FieldKey(secret=b"f" * 32),)))
        return database

    def close(self) -> None:
        if self.last is not None:
            for path in self.folder.glob(f"{self.last.name}*"):
                path.unlink()
            self.last = None

    def cookies(self, caller: str) -> dict[str, str]:
        """What this caller's browser sends with everything."""
        name = "__Host-kiem" if caller in YOUNG else "__Host-kiem-desk"
        own = {name: self.tokens[caller]} if caller in self.tokens else {}
        return {"__Host-kiem-desk-form": STRANGER, **own}

    def form_key(self, caller: str) -> str:
        """What this caller's forms are bound to."""
        return self.tokens[caller] if caller in STAFF else STRANGER


def make_world(folder: Path) -> tuple[Flask, Context, World]:
    """The application, its context, and the world's template in ``folder``."""
    template = folder / "template.sqlite3"
    database = Database(f"sqlite:///{template}")
    create_all(database.engine)
    give_keys(database.engine, FieldKeys(keys=(FieldKey(secret=b"f" * 32),)))
    clock = SetClock(NOW)
    context = Context(
        settings=Settings(
            data_dir=folder,
            database_url=f"sqlite:///{template}",
            public_url="http://127.0.0.1:8000",
            push_gateway="recording",
            vapid_key_file=folder / "vapid.pem",
            security_contact="mailto:security@kiem.example",
        ),
        database=database,
        clock=clock,
        push_key=PUSH_KEY,
        push_key_id="test-key",
        secret=SECRET,
        throttle_key=b"throttle key of the tests",
        check_endpoint=EndpointPolicy().check,
    )
    app = create_app(context)
    bind(app, context)
    with database.transaction() as session:
        cast = make_cast(session)
        tokens, known, slots = _people(session, cast)
    known |= _a_family(app, database, cast, clock, tokens)
    with database.transaction() as session:
        said = choice(session, cast.study)
        record_own(session, session.get_one(Participant, cast.noor.participant.id), said, now=NOW)
    likely = likely_bodies(app, tokens["owner"], slots, known["endpoint"][0])
    database.dispose()
    return app, context, World(folder=folder, template=template, tokens=tokens, known=known, likely=likely)


def _people(session: Session, cast: Cast) -> tuple[dict[str, str], dict[str, list[str]], list[Beep]]:
    noor = cast.noor.participant
    noor.birth_year = 2006  # she decides alone; who waits for her parents is another caller
    place = build_place(session, cast.study, cast.noor, "Olga", lived=False)
    beeps = [make_beep(session, participant=noor, slot=slot, next_push_at=NOW) for slot in (2, 3)]
    beeps.append(make_beep(session, participant=noor, slot=4, local_date=TODAY.replace(day=5)))
    make_assignment(session, participant=noor, local_date=TODAY, slug="compliment", alternatives=[("tea", 2)])
    challenge = make_challenge(session, slug="compliment")
    make_challenge(session, slug="a-draft", status="draft")
    endpoint = f"https://updates.push.services.mozilla.com/{noor.id}-fuzz"
    make_device(session, participant=noor, endpoint=endpoint)
    tokens = {"participant": cast.noor.token}
    for caller, role in STAFF.items():
        staff, _ = make_staff(session, caller, roles={cast.study: role} if role else {}, administrator=role is None)
        tokens[caller] = open_session(session, staff, browser="Firefox, Linux", now=NOW)
        codes = issue_recovery_codes(session, staff, secret=SECRET, now=NOW)
    own = [str(one) for one in session.scalars(select(StaffSession.id))]
    slots = [str(one) for one in session.scalars(select(Beep.id).where(Beep.participant_id == noor.id))]
    dares = session.scalars(select(Beep.id).where(Beep.participant_id == noor.id, Beep.slot == 0))
    offered = invite(session, Actor(), "nina@new.example", study=cast.study, role="owner", secret=SECRET, now=NOW)
    people = "/api/v1/desk/studies/{study_name}/people/{code}"
    known = {
        "study_name": ["garden", "garden", "harbour"],
        "study": ["garden"],
        "staff_id": [place.arguments["staff_id"], str(staff.id)],
        "invitation_id": [place.arguments["invitation_id"]],
        "session_id": own,
        "code": ["NRNR234", "SMSM234", cast.join_code.code, "123456", codes[0]],
        "recovery_code": ["KEEP-THAT-CODE", "0123456789AB"],
        "beep": slots,
        "event": [*slots[:1], str(uuid.UUID(int=9, version=4))],
        "beep /api/v1/beeps/{beep}/challenge": [str(one) for one in dares],
        "code /api/v1/intro/{code}": [cast.join_code.code],
        "code /api/v1/join": [cast.join_code.code],
        "code /api/v1/desk/studies/{study_name}/codes/{code}/end": [place.arguments["join_code"]],
        **{f"code {path}": ["NRNR234"] for path in (people, f"{people}/notice", f"{people}/message")},
        "code /desk/studies/{study_name}/people/{code}": ["NRNR234"],
        "token": [offered.token or ""],
        "job_id": [place.arguments["job_id"]],
        "alert_id": [place.arguments["alert_id"]],
        "passkey_id": [place.arguments["passkey_id"]],
        "parent": ["1", "2"],
        "slug": [challenge.slug, "a-draft"],
        "on": ["2026-03-20", "2026-03-05", "9999-12-31", "0001-01-01"],
        "form": ["csv", "yaml"],
        "sheet": ["poster", "letter"],
        "key": ["momentary.1", "evening.1"],
        "name": ["desk.css", "Noor", "a-new-study"],
        "instrument": ["momentary.1", "evening.1"],
        "endpoint": [endpoint],
        "language": ["nl", "en"],
        "zone": ["Europe/Amsterdam", "Pacific/Kiritimati"],
        "at": [NOW.isoformat()],
        "started_at": [NOW.isoformat()],
        "finished_at": [NOW.isoformat()],
        "outcome": ["done", "skipped"],
        "mail": ["owner@kiem.example", "new@kiem.example"],
        "password": [PASSWORD],
        "again": [PASSWORD],
        "role": ["coordinator", "researcher", "owner"],
        "do": ["renew", "end"],
        "act": ["preview", "save", "review"],
        "status": ["draft", "review", "live", "retired"],
        "to": ["review", "live", "retired", "draft"],
        "kind": ["csv", "yaml", "shown"],
        "count": ["1", "3"],
        "uses": ["1", "100000"],
        "page": ["1", "2", "-1", "99999999999999999999"],
        "expires_on": ["2026-12-31", "9999-12-31", "0001-01-01"],
        "first": ["2026-03-23", "9999-12-30", "0001-01-01"],
        "opens_on": ["2026-03-23", "9999-12-31"],
        "closes_on": ["2026-06-01", "9999-12-31"],
        "choice": ["agree", "refuse"],
        "authority": ["yes"],
        "version": ["1"],
        "notice": ["thanks"],
        "filename": ["parents.css"],
        "next": ["/desk/account", "https://evil.example"],
    }
    return tokens, known, beeps[:2]


def _a_family(
    app: Flask, database: Database, cast: Cast, clock: SetClock, tokens: dict[str, str]
) -> dict[str, list[str]]:
    """Somebody of fourteen whose parent has a link."""
    client = app.test_client(use_cookies=False)
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    tokens["waiting"] = young.headers["Authorization"].removeprefix("Bearer ")
    young.invite(ANNA)
    mailer = RecordingMailer()
    send_mails(database, mailer, clock, public_url="http://127.0.0.1:8000")
    found = re.findall(r"/parent/(\S+)", mailer.sent[0].text)
    return {"secret": [found[0]]}
