"""Safe contact: hours, three lines or 14 days, a yes before each; the word that stops everything.

Contacts made before allow nothing of this and go: the person comes back with number and code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a contact allows, the stop word's check, and what a quick exit still deletes."""
    op.execute("DELETE FROM contacts")
    op.add_column("contacts", sa.Column("hours", sa.Text(), nullable=False))
    op.add_column("contacts", sa.Column("zone", sa.Text(), nullable=False))
    op.add_column("contacts", sa.Column("until", sa.DateTime(timezone=True), nullable=False))
    op.add_column("contacts", sa.Column("lines_left", sa.Integer(), nullable=False))
    op.add_column("contacts", sa.Column("confirmed", sa.Boolean(), nullable=False))
    op.add_column("contacts", sa.Column("line", sa.BigInteger()))
    op.create_index("ix_contacts_line", "contacts", ["line"])
    op.add_column("referrals", sa.Column("stop_check", sa.LargeBinary()))
    op.add_column(
        "referrals",
        sa.Column("do_not_contact", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.create_table(
        "wipes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
    )
