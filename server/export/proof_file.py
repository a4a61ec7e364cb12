"""The file with which anybody who has it can draw a study's times again: seed, rules, rhythms, and every planned time.

Gzipped lines of JSON: a head, a line for every day, and a last line that says how many there were, so that a file cut
short shows. It holds the true dates and the internal ids, which the draws hang on, but no answer and no name: it is for
the study's owners, an auditor or a court, never for a bundle.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from prompts.protocols import Protocol
from prompts.rhythm import Rhythm
from prompts.sampling import ALGORITHM
from server.content import protocols
from server.export.planned_days import Grounds
from server.export.proof import PlannedDay, Proof, prove
from server.studies.versions import protocol_in_force

FORMAT = 1


class ProofFileBroken(Exception):
    """This is not a whole proof file; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What came of drawing a file's times again. ``seed_sha256`` is what to compare with the one noted beforehand."""

    study: str
    seed_sha256: str
    proof: Proof


def fingerprint(seed: bytes) -> str:
    """SHA-256 of a seed. It can be told before the study begins, and binds the study to that seed."""
    return hashlib.sha256(seed).hexdigest()


def write_proof(out: IO[bytes], *, study: str, grounds: Grounds, days: Iterable[PlannedDay]) -> int:
    """Write the file; the number of days. The same study gives the same bytes."""
    count = 0
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
        head = {
            "kiem_proof": FORMAT,
            "study": study,
            "algorithm": ALGORITHM,
            "seed": grounds.seed.hex(),
            "seed_sha256": fingerprint(grounds.seed),
            "protocols": {
                edition: {"key": one.key, "version": one.rules, "rules": grounds.rules.get(one.rules)}
                for edition, one in sorted(grounds.protocols.items())
            },
            "rhythms": {
                person: [rhythm.as_json() for rhythm in rhythms]
                for person, rhythms in sorted(grounds.rhythms.items())
                if rhythms != (Rhythm(),)
            },
        }
        packed.write(_line(head))
        for day in days:
            count += 1
            packed.write(_line(_plain(day)))
        packed.write(_line({"days": count}))
    return count


def check_proof(path: Path) -> Checked:
    """Draw every time in the file again. Raises `ProofFileBroken`; OSError when it cannot be read."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines, "null"))
            if not isinstance(head, Mapping) or head.get("kiem_proof") != FORMAT:
                raise ProofFileBroken("It does not begin as a proof does.")
            seed = bytes.fromhex(head["seed"])
            proof = prove(
                _read_days(lines),
                study_seed=seed,
                protocols=_read_protocols(head["protocols"]),
                rhythms={who: [Rhythm.from_json(one) for one in all_] for who, all_ in head["rhythms"].items()},
            )
            return Checked(study=head["study"], seed_sha256=fingerprint(seed), proof=proof)
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise ProofFileBroken(f"It cannot be read: {type(error).__name__}.") from None


def _line(value: object) -> bytes:
    return (json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def _plain(day: PlannedDay) -> list[Any]:
    moments = [[slot, _seconds(due), _seconds(expires)] for slot, due, expires in day.moments]
    return [day.participant, day.local_date.isoformat(), day.zone, day.protocol, day.rules, day.algorithm, moments]


def _seconds(at: datetime) -> float | int:
    """Since 1970; planned times are whole seconds, and one that is not was not planned."""
    stamp = at.timestamp()
    return int(stamp) if stamp == int(stamp) else stamp


def _read_protocols(told: Mapping[str, Any]) -> dict[str, Protocol]:
    """Those that this program has."""
    return {
        edition: protocol_in_force(one["key"], one["rules"], one["version"])
        for edition, one in told.items()
        if one["key"] in protocols()
    }


def _read_days(lines: Iterator[str]) -> Iterator[PlannedDay]:
    for count, line in enumerate(lines):
        told = json.loads(line)
        if isinstance(told, Mapping):
            if told.get("days") != count:
                raise ProofFileBroken(f"It has {count} days and says {told.get('days')}.")
            if next(lines, None) is not None:
                raise ProofFileBroken("Something follows its end.")
            return
        person, on, zone, protocol, rules, algorithm, moments = told
        yield PlannedDay(
            participant=person,
            local_date=date.fromisoformat(on),
            zone=zone,
            protocol=protocol,
            rules=rules,
            algorithm=algorithm,
            moments=tuple((slot, _instant(due), _instant(expires)) for slot, due, expires in moments),
        )
    raise ProofFileBroken("Its end is missing.")


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
