import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class CardShown(Base):
    """The gentle card was shown to somebody. Why is not kept: counts for the ethics report need no reason."""

    __tablename__ = "card_shown"

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    dismissed_at: Mapped[datetime | None]
