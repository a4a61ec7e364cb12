"""After a backup was put back: whoever was erased since it was made is erased again, before anybody is let in."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from server.db import Database
from server.people.models import Participant
from server.rights.erasing import Keeper, add_tombstone, delete_rows
from server.rights.models import Erasure
from server.studies.models import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """``listed`` people on the list, ``erased`` of them had come back, ``restored`` tombstones had been lost.

    ``torn`` are the numbers of lines that break off.
    """

    listed: int
    erased: int
    restored: int
    torn: tuple[int, ...] = ()


def tell_of_torn(numbers: tuple[int, ...]) -> str:
    """For whoever ran the replay."""
    lines = ", ".join(map(str, numbers))
    return (
        f"Passed over, because it breaks off: line {lines} of the list. Here that means an erasure that was never"
        " finished; in a copy it may be one that was. If the list is a copy, copy it again and run this once more."
    )


def replay(database: Database, keeper: Keeper) -> Replayed:
    """Apply the whole list in one transaction; doing it again changes nothing. Raises `ListBroken`."""
    tombstones, torn = keeper.read()
    erased = restored = 0
    with database.transaction() as session:
        people = {keeper.mark_of(one): one for one in session.scalars(select(Participant.id))}
        for tombstone in tombstones:
            back = people.pop(tombstone.mark, None)
            if back is not None:
                delete_rows(session, back)
                erased += 1
            if not session.scalar(select(exists().where(Erasure.receipt == tombstone.receipt))):
                study = tombstone.study_id
                if study is not None and session.get(Study, study) is None:
                    continue  # a backup from before the study itself: there is nothing to remember it by
                add_tombstone(session, tombstone, key=keeper.key)
                restored += 1
    return Replayed(listed=len(tombstones), erased=erased, restored=restored, torn=torn)
