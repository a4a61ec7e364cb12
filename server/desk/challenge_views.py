"""Challenges at the desk: the list, one challenge with its card, its life, files in and out."""

from typing import Any

from flask import Response, request, url_for

from challenges.authoring import LENGTHS, Checked
from challenges.challenge import COMPANIES, PLACES, PROOFS, SEASONS
from challenges.library import write_yaml
from challenges.rules import Challenge
from challenges.strategies import STRATEGIES
from challenges.table import write_csv
from server.audit.service import record
from server.context import current, now
from server.coordination import authoring
from server.coordination.importing import Plan, apply_import, decode, plan_import
from server.coordination.listing import MINUTES, SORTS, Filters, choose, list_challenges
from server.coordination.moves import MOVES, OPEN
from server.coordination.refusals import ChallengeChanged, ChallengeInvalid, ImportChanged, MoveRefused
from server.desk.card import card_word, preview_words, strategy_name, tone_of
from server.desk.challenge_forms import (
    RARE,
    RARER,
    blame_fields,
    card_of,
    empty_form,
    form_of,
    is_open,
    label_of,
    values_of,
)
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t, url_as_filtered
from server.desk.paging import Pages
from server.monitoring.challenge_counts import count_challenge
from server.staff.auth import staff_required
from server.staff.sessions import Caller

challenges = desk_blueprint("desk_challenges")
LARGEST_FILE = 4 * 1024 * 1024


def _options() -> dict[str, Any]:
    """What the selects of list and form offer, in the reader's language."""
    days = t("word.weekdays").split()
    return {
        "strategy_options": [(name, one.name[language()]) for name, one in STRATEGIES.items()],
        "place_options": [(value, t(f"challenge.place.{value}")) for value in PLACES],
        "company_options": [(value, t(f"challenge.company.{value}")) for value in COMPANIES],
        "season_options": [(value, t(f"challenge.season.{value}")) for value in SEASONS],
        "proof_options": [(value, t(f"challenge.proof.{value}")) for value in PROOFS],
        "status_options": [(value, t(f"challenge.status.{value}")) for value in MOVES],
        "sort_options": [(value, t(f"challenges.sort.{value}")) for value in SORTS],
        "weekday_options": [(number, days[number - 1]) for number in range(1, 8)],
        "minutes_options": [
            *((value, t("challenges.minutes.most", minutes=value)) for value in MINUTES[:-1]),
            (MINUTES[-1], t("challenges.minutes.more", minutes=MINUTES[-2])),
        ],
    }


CARD: dict[str, Any] = {"tone_of": tone_of, "strategy_name": strategy_name, "card_word": card_word}


@challenges.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A library of challenges is larger than anything else that is sent here."""
    if endpoint == "desk_challenges.take_in":
        request.max_content_length = request.max_form_memory_size = LARGEST_FILE


@challenges.get("/challenges")
@staff_required(role="desk")
def list_all(*, staff: Caller) -> Response:
    """The catalogue, searched, filtered and sorted."""
    filters = _filters()
    with current().database.reading() as session:
        everything = list_challenges(session)
    found = choose(everything, filters, language=language())
    pages = Pages(total=len(found), number=request.args.get("page", 1, int))
    return render(
        "desk/challenges.html",
        title=t("challenges.title"),
        entries=found[pages.skip : pages.skip + pages.size],
        pages=pages,
        total=len(everything),
        filters=filters,
        form=Form(request.args),
        strategies=STRATEGIES,
        **_options(),
    )


@challenges.post("/challenges/move")
@staff_required(role="desk")
def move_many(*, staff: Caller) -> Response:
    """Take the ticked challenges one step on; those that cannot are left as they are."""
    to, slugs = request.form.get("to", ""), request.form.getlist("slug")
    moved = 0
    with current().database.transaction() as session:
        for slug in slugs:
            try:
                authoring.move(session, slug, to, by=staff.name, now=now())
            except MoveRefused:
                continue
            _note(session, staff, "challenge.moved", slug, to=to)
            moved += 1
    return go(url_as_filtered(".list_all"), "challenges.moved", count=moved, left=len(slugs) - moved)


@challenges.route("/challenges/new", methods=["GET", "POST"])
@staff_required(role="desk")
def new(*, staff: Caller) -> Response:
    """Write a challenge."""
    if request.method == "GET":
        return _editor(empty_form(), title=t("challenges.new"))
    return _save(staff, None)


@challenges.route("/challenges/<slug>", methods=["GET", "POST"])
@staff_required(role="desk")
def edit(slug: str, *, staff: Caller) -> Response:
    """One challenge: its text, its card, where it is in its life, and what became of it."""
    if request.method == "POST":
        return _save(staff, slug)
    with current().database.reading() as session:
        rows = authoring.read_versions(session, slug)
        challenge = authoring.as_challenge(rows[0])
        checked = authoring.check_form(session, {**rows[0].content, "status": rows[0].status}, slug=slug)
        extras: dict[str, Any] = {
            "rows": rows,
            "stamp": authoring.stamp_of(rows[0]),
            "steps": authoring.list_steps(session, slug),
            "last": authoring.last_step(session, slug),
            "counts": count_challenge(session, slug, list(staff.roles), now=now()),
        }
    return _editor(form_of(challenge), title=challenge.title[language()], checked=checked, slug=slug, **extras)


@challenges.post("/challenges/<slug>/move")
@staff_required(role="desk")
def move(slug: str, *, staff: Caller) -> Response:
    """One step on."""
    to = request.form.get("to", "")
    with current().database.transaction() as session:
        authoring.move(session, slug, to, by=staff.name, now=now())
        _note(session, staff, "challenge.moved", slug, to=to)
    return go(url_for(".edit", slug=slug), f"challenge.moved.{to}")


@challenges.post("/challenges/<slug>/duplicate")
@staff_required(role="desk")
def duplicate(slug: str, *, staff: Caller) -> Response:
    """A draft with the same text."""
    with current().database.transaction() as session:
        copied = authoring.duplicate(session, slug, by=staff.name, now=now()).row.slug
        _note(session, staff, "challenge.written", copied)
    return go(url_for(".edit", slug=copied), "challenge.duplicated")


@challenges.post("/challenges/<slug>/undo")
@staff_required(role="desk")
def undo(slug: str, *, staff: Caller) -> Response:
    """Take the last step back."""
    with current().database.transaction() as session:
        steps = authoring.undo(session, slug, by=staff.name, now=now())
        for step in steps:
            _note(session, staff, "challenge.undone", step.slug)
        session.flush()
        is_left = authoring.is_known(session, slug)
    url = url_for(".edit", slug=slug) if is_left else url_for(".list_all")
    return go(url, "challenge.undone", count=len({step.slug for step in steps}))


@challenges.route("/challenges/import", methods=["GET", "POST"])
@staff_required(role="desk")
def take_in(*, staff: Caller) -> Response:
    """A file of challenges: first what it would do, then exactly that."""
    if request.method == "GET":
        return _import_page(Form())
    form = Form(request.form)
    upload = request.files.get("file")
    text = decode(upload.read()) if upload is not None and upload.filename else request.form.get("text", "")
    if not text.strip():
        form.wrong("file", "import.nothing")
        return _import_page(form, status=422)
    kind = _kind_of(upload.filename if upload is not None else "", text, request.form.get("kind", ""))
    if request.form.get("stamp"):
        try:
            with current().database.transaction() as session:
                plan = apply_import(session, text, form=kind, stamp=request.form["stamp"], by=staff.name, now=now())
                for change in plan.changes:
                    if change.effect != "same":
                        _note(session, staff, "challenge.imported", change.challenge.slug)
            counts = plan.counts
            return go(url_for(".list_all"), "import.done", new=counts["new"], changed=counts["changed"])
        except ImportChanged:
            form.wrong("file", "import.changed_meanwhile")
    with current().database.reading() as session:
        plan = plan_import(session, text, form=kind)
    return _import_page(form, plan=plan, text=text, kind=kind, status=422 if plan.mistakes or form.errors else 200)


@challenges.get("/challenges/export.<any(csv, yaml):form>")
@staff_required(role="desk")
def export(form: str, *, staff: Caller) -> Response:
    """What the filters show, as a file that can be taken in again."""
    with current().database.reading() as session:
        found: list[Challenge] = [entry.challenge for entry in choose(list_challenges(session), _filters())]
    text = write_csv(found) if form == "csv" else write_yaml(found)
    kind = "text/csv" if form == "csv" else "application/yaml"
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=challenges.{form}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _save(staff: Caller, slug: str | None) -> Response:
    form = Form(request.form)
    given, title = values_of(request.form), t("challenges.new") if slug is None else form.value(f"title_{language()}")
    if request.form.get("act") == "preview":
        with current().database.reading() as session:
            checked = authoring.check_form(session, given, slug=slug)
        blame_fields(form, checked.problems, language())
        return _editor(form, title=title, checked=checked, slug=slug, stamp=request.form.get("stamp"))
    try:
        with current().database.transaction() as session:
            written = authoring.write(
                session, given, slug=slug, stamp=request.form.get("stamp") or None, by=staff.name, now=now()
            )
            for_review = request.form.get("act") == "review" and written.row.status == "draft"
            if for_review:
                authoring.move(session, written.row.slug, "review", by=staff.name, now=now())
            _note(session, staff, "challenge.written", written.row.slug)
            saved = written.row.slug
        return go(url_for(".edit", slug=saved), "challenge.moved.review" if for_review else "challenge.saved")
    except ChallengeInvalid as refused:
        blame_fields(form, refused.problems, language())
    except ChallengeChanged as changed:
        form.blame(changed, key="error.challenge-changed")
    return _editor(form, title=title, slug=slug, stamp=request.form.get("stamp"), status=422)


def _editor(
    form: Form, *, title: str, checked: Checked | None = None, slug: str | None = None, status: int = 200, **more: Any
) -> Response:
    return render(
        "desk/challenge.html",
        status=status,
        title=title,
        form=form,
        slug=slug,
        card=card_of(form),
        words=preview_words(),
        lengths=LENGTHS,
        moves=MOVES,
        unseen=OPEN,
        nudges=checked.nudges if checked else (),
        when_open=is_open(form, RARE),
        more_open=is_open(form, RARER),
        label_of=label_of,
        **CARD,
        **_options(),
        **{"rows": [], "stamp": None, "steps": [], "last": None, "counts": [], **more},
    )


def _import_page(
    form: Form, *, plan: Plan | None = None, text: str = "", kind: str = "", status: int = 200
) -> Response:
    return render(
        "desk/challenge_import.html",
        status=status,
        title=t("import.title"),
        form=form,
        plan=plan,
        text=text,
        kind=kind,
        label_of=label_of,
    )


def _filters() -> Filters:
    names = ("words", "strategy", "status", "language", "place", "minutes", "sort")
    return Filters(**{name: request.args.get(name, "").strip() for name in names})


def _kind_of(filename: str | None, text: str, said: str) -> str:
    if said in ("csv", "yaml"):
        return said
    if (filename or "").lower().endswith((".yaml", ".yml")):
        return "yaml"
    return "yaml" if text.lstrip().startswith(("challenges:", "strategy:", "defaults:", "#")) else "csv"


def _note(session: Any, staff: Caller, action: str, slug: str, **facts: str) -> None:
    record(session, staff.actor, action, secret=current().secret, now=now(), subject=slug, **facts)
