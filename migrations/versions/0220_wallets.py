"""Instruments of the local currency, counts of their backing, wallets, payments between them and refunds."""

from alembic import op

revision = "0220_wallets"
down_revision = "0215_clearing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE instrument (
            code text CONSTRAINT pk_instrument PRIMARY KEY,
            keeper_id bigint NOT NULL CONSTRAINT fk_instrument_keeper_id REFERENCES organisation (id),
            opened_at timestamptz NOT NULL,
            document text,
            reviewer text,
            reviewed_on date,
            proposed_by_id bigint CONSTRAINT fk_instrument_proposed_by_id REFERENCES user_account (id),
            confirmed_by_id bigint CONSTRAINT fk_instrument_confirmed_by_id REFERENCES user_account (id),
            confirmed_at timestamptz,
            stopped boolean NOT NULL,
            CONSTRAINT ck_instrument_code CHECK (code IN ('NWE', 'KRE')),
            CONSTRAINT ck_instrument_review
                CHECK (num_nulls(document, reviewer, reviewed_on, proposed_by_id) IN (0, 4)),
            CONSTRAINT ck_instrument_second CHECK (confirmed_at IS NULL
                OR (confirmed_by_id IS NOT NULL AND proposed_by_id IS NOT NULL AND confirmed_by_id <> proposed_by_id))
        );
        CREATE FUNCTION instrument_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.keeper_id <> OLD.keeper_id OR NEW.code <> OLD.code
                OR (OLD.confirmed_at IS NOT NULL AND to_jsonb(NEW) - 'stopped' <> to_jsonb(OLD) - 'stopped') THEN
                RAISE EXCEPTION 'instrument % is kept as it is', OLD.code USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER instrument_keep BEFORE UPDATE ON instrument FOR EACH ROW EXECUTE FUNCTION instrument_keep();
        CREATE TRIGGER instrument_no_delete BEFORE DELETE ON instrument FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER instrument_no_truncate BEFORE TRUNCATE ON instrument EXECUTE FUNCTION refuse_change();
        CREATE TABLE backing_count (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_backing_count PRIMARY KEY,
            instrument_code text NOT NULL CONSTRAINT fk_backing_count_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            counted bigint NOT NULL,
            supply bigint NOT NULL,
            counted_at timestamptz NOT NULL,
            counted_by_id bigint NOT NULL CONSTRAINT fk_backing_count_counted_by_id REFERENCES user_account (id)
        );
        CREATE INDEX ix_backing_count_instrument_code ON backing_count (instrument_code, counted_at);
        CREATE TRIGGER backing_count_append_only BEFORE UPDATE OR DELETE ON backing_count
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER backing_count_no_truncate BEFORE TRUNCATE ON backing_count EXECUTE FUNCTION refuse_change();
        CREATE TABLE wallet (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_wallet PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_wallet_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_wallet_instrument_code REFERENCES instrument (code),
            party_id bigint NOT NULL CONSTRAINT fk_wallet_party_id REFERENCES party (id),
            live boolean NOT NULL,
            firm boolean NOT NULL,
            account_id bigint NOT NULL CONSTRAINT fk_wallet_account_id REFERENCES account (id)
                CONSTRAINT uq_wallet_account_id UNIQUE,
            code text NOT NULL CONSTRAINT uq_wallet_code UNIQUE,
            yearly_sales bigint,
            opened_at timestamptz NOT NULL,
            CONSTRAINT uq_wallet_instrument_code_party_id_live UNIQUE (instrument_code, party_id, live),
            CONSTRAINT ck_wallet_code CHECK (length(code) = 8),
            CONSTRAINT ck_wallet_sales CHECK (yearly_sales >= 0)
        );
        CREATE INDEX ix_wallet_party_id ON wallet (party_id);
        CREATE TABLE wallet_payment (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_wallet_payment PRIMARY KEY,
            instrument_code text NOT NULL CONSTRAINT fk_wallet_payment_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            payer_id bigint NOT NULL CONSTRAINT fk_wallet_payment_payer_id REFERENCES wallet (id),
            payee_id bigint NOT NULL CONSTRAINT fk_wallet_payment_payee_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            note text NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT fk_wallet_payment_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_wallet_payment_transfer_id UNIQUE,
            paid_at timestamptz NOT NULL,
            paid_by_id bigint NOT NULL CONSTRAINT fk_wallet_payment_paid_by_id REFERENCES user_account (id),
            CONSTRAINT ck_wallet_payment_amount CHECK (amount > 0 AND payer_id <> payee_id)
        );
        CREATE INDEX ix_wallet_payment_volume ON wallet_payment (instrument_code, live, paid_at) INCLUDE (amount);
        CREATE INDEX ix_wallet_payment_payer_id ON wallet_payment (payer_id, paid_at);
        CREATE INDEX ix_wallet_payment_payee_id ON wallet_payment (payee_id, paid_at);
        CREATE TRIGGER wallet_payment_append_only BEFORE UPDATE OR DELETE ON wallet_payment
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER wallet_payment_no_truncate BEFORE TRUNCATE ON wallet_payment EXECUTE FUNCTION refuse_change();
        CREATE TABLE wallet_refund (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_wallet_refund PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_wallet_refund_public_id UNIQUE,
            wallet_id bigint NOT NULL CONSTRAINT fk_wallet_refund_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            asked_at timestamptz NOT NULL,
            asked_by_id bigint NOT NULL CONSTRAINT fk_wallet_refund_asked_by_id REFERENCES user_account (id),
            reserved_id bigint NOT NULL CONSTRAINT fk_wallet_refund_reserved_id REFERENCES transfer (id)
                CONSTRAINT uq_wallet_refund_reserved_id UNIQUE,
            fee bigint,
            transfer_id bigint CONSTRAINT fk_wallet_refund_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_wallet_refund_transfer_id UNIQUE,
            paid_at timestamptz,
            paid_by_id bigint CONSTRAINT fk_wallet_refund_paid_by_id REFERENCES user_account (id),
            CONSTRAINT ck_wallet_refund_amount CHECK (amount > 0 AND fee BETWEEN 0 AND amount),
            CONSTRAINT ck_wallet_refund_paid CHECK (num_nulls(fee, transfer_id, paid_at, paid_by_id) IN (0, 4))
        );
        CREATE UNIQUE INDEX uq_wallet_refund_waiting ON wallet_refund (wallet_id) WHERE paid_at IS NULL;
        CREATE FUNCTION wallet_refund_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            paying text[] := '{fee,transfer_id,paid_at,paid_by_id}';
        BEGIN
            IF OLD.paid_at IS NOT NULL OR to_jsonb(NEW) - paying <> to_jsonb(OLD) - paying THEN
                RAISE EXCEPTION 'refund % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER wallet_refund_keep BEFORE UPDATE ON wallet_refund
            FOR EACH ROW EXECUTE FUNCTION wallet_refund_keep();
        CREATE TRIGGER wallet_refund_no_delete BEFORE DELETE ON wallet_refund
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER wallet_refund_no_truncate BEFORE TRUNCATE ON wallet_refund EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE wallet_refund, wallet_payment, wallet, backing_count, instrument;
        DROP FUNCTION wallet_refund_keep; DROP FUNCTION instrument_keep
    """)
