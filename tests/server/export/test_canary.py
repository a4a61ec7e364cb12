"""Marks wherever the database knows who somebody is; then every byte of every bundle of every profile is searched.

What else leaves (logs, errors, mails, pages) is searched in ``tests/security/test_canary.py``.
"""

import getpass
import json
import shutil
import socket
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from server.config import Settings
from server.contact import service as contacts
from server.crypto_fields import FieldKey, FieldKeys, give_keys
from server.db import Database
from server.diary.models import Response
from server.export.command import run_export
from server.export.request import Request, Responsible
from server.game.models import Membership, Team
from server.people.models import Participant
from server.planning.models import Beep
from server.staff.models import StaffSession
from server.studies.models import Study
from tests.delivery_factories import make_device
from tests.export_studies import AFTERWARDS, CANARY
from tests.factories import add
from tests.server.desk.desk import make_staff
from tests.server.export.opened import everything, spellings

MARKS = {
    "participant name": "CANARYNAME",
    "contact mail": "canary.parent@home.example",
    "contact phone": "+31600canary",
    "nickname": "canary-nickname",
    "avatar": "canary-avatar",
    "free text": CANARY,
    "push endpoint": "https://push.example/canary-endpoint",
    "push key": "canary-p256dh",
    "push secret": "canary-auth",
    "device": "canary-platform",
    "app": "canary-app",
    "zone": "Pacific/Canary",
    "address of the network": "203.0.113.77",
    "user agent": "Mozilla/5.0 canary",
    "staff": "canary.staff@kiem.example",
    "reason": "canary reason",
    "recipient": "canary recipient",
    "second person": "canary.second@kiem.example",
    "agreement": "canary-agreement-17",
}
ASKED = {
    "research": Request(ranking=("birth_year", "language"), dummy_calendar=True, derived=True),
    "open": Request(profile="open", ranking=("language",), sav=True),
    "aggregate": Request(profile="aggregate", ranking=("age", "language")),
    "linked": Request(profile="linked", agreement=MARKS["agreement"], ranking=("age",)),
}


@pytest.fixture(scope="module")
def planted(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study ``small`` with a mark in every place where the database knows somebody."""
    path = tmp_path_factory.mktemp("canary") / "kiem.sqlite3"
    shutil.copy(small_file, path)
    database = Database(f"sqlite:///{path}")
    give_keys(database.engine, FieldKeys(keys=(FieldKey(secret=b"f" * 32),)))
    with database.transaction() as session:
        people = list(session.scalars(select(Participant)))
        team = add(session, Team(id=uuid.uuid4(), study_id=people[0].study_id, created_at=AFTERWARDS))
        staff, _ = make_staff(session, "Olga")
        staff.mail = MARKS["staff"]
        study = session.get_one(Study, people[0].study_id)
        second, _ = make_staff(session, "Rob", roles={study: "owner"})
        second.mail = MARKS["second person"]
        for number, person in enumerate(people):
            person.code = f"{MARKS['participant name']}{number:03}"
            person.zone = MARKS["zone"]
            contacts.keep(session, person.id, "parent1", "mail", MARKS["contact mail"], now=AFTERWARDS)
            contacts.keep(session, person.id, "participant", "phone", MARKS["contact phone"], now=AFTERWARDS)
            make_device(
                session,
                participant=person,
                endpoint=f"{MARKS['push endpoint']}/{number}",
                p256dh=MARKS["push key"],
                auth=MARKS["push secret"],
                platform=MARKS["device"],
            )
            member = {"adjective": f"{MARKS['nickname']}-{number}", "animal": "owl", "avatar": MARKS["avatar"]}
            add(session, Membership(team_id=team.id, participant_id=person.id, joined_at=AFTERWARDS, **member))
        for response in session.scalars(select(Response)):
            response.app = MARKS["app"]
        browser = f"{MARKS['user agent']} from {MARKS['address of the network']}"
        seen = {"created_at": AFTERWARDS, "seen_at": AFTERWARDS, "verified_at": AFTERWARDS, "expires_at": AFTERWARDS}
        add(session, StaffSession(token_hash=b"t" * 32, staff_id=staff.id, browser=browser, **seen))
    database.dispose()
    return path


@pytest.mark.parametrize("profile", sorted(ASKED))
def test_no_byte_of_a_bundle_has_a_mark(planted: Path, settings: Settings, tmp_path: Path, profile: str) -> None:
    shutil.copy(planted, settings.database_url.removeprefix("sqlite:///"))
    who = Responsible(
        reason=MARKS["reason"],
        requested_by=MARKS["staff"],
        approved_by=MARKS["second person"],
        recipient=MARKS["recipient"],
    )
    out = tmp_path / "out" / "bundle.zip"
    out.parent.mkdir()
    assert run_export(settings, "small", replace(ASKED[profile], openesm=None), who, out, as_json=True) == 0
    whole = everything(out)
    assert [name for name, mark in MARKS.items() if any(one in whole for one in spellings(mark))] == []
    host = socket.gethostname()
    inside = [str(tmp_path), f"/{getpass.getuser()}/", *([host] if len(host) > 4 else [])]
    assert [one for one in inside if one.encode() in whole] == []
    database = Database(settings.database_url)
    with database.reading() as session:
        ids = {*session.scalars(select(Participant.id)), *session.scalars(select(Participant.study_id))}
        ids |= {*session.scalars(select(Beep.id).limit(50)), *session.scalars(select(Team.id))}
    database.dispose()
    found = [one for one in ids if one.bytes in whole or str(one).encode() in whole or one.hex.encode() in whole]
    assert found == []


def test_the_marks_are_planted_and_the_search_finds_what_is_there(planted: Path, bundle_with_a_mark: Path) -> None:
    kept = planted.read_bytes()
    encrypted = {"contact mail", "contact phone"}  # as they lie in the database
    asked = {"reason", "recipient", "agreement"}  # come with asking
    missing = {name for name, mark in MARKS.items() if mark.encode() not in kept}
    assert missing == encrypted | asked
    whole = everything(bundle_with_a_mark)
    assert all(any(one in whole for one in spellings(mark)) for mark in ("in the parquet", "in the csv"))


@pytest.fixture
def bundle_with_a_mark(tmp_path: Path) -> Path:
    """A zip whose marks are compressed twice, and hidden in base64."""
    import base64
    import zipfile

    import polars as pl

    path = tmp_path / "marked.zip"
    pl.DataFrame({"id": ["in the parquet"] * 50}).write_parquet(tmp_path / "beeps.parquet")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "beeps.parquet", "x/beeps.parquet")
        archive.writestr("x/told.json", json.dumps({"kept": base64.b64encode(b"this is in the csv, yes").decode()}))
    return path
