import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.crypto_fields import SealedText
from server.db import Base, Word


class Contact(Base):
    """An e-mail address or a telephone number of a participant or one of her parents."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("role IN ('participant', 'parent1', 'parent2')", name="role"),
        CheckConstraint("kind IN ('mail', 'phone')", name="kind"),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Word] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(SealedText("contact.value"))
    value_index: Mapped[bytes] = mapped_column(index=True)  # whose address is this? `FieldKeys.index` of `normal`
    made_at: Mapped[datetime]
