"""Studies, their rules, and the calendar of a made-up participant."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from prompts.preview import preview, read_quiet
from server.consent.figures import foresee_text
from server.consent.parents_wanted import settle_parents
from server.consent.publishing import names_of, publish_default
from server.content import protocols
from server.context import current, now
from server.desk.api import schemas
from server.desk.api.auth import api_blueprint, form_token, note, staff_api
from server.desk.rule_forms import differences
from server.errors import DomainError
from server.planning.rule_changes import foresee_rules, offer, protocol_with, save_rules
from server.staff.service import make_owner
from server.staff.sessions import Caller
from server.studies.calendar import local_date
from server.studies.changes import change_study
from server.studies.models import Study
from server.studies.rules import StudyRules
from server.studies.service import create_study, protocol_of
from server.studies.versions import list_versions, rules_in_force

studies = api_blueprint("studies", "setting a study up")


class QuietUnreadable(DomainError):
    """Write quiet hours like 08:30-15:00."""

    status = 422
    code = "quiet-unreadable"


@studies.get("/me")
@staff_api(role="anyone")
@studies.response(200, schemas.DeskMeOut())
def get_me(*, staff: Caller) -> dict[str, Any]:
    """Who is calling, with the roles, and the token for changes with the cookie"""
    with current().database.reading() as session:
        names = {study.id: study.name for study in session.scalars(select(Study).where(Study.id.in_(staff.roles)))}
    return {
        "name": staff.name,
        "mail": staff.mail,
        "language": staff.language,
        "administrator": staff.administrator,
        "roles": [{"study": names[one], "role": role} for one, role in staff.roles.items()],
        "csrf": form_token(),
    }


@studies.get("/protocols")
@staff_api(role="desk")
@studies.response(200, schemas.ProtocolsOut())
def list_protocols(*, staff: Caller) -> dict[str, Any]:
    """Released protocols, to make a study from"""
    return {"protocols": list(protocols().values())}


@studies.get("/studies")
@staff_api(role="anyone")
@studies.response(200, schemas.StudiesOut())
def list_studies(*, staff: Caller) -> dict[str, Any]:
    """The caller's studies"""
    with current().database.reading() as session:
        mine = select(Study).where(Study.id.in_(staff.roles)).order_by(Study.name)
        return {"studies": session.scalars(mine).all()}


@studies.post("/studies")
@staff_api(role="desk")
@studies.arguments(schemas.StudyIn())
@studies.response(201, schemas.DeskStudyOut())
def post_study(body: dict[str, Any], *, staff: Caller) -> Study:
    """Make a study from a protocol; whoever makes it owns it"""
    with current().database.transaction() as session:
        made = create_study(session, **body, now=now())
        make_owner(session, staff.id, made, now=now())
        note(session, staff, "study.made", study=made.name, protocol=made.protocol)
        return made


@studies.get("/studies/<study_name>")
@staff_api(role="coordinator", study_arg="study_name")
@studies.response(200, schemas.DeskStudyOut())
def get_study(*, staff: Caller, study: Study) -> Study:
    """Names, dates, and who is responsible"""
    return study


@studies.put("/studies/<study_name>/settings")
@staff_api(role="coordinator", study_arg="study_name")
@studies.arguments(schemas.SettingsIn())
@studies.response(200, schemas.DeskStudyOut())
def put_settings(body: dict[str, Any], *, staff: Caller, study: Study) -> Study:
    """Set names, dates and who is responsible; publishes a consent text where that changes

    Another number of parents holds for everybody under sixteen at once: with two, whoever has one yes waits."""
    names = ("title", "start_rule", "opens_on", "closes_on")
    with current().database.transaction() as session:
        mine = session.get_one(Study, study.id)
        was, parents = names_of(mine), mine.parents_required
        changed = change_study(session, mine, **{name: body[name] for name in names})
        kept = {name: value for name, value in (mine.contact or {}).items() if name != "phone"}
        made = publish_default(
            session,
            mine,
            institution=body["institution"],
            contact={**kept, **{name: value for name, value in body["contact"].items() if value}},
            parents_required=body["parents_required"],
            was=was,
            now=now(),
        )
        if mine.parents_required != parents:
            settle_parents(session, mine, now=now())
        note(session, staff, "study.changed", study=study.name, fields=" ".join(changed) or "contact")
        if made.new:
            count = made.asked.people
            note(session, staff, "consent.published", study=study.name, version=made.version, count=count)
        session.flush()
        session.refresh(mine)  # publishing may have changed it in the database, which the row in hand then forgets
        return mine


@studies.get("/studies/<study_name>/rules")
@staff_api(role="coordinator", study_arg="study_name")
@studies.response(200, schemas.RulesOut())
def get_rules(*, staff: Caller, study: Study) -> dict[str, Any]:
    """The rules in force, every version before, and what there is to choose from"""
    with current().database.reading() as session:
        there = offer(session, study)
        versions = list_versions(session, study.id)
    return {
        "version": study.rules_version,
        "rules": rules_in_force(study).as_json(),
        "versions": versions,
        **asdict(there),
    }


@studies.post("/studies/<study_name>/rules/impact")
@staff_api(role="coordinator", study_arg="study_name")
@studies.arguments(schemas.RulesIn())
@studies.response(200, schemas.ImpactOut())
def post_impact(body: dict[str, Any], *, staff: Caller, study: Study) -> Any:
    """What these rules would do to coming days and to the consent text; nothing is saved"""
    wanted = StudyRules.from_json(body, protocols()[study.protocol])
    with current().database.reading() as session:
        impact = foresee_rules(session, study, wanted, now=now())
        return asdict(impact) | {"text": foresee_text(session, study, protocol_with(study, wanted), now=now())}


@studies.put("/studies/<study_name>/rules")
@staff_api(role="coordinator", study_arg="study_name")
@studies.arguments(schemas.SaveRulesIn())
@studies.response(200, schemas.SavedOut())
def put_rules(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, int]:
    """Make these the study's rules; coming days are planned anew by the worker, a text with other figures is renewed"""
    wanted = StudyRules.from_json(body["rules"], protocols()[study.protocol])
    changed = " ".join(name for name, _before, _after in differences(rules_in_force(study), wanted))
    with current().database.transaction() as session:
        saved = save_rules(session, study.id, wanted, base=body["base"], by=staff.name, why=body["why"], now=now())
        note(session, staff, "rules.changed", study=study.name, why=body["why"], version=saved.version, fields=changed)
        if saved.text is not None:
            told = {"version": saved.text.version, "count": saved.text.asked.people}
            note(session, staff, "consent.published", study=study.name, why=body["why"], **told)
    return {"version": saved.version}


@studies.get("/studies/<study_name>/calendar")
@staff_api(role="coordinator", study_arg="study_name")
@studies.arguments(schemas.CalendarIn(), location="query")
@studies.response(200, schemas.CalendarOut())
def get_calendar(query: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, Any]:
    """The plan of a made-up participant, with quiet hours and clock changes"""
    try:
        quiet = [read_quiet(query["quiet"])] if query["quiet"] else []
    except ValueError:
        raise QuietUnreadable from None
    first = query["first"] or local_date(now(), study.zone) + timedelta(days=1)
    person = query["person"]
    rows = preview(protocol_of(study), study.zone, first, query["days"], person, study.name, quiet)
    return {"beeps": [row for row in rows if row["person"] == person]}
