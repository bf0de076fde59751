"""Requests to pay, and what a till gave back."""

from alembic import op

revision = "0231_requests"
down_revision = "0230_pins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE payment_request (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment_request PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_payment_request_public_id UNIQUE,
            payee_id bigint NOT NULL CONSTRAINT fk_payment_request_payee_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            price bigint,
            note text NOT NULL,
            at_till boolean NOT NULL,
            made_at timestamptz NOT NULL,
            made_by_id bigint NOT NULL CONSTRAINT fk_payment_request_made_by_id REFERENCES user_account (id),
            expires_at timestamptz NOT NULL,
            payment_id bigint CONSTRAINT fk_payment_request_payment_id REFERENCES wallet_payment (id)
                CONSTRAINT uq_payment_request_payment_id UNIQUE,
            paid_at timestamptz,
            withdrawn_at timestamptz,
            withdrawn_by_id bigint CONSTRAINT fk_payment_request_withdrawn_by_id REFERENCES user_account (id),
            CONSTRAINT ck_payment_request_amount CHECK (amount > 0),
            CONSTRAINT ck_payment_request_price CHECK (price >= amount),
            CONSTRAINT ck_payment_request_note CHECK (length(note) <= 200),
            CONSTRAINT ck_payment_request_expires
                CHECK (expires_at > made_at AND expires_at <= made_at + interval '31 days'),
            CONSTRAINT ck_payment_request_paid
                CHECK (num_nulls(payment_id, paid_at) IN (0, 2) AND (paid_at IS NULL OR paid_at < expires_at)),
            CONSTRAINT ck_payment_request_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2)
                AND (withdrawn_at IS NULL OR paid_at IS NULL))
        );
        CREATE INDEX ix_payment_request_payee_id ON payment_request (payee_id, made_at);
        CREATE FUNCTION payment_request_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ending text[] := '{payment_id,paid_at,withdrawn_at,withdrawn_by_id}';
        BEGIN
            IF OLD.paid_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - ending <> to_jsonb(OLD) - ending
            THEN
                RAISE EXCEPTION 'payment request % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.payment_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM wallet_payment paid WHERE paid.id = NEW.payment_id AND paid.payee_id = NEW.payee_id
                    AND paid.amount = NEW.amount
            ) THEN
                RAISE EXCEPTION 'payment request % was asked otherwise', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payment_request_keep BEFORE UPDATE ON payment_request
            FOR EACH ROW EXECUTE FUNCTION payment_request_keep();
        CREATE TRIGGER payment_request_no_delete BEFORE DELETE ON payment_request
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER payment_request_no_truncate BEFORE TRUNCATE ON payment_request EXECUTE FUNCTION refuse_change();

        CREATE TABLE payment_return (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment_return PRIMARY KEY,
            payment_id bigint NOT NULL CONSTRAINT fk_payment_return_payment_id REFERENCES wallet_payment (id),
            back_id bigint NOT NULL CONSTRAINT fk_payment_return_back_id REFERENCES wallet_payment (id)
                CONSTRAINT uq_payment_return_back_id UNIQUE,
            made_at timestamptz NOT NULL,
            made_by_id bigint NOT NULL CONSTRAINT fk_payment_return_made_by_id REFERENCES user_account (id),
            CONSTRAINT ck_payment_return_other CHECK (payment_id <> back_id)
        );
        CREATE INDEX ix_payment_return_payment_id ON payment_return (payment_id);
        CREATE FUNCTION payment_return_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            paid wallet_payment;
            back wallet_payment;
        BEGIN
            SELECT * INTO paid FROM wallet_payment WHERE id = NEW.payment_id FOR UPDATE;
            SELECT * INTO back FROM wallet_payment WHERE id = NEW.back_id;
            IF back.payer_id <> paid.payee_id OR back.payee_id <> paid.payer_id OR back.amount + (
                SELECT coalesce(sum(before.amount), 0) FROM payment_return given
                JOIN wallet_payment before ON before.id = given.back_id WHERE given.payment_id = NEW.payment_id
            ) > paid.amount THEN
                RAISE EXCEPTION 'payment % is not given back so', NEW.payment_id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payment_return_fits BEFORE INSERT ON payment_return
            FOR EACH ROW EXECUTE FUNCTION payment_return_fits();
        CREATE TRIGGER payment_return_append_only BEFORE UPDATE OR DELETE ON payment_return
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER payment_return_no_truncate BEFORE TRUNCATE ON payment_return EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE payment_return, payment_request;
        DROP FUNCTION payment_return_fits; DROP FUNCTION payment_request_keep
    """)
