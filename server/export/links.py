"""Links that open one bundle, for one person, for a quarter of an hour. Pure.

A link says until when it holds and carries an HMAC over that, the export, its study and who may follow it. It does not
replace signing in: whoever follows it must be that person, a researcher of that study, and have given her password and
code in the last minutes. So a link that goes astray opens nothing.
"""

import uuid
from datetime import UTC, datetime, timedelta

from server.crypto import hash_with_key, same
from server.export.request import LinkInvalid

LASTS = timedelta(minutes=15)


def sign_link(job: uuid.UUID, *, study: uuid.UUID, staff: uuid.UUID, secret: bytes, now: datetime) -> dict[str, str]:
    """The arguments of the address: ``until`` (seconds since 1970) and ``proof``."""
    until = str(int((now + LASTS).timestamp()))
    return {"until": until, "proof": _prove(job, study, staff, until, secret)}


def check_link(
    job: uuid.UUID, until: str, proof: str, *, study: uuid.UUID, staff: uuid.UUID, secret: bytes, now: datetime
) -> None:
    """Raise `LinkInvalid` unless `sign_link` made this for the same export, study and person, and its time has not
    passed."""
    if not same(proof.encode(errors="replace"), _prove(job, study, staff, until, secret).encode()):
        raise LinkInvalid
    if now >= datetime.fromtimestamp(int(until), UTC):
        raise LinkInvalid


def _prove(job: uuid.UUID, study: uuid.UUID, staff: uuid.UUID, until: str, secret: bytes) -> str:
    return hash_with_key(secret, "export link", job.hex, study.hex, staff.hex, until).hex()
