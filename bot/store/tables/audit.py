"""The chains of who did what, without content."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from bot.store.tables.meta import metadata, moment

# Who did what, without content: ids and codes, which the migration's checks hold it to.  Written
# by the function `audit_append` alone; the ordinary role can only read here.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("running", BigInteger, nullable=False, unique=True),
    moment("at"),
    Column("who", Text),
    Column("role", Text),
    Column("office", Text),
    Column("action", Text, nullable=False),
    Column("object", Text),
    Column("outcome", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_audit_entries_who", "who", "at"),
)

# Where each chain ends, and after which entry it starts since retention removed what was before.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("start_number", BigInteger, nullable=False),
    Column("start_hash", LargeBinary, nullable=False),
)

audit_signed_heads = Table(
    "audit_signed_heads",
    metadata,
    Column("running", BigInteger, primary_key=True, autoincrement=False),
    moment("made"),
    Column("document", Text, nullable=False),
)
