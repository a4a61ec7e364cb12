import pytest
from sqlalchemy.orm import Session

from server.audit.service import Actor, record, subject_of
from server.context import Context
from server.db import Database
from server.rights.erasing import Keeper
from server.rights.keeping import keeper_of
from tests.cast import NOW, Cast
from tests.server.rights.living import fill_every_table


@pytest.fixture
def keeper(context: Context) -> Keeper:
    """Where this installation writes erasures down."""
    return keeper_of(context)


@pytest.fixture
def lived(database: Database, cast: Cast, context: Context) -> Cast:
    """Noor and Sam have both been through everything: a row in every table that is about participants."""

    def live(session: Session) -> None:
        for member in (cast.noor, cast.sam):
            fill_every_table(session, member.participant)
            subject = subject_of(member.participant.id, secret=context.secret)
            record(session, Actor(), "participant.new_code", secret=context.secret, now=NOW, subject=subject)

    with database.transaction() as session:
        live(session)
    return cast
