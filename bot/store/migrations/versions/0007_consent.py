"""The record of each yes and no: to whom, for what, in which words; and the gate that asks for it.

The gate is a trigger, so that whoever writes to the database meets it: a request is not created
without a yes that names its office, does not move to an office that neither a yes nor a confirmed
danger to life covers, and is not offered to a partner without either (migration 0011).

A confirmed danger covers its recipient and purpose within a day, by the time that the row itself
says, and is used up by what it covers.  Then the ladder of that office is open, upwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A later no takes back every yes before it.
STANDS = """
CREATE FUNCTION consent_stands(p_referral uuid, p_purpose text, p_office text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT EXISTS (
        SELECT FROM public.consents AS yes
        WHERE yes.referral = p_referral AND yes.purpose = p_purpose AND yes.given
        AND (p_office IS NULL OR p_office = ANY (yes.offices))
        AND (p_purpose <> 'partner' OR yes.whose IN ('own', 'other-agrees'))
        AND NOT EXISTS (
            SELECT FROM public.consents AS no
            WHERE no.referral = yes.referral AND no.purpose = yes.purpose
            AND NOT no.given AND no.id > yes.id))
$body$
"""

# What the yes to partners lacks, if anything.
PARTNER = """
CREATE FUNCTION partner_missing(p_referral uuid, p_category text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT CASE
        WHEN p_category = 'complaint' OR NOT public.consent_stands(p_referral, 'partner', NULL)
            THEN 'partner'
        WHEN (p_category = 'child' OR EXISTS (
                SELECT FROM public.consents AS one WHERE one.referral = p_referral AND one.young))
            AND NOT EXISTS (
                SELECT FROM public.approvals AS one WHERE one.referral = p_referral)
            THEN 'supervisor'
    END
$body$
"""

# The confirmed danger that covers a passing on and is used up by it; NULL where none does.
USED = """
CREATE FUNCTION override_used(
    p_referral uuid, p_purpose text, p_recipient text, p_at timestamptz) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $body$
    UPDATE public.overrides SET used = p_at WHERE id = (
        SELECT min(one.id) FROM public.overrides AS one
        WHERE one.referral = p_referral AND one.purpose = p_purpose
        AND one.recipient = p_recipient AND one.used IS NULL
        AND p_at BETWEEN one.confirmed AND one.confirmed + interval '24 hours')
    AND used IS NULL
    RETURNING id
$body$
"""

# A decision stays as it was made, but for its times, which are cut to the day at the end.
DECIDED = """
CREATE FUNCTION override_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed IS NULL AND NEW.used IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF (OLD.confirmed IS NULL OR (NEW.confirmed_by = OLD.confirmed_by
            AND NEW.confirmed IN (OLD.confirmed, date_trunc('day', OLD.confirmed, 'UTC'))))
        AND (NEW.used IS NOT DISTINCT FROM OLD.used
            OR NEW.used = date_trunc('day', OLD.used, 'UTC')
            OR (OLD.used IS NULL
                AND NEW.used BETWEEN OLD.confirmed AND OLD.confirmed + interval '24 hours'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a danger to life is confirmed once and used once, within a day'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_overrides_once';
END
$body$
"""
KEPT = """
CREATE TRIGGER overrides_once BEFORE INSERT OR UPDATE ON overrides
FOR EACH ROW EXECUTE FUNCTION override_kept()
"""

GATE = """
CREATE FUNCTION consent_gate() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    missing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT public.consent_stands(NEW.id, 'office', NEW.office) THEN
            missing = 'office';
        END IF;
    ELSIF NEW.office <> OLD.office
        AND public.override_used(NEW.id, 'office', NEW.office, NEW.changed) IS NULL
        AND NOT public.consent_stands(NEW.id, 'office', NEW.office)
        AND NOT EXISTS (
            SELECT FROM public.overrides AS one
            WHERE one.referral = NEW.id AND one.purpose = 'office' AND one.used IS NOT NULL
            AND array_position(one.desks, OLD.office) < array_position(one.desks, NEW.office))
    THEN
        missing = 'office';
    END IF;
    IF NEW.state = 'offered' AND (TG_OP = 'INSERT' OR OLD.state <> 'offered') AND NOT EXISTS (
        SELECT FROM public.offers AS one
        WHERE one.referral = NEW.id AND one.override IS NOT NULL AND one.answer IS NULL)
    THEN
        missing = public.partner_missing(NEW.id, NEW.category);
    END IF;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'no recorded consent covers this: %', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_referrals_consented';
    END IF;
    RETURN NEW;
END
$body$
"""

CREATED = """
CREATE TRIGGER consented_creation BEFORE INSERT ON referrals
FOR EACH ROW EXECUTE FUNCTION consent_gate()
"""
MOVED = """
CREATE TRIGGER consented_move BEFORE UPDATE OF office, state ON referrals FOR EACH ROW
WHEN (NEW.office <> OLD.office OR (NEW.state = 'offered' AND OLD.state <> 'offered'))
EXECUTE FUNCTION consent_gate()
"""

# What was asked before: the desks that the request is sealed to were named, and so was the answer
# about partners, without a country or fields, so that it covers none.
EARLIER = """
INSERT INTO consents (referral, purpose, given, offices, whose, young, notice, language, at)
SELECT one.id, asked.purpose, asked.given,
    CASE WHEN asked.purpose = 'office' THEN ARRAY(
        SELECT DISTINCT named.office FROM (
            SELECT wraps.office FROM wraps WHERE wraps.referral = one.id
            UNION SELECT one.office UNION SELECT one.first_office UNION SELECT 'duty-desk'
        ) AS named ORDER BY named.office)
    ELSE '{}' END,
    'own', false, one.notice, one.language, date_trunc('hour', one.created, 'UTC')
FROM referrals AS one CROSS JOIN LATERAL (VALUES
    ('office', one.consent_office), ('partner', one.consent_partner),
    ('contact', one.contact = 'here')) AS asked (purpose, given)
"""


def upgrade() -> None:
    """Make the records, fill them with what was asked before, and put the gate before requests."""
    _records()
    _decisions()
    # The driver's own cursor: the bodies are no SQLAlchemy text.
    run = op.get_bind().exec_driver_sql
    for statement in (EARLIER, STANDS, PARTNER, USED, DECIDED, KEPT, GATE, CREATED, MOVED):
        run(statement.replace("%", "%%"))


def _records() -> None:
    texts = sa.ARRAY(sa.Text())
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("offices", texts, nullable=False, server_default="{}"),
        sa.Column("kind", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("fields", texts, nullable=False, server_default="{}"),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("young", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('office', 'partner', 'contact')", name=op.f("ck_consents_purpose")
        ),
        sa.CheckConstraint(
            "whose IN ('own', 'other-agrees', 'other-does-not', 'other-not-said')",
            name=op.f("ck_consents_whose"),
        ),
        sa.CheckConstraint(
            "extract(epoch FROM at)::bigint % 3600 = 0", name=op.f("ck_consents_hour")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_referral", "consents", ["referral", "id"])


def _decisions() -> None:
    op.create_table(
        "overrides",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("desks", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("confirmed", sa.DateTime(timezone=True)),
        sa.Column("used", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "why IN ('violence', 'captive', 'health', 'suicide', 'at-sea')",
            name=op.f("ck_overrides_why"),
        ),
        sa.CheckConstraint("purpose IN ('office', 'partner')", name=op.f("ck_overrides_purpose")),
        sa.CheckConstraint(
            "(confirmed IS NULL) = (confirmed_by IS NULL) "
            "AND (confirmed_by IS NULL OR confirmed_by <> asked_by)",
            name=op.f("ck_overrides_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index("ix_overrides_referral", "overrides", ["referral", "id"])
    op.create_table(
        "approvals",
        sa.Column("referral", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("referral", name=op.f("pk_approvals")),
    )
