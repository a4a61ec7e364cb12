"""A menu as the frame shows it: what this caller may open, where she is, and what waits behind it."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import current_app, request, url_for

from server.context import current
from server.desk.navigation import SAFETY, Entry
from server.safety.alerts import count_open
from server.staff import auth
from server.staff.sessions import Caller
from server.studies.models import Study


def build_menu(
    entries: Iterable[Entry], staff: Caller | None, study: Study | None, *, say: Callable[[str], str]
) -> list[dict[str, Any]]:
    """``url``, ``text`` (by ``say``), ``current`` as ARIA has it ("page", "true" for a page behind it, ""), and how
    much is ``waiting``. Empty for who is not signed in."""
    if staff is None:
        return []
    values: dict[str, Any] = {"study_name": study.name} if study else {}
    here = request.endpoint or ""
    shown = [
        entry
        for entry in entries
        if entry.endpoint in current_app.view_functions and staff.may(entry.role, study.id if study else None)
    ]
    return [
        {
            "url": url_for(entry.endpoint, **values),
            "text": say(entry.text),
            "current": "page" if here == entry.endpoint else "true" if entry.leads_to(here) else "",
            "waiting": _count_alerts(study) if study and entry.endpoint == SAFETY else 0,
        }
        for entry in shown
    ]


def _count_alerts(study: Study) -> int:
    """Open safety alerts, where somebody is there for them."""
    if study.monitoring is None:
        return 0
    with auth.desk_rights(), current().database.reading() as session:
        return count_open(session, study.id)
