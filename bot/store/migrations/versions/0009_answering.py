"""Counters of how fast offices answer and whether it helped; why and until when on an event."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CATEGORIES = """
    category IN ('trafficking', 'protection', 'child', 'asylum', 'return', 'stranded', 'medical',
    'labour', 'resettlement', 'family', 'compensation', 'skills', 'detention', 'complaint', 'other')
"""
ANSWERS = """
    answer IN ('yes', 'partly', 'no', 'too-late', 'no-answer', 'not-what-i-needed', 'worse')
"""


def upgrade() -> None:
    """Add the counters, what a partner said, and what a request is counted for already."""
    op.add_column("referral_events", sa.Column("why", sa.Text()))
    op.add_column("referral_events", sa.Column("until", sa.Date()))
    op.create_check_constraint(
        op.f("ck_referral_events_why"),
        "referral_events",
        "why IS NULL OR why IN ('no-room', 'not-ours', 'elsewhere', 'too-little', 'unsaid')",
    )
    for name in ("judged", "lacking", "unanswered"):
        op.add_column(
            "referrals", sa.Column(name, sa.Boolean(), nullable=False, server_default="false")
        )
    op.create_table(
        "answer_counts",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "pace IN ('now', 'hour', 'three-hours', 'day')", name=op.f("ck_answer_counts_pace")
        ),
        sa.PrimaryKeyConstraint("office", "pace", "day", "minutes", name=op.f("pk_answer_counts")),
    )
    op.create_table(
        "judgement_counts",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(CATEGORIES, name=op.f("ck_judgement_counts_category")),
        sa.CheckConstraint(ANSWERS, name=op.f("ck_judgement_counts_answer")),
        sa.PrimaryKeyConstraint(
            "office", "category", "day", "answer", name=op.f("pk_judgement_counts")
        ),
    )
