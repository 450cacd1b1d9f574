"""What officers note of a case among themselves; no part of it is ever sealed to the person."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from bot.store.tables.meta import metadata, moment

# Sealed under the key of the request, so that whoever is given the request is given its notes.
case_notes = Table(
    "case_notes",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("referral", UUID(as_uuid=False), nullable=False),
    moment("at"),
    Column("officer", Text, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Index("ix_case_notes_referral", "referral", "at"),
)
