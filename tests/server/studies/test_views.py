import pytest
from flask.testing import FlaskClient

from server.content import instruments


@pytest.mark.parametrize("key", sorted(instruments()))
def test_every_questionnaire_is_served_whole(client: FlaskClient, key: str) -> None:
    answer = client.get(f"/api/v1/instruments/{key}")
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["key"] == key
    assert [item["id"] for block in body["blocks"] for item in block["items"]] == [
        item.id for item in instruments()[key].items
    ]


def test_a_phone_may_keep_a_questionnaire_for_ever(client: FlaskClient) -> None:
    first = client.get("/api/v1/instruments/momentary.1")
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get("/api/v1/instruments/momentary.1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/api/v1/instruments/evening.1", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_nothing_of_the_scoring_leaves(client: FlaskClient) -> None:
    assert "measures" not in client.get("/api/v1/instruments/momentary.1").get_json()


def test_an_unknown_questionnaire_is_said_to_be_unknown(client: FlaskClient) -> None:
    answer = client.get("/api/v1/instruments/momentary.99")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "instrument-unknown"
