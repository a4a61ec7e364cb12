"""What an upgrade does to people who are there: nobody goes on being asked without consent."""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from server.db import Database
from server.schema import migrate

DAY = datetime.now(UTC).date()  # a migration looks at the day on which it runs


def test_whoever_joined_a_study_without_a_text_is_asked_before_anything_else(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrate(database.engine, "0001")
    bare, told = uuid.uuid4().hex, uuid.uuid4().hex
    with database.engine.begin() as connection:
        for study, name in ((bare, "bare"), (told, "told")):
            connection.execute(
                text(
                    "INSERT INTO study (id, name, title, protocol, zone, start_rule, seed, parents_required,"
                    " rules_version, created_at) VALUES (:study, :name, '{}', 'grow-it.1', 'UTC', 'next_day', 'x', 1,"
                    " 0, 5)"
                ),
                {"study": study, "name": name},
            )
        connection.execute(
            text(
                "INSERT INTO consent_text (study_id, version, language, body, sha256, binding, own, published_at)"
                " VALUES (:study, 1, 'nl', '[]', 'x', 1, 0, 5)"
            ),
            {"study": told},
        )
        for code, study, year, ends in (
            ("CHILD", bare, DAY.year - 13, DAY + timedelta(days=9)),
            ("GROWN", bare, DAY.year - 30, DAY + timedelta(days=9)),
            ("NOBODYKNOWS", bare, None, DAY + timedelta(days=9)),
            ("OVER", bare, DAY.year - 13, DAY - timedelta(days=9)),
            ("AGREED", told, DAY.year - 13, DAY + timedelta(days=9)),
        ):
            connection.execute(
                text(
                    "INSERT INTO participant (id, study_id, code, language, zone, birth_year, joined_at, cleared_at,"
                    " starts_on, ends_on, rules_version) VALUES (:id, :study, :code, 'nl', 'UTC', :year, 7, 7,"
                    " '2020-01-01', :ends, 0)"
                ),
                {"id": uuid.uuid4().hex, "study": study, "code": code, "year": year, "ends": ends.isoformat()},
            )
    migrate(database.engine)
    with database.engine.connect() as connection:
        found = connection.execute(
            text("SELECT code, waiting, cleared_at, asked_again_at, parents_until FROM participant")
        )
        rows = {row[0]: tuple(row[1:]) for row in found}
    database.dispose()
    assert rows == {
        "CHILD": ("consent", None, 7, date(DAY.year + 4, 1, 1).isoformat()),
        "GROWN": ("consent", None, 7, None),
        "NOBODYKNOWS": ("consent", None, 7, date(DAY.year + 5, 1, 1).isoformat()),
        "OVER": (None, 7, None, None),
        "AGREED": (None, 7, None, None),
    }
