from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Key


class Heartbeat(Base):
    """When a worker last finished each of its rounds, for `/readyz` and the board."""

    __tablename__ = "heartbeat"

    round: Mapped[Key] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    handled: Mapped[int]
