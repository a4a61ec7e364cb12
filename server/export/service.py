"""Exports as use cases: prepare, build, register, make again, destroy keys in time."""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from server.content import instruments, protocols
from server.coordination.models import ChallengeVersion
from server.db import Database
from server.export.assembly import Contents, Progress, write_bundle
from server.export.bundle import Packed, pack
from server.export.documents import About
from server.export.generalise import ordinary
from server.export.kanonymity import anonymise
from server.export.keys import linking_secret, unwrap, wrap
from server.export.models import Export, ExportMember
from server.export.people import select_members
from server.export.plan import Plan
from server.export.profiles import Profile, ProfileProblem, choose
from server.export.pseudonyms import agreement_key, pseudonyms
from server.export.register import Recorded, find_overlaps, levels_to_keep
from server.export.request import (
    ALIASES,
    DemographicUnknown,
    ExportRefused,
    NotAnonymousEnough,
    ReasonNeeded,
    Request,
    Responsible,
    SecondPersonNeeded,
    TooFewPeople,
)
from server.people.models import Participant
from server.planning.models import Beep
from server.studies.models import Study

WITHDRAWAL_WINDOW = timedelta(days=30)
ROW_PROFILES = ("research", "open", "linked")
_STRATEGIES = select(ChallengeVersion.slug, ChallengeVersion.strategy)


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A finished zip that nobody has been given yet."""

    plan: Plan
    contents: Contents
    packed: Packed


@contextmanager
def one_moment(database: Database) -> Iterator[Session]:
    """A session that reads the whole database as it was at one moment, however long that takes, and writes nothing."""
    options = {"kiem_reading": True} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def require_responsible(profile: Profile, responsible: Responsible) -> None:
    """Raises `ReasonNeeded`, `SecondPersonNeeded`."""
    if not responsible.reason.strip():
        raise ReasonNeeded
    second = (responsible.approved_by or "").strip()
    if profile.needs_second_person and (not second or second == responsible.requested_by):
        raise SecondPersonNeeded(f"The profile {profile.name} needs: {profile.approval['en']}.")


def export_key(request: Request, study: Study, *, fresh: bytes, wrapping: bytes) -> bytes:
    """The key of an export's ids: ``fresh``, or for linked exports the one of the agreement. Raises `ExportRefused`."""
    if request.profile != "linked":
        return fresh
    try:
        return agreement_key(linking_secret(wrapping), study=str(study.id), agreement=request.agreement)
    except ValueError as error:
        raise ExportRefused(str(error)) from None


def prepare(session: Session, study: Study, request: Request, *, key: bytes, now: datetime) -> Plan:
    """Who and what will be told. Raises `ExportRefused` or one of its kinds."""
    profile = _profile(request)
    selection = select_members(session, study, profile, now=now)
    if len(selection.members) < profile.minimum_people:
        raise TooFewPeople(
            f"{len(selection.members)} participants can be exported, the profile {profile.name} asks for "
            f"{profile.minimum_people}. " + ", ".join(f"{code}: {n}" for code, n in selection.left_out.items() if n)
        )
    demographics = ordinary(profile.age_bands)
    ranking = tuple(ALIASES.get(name, name) for name in request.ranking)
    unknown = [name for name in ranking if name not in demographics]
    if unknown:
        raise DemographicUnknown(f"{', '.join(unknown)}: there are {', '.join(demographics)}.")
    earlier = _earlier(session, study)
    keep = request.keep_levels if request.keep_levels is not None else levels_to_keep(earlier, demographics)
    people = [member.as_person() for member in selection.members]
    anonymised = anonymise(
        people,
        ranking=ranking,
        demographics=demographics,
        k=profile.k or 1,
        l=profile.l,
        suppression_share=profile.suppression_share,
        most_demographics=profile.most_demographics,
        at_least=keep,
    )
    if profile.name == "open" and not anonymised.met:
        raise NotAnonymousEnough(f"k = {anonymised.k_reached} is reached; the profile open asks for {profile.k}.")
    ids = pseudonyms((member.key for member in selection.members), key=key)
    known = {member.key: member for member in selection.members}
    new = Recorded(
        name="",
        profile=profile.name,
        ids=profile.ids,
        people=frozenset(ids),
        levels=anonymised.levels,
        suppressed=anonymised.suppressed,
    )
    overlaps = find_overlaps(new, earlier, people=people, demographics=demographics, k=profile.k or 1)
    used_instruments, used_protocols = _content_of(session, study)
    about = About(
        name=study.name,
        title=study.title,
        institution=study.institution or "",
        protocols=tuple(protocols()[name] for name in used_protocols),
        instruments=tuple(used_instruments),
        profile=profile,
        people=len(selection.members),
        left_out=selection.left_out,
        anonymised=anonymised,
        licence=request.licence,
    )
    return Plan(
        request=request,
        profile=profile,
        selection=selection,
        members=tuple(known[name] for name in ids),
        ids=ids,
        anonymised=anonymised,
        demographics=demographics,
        ranking=ranking,
        keep_levels=keep,
        overlaps=overlaps,
        instruments=tuple(instruments()[name] for name in used_instruments),
        strategies={slug: strategy for slug, strategy in session.execute(_STRATEGIES)},
        about=about,
    )


def build(session: Session, plan: Plan, target: Path, progress: Progress) -> Built:
    """Write the bundle to ``target``; whoever calls takes care that nobody sees it half. Raises `Incomplete`."""
    with tempfile.TemporaryDirectory(prefix=".kiem-export-", dir=target.parent) as workshop:
        folder = Path(workshop) / "files"
        folder.mkdir()
        contents = write_bundle(session.connection(), plan, folder, progress)
        progress("pack", 0, 1)
        packed = pack(folder, target, inside=f"{plan.about.name}-{plan.profile.name}")
        progress("pack", 1, 1)
    return Built(plan=plan, contents=contents, packed=packed)


def register(
    session: Session,
    study: Study,
    built: Built,
    responsible: Responsible,
    *,
    key: bytes,
    wrapping: bytes,
    now: datetime,
) -> Export:
    """Note the export, who is in it, and its key until the withdrawal window ends."""
    plan, identity = built.plan, uuid.uuid4()
    beeps = next(table for table in built.contents.tables if table.name == "beeps")
    row = Export(
        id=identity,
        study_id=study.id,
        profile=plan.profile.name,
        parameters={**plan.request.as_json(), "keep_levels": dict(plan.keep_levels)},
        levels=dict(plan.anonymised.levels),
        people=len(plan.members),
        rows=beeps.rows,
        k_reached=plan.anonymised.k_reached,
        l_reached=plan.anonymised.l_reached,
        size=built.packed.bytes,
        sha256=built.packed.sha256,
        reason=responsible.reason.strip(),
        recipient=responsible.recipient,
        requested_by=responsible.requested_by,
        approved_by=responsible.approved_by,
        created_at=now,
        wrapped_key=wrap(key, identity, wrapping=wrapping),
        key_until=now + WITHDRAWAL_WINDOW,
        key_destroyed_at=None,
    )
    session.add(row)
    session.flush()
    suppressed = plan.anonymised.suppressed
    members = [
        {"export_id": identity, "participant_id": member.id, "suppressed": member.key in suppressed}
        for member in plan.members
    ]
    session.execute(insert(ExportMember), members)
    return row


def reopen(session: Session, export_id: uuid.UUID, *, wrapping: bytes) -> tuple[Export, Request, bytes]:
    """An earlier export with its parameters and key, to make it again without whoever has withdrawn since.

    Raises `ExportRefused` when there is none, or its key has been destroyed.
    """
    row = session.get(Export, export_id)
    if row is None:
        raise ExportRefused(f"There is no export {export_id}.")
    if row.wrapped_key is None:
        raise ExportRefused("The withdrawal window of this export is over; its key is destroyed.")
    return row, Request.from_json(row.parameters), unwrap(row.wrapped_key, row.id, wrapping=wrapping)


def list_withdrawn(session: Session, export: Export) -> Sequence[uuid.UUID]:
    """Who is in an export and has left the study, or taken consent back, since."""
    gone = select(Participant.id).join(ExportMember, ExportMember.participant_id == Participant.id)
    out = (Participant.left_at.is_not(None)) | (Participant.cleared_at.is_(None))
    return session.scalars(gone.where(ExportMember.export_id == export.id, out).order_by(Participant.id)).all()


def _profile(request: Request) -> Profile:
    try:
        profile = choose(
            request.profile, k=request.k, dummy_calendar=request.dummy_calendar, sliders_step=request.sliders_step
        )
    except ProfileProblem as problem:
        raise ExportRefused(str(problem)) from None
    if profile.name not in ROW_PROFILES:
        raise ExportRefused(f"The profile {profile.name} has no diary rows; it is made elsewhere.")
    return profile


def _content_of(session: Session, study: Study) -> tuple[list[str], list[str]]:
    """Keys of the instruments and protocols that the study's beeps name. Raises `ExportRefused` for unknown ones."""
    mine = Participant.study_id == study.id
    pairs = session.execute(
        select(Beep.instrument, Beep.protocol)
        .join(Participant, Participant.id == Beep.participant_id)
        .where(mine)
        .distinct()
    )
    names: set[str] = set()
    plans: set[str] = {study.protocol}
    for instrument, protocol in pairs:
        names |= {instrument} if instrument else set()
        plans.add(protocol)
    missing = [name for name in names if name not in instruments()] + [
        name for name in plans if name not in protocols()
    ]
    if missing:
        raise ExportRefused(f"Content that the data name is not here: {', '.join(sorted(missing))}.")
    return sorted(names), sorted(plans)


def _earlier(session: Session, study: Study) -> list[Recorded]:
    """The register of the study's exports, oldest first."""
    found = []
    for row in session.scalars(
        select(Export).where(Export.study_id == study.id).order_by(Export.created_at, Export.id)
    ):
        members = session.execute(
            select(ExportMember.participant_id, ExportMember.suppressed).where(ExportMember.export_id == row.id)
        )
        people = {str(person): suppressed for person, suppressed in members}
        found.append(
            Recorded(
                name=f"{row.profile} {row.created_at:%Y-%m-%d}",
                profile=row.profile,
                ids=choose(row.profile).ids,
                people=frozenset(people),
                levels=row.levels,
                suppressed=frozenset(person for person, hidden in people.items() if hidden),
            )
        )
    return found
