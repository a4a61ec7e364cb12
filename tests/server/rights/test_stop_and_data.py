"""What somebody can do about her own data from her phone, and nobody for her."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.delivery.models import Device
from server.people.models import Participant
from server.people.throttle import MOST_FAILURES
from server.people.tokens import issue_recovery_code
from server.planning.models import Beep
from server.rights.gathering import LEFT_OUT
from server.rights.mentions import find_mentions
from tests.answering import make_body
from tests.cast import NOW, Cast, Member
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_assignment, make_beep, make_outcome, make_response
from tests.server.rights.living import answer_of, fill_every_table, mail_of


def recovery_of(database: Database, member: Member) -> str:
    with database.transaction() as session:
        return issue_recovery_code(session, member.participant, NOW)


def confirm(client: FlaskClient, member: Member, code: str) -> Any:
    return client.post("/api/v1/me/confirm", json={"recovery_code": code}, headers=member.headers)


def download(client: FlaskClient, database: Database, member: Member) -> dict[str, str]:
    """The files of her zip."""
    assert confirm(client, member, recovery_of(database, member)).status_code == 200
    answer = client.get("/api/v1/me/data", headers=member.headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@both_databases
def test_a_download_has_every_answer_with_its_real_time(client: FlaskClient, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant)
        answers = {"cheerful": 71.5, "note": "=1+1", "company": ["alone", "pets"]}
        make_response(session, beep=beep, answers=answers, skipped=["stressed"], shown=[*answers, "stressed"])
        challenge = make_beep(session, participant=cast.noor.participant, slot=0)
        make_assignment(session, participant=cast.noor.participant)
        make_outcome(session, beep=challenge, fun=80)
    files = download(client, database, cast.noor)
    told = {row["item"]: row for row in table(files["answers.csv"])}
    assert told["cheerful"]["answer"] == "71.5"
    assert told["cheerful"]["finished"] == "2026-03-04T11:33:00+01:00"
    assert (told["note"]["answer"], told["company"]["answer"]) == ("'=1+1", "alone, pets")
    assert (told["stressed"]["answer"], told["stressed"]["rather_not"]) == ("", "True")
    data = json.loads(files["data.json"])
    assert data["response"][0]["answers"] == answers
    assert data["response"][0]["finished_at"] == "2026-03-04T10:33:00+00:00"
    (given,) = table(files["challenges.csv"])
    assert (given["challenge"], given["outcome"], given["fun"]) == ("compliment", "done", "80")
    assert cast.noor.participant.code in files["README.txt"]
    assert "jouw antwoord" in files["README.txt"]


def test_a_download_knows_every_table_that_erasure_knows_but_no_secret_and_nobody_else(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        for member in (cast.noor, cast.sam):
            fill_every_table(session, member.participant)
        make_beep(session, participant=cast.noor.participant, slot=5, due_at=NOW + timedelta(hours=3))
    files = download(client, database, cast.noor)
    data = json.loads(files["data.json"])
    everything = {mention.table.name for mention in find_mentions(cast.noor.participant.id)}
    whole = {name for name, columns in LEFT_OUT.items() if "*" in columns}
    assert set(data) == everything - whole
    assert all(data.values())
    assert [beep["slot"] for beep in data["beep"]] == [2]
    text = "".join(files.values())
    assert answer_of(cast.noor.participant) in text
    sam = cast.sam.participant
    for other in (answer_of(sam), sam.code, str(sam.id), mail_of(cast.noor.participant), "hash", "p256dh"):
        assert other not in text
    assert "pushes.csv" in files


def test_everything_is_handed_over_only_to_who_has_just_shown_the_code(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    refused = client.get("/api/v1/me/data", headers=cast.noor.headers)
    assert (refused.status_code, refused.json["code"]) == (403, "confirm-first")
    code = recovery_of(database, cast.noor)
    assert confirm(client, cast.noor, code.lower()).json["until"] == (NOW + timedelta(minutes=10)).isoformat()
    assert client.get("/api/v1/me/data", headers=cast.noor.headers).status_code == 200
    assert client.get("/api/v1/me/data", headers=cast.sam.headers).status_code == 403
    clock.move(timedelta(minutes=10))
    assert client.get("/api/v1/me/data", headers=cast.noor.headers).status_code == 403
    assert confirm(client, cast.noor, code).status_code == 200  # it was not used up
    assert client.post("/api/v1/recover", json={"recovery_code": code}).status_code == 200


def test_a_code_of_somebody_else_or_a_used_one_proves_nothing(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    sams, used = recovery_of(database, cast.sam), recovery_of(database, cast.noor)
    assert confirm(client, cast.noor, sams).status_code == 404
    token = cast.noor.headers
    client.post("/api/v1/recover", json={"recovery_code": used})
    assert client.post("/api/v1/me/confirm", json={"recovery_code": used}, headers=token).status_code == 401


def test_guessing_the_code_is_slowed_down_for_the_account_wherever_it_comes_from(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    code = recovery_of(database, cast.noor)
    for number in range(MOST_FAILURES):
        origin = {"REMOTE_ADDR": f"192.0.2.{number}"}
        body = {"recovery_code": f"{number:012}"}
        answer = client.post("/api/v1/me/confirm", json=body, headers=cast.noor.headers, environ_base=origin)
        assert answer.status_code == 404
    assert confirm(client, cast.noor, code).status_code == 429
    assert confirm(client, cast.sam, recovery_of(database, cast.sam)).status_code == 200


@both_databases
def test_stopping_ends_pushes_at_once_and_keeps_what_was_answered(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    noor = cast.noor.participant
    with database.transaction() as session:
        done = make_beep(session, participant=noor, slot=1)
        make_response(session, beep=done, answers={"cheerful": 50})
        open_ = make_beep(session, participant=noor, due_at=NOW - timedelta(minutes=5), next_push_at=NOW)
        make_beep(session, participant=noor, slot=5, due_at=NOW + timedelta(hours=3), next_push_at=NOW)
        theirs = make_beep(session, participant=cast.sam.participant, next_push_at=NOW)
        make_device(session, participant=noor)
    told = client.get("/api/v1/me/stop", headers=cast.noor.headers).json
    assert (told["stopped_at"], told["answers"], set(told["erase"])) == (None, 1, {"nl", "en"})
    stopped = client.post("/api/v1/me/stop", json={"erase": False}, headers=cast.noor.headers)
    assert stopped.json == {"stopped_at": NOW.isoformat(), "receipt": None}
    clock.move(timedelta(hours=1))
    again = client.post("/api/v1/me/stop", json={"erase": False}, headers=cast.noor.headers)
    assert again.json == stopped.json
    assert client.get("/api/v1/me/stop", headers=cast.noor.headers).json["stopped_at"] == NOW.isoformat()
    assert client.get("/api/v1/me", headers=cast.noor.headers).json["left_at"] == NOW.isoformat()
    assert client.get("/api/v1/me", headers=cast.sam.headers).json["left_at"] is None
    with database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.participant_id == noor.id).order_by(Beep.slot)).all()
        assert [(beep.slot, beep.next_push_at) for beep in beeps] == [(1, None), (2, None)]
        assert {device.retired_why for device in session.scalars(select(Device))} == {"left"}
        assert session.get_one(Beep, (theirs.participant_id, theirs.local_date, theirs.slot)).next_push_at == NOW
    late = client.put(f"/api/v1/beeps/{open_.id}/response", json=make_body(open_), headers=cast.noor.headers)
    assert late.json["code"] == "left-study"
    assert client.get("/api/v1/trends", headers=cast.noor.headers).status_code == 200


@both_databases
def test_stop_and_erase_signs_out_gives_a_receipt_and_leaves_sam_alone(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        for member in (cast.noor, cast.sam):
            fill_every_table(session, member.participant)
    gone = client.post("/api/v1/me/stop", json={"erase": True}, headers=cast.noor.headers)
    assert gone.status_code == 200
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", gone.json["receipt"])
    assert "__Host-kiem=;" in gone.headers["Set-Cookie"]
    for path in ("/me", "/today", "/me/data", "/me/stop", "/me/parents", "/trends"):
        assert client.get(f"/api/v1{path}", headers=cast.noor.headers).status_code == 401
    assert client.get("/api/v1/me", headers=cast.sam.headers).status_code == 200
    with database.reading() as session:
        codes = {person.code for person in session.scalars(select(Participant))}
    assert codes == {cast.sam.participant.code, cast.zoe.participant.code}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/me/confirm", {"recovery_code": "0000-0000-0000"}),
        ("get", "/me/data", None),
        ("get", "/me/stop", None),
        ("post", "/me/stop", {"erase": False}),
        ("post", "/me/stop", {"erase": True}),
    ],
)
def test_nobody_stops_or_reads_for_another(
    client: FlaskClient, cast: Cast, method: str, path: str, body: dict[str, Any] | None
) -> None:
    send = getattr(client, method)
    assert send(f"/api/v1{path}", json=body).status_code == 401
    other = {"Authorization": f"Bearer {cast.noor.participant.id}"}
    assert send(f"/api/v1{path}", json=body, headers=other).status_code == 401
    assert client.get("/api/v1/me/stop", headers=cast.noor.headers).json["stopped_at"] is None


@pytest.mark.parametrize("body", [{}, {"erase": "everything"}, {"erase": True, "participant": "SMSM234"}, []])
def test_what_is_not_said_clearly_erases_nobody(client: FlaskClient, cast: Cast, body: Any) -> None:
    assert client.post("/api/v1/me/stop", json=body, headers=cast.noor.headers).status_code == 422
    assert client.get("/api/v1/me", headers=cast.noor.headers).status_code == 200
