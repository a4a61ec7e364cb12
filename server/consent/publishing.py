"""Putting consent texts in force, and finding the one that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.announcing import Named, announce, is_another_promise
from server.consent.models import ConsentText
from server.consent.renewing import Asked, ask_again, foresee_asked, is_anybody_waiting
from server.consent.texts import Sections, as_json, default_texts, fingerprint
from server.errors import DomainError
from server.studies.models import Study
from server.studies.service import protocol_of


class ReasonNeeded(DomainError):
    """Say why this text needs no new consent; the log keeps the reason."""

    status = 422
    code = "reason-needed"


class NothingNew(DomainError):
    """This is the text that is in force already."""

    status = 409
    code = "nothing-new"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """The version in force now, whether it is a ``new`` one, and who is asked again because of it."""

    version: int
    new: bool
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """What other names would do to the text in force, which is ``version``.

    A text that the study wrote itself (``own``) stays as it is. Else a new one comes, with what is different
    (``changes``, a text for each language); where it ``binds``, ``asked`` are asked again.
    """

    version: int
    own: bool
    binds: bool = False
    asked: Asked = field(default_factory=Asked)
    changes: Mapping[str, str] = field(default_factory=dict)


def publish(
    session: Session,
    study: Study,
    texts: Mapping[str, Sections],
    *,
    now: datetime,
    binding: bool = True,
    changes: Mapping[str, str] | None = None,
    own: bool = False,
) -> Published:
    """Put these texts (language -> sections) in force. The very same texts again change nothing.

    A ``binding`` version makes every earlier yes one to be given again (`server.consent.renewing`); one that does not
    bind is a correction, to which earlier yeses go on. The first version of a study always binds. ``changes`` says in
    each language what is different; ``own`` marks a text that the study wrote itself. In one that comes with Kiem it
    also says what was different in the one before, as long as somebody has not said yes to that yet.
    """
    session.get_one(Study, study.id, with_for_update={"key_share": True})  # two publishers get two versions
    present = {text.language: text.sha256 for text in texts_in_force(session, study)}
    wanted = _fingerprints(texts)
    newest = session.scalar(select(func.max(ConsentText.version)).where(ConsentText.study_id == study.id)) or 0
    if present == wanted:
        return Published(version=newest, new=False)
    if not own:
        changes = _with_earlier(session, study, changes or {}, now)
    session.add_all(
        ConsentText(
            study_id=study.id,
            version=newest + 1,
            language=language,
            body=as_json(sections),
            sha256=wanted[language],
            binding=binding or newest == 0,
            changes=(changes or {}).get(language) or None,
            own=own,
            published_at=now,
        )
        for language, sections in texts.items()
    )
    session.flush()
    asked = ask_again(session, study, now=now) if binding and newest else Asked()
    return Published(version=newest + 1, new=True, asked=asked)


def publish_own(
    session: Session,
    study: Study,
    texts: Mapping[str, Sections],
    *,
    changes: Mapping[str, str],
    binding: bool,
    why: str,
    now: datetime,
) -> Published:
    """Put a study's own text in force. One that asks nobody again must say ``why``; the caller's log keeps it.

    Raises `ReasonNeeded`, `NothingNew`.
    """
    if not binding and not why.strip():
        raise ReasonNeeded
    published = publish(session, study, texts, now=now, binding=binding, changes=changes, own=True)
    if not published.new:
        raise NothingNew
    return published


def publish_default(
    session: Session,
    study: Study,
    *,
    institution: str,
    contact: Mapping[str, object],
    parents_required: int = 1,
    was: Named | None = None,
    now: datetime,
) -> Published:
    """Note who is responsible for the study and whom to ask, and publish the text that comes with Kiem.

    A text that the study wrote itself stays. Whoever agreed before is told what is different, and asked again where it
    is another promise (`server.consent.announcing`). ``was`` are the names before, where the caller has already
    changed one of them.
    """
    was = was or names_of(study)
    study.institution, study.contact, study.parents_required = institution, dict(contact), parents_required
    in_force = texts_in_force(session, study)
    if any(text.own for text in in_force):
        return Published(version=in_force[0].version, new=False)
    draft, old = draft_default(study), {text.language: text.body for text in in_force}
    will = names_of(study)
    binding = is_another_promise(was, will, old, draft)
    return publish(session, study, draft, now=now, binding=binding, changes=announce(was, will, old, draft))


def foresee_default(session: Session, study: Study, will: Named, *, now: datetime) -> Foreseen | None:
    """What saving these names would do to the text in force; None for nothing, or where there is no text yet.

    Nothing is changed.
    """
    in_force, was = texts_in_force(session, study), names_of(study)
    if not in_force:
        return None
    version, old = in_force[0].version, {text.language: text.body for text in in_force}
    if any(text.own for text in in_force):
        return Foreseen(version=version, own=True) if _says(was) != _says(will) else None
    draft = draft_default(study, will)
    if {text.language: text.sha256 for text in in_force} == _fingerprints(draft):
        return None
    binds = is_another_promise(was, will, old, draft)
    asked = foresee_asked(session, study, now=now) if binds else Asked()
    changes = _with_earlier(session, study, announce(was, will, old, draft), now)
    return Foreseen(version=version, own=False, binds=binds, asked=asked, changes=changes)


def names_of(study: Study) -> Named:
    """Whom the text of this study names."""
    return Named(title=study.title, institution=study.institution or "", contact=study.contact or {})


def draft_default(study: Study, named: Named | None = None) -> dict[str, Sections]:
    """The text that comes with Kiem, filled in for this study (with other names), in every language."""
    protocol, named = protocol_of(study), named or names_of(study)
    return default_texts(
        title=named.title,
        days=protocol.days,
        beeps=protocol.scheme.beeps,
        institution=named.institution,
        contact=named.contact,
        monitored=study.monitoring is not None,
    )


def _with_earlier(session: Session, study: Study, changes: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Whoever waits agreed to a text before the one in force: she is told what was different in that one as well."""
    if not is_anybody_waiting(session, study, now=now):
        return dict(changes)
    earlier = {text.language: text.changes or "" for text in texts_in_force(session, study)}
    return {language: f"{earlier.get(language, '')} {said}".strip() for language, said in changes.items()}


def _says(named: Named) -> tuple[object, ...]:
    return dict(named.title), named.institution, named.reach


def _fingerprints(texts: Mapping[str, Sections]) -> dict[str, str]:
    return {language: fingerprint(language, sections) for language, sections in texts.items()}


def find_text(session: Session, study: Study, language: str) -> ConsentText | None:
    """The text in force in this language, or in the first one there is; None for a study without a text."""
    texts = {text.language: text for text in texts_in_force(session, study)}
    return texts.get(language) or next(iter(texts.values()), None)


def texts_in_force(session: Session, study: Study) -> Sequence[ConsentText]:
    """The newest version in every language; nothing for a study without a text."""
    newest = select(func.max(ConsentText.version)).where(ConsentText.study_id == study.id).scalar_subquery()
    texts = select(ConsentText).where(ConsentText.study_id == study.id, ConsentText.version == newest)
    return session.scalars(texts.order_by(ConsentText.language.desc())).all()


def binding_version(session: Session, study: Study) -> int:
    """The oldest version to which a yes still counts: the last that was more than a correction; 0 without a text."""
    found = select(func.max(ConsentText.version)).where(ConsentText.study_id == study.id, ConsentText.binding)
    return session.scalar(found) or 0
