"""Challenges: the list, writing one, its life, files in and out."""

from typing import Any

from flask import Response, request

from challenges.library import write_yaml
from challenges.problems import Problem
from challenges.rules import Challenge
from challenges.table import write_csv
from server.context import current, now
from server.coordination import authoring
from server.coordination.content import challenge_as_json
from server.coordination.importing import apply_import, plan_import
from server.coordination.listing import Entry, Filters, choose, list_challenges
from server.coordination.models import ChallengeVersion
from server.coordination.refusals import MoveRefused
from server.desk.api import challenge_schemas as schemas
from server.desk.api.auth import api_blueprint, note, staff_api
from server.staff.sessions import Caller

challenges = api_blueprint("challenges", "challenges")
LARGEST_FILE = 4 * 1024 * 1024


@challenges.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A library of challenges is larger than anything else that is sent here."""
    if endpoint == "api_desk_challenges.post_import":
        request.max_content_length = LARGEST_FILE


@challenges.get("/challenges")
@staff_api(role="desk")
@challenges.arguments(schemas.FiltersIn(), location="query")
@challenges.response(200, schemas.ChallengeEntriesOut())
def get_challenges(query: dict[str, str], *, staff: Caller) -> dict[str, Any]:
    """The catalogue, searched, filtered and sorted"""
    with current().database.reading() as session:
        found = choose(list_challenges(session), Filters(**query), language=staff.language)
    return {"challenges": [_entry(one) for one in found]}


@challenges.post("/challenges")
@staff_api(role="desk")
@challenges.arguments(schemas.ChallengeIn())
@challenges.response(201, schemas.OneOut())
def post_challenge(body: dict[str, Any], *, staff: Caller) -> dict[str, Any]:
    """Write a challenge; it begins as a draft"""
    return _write(staff, body, None)


@challenges.post("/challenges/check")
@staff_api(role="desk")
@challenges.arguments(schemas.ChallengeIn())
@challenges.response(200, schemas.CheckedOut())
def post_check(body: dict[str, Any], *, staff: Caller) -> dict[str, Any]:
    """Every mistake in a challenge, and doubts about its text; nothing is saved"""
    body.pop("stamp")
    with current().database.reading() as session:
        checked = authoring.check_form(session, body, slug=None)
    return {"problems": _faults(checked.problems), "nudges": _faults(checked.nudges)}


@challenges.get("/challenges/<slug>")
@staff_api(role="desk")
@challenges.response(200, schemas.OneOut())
def get_challenge(slug: str, *, staff: Caller) -> dict[str, Any]:
    """One challenge with its versions and the steps of its life"""
    return _read(slug)


@challenges.put("/challenges/<slug>")
@staff_api(role="desk")
@challenges.arguments(schemas.ChallengeIn())
@challenges.response(200, schemas.OneOut())
def put_challenge(body: dict[str, Any], slug: str, *, staff: Caller) -> dict[str, Any]:
    """Save another text of a challenge"""
    return _write(staff, body, slug)


@challenges.post("/challenges/<slug>/move")
@staff_api(role="desk")
@challenges.arguments(schemas.MoveIn())
@challenges.response(200, schemas.OneOut())
def post_move(body: dict[str, str], slug: str, *, staff: Caller) -> dict[str, Any]:
    """One step on: draft, review, live, retired"""
    with current().database.transaction() as session:
        authoring.move(session, slug, body["to"], by=staff.name, now=now())
        note(session, staff, "challenge.moved", subject=slug, to=body["to"])
    return _read(slug)


@challenges.post("/challenges/move")
@staff_api(role="desk")
@challenges.arguments(schemas.MoveManyIn())
@challenges.response(200, schemas.MovedOut())
def post_move_many(body: dict[str, Any], *, staff: Caller) -> dict[str, list[str]]:
    """One step on for several; those that cannot are left as they are"""
    moved: list[str] = []
    left: list[str] = []
    with current().database.transaction() as session:
        for slug in dict.fromkeys(body["slugs"]):
            try:
                authoring.move(session, slug, body["to"], by=staff.name, now=now())
            except MoveRefused:
                left.append(slug)
                continue
            note(session, staff, "challenge.moved", subject=slug, to=body["to"])
            moved.append(slug)
    return {"moved": moved, "left": left}


@challenges.post("/challenges/<slug>/duplicate")
@staff_api(role="desk")
@challenges.response(201, schemas.OneOut())
def post_duplicate(slug: str, *, staff: Caller) -> dict[str, Any]:
    """A draft with the same text"""
    with current().database.transaction() as session:
        copied = authoring.duplicate(session, slug, by=staff.name, now=now()).row.slug
        note(session, staff, "challenge.written", subject=copied)
    return _read(copied)


@challenges.post("/challenges/<slug>/undo")
@staff_api(role="desk")
@challenges.response(200, schemas.SlugsOut())
def post_undo(slug: str, *, staff: Caller) -> dict[str, list[str]]:
    """Take the last step back; the challenges that it concerned"""
    with current().database.transaction() as session:
        steps = authoring.undo(session, slug, by=staff.name, now=now())
        for step in steps:
            note(session, staff, "challenge.undone", subject=step.slug)
        return {"slugs": sorted({step.slug for step in steps})}


@challenges.post("/challenges/import")
@staff_api(role="desk")
@challenges.arguments(schemas.ImportIn())
@challenges.response(200, schemas.PlanOut())
def post_import(body: dict[str, str], *, staff: Caller) -> dict[str, Any]:
    """A file of challenges: a dry run with every mistake, then exactly that"""
    text, form, stamp = body["text"], body["form"], body["stamp"]
    if not stamp:
        with current().database.reading() as session:
            plan = plan_import(session, text, form=form)
    else:
        with current().database.transaction() as session:
            plan = apply_import(session, text, form=form, stamp=stamp, by=staff.name, now=now())
            for change in plan.changes:
                if change.effect != "same":
                    note(session, staff, "challenge.imported", subject=change.challenge.slug)
    return {"stamp": plan.stamp, "done": bool(stamp), "changes": plan.changes, "mistakes": plan.mistakes}


@challenges.get("/challenges/export.<any(csv, yaml):form>")
@staff_api(role="desk")
@challenges.arguments(schemas.FiltersIn(), location="query")
@challenges.response(200, {"type": "string"}, content_type="text/plain")
def get_export(query: dict[str, str], form: str, *, staff: Caller) -> Response:
    """What the filters show, as a file that can be taken in again"""
    with current().database.reading() as session:
        found: list[Challenge] = [one.challenge for one in choose(list_challenges(session), Filters(**query))]
    return Response(write_csv(found) if form == "csv" else write_yaml(found), mimetype="text/plain")


def _write(staff: Caller, body: dict[str, Any], slug: str | None) -> dict[str, Any]:
    stamp = body.pop("stamp")
    with current().database.transaction() as session:
        written = authoring.write(session, body, slug=slug, stamp=stamp, by=staff.name, now=now())
        note(session, staff, "challenge.written", subject=written.row.slug)
        saved = written.row.slug
    return _read(saved)


def _read(slug: str) -> dict[str, Any]:
    with current().database.reading() as session:
        rows = authoring.read_versions(session, slug)
        steps = authoring.list_steps(session, slug)
        return {
            "slug": slug,
            "stamp": authoring.stamp_of(rows[0]),
            "versions": [_version(row) for row in rows],
            "steps": [{"what": one.what, "by": one.by, "at": one.at.isoformat()} for one in steps],
        }


def _version(row: ChallengeVersion) -> dict[str, Any]:
    return {"version": row.version, "status": row.status, "content": row.content}


def _entry(entry: Entry) -> dict[str, Any]:
    one = entry.challenge
    facts = {"slug": one.slug, "version": one.version, "status": one.status}
    return {**facts, "live": entry.live, "origin": entry.origin, "content": challenge_as_json(one)}


def _faults(problems: Any) -> list[dict[str, Any]]:
    found: list[Problem] = list(problems)
    return [{"where": one.field, "code": one.code, "message": dict(one.message)} for one in found]
