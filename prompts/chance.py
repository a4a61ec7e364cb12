"""Where chance comes from: a seed for each participant's day, and numbers from a seed.

Nothing here is random by itself: the study's seed is the only secret, and whoever has it can draw every plan again.
"""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import shake_256


def day_seed(study_seed: bytes, participant: str, date: date, protocol_key: str) -> bytes:
    """The seed of one participant's day: HMAC-SHA256 (RFC 2104) of protocol, date and participant under the study's."""
    message = f"{protocol_key}\n{date.isoformat()}\n{participant}"
    return hmac.digest(study_seed, message.encode(), "sha256")


def draw_below(seed: bytes, bound: int) -> int:
    """A whole number 0 <= n < bound, every one with the same chance over random seeds.

    Bits come from SHAKE-256 (FIPS 202) of the seed and a counter, and a number that is too large is drawn anew, so no
    remainder is favoured. Not `random.Random`: Python does not promise its whole numbers from one release to the next,
    a reviewer must be able to draw the same plan in any language, and seeding it costs more than drawing the plan.
    """
    bits = (bound - 1).bit_length()
    size = (bits + 7) // 8
    counter = 0
    while True:
        block = shake_256(seed + counter.to_bytes(4, "big")).digest(size)
        number = int.from_bytes(block, "big") >> (8 * size - bits)
        if number < bound:
            return number
        counter += 1
