"""What ``./run replay`` does: recorded diaries through the real HTTP API and the real worker, under a simulated clock.

The web server listens on a free port of this machine; pushes go to a gateway that only records. Nothing leaves the
machine, and without ``--data`` nothing stays on it.
"""

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import waitress
from waitress import wasyncore

from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.delivery.gateway import RecordingGateway
from server.exchange.commands import counted, load_fitted, require_writable, tell
from server.exchange.fitting import Fitted
from server.exchange.ledger import Ledger, read_ledger
from server.exchange.mapping import Mapping
from server.exchange.service import Totals
from server.installation import Installation, open_installation
from server.phone import Line
from server.relive import CannotJoin, Replay, list_happenings
from server.schema import migrate
from server.worker import Worker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DATABASE = "kiem.sqlite3"
INTERRUPTED = 130
LONGEST_SILENCE_S = (
    7 * 24 * 3600
)  # of a phone; a study of two silent weeks takes minutes to live through on a slow disk
NOT_CHOSEN, NOT_REACHED = "not chosen", "not reached"


def run_replay(
    file: Path, mapping_file: Path, *, people: int | None, report: Path | None, data_dir: Path | None, as_json: bool
) -> int:
    """Replay ``file`` and say what became of every row; the exit status. Ctrl-C stops early and still tells."""
    require_writable(report)
    totals = Totals()
    mapping, fitted = load_fitted(file, mapping_file, totals)
    chosen = fitted[:people]
    leave_out(fitted[len(chosen) :], totals)
    folder = data_dir or Path(tempfile.mkdtemp(prefix="kiem-replay-"))
    began = time.monotonic()
    interrupted = False
    try:
        installation, clock = _open(folder, chosen, mapping)
        try:
            _live(installation, clock, chosen, mapping, totals)
        except KeyboardInterrupt:
            interrupted = True
            totals.rows[NOT_REACHED] += totals.read - totals.accounted
        with installation.database.reading() as session:
            ledger = read_ledger(session)
        installation.database.dispose()
    except CannotJoin as error:
        raise click.ClickException(str(error)) from None
    finally:
        if data_dir is None:
            shutil.rmtree(folder, ignore_errors=True)
    _tell(totals, ledger, mapping, file, seconds=time.monotonic() - began, report=report, as_json=as_json)
    if interrupted:
        return INTERRUPTED
    return 0 if totals.accounted == totals.read else 1


def leave_out(people: Sequence[Fitted], totals: Totals) -> None:
    """Count the rows of these people as not chosen."""
    for person in people:
        lines = {planned.row.line for planned in person.planned} | {entry.row.line for entry in person.unplanned}
        totals.rows[NOT_CHOSEN] += len(lines) + len(person.refused)


@contextmanager
def reliving(
    installation: Installation, clock: SetClock, gateway: RecordingGateway, mapping: Mapping, totals: Totals
) -> Iterator[Replay]:
    """A web server, a worker and a replay that drives both, for the length of the block."""
    worker = Worker(installation, gateway=gateway)
    with closing(worker), serving(create_app(installation.context)) as port, Line(port) as line:
        yield Replay(installation, clock, worker, line, mapping=mapping, totals=totals)


@contextmanager
def serving(app: "WSGIApplication") -> Iterator[int]:
    """Serve ``app`` on a free port of this machine for the length of the block; yields the port."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        host="127.0.0.1",
        port=0,
        threads=4,
        ident=None,
        clear_untrusted_proxy_headers=True,
        channel_timeout=LONGEST_SILENCE_S,
    )
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        # In the server's own thread: closing sockets under its select would break it off with an error.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join()
        server.task_dispatcher.shutdown()


def _open(folder: Path, chosen: Sequence[Fitted], mapping: Mapping) -> tuple[Installation, SetClock]:
    """A fresh installation on SQLite whose clock stands before the first happening."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / DATABASE).exists():
        raise click.ClickException(f"{folder} holds a database already; name an empty folder.")
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / DATABASE}",
        public_url="http://127.0.0.1:8000",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
    )
    happenings = list_happenings(chosen, mapping.protocol)
    if not happenings:
        raise click.ClickException("Nobody in this file was asked anything that the protocol plans.")
    clock = SetClock(happenings[0].at)
    installation = open_installation(settings, clock=clock)
    migrate(installation.database.engine)
    return installation, clock


def _live(
    installation: Installation, clock: SetClock, chosen: Sequence[Fitted], mapping: Mapping, totals: Totals
) -> None:
    happenings = list_happenings(chosen, mapping.protocol)
    with reliving(installation, clock, RecordingGateway(), mapping, totals) as replay:
        replay.refuse_unfitted(chosen)
        moments = replay.live(happenings)
        with click.progressbar(
            moments,
            length=len(happenings),
            label=f"Living through {counted(totals.read, 'row', 'rows')}",
            item_show_func=lambda happening: f"{happening.at:%d %B %H:%M}" if happening else None,
            file=sys.stderr,
            update_min_steps=25,
        ) as bar:
            for _ in bar:
                pass


def _tell(
    totals: Totals,
    ledger: Ledger,
    mapping: Mapping,
    file: Path,
    *,
    seconds: float,
    report: Path | None,
    as_json: bool,
) -> None:
    attempts = ", ".join(f"{count} {outcome}" for outcome, count in ledger.attempts.items()) or "none"
    sentences = (
        f"Planned: {counted(ledger.planned, 'beep', 'beeps')}; "
        f"{ledger.pushed} pushed, {ledger.answered} answered, {ledger.missed} missed.",
        f"Self-started: {counted(ledger.self_started, 'entry', 'entries')}.",
        f"Pushes: {attempts}; {ledger.reminders} of them reminders.",
        f"It took {counted(round(seconds), 'second', 'seconds')}.",
    )
    figures = {"beeps": ledger.as_json(), "seconds": round(seconds, 1)}
    tell(totals, mapping, file, report=report, as_json=as_json, figures=figures, sentences=sentences)
