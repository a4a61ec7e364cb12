import hashlib
import random
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, json, jsonify, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from server.context import current, now
from server.diary.service import require_in_study
from server.game import placing, service, words
from server.game.reading import read_team
from server.game.schemas import AvatarIn, NicknameIn, RankingIn, ReportIn, StickerIn, TeamOut, WordsOut
from server.people.auth import participant_required
from server.people.models import Participant

game = Blueprint("game", __name__, description="A small team grows a tree together")
A_DAY_S = 86_400


@game.get("/team")
@participant_required
@game.response(200, TeamOut())
@game.alt_response(304, description="Unchanged")
def get_team(*, participant: Participant) -> Response:
    """One's team and tree, and one's own points; the first look puts one into a team"""
    require_in_study(participant)
    at = now()
    with current().database.reading() as session:
        mine = placing.find_membership(session, participant)
        seen = read_team(session, participant, mine, now=at) if mine is not None else None
    body = _act(participant, lambda _session: None) if seen is None or seen.has_grown else TeamOut().dump(seen.body)
    response = jsonify(body)
    response.set_etag(hashlib.sha256(json.dumps(body).encode()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@game.get("/team/words")
@game.response(200, WordsOut())
def get_words() -> Response:
    """The avatars, stickers and the halves of nicknames"""
    response = jsonify(
        avatars=words.AVATARS,
        stickers=words.STICKERS,
        adjectives=_listed(words.ADJECTIVES),
        animals=_listed(words.ANIMALS),
    )
    response.cache_control.public = True
    response.cache_control.max_age = A_DAY_S
    return response


@game.put("/me/avatar")
@participant_required
@game.arguments(AvatarIn())
@game.response(200, TeamOut())
def put_avatar(body: dict[str, str], *, participant: Participant) -> Response:
    """Choose an avatar"""
    return jsonify(_act(participant, _doing(service.choose_avatar, participant, body["avatar"])))


@game.put("/me/nickname")
@participant_required
@game.arguments(NicknameIn())
@game.response(200, TeamOut())
def put_nickname(body: dict[str, str], *, participant: Participant) -> Response:
    """Choose a nickname from the two lists"""
    return jsonify(_act(participant, _doing(service.choose_nickname, participant, body["adjective"], body["animal"])))


@game.post("/team/stickers")
@participant_required
@game.arguments(StickerIn())
@game.response(201, TeamOut())
def post_sticker(body: dict[str, str], *, participant: Participant) -> tuple[Response, int]:
    """Send a sticker to one's team"""
    return jsonify(_act(participant, _doing(service.send_sticker, participant, body["sticker"]))), 201


@game.post("/team/leave")
@participant_required
@game.response(200, TeamOut())
def post_leave(*, participant: Participant) -> Response:
    """Leave this team for another one"""
    return jsonify(_act(participant, _doing(placing.leave, participant)))


@game.post("/team/report")
@participant_required
@game.arguments(ReportIn())
@game.response(200, TeamOut())
def post_report(body: dict[str, Any], *, participant: Participant) -> Response:
    """Tell the coordinator that something about a team-mate is not right, and see her stickers no more"""
    return jsonify(_act(participant, _doing(service.report, participant, body["member"])))


@game.put("/team/ranking")
@participant_required
@game.arguments(RankingIn())
@game.response(200, TeamOut())
def put_ranking(body: dict[str, bool], *, participant: Participant) -> Response:
    """Be in the team's ranking and see it, or neither"""
    return jsonify(_act(participant, _doing(service.show_points, participant, body["show"])))


def _doing(act: Callable[..., object], *arguments: object) -> Callable[[Session], object]:
    # Who gets which name and team is nobody's secret, but nobody shall guess the next one either.
    return lambda session: act(session, *arguments, now=now(), rng=random.SystemRandom())


def _act(participant: Participant, act: Callable[[Session], object]) -> dict[str, Any]:
    """Do something in her team, and return the team as it is then."""
    require_in_study(participant)
    with current().database.transaction() as session:
        act(session)
        mine = placing.place(session, participant, now=now(), rng=random.SystemRandom())
        seen = read_team(session, participant, mine, now=now())
        service.remember_growth(session, seen.team_id, seen.share)
        body: dict[str, Any] = TeamOut().dump(seen.body)
    return body


def _listed(lists: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    return [{"key": key, "text": dict(text)} for key, text in lists.items()]
