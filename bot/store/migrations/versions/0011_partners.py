"""Partners: agreements, offers of requests, and until when they are full.

An offer that a confirmed danger to life covers uses it up and says so; any other needs the yes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


GATE = """
CREATE FUNCTION offer_gate() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    missing text;
BEGIN
    NEW.override = public.override_used(NEW.referral, 'partner', NEW.partner, NEW.made);
    IF NEW.override IS NULL THEN
        missing = public.partner_missing(NEW.referral, (
            SELECT one.category FROM public.referrals AS one WHERE one.id = NEW.referral));
    END IF;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'no recorded consent covers this: %', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_offers_consented';
    END IF;
    RETURN NEW;
END
$body$
"""
OFFERED = """
CREATE TRIGGER consented_offer BEFORE INSERT ON offers
FOR EACH ROW EXECUTE FUNCTION offer_gate()
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "partners",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("full_until", sa.Date()),
        sa.CheckConstraint("NOT agreed OR since IS NOT NULL", name=op.f("ck_partners_since")),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_partners")),
    )
    op.create_table(
        "offers",
        sa.Column("id", postgresql.UUID(as_uuid=False), nullable=False),
        sa.Column("referral", postgresql.UUID(as_uuid=False), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("override", sa.BigInteger()),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True)),
        sa.Column("tried_again", sa.DateTime(timezone=True)),
        sa.Column("answered", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text()),
        sa.Column("key_version", sa.Integer()),
        sa.Column("key_locked", sa.LargeBinary()),
        sa.Column("link_hash", sa.LargeBinary()),
        sa.Column("page_hash", sa.LargeBinary()),
        sa.Column("packet_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_referral", "offers", ["referral"])
    op.create_index("ix_offers_partner", "offers", ["partner"])
    op.create_index("ix_offers_link_hash", "offers", ["link_hash"], unique=True)
    op.create_index("ix_offers_page_hash", "offers", ["page_hash"], unique=True)
    # The driver's own cursor: the bodies are no SQLAlchemy text.
    for statement in (GATE, OFFERED):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
