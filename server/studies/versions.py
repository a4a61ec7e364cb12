"""The protocol in force for a study: as it was released, or with the study's own rules of a numbered version."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.content import protocols
from server.db import insert_into
from server.errors import DomainError
from server.studies.models import RulesVersion, Study
from server.studies.rules import StudyRules, rules_of, with_rules

Under = tuple[uuid.UUID, str, int]
"""Study, key of its protocol, version of its own rules (0: none): what a beep was planned under."""


class RulesChanged(DomainError):
    """Somebody else saved other rules meanwhile; look at them and decide again."""

    status = 409
    code = "rules-changed"


def protocol_in_force(key: str, rules: Mapping[str, Any] | None, version: int) -> Protocol:
    """The protocol with the rules of this version. KeyError when this installation lacks the protocol."""
    released = protocols()[key]
    return released if rules is None else with_rules(released, StudyRules.from_json(rules, released), version)


def rules_in_force(study: Study) -> StudyRules:
    """The study's own rules, or what its protocol says. KeyError when this installation lacks the protocol."""
    released = protocols()[study.protocol]
    return rules_of(released) if study.rules is None else StudyRules.from_json(study.rules, released)


def protocols_under(session: Session, wanted: Collection[Under]) -> dict[Under, Protocol]:
    """The protocol of each of these, as it stood then; one that this installation lacks is left out.

    Asks the database only for versions above 0.
    """
    numbered = {(study, version) for study, _key, version in wanted if version}
    rows: dict[tuple[uuid.UUID, int], Mapping[str, Any]] = {}
    if numbered:
        found = session.execute(
            select(RulesVersion.study_id, RulesVersion.version, RulesVersion.rules).where(
                RulesVersion.study_id.in_({study for study, _version in numbered})
            )
        )
        rows = {(row.study_id, row.version): row.rules for row in found}
    return {
        (study, key, version): protocol_in_force(key, rows.get((study, version)), version)
        for study, key, version in wanted
        if key in protocols()
    }


def list_versions(session: Session, study_id: uuid.UUID) -> list[RulesVersion]:
    """Every version of a study's own rules, the newest first."""
    statement = select(RulesVersion).where(RulesVersion.study_id == study_id)
    return list(session.scalars(statement.order_by(RulesVersion.version.desc())))


def add_version(
    session: Session, study: Study, rules: StudyRules, *, base: int, by: str, why: str, now: datetime
) -> int:
    """Make these the study's rules; the number of the new version. ``study`` is a row of this session.

    ``base`` is the version that whoever decided had before her. Raises `RulesChanged` when it is not in force any more.
    """
    session.refresh(study, with_for_update={"key_share": True, "of": Study})
    if study.rules_version != base:
        raise RulesChanged
    values = {"study_id": study.id, "version": base + 1, "rules": rules.as_json(), "by": by, "why": why, "made_at": now}
    session.execute(insert_into(session, RulesVersion).values(values))
    study.rules, study.rules_version = rules.as_json(), base + 1
    session.flush()
    return base + 1
