"""A payment of an invoice may be taken back: the row stays, a reason and the opposite transfer stand beside it."""

from alembic import op

revision = "0208_payment_undo"
down_revision = "0207_incoming"
branch_labels = None
depends_on = None


def _keep(undone: str, ends: str) -> str:
    """The two functions that change, with or without payments that were taken back."""
    return f"""
        CREATE OR REPLACE FUNCTION invoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{{state,credited_amount,paid_amount,round,approved_at,disputed_at,paid_on,vat_recoverable}}';
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF NEW.state <> 'draft' OR NEW.credited_amount <> 0 OR NEW.paid_amount <> 0 THEN
                    RAISE EXCEPTION 'an invoice starts as a draft' USING ERRCODE = 'CI003';
                END IF;
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE' THEN
                IF OLD.state <> 'draft' THEN
                    RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
                END IF;
                RETURN OLD;
            END IF;
            IF OLD.state <> 'draft' AND to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
            END IF;
            IF NEW.state <> OLD.state AND NOT (
                (OLD.state = 'draft' AND NEW.state = 'sent')
                OR (OLD.state = 'sent' AND NEW.state IN ('approved', 'disputed', 'credited'))
                OR (OLD.state = 'disputed' AND NEW.state IN ('approved', 'credited'))
                OR (OLD.state = 'approved' AND NEW.state IN ('paid', 'credited'))
                OR (OLD.state = 'paid' AND NEW.state = 'credited')
                OR (NEW.outside AND OLD.state = 'sent' AND NEW.state = 'paid')
                {ends}
            ) THEN
                RAISE EXCEPTION 'invoice % does not go from % to %', OLD.id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            IF NEW.paid_amount > OLD.paid_amount AND NEW.approved_at IS NULL AND NOT NEW.outside THEN
                RAISE EXCEPTION 'invoice % is paid before it is approved', OLD.id USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE OR REPLACE FUNCTION payment_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            invoice_key bigint := coalesce(to_jsonb(NEW) ->> 'invoice_id', to_jsonb(NEW) ->> 'id');
        BEGIN
            PERFORM FROM invoice i WHERE i.id = invoice_key AND i.paid_amount <> (
                SELECT coalesce(sum(CASE p.kind WHEN 'payment' THEN p.amount ELSE -p.amount END), 0)
                FROM payment p WHERE p.invoice_id = i.id {undone});
            IF FOUND THEN
                RAISE EXCEPTION 'the payments of invoice % do not add up', invoice_key USING ERRCODE = 'CP002';
            END IF;
            RETURN NULL;
        END $$;
    """


_BACK = """OR (OLD.state = 'paid' AND NEW.state = CASE WHEN NEW.outside THEN 'sent' ELSE 'approved' END
                    AND NEW.paid_amount < OLD.paid_amount)
                OR (OLD.state = 'credited' AND NEW.state = 'paid' AND NEW.paid_amount > OLD.paid_amount)"""


def upgrade() -> None:
    """None were taken back."""
    op.execute(_keep("AND p.undone_at IS NULL", _BACK))
    op.execute("""
        ALTER TABLE payment ADD COLUMN undone_at timestamptz;
        DROP INDEX uq_payment_same;
        CREATE UNIQUE INDEX uq_payment_same ON payment (invoice_id, kind, amount, paid_on, reference, blocked)
            WHERE reference <> '' AND undone_at IS NULL;
        CREATE TABLE payment_undo (
            payment_id bigint CONSTRAINT pk_payment_undo PRIMARY KEY
                CONSTRAINT fk_payment_undo_payment_id REFERENCES payment (id),
            reason text NOT NULL,
            asked_by_id bigint NOT NULL CONSTRAINT fk_payment_undo_asked_by_id REFERENCES user_account (id),
            asked_at timestamptz NOT NULL,
            two boolean NOT NULL,
            done_by_id bigint CONSTRAINT fk_payment_undo_done_by_id REFERENCES user_account (id),
            done_at timestamptz,
            transfer_id bigint CONSTRAINT fk_payment_undo_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_payment_undo_transfer_id UNIQUE,
            CONSTRAINT ck_payment_undo_reason CHECK (length(reason) BETWEEN 1 AND 2000),
            CONSTRAINT ck_payment_undo_done CHECK (num_nulls(done_by_id, done_at, transfer_id) IN (0, 3)),
            CONSTRAINT ck_payment_undo_two_people CHECK (NOT two OR done_by_id <> asked_by_id)
        );
        CREATE FUNCTION payment_undo_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.done_at IS NOT NULL OR (TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{done_by_id,done_at,transfer_id}'::text[]
                    <> to_jsonb(OLD) - '{done_by_id,done_at,transfer_id}'::text[]) THEN
                RAISE EXCEPTION 'what was taken back is kept' USING ERRCODE = 'CP001';
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END $$;
        CREATE TRIGGER payment_undo_keep BEFORE UPDATE OR DELETE ON payment_undo
            FOR EACH ROW EXECUTE FUNCTION payment_undo_keep();
        CREATE TRIGGER payment_undo_no_truncate BEFORE TRUNCATE ON payment_undo
            EXECUTE FUNCTION payment_refuse_change();
        CREATE FUNCTION payment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
                OR to_jsonb(NEW) - 'undone_at' <> to_jsonb(OLD) - 'undone_at'
                OR NOT EXISTS (SELECT FROM payment_undo u WHERE u.payment_id = OLD.id AND u.done_at IS NOT NULL) THEN
                RAISE EXCEPTION 'payment is append-only: UPDATE refused' USING ERRCODE = 'CP001';
            END IF;
            RETURN NEW;
        END $$;
        DROP TRIGGER payment_append_only ON payment;
        CREATE TRIGGER payment_append_only BEFORE DELETE ON payment
            FOR EACH ROW EXECUTE FUNCTION payment_refuse_change();
        CREATE TRIGGER payment_keep BEFORE UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION payment_keep();
        CREATE CONSTRAINT TRIGGER payment_undone_adds_up AFTER UPDATE ON payment DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION payment_adds_up();
        ALTER TABLE invoice_step DROP CONSTRAINT ck_invoice_step_kind, DROP CONSTRAINT ck_invoice_step_reason;
        ALTER TABLE invoice_step ADD CONSTRAINT ck_invoice_step_kind CHECK (kind IN ('sent', 'approval', 'approved',
            'dispute', 'credited', 'payment', 'refund', 'paid', 'undone'));
        ALTER TABLE invoice_step ADD CONSTRAINT ck_invoice_step_reason
            CHECK (kind NOT IN ('dispute', 'undone') OR length(note) > 0);
    """)


def downgrade() -> None:
    """Only where nothing was taken back: history cannot say otherwise."""
    op.execute("""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM payment_undo WHERE done_at IS NOT NULL) THEN
                RAISE EXCEPTION 'payments were taken back: this cannot be forgotten';
            END IF;
        END $$;
    """)
    op.execute(_keep("", ""))
    op.execute("""
        DROP TRIGGER payment_undone_adds_up ON payment;
        DROP TRIGGER payment_keep ON payment;
        DROP TRIGGER payment_append_only ON payment;
        CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON payment
            FOR EACH ROW EXECUTE FUNCTION payment_refuse_change();
        DROP TABLE payment_undo;
        DROP FUNCTION payment_undo_keep(), payment_keep();
        DROP INDEX uq_payment_same;
        ALTER TABLE payment DROP COLUMN undone_at;
        CREATE UNIQUE INDEX uq_payment_same ON payment (invoice_id, kind, amount, paid_on, reference, blocked)
            WHERE reference <> '';
        ALTER TABLE invoice_step DROP CONSTRAINT ck_invoice_step_kind, DROP CONSTRAINT ck_invoice_step_reason;
        ALTER TABLE invoice_step ADD CONSTRAINT ck_invoice_step_kind CHECK (kind IN ('sent', 'approval', 'approved',
            'dispute', 'credited', 'payment', 'refund', 'paid'));
        ALTER TABLE invoice_step ADD CONSTRAINT ck_invoice_step_reason CHECK (kind <> 'dispute' OR length(note) > 0);
    """)
