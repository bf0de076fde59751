"""A change that lowers the price of a contract lowers the worth of its agreements, and so what is advanced on them."""

from alembic import op

revision = "0172_reduced_agreements"
down_revision = "0171_even_after_a_year"
branch_labels = None
depends_on = None

_KEEP = """
    CREATE OR REPLACE FUNCTION agreement_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changes CONSTANT text[] := {changes};
    BEGIN
        IF to_jsonb(NEW) - changes <> to_jsonb(OLD) - changes OR OLD.state = 'ended' THEN
            RAISE EXCEPTION 'agreement % is kept as it is', OLD.id USING ERRCODE = 'CI001';
        END IF;
        {reduced}
        RETURN NEW;
    END $$;
"""

_REDUCED = """IF NEW.reduced < OLD.reduced OR (NEW.reduced > OLD.reduced AND NEW.reduced > (
            SELECT 100 * sum(round(quantity * unit_price, 2)) FROM agreement_line WHERE agreement_id = NEW.id)) THEN
            RAISE EXCEPTION 'agreement % is reduced step by step to nought at most', OLD.id USING ERRCODE = 'CI001';
        END IF;"""


def upgrade() -> None:
    """What changes in force took off counts at once: off the contract's own agreement, as far as it goes."""
    op.execute("""
        ALTER TABLE agreement ADD COLUMN reduced BIGINT NOT NULL DEFAULT 0
            CONSTRAINT ck_agreement_reduced CHECK (reduced >= 0);
        ALTER TABLE agreement DISABLE TRIGGER USER;
        UPDATE agreement SET reduced = least(lower.amount, worth.amount)
        FROM (
            SELECT c.agreement_id, -sum(change.delta_minor) AS amount
            FROM contract c JOIN contract_change change ON change.contract_id = c.id
            WHERE change.effective_at IS NOT NULL AND change.delta_minor < 0
            GROUP BY c.agreement_id
        ) AS lower, (
            SELECT agreement_id, 100 * sum(round(quantity * unit_price, 2)) AS amount
            FROM agreement_line GROUP BY agreement_id
        ) AS worth
        WHERE lower.agreement_id = agreement.id AND worth.agreement_id = agreement.id;
        ALTER TABLE agreement ENABLE TRIGGER USER;
    """)
    op.execute(_KEEP.format(changes="'{state,ended_on,reduced}'", reduced=_REDUCED))


def downgrade() -> None:
    """An agreement is worth what it was."""
    op.execute(_KEEP.format(changes="'{state,ended_on}'", reduced=""))
    op.execute("ALTER TABLE agreement DROP COLUMN reduced;")
