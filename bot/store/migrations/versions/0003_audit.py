"""The audit: one chain of hashes for each office, written by functions and by nothing else.

The functions run with the rights of the schema's owner, so that the ordinary role can append and
cannot change, remove or write past them (`bot/store/migrate.py` takes those rights from it).
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Ids and codes: no blank, no sign of an address, no number long enough to call or to be a code.
# The length is counted apart: a pattern that counts to 80 costs a fifth of the whole entry.
CHECK = (
    "length({0}) <= 80 AND {0} ~ '^[A-Za-z0-9][A-Za-z0-9.:/_-]*$' AND {0} !~ '^[0-9]{{9}}[0-9]*$'"
)
WORDS = ("chain", "who", "role", "office", "action", "object", "outcome")

# The head's row is the lock: whoever writes into the same chain waits for the end of this
# transaction, other chains go on.  A transaction that is rolled back leaves its number to the next.
# What is hashed is `bot.audit.canonical`; whoever changes one changes both, with a new format.
APPEND = """
CREATE FUNCTION audit_append(
    p_chain text, p_who text, p_action text, p_object text, p_outcome text, p_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    made public.audit_entries;
    head public.audit_heads;
BEGIN
    IF p_who IS NOT NULL THEN
        SELECT officers.role, officers.office INTO made.role, made.office
        FROM public.officers WHERE officers.id = p_who;
    END IF;
    made.chain = coalesce(p_chain, made.office, 'system');
    SELECT * INTO head FROM public.audit_heads WHERE chain = made.chain FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.audit_heads (chain) VALUES (made.chain) ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM public.audit_heads WHERE chain = made.chain FOR NO KEY UPDATE;
    END IF;
    made.number = head.number + 1;
    made.running = nextval('public.audit_running');
    made.at = coalesce(p_at, now());
    made.who = p_who;
    made.action = p_action;
    made.object = p_object;
    made.outcome = p_outcome;
    made.hash = sha256(head.hash || convert_to(
        'waypoint-audit/1|' || made.chain || '|' || made.number || '|' || made.running || '|'
        || trunc(extract(epoch FROM made.at) * 1000000)::bigint || '|'
        || coalesce(made.who, '') || '|' || coalesce(made.role, '') || '|'
        || coalesce(made.office, '') || '|' || made.action || '|'
        || coalesce(made.object, '') || '|' || made.outcome,
        'UTF8'));
    INSERT INTO public.audit_entries VALUES (
        made.chain, made.number, made.running, made.at, made.who, made.role, made.office,
        made.action, made.object, made.outcome, made.hash);
    UPDATE public.audit_heads SET number = made.number, hash = made.hash WHERE chain = made.chain;
    RETURN made.number;
END
$body$
"""

# Removes what is older from the start of every chain, and says so in the chain itself.  What the
# last removed entry was hashed to stays, so that the rest can still be followed.
CUT = """
CREATE FUNCTION audit_cut(p_before timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    head public.audit_heads;
    last public.audit_entries;
    gone bigint;
    total bigint = 0;
BEGIN
    FOR head IN
        SELECT * FROM public.audit_heads AS one
        WHERE EXISTS (
            SELECT FROM public.audit_entries AS first
            WHERE first.chain = one.chain AND first.number = one.start_number + 1
            AND first.at < p_before)
        -- The order in which every transaction takes heads: offices first, the system's last.
        ORDER BY one.chain = 'system', one.chain COLLATE "C" FOR NO KEY UPDATE
    LOOP
        SELECT * INTO last FROM public.audit_entries AS one
        WHERE one.chain = head.chain AND one.number < coalesce(
            (SELECT min(kept.number) FROM public.audit_entries AS kept
             WHERE kept.chain = head.chain AND kept.at >= p_before), head.number + 1)
        ORDER BY one.number DESC LIMIT 1;
        -- Else a quiet chain would get one entry a day about the removal of yesterday's.
        CONTINUE WHEN NOT FOUND OR NOT EXISTS (
            SELECT FROM public.audit_entries AS one
            WHERE one.chain = head.chain AND one.number <= last.number AND one.action <> 'forget');
        DELETE FROM public.audit_entries AS one
        WHERE one.chain = head.chain AND one.number <= last.number;
        GET DIAGNOSTICS gone = ROW_COUNT;
        UPDATE public.audit_heads SET start_number = last.number, start_hash = last.hash
        WHERE chain = head.chain;
        PERFORM public.audit_append(
            head.chain, NULL, 'forget', last.number::text, 'done', now());
        total = total + gone;
    END LOOP;
    DELETE FROM public.audit_signed_heads WHERE made < p_before;
    RETURN total;
END
$body$
"""

# The ordinary role may let go what is due by the database's own clock, whatever it asks for.
FORGET = """
CREATE FUNCTION audit_forget(p_before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT public.audit_cut(least(p_before, now() - interval '24 months'))
$body$
"""


def upgrade() -> None:
    """Make the tables, the functions and the sequence of the running number."""
    op.execute("CREATE SEQUENCE audit_running")
    words = [
        sa.CheckConstraint(CHECK.format(name), name=op.f(f"ck_audit_entries_{name}"))
        for name in WORDS
    ]
    op.create_table(
        "audit_entries",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("office", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("running", name=op.f("uq_audit_entries_running")),
        *words,
    )
    op.create_index("ix_audit_entries_who", "audit_entries", ["who", "at"])
    nothing = sa.text(r"'\x" + "00" * 32 + "'")
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("hash", sa.LargeBinary(), nullable=False, server_default=nothing),
        sa.Column("start_number", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("start_hash", sa.LargeBinary(), nullable=False, server_default=nothing),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_signed_heads",
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("running", name=op.f("pk_audit_signed_heads")),
    )
    # The driver's own cursor: the bodies are no SQLAlchemy text.
    run = op.get_bind().exec_driver_sql
    for function in (APPEND, CUT, FORGET):
        run(function)
    # Functions may be called by everybody until it is said otherwise.
    for name in ("audit_append", "audit_cut", "audit_forget"):
        run(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
