"""What is remembered of conversations, what goes out, and what is to be deleted."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.meta import metadata, moment

# What is remembered between two turns: session, last reply, what numbers press.
chats = Table(
    "chats",
    metadata,
    Column("person", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("state_sealed", LargeBinary, nullable=False),
    moment("touched"),
    Index("ix_chats_touched", "touched"),
)

# The turn log and what goes out.  A reply that answers no turn has a key of its own.  What a
# reply says is emptied when it is no longer needed; key, person and time stay for 8 days.
replies = Table(
    "replies",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("channel", Text, nullable=False),
    moment("at"),
    Column("pushes", Boolean, nullable=False),
    Column("unasked", Boolean, nullable=False, server_default="false"),
    Column("body_sealed", LargeBinary),
    Column("address_sealed", LargeBinary),
    moment("sent", nullable=True),
    moment("leased_until", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    UniqueConstraint("person", "key_hash"),
    Index("ix_replies_at", "at"),
)
Index(
    "ix_replies_unsent",
    replies.c.leased_until,
    postgresql_where=replies.c.sent.is_(None) & replies.c.pushes,
)

# The channel's own ids of messages of the last 48 h, so that quick exit can delete them.  `reply`
# is the reply a message belongs to, null for the person's own; `secret` marks one with a code.
channel_messages = Table(
    "channel_messages",
    metadata,
    Column("person", Text, primary_key=True),
    Column("message", BigInteger, primary_key=True),
    moment("at"),
    Column("keyboard", Boolean, nullable=False, server_default="false"),
    Column("reply", BigInteger),
    Column("secret", Boolean, nullable=False, server_default="false"),
    Index("ix_channel_messages_at", "at"),
)

# Where messages are still to be deleted: all of a chat that was left with a reply (`whole`), or
# only those that show the code of the reply.
wipes = Table(
    "wipes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    moment("at"),
    Column("reply", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("address_sealed", LargeBinary, nullable=False),
)

# What a channel sent that could not be read as what it should be.
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("channel", Text, nullable=False),
    moment("at"),
    Column("raw_sealed", LargeBinary, nullable=False),
)

article_marks = Table(
    "article_marks",
    metadata,
    Column("article", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)
