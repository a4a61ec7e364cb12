"""Everything that is kept about one participant, for herself; found as erasure finds it, so neither forgets one."""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.orm import Session

from server.content import instruments
from server.db import with_role
from server.people.models import Participant
from server.rights.mentions import RIGHTS_ROLE, find_mentions
from server.rights.words import README

# Secrets, what is other people's, and what would tell the future. Columns of bytes are hashes: never included.
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "parent_link": frozenset({"*"}),
    "confirmation": frozenset({"*"}),
    "team_report": frozenset({"*"}),
    "device": frozenset({"p256dh", "auth"}),
    "beep": frozenset({"next_push_at", "order_seed"}),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = list[dict[str, Any]]


def gather(session: Session, participant: Participant, *, now: datetime) -> dict[str, Rows]:
    """Table -> rows, values as JSON (times in UTC). Moments to come are left out."""
    found: dict[str, Rows] = {}
    with with_role(session, RIGHTS_ROLE):
        for mention in find_mentions(participant.id):
            columns = _columns(mention.table)
            if not columns:
                continue
            query = select(*columns).where(mention.rows).order_by(*mention.table.primary_key.columns)
            rows = [dict(row) for row in session.execute(query).mappings()]
            found[mention.table.name] = [_plain(row) for row in rows if not _is_to_come(row, mention.table.name, now)]
    return found


def pack(participant: Participant, data: Mapping[str, Rows], *, now: datetime) -> bytes:
    """The zip she gets: data.json, five tables for a spreadsheet, and a note in her language."""
    language, zone = participant.language, participant.zone
    blanks = {"code": participant.code, "made": _local(now.isoformat(), zone)}
    files = {
        "README.txt": Template(README[language]).substitute(blanks),
        "data.json": json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True),
        "answers.csv": _table(_answers(data, zone, language)),
        "beeps.csv": _table(_beeps(data, zone)),
        "challenges.csv": _table(_challenges(data)),
        "consent.csv": _table(data.get("consent_record", [])),
        "pushes.csv": _table(data.get("attempt", [])),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _columns(table: Table) -> list[Any]:
    left_out = LEFT_OUT.get(table.name, frozenset())
    if "*" in left_out:
        return []
    return [column for column in table.c if column.name not in left_out and not _is_bytes(column.type)]


def _is_bytes(kind: Any) -> bool:
    return isinstance(getattr(kind, "impl", kind), LargeBinary)


def _is_to_come(row: Mapping[str, Any], table: str, now: datetime) -> bool:
    if table == "beep":
        return bool(row["due_at"] > now)
    return table == "assignment" and bool(row["local_date"] > now.date())


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _answers(data: Mapping[str, Rows], zone: str, language: str) -> Iterable[dict[str, Any]]:
    for entry in data.get("response", []):
        at = entry["zone"] or zone
        instrument = instruments().get(entry["instrument"])
        prompts = {item.id: item.prompt[language] for item in instrument.items} if instrument else {}
        for item in [*entry["shown"], *(one for one in entry["answers"] if one not in entry["shown"])]:
            yield {
                "date": entry["local_date"],
                "slot": entry["slot"],
                "questionnaire": entry["instrument"],
                "item": item,
                "question": prompts.get(item, ""),
                "answer": _cell(entry["answers"].get(item)),
                "rather_not": item in entry["skipped"],
                "started": _local(entry["started_at"], at),
                "finished": _local(entry["finished_at"], at),
                "received": _local(entry["received_at"], at),
            }


def _beeps(data: Mapping[str, Rows], zone: str) -> Iterable[dict[str, Any]]:
    answered = {(entry["local_date"], entry["slot"]) for entry in data.get("response", [])}
    for beep in data.get("beep", []):
        yield {
            "date": beep["local_date"],
            "slot": beep["slot"],
            "kind": beep["kind"],
            "questionnaire": beep["instrument"],
            "due": _local(beep["due_at"], beep["zone"] or zone),
            "open_until": _local(beep["expires_at"], beep["zone"] or zone),
            "answered": (beep["local_date"], beep["slot"]) in answered,
        }


def _challenges(data: Mapping[str, Rows]) -> Iterable[dict[str, Any]]:
    outcomes = {row["local_date"]: row for row in data.get("challenge_outcome", [])}
    for given in data.get("assignment", []):
        outcome = outcomes.get(given["local_date"], {})
        names = ("outcome", "fun", "helped", "device_at")
        chosen = outcome.get("slug", given["slug"])
        yield {"date": given["local_date"], "challenge": chosen, **{name: outcome.get(name) for name in names}}


def _local(text: str, zone: str) -> str:
    """An instant of the data on the wall of ``zone``, with its offset."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _table(rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a byte-order mark, which Excel wants; text that a spreadsheet would run as a formula is made plain."""
    listed: Sequence[Mapping[str, Any]] = list(rows)
    out = io.StringIO()
    out.write("\ufeff")
    if listed:
        writer = csv.DictWriter(out, fieldnames=list(listed[0]))
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in listed)
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
