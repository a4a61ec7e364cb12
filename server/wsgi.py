"""The web process: ``load`` makes the application from the environment's settings, ``serve`` puts it on a port."""

import logging
from collections.abc import Callable
from functools import partial
from multiprocessing.util import Finalize

from flask import Flask

from server.admission import Admission, threads_for
from server.app import create_app
from server.collector import settle_in
from server.config import read_settings
from server.installation import open_installation
from server.log import set_up_logging
from server.metrics import write_last


def load() -> Flask:
    """One application a process."""
    settings = read_settings()
    set_up_logging(level=settings.log_level, form=settings.log_format)
    app = create_app(open_installation(settings).context)
    settle_in()
    return app


def serve(*, host: str, port: int, processes: int, at_once: int, load: Callable[[], Flask] = load) -> None:
    """Serve until SIGTERM or SIGINT: requests that are under way are finished first, new ones find no door.

    Each of ``processes`` works on ``at_once`` requests and refuses what is too much; one that dies is replaced.
    """
    from granian import Granian  # here, because the programs that only load the application need no server
    from granian.constants import Interfaces
    from granian.log import LogLevels, logger

    logger.addFilter(is_news)
    Granian(
        "server.wsgi:load",
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=processes,
        blocking_threads=threads_for(at_once),
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=8,
    ).serve(target_loader=partial(_open_doors, load, at_once), wrap_loader=False)


def is_news(record: logging.LogRecord) -> bool:
    """Granian warns of more threads than cores. Ours mostly wait at the door, and `Admission` limits those in work."""
    return "Python threads" not in record.getMessage()


def _open_doors(load: Callable[[], Flask], at_once: int) -> Admission:
    app = load()
    # Granian ends its processes as multiprocessing does, which runs these and no functions of ``atexit``.
    Finalize(None, write_last, args=(app,), exitpriority=1)
    return Admission(app, at_once=at_once)
