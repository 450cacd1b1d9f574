"""Officers, their sign-ins, and what they confirmed."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from bot.store.tables.meta import metadata, moment

officers = Table(
    "officers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email_hash", LargeBinary, nullable=False, unique=True),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("office", Text, ForeignKey("offices.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("totp_sealed", LargeBinary),
    Column("public", LargeBinary),
    Column("private_locked", LargeBinary),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    moment("created"),
    Column("languages", ARRAY(Text), nullable=False, server_default="{}"),
    Column("woman", Boolean, nullable=False, server_default="false"),
    Index("ix_officers_office", "office"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("email_sealed", LargeBinary),
    Column("office", Text, nullable=False),
    Column("role", Text, nullable=False),
    moment("created"),
    moment("expires"),
    Column("first", Boolean, nullable=False, server_default="false"),
    Column("proofs_sealed", LargeBinary),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("officer", Text, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("key_locked", LargeBinary),
    moment("created"),
    moment("used"),
    Index("ix_sign_ins_officer", "officer"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),
    moment("free_at"),
)

# A place that its office said is right, and when.
confirmations = Table(
    "confirmations",
    metadata,
    Column("place", Text, primary_key=True),
    Column("officer", Text, nullable=False),
    moment("at"),
)
