"""Requests are sealed to offices; before this, only the host's key stood before them.

Requests made before cannot be sealed again here, for the migration has no key of the host: they
are few, since no release had the earlier scheme, and go.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add office keys, wraps and the reader's key; drop requests of the earlier scheme."""
    for table in ("alerts", "contacts", "case_messages", "referral_events", "referrals"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - names of this file
    op.drop_column("referrals", "code_hash")
    op.add_column("referrals", sa.Column("first_office", sa.Text(), nullable=False))
    op.add_column("referrals", sa.Column("code_check", sa.LargeBinary()))
    op.add_column("referrals", sa.Column("reader_public", sa.LargeBinary()))
    op.add_column("referrals", sa.Column("reader_locked", sa.LargeBinary()))
    op.add_column("case_messages", sa.Column("reader_sealed", sa.LargeBinary()))
    op.add_column("case_messages", sa.Column("reader_wrap", sa.LargeBinary()))
    op.add_column("case_messages", sa.Column("waiting_sealed", sa.LargeBinary()))
    op.add_column("officers", sa.Column("public", sa.LargeBinary()))
    op.add_column("officers", sa.Column("private_locked", sa.LargeBinary()))
    op.add_column("sign_ins", sa.Column("key_locked", sa.LargeBinary()))
    op.create_table(
        "wraps",
        sa.Column("subject", sa.UUID(as_uuid=False), primary_key=True),
        sa.Column("office", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_wraps_referral", "wraps", ["referral"])
    op.create_index("ix_wraps_office", "wraps", ["office", "version"])
    op.create_table(
        "office_keys",
        sa.Column("office", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "office_key_wraps",
        sa.Column("office", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("holder", sa.Text(), primary_key=True),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "host_secret",
        sa.Column("single", sa.Boolean(), primary_key=True, server_default="true"),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_host_secret_single")),
    )
    op.create_table(
        "key_renewals",
        sa.Column("what", sa.Text(), primary_key=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
    )
