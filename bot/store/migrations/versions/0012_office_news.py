"""Says that something changed in the queue of an office, to whoever shows it.

The payload is the office and nothing else.  PostgreSQL sends it when the transaction commits, once
for each office however many rows changed.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION office_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('waypoint_offices', OLD.office);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify('waypoint_offices', NEW.office);
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Let every change of a request or an alert wake the pages of its office."""
    op.execute(FUNCTION)
    for table in ("referrals", "alerts"):
        op.execute(
            f"CREATE TRIGGER {table}_office_news AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION office_news()"
        )
