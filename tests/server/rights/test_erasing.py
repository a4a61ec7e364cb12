"""Erasure: everything of one person, nothing of another, a receipt, and a tombstone that does not know her."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Column as SqlColumn
from sqlalchemy import ForeignKey, Integer, MetaData, Table, Uuid, make_url, select

from server.audit.models import AuditEntry
from server.db import Database
from server.models import Base
from server.people.models import Participant
from server.rights.erasing import AlreadyGone, Keeper, erase, verify_chain
from server.rights.mentions import Uncovered, find_mentions
from server.rights.models import Erasure
from server.rights.scrubbing import scrub
from tests.cast import NOW, Cast, Member
from tests.databases import both_databases
from tests.postgres import find_programs
from tests.server.rights.living import answer_of, endpoint_of, mail_of

# Tables that are not about participants, each looked at once. A new table is either found by its foreign keys or has
# to be put here by somebody who has read it.
ABOUT_NOBODY = {
    "audit_entry",  # staff, and codes of participants only as keyed hashes
    "challenge_step",
    "challenge_version",
    "consent_text",
    "counter",  # of pushes and answers, by outcome
    "date_sum",  # counts of a study
    "erasure",  # knows a keyed hash of an id that is in no table any more
    "export",
    "export_download",  # of staff
    "export_job",  # of staff; says nothing of who is in it
    "heartbeat",
    "invitation",  # of staff
    "join_code",
    "passkey",  # of staff
    "passkey_challenge",  # of staff, minutes
    "safety_watch",  # of a study
    "scheduled",
    "staff",
    "staff_recovery_code",
    "staff_session",
    "study",
    "study_retention",
    "study_role",
    "study_rules",
    "summary",  # of a study
    "team",
    "throttle",  # keyed hashes of addresses, ten minutes
}


def counts(database: Database, person: Participant) -> Mapping[str, int]:
    with database.reading() as session:
        return {
            mention.table.name: len(session.execute(select(mention.table).where(mention.rows)).all())
            for mention in find_mentions(person.id)
        }


def dump(database: Database) -> bytes:
    """Everything that a thief of the database or of its dump would have."""
    url = make_url(database.engine.url)
    if database.is_sqlite:
        path = Path(str(url.database))
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    programs = find_programs()
    assert programs is not None
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([programs / "pg_dump", "--inserts", plain], check=True, capture_output=True).stdout


def traces(member: Member) -> dict[str, list[bytes]]:
    """Every byte string that leads to somebody, in the ways in which a database may write it."""
    person = member.participant
    shown = {
        "mail": mail_of(person),
        "endpoint": endpoint_of(person),
        "code": person.code,
        "answer": answer_of(person),
        "id in hexadecimal": person.id.hex,
        "id with dashes": str(person.id),
    }
    plain = {name: [text.encode(), text.upper().encode()] for name, text in shown.items()}
    return plain | {"id in bytes": [person.id.bytes]}


def test_every_table_is_found_or_was_looked_at(cast: Cast) -> None:
    found = {mention.table.name for mention in find_mentions(cast.noor.participant.id)}
    everything = {table.name for table in Base.metadata.sorted_tables}
    assert found | ABOUT_NOBODY == everything
    assert found & ABOUT_NOBODY == set()


def test_a_new_table_is_found_by_its_keys_or_refused() -> None:
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table(
        "wish",
        metadata,
        SqlColumn("id", Integer, primary_key=True),
        SqlColumn("membership_id", Uuid, ForeignKey("membership.id")),
    )
    person = Participant().id
    names = [mention.table.name for mention in find_mentions(person, metadata)]
    assert names.index("wish") < names.index("membership") < names.index("participant")
    Table("rumour", metadata, SqlColumn("id", Integer, primary_key=True), SqlColumn("participant_code", Integer))
    with pytest.raises(Uncovered, match="rumour"):
        find_mentions(person, metadata)


@both_databases
def test_after_erasure_no_row_of_hers_is_left_and_every_row_of_sam_is(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    noor, sam = lived.noor.participant, lived.sam.participant
    before = counts(database, sam)
    mine = counts(database, noor)
    assert all(mine.values()), {name for name, count in mine.items() if not count}
    with database.transaction() as session:
        gone = erase(session, noor.id, why="self", keeper=keeper, now=NOW)
    assert dict(gone.rows) == dict(mine)
    assert not any(counts(database, noor).values())
    assert counts(database, sam) == before


@both_databases
def test_after_erasure_a_dump_holds_no_byte_of_hers(database: Database, lived: Cast, keeper: Keeper) -> None:
    before = dump(database)
    noticed = {name for name, ways in traces(lived.noor).items() for way in ways if way in before}
    written = "id in hexadecimal" if database.is_sqlite else "id with dashes"
    assert {"endpoint", "code", "answer", written} <= noticed  # the address is sealed from the beginning
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert scrub(database)
    after = dump(database)
    found = {name for name, ways in traces(lived.noor).items() for way in ways if way in after}
    assert found == set()
    assert lived.sam.participant.code.encode() in after
    assert not any(way in keeper.path.read_bytes() for ways in traces(lived.noor).values() for way in ways)


def test_without_writing_the_file_anew_sqlite_would_keep_her(database: Database, lived: Cast, keeper: Keeper) -> None:
    """The dump above can fail."""
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert answer_of(lived.noor.participant).encode() in dump(database)


@both_databases
def test_the_tombstones_are_a_chain_that_shows_changes(database: Database, lived: Cast, keeper: Keeper) -> None:
    receipts = []
    for member in (lived.noor, lived.sam):
        with database.transaction() as session:
            receipts.append(erase(session, member.participant.id, why="self", keeper=keeper, now=NOW).receipt)
    with database.transaction() as session:
        rows = session.scalars(select(Erasure).order_by(Erasure.number)).all()
        assert [(row.number, row.receipt, row.why) for row in rows] == [
            (1, receipts[0], "self"),
            (2, receipts[1], "self"),
        ]
        assert verify_chain(session, key=keeper.key) is None
        erased = select(AuditEntry.subject).where(AuditEntry.action == "participant.erased")
        assert session.scalars(erased).all() == [None, None]
        rows[0].rows = {**rows[0].rows, "response": 99}
        session.flush()
        assert verify_chain(session, key=keeper.key) == 1
    with database.transaction() as session:
        session.delete(session.get_one(Erasure, 1))
    with database.reading() as session:
        assert verify_chain(session, key=keeper.key) == 1


def test_erasing_twice_says_that_there_is_nothing_left(database: Database, lived: Cast, keeper: Keeper) -> None:
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    with pytest.raises(AlreadyGone), database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert len(keeper.read()[0]) == 1


def test_without_the_list_nothing_is_erased(database: Database, lived: Cast, tmp_path: Path) -> None:
    """A list that cannot be written must not leave somebody whom a restored backup would bring back for good."""
    (tmp_path / "file").write_text("")
    keeper = Keeper(secret=b"s" * 32, path=tmp_path / "file" / "erasures.jsonl")
    with pytest.raises(OSError, match=r".+"), database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert all(counts(database, lived.noor.participant).values())


def test_the_list_is_its_owners_only(database: Database, lived: Cast, keeper: Keeper) -> None:
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert os.stat(keeper.path).st_mode & 0o077 == 0


def test_the_desk_never_writes_a_participants_code_into_the_log() -> None:
    """The log cannot be changed, so what is in it stays after she is erased."""
    desk = Path(__file__).resolve().parents[3] / "server" / "desk"
    views = {path.name: path.read_text(encoding="utf-8") for path in desk.glob("*.py")}
    assert any("subject_of(" in text for text in views.values())
    assert [name for name, text in views.items() if re.search(r"subject\W{1,4}\w*\.?code\b", text)] == []
