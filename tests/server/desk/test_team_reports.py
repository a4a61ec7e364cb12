"""A team-mate's report reaches the coordinator as a count; who reported stays unsaid."""

from flask import Flask
from flask.testing import FlaskClient

from server.db import Database
from tests.cast import Cast
from tests.server.desk.desk import sign_in, text_of


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
