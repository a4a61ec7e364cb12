"""Nothing is kept longer than said, and a dry run says the same as the run."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from server.consent.models import ParentInvitation, ParentLink
from server.contact import service as contacts
from server.contact.models import Contact
from server.db import Database
from server.delivery.models import Attempt, Device, Receipt
from server.diary.models import Response
from server.export.models import Export
from server.people.models import DeviceToken, Participant, RecoveryCode
from server.people.throttle import count_failure
from server.rights.erasing import Keeper
from server.rights.models import Erasure
from server.rights.retention import retain, set_retention
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.databases import both_databases

END = date(2026, 3, 22)  # the cast's last day
CONTACT_OVER = datetime(2026, 4, 22, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))  # 31 days later


def rows(database: Database, keeper: Keeper, at: datetime, *, dry_run: bool = True) -> dict[tuple[str, str], int]:
    report = retain(database, keeper, now=at, dry_run=dry_run)
    found: dict[tuple[str, str], int] = {}
    for line in report.lines:
        found[line.rule, line.table] = found.get((line.rule, line.table), 0) + line.rows
    return found


@both_databases
def test_a_dry_run_says_what_the_run_does_and_does_nothing(database: Database, lived: Cast, keeper: Keeper) -> None:
    later = NOW + timedelta(days=800)
    with database.transaction() as session:
        count_failure(session, b"somebody's address", now=NOW)
        study = session.get_one(Study, lived.study.id)
        set_retention(session, study, contact_days=30, answers_until=date(2027, 1, 1))
    told = rows(database, keeper, later)
    assert told == rows(database, keeper, later)
    assert {rule for rule, _ in told} == {"contact", "answers", "tokens", "throttle", "logs", "keys"}
    assert told == rows(database, keeper, later, dry_run=False)
    assert rows(database, keeper, later, dry_run=False) == {}


def test_contact_goes_thirty_days_after_the_end_and_answers_stay(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    assert ("contact", "contact") not in rows(database, keeper, CONTACT_OVER - timedelta(days=1), dry_run=False)
    done = rows(database, keeper, CONTACT_OVER, dry_run=False)
    assert (done["contact", "contact"], done["contact", "parent_invitation"]) == (2, 2)
    with database.reading() as session:
        for gone in (Contact, ParentInvitation, ParentLink):
            assert session.scalars(select(gone)).all() == []
        assert len(session.scalars(select(Response)).all()) == 2
        assert session.scalars(select(Erasure)).all() == []


def test_a_study_may_keep_contact_shorter_and_who_stopped_is_forgotten_sooner(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    with database.transaction() as session:
        set_retention(session, session.get_one(Study, lived.study.id), contact_days=7, answers_until=None)
        session.get_one(Participant, lived.noor.participant.id).left_at = NOW
    assert rows(database, keeper, NOW + timedelta(days=9), dry_run=False)["contact", "contact"] == 1
    with database.reading() as session:
        assert contacts.find(session, lived.noor.participant.id, "parent1", "mail") is None
        assert contacts.find(session, lived.sam.participant.id, "parent1", "mail") is not None


def test_after_a_studys_own_date_everybody_in_it_is_erased_and_nobody_else(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    with database.transaction() as session:
        study = session.get_one(Study, lived.study.id)
        set_retention(session, study, contact_days=30, answers_until=date(2026, 12, 31))
    last = datetime(2026, 12, 31, 22, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert ("answers", "participant") not in rows(database, keeper, last, dry_run=False)
    assert rows(database, keeper, last + timedelta(hours=3), dry_run=False)["answers", "participant"] == 2
    with database.reading() as session:
        assert [person.code for person in session.scalars(select(Participant))] == [lived.zoe.participant.code]
        assert {row.why for row in session.scalars(select(Erasure))} == {"retention"}
    assert len(keeper.read()[0]) == 2


def test_tokens_go_a_month_after_they_ended_and_a_code_not_used_stays(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    with database.transaction() as session:
        session.execute(delete(RecoveryCode))
        for number, used in enumerate((None, NOW - timedelta(days=31), NOW - timedelta(days=29))):
            hashed = bytes([number]) * 32
            session.add(
                RecoveryCode(code_hash=hashed, participant_id=lived.noor.participant.id, created_at=NOW, used_at=used)
            )
        token = session.scalars(select(DeviceToken).limit(1)).one()
        token.revoked_at = NOW - timedelta(days=31)
    done = rows(database, keeper, NOW, dry_run=False)
    assert (done["tokens", "recovery_code"], done["tokens", "device_token"]) == (1, 1)


def test_push_logs_go_after_two_years_and_a_phone_at_work_stays(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    with database.transaction() as session:
        one, _other = session.scalars(select(Device).order_by(Device.id)).all()
        one.retired_at = NOW
    assert "logs" not in {rule for rule, _ in rows(database, keeper, NOW + timedelta(days=730), dry_run=False)}
    done = rows(database, keeper, NOW + timedelta(days=731), dry_run=False)
    logs = {table: number for (rule, table), number in done.items() if rule == "logs"}
    assert logs == {Attempt.__tablename__: 2, Receipt.__tablename__: 2, Device.__tablename__: 1}


def test_keys_of_exports_are_destroyed_when_their_time_has_come(
    database: Database, lived: Cast, keeper: Keeper
) -> None:
    assert rows(database, keeper, NOW, dry_run=False)["keys", "export"] > 0
    with database.reading() as session:
        assert all(export.wrapped_key is None for export in session.scalars(select(Export)))
