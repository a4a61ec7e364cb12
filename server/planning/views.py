from datetime import date
from typing import Any

from flask_smorest import Blueprint

from server.context import current, now
from server.people.auth import participant_required
from server.people.models import Participant
from server.people.schemas import MeIn, MeOut  # the address and its shape belong to people; the days to plan are ours
from server.people.service import describe_me
from server.planning import pauses
from server.planning.models import Pause
from server.planning.replan import change_me
from server.planning.schemas import PauseIn, PauseOut

planning = Blueprint("planning", __name__, description="Changing one's settings, and with them the days to come")


@planning.patch("/me")
@participant_required
@planning.arguments(MeIn())
@planning.response(200, MeOut())
def patch_me(body: dict[str, Any], *, participant: Participant) -> dict[str, Any]:
    """Change language, time zone or rhythm; days that have not begun are planned anew"""
    at = now()
    with current().database.transaction() as session:
        changed = change_me(session, participant, body, now=at)
        return describe_me(changed, push_key=current().push_key, now=at)


@planning.get("/me/pause")
@participant_required
@planning.response(200, PauseOut())
def get_pause(*, participant: Participant) -> dict[str, Pause | None]:
    """The pause that runs or is to come"""
    with current().database.reading() as session:
        return {"pause": pauses.find_pause(session, participant, now=now())}


@planning.put("/me/pause")
@participant_required
@planning.arguments(PauseIn())
@planning.response(200, PauseOut())
def put_pause(body: dict[str, date], *, participant: Participant) -> dict[str, Pause]:
    """No pushes on these days; answering stays possible"""
    with current().database.transaction() as session:
        return {"pause": pauses.pause(session, participant, **body, now=now())}


@planning.delete("/me/pause")
@participant_required
@planning.response(200, PauseOut())
def delete_pause(*, participant: Participant) -> dict[str, None]:
    """End the pause; what is not due yet gets its push back"""
    with current().database.transaction() as session:
        pauses.resume(session, participant, now=now())
    return {"pause": None}
