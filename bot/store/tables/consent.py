"""What a person said yes and no to, and what officers decided about going beyond it.

Rows of `consents` are never changed (the ordinary role may only cut their time to the day): what
is taken back is a later no.  Ids and codes only; nothing here says who anybody is.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

from bot.referrals import Danger, Purpose, Whose
from bot.store.tables.meta import metadata, moment, one_of

consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("offices", ARRAY(Text), nullable=False, server_default="{}"),
    Column("kind", Text),
    Column("country", Text),
    Column("fields", ARRAY(Text), nullable=False, server_default="{}"),
    Column("whose", Text, nullable=False),
    Column("young", Boolean, nullable=False),
    Column("notice", Text, nullable=False),
    Column("language", Text, nullable=False),
    moment("at"),
    CheckConstraint(one_of("purpose", Purpose), name="purpose"),
    CheckConstraint(one_of("whose", Whose), name="whose"),
    CheckConstraint("extract(epoch FROM at)::bigint % 3600 = 0", name="hour"),
    Index("ix_consents_referral", "referral", "id"),
)

# Danger to life: a supervisor asks, another officer who holds the key confirms.  What it covers
# uses it up, in the database itself (migration 0007).
overrides = Table(
    "overrides",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("desks", ARRAY(Text), nullable=False, server_default="{}"),
    Column("why", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    moment("asked"),
    Column("confirmed_by", Text),
    moment("confirmed", nullable=True),
    moment("used", nullable=True),
    CheckConstraint(one_of("why", Danger), name="why"),
    CheckConstraint("purpose IN ('office', 'partner')", name="purpose"),
    CheckConstraint(
        "(confirmed IS NULL) = (confirmed_by IS NULL) "
        "AND (confirmed_by IS NULL OR confirmed_by <> asked_by)",
        name="two_people",
    ),
    Index("ix_overrides_referral", "referral", "id"),
)

# A supervisor agreed that a request of somebody under 18 may be passed on.
approvals = Table(
    "approvals",
    metadata,
    Column("referral", UUID(as_uuid=False), primary_key=True),
    Column("officer", Text, nullable=False),
    moment("at"),
)
