"""Exports that were asked for: leased, resumed with the same bytes, taken back, made again after a withdrawal."""

import shutil
import time
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from server.audit.models import AuditEntry
from server.audit.service import Actor
from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.export import asking, assembly
from server.export.apart import make_apart
from server.export.bundle import hash_file
from server.export.command import run_export
from server.export.forecast import forecast
from server.export.generalise import Text
from server.export.keys import wrap
from server.export.models import Export, ExportJob
from server.export.request import (
    NotWaiting,
    ReasonNeeded,
    Request,
    Responsible,
    SecondPersonSame,
    TablesDiffer,
    TooManyExports,
)
from server.export.rounds import queue_withdrawn, remove_files, tell_replaced
from server.export.running import LEASE, MOST_TRIES, Workshop, claim, file_of, release, work
from server.mail.port import Message
from server.people.models import Participant
from server.staff.models import Staff
from server.studies.models import Study
from server.studies.service import find_study
from tests.export_studies import AFTERWARDS
from tests.server.desk.desk import SECRET, make_staff

PLAIN = Request(ranking=("age",), sav=False, openesm=False)


@pytest.fixture(scope="module")
def staffed_file(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study ``small`` with three members of staff."""
    path = tmp_path_factory.mktemp("jobs") / "kiem.sqlite3"
    shutil.copy(small_file, path)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        study = session.scalars(select(Study)).one()
        for name, role in (("Rena", "researcher"), ("Rob", "researcher"), ("Olga", "owner")):
            make_staff(session, name, roles={study: role})
    database.dispose()
    return path


@pytest.fixture
def shop(staffed_file: Path, settings: Settings) -> Iterator[Workshop]:
    shutil.copy(staffed_file, settings.database_url.removeprefix("sqlite:///"))
    database = Database(settings.database_url)
    yield Workshop(database=database, data_dir=settings.data_dir, secret=SECRET, clock=SetClock(AFTERWARDS))
    database.dispose()


def person(shop: Workshop, name: str) -> Staff:
    with shop.database.reading() as session:
        return session.scalars(select(Staff).where(Staff.name == name)).one()


def ask(shop: Workshop, request: Request = PLAIN, *, by: str = "Rena") -> uuid.UUID:
    staff = person(shop, by)
    with shop.database.transaction() as session:
        job = asking.ask(
            session,
            find_study(session, "small"),
            request,
            Responsible(reason="Paper on mood", requested_by=staff.mail, recipient="Rena's group"),
            staff_id=staff.id,
            secret=SECRET,
            wrapping=shop.wrapping,
            now=shop.clock.now(),
        )
        return job.id


def take(shop: Workshop) -> tuple[uuid.UUID, uuid.UUID]:
    with shop.database.transaction() as session:
        job = claim(session, now=shop.clock.now())
        assert job is not None
        assert job.runner is not None
        return job.id, job.runner


def read(shop: Workshop, job_id: uuid.UUID) -> ExportJob:
    with shop.database.reading() as session:
        return session.get_one(ExportJob, job_id)


def decide(shop: Workshop, job_id: uuid.UUID, by: str, *, agree: bool = True, note: str = "") -> None:
    staff = person(shop, by)
    with shop.database.transaction() as session:
        asking.decide(
            session,
            find_study(session, "small"),
            job_id,
            agree=agree,
            note=note,
            staff_id=staff.id,
            actor=Actor(staff_id=staff.id, who=staff.mail),
            secret=SECRET,
            now=shop.clock.now(),
        )


def log(shop: Workshop) -> list[AuditEntry]:
    with shop.database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


def test_the_log_has_parameters_people_hash_and_reason_of_every_export(shop: Workshop) -> None:
    job_id = ask(shop, replace(PLAIN, k=6))
    row = work(shop, *take(shop))
    assert row is not None
    asked, made = log(shop)
    assert (asked.action, asked.who, asked.why) == ("export.asked", "rena@kiem.example", "Paper on mood")
    assert made.action == "export.made"
    assert made.facts["sha256"] == row.sha256 == hash_file(file_of(shop.data_dir, job_id))
    assert {name: made.facts[name] for name in ("profile", "ranking", "k", "people")} == {
        "profile": "research",
        "ranking": "age",
        "k": 6,
        "people": 36,
    }


class Killed(BaseException):
    """What no program can catch, nearly."""


def die(*_: object) -> None:
    raise Killed


def test_a_job_whose_runner_died_is_taken_up_and_gives_the_same_bytes(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = shop.clock
    assert isinstance(clock, SetClock)
    job_id, twin = ask(shop), ask(shop)
    with shop.database.transaction() as session:
        for one in (job_id, twin):
            session.get_one(ExportJob, one).wrapped_key = wrap(b"k" * 32, one, wrapping=shop.wrapping)
    taken = take(shop)
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "seal", die)  # killed when nearly everything was written
        with pytest.raises(Killed):
            work(shop, *taken)
    assert read(shop, taken[0]).state == "running"
    assert list((shop.data_dir / "exports").glob("*.zip")) == []
    untouched = take(shop)
    assert untouched[0] != taken[0], "the lease of the first still holds"
    whole = work(shop, *untouched)
    clock.move(LEASE)
    resumed = take(shop)
    assert resumed[0] == taken[0]
    row = work(shop, *resumed)
    assert row is not None
    assert whole is not None
    assert row.sha256 == whole.sha256


def test_who_died_too_often_is_given_up(shop: Workshop) -> None:
    clock, job_id = shop.clock, ask(shop)
    assert isinstance(clock, SetClock)
    for _ in range(MOST_TRIES):
        take(shop)
        clock.move(LEASE)
    with shop.database.transaction() as session:
        assert claim(session, now=clock.now()) is None
    assert (read(shop, job_id).state, read(shop, job_id).failure) == ("failed", "gave-up")


def test_a_job_that_is_taken_back_stops_its_runner_and_leaves_nothing(shop: Workshop) -> None:
    job_id = ask(shop)
    taken = take(shop)

    def cancel(phase: str, _done: int, _total: int) -> None:
        if phase == "write" and read(shop, job_id).state == "running":
            with shop.database.transaction() as session:
                study = find_study(session, "small")
                asking.cancel(session, study, job_id, actor=Actor(who="Olga"), secret=SECRET, now=shop.clock.now())

    assert work(shop, *taken, tell=cancel) is None
    assert read(shop, job_id).state == "cancelled"
    assert list((shop.data_dir / "exports").iterdir()) == []
    with shop.database.reading() as session:
        assert session.scalars(select(Export)).all() == []


def test_progress_renews_the_lease_and_a_job_given_back_is_free_at_once(shop: Workshop) -> None:
    clock, job_id = shop.clock, ask(shop)
    assert isinstance(clock, SetClock)
    taken = take(shop)
    seen: dict[str, bool] = {}

    def watch(phase: str, _done: int, _total: int) -> None:
        job = read(shop, job_id)  # as the phase before left it
        if job.phase not in seen and job.lease_until is not None:
            seen[job.phase] = job.lease_until > clock.now()
            clock.move(LEASE / 2)

    work(shop, *taken, tell=watch)
    assert len(seen) > 2
    assert all(seen.values()), "the work lasts longer than a lease, and the lease never ended"
    other = ask(shop)
    _, runner = take(shop)
    with shop.database.transaction() as session:
        release(session, other, runner)
    assert (read(shop, other).state, read(shop, other).tries) == ("queued", 0)


def test_open_and_linked_wait_for_a_second_person_who_is_somebody_else(shop: Workshop) -> None:
    for request in (replace(PLAIN, profile="open"), replace(PLAIN, profile="linked", agreement="2026-17")):
        job_id = ask(shop, request)
        assert read(shop, job_id).state == "waiting"
        with shop.database.transaction() as session:
            assert claim(session, now=shop.clock.now()) is None
        with pytest.raises(SecondPersonSame):
            decide(shop, job_id, "Rena", note="fine")
        with pytest.raises(SecondPersonSame):
            decide(shop, job_id, "Rob", note="two researchers, no owner")
        if request.profile == "linked":
            with pytest.raises(ReasonNeeded):
                decide(shop, job_id, "Olga")
        decide(shop, job_id, "Olga", note="The officer agrees.")
        assert read(shop, job_id).state == "queued"
        row = work(shop, *take(shop))
        assert row is not None
        assert (row.requested_by, row.approved_by) == ("rena@kiem.example", "olga@kiem.example")
        with pytest.raises(NotWaiting):
            decide(shop, job_id, "Olga")


def test_what_was_refused_is_never_made(shop: Workshop) -> None:
    job_id = ask(shop, replace(PLAIN, profile="open"))
    decide(shop, job_id, "Olga", agree=False, note="Not yet.")
    with shop.database.transaction() as session:
        assert claim(session, now=shop.clock.now()) is None
    job = read(shop, job_id)
    assert (job.state, job.note, job.wrapped_key) == ("refused", "Not yet.", None)
    assert log(shop)[-1].action == "export.refused"


def test_nobody_asks_for_more_than_ten_a_day(shop: Workshop) -> None:
    clock = shop.clock
    assert isinstance(clock, SetClock)
    for _ in range(asking.MOST_A_DAY):
        ask(shop)
    with pytest.raises(TooManyExports):
        ask(shop)
    ask(shop, by="Olga")
    clock.move(timedelta(days=1, seconds=1))
    ask(shop)


class Letters:
    """A mailer that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        self.sent.append(message)


def ids_in(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(pl.read_csv(archive.read("small-research/participants.csv"))["id"])


@pytest.mark.parametrize("way", ["left", "consent", "erased"])
def test_who_withdraws_within_the_window_is_taken_out_of_the_bundle_and_it_is_told(shop: Workshop, way: str) -> None:
    first = ask(shop)
    old = work(shop, *take(shop))
    assert old is not None
    before = ids_in(file_of(shop.data_dir, first))
    withdraw(shop, way)
    now, letters = shop.clock.now(), Letters()
    for expected in (1, 0):  # asked for once, however often the round comes
        with shop.database.transaction() as session:
            assert queue_withdrawn(session, shop, now=now) == expected
    second, runner = take(shop)
    new = work(shop, second, runner)
    assert new is not None
    assert (old.version, new.version, new.replaces_id) == ("1.0.0", "1.0.1", old.id)
    assert new.key_until == old.key_until, "the window is not prolonged"
    after = ids_in(file_of(shop.data_dir, second))
    assert len(before - after) == 1
    assert after < before, "the others keep their ids"
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 1
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 0
    (letter,) = letters.sent
    assert letter.to == "rena@kiem.example"
    assert "Destroy the old one" in letter.text
    with shop.database.transaction() as session:
        remove_files(session, shop.data_dir, now=now)
        assert queue_withdrawn(session, shop, now=now) == 0
    assert not file_of(shop.data_dir, first).exists(), "the old bundle is not kept here either"
    assert file_of(shop.data_dir, second).exists()
    assert "export.made-again" in {entry.action for entry in log(shop)}


def test_a_study_without_an_owner_is_complained_of_once_with_the_mend_and_whoever_becomes_one_is_told(
    shop: Workshop,
) -> None:
    ask(shop)
    assert work(shop, *take(shop)) is not None
    withdraw(shop, "left")
    with shop.database.transaction() as session:
        queue_withdrawn(session, shop, now=shop.clock.now())
    assert work(shop, *take(shop)) is not None
    with shop.database.transaction() as session:
        name = session.scalars(select(Study.name).join(Export, Export.study_id == Study.id)).first()
        for staff in session.scalars(select(Staff)):
            staff.ended_at = shop.clock.now()
    letters, complained = Letters(), set[uuid.UUID]()
    with capture_logs() as logs:
        for _round in range(3):
            assert tell_replaced(shop, letters, public_url="https://kiem.example", complained=complained) == 0
    (line,) = [one for one in logs if one["log_level"] == "error"]
    assert line["mend"] == f"./run staff invite MAIL --study {name} --role owner"
    with shop.database.transaction() as session:
        olga = session.scalars(select(Staff).where(Staff.name == "Olga")).one()
        olga.ended_at = None
    assert tell_replaced(shop, letters, public_url="https://kiem.example", complained=complained) == 1
    assert [letter.to for letter in letters.sent] == ["olga@kiem.example"]


TABLES = Request(profile="aggregate", ranking=("language",))


@pytest.mark.parametrize("way", ["left", "erased"])
def test_tables_that_somebody_withdraws_from_are_withdrawn_and_not_made_again(shop: Workshop, way: str) -> None:
    first = ask(shop, TABLES)
    old = work(shop, *take(shop))
    assert old is not None
    fetch(shop, first)
    withdraw(shop, way)
    now, letters = shop.clock.now(), Letters()
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=now) == 0
        assert claim(session, now=now) is None
        remove_files(session, shop.data_dir, now=now)
    assert not file_of(shop.data_dir, first).exists()
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 1
    assert letters.sent[0].subject == "Tables of Garden small are withdrawn"
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=now) == 0
    with pytest.raises(TablesDiffer, match=r"differ: 1; at least 10.*answered\. Wait until 10"):
        ask(shop, TABLES)


def test_tables_of_nearly_the_same_people_are_refused_where_somebody_has_the_earlier(shop: Workshop) -> None:
    clock = shop.clock
    assert isinstance(clock, SetClock)
    with shop.database.transaction() as session:
        people = session.scalars(select(Participant).order_by(Participant.id)).all()
        for number, one in enumerate(people):
            one.language = "en" if number < 12 else "nl"
            one.left_at = AFTERWARDS if number in (0, 1, 2, 12) else None
    first = ask(shop, TABLES)
    assert work(shop, *take(shop)) is not None
    come_back(shop, 0)
    assert too_near(shop, TABLES) is not None, "they may still be fetched"
    with pytest.raises(TablesDiffer, match="or wait until 10 or more"):
        ask(shop, TABLES)
    clock.move(timedelta(days=4))
    assert too_near(shop, TABLES) is None, "nobody has them, and nobody will"
    clock.move(-timedelta(days=4))
    fetch(shop, first)
    clock.move(timedelta(days=4))
    assert too_near(shop, TABLES) is not None
    come_back(shop, 1, 2, 12)
    with shop.database.transaction() as session:
        for one in session.scalars(select(Participant).order_by(Participant.id).offset(20).limit(8)):
            one.left_at = AFTERWARDS
    in_a_group = too_near(shop, TABLES)
    assert in_a_group is not None
    assert "Leave this demographic out" in in_a_group["en"], "12 differ, but of those who speak English only 3"
    assert too_near(shop, replace(TABLES, ranking=())) is None
    assert too_near(shop, PLAIN) is None


def come_back(shop: Workshop, *numbers: int) -> None:
    with shop.database.transaction() as session:
        people = session.scalars(select(Participant).order_by(Participant.id)).all()
        for number in numbers:
            people[number].left_at = None


def too_near(shop: Workshop, request: Request) -> Text | None:
    with shop.database.reading() as session:
        return forecast(session, find_study(session, "small"), request, now=shop.clock.now()).too_near


def fetch(shop: Workshop, job_id: uuid.UUID) -> None:
    rena = person(shop, "Rena")
    with shop.database.transaction() as session:
        job, study = session.get_one(ExportJob, job_id), find_study(session, "small")
        actor = Actor(staff_id=rena.id, who=rena.mail)
        asking.note_download(session, study, job, staff_id=rena.id, actor=actor, secret=SECRET, now=shop.clock.now())


@pytest.mark.parametrize(
    ("by", "reader"), [("command line", "olga"), ("Rena@Kiem.example ", "rena"), ("gone@kiem.example", "olga")]
)
def test_somebody_is_told_of_a_withdrawal_whoever_asked_on_the_command_line(
    shop: Workshop, settings: Settings, tmp_path: Path, by: str, reader: str
) -> None:
    rena = Responsible(reason="A paper", requested_by=by, recipient="Ineke's group")
    assert run_export(settings, "small", PLAIN, rena, tmp_path / "1.zip", as_json=True) == 0
    withdraw(shop, "left")
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=shop.clock.now()) == 1
    assert work(shop, *take(shop)) is not None
    letters = Letters()
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 1
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 0
    assert [letter.to for letter in letters.sent] == [f"{reader}@kiem.example"]
    assert "Ineke's group" in letters.sent[0].text


def test_after_the_window_nothing_is_made_again(shop: Workshop) -> None:
    ask(shop)
    row = work(shop, *take(shop))
    assert row is not None
    withdraw(shop, "left")
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=row.key_until) == 0


def test_an_export_whose_key_was_lost_is_destroyed_and_does_not_hold_up_the_others(shop: Workshop) -> None:
    """A database that came back from a backup without the file that wraps the keys: a new file does not open them."""
    lost = ask(shop)
    assert work(shop, *take(shop)) is not None
    (shop.data_dir / "export.key").unlink()
    kept = ask(shop)
    assert work(shop, *take(shop)) is not None
    withdraw(shop, "left")
    now, letters = shop.clock.now(), Letters()
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=now) == 1
        remove_files(session, shop.data_dir, now=now)
    assert not file_of(shop.data_dir, lost).exists()
    assert not file_of(shop.data_dir, kept).exists()
    assert work(shop, *take(shop)) is not None, "the one whose key is here is made again"
    assert tell_replaced(shop, letters, public_url="https://kiem.example") == 2
    assert sorted("must be destroyed" in letter.subject for letter in letters.sent) == [False, True]
    with shop.database.transaction() as session:
        assert queue_withdrawn(session, shop, now=now) == 0


def withdraw(shop: Workshop, way: str) -> None:
    with shop.database.transaction() as session:
        gone = session.scalars(select(Participant).order_by(Participant.id)).first()
        assert gone is not None
        if way == "left":
            gone.left_at = AFTERWARDS
        elif way == "consent":
            gone.cleared_at, gone.waiting = None, "consent"
        else:
            session.delete(gone)


def test_files_go_after_three_days_and_so_does_what_a_dead_runner_left(shop: Workshop) -> None:
    job_id = ask(shop)
    work(shop, *take(shop))
    until = read(shop, job_id).file_until
    assert until == AFTERWARDS + timedelta(days=3)
    leftover = shop.data_dir / "exports" / ".x.zip.12345678.part"
    leftover.write_bytes(b"half")
    spread = shop.data_dir / "exports" / ".kiem-export-x" / "files"
    spread.mkdir(parents=True)
    (spread / "beeps.csv").write_bytes(b"rows")
    with shop.database.transaction() as session:
        assert remove_files(session, shop.data_dir, now=AFTERWARDS) == 2
        assert file_of(shop.data_dir, job_id).exists()
        assert remove_files(session, shop.data_dir, now=until) == 1
    assert list((shop.data_dir / "exports").iterdir()) == []


def test_a_process_of_its_own_makes_it(shop: Workshop, settings: Settings) -> None:
    job_id = ask(shop)
    taken = take(shop)
    make_apart(settings, shop, *taken, wait=_sleep)
    assert read(shop, job_id).state == "done", read(shop, job_id).failure


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
