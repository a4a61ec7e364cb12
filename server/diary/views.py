import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from server.context import current, now
from server.diary import events, outcomes, service
from server.diary.entry import Entry
from server.diary.express import MET, tell
from server.diary.hasty import record_hastily
from server.diary.models import ChallengeOutcome
from server.diary.outcomes import Verdict
from server.diary.schemas import EventItemsIn, EventItemsOut, OutcomeIn, OutcomeOut, RecordedOut, ResponseIn, SnoozeOut
from server.diary.shape import read_plainly
from server.diary.snoozing import Snoozed, snooze
from server.people.auth import SECURITY, participant_required, read_token
from server.people.models import Participant

diary = Blueprint("diary", __name__, description="Taking in answers; everything may be sent again safely")


@diary.before_request
def _need_token() -> None:
    """Nobody's body is read before there is a token at all."""
    read_token()


@diary.arguments(ResponseIn())
def _read_thoroughly(entry: Entry) -> Entry:
    """The entry in the body of this request; ends it with what is wrong with it."""
    return entry


def _put_response(beep: uuid.UUID) -> Response:
    """Answer a beep; the same answer again is a success, another one a conflict"""
    if met := request.environ.get(MET):
        raise met
    at, token = now(), read_token()
    entry = (read_plainly(request.get_data()) if request.is_json else None) or _read_thoroughly()
    recorded = record_hastily(current().database, token, beep, entry, now=at)
    status, told = tell(recorded)
    return Response(told, status, mimetype="application/json")


def _only_declared(view: Callable[[uuid.UUID], Response]) -> Callable[[uuid.UUID], Response]:
    """The view with the notes that flask-smorest takes of its decorators, and without the calls that these put around
    it: on this address they are worth a third of the work."""
    noted = diary.alt_response(200, schema=RecordedOut(), description="It was here already")(view)
    noted = diary.doc(security=SECURITY)(diary.arguments(ResponseIn())(diary.response(201, RecordedOut())(noted)))
    view._apidoc = noted._apidoc  # type: ignore[attr-defined]  # where it keeps them
    return view


diary.put("/beeps/<uuid:beep>/response", endpoint="put_response")(_only_declared(_put_response))


@diary.get("/events/<uuid:event>/items")
@participant_required
@diary.arguments(EventItemsIn(), location="query")
@diary.response(200, EventItemsOut())
def get_event_items(query: dict[str, str], event: uuid.UUID, *, participant: Participant) -> dict[str, Any]:
    """Which items an entry of one's own asks, in which order; without signal a phone takes the file's order"""
    return {**query, "items": events.list_items(participant, event, query["instrument"])}


@diary.put("/events/<uuid:event>/response")
@participant_required
@diary.arguments(ResponseIn())
@diary.response(201, RecordedOut())
@diary.alt_response(200, schema=RecordedOut(), description="It was here already")
def put_event(entry: Entry, event: uuid.UUID, *, participant: Participant) -> tuple[service.Recorded, int]:
    """Keep an entry that was started without a beep, under a UUID that the phone draws"""
    with current().database.transaction() as session:
        recorded = events.record_event(session, participant, event, entry, now=now())
    return recorded, 201 if recorded.fresh else 200


@diary.put("/beeps/<uuid:beep>/challenge")
@participant_required
@diary.arguments(OutcomeIn())
@diary.response(200, OutcomeOut())
def put_outcome(verdict: Verdict, beep: uuid.UUID, *, participant: Participant) -> ChallengeOutcome:
    """Say what became of the day's challenge; may change while the day lasts, the latest on the phone counts"""
    with current().database.transaction() as session:
        return outcomes.record_outcome(session, participant, beep, verdict, now=now())


@diary.post("/beeps/<uuid:beep>/snooze")
@participant_required
@diary.response(200, SnoozeOut())
def post_snooze(beep: uuid.UUID, *, participant: Participant) -> Snoozed:
    """Put an open beep's next push off for ten minutes, twice at most"""
    with current().database.transaction() as session:
        return snooze(session, participant, beep, now=now())
