"""The worker's ticks: a round that lasts longer than its tick is no reason for a warning every time."""

import logging
import time

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from server.config import Settings
from server.delivery.gateway import RecordingGateway
from server.installation import open_installation
from server.worker import Metronome, Worker


@pytest.mark.usefixtures("database")
def test_a_long_round_fills_no_log(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    name = "apscheduler.scheduler"
    before = logging.getLogger("apscheduler").level
    installation = open_installation(settings)
    worker = Worker(installation, gateway=RecordingGateway())
    try:
        assert _warnings_of_ticks(caplog, name), "this is how it warns of its own accord"
        Metronome(worker)
        assert not _warnings_of_ticks(caplog, name)
    finally:
        logging.getLogger("apscheduler").setLevel(before)
        worker.close()
        installation.database.dispose()


def _warnings_of_ticks(caplog: pytest.LogCaptureFixture, name: str) -> list[str]:
    caplog.clear()
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(time.sleep, "interval", args=[0.5], seconds=0.1)
    scheduler.start()
    time.sleep(0.45)
    scheduler.shutdown(wait=True)
    return [
        record.getMessage() for record in caplog.records if record.name == name and record.levelno >= logging.WARNING
    ]
