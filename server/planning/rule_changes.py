"""Changing a study's own rules: what there is to choose from, what is not allowed, what it would do, and saving it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from challenges.strategies import STRATEGIES
from prompts.protocols import Protocol
from server.consent.figures import renew_text
from server.consent.publishing import Published
from server.content import instruments, protocols
from server.coordination.service import live_pool
from server.errors import DomainError
from server.planning.impact import Impact, foresee
from server.studies.delicate import require_monitoring
from server.studies.models import Study
from server.studies.rule_checks import RuleProblem, check_rules, offered_instruments
from server.studies.rules import StudyRules, with_rules
from server.studies.versions import RulesChanged, add_version, rules_in_force


class RulesRefused(DomainError):
    """The protocol does not allow these rules; see errors."""

    status = 422
    code = "rules-refused"


class RulesAlike(DomainError):
    """These are the rules that are in force already."""

    status = 409
    code = "rules-alike"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """The number of the new version, and the consent text that was published with it, where the old one said other
    figures."""

    version: int
    text: Published | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a study may choose from: keys of questionnaires, names of strategies, slugs of challenges with titles."""

    instruments: list[str]
    strategies: list[str]
    challenges: dict[str, dict[str, str]]


def offer(session: Session, study: Study) -> Offer:
    """What there is to choose from now."""
    return Offer(
        instruments=offered_instruments(protocols()[study.protocol], instruments()),
        strategies=list(STRATEGIES),
        challenges={one.slug: dict(one.title) for one in live_pool(session)},
    )


def find_problems(session: Session, study: Study, rules: StudyRules) -> list[RuleProblem]:
    """Everything that these rules ask and the study's protocol does not allow."""
    there = offer(session, study)
    return check_rules(
        protocols()[study.protocol],
        rules,
        zone=study.zone,
        instruments=there.instruments,
        strategies=there.strategies,
        challenges=there.challenges,
    )


def foresee_rules(session: Session, study: Study, rules: StudyRules, *, now: datetime) -> Impact:
    """What these rules would do to the coming days. Raises `RulesRefused`, `RulesAlike`, `MonitoringNeeded`."""
    _require_allowed(session, study, rules)
    return foresee(session, study, protocol_with(study, rules), now=now)


def save_rules(
    session: Session, study_id: uuid.UUID, rules: StudyRules, *, base: int, by: str, why: str, now: datetime
) -> Saved:
    """Make these the rules of the study; the worker plans coming days anew in its next round. A consent text that comes
    with Kiem is published anew with other figures, see `server.consent.figures`.

    Raises `RulesRefused`, `RulesAlike`, `RulesChanged` when version ``base`` is not in force any more, and
    `MonitoringNeeded` when they ask about suicide while nobody looks after the answers.
    """
    study = session.get_one(Study, study_id, with_for_update=True)  # monitoring does not end meanwhile
    if study.rules_version != base:
        raise RulesChanged
    _require_allowed(session, study, rules)
    version = add_version(session, study, rules, base=base, by=by, why=why, now=now)
    return Saved(version=version, text=renew_text(session, study, now=now))


def protocol_with(study: Study, rules: StudyRules) -> Protocol:
    """The study's protocol as it would be with these rules."""
    return with_rules(protocols()[study.protocol], rules, study.rules_version + 1)


def _require_allowed(session: Session, study: Study, rules: StudyRules) -> None:
    problems = find_problems(session, study, rules)
    if problems:
        raise RulesRefused(
            errors=[
                {"where": one.field, "code": one.code, "message": one.text["en"], "text": dict(one.text)}
                for one in problems
            ]
        )
    if rules == rules_in_force(study):
        raise RulesAlike
    require_monitoring(study, protocol_with(study, rules))
