"""Dues collected through the cooperative's own bank: a collection is sent in a file, and announced again without it."""

from alembic import op

revision = "0213_collected_by_bank"
down_revision = "0212_bank_debits"
branch_labels = None
depends_on = None

_KEEP = """
        CREATE OR REPLACE FUNCTION dues_collection_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{state,order_id,%(debit)ssent_at,stop,code}';
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id)
                OR NOT (NEW.state = OLD.state
                    OR (OLD.state = 'announced' AND NEW.state IN ('sent', 'stopped'))
                    OR (OLD.state = 'sent' AND NEW.state IN ('failed', 'returned'))%(back)s) THEN
                RAISE EXCEPTION 'dues collection %%: %% does not become %%', OLD.public_id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
"""
_BACK = """
                    OR (OLD.state = 'sent' AND OLD.debit_id IS NOT NULL AND NEW.state = 'announced')"""


def upgrade() -> None:
    """None was sent that way."""
    op.execute(
        """
        ALTER TABLE dues_collection ADD COLUMN debit_id bigint
            CONSTRAINT fk_dues_collection_debit_id REFERENCES bank_debit (id);
        CREATE UNIQUE INDEX uq_dues_collection_debit_id ON dues_collection (debit_id);
        ALTER TABLE dues_collection DROP CONSTRAINT ck_dues_collection_sent;
        ALTER TABLE dues_collection ADD CONSTRAINT ck_dues_collection_sent CHECK (
            num_nonnulls(order_id, debit_id) = CASE WHEN state IN ('announced', 'stopped') THEN 0 ELSE 1 END);
    """
        + _KEEP % {"debit": "debit_id,", "back": _BACK}
    )


def downgrade() -> None:
    """What was sent in a file is forgotten: it cannot be told of without the file."""
    op.execute(
        """
        ALTER TABLE dues_collection DISABLE TRIGGER USER;
        DELETE FROM dues_collection c USING debit_mandate m WHERE m.id = c.mandate_id AND m.medium <> 'provider';
        ALTER TABLE dues_collection ENABLE TRIGGER USER;
        ALTER TABLE dues_collection DROP CONSTRAINT ck_dues_collection_sent, DROP COLUMN debit_id;
        ALTER TABLE dues_collection ADD CONSTRAINT ck_dues_collection_sent
            CHECK ((state IN ('announced', 'stopped')) = (order_id IS NULL));
    """
        + _KEEP % {"debit": "", "back": ""}
    )
