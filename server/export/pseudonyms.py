"""Ids that lead nowhere: a fresh key for every export, so that two exports cannot be put side by side by them. Pure.

An id is the start of HMAC-SHA256 (RFC 2104) of the participant's internal id under the export's key, written in 7
characters that cannot be taken for one another. The key comes from the edge (32 bytes from the system's generator) and
is what links an export back to people: it is destroyed when withdrawal is no longer possible.
"""

import hmac
from collections.abc import Iterable

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
ALPHABET = LETTERS + "23456789"
"""No vowels, so no words; no 0, 1, I, L, O, U. A first letter keeps spreadsheets from reading an id as a number."""

LENGTH = 7
KEY_BYTES = 32


def pseudonyms(ids: Iterable[str], *, key: bytes) -> dict[str, str]:
    """The pseudonym of each id, in the order of the pseudonyms: write rows in this order, it tells nothing.

    No two are the same: where two would be (20 * 28^6, so one export of 5,000 in 800), the one that comes later in the
    order of the digests is drawn again. The order of ``ids`` plays no part. Raises ValueError for a short key.
    """
    if len(key) < KEY_BYTES:
        raise ValueError(f"A key has {KEY_BYTES} bytes.")
    digests = sorted((_digest(key, id, 0), id) for id in set(ids))
    taken: dict[str, str] = {}
    for digest, id in digests:
        word, again = _spell(digest), 0
        while word in taken:
            again += 1
            word = _spell(_digest(key, id, again))
        taken[word] = id
    return {id: word for word, id in sorted(taken.items())}


def agreement_key(secret: bytes, *, study: str, agreement: str) -> bytes:
    """The key of linked exports: the same for one study and one agreement, unlike any other. ``secret`` stays home.

    Raises ValueError without an agreement, or for a short secret.
    """
    if not agreement.strip() or len(secret) < KEY_BYTES:
        raise ValueError("A linked export needs an agreement, and a secret of 32 bytes.")
    return hmac.digest(secret, f"linked export\n{study}\n{agreement.strip()}".encode(), "sha256")


def _digest(key: bytes, id: str, again: int) -> bytes:
    return hmac.digest(key, f"{again}\n{id}".encode(), "sha256")


def _spell(digest: bytes) -> str:
    number = int.from_bytes(digest)
    number, first = divmod(number, len(LETTERS))
    word = LETTERS[first]
    for _ in range(LENGTH - 1):
        number, place = divmod(number, len(ALPHABET))
        word += ALPHABET[place]
    return word
