"""Every table, in one file, so that a privacy review reads one file.

`*_sealed` columns are encrypted through `bot.privacy`; `*_hash` columns are keyed hashes or slow
hashes.  No other column may hold what a person wrote, who they are or where they can be reached.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import UUID

from bot.privacy import Reason
from bot.referrals import Category, Contact, Outcome, State, Urgency

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def one_of(column: str, values: object) -> str:
    """Return the SQL condition that a column holds one of the values of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"


# --- conversations -------------------------------------------------------------------------------

# What is remembered between two turns: session, last reply, what numbers press.
chats = Table(
    "chats",
    metadata,
    Column("person", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("state_sealed", LargeBinary, nullable=False),
    _moment("touched"),
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
    _moment("at"),
    Column("pushes", Boolean, nullable=False),
    Column("unasked", Boolean, nullable=False, server_default="false"),
    Column("body_sealed", LargeBinary),
    Column("address_sealed", LargeBinary),
    _moment("sent", nullable=True),
    _moment("leased_until", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    UniqueConstraint("person", "key_hash"),
    Index("ix_replies_at", "at"),
)
Index(
    "ix_replies_unsent",
    replies.c.leased_until,
    postgresql_where=replies.c.sent.is_(None) & replies.c.pushes,
)

# The channel's own ids of messages of the last 48 h, so that quick exit can delete them.
channel_messages = Table(
    "channel_messages",
    metadata,
    Column("person", Text, primary_key=True),
    Column("message", BigInteger, primary_key=True),
    _moment("at"),
    Column("keyboard", Boolean, nullable=False, server_default="false"),
    Index("ix_channel_messages_at", "at"),
)

# A chat that was left: where its messages of the last 48 h are still to be deleted.
wipes = Table(
    "wipes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    _moment("at"),
    Column("address_sealed", LargeBinary, nullable=False),
)

# What a channel sent that could not be read as what it should be.
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("channel", Text, nullable=False),
    _moment("at"),
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

# --- referrals -----------------------------------------------------------------------------------

offices = Table(
    "offices",
    metadata,
    Column("id", Text, primary_key=True),
    _moment("created"),
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
    _moment("created"),
    _moment("due"),
    _moment("changed"),
    Column("first_office", Text, nullable=False),
    Column("code_check", LargeBinary),
    Column("reader_public", LargeBinary),
    Column("reader_locked", LargeBinary),
    Column("particulars_sealed", LargeBinary, nullable=False),
    Column("stop_check", LargeBinary),
    Column("do_not_contact", Boolean, nullable=False, server_default="false"),
    Column("kept_reason", Text),
    CheckConstraint("kept_reason IS NULL OR kept_reason = 'danger-to-life'", name="kept_reason"),
    CheckConstraint(one_of("category", Category), name="category"),
    CheckConstraint(one_of("urgency", Urgency), name="urgency"),
    CheckConstraint(one_of("state", State), name="state"),
    CheckConstraint(one_of("contact", Contact), name="contact"),
    CheckConstraint("consent_office", name="consent_office"),
    Index("ix_referrals_queue", "office", "state", "due"),
)

referral_events = Table(
    "referral_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    _moment("at"),
    Column("action", Text),
    Column("state", Text, nullable=False),
    Column("officer", Text),
    Column("outcome", Text),
    CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
    Index("ix_referral_events_referral", "referral", "id"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    _moment("at"),
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
    _moment("made"),
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
    _moment("until"),
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
    _moment("at"),
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
    _moment("at"),
    Column("ticked_by", Text),
    _moment("ticked", nullable=True),
    UniqueConstraint("referral", "step", "office"),
)

# --- staff ---------------------------------------------------------------------------------------

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
    _moment("created"),
    Index("ix_officers_office", "office"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("email_sealed", LargeBinary),
    Column("office", Text, nullable=False),
    Column("role", Text, nullable=False),
    _moment("created"),
    _moment("expires"),
    Column("first", Boolean, nullable=False, server_default="false"),
    Column("proofs_sealed", LargeBinary),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("officer", Text, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("key_locked", LargeBinary),
    _moment("created"),
    _moment("used"),
    Index("ix_sign_ins_officer", "officer"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),
    _moment("free_at"),
)

# A place that its office said is right, and when.
confirmations = Table(
    "confirmations",
    metadata,
    Column("place", Text, primary_key=True),
    Column("officer", Text, nullable=False),
    _moment("at"),
)

# --- what is gone --------------------------------------------------------------------------------

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
    CheckConstraint(one_of("kind", ("request", "withdrawal", "stop", "chat")), name="kind"),
    Index("ix_erasures_at", "at"),
)

# When the rules last ran, by which a clock that leaps is noticed; one row at most.
retention_clock = Table(
    "retention_clock",
    metadata,
    Column("single", Boolean, primary_key=True, server_default="true"),
    _moment("seen"),
    _moment("doubted_until", nullable=True),
    CheckConstraint("single", name="single"),
)

# --- audit ---------------------------------------------------------------------------------------

# Who did what, without content: ids and codes, which the migration's checks hold it to.  Written
# by the function `audit_append` alone; the ordinary role can only read here.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("running", BigInteger, nullable=False, unique=True),
    _moment("at"),
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
    _moment("made"),
    Column("document", Text, nullable=False),
)
