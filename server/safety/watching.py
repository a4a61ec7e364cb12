"""The worker's look for signs: alerts of every monitored study, and a mail to its staff that there is something to see.

The mail says in which study, never about whom or what: letterboxes are read by others. It is sent outside any
transaction and only once; the alert stands at the desk whether it leaves or not.
"""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import Clock
from server.db import Database
from server.mail.port import Mailer, MailFailed, Message
from server.safety.alerts import raise_alerts
from server.staff.models import Staff, StudyRole
from server.studies.models import Study

log = structlog.get_logger()

_SUBJECT = {"nl": "Er is een signaal in je onderzoek", "en": "There is an alert in your study"}
_TEXT = {
    "nl": """\
In het onderzoek “{title}” is een signaal. Kijk bij Veiligheid, en doe wat in het protocol staat.

{link}

Dit bericht zegt niet om wie of wat het gaat. Antwoorden op dit bericht heeft geen zin.
""",
    "en": """\
There is an alert in the study “{title}”. Have a look at Safety, and do what the protocol says.

{link}

This message does not say about whom or what it is. There is no point in replying to it.
""",
}


def watch_studies(database: Database, mailer: Mailer, clock: Clock, *, public_url: str) -> int:
    """Look through every monitored study once; how many alerts are new."""
    raised = 0
    with database.reading() as session:
        watched = session.scalars(select(Study.id).where(Study.monitoring.is_not(None)).order_by(Study.id)).all()
    for study_id in watched:
        with database.transaction() as session:
            study = session.get_one(Study, study_id)
            new = raise_alerts(session, study, now=clock.now())
            mails = _write(session, study, public_url, clock.now()) if new else []
        raised += len(new)
        for message in mails:
            try:
                mailer.send(message)
            except MailFailed as error:
                log.warning("a mail about an alert did not leave", action="alert.mail_failed", why=error.why)
    return raised


def _write(session: Session, study: Study, public_url: str, now: datetime) -> list[Message]:
    """One to every coordinator and owner whose account stands."""
    staff = session.scalars(
        select(Staff)
        .join(StudyRole, StudyRole.staff_id == Staff.id)
        .where(StudyRole.study_id == study.id, StudyRole.role.in_(("coordinator", "owner")))
        .where(Staff.ended_at.is_(None) | (Staff.ended_at > now))
        .order_by(Staff.mail)
    )
    link = f"{public_url}/desk/studies/{study.name}/safety"
    return [
        Message(
            to=one.mail,
            subject=_SUBJECT[one.language],
            text=_TEXT[one.language].format(title=study.title[one.language], link=link),
            language=one.language,
        )
        for one in staff
    ]
