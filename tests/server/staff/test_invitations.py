"""Getting in by a link: once, in time, with a good password and a working code app; and nobody else's account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry
from server.audit.service import Actor, verify
from server.db import Database
from server.errors import DomainError
from server.staff.invitations import (
    INVITED_FOR,
    accept,
    accept_as,
    find_invitation,
    invitation_totp,
    invite,
    renew_access,
)
from server.staff.models import Invitation, Passkey, Staff, StudyRole
from server.staff.refusals import (
    AlreadyMember,
    AlreadyStaff,
    CodeRefused,
    InvitationUnknown,
    LastAdministrator,
    LastOwner,
    NotYourself,
    PasswordRefused,
)
from server.staff.service import change_role, end_account, remove_from_study
from server.staff.sessions import find_caller, open_session
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import add
from tests.server.desk.desk import PASSWORD, SECRET, make_staff, totp_at

OWNER = Actor(who="otto@kiem.example")


def send(session: Session, study: Study | None, role: str | None = "coordinator", **facts: Any) -> str:
    facts = {"mail": "Cleo@Kiem.example ", "now": NOW} | facts
    invited = invite(session, OWNER, facts.pop("mail"), secret=SECRET, study=study, role=role, **facts)
    assert invited.token is not None
    return invited.token


def take(session: Session, token: str, **facts: Any) -> Staff:
    at = facts.get("now", NOW)
    if "code" not in facts:
        facts["code"] = totp_at(invitation_totp(find_invitation(session, token, at), secret=SECRET), at)
    given = {"name": "Cleo", "language": "nl", "password": PASSWORD, "now": at} | facts
    return accept(session, token, secret=SECRET, **given).staff


@both_databases
def test_a_link_makes_an_account_with_the_role_it_was_for(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        token = send(session, cast.study)
    with database.transaction(role="desk") as session:
        staff = take(session, token)
    with database.reading() as session:
        role = session.scalars(select(StudyRole)).one()
        assert (role.staff_id, role.study_id, role.role) == (staff.id, cast.study.id, "coordinator")
        assert session.get_one(Staff, staff.id).mail == "cleo@kiem.example"
        assert not staff.administrator
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert actions == ["staff.invited", "staff.joined"]
        assert verify(session, secret=SECRET).broken is None


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"password": "kort"}, PasswordRefused),
        ({"password": "cleo houdt van kaas"}, PasswordRefused),
        ({"password": "studie garden 2026"}, PasswordRefused),
        ({"code": "000000"}, CodeRefused),
        ({"now": NOW + INVITED_FOR, "code": "000000"}, InvitationUnknown),
    ],
)
def test_what_is_not_good_enough_leaves_the_link_open(
    database: Database, cast: Cast, facts: dict[str, Any], error: type[DomainError]
) -> None:
    with database.transaction() as session:
        token = send(session, cast.study)

    with pytest.raises(error), database.transaction() as session:
        take(session, token, **facts)
    with database.transaction() as session:
        take(session, token)


@both_databases
def test_of_two_with_the_same_link_one_gets_in(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        token = send(session, cast.study)

    def hurry(number: int) -> str:
        try:
            with database.transaction() as session:
                take(session, token, name=f"Cleo {number}")
        except InvitationUnknown:
            return "late"
        except DomainError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(hurry, range(4))) == ["in", "late", "late", "late"]


def test_the_link_and_its_secret_are_not_kept_in_clear(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        token = send(session, cast.study)
        row = session.scalars(select(Invitation)).one()
        plain = invitation_totp(row, secret=SECRET)
        assert token.encode() not in row.token_hash
        assert plain.encode() not in row.totp_secret


def test_a_second_invitation_to_the_same_withdraws_the_first(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        first, elsewhere = send(session, cast.study), send(session, cast.other_study)
        second = send(session, cast.study, "owner")
        with pytest.raises(InvitationUnknown):
            find_invitation(session, first, NOW)
        assert find_invitation(session, elsewhere, NOW).role == "coordinator"
        assert take(session, second).mail == "cleo@kiem.example"


def test_a_link_adds_nothing_to_an_account_that_is_there_but_by_its_owner(database: Database, cast: Cast) -> None:
    """Two studies invite the same address. Who holds one link must not get the other study's role with it."""
    with database.transaction() as session:
        garden, harbour = send(session, cast.study), send(session, cast.other_study, "owner")
        cleo = take(session, garden)
        with pytest.raises(AlreadyStaff):
            take(session, harbour, code="000000")
        rena, _ = make_staff(session, "Rena")
        hers = find_caller(session, open_session(session, rena, browser="", now=NOW), NOW)
        with pytest.raises(InvitationUnknown):
            accept_as(session, hers, harbour, secret=SECRET, now=NOW)
        caller = find_caller(session, open_session(session, cleo, browser="", now=NOW), NOW)
        assert not caller.may("owner", cast.other_study.id)
        accept_as(session, caller, harbour, secret=SECRET, now=NOW)
        caller = find_caller(session, open_session(session, cleo, browser="", now=NOW), NOW)
        assert caller.may("owner", cast.other_study.id)
        assert not caller.may("owner", cast.study.id)


def test_who_has_an_account_gets_the_role_at_once_and_only_once(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        cleo, _ = make_staff(session)
        assert invite(session, OWNER, cleo.mail, secret=SECRET, now=NOW, study=cast.study, role="owner").token is None
        with pytest.raises(AlreadyMember):
            invite(session, OWNER, cleo.mail, secret=SECRET, now=NOW, study=cast.study, role="researcher")
        with pytest.raises(AlreadyStaff):
            invite(session, OWNER, cleo.mail, secret=SECRET, now=NOW)


def test_access_given_anew_changes_nothing_until_it_is_taken_and_then_ends_what_was(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        cleo, _ = make_staff(session, roles={session.merge(cast.study): "coordinator"})
        before, hashed = open_session(session, cleo, browser="", now=NOW), cleo.password_hash
        token = renew_access(session, OWNER, cleo.id, secret=SECRET, now=NOW).token
        assert token is not None
        assert find_caller(session, before, NOW).id == cleo.id
        assert cleo.password_hash == hashed
        take(session, token, password="heel iets anders dan eerst", name="Cleo")
        assert cleo.password_hash != hashed
        with pytest.raises(DomainError):
            find_caller(session, before, NOW)
        assert session.get_one(StudyRole, (cleo.id, cast.study.id)).role == "coordinator"


def make_passkey(session: Session, staff: Staff) -> None:
    key = Passkey(credential=staff.id.bytes, staff_id=staff.id, name="key", public_key=b"k", sign_count=0)
    key.created_at = NOW
    add(session, key)


def count_passkeys(session: Session, staff: Staff) -> int:
    return len(session.scalars(select(Passkey).where(Passkey.staff_id == staff.id)).all())


def test_of_several_links_to_begin_anew_the_newest_opens_and_none_after_it_was_used(database: Database) -> None:
    """A mail that went astray last week must not outlive the password that was set today."""
    with database.transaction() as session:
        cleo, _ = make_staff(session)
        first, second = (renew_access(session, OWNER, cleo.id, secret=SECRET, now=NOW).token for _ in range(2))
        assert first is not None
        assert second is not None
        with pytest.raises(InvitationUnknown):
            find_invitation(session, first, NOW)
        # One of the time before they withdrew each other.
        session.execute(update(Invitation).where(Invitation.revoked_at.is_not(None)).values(revoked_at=None))
        take(session, second, password="heel iets anders dan eerst")
        for token in (first, second):
            with pytest.raises(InvitationUnknown):
                find_invitation(session, token, NOW)


def test_who_begins_anew_leaves_no_passkey_behind(database: Database) -> None:
    """Whoever had her account may have made one, and then a new password alone would not keep that one out."""
    with database.transaction() as session:
        cleo, _ = make_staff(session)
        make_passkey(session, cleo)
        token = renew_access(session, OWNER, cleo.id, secret=SECRET, now=NOW).token
        assert count_passkeys(session, cleo) == 1, "nothing changes before she has"
        take(session, token or "", password="heel iets anders dan eerst")
        assert count_passkeys(session, cleo) == 0


@pytest.mark.postgres
def test_a_link_that_is_withdrawn_while_it_is_used_opens_nothing(database: Database) -> None:
    """An account that is ended at the same moment is ended."""
    with database.transaction() as session:
        make_staff(session, "Otto", administrator=True)
        cleo, _ = make_staff(session)
        token = renew_access(session, OWNER, cleo.id, secret=SECRET, now=NOW).token or ""
    with ThreadPoolExecutor(1) as pool, database.transaction() as ending:

        def use() -> str:
            with database.transaction() as session:
                try:
                    take(session, token, password="heel iets anders dan eerst")
                except InvitationUnknown:
                    return "unknown"
            return "taken"

        end_account(ending, OWNER, cleo.id, secret=SECRET, now=NOW)
        using = pool.submit(use)
        with pytest.raises(TimeoutError):
            using.result(timeout=0.7)
        ending.commit()
        assert using.result(timeout=10) == "unknown"
    with database.reading() as session:
        assert session.get_one(Staff, cleo.id).ended_at == NOW


def test_a_changed_role_counts_at_once_and_signs_out(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        cleo, _ = make_staff(session, roles={study: "coordinator"})
        token = open_session(session, cleo, browser="", now=NOW)
        assert find_caller(session, token, NOW).may("coordinator", study.id)
        change_role(session, OWNER, cleo.id, study, "researcher", secret=SECRET, now=NOW)
        with pytest.raises(DomainError):
            find_caller(session, token, NOW)
        caller = find_caller(session, open_session(session, cleo, browser="", now=NOW), NOW)
        assert not caller.may("coordinator", study.id)
        assert caller.may("researcher", study.id)


def test_a_study_keeps_an_owner(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        otto, _ = make_staff(session, "Otto", roles={study: "owner"})
        for act in (
            lambda: change_role(session, OWNER, otto.id, study, "researcher", secret=SECRET, now=NOW),
            lambda: remove_from_study(session, OWNER, otto.id, study, secret=SECRET, now=NOW),
            lambda: end_account(session, OWNER, otto.id, secret=SECRET, now=NOW),
        ):
            with pytest.raises(LastOwner):
                act()
        make_staff(session, "Rena", roles={study: "owner"})
        remove_from_study(session, OWNER, otto.id, study, secret=SECRET, now=NOW, why="moved")
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert entry is not None
        assert (entry.action, entry.study, entry.subject, entry.why, entry.facts) == (
            "staff.removed",
            "garden",
            "otto@kiem.example",
            "moved",
            {"role": "owner"},
        )


@pytest.mark.postgres
def test_two_owners_cannot_remove_each_other_at_the_same_moment(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        owners = [make_staff(session, name, roles={study: "owner"})[0] for name in ("Otto", "Rena")]

    def remove(staff: Staff) -> str:
        try:
            with database.transaction(role="desk") as session:
                remove_from_study(session, OWNER, staff.id, cast.study, secret=SECRET, now=NOW)
        except LastOwner:
            return "kept"
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, owners)) == ["gone", "kept"]


def test_an_ended_account_has_nothing_left_and_may_be_invited_again(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        cleo, _ = make_staff(session, roles={study: "coordinator"}, administrator=True)
        with pytest.raises(LastAdministrator):
            end_account(session, OWNER, cleo.id, secret=SECRET, now=NOW)
        with pytest.raises(NotYourself):
            end_account(session, Actor(staff_id=cleo.id, who=cleo.mail), cleo.id, secret=SECRET, now=NOW)
        make_staff(session, "Otto", administrator=True)
        token = open_session(session, cleo, browser="", now=NOW)
        make_passkey(session, cleo)
        cleo.oidc_subject = b"who she was to the organisation"
        end_account(session, OWNER, cleo.id, secret=SECRET, now=NOW)
        with pytest.raises(DomainError):
            find_caller(session, token, NOW)
        assert session.get(StudyRole, (cleo.id, study.id)) is None
        assert not cleo.administrator
        again = take(session, send(session, study, "researcher"), now=NOW + timedelta(minutes=1))
        assert (again.id, again.ended_at) == (cleo.id, None)
        assert again.oidc_subject is None, "the address may be somebody else's by now"
        assert count_passkeys(session, again) == 0
