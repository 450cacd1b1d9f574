"""What the rows were made with, so that nothing else is taken for it."""

from sqlalchemy import Boolean, CheckConstraint, Column, Table, Text

from bot.store.tables.meta import metadata

# The public name of the secret that sealed names and addresses in these tables; one row at most.
host_secret = Table(
    "host_secret",
    metadata,
    Column("single", Boolean, primary_key=True, server_default="true"),
    Column("key_id", Text, nullable=False),
    CheckConstraint("single", name="single"),
)
