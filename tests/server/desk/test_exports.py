"""Exports at the desk and for programs: who may, what is seen before, links, a second person, the planning's proof."""

import json
import shutil
import uuid
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.audit.models import AuditEntry
from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.export import asking
from server.export.models import Export, ExportJob, ExportMember
from server.export.proof_file import check_proof
from server.export.request import Request, Responsible
from server.export.rounds import queue_withdrawn, remove_files
from server.export.running import Workshop, claim, file_of, work
from server.people.models import Participant
from server.staff.models import Staff
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.export_studies import AFTERWARDS, CANARY, make_finished_study
from tests.server.desk.desk import PASSWORD, SECRET, Desk, make_staff, sign_in, text_of, totp_at

HERE = "/desk/studies/small"
ASKED = {"profile": "research", "rank_1": "age", "language": "en", "do": "ask", "reason": "Paper on mood"}
API = "/api/v1/desk/studies/small/exports"
BASE = "https://kiem.example"


@pytest.fixture(scope="module")
def small_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies of which one is over."""
    path = tmp_path_factory.mktemp("desk-exports") / "kiem.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    make_finished_study(database, name="small", people=36, days=3, starts=1)
    make_finished_study(database, name="other", people=12, days=2, starts=1, seed=2)
    database.dispose()
    return path


@pytest.fixture
def database_url(small_file: Path, tmp_path: Path) -> str:
    shutil.copy(small_file, tmp_path / "kiem.sqlite3")
    return f"sqlite:///{tmp_path / 'kiem.sqlite3'}"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(AFTERWARDS)


@pytest.fixture
def studies(database: Database) -> dict[str, Study]:
    with database.reading() as session:
        found = {study.name: study for study in session.scalars(select(Study))}
        session.expunge_all()
    return found


class World:
    """A study that is over, with a researcher, an owner, and a worker that works when told."""

    def __init__(self, app: Flask, database: Database, context: Context, studies: dict[str, Study]) -> None:
        self.app, self.database, self.context, self.studies = app, database, context, studies
        clock = context.clock
        assert isinstance(clock, SetClock)
        self.clock = clock
        self.rena = self.staff("Rena", "researcher")
        self.olga = self.staff("Olga", "owner")

    def staff(self, name: str, role: str, study: str = "small") -> Desk:
        roles = {self.studies[study]: role}
        return sign_in(self.app, self.database, name, roles=roles, now=self.clock.now())

    def ask(self, desk: Desk, **more: str) -> str:
        """The address of a new export's page."""
        answer = desk.post(f"{HERE}/exports/new", **{**ASKED, **more})
        assert answer.status_code == 303, text_of(answer)[:600]
        return str(answer.location)

    def make(self) -> None:
        shop = Workshop(
            database=self.database, data_dir=self.context.settings.data_dir, secret=SECRET, clock=self.clock
        )
        with self.database.transaction() as session:
            job = claim(session, now=self.clock.now())
            assert job is not None
            assert job.runner is not None
        assert work(shop, job.id, job.runner) is not None

    def link(self, desk: Desk, page: str) -> str:
        html = desk.get(page).get_data(as_text=True)
        start = html.index(f'href="{page}/bundle?') + len('href="')
        return html[start : html.index('"', start)].replace("&amp;", "&")

    def log(self, action: str) -> list[AuditEntry]:
        with self.database.reading() as session:
            return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.fixture
def world(app: Flask, database: Database, context: Context, studies: dict[str, Study]) -> World:
    return World(app, database, context, studies)


def refused(answer: TestResponse, status: int) -> bool:
    return answer.status_code == status and answer.mimetype != "application/zip"


def test_what_survives_is_seen_before_anything_is_asked_for(world: World) -> None:
    asked = {"profile": "research", "rank_1": "age", "rank_2": "language"}
    page = text_of(world.rena.post(f"{HERE}/exports/new", **asked, do="look"))
    assert "36 participants" in page
    assert "age: in bands" in page
    assert "At another k" in page
    html = world.rena.post(f"{HERE}/exports/new", **asked, do="look").get_data(as_text=True)
    at_other_k = html[html.index("At another k") : html.index("</table>", html.index("At another k"))]
    assert 'data-label="age"' in at_other_k, "a phone shows rows as cards"
    assert '<th scope="row" data-label="k">3<' not in at_other_k
    assert '<th scope="row" data-label="k">5<' in at_other_k
    assert "Everybody began on the same day" in page
    with world.database.reading() as session:
        assert session.scalars(select(ExportJob)).all() == []
    assert world.log("export.asked") == []


@pytest.mark.parametrize(
    ("profile", "typed", "said"),
    [
        ("research", {"k": "3"}, "At least 5 with what is chosen above"),
        ("open", {"k": "9"}, "At least 10 with what is chosen above"),
        ("aggregate", {"k": "5"}, "Tables have no k"),
        ("open", {"dummy_calendar": "on"}, "Only research and linked have a dummy calendar"),
    ],
)
def test_what_a_profile_does_not_allow_stands_at_its_field(
    world: World, profile: str, typed: dict[str, str], said: str
) -> None:
    answer = world.rena.post(f"{HERE}/exports/new", **{**ASKED, **typed, "profile": profile, "do": "look"})
    (field,) = typed
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in html
    assert said in html.partition(f'id="{field}-wrong"')[2].partition("</p>")[0]
    with world.database.reading() as session:
        assert session.scalars(select(ExportJob)).all() == []


def change(world: World, field: str, *values: object) -> None:
    """Give the first people of the study these values."""
    with world.database.transaction() as session:
        study = world.studies["small"].id
        people = session.scalars(select(Participant).where(Participant.study_id == study).order_by(Participant.id))
        for person, value in zip(people, values, strict=False):
            setattr(person, field, value)


def test_a_group_smaller_than_k_is_refused_with_the_number_of_first_days(world: World) -> None:
    change(world, "ends_on", date(2026, 3, 3))
    for do, status in (("look", 200), ("ask", 422)):
        answer = world.rena.post(f"{HERE}/exports/new", **{**ASKED, "do": do})
        assert answer.status_code == status
        assert "There is no export like this" in text_of(answer)
        assert "Enter 3 as the first days" in text_of(answer)
    assert "first days only" in text_of(answer)
    with world.database.reading() as session:
        assert session.scalars(select(ExportJob)).all() == []
    world.ask(world.rena, days="3")


def test_who_costs_everybody_a_demographic_is_said_in_words(world: World) -> None:
    change(world, "birth_year", *[2011] * 17, *[2004] * 16, None, None, None)
    seen = text_of(world.rena.post(f"{HERE}/exports/new", profile="research", rank_1="age", k="15", do="look"))
    assert "3 of them (unknown) cost the others something: age" in seen
    assert "Without these 3: in bands 12-15, 16-17, 18-20, 21-25." in seen


def test_tables_of_nearly_the_same_people_are_refused_with_what_helps(world: World) -> None:
    page = world.ask(world.rena, profile="aggregate")
    world.make()
    assert world.rena.get(page).status_code == 200
    change(world, "left_at", AFTERWARDS)
    assert "differ: 1" not in text_of(world.rena.post(f"{HERE}/exports/new", profile="aggregate", do="look"))
    change(world, "left_at", None)
    with world.database.transaction() as session:  # as if it had been fetched
        session.scalars(select(ExportJob)).one().by_hand = True
    change(world, "left_at", AFTERWARDS)
    for do, status in (("look", 200), ("ask", 422)):
        answer = world.rena.post(f"{HERE}/exports/new", **{**ASKED, "profile": "aggregate", "do": do})
        assert answer.status_code == status
        assert "differ: 1; at least 10, or nobody" in text_of(answer)


def test_the_form_names_the_least_k(world: World) -> None:
    assert "At least 5, for an open export at least 10" in text_of(world.rena.get(f"{HERE}/exports/new"))


def test_from_asking_to_a_zip_in_ones_hands(world: World) -> None:
    page = world.ask(world.rena)
    assert "in the queue" in text_of(world.rena.get(page))
    world.make()
    link = world.link(world.rena, page)
    got = world.rena.get(link)
    assert got.status_code == 200
    assert got.mimetype == "application/zip"
    with zipfile.ZipFile(BytesIO(got.get_data())) as archive:
        assert "small-research/beeps.csv" in archive.namelist()
    (entry,) = world.log("export.downloaded")
    assert (entry.who, entry.facts["people"]) == ("rena@kiem.example", 36)
    with world.database.reading() as session:
        assert entry.facts["sha256"] == session.scalars(select(Export.sha256)).one()


@pytest.mark.parametrize(
    ("profile", "more", "has"),
    [
        ("research", {"dummy_calendar": "on", "derived": "on", "days": "2", "k": "6"}, "beeps.sav"),
        ("open", {"licence": "CC-BY-4.0", "recipient": "A repository"}, "beeps.csv"),
        ("aggregate", {"rank_2": "language"}, "counts.csv"),
        ("linked", {"agreement": "2026-17", "sav": "on"}, "beeps.csv"),
    ],
)
def test_each_profile_goes_from_the_form_to_a_zip(world: World, profile: str, more: dict[str, str], has: str) -> None:
    looked = text_of(world.rena.post(f"{HERE}/exports/new", **{**ASKED, **more, "profile": profile, "do": "look"}))
    assert "36 participants" in looked
    page = world.ask(world.rena, profile=profile, **more)
    if profile in ("open", "linked"):
        assert world.olga.post(f"{page}/decision", agree="yes", note="The officer agrees.").status_code == 303
    world.make()
    got = world.rena.get(world.link(world.rena, page))
    with zipfile.ZipFile(BytesIO(got.get_data())) as archive:
        assert f"small-{profile}/{has}" in archive.namelist()
        manifest = json.loads(archive.read(f"small-{profile}/manifest.json"))
    assert (manifest["profile"], manifest["parameters"]["agreement"]) == (profile, "")


@pytest.mark.parametrize("field", ["reason", "recipient", "agreement"])
def test_a_character_that_cannot_be_seen_is_pointed_at(world: World, field: str) -> None:
    for mark in ("\x00", "\x07", "\x1b", "\x7f"):
        asked = {**ASKED, "profile": "linked", "agreement": "2026-17", field: f"Paper{mark} on mood"}
        answer = world.rena.post(f"{HERE}/exports/new", **asked)
        assert answer.status_code == 422
        assert "a character in it that cannot be seen" in text_of(answer)
    with world.database.reading() as session:
        assert session.scalars(select(ExportJob)).all() == []


def test_no_page_shows_an_answer(world: World) -> None:
    page = world.ask(world.rena)
    world.make()
    for address in (page, f"{HERE}/exports", f"{HERE}/exports/new", f"{HERE}/planning"):
        html = world.rena.get(address).get_data(as_text=True)
        assert CANARY not in html
        assert CANARY.upper()[:4] + "SMA" not in html, "no code of a participant either"


@pytest.mark.parametrize(("role", "study", "status"), [("coordinator", "small", 403), ("researcher", "other", 404)])
def test_coordinators_and_other_studies_get_nothing(world: World, role: str, study: str, status: int) -> None:
    page = world.ask(world.rena)
    world.make()
    link = world.link(world.rena, page)
    stranger = world.staff("Sten", role, study)
    for address in (f"{HERE}/exports", f"{HERE}/exports/new", page, link, f"{HERE}/planning"):
        assert refused(stranger.get(address), status), address
    assert refused(stranger.post(f"{HERE}/exports/new", **ASKED), status)
    assert refused(stranger.post(f"{page}/cancel"), status)
    # nor through a study of her own
    if study == "other":
        assert refused(stranger.get(link.replace("/small/", "/other/")), 403)
        assert refused(stranger.get(page.replace("/small/", "/other/")), 404)


def test_a_link_of_another_person_opens_nothing(world: World) -> None:
    page = world.ask(world.rena)
    world.make()
    link = world.link(world.rena, page)
    assert refused(world.olga.get(link), 403)
    assert world.olga.get(world.link(world.olga, page)).status_code == 200


def test_a_link_that_is_over_or_was_changed_opens_nothing(world: World) -> None:
    page = world.ask(world.rena)
    world.make()
    link = world.link(world.rena, page)
    until = int(parse_qs(urlsplit(link).query)["until"][0])
    assert refused(world.rena.get(link.replace(str(until), str(until + 60))), 403), "a longer life is not hers to give"
    assert refused(world.rena.get(page + "/bundle"), 403)
    assert refused(world.rena.get(link.replace(page.rsplit("/", 1)[1], str(uuid.uuid4()))), 403)
    world.clock.set(datetime.fromtimestamp(until, AFTERWARDS.tzinfo))
    world.rena = sign_in_again(world, "Rena")
    assert refused(world.rena.get(link), 403)
    assert world.log("export.downloaded") == []


def sign_in_again(world: World, name: str) -> Desk:
    """The same person in another browser, with password and code given now."""
    with world.database.transaction() as session:
        staff = session.scalars(select(Staff).where(Staff.name == name)).one()
        token = open_session(session, staff, browser="", now=world.clock.now())
    desk = Desk(client=world.app.test_client(), staff=staff)
    desk.client.set_cookie("__Host-kiem-desk", token, domain="kiem.example", secure=True)
    return desk


def test_no_bundle_without_password_and_code_given_again(world: World) -> None:
    page = world.ask(world.rena)
    world.make()
    world.clock.move(timedelta(minutes=6))
    link = world.link(world.rena, page)
    answer = world.rena.get(link)
    assert answer.status_code == 303
    assert (answer.location or "").startswith("/desk/confirm?next=")
    fields = {"password": PASSWORD, "code": totp_at(world.rena.plain, world.clock.now())}
    onward = world.rena.post(str(answer.location), **fields)
    assert onward.location == link, "back to the link, which still holds"
    assert world.rena.get(link).status_code == 200


def test_the_second_person_is_somebody_else_and_has_confirmed(world: World) -> None:
    page = world.ask(world.rena, profile="open")
    assert "waits for a second person" in text_of(world.rena.get(page))
    answer = world.rena.post(f"{page}/decision", agree="yes")
    assert answer.status_code == 422
    assert "Somebody else than who asked" in text_of(answer)
    rob = world.staff("Rob", "researcher")
    assert rob.post(f"{page}/decision", agree="yes").status_code == 422, "two researchers, and no owner"
    world.clock.move(timedelta(minutes=6))
    stale = world.olga.post(f"{page}/decision", agree="yes")
    assert (stale.location or "").startswith("/desk/confirm")
    with world.database.reading() as session:
        assert session.scalars(select(ExportJob.state)).one() == "waiting"
    olga = sign_in_again(world, "Olga")
    assert olga.post(f"{page}/decision", agree="yes", note="Seen.").status_code == 303
    world.make()
    (entry,) = world.log("export.approved")
    assert (entry.who, entry.why) == ("olga@kiem.example", "Seen.")
    assert world.log("export.made")[0].facts["approved_by"] == "olga@kiem.example"


def test_the_second_person_sees_who_is_in_it_what_survives_and_what_the_rows_tell(world: World) -> None:
    page = world.ask(world.rena, profile="open", rank_2="language", k="12")
    seen = text_of(world.olga.get(f"{page}/decision"))
    for words in ("36 participants", "one of at least 12 people", "Everybody began on the same day", "k ≥ 12"):
        assert words in seen
    assert "data manager" not in seen.lower()
    made = world.ask(world.rena)
    world.make()
    with world.database.transaction() as session:
        export = session.scalars(select(Export)).one()
        assert export.levels["start_weekday"] == "exact"
        assert "Weekend yes" in " ".join(text_of(world.rena.get(made)).split())
        export.levels = {**export.levels, "start_weekday": "withheld"}
    assert "Weekend no: the weekday of the first day is withheld" in " ".join(text_of(world.rena.get(made)).split())


def test_nobody_carries_a_study_away_by_the_dozen(world: World) -> None:
    page = world.ask(world.rena)
    world.make()
    for _ in range(asking.MOST_A_DAY):
        assert world.rena.get(world.link(world.rena, page)).status_code == 200
    answer = world.rena.get(world.link(world.rena, page))
    assert refused(answer, 429)
    assert "Ten exports a day" in text_of(answer)


def withdraw_somebody(world: World, way: str) -> None:
    with world.database.transaction() as session:
        gone = session.scalars(
            select(Participant).join(Study).where(Study.name == "small").order_by(Participant.id)
        ).first()
        assert gone is not None
        if way == "left":
            gone.left_at = AFTERWARDS
        elif way == "consent":
            gone.cleared_at, gone.waiting = None, "consent"
        else:
            session.delete(gone)


@pytest.mark.parametrize("way", ["left", "consent", "erased"])
def test_from_a_withdrawal_on_nobody_gets_the_old_bytes(world: World, way: str) -> None:
    page = world.ask(world.rena)
    world.make()
    link = world.link(world.rena, page)
    withdraw_somebody(world, way)
    answer = world.rena.get(link)
    assert refused(answer, 409), "before the worker has noticed"
    assert "has withdrawn" in text_of(answer)
    shop = Workshop(database=world.database, data_dir=world.context.settings.data_dir, secret=SECRET, clock=world.clock)
    with world.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=world.clock.now()) == 1
    world.make()
    assert refused(world.rena.get(link), 409), "the new one is there, the old one's link holds no more"
    with world.database.reading() as session:
        new = session.scalars(select(ExportJob.id).where(ExportJob.again_id.is_not(None))).one()
    assert world.rena.get(world.link(world.rena, f"{HERE}/exports/{new}")).status_code == 200
    assert len(world.log("export.downloaded")) == 1


def test_old_bytes_go_also_where_no_new_ones_can_be_made(world: World) -> None:
    """With too few people left there is no second bundle, and the first one is nobody's any more all the same."""
    page = world.ask(world.rena)
    world.make()
    clock, database, data_dir = world.clock, world.database, world.context.settings.data_dir
    shop = Workshop(database=database, data_dir=data_dir, secret=SECRET, clock=clock)
    with database.transaction() as session:
        everybody = session.scalars(select(Participant).join(Study).where(Study.name == "small")).all()
        for one in everybody[5:]:
            one.left_at = AFTERWARDS
    path = file_of(data_dir, uuid.UUID(page.rsplit("/", 1)[1]))
    assert path.exists()
    with database.transaction() as session:
        assert queue_withdrawn(session, shop, now=clock.now()) == 1
        job = claim(session, now=clock.now())
        assert job is not None
        assert job.runner is not None
        assert remove_files(session, data_dir, now=clock.now()) == 1
    assert not path.exists()
    assert work(shop, job.id, job.runner) is None
    assert "bundle?" not in world.rena.get(page).get_data(as_text=True)


def test_a_job_can_be_taken_back_once(world: World) -> None:
    page = world.ask(world.rena)
    assert world.olga.post(f"{page}/cancel").status_code == 303
    assert refused(world.rena.post(f"{page}/cancel"), 409)
    with world.database.transaction() as session:
        assert claim(session, now=world.clock.now()) is None


def test_an_earlier_export_that_could_be_laid_beside_is_told_before(world: World) -> None:
    world.ask(world.rena, rank_1="")
    world.make()
    looked = world.rena.post(f"{HERE}/exports/new", **{**ASKED, "do": "look", "rank_1": "age", "k": "9"})
    assert looked.status_code == 200
    with world.database.transaction() as session:  # somebody's first export was without one person
        gone = session.scalars(select(ExportMember)).first()
        session.delete(gone)
    page = text_of(world.rena.post(f"{HERE}/exports/new", **{**ASKED, "do": "look"}))
    assert "Few people differ" in page


def test_only_an_owner_releases_the_seed_and_the_file_proves_the_plan(world: World, tmp_path: Path) -> None:
    page = text_of(world.rena.get(f"{HERE}/planning"))
    assert "540 of 540 as drawn" in page
    assert refused(world.rena.post(f"{HERE}/planning/release"), 403)
    assert refused(world.olga.get(f"{HERE}/planning/proof"), 409), "not before it is released"
    assert world.olga.post(f"{HERE}/planning/release").status_code == 303
    assert refused(world.rena.get(f"{HERE}/planning/proof"), 403)
    file = tmp_path / "proof.jsonl.gz"
    file.write_bytes(world.olga.get(f"{HERE}/planning/proof").get_data())
    checked = check_proof(file)
    assert checked.proof.holds
    assert checked.proof.verdict["en"].startswith("540 of 540 as drawn")
    assert checked.seed_sha256 in text_of(world.rena.get(f"{HERE}/planning"))
    assert [entry.who for entry in world.log("study.seed-released")] == ["olga@kiem.example"]


def test_a_seed_is_not_released_while_a_diary_runs(world: World) -> None:
    world.clock.set(AFTERWARDS - timedelta(days=90))  # in March, when beeps are still to come
    olga = sign_in_again(world, "Olga")
    answer = olga.post(f"{HERE}/planning/release")
    assert answer.status_code == 409
    assert "Diaries still run" in text_of(answer)


@pytest.fixture
def program(world: World, client: FlaskClient) -> "Program":
    with world.database.transaction() as session:
        staff, plain = make_staff(session, "Pia", roles={world.studies["small"]: "researcher"})
    body = {"mail": staff.mail, "password": PASSWORD, "code": totp_at(plain, world.clock.now())}
    answer = client.post("/api/v1/desk/session", json=body, base_url=BASE)
    assert answer.status_code == 201, answer.get_json()
    return Program(client, answer.get_json()["token"])


class Program:
    """A program with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, json: object = None) -> TestResponse:
        return self._client.open(path, method=method, headers=self._headers, base_url=BASE, buffered=True, json=json)


def test_a_program_sees_asks_follows_and_fetches(world: World, program: Program) -> None:
    seen = program("POST", f"{API}/preview", {"ranking": ["age", "language"]}).get_json()
    assert (seen["people"], seen["k"], seen["chosen"]["levels"]["age"]) == (36, 5, "4-bands")
    asked = program("POST", API, {"ranking": ["age"], "reason": "A nightly table"})
    assert asked.status_code == 202
    mine = f"{API}/{asked.get_json()['id']}"
    assert program("GET", mine).get_json()["link"] is None
    world.make()
    done = program("GET", mine).get_json()
    assert (done["state"], done["made"]["people"], done["made"]["rows"]["beeps.csv"]) == ("done", 36, 540)
    assert program("GET", done["link"]).mimetype == "application/zip"
    assert [job["id"] for job in program("GET", API).get_json()["jobs"]] == [done["id"]]
    world.clock.move(timedelta(minutes=6))
    stale = program("GET", program("GET", mine).get_json()["link"])
    assert (stale.status_code, stale.get_json()["code"]) == (403, "step-up-needed")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reason": ""}, 422, "invalid"),
        ({"reason": "a\x00b"}, 400, "not-text"),
        ({"reason": "half of a pair: \ud83d"}, 400, "not-text"),
        ({"reason": "a\x1bb"}, 422, "invalid"),
        ({"reason": "x", "recipient": "\x7f"}, 422, "invalid"),
        ({"reason": "x", "profile": "linked", "agreement": "2026\x08"}, 422, "invalid"),
        ({"reason": "x", "k": 3}, 422, "export-refused"),
        ({"reason": "x", "ranking": ["income"]}, 422, "export-demographic-unknown"),
        ({"reason": "x", "profile": "own"}, 422, "invalid"),
        ({"reason": "x", "profile": "linked"}, 422, "export-refused"),
    ],
)
def test_what_may_not_be_is_refused_with_its_code(
    program: Program, body: dict[str, object], status: int, code: str
) -> None:
    answer = program("POST", API, body)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_program_takes_back_and_decides(world: World, program: Program) -> None:
    job = program("POST", API, {"profile": "open", "reason": "x"}).get_json()
    assert job["state"] == "waiting"
    own = program("PUT", f"{API}/{job['id']}/decision", {"agree": True})
    assert (own.status_code, own.get_json()["code"]) == (403, "export-same-person")
    assert program("DELETE", f"{API}/{job['id']}").get_json()["state"] == "cancelled"
    gone = program("DELETE", f"{API}/{uuid.uuid4()}")
    assert (gone.status_code, gone.get_json()["code"]) == (404, "export-unknown")


def test_the_queue_is_worked_on_in_the_order_of_asking(world: World) -> None:
    first = world.ask(world.rena)
    world.clock.move(timedelta(seconds=1))
    world.ask(world.olga)
    with world.database.transaction() as session:
        job = claim(session, now=world.clock.now())
        assert job is not None
        assert first.endswith(str(job.id))
        study, request = session.get_one(Study, job.study_id), Request.from_json(job.request)
        assert (study.name, request.profile) == ("small", "research")
        assert Responsible(reason=job.reason, requested_by=job.asked_by).requested_by == "rena@kiem.example"
