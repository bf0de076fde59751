"""A receipt that waits can be taken away by who brought it; the row stays and says why."""

from alembic import op

revision = "0192_receipt_withdrawn"
down_revision = "0209_payouts"
branch_labels = None
depends_on = None


def _checks(states: str, unbooked: str, ended: str) -> None:
    op.execute(f"""
        ALTER TABLE receipt DROP CONSTRAINT ck_receipt_state, DROP CONSTRAINT ck_receipt_booked,
            DROP CONSTRAINT ck_receipt_reversed;
        ALTER TABLE receipt
            ADD CONSTRAINT ck_receipt_state CHECK (state IN ({states})),
            ADD CONSTRAINT ck_receipt_booked CHECK ((state IN ({unbooked})) = (transfer_id IS NULL)
                AND num_nulls(transfer_id, counts_on, booked_at, vat_recoverable) IN (0, 4)),
            ADD CONSTRAINT ck_receipt_reversed
                CHECK ((state IN ({ended})) = (reversed_on IS NOT NULL AND reason <> ''));
    """)


def _keep(ended: str, withdrawn: str) -> None:
    op.execute(f"""
        CREATE OR REPLACE FUNCTION receipt_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            booking text[] := '{{state,booked_by_id,booked_at,counts_on,vat_recoverable,transfer_id}}';
            after text[] := '{{state,reversed_by_id,reversed_on,reason,entry_id}}';
        BEGIN
            IF OLD.state IN ({ended}) OR NEW.state = 'waiting'
                OR (OLD.state = 'waiting' {withdrawn}
                    AND to_jsonb(NEW) - booking <> to_jsonb(OLD) - booking)
                OR (OLD.state = 'booked' AND to_jsonb(NEW) - after <> to_jsonb(OLD) - after) THEN
                RAISE EXCEPTION 'receipt % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
    """)


def upgrade() -> None:
    """None were taken away yet."""
    _checks(
        "'waiting', 'booked', 'reversed', 'withdrawn'", "'waiting', 'withdrawn'", "'reversed', 'withdrawn'"
    )
    _keep(
        "'reversed', 'withdrawn'",
        "AND NOT (NEW.state = 'withdrawn' AND to_jsonb(NEW) - after = to_jsonb(OLD) - after AND NEW.entry_id IS NULL)",
    )


def downgrade() -> None:
    """What was taken away goes altogether: it was never in the books."""
    op.execute("""
        ALTER TABLE receipt DISABLE TRIGGER USER;
        ALTER TABLE receipt_photo DISABLE TRIGGER USER;
        DELETE FROM receipt_photo WHERE receipt_id IN (SELECT id FROM receipt WHERE state = 'withdrawn');
        DELETE FROM receipt WHERE state = 'withdrawn';
        ALTER TABLE receipt ENABLE TRIGGER USER;
        ALTER TABLE receipt_photo ENABLE TRIGGER USER;
    """)
    _checks("'waiting', 'booked', 'reversed'", "'waiting'", "'reversed'")
    _keep("'reversed'", "")
