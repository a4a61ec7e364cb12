"""Each check must be able to fail: a ledger in which everything holds, and what each check says when one thing in it is
not as it must be."""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.delivery.models import Attempt
from server.delivery.payload import topic_of
from server.diary.models import Response
from server.planning.models import Beep
from tests.faults.births import Nursery
from tests.faults.board import Board
from tests.faults.brisk import BEGINS, ENDS, TODAY, Member, Moment, expect_plan, write_protocol
from tests.faults.checks import CHECKS, HOUR, check
from tests.faults.ledger import Ledger, Place, Push
from tests.faults.mishaps import Happened
from tests.faults.orphans import find_family
from tests.faults.pacing import SLOWEST, find_share
from tests.faults.phones import Kept, Phone
from tests.faults.roles import LEASE_S
from tests.faults.sink import Mode
from tests.faults.stage import PACE, Process
from tests.server.delivery import push_service

SECOND = timedelta(seconds=1)
NOOR = Member(
    id=uuid.UUID(int=7),
    token="noor",
    path="/wpush/v2/noor",
    keys=push_service.Phone(private=ec.derive_private_key(7, ec.SECP256R1()), secret=bytes(16)),
)
SAM = replace(NOOR, id=uuid.UUID(int=8), path="/wpush/v2/sam")


def make_ledger(folder: Path) -> Ledger:
    """Noor got every push ten seconds after it was due, and answered her questionnaires ten seconds later."""
    (folder / "board").touch()
    board = Board.make(folder / "board", at=BEGINS)
    plan = {(moment.participant_id, moment.slot): moment for moment in expect_plan(NOOR)}
    phone = Phone(member=NOOR, board=board, rng=random.Random(1), base="")
    ledger = Ledger(
        members=[NOOR],
        plan=plan,
        beeps={place: make_beep(moment) for place, moment in plan.items()},
        responses={},
        attempts={},
        pushes={},
        phones=[phone],
        happened=[],
        processes={"web": Process(order={}, ends=[0]), "worker-0": Process(order={}, ends=[0])},
        pace=PACE,
        unread=0,
        left_behind=[],
    )
    for place, moment in plan.items():
        beep = ledger.beeps[place]
        phone.beeps.append({"id": str(beep.id), "slot": moment.slot})
        ledger.pushes[place] = [make_push(beep, late=10)]
        ledger.attempts[place] = [make_attempt(place, moment, late=10)]
        if moment.slot:
            answer(ledger, place, late=20)
    return ledger


def make_beep(moment: Moment) -> Beep:
    return Beep(
        participant_id=moment.participant_id,
        local_date=TODAY,
        slot=moment.slot,
        id=uuid.UUID(int=100 + moment.slot),
        due_at=moment.due_at,
        expires_at=moment.expires_at,
        planned_at=BEGINS,
        next_push_at=None,
    )


def make_push(beep: Beep, *, late: float) -> Push:
    at = beep.due_at + timedelta(seconds=late)
    return Push(
        true_at=at,
        server_at=at,
        slot=0,
        member=NOOR,
        topic=topic_of(beep.id),
        ttl=int((beep.expires_at - at).total_seconds()),
        mode=Mode.TAKES,
        told={"notification": {"tag": topic_of(beep.id), "data": {"beep": str(beep.id)}}},
    )


def make_attempt(place: Place, moment: Moment, *, late: float, outcome: str = "accepted") -> Attempt:
    at = moment.due_at + timedelta(seconds=late)
    status = 201 if outcome == "accepted" else None
    return Attempt(participant_id=place[0], slot=place[1], stage=0, at=at, outcome=outcome, http_status=status)


def answer(ledger: Ledger, place: Place, *, late: float) -> None:
    at = ledger.plan[place].due_at + timedelta(seconds=late)
    body = {"answers": {"pa_cheerful": 3}, "finished_at": at.isoformat()}
    entry = Kept(beep=ledger.beeps[place].id, path="", body=body, tries=1, acked_at=at + SECOND)
    ledger.phones[0].kept.append(entry)
    ledger.responses[place] = Response(participant_id=place[0], slot=place[1], answers=body["answers"], finished_at=at)


def push_again(ledger: Ledger, *, late: float = 30) -> None:
    """The push service has one push more than anybody wrote down."""
    ledger.pushes[FIRST].append(make_push(ledger.beeps[FIRST], late=late))


def push_eleven_times(ledger: Ledger) -> None:
    for _ in range(11):
        push_again(ledger)


def happen(ledger: Ledger, kind: str, who: str, *, late: float) -> None:
    began = ledger.plan[FIRST].due_at + timedelta(seconds=late)
    ledger.happened.append(Happened(kind=kind, who=who, began=began, ended=began + SECOND))


FIRST: Place = (NOOR.id, 1)
Spoil = Callable[[Ledger], object]
FAULTS: dict[str, tuple[str, *tuple[Spoil, ...]]] = {
    "a beep was never planned": ("plan_is_exact", lambda it: it.beeps.pop(FIRST)),
    "a beep was moved": ("plan_is_exact", lambda it: setattr(it.beeps[FIRST], "due_at", BEGINS)),
    "a beep was made up": (
        "plan_is_exact",
        lambda it: it.beeps.update({(SAM.id, 1): make_beep(replace(it.plan[FIRST], participant_id=SAM.id))}),
    ),
    "a beep still waits": (
        "every_beep_is_accounted_for",
        lambda it: setattr(it.beeps[FIRST], "next_push_at", ENDS),
    ),
    "a push is late": ("no_push_is_late", lambda it: it.pushes.update({FIRST: [late_push(it, 200, ttl=1)]})),
    "a push is shown too long": ("no_push_is_late", lambda it: it.pushes.update({FIRST: [late_push(it, 10, ttl=900)]})),
    "a push was sent too late knowingly": (
        "no_push_is_late",
        lambda it: it.pushes.update({FIRST: [late_push(it, 121, ttl=0)]}),
    ),
    "a push cannot be read": ("every_push_is_for_its_phone", lambda it: object.__setattr__(it, "unread", 1)),
    "a push came to somebody else": (
        "every_push_is_for_its_phone",
        lambda it: it.pushes.update({FIRST: [replace(it.pushes[FIRST][0], member=SAM)]}),
    ),
    "a push has a topic of its own": (
        "every_push_is_for_its_phone",
        lambda it: it.pushes.update({FIRST: [replace(it.pushes[FIRST][0], topic="x" * 32)]}),
    ),
    "a push is repeated and nothing was broken off": ("repeats_are_few", push_again),
    "a push is repeated and another worker was killed": (
        "repeats_are_few",
        push_again,
        lambda it: happen(it, "kill_worker", "worker-1", late=35),
    ),
    "a push is repeated long before a worker was killed": (
        "repeats_are_few",
        push_again,
        lambda it: happen(it, "kill_worker", "worker-0", late=300),
    ),
    "more is repeated than a worker can have in flight": (
        "repeats_are_few",
        push_eleven_times,
        lambda it: happen(it, "kill_worker", "worker-0", late=35),
    ),
    "a push is accepted twice within a lease": (
        "a_lease_is_ones_own",
        push_again,
        lambda it: it.attempts[FIRST].append(make_attempt(FIRST, it.plan[FIRST], late=15)),
    ),
    "a push comes after the answer": (
        "no_push_after_the_answer",
        lambda it: it.attempts[FIRST].append(make_attempt(FIRST, it.plan[FIRST], late=40, outcome="busy")),
    ),
    "an acknowledged answer is lost": ("every_answer_arrives_once", lambda it: it.responses.pop(FIRST)),
    "an answer was changed": (
        "every_answer_arrives_once",
        lambda it: setattr(it.responses[FIRST], "answers", {"pa_cheerful": 4}),
    ),
    "an answer is still on the phone": (
        "every_answer_arrives_once",
        lambda it: setattr(it.phones[0].kept[0], "acked_at", None),
    ),
    "an answer was refused": (
        "every_answer_arrives_once",
        lambda it: setattr(it.phones[0].kept[0], "refused", (409, "closed")),
    ),
    "an answer came from nowhere": (
        "every_answer_arrives_once",
        lambda it: it.responses.update({(NOOR.id, 0): Response(participant_id=NOOR.id, slot=0, answers={})}),
    ),
    "a beep never came to the phone": (
        "every_answer_arrives_once",
        lambda it: it.phones[0].beeps.pop(0),
    ),
    "a worker fell over": ("whoever_is_asked_to_stop_does", lambda it: it.processes["worker-0"].ends.append(1)),
    "a web process did not stop": ("whoever_is_asked_to_stop_does", lambda it: it.processes["web"].ends.append(None)),
    "a process was left behind": ("nobody_is_left_behind", lambda it: it.left_behind.append("4711 (python)")),
}


def late_push(ledger: Ledger, late: float, *, ttl: int) -> Push:
    return replace(make_push(ledger.beeps[FIRST], late=late), ttl=ttl)


def find_failed(ledger: Ledger) -> set[str]:
    return {problem.partition(":")[0] for problem in check(ledger)}


def test_a_run_in_which_all_went_well_has_no_problem(tmp_path: Path) -> None:
    assert check(make_ledger(tmp_path)) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_check_sees_what_it_is_for(fault: tuple[str, *tuple[Spoil, ...]], tmp_path: Path) -> None:
    ledger = make_ledger(tmp_path)
    name, *spoils = fault
    for spoil in spoils:
        spoil(ledger)
    assert name in find_failed(ledger)


def test_a_beep_that_nobody_can_tell_of_is_seen(tmp_path: Path) -> None:
    ledger = make_ledger(tmp_path)
    for book in (ledger.attempts, ledger.pushes):
        book.pop((NOOR.id, 0))  # nobody answers the challenge's
    assert find_failed(ledger) == {"every_beep_is_accounted_for"}


def test_every_check_is_shown_to_fail() -> None:
    assert {name for name, *_ in FAULTS.values()} == {each.__name__ for each in CHECKS}


@pytest.mark.parametrize(
    ("kind", "who", "late"),
    [("kill_worker", "worker-0", 35), ("restart_database", "database", 20), ("kill_backend", "database", 60)],
)
def test_what_was_in_flight_when_something_broke_may_be_repeated(
    kind: str, who: str, late: float, tmp_path: Path
) -> None:
    ledger = make_ledger(tmp_path)
    push_again(ledger)
    happen(ledger, kind, who, late=late)
    assert check(ledger) == []


def test_a_lease_that_ran_out_or_a_clock_that_was_wrong_explains_a_second_push(tmp_path: Path) -> None:
    ledger = make_ledger(tmp_path)
    moment = ledger.plan[FIRST]
    for late in (LEASE_S + 11, 16):
        push_again(ledger)
        ledger.attempts[FIRST] = [make_attempt(FIRST, moment, late=each) for each in (10, late)]
        ledger.pushes[FIRST] = ledger.pushes[FIRST][:2]
        ledger.responses.pop(FIRST, None)
        ledger.phones[0].kept = [entry for entry in ledger.phones[0].kept if entry.beep != ledger.beeps[FIRST].id]
        assert find_failed(ledger) == (set() if late > LEASE_S else {"a_lease_is_ones_own"})
    happen(ledger, "step_clock", "ahead", late=14)
    ledger.attempts[FIRST][1].at += HOUR
    assert find_failed(ledger) == set()


def test_the_clock_waits_for_processes_that_wait_for_a_processor() -> None:
    assert find_share(100, 50) == 1.0
    assert find_share(0, 0) == 1.0
    assert find_share(100, 400) == pytest.approx(0.5)
    assert find_share(0, 100) == find_share(1, 10_000) == SLOWEST


def test_the_clock_never_goes_back_whatever_its_pace(tmp_path: Path) -> None:
    (tmp_path / "board").touch()
    board = Board.make(tmp_path / "board", at=BEGINS)
    seen = [board.true_us()]
    for pace in (120, 3, 60, 0):
        board.set_pace(pace)
        seen += [board.true_us() for _ in range(50)]
    assert seen == sorted(seen)
    assert board.true_us() == seen[-1] > seen[0]  # it stands


def test_whatever_was_started_ends_with_whoever_started_it(tmp_path: Path) -> None:
    nursery = Nursery(write_protocol(tmp_path))
    board = tmp_path / "board"
    Board.make(board, at=BEGINS)
    started = nursery.start(
        role="web",
        port=0,
        folder=str(tmp_path),
        board=str(board),
        database_url=f"sqlite:///{tmp_path / 'kiem.sqlite3'}",
        log=str(tmp_path / "log"),
    )
    while not find_family([started]):
        time.sleep(0.005)
    nursery.close()
    while find_family([started]):  # a test that hangs here says so with its name
        time.sleep(0.005)
