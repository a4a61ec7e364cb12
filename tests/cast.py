"""Who plays in the tests, always the same people at the same moment.

Noor (15) and Sam are in the study ``garden``; Sam must never see what is Noor's. Zoë is in another study, ``harbour``.
The clock stands at Wednesday 4 March 2026, noon in Amsterdam; everybody started on Monday the 2nd.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from server.people.models import Participant
from server.studies.models import JoinCode, Study
from tests.factories import make_join_code, make_participant, make_study, make_token

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
TODAY = date(2026, 3, 4)
STARTED = date(2026, 3, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A participant with the secret of her phone."""

    participant: Participant
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a program sends to be this person."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Everybody, with the studies they are in and a code that opens the first one."""

    study: Study
    other_study: Study
    join_code: JoinCode
    noor: Member
    sam: Member
    zoe: Member


def make_cast(session: Session) -> Cast:
    """Put the cast into an empty database."""
    garden = make_study(session, name="garden")
    harbour = make_study(session, name="harbour", seed=b"h" * 32)
    return Cast(
        study=garden,
        other_study=harbour,
        join_code=make_join_code(session, study=garden),
        noor=_member(session, garden, "NRNR234", birth_year=2011),
        sam=_member(session, garden, "SMSM234", birth_year=2009, language="en"),
        zoe=_member(session, harbour, "ZAZA234", birth_year=2008),
    )


def _member(session: Session, study: Study, code: str, *, birth_year: int, language: str = "nl") -> Member:
    participant = make_participant(session, study=study, code=code, birth_year=birth_year, language=language)
    return Member(participant=participant, token=make_token(session, participant))
