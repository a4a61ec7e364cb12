"""What an error may say in a log, and what a log that cannot be written may do."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from server.db import Database
from server.log import set_up_logging
from server.worker import _guarded

MARK = "canary-diary-2207"
FULL = Path("/dev/full")


@pytest.fixture
def set_up() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize(("database", "form"), [("sqlite", "text"), ("postgres", "json")], indirect=["database"])
def test_a_round_that_breaks_on_a_row_tells_where_and_why_and_nothing_of_the_row(
    database: Database, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """PostgreSQL quotes the whole row in its message, SQLAlchemy every value it was given."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    set_up_logging(level="warning", form=form)

    def keep() -> int:
        with database.transaction() as session:
            session.execute(text("CREATE TEMPORARY TABLE told (words text CHECK (length(words) < 3))"))
            session.execute(text("INSERT INTO told VALUES (:words)"), {"words": MARK})
        return 1

    _guarded(keep)()
    said = written.getvalue()
    assert "worker.keep" in said
    assert "in keep" in said  # the way
    assert "IntegrityError" in said
    assert ("SQLITE_CONSTRAINT_CHECK" if database.is_sqlite else "(23514)") in said
    assert MARK not in said


def test_the_log_of_a_library_has_no_words_of_an_error_either() -> None:
    script = (
        "import logging; from server.log import set_up_logging; set_up_logging(level='warning', form='text')\n"
        "try: open('/nowhere/canary-name')\n"
        "except OSError as error:\n"
        "    try: raise ValueError('canary-diary') from error\n"
        "    except ValueError: logging.getLogger('granian').exception('the application broke')\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr
    assert "ERROR granian: the application broke" in said
    assert said.index("FileNotFoundError (No such file or directory)") < said.index("ValueError")
    assert "canary" not in said
    assert "ValueError: " not in said


@pytest.mark.skipif(not FULL.exists(), reason="This system has no disk that is always full.")
def test_a_log_that_cannot_be_written_breaks_no_round() -> None:
    script = (
        "import logging, os, structlog; from server.log import set_up_logging; from server.worker import _guarded\n"
        "set_up_logging(level='warning', form='text')\n"
        "_guarded(lambda: 1 / 0)()\n"
        "structlog.get_logger().error('more than any buffer holds', action='x' * 100_000)\n"
        "logging.getLogger('granian').error('too')\n"
        "os.write(1, b'went on'); os._exit(0)\n"
    )
    with FULL.open("w") as full:
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=full, check=False)
    assert [done.returncode, done.stdout] == [0, b"went on"]
