"""A demo begins whole, alone and where it was asked to, or says why not; its codes open the imagined diaries only."""

import contextlib
import random
import socket
import threading
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click
import pytest
import waitress
from click.testing import CliRunner
from sqlalchemy import func, select
from waitress import wasyncore

from server import bygone
from server.cli import cli
from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Device
from server.demo import CONTACT, INSTITUTION, NAME, PATIENCE, describe_open, find_cast, is_made, take_folder
from server.diary.models import Response
from server.export.forecast import forecast
from server.export.request import Request
from server.imagined import CAST, Mind
from server.installation import open_installation
from server.people.models import Participant
from server.planning.models import Beep
from server.rehearsal import Actor, Rehearsal, imagined_phone
from server.studies.models import Study
from server.worker import Worker
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_beep, make_outcome, make_participant, make_response, make_study

HOUR = timedelta(hours=1)


@pytest.fixture
def demo_study(database: Database) -> Study:
    """A demo with its people and their imagined phones, as a process leaves it that dies while it lives their weeks."""
    with database.transaction() as session:
        study = make_study(session, name=NAME)
        study.created_at = NOW
        for character in CAST:
            person = make_participant(session, study=study, birth_year=character.birth_year, joined_at=NOW)
            imagined_phone(session, person, vapid_key_id="key", now=NOW)
    return study


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["demo", "--port", str(port), "--data", str(tmp_path / "data")])
    assert result.exit_code == 1
    assert f"Port {port} cannot be had" in result.output
    assert "--port" in result.output
    assert not (tmp_path / "data" / "kiem.sqlite3").exists()


def test_a_folder_has_one_demo_at_a_time(tmp_path: Path) -> None:
    with (
        take_folder(tmp_path),
        pytest.raises(click.ClickException, match="Another demo is at work"),
        take_folder(tmp_path),
    ):
        pass
    with take_folder(tmp_path):
        pass


def test_what_a_killed_process_left_half_made_is_taken_away(database: Database, demo_study: Study) -> None:
    assert not is_made(database)
    with database.reading() as session:
        for rows in (Study, Participant, Device):
            assert session.scalar(select(func.count()).select_from(rows)) == 0


def test_a_finished_demo_is_kept(database: Database, demo_study: Study) -> None:
    with database.transaction() as session:
        for phone in session.scalars(select(Device)):
            phone.retired_at, phone.retired_why = NOW, "imagined"
    assert is_made(database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == len(CAST)


def test_somebody_born_in_the_year_of_an_imagined_one_keeps_her_diary_to_herself(
    database: Database, demo_study: Study
) -> None:
    with database.transaction() as session:
        newcomer = make_participant(session, study=demo_study, birth_year=CAST[1].birth_year)
        cast = find_cast(session, demo_study)
    assert [name for name, _ in cast] == [character.name for character in CAST]
    assert newcomer.id not in {person.id for _, person in cast}


def test_whoever_starts_a_demo_reads_what_can_be_done_at_once(database: Database, cast: Cast) -> None:
    noor = cast.noor.participant
    with database.transaction() as session:
        assert describe_open(session, noor, NOW) == ""
        dare = make_beep(session, participant=noor, slot=0, due_at=NOW - HOUR, expires_at=NOW + 3 * HOUR)
        asked = make_beep(session, participant=noor, slot=2, due_at=NOW - HOUR / 2)
        make_beep(session, participant=noor, slot=3, due_at=NOW + 2 * HOUR)
    with database.transaction() as session:
        assert describe_open(session, noor, NOW) == "open: today's challenge until 15:00, a questionnaire until 12:30"
        make_response(session, beep=asked)
        make_outcome(session, beep=dare)
    with database.transaction() as session:
        assert describe_open(session, noor, NOW) == "next: Wednesday 14:00"


def make_earlier(database: Database) -> None:
    bygone.make_earlier(database, institution=INSTITUTION, contact=CONTACT, seed=1, now=NOW)


def test_a_demo_has_a_study_that_is_over_and_may_be_exported(database: Database) -> None:
    make_earlier(database)
    with database.reading() as session:
        study = session.scalars(select(Study).where(Study.name == bygone.NAME)).one()
        found = forecast(session, study, Request(ranking=("age",)), now=NOW)
        assert (found.people, found.enough, sum(found.left_out.values())) == (24, True, 0)
        assert found.survives is not None
        assert found.survives.chosen is not None
        assert found.survives.chosen.levels["age"] == "4-bands"
        planned = session.scalars(select(Beep)).all()
        assert max(beep.expires_at for beep in planned) < NOW
        assert {beep.next_push_at for beep in planned} == {None}
        answered = session.scalar(select(func.count()).select_from(Response)) or 0
        assert 0.4 < answered / len(planned) < 0.9
    make_earlier(database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == answered


def test_an_earlier_study_that_a_killed_process_left_half_made_is_made_anew(database: Database) -> None:
    with database.transaction() as session:
        make_participant(session, study=make_study(session, name=bygone.NAME))
    make_earlier(database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == bygone.PEOPLE
        assert bygone.is_made(session)


class Eager(Mind):
    """Somebody who answers everything, within seconds."""

    def will_answer(self, study_day: int, slot: int) -> bool:
        return True


@pytest.mark.parametrize("leave_open", [True, False])
def test_what_is_open_at_the_end_is_left_to_who_looks_on(settings: Settings, cast: Cast, leave_open: bool) -> None:
    noor, clock = cast.noor.participant, SetClock(NOW - 8 * HOUR)
    installation = open_installation(settings, clock=clock)
    worker = Worker(installation, gateway=RecordingGateway())
    worker.plan()
    with installation.database.reading() as session:
        last = session.scalars(select(Beep).where(Beep.participant_id == noor.id, Beep.local_date == TODAY)).all()[2]
    mind = Eager(character=CAST[0], rng=random.Random(3))
    life = Rehearsal(installation.database, clock, worker, [Actor(participant_id=noor.id, mind=mind)])
    for _ in life.live(until=last.expires_at - timedelta(minutes=1), leave_open=leave_open):
        pass
    with installation.database.reading() as session:
        answered = session.scalars(select(Response.slot).where(Response.local_date == TODAY).order_by(Response.slot))
        assert answered.all() == ([1, 2] if leave_open else [1, 2, 3])
    worker.close()
    installation.database.dispose()


def test_three_hundred_slow_clients_keep_nobody_out() -> None:
    sockets: dict[int, Any] = {}
    server = waitress.create_server(_say_hello, map=sockets, host="127.0.0.1", port=0, threads=8, **PATIENCE)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = ("127.0.0.1", int(server.effective_port))
    try:
        with contextlib.ExitStack() as many:
            for number in range(300):
                slow = many.enter_context(socket.create_connection(address, timeout=10))
                slow.sendall(
                    b"POST / HTTP/1.1\r\nHost: x\r\n" + (b"Content-Length: 9\r\n\r\n1" if number % 2 else b"A: ")
                )
            connection = HTTPConnection(*address, timeout=10)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"hello"
            connection.close()
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join()
        server.task_dispatcher.shutdown()


def _say_hello(_environ: object, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "5")])
    return [b"hello"]
