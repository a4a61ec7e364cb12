"""first house"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenge_version",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("origin IN ('starter', 'desk')", name=op.f("ck_challenge_version_origin")),
        sa.CheckConstraint(
            "status IN ('draft', 'review', 'live', 'retired')", name=op.f("ck_challenge_version_status")
        ),
        sa.PrimaryKeyConstraint("slug", "version", name=op.f("pk_challenge_version")),
    )
    with op.batch_alter_table("challenge_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_version_strategy"), ["strategy"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("round", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("protocol", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("start_rule", sa.String(length=24), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("start_rule IN ('next_day', 'monday')", name=op.f("ck_study_start_rule")),
        sa.CheckConstraint(
            "closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name=op.f("ck_study_dates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("name", name=op.f("uq_study_name")),
    )
    op.create_table(
        "throttle",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_window_start"), ["window_start"], unique=False)

    op.create_table(
        "join_code",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_join_code_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_join_code")),
    )
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_code_study_id"), ["study_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("rhythm", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("planned_through", sa.Date(), nullable=True),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_participant_language")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_participant_dates")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_participant_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("code", name=op.f("uq_participant_code")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_study_id"), ["study_id"], unique=False)
        batch_op.create_index(
            "ix_participant_to_plan",
            ["planned_through", "id"],
            unique=False,
            postgresql_where=sa.text("left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"),
            sqlite_where=sa.text("left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"),
        )

    op.create_table(
        "assignment",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alternatives", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("algorithm", sa.SmallInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_assignment_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", name=op.f("pk_assignment")),
    )
    op.create_table(
        "beep",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("utc_offset_min", sa.SmallInteger(), nullable=False),
        sa.Column("instrument", sa.String(length=80), nullable=True),
        sa.Column("protocol", sa.String(length=80), nullable=False),
        sa.Column("algorithm", sa.SmallInteger(), nullable=False),
        sa.Column("order_seed", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("next_push_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("push_stage", sa.SmallInteger(), nullable=False),
        sa.Column("push_tries", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'challenge') = (instrument IS NULL)", name=op.f("ck_beep_instrument")),
        sa.CheckConstraint("kind IN ('questionnaire', 'challenge', 'event')", name=op.f("ck_beep_kind")),
        sa.CheckConstraint("expires_at > due_at", name=op.f("ck_beep_window")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_beep_participant_id_participant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", name=op.f("pk_beep")),
    )
    with op.batch_alter_table("beep", schema=None) as batch_op:
        batch_op.create_index(
            "ix_beep_next_push_at",
            ["next_push_at"],
            unique=False,
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("vapid_key_id", sa.String(length=80), nullable=False),
        sa.Column("platform", sa.String(length=24), nullable=False),
        sa.Column("standalone", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column(
            "last_accepted_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True
        ),
        sa.Column("fail_count", sa.SmallInteger(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("retired_why", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_device_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_device_endpoint_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(
            "ix_device_live",
            ["participant_id"],
            unique=False,
            postgresql_where=sa.text("retired_at IS NULL"),
            sqlite_where=sa.text("retired_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_device_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "device_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_device_token_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_token")),
    )
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_token_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_recovery_code_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("http_status", sa.SmallInteger(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            name=op.f("fk_attempt_participant_id_local_date_slot_beep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", "at", "device_id", name=op.f("pk_attempt")),
    )
    op.create_table(
        "challenge_outcome",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("fun", sa.SmallInteger(), nullable=True),
        sa.Column("helped", sa.SmallInteger(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'skipped', 'swapped')", name=op.f("ck_challenge_outcome_outcome")),
        sa.CheckConstraint("fun BETWEEN 0 AND 100", name=op.f("ck_challenge_outcome_fun")),
        sa.CheckConstraint("helped BETWEEN 0 AND 100", name=op.f("ck_challenge_outcome_helped")),
        sa.ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            name=op.f("fk_challenge_outcome_participant_id_local_date_slot_beep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", name=op.f("pk_challenge_outcome")),
    )
    op.create_table(
        "receipt",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('shown', 'opened', 'started', 'dismissed')", name=op.f("ck_receipt_kind")),
        sa.ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            name=op.f("fk_receipt_participant_id_local_date_slot_beep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", "kind", name=op.f("pk_receipt")),
    )
    op.create_table(
        "response",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(length=80), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("skipped", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shown", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("item_ms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("measures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("scoring_version", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("late_upload", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("utc_offset_min", sa.SmallInteger(), nullable=True),
        sa.Column("app", sa.String(length=24), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("ck_response_times")),
        sa.ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            name=op.f("fk_response_participant_id_local_date_slot_beep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", name=op.f("pk_response")),
    )


def downgrade() -> None:
    op.drop_table("response")
    op.drop_table("receipt")
    op.drop_table("challenge_outcome")
    op.drop_table("attempt")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_participant_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_token_participant_id"))

    op.drop_table("device_token")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_participant_id"))
        batch_op.drop_index(
            "ix_device_live", postgresql_where=sa.text("retired_at IS NULL"), sqlite_where=sa.text("retired_at IS NULL")
        )

    op.drop_table("device")
    with op.batch_alter_table("beep", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_beep_next_push_at",
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.drop_table("beep")
    op.drop_table("assignment")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_participant_to_plan",
            postgresql_where=sa.text("left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"),
            sqlite_where=sa.text("left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"),
        )
        batch_op.drop_index(batch_op.f("ix_participant_study_id"))

    op.drop_table("participant")
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_code_study_id"))

    op.drop_table("join_code")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_window_start"))

    op.drop_table("throttle")
    op.drop_table("study")
    op.drop_table("heartbeat")
    with op.batch_alter_table("challenge_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_version_strategy"))

    op.drop_table("challenge_version")
