"""Exports as use cases: prepare, build, register, make again, destroy keys in time."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.content import instruments, protocols
from server.coordination.models import ChallengeVersion
from server.db import Database
from server.export.aggregate_files import write_tables
from server.export.assembly import Contents, write_bundle
from server.export.bundle import Packed, pack
from server.export.checks import count_withdrawn, read_ground
from server.export.dated import find_dated
from server.export.documents import About
from server.export.first_pass import Progress
from server.export.kanonymity import anonymise
from server.export.keys import linking_secret, unwrap, wrap
from server.export.lengths import require_k
from server.export.models import Export, ExportMember
from server.export.people import Selection, select_members
from server.export.plan import Plan, Planning
from server.export.planned_days import prove_study
from server.export.proof_file import fingerprint
from server.export.pseudonyms import agreement_key, pseudonyms
from server.export.register import Recorded, find_overlaps
from server.export.request import ExportRefused, NotAnonymousEnough, Request, Responsible, TooFewPeople
from server.export.same_base import require_same_base
from server.export.workplace import Workplace, fingerprint_of
from server.people.models import Participant
from server.planning.models import Beep
from server.studies.models import Study
from server.studies.versions import protocols_under

WITHDRAWAL_WINDOW = timedelta(days=30)
FIRST_VERSION = "1.0.0"
MOST_PROVED = 250_000  # beeps whose times are drawn again for the risk report; for more there is `./run proof`
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


def export_key(request: Request, study: Study, *, fresh: bytes, wrapping: bytes) -> bytes:
    """The key of an export's ids: ``fresh``, or for linked exports the one of the agreement. Raises `ExportRefused`."""
    if request.profile != "linked":
        return fresh
    try:
        return agreement_key(linking_secret(wrapping), study=str(study.id), agreement=request.agreement)
    except ValueError as error:
        raise ExportRefused(str(error)) from None


def next_version(session: Session, earlier: Export | None) -> tuple[str, bool]:
    """The version of a bundle (1.0.0, and one more at the end each time it is made again without somebody), and
    whether it takes the place of an earlier one. Made again with everybody still in it, it is the same bundle."""
    if earlier is None:
        return FIRST_VERSION, False
    if count_withdrawn(session, earlier) == 0:
        return earlier.version, False
    head, _, last = earlier.version.rpartition(".")
    return f"{head}.{int(last) + 1}", True


def prepare(
    session: Session, study: Study, request: Request, *, key: bytes, now: datetime, version: str = FIRST_VERSION
) -> Plan:
    """Who and what will be told. Raises `ExportRefused` or one of its kinds."""
    ground = read_ground(session, study, request)
    profile, demographics, ranking = ground.profile, ground.demographics, ground.ranking
    selection = select_members(session, study, profile, now=now, days=request.days)
    if len(selection.members) < profile.minimum_people:
        raise TooFewPeople(
            f"{len(selection.members)} participants can be exported, the profile {profile.name} asks for "
            f"{profile.minimum_people}. " + ", ".join(f"{code}: {n}" for code, n in selection.left_out.items() if n)
        )
    require_k(profile, selection.members)
    people = [member.as_person() for member in selection.members]
    anonymised = anonymise(
        people,
        ranking=ranking,
        demographics=demographics,
        k=profile.k or 1,
        l=profile.l,
        suppression_share=profile.suppression_share,
        most_demographics=profile.most_demographics,
        at_least=ground.keep,
    )
    if profile.k is not None and not anonymised.met:
        raise NotAnonymousEnough(f"k = {anonymised.k_reached} is reached; the profile asks for {profile.k}.")
    require_same_base(session, study, ground, selection.members, now)
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
    least = profile.k or profile.cell_below or 1
    overlaps = find_overlaps(new, ground.earlier, people=people, demographics=demographics, k=least)
    used_instruments, plans = _content_of(session, study)
    about = About(
        name=study.name,
        title=study.title,
        institution=study.institution or "",
        protocols=plans,
        instruments=tuple(used_instruments),
        profile=profile,
        people=len(selection.members),
        left_out=selection.left_out,
        anonymised=anonymised,
        licence=request.licence,
        version=version,
        first_days=request.days,
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
        keep_levels=ground.keep,
        overlaps=overlaps,
        instruments=tuple(instruments()[name] for name in used_instruments),
        strategies={slug: strategy for slug, strategy in session.execute(_STRATEGIES)},
        dated=find_dated(
            session,
            study,
            first=min(member.starts_on for member in selection.members),
            last=max(member.ends_on for member in selection.members),
        ),
        about=about,
        planning=_planning(session, study, selection),
    )


def build(session: Session, plan: Plan, target: Path, progress: Progress, *, folder: Path | None = None) -> Built:
    """Write the bundle to ``target``; whoever calls takes care that nobody sees it half. Raises `Incomplete`.

    folder: where parts are kept if this process dies, and taken over from one that did; None keeps nothing.
    """
    with tempfile.TemporaryDirectory(prefix=".kiem-export-", dir=target.parent) as passing:
        place = Workplace(folder or Path(passing))
        place.open(fingerprint_of(plan.what_makes_its_bytes()))
        write = write_tables if plan.profile.rows == "tables" else write_bundle
        contents = write(session.connection(), plan, place, progress)
        progress("pack", 0, 1)
        packed = pack(place.files, target, inside=f"{plan.about.name}-{plan.profile.name}")
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
    version: str = FIRST_VERSION,
    replaces: Export | None = None,
) -> Export:
    """Note the export, who is in it, and its key until the withdrawal window ends.

    One that is made again keeps the window of the one it ``replaces``, which is marked.
    """
    plan, identity = built.plan, uuid.uuid4()
    row = Export(
        id=identity,
        study_id=study.id,
        profile=plan.profile.name,
        parameters={**plan.request.as_json(), "keep_levels": dict(plan.keep_levels)},
        levels=dict(plan.anonymised.levels),
        summary=_summary(built),
        people=len(plan.members),
        rows=plan.selection.rows_of("questionnaire"),
        k_reached=plan.anonymised.k_reached if plan.profile.k else None,
        l_reached=plan.anonymised.l_reached,
        size=built.packed.bytes,
        sha256=built.packed.sha256,
        reason=responsible.reason.strip(),
        recipient=responsible.recipient,
        requested_by=responsible.requested_by,
        approved_by=responsible.approved_by,
        created_at=now,
        wrapped_key=wrap(key, identity, wrapping=wrapping),
        key_until=replaces.key_until if replaces else now + WITHDRAWAL_WINDOW,
        key_destroyed_at=None,
        version=version,
        replaces_id=replaces.id if replaces else None,
    )
    if replaces:
        replaces.replaced_at = now
    session.add(row)
    session.flush()
    suppressed = plan.anonymised.suppressed
    members = [
        {"export_id": identity, "participant_id": member.id, "suppressed": member.key in suppressed}
        for member in plan.members
    ]
    session.execute(insert(ExportMember), members)
    return row


def _summary(built: Built) -> dict[str, Any]:
    """What the desk and the command line tell of a finished export, warnings for the inside among it."""
    risk = built.contents.risk
    return {
        "rows": {table.path: table.rows for table in built.contents.tables},
        "left_out": dict(built.plan.selection.left_out),
        "lost": {name: dict(loss.text) for name, loss in built.plan.anonymised.lost.items()},
        "planning": dict(risk.planning) if risk.planning else None,
        "warnings": [
            {"code": one.code, "severity": one.severity, "text": dict(one.text), "inside": one.inside}
            for one in risk.warnings
        ],
    }


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


def _planning(session: Session, study: Study, selection: Selection) -> Planning:
    """What may be told of how the times came about: the verdict, and the fingerprint of the seed. Not the seed."""
    verdict = None
    if sum(sum(member.planned.values()) for member in selection.members) <= MOST_PROVED:
        only = frozenset(member.id for member in selection.members)
        verdict = prove_study(session, study, only=only).verdict
    return Planning(
        verdict=verdict, seed_sha256=fingerprint(study.seed), seed_released=study.seed_released_at is not None
    )


def _content_of(session: Session, study: Study) -> tuple[list[str], tuple[Protocol, ...]]:
    """Keys of the instruments that the study's beeps name, and the protocols with the rules they were planned under.

    Raises `ExportRefused` for what this installation lacks.
    """
    mine = Participant.study_id == study.id
    pairs = session.execute(
        select(Beep.instrument, Beep.protocol, Beep.rules)
        .join(Participant, Participant.id == Beep.participant_id)
        .where(mine)
        .distinct()
    )
    names: set[str] = set()
    under: set[tuple[str, int]] = set()
    for instrument, protocol, rules in pairs:
        names |= {instrument} if instrument else set()
        under.add((protocol, rules))
    under = under or {(study.protocol, study.rules_version)}
    missing = [name for name in names if name not in instruments()] + sorted(
        {name for name, _rules in under if name not in protocols()}
    )
    if missing:
        raise ExportRefused(f"Content that the data name is not here: {', '.join(sorted(missing))}.")
    plans = protocols_under(session, {(study.id, name, rules) for name, rules in under})
    return sorted(names), tuple(plans[study.id, name, rules] for name, rules in sorted(under))
