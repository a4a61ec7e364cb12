"""Runs migrations over the connection that the caller hands in (`server.schema`).

Own column types are rendered as plain SQLAlchemy types, so that old migrations never import today's models.
"""

from typing import Any

from alembic import context
from sqlalchemy import JSON

from server.crypto_fields import SealedText
from server.db import UtcTime
from server.models import Base
from server.schema import compare_type, is_ours


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Instants: ``timestamptz``, and on SQLite whole microseconds. JSON: ``jsonb`` on PostgreSQL. Sealed: bytes."""
    if kind == "type" and isinstance(item, SealedText):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, UtcTime):
        return 'sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")'
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=compare_type,
    include_object=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
