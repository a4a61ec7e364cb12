import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.game.models import Membership, Sticker, Team, TeamReport
from server.game.rules import GAME
from server.people.models import Participant
from server.planning.models import Beep, Pause
from tests.cast import NOW, STARTED, TODAY, Cast, Member
from tests.databases import both_databases
from tests.delivery_factories import make_attempt
from tests.factories import make_beep, make_outcome, make_response

CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("put", "/me/avatar", {"avatar": "owl"}),
    ("put", "/me/nickname", {"adjective": "sunny", "animal": "otter"}),
    ("post", "/team/stickers", {"sticker": "sun"}),
    ("post", "/team/leave", {}),
    ("post", "/team/report", {"member": str(uuid.uuid4())}),
    ("put", "/team/ranking", {"show": True}),
]


def look(client: FlaskClient, member: Member) -> Any:
    answer = client.get("/api/v1/team", headers=member.headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def do(client: FlaskClient, member: Member, method: str, path: str, body: Any) -> Any:
    return getattr(client, method)(f"/api/v1{path}", json=body, headers=member.headers)


def play(
    database: Database,
    member: Member,
    on: date,
    *,
    answered: int,
    came: int = 5,
    dare: bool = False,
    pushed: bool = True,
) -> None:
    """A planned day of this member."""
    with database.transaction() as session:
        for slot in range(0, came + 1):
            beep = make_beep(session, participant=member.participant, local_date=on, slot=slot)
            if pushed:
                make_attempt(session, beep=beep)
            if 0 < slot <= answered:
                make_response(session, beep=beep)
            if slot == 0 and dare:
                make_outcome(session, beep=beep)


@both_databases
def test_the_first_look_puts_one_into_a_team_and_the_next_finds_it(client: FlaskClient, cast: Cast) -> None:
    body = look(client, cast.noor)
    (me,) = body.pop("members")
    assert (me["me"], set(me["nickname"])) == (True, {"nl", "en"})
    team = body.pop("id")
    assert body == {
        "tree": {"stage": 0, "share": 0, "next_spurt": GAME.spurts[0]},
        "stickers": [],
        "points": {"total": 0, "today": 0, "most_a_day": 50},
        "streak": {"days": 0, "rest_days_left": 2},
        "ranking": None,
    }
    assert look(client, cast.noor)["members"] == [me]
    hers = look(client, cast.sam)
    assert hers["id"] == team
    assert [member["id"] for member in hers["members"]][1:] == [me["id"]]
    assert len(look(client, cast.zoe)["members"]) == 1, "Zoë is in another study"


@both_databases
def test_points_streak_and_tree_follow_the_diary(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    look(client, cast.noor)
    clock.move(timedelta(days=2))
    play(database, cast.noor, STARTED, answered=5)  # before she was in the team
    play(database, cast.noor, TODAY, answered=0)
    play(database, cast.noor, TODAY + timedelta(days=1), answered=1, dare=True)
    play(database, cast.noor, TODAY + timedelta(days=2), answered=2)
    body = look(client, cast.noor)
    assert body["points"] == {"total": 50 + 0 + 30 + 20, "today": 20, "most_a_day": 50}
    assert body["streak"] == {"days": 3, "rest_days_left": 1}
    assert body["tree"]["share"] == pytest.approx((30 / 50 + 20 / 50) / 21, abs=1e-4)
    assert body["tree"]["stage"] == 2


def test_what_is_asked_later_today_is_no_reproach_and_tomorrow_is_not_looked_at(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    look(client, cast.noor)
    play(database, cast.noor, TODAY, answered=1)
    play(database, cast.noor, TODAY + timedelta(days=1), answered=5)
    body = look(client, cast.noor)
    assert body["points"] == {"total": 10, "today": 10, "most_a_day": 50}
    assert body["streak"]["days"] == 1


def test_where_it_is_tomorrow_already_for_a_team_mate_it_is_not_for_oneself(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    with database.transaction() as session:
        session.get_one(Participant, cast.sam.participant.id).zone = "Pacific/Kiritimati"
    look(client, cast.noor)
    look(client, cast.sam)  # it is Thursday where Sam is
    play(database, cast.noor, TODAY + timedelta(days=1), answered=5)
    assert look(client, cast.noor)["points"]["total"] == 0


def test_days_without_a_push_and_paused_days_do_not_break_a_streak(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    look(client, cast.noor)
    play(database, cast.noor, TODAY, answered=1)
    for days in range(1, 5):
        play(database, cast.noor, TODAY + timedelta(days=days), answered=0, pushed=False)
    for days in range(5, 9):
        play(database, cast.noor, TODAY + timedelta(days=days), answered=0)
    with database.transaction() as session:
        session.add(
            Pause(
                participant_id=cast.noor.participant.id,
                number=1,
                starts_on=TODAY + timedelta(days=5),
                ends_on=TODAY + timedelta(days=20),
                made_at=NOW,
                ended_at=NOW + timedelta(days=8),
            )
        )
    clock.move(timedelta(days=9))
    assert look(client, cast.noor)["streak"] == {"days": 1, "rest_days_left": 2}
    play(database, cast.noor, TODAY + timedelta(days=9), answered=0)
    clock.move(timedelta(days=1))
    assert look(client, cast.noor)["streak"] == {"days": 1, "rest_days_left": 1}, "the pause was over by then"


def test_the_tree_never_withers(client: FlaskClient, database: Database, clock: SetClock, cast: Cast) -> None:
    look(client, cast.noor)
    clock.move(timedelta(days=1))
    play(database, cast.noor, TODAY + timedelta(days=1), answered=5)
    grown = look(client, cast.noor)["tree"]
    assert grown["stage"] == 2
    with database.transaction() as session:  # her diary is erased
        for beep in session.scalars(select(Beep)):
            session.delete(beep)
    assert look(client, cast.noor)["tree"] == grown


def test_nobody_sees_what_another_did(client: FlaskClient, database: Database, cast: Cast) -> None:
    look(client, cast.noor)
    look(client, cast.sam)
    play(database, cast.noor, TODAY, answered=4)
    do(client, cast.sam, "put", "/team/ranking", {"show": True})
    body = look(client, cast.sam)
    assert body["points"]["total"] == 0
    assert all(set(member) == {"id", "nickname", "avatar", "me"} for member in body["members"])
    assert [line["me"] for line in body["ranking"]] == [True], "Noor has not chosen to be in it"
    text = client.get("/api/v1/team", headers=cast.sam.headers).get_data(as_text=True)
    assert cast.noor.participant.code not in text
    assert str(cast.noor.participant.id) not in text


def test_a_ranking_has_only_who_chose_to_be_in_it(client: FlaskClient, database: Database, cast: Cast) -> None:
    play(database, cast.noor, TODAY, answered=4)
    play(database, cast.sam, TODAY, answered=2)
    for member in (cast.sam, cast.noor):
        do(client, member, "put", "/team/ranking", {"show": True})
    assert [(line["points"], line["me"]) for line in look(client, cast.sam)["ranking"]] == [(40, False), (20, True)]
    answer = do(client, cast.noor, "put", "/team/ranking", {"show": False})
    assert answer.get_json()["ranking"] is None
    assert [line["me"] for line in look(client, cast.sam)["ranking"]] == [True]


@both_databases
def test_stickers_reach_the_team_and_nobody_else(client: FlaskClient, cast: Cast) -> None:
    look(client, cast.noor)
    answer = do(client, cast.sam, "post", "/team/stickers", {"sticker": "high_five"})
    assert answer.status_code == 201
    (seen,) = look(client, cast.noor)["stickers"]
    assert (seen["sticker"], seen["me"], seen["at"]) == ("high_five", False, NOW.isoformat())
    assert look(client, cast.sam)["stickers"][0]["me"] is True
    assert look(client, cast.zoe)["stickers"] == []


def test_five_stickers_in_ten_minutes_are_enough(client: FlaskClient, clock: SetClock, cast: Cast) -> None:
    for _ in range(5):
        assert do(client, cast.noor, "post", "/team/stickers", {"sticker": "sun"}).status_code == 201
    clock.move(timedelta(minutes=4))
    answer = do(client, cast.noor, "post", "/team/stickers", {"sticker": "sun"})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too-many-stickers")
    assert answer.headers["Retry-After"] == "360"
    clock.move(timedelta(minutes=6))
    assert do(client, cast.noor, "post", "/team/stickers", {"sticker": "sun"}).status_code == 201


def test_a_report_is_kept_once_and_hides_the_stickers_from_who_reports(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    look(client, cast.noor)
    do(client, cast.sam, "post", "/team/stickers", {"sticker": "rain"})
    sam = look(client, cast.noor)["members"][1]["id"]
    for _ in range(2):
        answer = do(client, cast.noor, "post", "/team/report", {"member": sam})
        assert (answer.status_code, answer.get_json()["stickers"]) == (200, [])
    assert len(look(client, cast.sam)["stickers"]) == 1
    with database.reading() as session:
        assert len(session.scalars(select(TeamReport)).all()) == 1


def test_only_a_team_mate_can_be_reported(client: FlaskClient, cast: Cast) -> None:
    me = look(client, cast.noor)["members"][0]["id"]
    stranger = look(client, cast.zoe)["members"][0]["id"]
    for member, status, code in ((stranger, 404, "member-unknown"), (me, 422, "member-is-me")):
        answer = do(client, cast.noor, "post", "/team/report", {"member": member})
        assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_names_and_pictures_are_chosen_from_lists(client: FlaskClient, cast: Cast) -> None:
    lists = client.get("/api/v1/team/words").get_json()
    assert (len(lists["avatars"]), len(lists["stickers"])) == (12, 16)
    assert {"key": "otter", "text": {"nl": "Otter", "en": "Otter"}} in lists["animals"]
    do(client, cast.noor, "put", "/me/avatar", {"avatar": "owl"})
    answer = do(client, cast.noor, "put", "/me/nickname", {"adjective": "sunny", "animal": "otter"})
    me = answer.get_json()["members"][0]
    assert (me["avatar"], me["nickname"]) == ("owl", {"nl": "Zonnige Otter", "en": "Sunny Otter"})
    again = do(client, cast.noor, "put", "/me/nickname", {"adjective": "sunny", "animal": "otter"})
    assert again.status_code == 200, "it is hers"
    taken = do(client, cast.sam, "put", "/me/nickname", {"adjective": "sunny", "animal": "otter"})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "nickname-taken")


def test_leaving_leads_to_other_people(client: FlaskClient, database: Database, cast: Cast) -> None:
    look(client, cast.noor)
    do(client, cast.sam, "post", "/team/stickers", {"sticker": "tea"})
    answer = do(client, cast.sam, "post", "/team/leave", {})
    assert (answer.status_code, len(answer.get_json()["members"])) == (200, 1)
    assert answer.get_json()["stickers"] == []
    left = look(client, cast.noor)
    assert len(left["members"]) == 1
    assert [(sticker["member"], sticker["sticker"]) for sticker in left["stickers"]] == [(None, "tea")]


def test_an_unchanged_team_is_not_sent_twice(client: FlaskClient, cast: Cast) -> None:
    look(client, cast.noor)
    first = client.get("/api/v1/team", headers=cast.noor.headers)
    again = client.get("/api/v1/team", headers={**cast.noor.headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    do(client, cast.sam, "post", "/team/stickers", {"sticker": "sun"})
    assert (
        client.get("/api/v1/team", headers={**cast.noor.headers, "If-None-Match": first.headers["ETag"]}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", "/me/avatar", {"avatar": "selfie"}),
        ("put", "/me/avatar", {}),
        ("put", "/me/nickname", {"adjective": "ugly", "animal": "otter"}),
        ("put", "/me/nickname", {"adjective": "sunny"}),
        ("post", "/team/stickers", {"sticker": "Call me: 06-12345678"}),
        ("post", "/team/stickers", {"sticker": ["sun"]}),
        ("post", "/team/report", {"member": "Sam"}),
        ("put", "/team/ranking", {"show": "perhaps"}),
        ("put", "/team/ranking", {"show": True, "points": 9000}),
    ],
)
def test_there_is_nothing_to_say_but_what_is_on_the_lists(
    client: FlaskClient, database: Database, cast: Cast, method: str, path: str, body: Any
) -> None:
    answer = do(client, cast.noor, method, path, body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    with database.reading() as session:
        assert session.scalars(select(Sticker)).all() == []


@pytest.mark.parametrize(("method", "path", "body"), [("get", "/team", None), *CHANGES])
def test_nobody_in_particular_has_no_team(
    client: FlaskClient, database: Database, cast: Cast, method: str, path: str, body: Any
) -> None:
    assert getattr(client, method)(f"/api/v1{path}", json=body).status_code == 401
    with database.reading() as session:
        assert session.scalars(select(Team)).all() == []


@pytest.mark.parametrize(("method", "path", "body"), [("get", "/team", None), *CHANGES])
@pytest.mark.parametrize("why", ["consent-missing", "left-study"])
def test_who_is_not_in_the_study_is_in_no_team(
    client: FlaskClient, database: Database, cast: Cast, method: str, path: str, body: Any, why: str
) -> None:
    with database.transaction() as session:
        row = session.get_one(Participant, cast.noor.participant.id)
        if why == "left-study":
            row.left_at = NOW
        else:
            row.cleared_at, row.waiting = None, "parent"
    answer = getattr(client, method)(f"/api/v1{path}", json=body, headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, why)
    with database.reading() as session:
        assert session.scalars(select(Membership)).all() == []
