"""Requests, their sealed texts, keys and wraps, and where a person may be written to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from bot.referrals import (
    DANGER_TO_LIFE,
    Category,
    Contact,
    Declined,
    Outcome,
    Pace,
    Rung,
    State,
    Urgency,
)
from bot.store.tables.meta import metadata, moment, one_of
from bot.store.tables.moves import EVENT_CHECK

offices = Table(
    "offices",
    metadata,
    Column("id", Text, primary_key=True),
    moment("created"),
)

# In clear stands what the queue needs and nothing about the person.
referrals = Table(
    "referrals",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("office", Text, ForeignKey("offices.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text),
    Column("consent_office", Boolean, nullable=False),
    Column("consent_partner", Boolean, nullable=False),
    Column("contact", Text, nullable=False),
    Column("notice", Text, nullable=False),
    moment("created"),
    moment("due"),
    moment("changed"),
    Column("first_office", Text, nullable=False),
    Column("code_check", LargeBinary),
    Column("reader_public", LargeBinary),
    Column("reader_locked", LargeBinary),
    Column("particulars_sealed", LargeBinary, nullable=False),
    Column("stop_check", LargeBinary),
    Column("wishes_sealed", LargeBinary),
    Column("do_not_contact", Boolean, nullable=False, server_default="false"),
    Column("kept_reason", Text),
    CheckConstraint(f"kept_reason IS NULL OR kept_reason = '{DANGER_TO_LIFE}'", name="kept_reason"),
    Column("pace", Text, nullable=False),
    Column("rung", Text, nullable=False),
    moment("since"),
    moment("wakes", nullable=True),
    moment("counted", nullable=True),
    Column("alerts", Integer, nullable=False, server_default="0"),
    Column("judged", Boolean, nullable=False, server_default="false"),
    Column("lacking", Boolean, nullable=False, server_default="false"),
    Column("unanswered", Boolean, nullable=False, server_default="false"),
    CheckConstraint(one_of("pace", Pace), name="pace"),
    CheckConstraint(one_of("rung", Rung), name="rung"),
    CheckConstraint(one_of("category", Category), name="category"),
    CheckConstraint(one_of("urgency", Urgency), name="urgency"),
    CheckConstraint(one_of("state", State), name="state"),
    CheckConstraint(one_of("contact", Contact), name="contact"),
    CheckConstraint("consent_office", name="consent_office"),
    Index("ix_referrals_queue", "office", "state", "due"),
)
Index("ix_referrals_wakes", referrals.c.wakes, postgresql_where=referrals.c.wakes.is_not(None))

referral_events = Table(
    "referral_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    moment("at"),
    Column("action", Text),
    Column("state", Text, nullable=False),
    Column("officer", Text),
    Column("outcome", Text),
    Column("why", Text),
    Column("until", Date),
    CheckConstraint(f"why IS NULL OR {one_of('why', Declined)}", name="why"),
    CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
    CheckConstraint(EVENT_CHECK, name="move"),
    Index("ix_referral_events_referral", "referral", "id"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    moment("at"),
    Column("author", Text, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("reader_sealed", LargeBinary),
    Column("reader_wrap", LargeBinary),
    Column("waiting_sealed", LargeBinary),
    Index("ix_case_messages_referral", "referral", "at"),
)

# The key of a sealed text (a request, or a message of its person), wrapped for an office.
wraps = Table(
    "wraps",
    metadata,
    Column("subject", UUID(as_uuid=False), primary_key=True),
    Column("office", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Index("ix_wraps_referral", "referral"),
    Index("ix_wraps_office", "office", "version"),
)

# Public keys of offices; the private ones stand only wrapped for those who hold them.
office_keys = Table(
    "office_keys",
    metadata,
    Column("office", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    moment("made"),
)

# An office's private key, wrapped for an officer's own key or for the recovery key.
office_key_wraps = Table(
    "office_key_wraps",
    metadata,
    Column("office", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holder", Text, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
)

# Who asked for a new key of an office, or of recovery, which a second person has to confirm.
key_renewals = Table(
    "key_renewals",
    metadata,
    Column("what", Text, primary_key=True),
    Column("asked_by", Text, nullable=False),
    moment("asked"),
)

# Where a person chose to be written to, and what they allowed: hours of their clock, until when,
# how many lines, and whether they said yes to the next one; `line` is the reply that went last.
# A request by code alone has no row here.
contacts = Table(
    "contacts",
    metadata,
    Column("referral", UUID(as_uuid=False), primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address_sealed", LargeBinary),
    Column("unread", Boolean, nullable=False, server_default="false"),
    Column("hours", Text, nullable=False),
    Column("zone", Text, nullable=False),
    moment("until"),
    Column("lines_left", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("line", BigInteger),
    Index("ix_contacts_person", "person"),
    Index("ix_contacts_line", "line"),
)

code_failures = Table(
    "code_failures",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person", Text, nullable=False),
    moment("at"),
    Index("ix_code_failures_person", "person", "at"),
)

# A line in the console that must be ticked off; without a request it is about the program itself.
alerts = Table(
    "alerts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("office", Text, ForeignKey("offices.id"), nullable=False),
    Column("referral", UUID(as_uuid=False)),
    Column("step", Text, nullable=False),
    moment("at"),
    Column("ticked_by", Text),
    moment("ticked", nullable=True),
    UniqueConstraint("referral", "step", "office"),
)
