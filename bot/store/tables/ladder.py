"""When offices work and how fast they are: their own times, and when their officers are away."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)

from bot.store.tables.meta import metadata, moment

office_times = Table(
    "office_times",
    metadata,
    Column("office", Text, ForeignKey("offices.id"), primary_key=True),
    Column("hours", Text),
    Column("hour_minutes", Integer, nullable=False),
    Column("three_hours_minutes", Integer, nullable=False),
    Column("day_minutes", Integer, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("officer", Text, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    moment("gone"),
    moment("back"),
    CheckConstraint("gone < back", name="order"),
    Index("ix_absences_officer", "officer"),
)
