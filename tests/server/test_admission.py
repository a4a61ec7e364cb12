"""The door of the web process: bounded work, a bounded wait, and a refusal that says when to come back."""

import gc
import inspect
import json
import logging
import threading
import time
from collections.abc import Iterable
from typing import Any

from granian import Granian

from server.admission import DOORKEEPERS, RETRY_AFTER_S, Admission, threads_for
from server.collector import settle_in
from server.wsgi import is_news

API = {"PATH_INFO": "/api/v1/today"}


class Slow:
    """An application that works until it is let go, and counts how many are in it at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inside = 0
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if environ.get("PATH_INFO") == "/api/breaks":
            self.inside -= 1
            raise RuntimeError("broken")
        self.go.wait(5)
        with self._lock:
            self.inside -= 1
        start_response("200 OK", [])
        return [b"done"]


class Caller(threading.Thread):
    """One request, on a thread of its own as the server would have it."""

    def __init__(self, door: Admission, environ: dict[str, str] = API) -> None:
        super().__init__()
        self._door, self._environ = door, environ
        self.status = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.start()

    def run(self) -> None:
        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
            self.status, self.headers = status, dict(headers)

        self.body = b"".join(self._door(self._environ, start_response))


def wait_until(holds: Any) -> None:
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.002)


def test_no_more_are_in_work_than_allowed_and_the_rest_wait_for_their_turn() -> None:
    slow = Slow()
    door = Admission(slow, at_once=2, waiting=3, patience_s=5)
    callers = [Caller(door) for _ in range(5)]
    wait_until(lambda: slow.inside == 2)
    slow.go.set()
    for caller in callers:
        caller.join(5)
    assert [caller.status for caller in callers] == ["200 OK"] * 5
    assert slow.most == 2


def test_whoever_finds_no_chair_is_refused_at_once_and_told_when_to_come_back() -> None:
    slow = Slow()
    door = Admission(slow, at_once=1, waiting=1, patience_s=5)
    taken = [Caller(door), Caller(door)]
    wait_until(lambda: slow.inside == 1 and not door._chairs._value)
    began = time.monotonic()
    third = Caller(door)
    third.join(5)
    assert time.monotonic() - began < 0.5
    assert third.status.startswith("503")
    assert third.headers["Retry-After"] == str(RETRY_AFTER_S)
    assert third.headers["Content-Type"] == "application/problem+json"
    told = json.loads(third.body)
    assert (told["status"], told["code"]) == (503, "busy")
    slow.go.set()
    for caller in taken:
        caller.join(5)
        assert caller.status == "200 OK"


def test_nobody_waits_longer_than_patience() -> None:
    slow = Slow()
    door = Admission(slow, at_once=1, waiting=1, patience_s=0.05)
    first, second = Caller(door), Caller(door)
    wait_until(lambda: first.status.startswith("503") or second.status.startswith("503"))
    slow.go.set()
    first.join(5)
    second.join(5)
    assert sorted([first.status[:3], second.status[:3]]) == ["200", "503"]


def test_files_and_the_health_check_pass_a_full_house() -> None:
    slow = Slow()
    door = Admission(slow, at_once=1, waiting=0, patience_s=0.05)
    inside = Caller(door)
    wait_until(lambda: slow.inside == 1)
    health = Caller(door, {"PATH_INFO": "/healthz"})
    wait_until(lambda: slow.inside == 2)
    slow.go.set()
    inside.join(5)
    health.join(5)
    assert health.status == "200 OK"


def test_a_request_that_breaks_gives_its_place_back() -> None:
    slow = Slow()
    slow.go.set()
    door = Admission(slow, at_once=1, waiting=0, patience_s=0.05)
    for _ in range(3):
        try:
            door({"PATH_INFO": "/api/breaks"}, lambda *_: None)  # type: ignore[arg-type]
        except RuntimeError:
            continue
    last = Caller(door)
    last.join(5)
    assert last.status == "200 OK"


def test_there_is_always_a_thread_left_to_refuse_with() -> None:
    assert threads_for(4) == 4 + 16 + DOORKEEPERS


def test_only_the_warning_about_many_threads_is_passed_over() -> None:
    assert "Python threads" in inspect.getsource(Granian.serve), "the words by which it is known"
    assert not is_news(logging.makeLogRecord({"msg": "Configuration allows spawning up to 44 Python threads, which"}))
    assert is_news(logging.makeLogRecord({"msg": "Killing worker-1 after it refused to gracefully stop"}))


def test_what_is_there_when_serving_begins_is_never_walked_through_again() -> None:
    try:
        settle_in()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
