from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from server.consent import inviting, reading, service
from server.consent.schemas import ConsentIn, ConsentOut, EnrolIn, IntroOut, InviteIn, LanguageIn, ParentsOut
from server.consent.service import Choice
from server.context import current, now
from server.people.auth import participant_required, welcome
from server.people.models import Participant
from server.people.schemas import JoinedOut
from server.people.service import JoinRefused
from server.people.throttle import limit_failures

consent = Blueprint("consent", __name__, description="What a study tells, joining it, and who agreed to what")


@consent.get("/intro/<code>")
@consent.arguments(LanguageIn(), location="query")
@consent.response(200, IntroOut())
def get_intro(query: dict[str, str | None], code: str) -> dict[str, Any]:
    """What the study of a code is about and what one agrees to, before joining"""
    context, at = current(), now()
    with (
        # Counted together with joining: a guess is a guess.
        limit_failures(
            context.database, "join", request.remote_addr, counted=JoinRefused, key=context.throttle_key, now=at
        ),
        context.database.reading() as session,
    ):
        return reading.read_intro(session, code, query["language"] or "nl", now=at)


@consent.post("/join")
@consent.arguments(EnrolIn())
@consent.response(201, JoinedOut())
def post_join(body: dict[str, Any]) -> Response:
    """Join the study that a code opens, and sign this phone in"""
    context, at = current(), now()
    with (
        limit_failures(
            context.database, "join", request.remote_addr, counted=JoinRefused, key=context.throttle_key, now=at
        ),
        context.database.transaction() as session,
    ):
        joined = service.enrol(session, **body, now=at)
    return welcome(joined, 201)


@consent.get("/me/consent")
@participant_required
@consent.arguments(LanguageIn(), location="query")
@consent.response(200, ConsentOut())
def get_consent(query: dict[str, str | None], *, participant: Participant) -> dict[str, Any]:
    """What one agreed to, and the text in force"""
    with current().database.reading() as session:
        return reading.read_own(session, participant, query["language"], now=now())


@consent.put("/me/consent")
@participant_required
@consent.arguments(ConsentIn())
@consent.response(200, ConsentOut())
def put_consent(choice: Choice, *, participant: Participant) -> dict[str, Any]:
    """Agree, or take it back; the same again adds nothing"""
    with current().database.transaction() as session:
        at = now()
        settled = service.record_own(session, participant, choice, now=at)
        return reading.read_own(session, settled, choice.language, now=at)


@consent.get("/me/parents")
@participant_required
@consent.response(200, ParentsOut())
def get_parents(*, participant: Participant) -> dict[str, Any]:
    """Which parents were asked, and how far that is"""
    with current().database.reading() as session:
        required, parents = inviting.read_parents(session, participant, now=now())
    return {"required": required, "parents": parents}


@consent.post("/me/parents")
@participant_required
@consent.arguments(InviteIn())
@consent.response(200, ParentsOut())
def post_parents(body: dict[str, Any], *, participant: Participant) -> dict[str, Any]:
    """Ask a parent by mail, or send the mail once more"""
    at = now()
    with current().database.transaction() as session:
        inviting.invite_by_mail(session, participant, **body, now=at)
        required, parents = inviting.read_parents(session, participant, now=at)
    return {"required": required, "parents": parents}
