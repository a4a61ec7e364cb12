"""A team-mate's report reaches the coordinator as a count; who reported stays unsaid."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.crypto import hash_with_key
from server.db import Database
from server.game.settling import WAYS
from tests.cast import Cast, Member
from tests.databases import both_databases
from tests.server.desk.desk import SECRET, sign_in, text_of


def test_a_report_is_counted_and_does_not_tell_who_made_it(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    client.get("/api/v1/team", headers=cast.sam.headers)
    team = client.get("/api/v1/team", headers=cast.noor.headers).get_json()
    (sam,) = [member for member in team["members"] if not member["me"]]
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    assert "Reported by team-mates" not in text_of(desk.get("/desk/studies/garden/people"))
    client.post("/api/v1/team/report", json={"member": sam["id"]}, headers=cast.noor.headers)
    page = text_of(desk.get("/desk/studies/garden/people"))
    told = page.split("Reported by team-mates")[1]
    assert sam["nickname"]["en"] in told
    assert cast.sam.participant.code in told
    assert cast.noor.participant.code not in told
    answer = desk.client.get("/api/v1/desk/studies/garden/team-reports", base_url=desk.base).get_json()
    assert [(one["code"], one["reports"]) for one in answer["reported"]] == [(cast.sam.participant.code, 1)]


def report_sam(client: FlaskClient, cast: Cast) -> dict[str, Any]:
    """Noor reports Sam; how Noor's phone sees Sam."""
    client.get("/api/v1/team", headers=cast.sam.headers)
    team = client.get("/api/v1/team", headers=cast.noor.headers).get_json()
    (sam,) = [member for member in team["members"] if not member["me"]]
    client.post("/api/v1/team/report", json={"member": sam["id"]}, headers=cast.noor.headers)
    return dict(sam)


def names_seen(client: FlaskClient, member: Member) -> list[str]:
    return [one["nickname"]["en"] for one in client.get("/api/v1/team", headers=member.headers).get_json()["members"]]


@pytest.mark.parametrize("way", WAYS)
def test_a_coordinator_settles_a_report_and_the_log_says_how_without_names(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, way: str
) -> None:
    sam = report_sam(client, cast)
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    address = f"/desk/studies/garden/people/{cast.sam.participant.code}/reports"
    assert desk.post(address, way=way).status_code == 303
    assert "Reported by team-mates" not in text_of(desk.get("/desk/studies/garden/people"))
    left = names_seen(client, cast.noor)
    assert (len(left), sam["nickname"]["en"] in left) == {
        "seen": (2, True),
        "renamed": (2, False),
        "moved": (1, False),
    }[way]
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.facts) == ("team-report.settled", {"way": way})
    owner = sign_in(app, database, name="Otto", roles={cast.study: "owner"}, language="nl")
    log = text_of(owner.get("/desk/studies/garden/log"))
    assert f"keek naar een melding uit een team deelnemer {str(entry.subject).split()[-1]} gedaan:" in log
    assert cast.sam.participant.code not in f"{entry.subject}"
    again = desk.post(address, way=way)
    assert again.status_code == 303
    assert "looked at already" in text_of(desk.get("/desk/studies/garden/people"))


@both_databases
def test_what_was_settled_can_be_reported_again_and_the_desks_own_role_settles_it(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    for way in ("seen", "renamed", "moved"):
        report_sam(client, cast)
        assert "Reported by team-mates" in text_of(desk.get("/desk/studies/garden/people"))
        desk.post(f"/desk/studies/garden/people/{cast.sam.participant.code}/reports", way=way)
        assert "Reported by team-mates" not in text_of(desk.get("/desk/studies/garden/people"))
    assert len(names_seen(client, cast.noor)) == 1


def test_a_report_about_a_team_that_she_left_can_only_be_seen(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    report_sam(client, cast)
    client.post("/api/v1/team/leave", headers=cast.sam.headers)
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    page = desk.get("/desk/studies/garden/people").text
    assert 'value="seen"' in page
    assert 'value="moved"' not in page
    address = f"/api/v1/desk/studies/garden/team-reports/{cast.sam.participant.code}/settle"
    token = {"X-CSRF-Token": hash_with_key(SECRET, "form", desk.cookie("__Host-kiem-desk") or "").hex()}
    said = [
        (answer.status_code, answer.get_json()["code"] if answer.data else None)
        for way in ("renamed", "seen", "seen", "anything")
        for answer in [desk.client.post(address, json={"way": way}, headers=token, base_url=desk.base)]
    ]
    assert said == [(409, "reported-elsewhere"), (204, None), (404, "report-unknown"), (422, "invalid")]


def test_another_studys_participant_is_not_there(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    report_sam(client, cast)
    desk = sign_in(app, database, roles={cast.other_study: "coordinator"})
    for study, status in (("garden", 404), (cast.other_study.name, 404)):
        address = f"/desk/studies/{study}/people/{cast.sam.participant.code}/reports"
        assert desk.post(address, way="moved").status_code == status
    assert len(names_seen(client, cast.noor)) == 2
