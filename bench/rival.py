"""What a user would write instead of our endpoint: FastAPI, pydantic and asyncpg, the usual care, nothing more.

The same work at its plainest: the body is checked for its shape, the token and the beep are looked up and the window is
checked, the answer is inserted and the beep's pushes are ended, all in one transaction. It does not check answers
against the questionnaire, score nothing, and takes any item. ``uvicorn bench.rival:app`` with RIVAL_DATABASE set.
"""

import hashlib
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import asyncpg
from fastapi import FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, Field


class EntryIn(BaseModel):
    """The shape of a diary entry."""

    instrument: Annotated[str, Field(min_length=1, max_length=80)]
    started_at: AwareDatetime
    finished_at: AwareDatetime
    answers: dict[str, int | float | str | list[str]]
    skipped: list[str] = []
    shown: list[str] = []
    item_ms: dict[str, int] = {}
    zone: str | None = None
    utc_offset_min: int | None = None
    app: str | None = None


class RecordedOut(BaseModel):
    """What the phone is told."""

    received_at: datetime
    late_upload: bool


@asynccontextmanager
async def _with_pool(app: FastAPI) -> AsyncIterator[None]:
    async def prepare(connection: Any) -> None:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")

    app.state.pool = await asyncpg.create_pool(os.environ["RIVAL_DATABASE"], min_size=4, max_size=10, init=prepare)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=_with_pool)

FIND = """
    SELECT b.participant_id, b.local_date, b.slot, b.id, b.due_at, b.expires_at, b.instrument, b.next_push_at
    FROM device_token t JOIN participant p ON p.id = t.participant_id
    JOIN beep b ON b.participant_id = p.id AND b.local_date = $2 AND b.slot = $3
    WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $4
      AND p.left_at IS NULL AND p.cleared_at IS NOT NULL
"""
KEEP = """
    INSERT INTO response (participant_id, local_date, slot, instrument, answers, skipped, shown, item_ms, measures,
        scoring_version, started_at, finished_at, received_at, late_upload, zone, utc_offset_min, app, digest)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}', 1, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING
"""
STOP = "UPDATE beep SET next_push_at = NULL WHERE participant_id = $1 AND local_date = $2 AND slot = $3"


@app.put("/api/v1/beeps/{beep}/response", status_code=201)
async def put_response(beep: uuid.UUID, entry: EntryIn, authorization: Annotated[str, Header()]) -> RecordedOut:
    """Keep one answer."""
    now = datetime.now(UTC)
    on, slot = date.fromordinal(int.from_bytes(beep.bytes[:4])), int.from_bytes(beep.bytes[4:6])
    token = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    async with app.state.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(FIND, token, on, slot, now)
        if row is None or row["id"] != beep:
            raise HTTPException(404)
        if not row["due_at"] <= entry.finished_at <= row["expires_at"] + timedelta(seconds=5):
            raise HTTPException(409)
        late = now > row["expires_at"]
        await connection.execute(
            KEEP, row["participant_id"], on, slot, entry.instrument, entry.answers, entry.skipped, entry.shown,
            entry.item_ms, entry.started_at, entry.finished_at, now, late, entry.zone, entry.utc_offset_min, entry.app,
            hashlib.sha256(entry.model_dump_json().encode()).digest(),
        )  # fmt: skip
        if row["next_push_at"] is not None:
            await connection.execute(STOP, row["participant_id"], on, slot)
    return RecordedOut(received_at=now, late_upload=late)


@app.get("/hello")
async def hello() -> dict[str, str]:
    """The bare framework."""
    return {"status": "ok"}
