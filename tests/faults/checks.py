"""What must hold after every run, whatever went wrong in it. Each check names what it found."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from server.delivery.models import Attempt
from server.delivery.payload import topic_of
from tests.faults.brisk import BEGINS, ENDS
from tests.faults.ledger import Ledger, Place, Push
from tests.faults.mishaps import Happened
from tests.faults.roles import BATCH, BUDGET_S, LEASE_S

# From the moment at which a sender looks at its clock to the moment at which the request was read at the other end: its
# own limit of 0.3 s, and what two busy processors add.
UNDER_WAY_S = 0.5
OF_WORKERS = frozenset(("kill_worker", "freeze_worker"))
OF_THE_DATABASE = frozenset(("restart_database", "cut_connections", "kill_backend", "fill_disk", "limit_files"))
BREAKS_ROUNDS = OF_WORKERS | OF_THE_DATABASE | {"step_clock"}
HOUR = timedelta(hours=1)


def check(ledger: Ledger) -> list[str]:
    """Every problem of the run, each with the name of its check in front."""
    return [f"{each.__name__}: {problem}" for each in CHECKS for problem in each(ledger)]


def plan_is_exact(ledger: Ledger) -> Iterator[str]:
    """The beeps that there are, and when they are, is what the seed gives: none lost, none twice, none moved."""
    for place, moment in ledger.plan.items():
        beep = ledger.beeps.get(place)
        if beep is None:
            yield f"{place} was never planned"
        elif (beep.due_at, beep.expires_at) != (moment.due_at, moment.expires_at):
            yield f"{place} was planned for {beep.due_at} instead of {moment.due_at}"
    yield from (f"{place} was planned, and must not be" for place in ledger.beeps.keys() - ledger.plan.keys())


def every_beep_is_accounted_for(ledger: Ledger) -> Iterator[str]:
    """Tried, answered before it was tried, or planned when it was over; and nothing is left to do for it."""
    for place, beep in ledger.beeps.items():
        if beep.next_push_at is not None:
            yield f"{place} still waits for a push at {beep.next_push_at}"
        if place not in ledger.attempts and place not in ledger.responses and beep.planned_at < beep.expires_at:
            yield f"nobody can say what became of {place}"


def no_push_is_late(ledger: Ledger) -> Iterator[str]:
    """Nothing reaches the push service after its window, by the clock that the sender had, nor lives beyond it."""
    for place, push in _pushes(ledger):
        expires = ledger.plan[place].expires_at
        leeway = _under_way(ledger) + _frozen(ledger, push)
        if push.ttl < 1:
            yield f"{place} was sent by somebody who knew that its window was over"
        by_its_clock = min(push.server_at, push.true_at)  # the clock may have been stepped while it was under way
        if by_its_clock > expires + leeway:
            yield f"{place} was pushed {by_its_clock - expires} after its window"
        if push.server_at + timedelta(seconds=push.ttl) > expires + leeway + (
            HOUR if _stepped(ledger, push.true_at - _frozen(ledger, push), push.true_at) else leeway
        ):
            yield f"{place} may be shown {push.server_at + timedelta(seconds=push.ttl) - expires} after its window"


def every_push_is_for_its_phone(ledger: Ledger) -> Iterator[str]:
    """It decrypts on the phone that it was sent to, is for that person, and its topic and tag are the beep's own."""
    if ledger.unread:
        yield f"{ledger.unread} pushes could not be read by the phone they came to, or were for no beep"
    for place, push in _pushes(ledger):
        if push.member.id != place[0]:
            yield f"{place} was pushed to the phone of {push.member.id}"
        if not push.topic == push.told["notification"]["tag"] == topic_of(push.beep):
            yield f"{place} was pushed under another topic or tag"


def repeats_are_few(ledger: Ledger) -> Iterator[str]:
    """What was taken but not written down is what was in flight when a round was broken off, and never more."""
    breaks = [each for each in ledger.happened if each.kind in BREAKS_ROUNDS]
    room = {index: BATCH * (1 if each.kind in OF_WORKERS else 2) for index, each in enumerate(breaks)}
    for place, pushes in ledger.pushes.items():
        lost = len(pushes) - sum(_was_sent(attempt) for attempt in ledger.attempts.get(place, ()))
        for push in pushes if lost > 0 else ():
            if lost > 0 and (index := _find_break(breaks, room, push, _under_way(ledger))) is not None:
                room[index] -= 1
                lost -= 1
        if lost > 0:
            yield f"{place} was pushed {lost} times more than was written down, with nothing broken off at the time"


def a_lease_is_ones_own(ledger: Ledger) -> Iterator[str]:
    """The same push is accepted twice only when the first one's lease had run out before it was written down."""
    for place, attempts in ledger.attempts.items():
        accepted = [attempt for attempt in attempts if attempt.outcome == "accepted"]
        accepted.sort(key=lambda attempt: _right(attempt.at))
        for first, second in pairwise(accepted):
            gap = _right(second.at) - _right(first.at)
            moved = _stepped(ledger, _right(first.at), _right(second.at))
            if first.stage == second.stage and gap < timedelta(seconds=LEASE_S) and not moved:
                yield f"{place} was claimed again {gap} after it had been, and pushed twice"


def no_push_after_the_answer(ledger: Ledger) -> Iterator[str]:
    """Once a phone knows that its answer is there, nobody begins another push for that beep."""
    for place, acked_at in _acknowledged(ledger):
        for attempt in ledger.attempts.get(place, ()):
            if (at := _right(attempt.at)) > acked_at:
                yield f"{place} was claimed at {at:%H:%M:%S}, after its answer had been acknowledged"


def every_answer_arrives_once(ledger: Ledger) -> Iterator[str]:
    """Whatever a phone wrote down is in the database, as it was written; and there is nothing else."""
    written = {}
    for phone in ledger.phones:
        if len(phone.beeps) != 4:
            yield f"{phone.member.id} saw {len(phone.beeps)} beeps of 4"
        places = {beep["id"]: (phone.member.id, beep["slot"]) for beep in phone.beeps}
        for entry in phone.kept:
            place = places[str(entry.beep)]
            written[place] = entry
            stored = ledger.responses.get(place)
            if entry.refused:
                yield f"the answer to {place} was refused: {entry.refused}"
            elif entry.acked_at is None:
                yield f"the answer to {place} is still on the phone after {entry.tries} tries"
            elif stored is None:
                yield f"the answer to {place} was acknowledged and is not there"
            elif (stored.answers, stored.finished_at) != (
                entry.body["answers"],
                datetime.fromisoformat(entry.body["finished_at"]),
            ):
                yield f"the answer to {place} is not what was answered"
    yield from (f"{place} has an answer that nobody gave" for place in ledger.responses.keys() - written.keys())


def whoever_is_asked_to_stop_does(ledger: Ledger) -> Iterator[str]:
    """SIGTERM ends a process by itself and in order; nobody dies of what happens to the others."""
    for name, process in ledger.processes.items():
        allowed = {0, -9} | ({1} if name == "web" else set())  # granian's own sign that a child had to be replaced
        yield from (f"{name} ended with {code}" for code in process.ends if code not in allowed)


def nobody_is_left_behind(ledger: Ledger) -> Iterator[str]:
    """Whatever a process has begun ends with it."""
    yield from (f"{process} is still there" for process in ledger.left_behind)


CHECKS: list[Callable[[Ledger], Iterator[str]]] = [
    plan_is_exact,
    every_beep_is_accounted_for,
    no_push_is_late,
    every_push_is_for_its_phone,
    repeats_are_few,
    a_lease_is_ones_own,
    no_push_after_the_answer,
    every_answer_arrives_once,
    whoever_is_asked_to_stop_does,
    nobody_is_left_behind,
]


def _pushes(ledger: Ledger) -> Iterator[tuple[Place, Push]]:
    return ((place, push) for place, pushes in ledger.pushes.items() for push in pushes)


def _was_sent(attempt: Attempt) -> bool:
    return attempt.http_status is not None or attempt.outcome == "unreachable"


def _under_way(ledger: Ledger) -> timedelta:
    """The time of the study that may pass between a sender's look at its clock and the other end."""
    return timedelta(seconds=UNDER_WAY_S * ledger.pace)


def _find_break(breaks: list[Happened], room: dict[int, int], push: Push, under_way: timedelta) -> int | None:
    whole_round = timedelta(seconds=BUDGET_S) + 2 * under_way  # from claiming to settling a batch
    for index, each in enumerate(breaks):
        hit = each.kind not in OF_WORKERS or each.who == f"worker-{push.slot}"
        if room[index] and hit and each.began - whole_round <= push.true_at <= each.ended + whole_round:
            return index
    return None


def _frozen(ledger: Ledger, push: Push) -> timedelta:
    """How long the sender stood still around a push."""
    spans = [
        each.ended - each.began
        for each in ledger.happened
        if each.kind == "freeze_worker"
        and each.who == f"worker-{push.slot}"
        and each.began <= push.true_at <= each.ended + _under_way(ledger)
    ]
    return sum(spans, timedelta())


def _stepped(ledger: Ledger, since: datetime, until: datetime) -> bool:
    """Whether the servers' clock was wrong at some time between the two."""
    near = 2 * _under_way(ledger)
    return any(
        each.kind == "step_clock" and each.began - near <= until and since <= each.ended + near
        for each in ledger.happened
    )


def _right(at: datetime) -> datetime:
    """A time of the servers' clock as it would have been without a step of an hour."""
    leeway = HOUR / 2
    if at < BEGINS - leeway:
        return at + HOUR
    return at - HOUR if at > ENDS + leeway else at


def _acknowledged(ledger: Ledger) -> Iterator[tuple[Place, datetime]]:
    for phone in ledger.phones:
        places = {beep["id"]: (phone.member.id, beep["slot"]) for beep in phone.beeps}
        for entry in phone.kept:
            if entry.acked_at is not None:
                yield places[str(entry.beep)], entry.acked_at
