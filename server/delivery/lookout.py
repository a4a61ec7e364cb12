"""From which moment on the next claim looks at what is due.

While an export of hours looks at an old moment, the database cannot take what was done since out of the index of what
is due, and a claim from the beginning wades through a day of it. So most claims begin where something can be.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.delivery.claims import Claim

LATELY = timedelta(minutes=10)
LOOK_AT_ALL_EVERY = timedelta(minutes=1)
_NEXT_TO = timedelta(microseconds=1)


class Lookout:
    """Of one dispatcher, which takes ``batch`` beeps at a time.

    1. Once a minute, whatever is due: the late ones too (planned late, or held by a dispatcher that died).
    2. After a full batch, on from the last that it took; beeps that fell due with that one are still looked at.
    3. Otherwise what fell due in the last ten minutes.
    """

    def __init__(self, *, batch: int) -> None:
        self._batch = batch
        self._looked_at_all: datetime | None = None
        self._on_from: datetime | None = None

    def since(self, now: datetime) -> datetime | None:
        """Only what fell due after this need be looked at; None: everything."""
        if self._is_time_for_all(now):
            return None
        return self._on_from or now - LATELY

    def took(self, claims: Sequence[Claim], *, now: datetime) -> None:
        """What the claim that began at ``since(now)`` brought, once it is committed."""
        full = len(claims) >= self._batch
        # SQLite does not tell when they fell due; it has nothing to wade through either.
        last = max((claim.fell_due for claim in claims if claim.fell_due is not None), default=None)
        if self._is_time_for_all(now) and (last is not None or not full):
            self._looked_at_all = now
        self._on_from = last - _NEXT_TO if full and last is not None else None

    def _is_time_for_all(self, now: datetime) -> bool:
        looked = self._looked_at_all  # a clock that was put back does not keep it from looking
        return looked is None or not timedelta() <= now - looked < LOOK_AT_ALL_EVERY
