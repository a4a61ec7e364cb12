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
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("study", sa.String(length=80), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_study"), ["study"], unique=False)

    op.create_table(
        "challenge_step",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("act", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("what IN ('written', 'moved', 'imported')", name=op.f("ck_challenge_step_what")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_challenge_step")),
    )
    with op.batch_alter_table("challenge_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_step_act"), ["act"], unique=False)
        batch_op.create_index("ix_challenge_step_slug", ["slug", "number"], unique=False)

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
        "counter",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_counter")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("round", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("oidc_subject", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_staff_language")),
        sa.CheckConstraint("mail = lower(mail)", name=op.f("ck_staff_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("mail", name=op.f("uq_staff_mail")),
        sa.UniqueConstraint("oidc_subject", name=op.f("uq_staff_oidc_subject")),
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
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("contact", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("parents_required", sa.SmallInteger(), nullable=False),
        sa.Column("monitoring", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "seed_released_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True
        ),
        sa.Column("rules_version", sa.SmallInteger(), nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("start_rule IN ('next_day', 'monday')", name=op.f("ck_study_start_rule")),
        sa.CheckConstraint(
            "closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name=op.f("ck_study_dates")
        ),
        sa.CheckConstraint("parents_required IN (1, 2)", name=op.f("ck_study_parents")),
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
        "consent_text",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_consent_text_language")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_consent_text_version")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_consent_text_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "version", "language", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "date_sum",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_date_sum_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "starts_on", "local_date", "slot", name=op.f("pk_date_sum")),
    )
    op.create_table(
        "erasure",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("why IN ('self', 'parent', 'retention', 'staff')", name=op.f("ck_erasure_why")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_erasure_study_id_study"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure")),
        sa.UniqueConstraint("receipt", name=op.f("uq_erasure_receipt")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_study_id"), ["study_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(length=24), nullable=False),
        sa.Column("parameters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("levels", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("k_reached", sa.Integer(), nullable=True),
        sa.Column("l_reached", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column(
            "key_destroyed_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True
        ),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("(wrapped_key IS NULL) = (key_destroyed_at IS NOT NULL)", name=op.f("ck_export_key")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> requested_by", name=op.f("ck_export_two_people")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["export.id"], name=op.f("fk_export_replaces_id_export"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_export_study_id_study"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_key_until"), ["key_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_study_id"), ["study_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=True),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("role IN ('coordinator', 'researcher', 'owner')", name=op.f("ck_invitation_role")),
        sa.CheckConstraint("(study_id IS NULL) = (role IS NULL)", name=op.f("ck_invitation_role_in_a_study")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_invitation_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_invitation_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
        sa.UniqueConstraint("id", name=op.f("uq_invitation_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_mail"), ["mail"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_study_id"), ["study_id"], unique=False)

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
        sa.Column("parents_until", sa.Date(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("waiting", sa.String(length=24), nullable=True),
        sa.Column("asked_again_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("recovered_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("planned_through", sa.Date(), nullable=True),
        sa.Column("rules_version", sa.SmallInteger(), nullable=False),
        sa.Column("notice", sa.String(length=24), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_participant_language")),
        sa.CheckConstraint("waiting IN ('consent', 'parent')", name=op.f("ck_participant_waiting")),
        sa.CheckConstraint("(waiting IS NULL) = (cleared_at IS NOT NULL)", name=op.f("ck_participant_cleared")),
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
            postgresql_where=sa.text(
                "cleared_at IS NOT NULL AND left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"
            ),
            sqlite_where=sa.text(
                "cleared_at IS NOT NULL AND left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"
            ),
        )

    op.create_table(
        "passkey",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("credential", name=op.f("pk_passkey")),
        sa.UniqueConstraint("id", name=op.f("uq_passkey_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("purpose IN ('register', 'sign-in')", name=op.f("ck_passkey_challenge_purpose")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkey_challenge_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passkey_challenge_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "safety_watch",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_safety_watch_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_safety_watch")),
    )
    op.create_table(
        "scheduled",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_scheduled_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "local_date", name=op.f("pk_scheduled")),
    )
    op.create_table(
        "staff_recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_code_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_staff_recovery_code")),
    )
    with op.batch_alter_table("staff_recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_recovery_code_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("id", name=op.f("uq_staff_session_id")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "study_retention",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("contact_days", sa.SmallInteger(), nullable=False),
        sa.Column("answers_until", sa.Date(), nullable=True),
        sa.CheckConstraint("contact_days BETWEEN 0 AND 3650", name=op.f("ck_study_retention_contact_days")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_retention_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_study_retention")),
    )
    op.create_table(
        "study_role",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("role IN ('coordinator', 'researcher', 'owner')", name=op.f("ck_study_role_role")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_study_role_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_role_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "study_id", name=op.f("pk_study_role")),
    )
    with op.batch_alter_table("study_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_study_role_study_id"), ["study_id"], unique=False)

    op.create_table(
        "study_rules",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_study_rules_version")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_rules_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "version", name=op.f("pk_study_rules")),
    )
    op.create_table(
        "summary",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("planned_through", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_summary_study_id_study"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_summary")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("best_share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_team_study_id_study"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_study_id"), ["study_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alternatives", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("done_slug", sa.String(length=80), nullable=True),
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
        sa.Column("rules", sa.SmallInteger(), nullable=False),
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
        postgresql_partition_by="RANGE (local_date)",
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
        "card_shown",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_card_shown_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "at", name=op.f("pk_card_shown")),
    )
    op.create_table(
        "consent_record",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("method IN ('app', 'letter', 'mail')", name=op.f("ck_consent_record_method")),
        sa.CheckConstraint("role IN ('participant', 'parent1', 'parent2')", name=op.f("ck_consent_record_role")),
        sa.CheckConstraint(
            "scope IN ('use', 'research', 'sharing', 'recontact', 'monitoring')", name=op.f("ck_consent_record_scope")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_consent_record_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "number", name=op.f("pk_consent_record")),
    )
    op.create_table(
        "contact",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('mail', 'phone')", name=op.f("ck_contact_kind")),
        sa.CheckConstraint("role IN ('participant', 'parent1', 'parent2')", name=op.f("ck_contact_role")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_contact_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "role", "kind", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_value_index"), ["value_index"], unique=False)

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
        "export_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("request", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("phase", sa.String(length=24), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("runner", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("export_id", sa.Uuid(), nullable=True),
        sa.Column("again_id", sa.Uuid(), nullable=True),
        sa.Column("file_until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("ck_export_job_lease")),
        sa.CheckConstraint(
            "state IN ('waiting', 'queued', 'running', 'done', 'refused', 'failed', 'cancelled')",
            name=op.f("ck_export_job_state"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_export_job_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["again_id"], ["export.id"], name=op.f("fk_export_job_again_id_export"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_export_job_asked_by_id_staff"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_export_job_decided_by_id_staff"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_export_job_export_id_export"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_export_job_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
    )
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_job_again_id"), ["again_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_job_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_job_file_until"), ["file_until"], unique=False)
        batch_op.create_index(
            "ix_export_job_open",
            ["state", "asked_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('queued', 'running')"),
            sqlite_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.create_index(batch_op.f("ix_export_job_study_id"), ["study_id"], unique=False)

    op.create_table(
        "export_member",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_export_member_export_id_export"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_export_member_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("export_id", "participant_id", name=op.f("pk_export_member")),
    )
    with op.batch_alter_table("export_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_member_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "former_rhythm",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("rhythm", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_former_rhythm_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "number", name=op.f("pk_former_rhythm")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("adjective", sa.String(length=24), nullable=False),
        sa.Column("animal", sa.String(length=24), nullable=False),
        sa.Column("avatar", sa.String(length=24), nullable=False),
        sa.Column("shows_points", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_membership_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("team_id", "adjective", "animal", name=op.f("uq_membership_team_id_adjective_animal")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(
            "uq_membership_participant",
            ["participant_id"],
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
            sqlite_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "message",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice", sa.String(length=24), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("next_push_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_message_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "number", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_next_push_at",
            ["next_push_at"],
            unique=False,
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.create_table(
        "parent_invitation",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("parent", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("mails", sa.SmallInteger(), nullable=False),
        sa.Column("next_mail", sa.String(length=24), nullable=True),
        sa.Column("next_mail_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("mail_tries", sa.SmallInteger(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("undeliverable", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=24), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "decision IN ('agreed', 'refused', 'withdrawn')", name=op.f("ck_parent_invitation_decision")
        ),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_parent_invitation_language")),
        sa.CheckConstraint("method IN ('mail', 'letter')", name=op.f("ck_parent_invitation_method")),
        sa.CheckConstraint(
            "next_mail IN ('ask', 'remind', 'confirm', 'renew')", name=op.f("ck_parent_invitation_next_mail")
        ),
        sa.CheckConstraint("parent IN ('parent1', 'parent2')", name=op.f("ck_parent_invitation_parent")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_parent_invitation_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "parent", name=op.f("pk_parent_invitation")),
    )
    with op.batch_alter_table("parent_invitation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_parent_invitation_next_mail_at",
            ["next_mail_at"],
            unique=False,
            postgresql_where=sa.text("next_mail_at IS NOT NULL"),
            sqlite_where=sa.text("next_mail_at IS NOT NULL"),
        )

    op.create_table(
        "pause",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_pause_dates")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_pause_participant_id_participant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "number", name=op.f("pk_pause")),
    )
    op.create_table(
        "person_sum",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("first_planned", sa.Integer(), nullable=False),
        sa.Column("first_answered", sa.Integer(), nullable=False),
        sa.Column("recent_planned", sa.Integer(), nullable=True),
        sa.Column("recent_first_planned", sa.Integer(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_person_sum_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_person_sum_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_person_sum")),
    )
    with op.batch_alter_table("person_sum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_sum_study_id"), ["study_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
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
        "safety_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.CheckConstraint("kind IN ('wish', 'days', 'answer')", name=op.f("ck_safety_alert_kind")),
        sa.CheckConstraint(
            "outcome IN ('spoken', 'referred', 'emergency', 'not_reached', 'no_need')",
            name=op.f("ck_safety_alert_outcome"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_safety_alert_closed")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_safety_alert_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_safety_alert_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_alert")),
    )
    with op.batch_alter_table("safety_alert", schema=None) as batch_op:
        batch_op.create_index(
            "ix_safety_alert_open",
            ["study_id", "raised_at"],
            unique=False,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_safety_alert_participant_id"), ["participant_id"], unique=False)

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
        postgresql_partition_by="RANGE (local_date)",
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
        "confirmation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["device_token.token_hash"],
            name=op.f("fk_confirmation_token_hash_device_token"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "device_test",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("next_push_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_test_device_id_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_test")),
    )
    with op.batch_alter_table("device_test", schema=None) as batch_op:
        batch_op.create_index(
            "ix_device_test_next_push_at",
            ["next_push_at"],
            unique=False,
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.create_table(
        "export_download",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["export_job.id"], name=op.f("fk_export_download_job_id_export_job"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_export_download_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_download")),
    )
    with op.batch_alter_table("export_download", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_download_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_download_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "parent_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("parent", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("purpose IN ('ask', 'withdraw')", name=op.f("ck_parent_link_purpose")),
        sa.ForeignKeyConstraint(
            ["participant_id", "parent"],
            ["parent_invitation.participant_id", "parent_invitation.parent"],
            name=op.f("fk_parent_link_participant_id_parent_parent_invitation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_parent_link")),
    )
    with op.batch_alter_table("parent_link", schema=None) as batch_op:
        batch_op.create_index("ix_parent_link_invitation", ["participant_id", "parent"], unique=False)

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
        postgresql_partition_by="RANGE (local_date)",
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
        postgresql_partition_by="RANGE (local_date)",
    )
    op.create_table(
        "snooze",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            name=op.f("fk_snooze_participant_id_local_date_slot_beep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "local_date", "slot", "number", name=op.f("pk_snooze")),
    )
    op.create_table(
        "sticker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("sticker", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_sticker_membership_id_membership"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sticker_team_id_team"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sticker")),
    )
    with op.batch_alter_table("sticker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sticker_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index("ix_sticker_team_at", ["team_id", "at"], unique=False)

    op.create_table(
        "team_report",
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("reported_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.CheckConstraint("reporter_id != reported_id", name=op.f("ck_team_report_not_oneself")),
        sa.ForeignKeyConstraint(
            ["reported_id"], ["membership.id"], name=op.f("fk_team_report_reported_id_membership"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["membership.id"], name=op.f("fk_team_report_reporter_id_membership"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reporter_id", "reported_id", name=op.f("pk_team_report")),
    )
    with op.batch_alter_table("team_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_report_reported_id"), ["reported_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("team_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_report_reported_id"))

    op.drop_table("team_report")
    with op.batch_alter_table("sticker", schema=None) as batch_op:
        batch_op.drop_index("ix_sticker_team_at")
        batch_op.drop_index(batch_op.f("ix_sticker_membership_id"))

    op.drop_table("sticker")
    op.drop_table("snooze")
    op.drop_table("response")
    op.drop_table("receipt")
    with op.batch_alter_table("parent_link", schema=None) as batch_op:
        batch_op.drop_index("ix_parent_link_invitation")

    op.drop_table("parent_link")
    with op.batch_alter_table("export_download", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_download_staff_id"))
        batch_op.drop_index(batch_op.f("ix_export_download_job_id"))

    op.drop_table("export_download")
    with op.batch_alter_table("device_test", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_device_test_next_push_at",
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.drop_table("device_test")
    op.drop_table("confirmation")
    op.drop_table("challenge_outcome")
    op.drop_table("attempt")
    with op.batch_alter_table("safety_alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_safety_alert_participant_id"))
        batch_op.drop_index(
            "ix_safety_alert_open",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("safety_alert")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_participant_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("person_sum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_sum_study_id"))

    op.drop_table("person_sum")
    op.drop_table("pause")
    with op.batch_alter_table("parent_invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_parent_invitation_next_mail_at",
            postgresql_where=sa.text("next_mail_at IS NOT NULL"),
            sqlite_where=sa.text("next_mail_at IS NOT NULL"),
        )

    op.drop_table("parent_invitation")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_next_push_at",
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.drop_table("message")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_participant",
            postgresql_where=sa.text("left_at IS NULL"),
            sqlite_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_participant_id"))

    op.drop_table("membership")
    op.drop_table("former_rhythm")
    with op.batch_alter_table("export_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_member_participant_id"))

    op.drop_table("export_member")
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_job_study_id"))
        batch_op.drop_index(
            "ix_export_job_open",
            postgresql_where=sa.text("state IN ('queued', 'running')"),
            sqlite_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_export_job_file_until"))
        batch_op.drop_index(batch_op.f("ix_export_job_asked_by_id"))
        batch_op.drop_index(batch_op.f("ix_export_job_again_id"))

    op.drop_table("export_job")
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_token_participant_id"))

    op.drop_table("device_token")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_participant_id"))
        batch_op.drop_index(
            "ix_device_live", postgresql_where=sa.text("retired_at IS NULL"), sqlite_where=sa.text("retired_at IS NULL")
        )

    op.drop_table("device")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_value_index"))

    op.drop_table("contact")
    op.drop_table("consent_record")
    op.drop_table("card_shown")
    with op.batch_alter_table("beep", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_beep_next_push_at",
            postgresql_where=sa.text("next_push_at IS NOT NULL"),
            sqlite_where=sa.text("next_push_at IS NOT NULL"),
        )

    op.drop_table("beep")
    op.drop_table("assignment")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_study_id"))

    op.drop_table("team")
    op.drop_table("summary")
    op.drop_table("study_rules")
    with op.batch_alter_table("study_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_study_role_study_id"))

    op.drop_table("study_role")
    op.drop_table("study_retention")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))
        batch_op.drop_index(batch_op.f("ix_staff_session_expires_at"))

    op.drop_table("staff_session")
    with op.batch_alter_table("staff_recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_recovery_code_staff_id"))

    op.drop_table("staff_recovery_code")
    op.drop_table("scheduled")
    op.drop_table("safety_watch")
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_challenge_staff_id"))
        batch_op.drop_index(batch_op.f("ix_passkey_challenge_expires_at"))

    op.drop_table("passkey_challenge")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_staff_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_participant_to_plan",
            postgresql_where=sa.text(
                "cleared_at IS NOT NULL AND left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"
            ),
            sqlite_where=sa.text(
                "cleared_at IS NOT NULL AND left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_participant_study_id"))

    op.drop_table("participant")
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_code_study_id"))

    op.drop_table("join_code")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_study_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_mail"))

    op.drop_table("invitation")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_study_id"))
        batch_op.drop_index(batch_op.f("ix_export_key_until"))

    op.drop_table("export")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasure_study_id"))

    op.drop_table("erasure")
    op.drop_table("date_sum")
    op.drop_table("consent_text")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_window_start"))

    op.drop_table("throttle")
    op.drop_table("study")
    op.drop_table("staff")
    op.drop_table("heartbeat")
    op.drop_table("counter")
    with op.batch_alter_table("challenge_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_version_strategy"))

    op.drop_table("challenge_version")
    with op.batch_alter_table("challenge_step", schema=None) as batch_op:
        batch_op.drop_index("ix_challenge_step_slug")
        batch_op.drop_index(batch_op.f("ix_challenge_step_act"))

    op.drop_table("challenge_step")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_study"))

    op.drop_table("audit_entry")
