import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Key


class AuditEntry(Base):
    """One act. Rows are only added (triggers refuse the rest) and chained: each hash covers the one before it.

    Names instead of foreign keys: the entry outlives the study and the account that it tells of.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 ... without a gap
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None]  # None: somebody at the server's own command line
    who: Mapped[str]  # the mail address at that time, or "command line"
    action: Mapped[Key]  # e.g. "staff.invited"
    study: Mapped[Key | None] = mapped_column(index=True)  # its name
    subject: Mapped[str | None]  # `service.subject_of` a participant, a challenge's key, a mail address of staff
    facts: Mapped[dict[str, Any]]  # a few keys and counts
    why: Mapped[str | None]
    hash: Mapped[bytes]
