"""Separation of duties is in the database: whoever serves staff cannot read an answer, whatever the code says."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask import Response as FlaskResponse
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.app import create_app
from server.context import Context, current
from server.db import Database, acting_as
from server.delivery.models import Device
from server.diary.models import ChallengeOutcome, Response
from server.duties import RoleMissing, _make_schema, install_duties
from server.grants import DESK, ROLES, VIEWS, WITHHELD
from server.models import Base
from server.people.models import DeviceToken, Participant
from server.planning.models import Beep
from server.staff.auth import staff_required
from server.staff.models import Staff
from tests.cast import Cast
from tests.databases import both_databases
from tests.factories import make_beep, make_outcome, make_response
from tests.server.desk.desk import sign_in

REFUSED = "permission denied|prohibited|not authorized"
ANSWERS: dict[str, Callable[[Session], Any]] = {
    "all of a response": lambda s: s.scalars(select(Response)).all(),
    "the answers alone": lambda s: s.execute(select(Response.answers)).all(),
    "how many responses": lambda s: s.execute(text("SELECT count(*) FROM response")).all(),
    "a response by a join": lambda s: s.execute(
        select(Beep.slot, Response.measures).join(Response, Response.participant_id == Beep.participant_id)
    ).all(),
    "a response in a condition": lambda s: s.execute(
        text("SELECT 1 FROM beep WHERE EXISTS (SELECT 1 FROM response r WHERE r.scoring_version = 1)")
    ).all(),
    "a copy of a response": lambda s: s.execute(
        text("INSERT INTO heartbeat (round, at, handled) SELECT instrument, received_at, 1 FROM response")
    ),
    "a changed response": lambda s: s.execute(update(Response).values(scoring_version=2)),
    "a challenge's outcome": lambda s: s.execute(select(ChallengeOutcome.fun)).all(),
    "where a phone is pushed": lambda s: s.execute(select(Device.endpoint)).all(),
    "the keys of a phone": lambda s: s.scalars(select(Device)).all(),
    "the token of a phone": lambda s: s.execute(select(DeviceToken.token_hash)).all(),
    "a changed audit entry": lambda s: s.execute(text("UPDATE audit_entry SET who = 'x'")),
    "a deleted participant": lambda s: s.execute(delete(Participant)),
    "a table of its own": lambda s: s.execute(text("CREATE TABLE loot AS SELECT 1 AS one")),
}


@pytest.fixture
def answered(database: Database, cast: Cast) -> Cast:
    """Noor answered a beep and did a challenge."""
    with database.transaction() as session:
        noor = session.merge(cast.noor.participant)
        make_response(session, beep=make_beep(session, participant=noor, slot=1))
        make_outcome(session, beep=make_beep(session, participant=noor, slot=0))
    return cast


@both_databases
@pytest.mark.parametrize("what", ANSWERS)
def test_the_desk_is_refused(database: Database, answered: Cast, what: str) -> None:
    with database.transaction() as session:
        if what not in ("a copy of a response", "a table of its own", "a changed audit entry", "a deleted participant"):
            ANSWERS[what](session)  # the process itself may
        session.rollback()

    def attempt(session: Session) -> None:
        ANSWERS[what](session)

    with pytest.raises(DBAPIError, match=REFUSED), database.transaction(role="desk") as session:
        attempt(session)


@both_databases
def test_what_the_desk_needs_it_may(database: Database, answered: Cast) -> None:
    with database.transaction(role="desk") as session:
        row = session.execute(text("SELECT * FROM answered_beep")).one()
        assert set(row._mapping) == {"participant_id", "local_date", "slot", "finished_at", "received_at"}
        assert session.scalar(select(func.count()).select_from(Participant)) == 3
        assert session.execute(select(Device.platform, Device.retired_why)).all() == []
        session.execute(update(DeviceToken).where(DeviceToken.participant_id.is_not(None)).values(revoked_at=None))


@both_databases
def test_a_plan_that_is_made_anew_takes_its_rows_along(database: Database, answered: Cast) -> None:
    """Deleting a beep cascades to what hangs on it; that is not reading it."""
    with database.transaction(role="desk") as session:
        session.execute(delete(Beep))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0


@both_databases
@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_a_challenge_is_counted_over_five_people_or_not_at_all(
    database: Database, cast: Cast, people: int, shown: bool
) -> None:
    from tests.factories import make_participant

    with database.transaction() as session:
        for number in range(people):
            person = make_participant(session, study=session.merge(cast.study))
            make_outcome(
                session, beep=make_beep(session, participant=person, slot=0), fun=20 * number, slug="compliment"
            )
    with database.reading(role="desk") as session:
        row = session.execute(text("SELECT * FROM challenge_tally")).one()
    assert (row.slug, row.study_id is not None) == ("compliment", True)
    assert (row.people, row.fun) == ((5, 40.0) if shown else (None, None))
    assert (row.done is not None) is shown


@both_databases
def test_rights_are_given_back_with_the_connection(database: Database, answered: Cast) -> None:
    for _ in range(3):
        with database.reading(role="desk") as session:
            session.execute(text("SELECT count(*) FROM participant"))
        with database.reading() as session:
            assert len(session.scalars(select(Response)).all()) == 1
    with acting_as("desk"), database.reading() as session, pytest.raises(DBAPIError, match=REFUSED):
        session.execute(select(Response.answers))
    with acting_as("desk"), acting_as(None), database.reading() as session:
        assert session.execute(select(Response.answers)).all()


@both_databases
def test_a_rollback_midway_gives_no_rights_back(database: Database, answered: Cast) -> None:
    with database.reading(role="desk") as session:
        for _ in range(2):
            with pytest.raises(DBAPIError, match=REFUSED):
                session.execute(select(Response.answers))
            session.rollback()


@both_databases
def test_a_coordinators_request_cannot_read_an_answer(context: Context, database: Database, answered: Cast) -> None:
    """A view with a mistake in it, in the real application: the database itself says no."""
    caught: list[BaseException] = []

    @staff_required(role="coordinator", study_arg="study_name")
    def leak(*, staff: object, study: object) -> FlaskResponse:
        with current().database.reading() as session:
            try:
                return FlaskResponse(str(session.scalars(select(Response)).all()))
            except DBAPIError as error:
                caught.append(error)
                raise

    app = create_app(context)  # its own: another route is put into it
    app.add_url_rule("/desk/studies/<study_name>/leak", "leak", leak)
    desk = sign_in(app, database, roles={answered.study: "coordinator"})
    answer = desk.get(f"/desk/studies/{answered.study.name}/leak")
    assert answer.status_code == 500
    assert len(caught) == 1
    assert "answers" not in answer.get_data(as_text=True)
    # The same request without the role would have shown it: the refusal is the database's, not the view's.
    with database.reading() as session:
        assert session.scalars(select(Response)).all()


def test_every_table_is_open_or_closed_to_the_desk_on_purpose() -> None:
    tables = set(Base.metadata.tables)
    undecided = tables - DESK.keys() - WITHHELD
    assert undecided == set(), "say in server/grants.py what the desk may do with it, or that it is withheld"
    assert DESK.keys() - tables == set()
    assert DESK.keys() & WITHHELD == set()
    for grants in ROLES.values():
        for table, grant in grants.items():
            columns = set(Base.metadata.tables[table].columns.keys())
            assert (set(grant.select) | set(grant.update)) - {"*"} <= columns


@pytest.mark.postgres
def test_installing_twice_changes_nothing_and_takes_back_what_was_granted_by_hand(
    database: Database, answered: Cast
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON response TO kiem_desk"))
    with database.reading(role="desk") as session:
        assert session.execute(text("SELECT count(*) FROM response")).scalar() == 1
    with database.engine.begin() as connection:
        install_duties(connection)
        install_duties(connection)
    with database.reading(role="desk") as session, pytest.raises(DBAPIError, match=REFUSED):
        session.execute(text("SELECT count(*) FROM response"))


@both_databases
def test_views_show_no_answer(database: Database) -> None:
    """Their columns are counts, keys and times; a new one has to be looked at here."""
    with database.reading() as session:
        columns = {name: set(session.execute(text(f"SELECT * FROM {name}")).keys()) for name in VIEWS}  # noqa: S608
    assert columns == {
        "answered_beep": {"participant_id", "local_date", "slot", "finished_at", "received_at"},
        "card_tally": {"study_id", "people", "shown", "dismissed"},
        "challenge_tally": {"study_id", "slug", "people", "done", "skipped", "swapped", "fun", "helped"},
    }


@both_databases
def test_staff_can_be_written_with_the_desks_own_rights(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    assert desk.post("/desk/account", name="Cleo de Vries", language="nl").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Staff.name)).one() == "Cleo de Vries"


@pytest.mark.postgres
def test_a_user_who_may_make_no_schema_is_told_what_to_have_run(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("DROP SCHEMA identity CASCADE"))
        connection.execute(text("CREATE ROLE somebody_small"))
        connection.execute(text("GRANT kiem_desk, kiem_identity TO somebody_small"))
        connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO somebody_small"))
        connection.execute(text("SET ROLE somebody_small"))
        with pytest.raises(RoleMissing, match=r'CREATE SCHEMA identity AUTHORIZATION "somebody_small"'):
            _make_schema(connection, "identity")
        connection.rollback()
