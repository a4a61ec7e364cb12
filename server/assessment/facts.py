"""What is known of a study without asking anybody: read from its rows, its protocol and the installation's settings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prompts.measures import MEASURES
from server.config import Settings
from server.consent.models import ConsentText
from server.content import instruments
from server.delivery.addresses import PUSH_HOSTS
from server.export.models import Export
from server.export.profiles import NEVER
from server.people.models import Participant
from server.rights.models import StudyRetention
from server.rights.retention import CONTACT_DAYS, LOGS_FOR
from server.staff.models import StudyRole
from server.studies.models import Study
from server.studies.service import protocol_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One questionnaire: how many questions, how many of them are answered in one's own words, and the titles of what
    they measure."""

    key: str
    title: Mapping[str, str]
    items: int
    texts: int
    measures: Sequence[Mapping[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A study as a privacy officer asks about it. ``roles`` counts staff, ``exports`` the bundles made so far."""

    name: str
    title: Mapping[str, str]
    institution: str | None
    contact: Mapping[str, Any] | None
    opens_on: date | None
    closes_on: date | None
    protocol: str
    protocol_title: Mapping[str, str]
    days: int
    asked: Sequence[Asked]
    participants: int
    parents_required: int
    consent_version: int | None
    consent_sha256: Mapping[str, str]
    monitored: bool
    contact_days: int
    answers_until: date | None
    log_days: int
    roles: Mapping[str, int]
    exports: Mapping[str, int]
    never_exported: Sequence[str]
    push_hosts: Sequence[str]
    mail_host: str | None
    public_url: str
    tls: bool


def gather(session: Session, study: Study, settings: Settings) -> Facts:
    """Everything that stands in the configuration; what people must decide is not in it."""
    protocol = protocol_of(study)
    known = instruments()
    kept = session.get(StudyRetention, study.id)
    texts = list(session.scalars(select(ConsentText).where(ConsentText.study_id == study.id)))
    newest = max((row.version for row in texts), default=None)
    roles = Counter(session.scalars(select(StudyRole.role).where(StudyRole.study_id == study.id)))
    made = Counter(session.scalars(select(Export.profile).where(Export.study_id == study.id)))
    people = session.scalar(select(func.count()).select_from(Participant).where(Participant.study_id == study.id))
    return Facts(
        name=study.name,
        title=study.title,
        institution=study.institution,
        contact=study.contact,
        opens_on=study.opens_on,
        closes_on=study.closes_on,
        protocol=protocol.edition,
        protocol_title=protocol.title,
        days=protocol.days,
        asked=[_describe(known[key]) for key in dict.fromkeys(protocol.instruments_by_slot)],
        participants=people or 0,
        parents_required=study.parents_required,
        consent_version=newest,
        consent_sha256={row.language: row.sha256 for row in texts if row.version == newest},
        monitored=study.monitoring is not None,
        contact_days=kept.contact_days if kept else CONTACT_DAYS,
        answers_until=kept.answers_until if kept else None,
        log_days=LOGS_FOR.days,
        roles=dict(sorted(roles.items())),
        exports=dict(sorted(made.items())),
        never_exported=NEVER,
        push_hosts=(*PUSH_HOSTS, *settings.push_extra_hosts),
        mail_host=settings.smtp.host if settings.smtp else None,
        public_url=settings.public_url,
        tls=settings.secure,
    )


def _describe(instrument: Any) -> Asked:
    items = instrument.items
    return Asked(
        key=instrument.key,
        title=instrument.title,
        items=len(items),
        texts=sum(item.type == "text" for item in items),
        measures=[MEASURES[name].title for name in sorted({rule.name for rule in instrument.measures})],
    )
