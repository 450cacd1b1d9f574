"""Counters of how fast offices answer and whether it helped: days and numbers, nobody's."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table, Text

from bot.referrals import Category, Pace
from bot.referrals.answering import ANSWERS
from bot.store.tables.meta import metadata, one_of

# First answers, by the office that was asked, the day of the answer, and within how many minutes.
answer_counts = Table(
    "answer_counts",
    metadata,
    Column("office", Text, primary_key=True),
    Column("pace", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("minutes", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint(one_of("pace", Pace), name="pace"),
)

# What people said when they were asked whether it helped.
judgement_counts = Table(
    "judgement_counts",
    metadata,
    Column("office", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("answer", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint(one_of("category", Category), name="category"),
    CheckConstraint(one_of("answer", ANSWERS), name="answer"),
)
