"""A worker as a process of its own, under a clock that stands still: ``python -m tests.journey.worker_process``.

``stall NOW``: pushes what is due through a gateway that prints each topic and tag, and never comes back.
``work NOW FOLDER NAME``: waits for the file FOLDER/plan and plans, if its NAME is in that file; waits for the file
FOLDER/claim and pushes what is due; prints what it did as one JSON object. Settings come from the environment.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from server.clock import SetClock
from server.config import read_settings
from server.delivery.gateway import Outcome, PushMessage, RecordingGateway
from server.installation import open_installation
from server.log import set_up_logging
from server.planning.service import Planned, plan_ahead
from server.worker import Worker

FEW = 5  # people in one transaction, so that planners really take turns


class StallingGateway:
    """Takes the messages, as a push service would, and hangs before it can say what became of them."""

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        for message in messages:
            print(json.dumps([message.topic, json.loads(message.payload)["notification"]["tag"]]), flush=True)
        await asyncio.sleep(3600)
        return []

    async def close(self) -> None:
        return None


def wait_for(path: Path) -> str:
    while not path.exists():
        time.sleep(0.001)
    return path.read_text(encoding="utf-8")


def main(what: str, now: str, *rest: str) -> None:
    settings = read_settings()
    set_up_logging(level="error", form="text")
    installation = open_installation(settings, clock=SetClock(datetime.fromisoformat(now)))
    if what == "stall":
        Worker(installation, gateway=StallingGateway()).deliver()
        return
    folder, name = Path(rest[0]), rest[1]
    gateway = RecordingGateway()
    worker = Worker(installation, gateway=gateway)
    print("ready", flush=True)
    planned = Planned()
    if name in wait_for(folder / "plan").split():
        ahead = timedelta(hours=settings.plan_ahead_h)
        planned = plan_ahead(installation.database, now=installation.clock.now(), ahead=ahead, batch=FEW)
        print("planned", flush=True)
    wait_for(folder / "claim")
    handled = worker.deliver()
    worker.close()
    topics = [sent.message.topic for sent in gateway.sent]
    print(json.dumps({"days": planned.days, "beeps": planned.beeps, "handled": handled, "topics": topics}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
