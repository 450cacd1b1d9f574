"""Partners: whether data may be shared with them, and what was offered to them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

from bot.store.tables.meta import metadata, moment

# A partner is a place of the directory; one without a row here gets nothing.
partners = Table(
    "partners",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("agreed", Boolean, nullable=False, server_default="false"),
    Column("since", Date),
    Column("until", Date),
    Column("full_until", Date),
    CheckConstraint("NOT agreed OR since IS NOT NULL", name="since"),
)

# A request as it was offered to one partner.  The packet's key stands locked by the link, then by
# the page that opened it, or wrapped for the office key of a partner with officers (`key_version`).
# `override` is the danger to life that covers it; the database itself says so (migration 0011).
offers = Table(
    "offers",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    Column("office", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("override", BigInteger),
    moment("made"),
    moment("expires"),
    moment("opened", nullable=True),
    moment("tried_again", nullable=True),
    moment("answered", nullable=True),
    Column("answer", Text),
    Column("key_version", Integer),
    Column("key_locked", LargeBinary),
    Column("link_hash", LargeBinary),
    Column("page_hash", LargeBinary),
    Column("packet_sealed", LargeBinary),
    Index("ix_offers_referral", "referral"),
    Index("ix_offers_partner", "partner"),
)
Index("ix_offers_link_hash", offers.c.link_hash, unique=True)
Index("ix_offers_page_hash", offers.c.page_hash, unique=True)
