"""What answers for a request that is erased, and what keeps a restore from undoing it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    LargeBinary,
    Table,
    Text,
    func,
)

from bot.privacy import Reason
from bot.store.tables.meta import metadata, moment, one_of

# What answers reference and right code after time erased a request; nothing else is known of it.
stubs = Table(
    "stubs",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("code_check", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("erased", Date, nullable=False),
    CheckConstraint(one_of("reason", Reason), name="reason"),
)

# What was erased while backups still hold it, by a keyed hash, so that a restore erases it again.
erasures = Table(
    "erasures",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reason", Text),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("in_file", Boolean, nullable=False, server_default="false"),
    CheckConstraint(one_of("kind", ("request", "withdrawal", "kept", "stop", "chat")), name="kind"),
    Index("ix_erasures_at", "at"),
)

# When the clock was last right, by which one that leaps is noticed, and why the last run refused
# to erase; one row at most.
retention_clock = Table(
    "retention_clock",
    metadata,
    Column("single", Boolean, primary_key=True, server_default="true"),
    moment("seen"),
    moment("doubted", nullable=True),
    Column("refused", Text),
    CheckConstraint("single", name="single"),
)
