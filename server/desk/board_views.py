"""The board of a study: who is reached, who answers, who is falling off. Counts only, never an answer."""

from flask import Response, request

from server.context import current, now
from server.desk.board_charts import make_charts, make_load_chart
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, render, t
from server.desk.paging import Pages
from server.monitoring.board import PUSH_DAYS, Board, read_board
from server.monitoring.shapes import Person
from server.monitoring.team_reports import list_reported
from server.safety.alerts import count_open
from server.staff.auth import staff_required
from server.staff.listing import has_owner
from server.staff.sessions import Caller
from server.studies.models import Study

board = desk_blueprint("desk_board")
SORTS = ("code", "least", "silent")


@board.get("/studies/<study_name>/board")
@staff_required(role="coordinator", study_arg="study_name")
def show(*, staff: Caller, study: Study) -> Response:
    """How the study is doing today."""
    seen = _read(study)
    with current().database.reading() as session:
        alerts = count_open(session, study.id) if study.monitoring is not None else None
        owned = has_owner(session, study)
    return render(
        "desk/board.html",
        title=t("board.title"),
        study=study,
        board=seen,
        charts=make_charts(seen),
        alerts=alerts,
        owned=owned,
        load=make_load_chart(seen, study.zone),
        push_days=PUSH_DAYS,
    )


@board.get("/studies/<study_name>/people")
@staff_required(role="coordinator", study_arg="study_name")
def people(*, staff: Caller, study: Study) -> Response:
    """Everybody by code, with how many questionnaires were answered."""
    seen = _read(study)
    with current().database.reading() as session:
        reported = list_reported(session, study.id)
    wanted = request.args.get("sort", "code")
    words = request.args.get("words", "").strip().upper().replace("-", "")
    found = sorted((one for one in seen.people if words in one.code), key=lambda one: _order(one, wanted))
    pages = Pages(total=len(found), number=request.args.get("page", 1, int))
    return render(
        "desk/people.html",
        title=t("people.title"),
        study=study,
        on=seen.on,
        reported=reported,
        people=found[pages.skip : pages.skip + pages.size],
        pages=pages,
        form=Form(request.args),
        sort_options=[(name, t(f"people.sort.{name}")) for name in SORTS],
    )


def _read(study: Study) -> Board:
    with current().database.reading() as session:
        return read_board(session, study, now=now())


def _order(person: Person, wanted: str) -> tuple[float, str]:
    if wanted == "least":
        share = person.count.share
        return (2.0 if share is None else share), person.code
    if wanted == "silent":
        return (person.last_on.toordinal() if person.last_on else 0), person.code
    return 0, person.code
