"""The state table as PostgreSQL holds it: made from `bot.referrals.MOVES`, so the two never differ.

A program with a fault, or a hand at the database, cannot move a request where the table does not
lead.  Whoever changes the table writes a migration that runs `MOVES_GUARD` again and makes the
check of `referral_events` anew; a test compares the database with the table, pair by pair.
"""

from bot.referrals import MOVES, Action, State

STAYS = (Action.STOP, Action.LIFT)
"""What happens to a request without moving it."""


def _listed(pairs: set[tuple[str, str]]) -> str:
    return ", ".join(f"('{one}', '{other}')" for one, other in sorted(pairs))


STEPS = _listed({(start.value, end.value) for (start, _), end in MOVES.items()})
ENDS = _listed({(action.value, end.value) for (_, action), end in MOVES.items()})
STILL = ", ".join(f"'{one.value}'" for one in STAYS)

EVENT_CHECK = (
    f"CASE WHEN action IS NULL THEN state = '{State.WAITING.value}'"
    f" ELSE action IN ({STILL}) OR (action, state) IN ({ENDS}) END"
)
"""An event is the making of a request, or an action that leads to the state it says."""

MOVES_GUARD = (
    """
CREATE OR REPLACE FUNCTION refuse_move() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    RAISE check_violation USING
        MESSAGE = 'no move leads from ' || OLD.state || ' to ' || NEW.state,
        CONSTRAINT = 'referrals_moves', TABLE = 'referrals';
END
$body$
""",
    "DROP TRIGGER IF EXISTS referrals_moves ON referrals",
    f"""
CREATE TRIGGER referrals_moves BEFORE UPDATE OF state ON referrals FOR EACH ROW
WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({STEPS}))
EXECUTE FUNCTION refuse_move()
""",
)
"""What makes PostgreSQL refuse a move that is not in the table; it runs for nothing else."""
