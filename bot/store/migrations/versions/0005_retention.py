"""What time erases: stubs, the list of erasures that a restore repeats, the clock's witness."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of retention, and why a withdrawn request is kept."""
    op.create_table(
        "stubs",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("code_check", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("erased", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('closed', 'unclaimed', 'unfinished')", name=op.f("ck_stubs_reason")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_stubs")),
    )
    op.create_table(
        "erasures",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("in_file", sa.Boolean(), nullable=False, server_default="false"),
        sa.CheckConstraint(
            "kind IN ('request', 'withdrawal', 'kept', 'stop', 'chat')",
            name=op.f("ck_erasures_kind"),
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_at", "erasures", ["at"])
    op.create_table(
        "retention_clock",
        sa.Column("single", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doubted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.CheckConstraint("single", name=op.f("ck_retention_clock_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_retention_clock")),
    )
    op.add_column("referrals", sa.Column("kept_reason", sa.Text()))
    op.create_check_constraint(
        op.f("ck_referrals_kept_reason"),
        "referrals",
        "kept_reason IS NULL OR kept_reason = 'danger-to-life'",
    )
    op.alter_column("alerts", "referral", nullable=True)
