from typing import Any

from flask_smorest import Blueprint

from server.context import current, now
from server.people.auth import participant_required
from server.people.models import Participant
from server.people.schemas import MeIn, MeOut  # the address and its shape belong to people; the days to plan are ours
from server.people.service import describe_me
from server.planning.replan import change_me

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
