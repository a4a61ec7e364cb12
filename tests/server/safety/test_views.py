from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from server.clock import SetClock
from server.db import Database
from server.people.models import Participant
from server.safety.models import CardShown
from tests.cast import NOW, TODAY, Cast, Member
from tests.consent_factories import CONTACT, publish
from tests.databases import both_databases
from tests.factories import make_beep, make_response


def answer_days(
    database: Database, member: Member, moods: Sequence[float], *, wish: str | None = None, received_at: Any = None
) -> None:
    """One answered beep a day, the last one today."""
    with database.transaction() as session:
        for number, mood in enumerate(reversed(moods)):
            on = TODAY - timedelta(days=number)
            beep = make_beep(session, participant=member.participant, local_date=on, slot=1)
            answers = {"help_wish": wish} if wish and number == 0 else {}
            make_response(session, beep=beep, answers=answers, measures={"mood": mood}, received_at=received_at)


def card(client: FlaskClient, member: Member) -> Any:
    answer = client.get("/api/v1/card", headers=member.headers)
    assert answer.status_code == 200
    return answer.get_json()


def shown(database: Database) -> list[CardShown]:
    with database.reading() as session:
        return list(session.scalars(select(CardShown).order_by(CardShown.at)))


@both_databases
def test_heavy_days_bring_the_card_once_and_it_stays_until_dismissed(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    answer_days(database, cast.noor, [20, 20, 20])
    body = card(client, cast.noor)
    assert (body["show"], set(body["title"]), set(body["text"]), set(body["message"])) == (
        True,
        *[{"nl", "en"}] * 3,
    )
    clock.move(timedelta(hours=5))
    assert card(client, cast.noor) == body
    assert [row.at for row in shown(database)] == [NOW]
    assert client.post("/api/v1/card/dismiss", headers=cast.noor.headers).status_code == 204
    assert card(client, cast.noor) == {"show": False, "title": None, "text": None, "message": None}
    clock.set(NOW + timedelta(days=7) - timedelta(seconds=1))
    assert card(client, cast.noor)["show"] is False
    clock.set(NOW + timedelta(days=7))
    assert card(client, cast.noor)["show"] is True
    assert len(shown(database)) == 2


def test_a_card_that_nobody_took_down_is_gone_after_two_days(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    answer_days(database, cast.noor, [20, 20, 20])
    card(client, cast.noor)
    clock.move(timedelta(days=2))
    assert card(client, cast.noor)["show"] is False


def test_light_days_bring_none(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer_days(database, cast.noor, [60, 20, 60, 20])
    assert card(client, cast.noor)["show"] is False
    assert shown(database) == []


@both_databases
def test_who_asks_who_she_can_talk_to_is_shown(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer_days(database, cast.noor, [80], wish="show", received_at=NOW)
    answer_days(database, cast.sam, [80], wish="no", received_at=NOW)
    assert card(client, cast.noor)["show"] is True
    assert card(client, cast.sam)["show"] is False


def test_the_days_mood_is_the_mean_of_its_answers(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer_days(database, cast.noor, [10, 10, 10])
    with database.transaction() as session:
        for number in range(3):
            beep = make_beep(
                session, participant=cast.noor.participant, local_date=TODAY - timedelta(days=number), slot=2
            )
            make_response(session, beep=beep, measures={"mood": 90})
    assert card(client, cast.noor)["show"] is False


def test_the_log_has_no_reason(database: Database) -> None:
    columns = {column["name"] for column in inspect(database.engine).get_columns("card_shown")}
    assert columns == {"participant_id", "at", "dismissed_at"}


def test_noors_days_bring_sam_no_card_and_sam_takes_noors_not_down(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    answer_days(database, cast.noor, [20, 20, 20])
    assert card(client, cast.noor)["show"] is True
    assert card(client, cast.sam)["show"] is False
    client.post("/api/v1/card/dismiss", headers=cast.sam.headers)
    assert card(client, cast.noor)["show"] is True


def test_who_has_left_is_shown_nothing(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer_days(database, cast.noor, [20, 20, 20])
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).left_at = NOW
    assert card(client, cast.noor)["show"] is False


def test_nobody_in_particular_has_no_card(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/api/v1/card").status_code == 401
    assert client.post("/api/v1/card/dismiss").status_code == 401
    assert client.post("/api/v1/card/dismiss", headers=cast.noor.headers).status_code == 204, "nothing was up"


def test_help_is_there_for_everybody_and_for_ones_age_when_one_is_known(client: FlaskClient, cast: Cast) -> None:
    anyone = client.get("/api/v1/help")
    assert anyone.status_code == 200
    assert (anyone.get_json()["age_known"], anyone.get_json()["contact"]) == (False, None)
    assert [line["id"] for line in anyone.get_json()["lines"]][:2] == ["112", "113"]
    noor = client.get("/api/v1/help", headers=cast.noor.headers).get_json()
    assert noor["age_known"] is True
    assert [line["id"] for line in noor["lines"]][:2] == ["112", "kindertelefoon"]
    kind = noor["lines"][1]
    assert (kind["phone"], kind["ages"], kind["for_you"], kind["free"]) == (
        "0800-0432",
        {"from": 8, "to": 18},
        True,
        True,
    )
    assert (kind["as_of"], kind["checked_on"]) == ("2019-09", None)
    out_of_date = {"Authorization": "Bearer expired"}
    assert client.get("/api/v1/help", headers=out_of_date).get_json() == anyone.get_json()


def test_the_studys_own_person_is_told_to_its_people_only(client: FlaskClient, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
    noor = client.get("/api/v1/help", headers=cast.noor.headers).get_json()
    assert noor["contact"] == {"name": "Cleo", "role": None, "phone": None, "mail": CONTACT["mail"], "hours": None}
    assert client.get("/api/v1/help", headers=cast.zoe.headers).get_json()["contact"] is None
    assert client.get("/api/v1/help").get_json()["contact"] is None


def test_help_that_has_not_changed_is_not_sent_again(client: FlaskClient, cast: Cast) -> None:
    first = client.get("/api/v1/help", headers=cast.noor.headers)
    again = client.get("/api/v1/help", headers={**cast.noor.headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert "Authorization" in first.headers["Vary"]
    sam = client.get("/api/v1/help", headers={**cast.sam.headers, "If-None-Match": first.headers["ETag"]})
    assert sam.status_code == 200, "at sixteen another line fits"


@pytest.mark.parametrize(
    ("country", "status", "code"), [("be", 404, "country-unknown"), ("../nl", 422, "invalid"), ("NL", 422, "invalid")]
)
def test_help_for_elsewhere_is_not_here(client: FlaskClient, country: str, status: int, code: str) -> None:
    answer = client.get("/api/v1/help", query_string={"country": country})
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
