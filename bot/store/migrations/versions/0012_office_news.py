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


TAKEN = "OLD.state = 'waiting' AND NEW.state = 'claimed' AND OLD.office = NEW.office"


def upgrade() -> None:
    """Let every change of a request or an alert wake the pages of its office, but for a claim.

    Commits that notify wait for each other, and a claim must not; the console tells of it itself.
    """
    op.execute(FUNCTION)
    _on("referrals", "INSERT OR DELETE", "referrals_come_and_go")
    _on("referrals", "UPDATE", "referrals_change", f"WHEN (NOT ({TAKEN})) ")
    _on("alerts", "INSERT OR UPDATE OR DELETE", "alerts_change")


def _on(table: str, acts: str, name: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {name} AFTER {acts} ON {table}"
        f" FOR EACH ROW {when}EXECUTE FUNCTION office_news()"
    )
