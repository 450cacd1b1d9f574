"""What a person wishes about who reads their request; what officers say of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add wishes, under the host's key since routing needs them, and officers' profiles."""
    op.add_column("referrals", sa.Column("wishes_sealed", sa.LargeBinary()))
    op.add_column(
        "officers",
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"),
    )
    op.add_column(
        "officers", sa.Column("woman", sa.Boolean(), nullable=False, server_default="false")
    )
