"""The first schema: conversations, referrals, staff, and the job queue."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

QUEUE = Path(__file__).parent.parent / "procrastinate_3_10.sql"


def upgrade() -> None:
    """Make every table, the duty desk and the queue."""
    op.create_table(
        "article_marks",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "article", "language", "mark", "day", name=op.f("pk_article_marks")
        ),
    )
    op.create_table(
        "case_messages",
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_messages")),
    )
    op.create_index("ix_case_messages_referral", "case_messages", ["referral", "at"], unique=False)
    op.create_table(
        "channel_messages",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keyboard", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reply", sa.BigInteger(), nullable=True),
        sa.Column("secret", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("person", "message", name=op.f("pk_channel_messages")),
    )
    op.create_index("ix_channel_messages_at", "channel_messages", ["at"], unique=False)
    op.create_table(
        "chats",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("touched", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_chats")),
    )
    op.create_index("ix_chats_touched", "chats", ["touched"], unique=False)
    op.create_table(
        "code_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_failures")),
    )
    op.create_index("ix_code_failures_person", "code_failures", ["person", "at"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "contacts",
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("unread", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("referral", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_person", "contacts", ["person"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("proofs_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_table(
        "referral_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('helped', 'referred-on', 'not-reached', 'withdrew', 'not-in-mandate', 'duplicate')",
            name=op.f("ck_referral_events_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_events")),
    )
    op.create_index(
        "ix_referral_events_referral", "referral_events", ["referral", "id"], unique=False
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pushes", sa.Boolean(), nullable=False),
        sa.Column("unasked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("person", "key_hash", name=op.f("uq_replies_person")),
    )
    op.create_index("ix_replies_at", "replies", ["at"], unique=False)
    op.create_index(
        "ix_replies_unsent",
        "replies",
        ["leased_until"],
        unique=False,
        postgresql_where=sa.text("sent IS NULL AND pushes"),
    )
    op.create_table(
        "set_aside",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failures")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_by", sa.Text(), nullable=True),
        sa.Column("ticked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_alerts_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("referral", "step", "office", name=op.f("uq_alerts_referral")),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_officers_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_officers_email_hash")),
    )
    op.create_index("ix_officers_office", "officers", ["office"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("consent_office", sa.Boolean(), nullable=False),
        sa.Column("consent_partner", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("particulars_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "category IN ('trafficking', 'protection', 'child', 'asylum', 'return', 'stranded', 'medical', 'labour', 'resettlement', 'family', 'compensation', 'skills', 'detention', 'complaint', 'other')",
            name=op.f("ck_referrals_category"),
        ),
        sa.CheckConstraint("contact IN ('code', 'here')", name=op.f("ck_referrals_contact")),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'answered', 'offered', 'accepted', 'closed', 'withdrawn')",
            name=op.f("ck_referrals_state"),
        ),
        sa.CheckConstraint(
            "urgency IN ('now', 'soon', 'later')", name=op.f("ck_referrals_urgency")
        ),
        sa.CheckConstraint("consent_office", name=op.f("ck_referrals_consent_office")),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_referrals_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("reference", name=op.f("uq_referrals_reference")),
    )
    op.create_index("ix_referrals_queue", "referrals", ["office", "state", "due"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"], ["officers.id"], name=op.f("fk_sign_ins_officer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_officer", "sign_ins", ["officer"], unique=False)
    op.execute("INSERT INTO offices (id, created) VALUES ('duty-desk', now())")
    # The driver's own cursor: the file holds percent signs and bodies with colons.
    op.get_bind().exec_driver_sql(QUEUE.read_text(encoding="utf-8").replace("%", "%%"))
