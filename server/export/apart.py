"""Makes a claimed export in a process of its own: its memory goes back when it is done, and pushes need not wait."""

import multiprocessing
import uuid
from collections.abc import Callable

from server.clock import SystemClock
from server.config import Settings
from server.crypto import load_or_create_secret
from server.db import Database
from server.export.running import Workshop, release, work
from server.log import set_up_logging

LOOK_EVERY_S = 0.5


def make_apart(
    settings: Settings, shop: Workshop, job_id: uuid.UUID, runner: uuid.UUID, *, wait: Callable[[float], bool]
) -> None:
    """Start the process and wait for its end. ``wait`` sleeps so many seconds and says whether to stop: then the
    process is ended, and the job given back to be taken up by another."""
    process = multiprocessing.get_context("spawn").Process(target=_make, args=(settings, job_id, runner))
    process.start()
    while process.is_alive():
        if wait(LOOK_EVERY_S):
            process.terminate()
            process.join()
            with shop.database.transaction() as session:
                release(session, job_id, runner)
            return
    process.join()


def _make(settings: Settings, job_id: uuid.UUID, runner: uuid.UUID) -> None:
    set_up_logging(level=settings.log_level, form=settings.log_format)
    secret = load_or_create_secret(settings.secret_key_path or settings.data_dir / "secret.key")
    database = Database(settings.database_url, pool_size=2)
    try:
        work(
            Workshop(database=database, data_dir=settings.data_dir, secret=secret, clock=SystemClock()), job_id, runner
        )
    finally:
        database.dispose()
