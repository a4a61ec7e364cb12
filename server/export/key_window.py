"""The keys of exports have a window, and then they go. Apart from making exports, whose libraries a worker lacks."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.export.models import Export


def destroy_keys(session: Session, *, now: datetime) -> int:
    """Destroy the keys whose withdrawal window is over; how many. For the daily round."""
    over = update(Export).where(Export.key_until <= now, Export.wrapped_key.is_not(None))
    done = session.execute(
        over.values(wrapped_key=None, key_destroyed_at=now).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows
