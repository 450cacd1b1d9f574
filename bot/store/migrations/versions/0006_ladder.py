"""The ladder: where a request waits and when the clock looks again; which moves there are."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import EVENT_CHECK, MOVES_GUARD

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add where each request stands, office times and absences."""
    op.add_column("referrals", sa.Column("pace", sa.Text(), nullable=False, server_default="day"))
    op.add_column(
        "referrals", sa.Column("rung", sa.Text(), nullable=False, server_default="office")
    )
    op.add_column("referrals", sa.Column("since", sa.DateTime(timezone=True)))
    op.add_column("referrals", sa.Column("wakes", sa.DateTime(timezone=True)))
    op.add_column("referrals", sa.Column("counted", sa.DateTime(timezone=True)))
    op.add_column(
        "referrals", sa.Column("alerts", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE referrals SET since = created")
    op.execute("UPDATE referrals SET wakes = due WHERE state IN ('waiting', 'claimed')")
    op.alter_column("referrals", "since", nullable=False)
    op.alter_column("referrals", "pace", server_default=None)
    op.alter_column("referrals", "rung", server_default=None)
    op.create_check_constraint(
        op.f("ck_referrals_pace"), "referrals", "pace IN ('now', 'hour', 'three-hours', 'day')"
    )
    op.create_check_constraint(
        op.f("ck_referrals_rung"),
        "referrals",
        "rung IN ('office', 'supervisor', 'regional-desk', 'duty-desk')",
    )
    op.create_index(
        "ix_referrals_wakes", "referrals", ["wakes"], postgresql_where="wakes IS NOT NULL"
    )
    op.create_table(
        "office_times",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("hour_minutes", sa.Integer(), nullable=False),
        sa.Column("three_hours_minutes", sa.Integer(), nullable=False),
        sa.Column("day_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_office_times_office")),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_office_times")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("gone", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gone < back", name=op.f("ck_absences_order")),
        sa.ForeignKeyConstraint(
            ["officer"], ["officers.id"], name=op.f("fk_absences_officer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_officer", "absences", ["officer"])
    op.create_check_constraint(op.f("ck_referral_events_move"), "referral_events", EVENT_CHECK)
    # The driver's own cursor: the body is no SQLAlchemy text.
    for statement in MOVES_GUARD:
        op.get_bind().exec_driver_sql(statement)
    op.execute("REVOKE ALL ON FUNCTION refuse_move() FROM PUBLIC")
