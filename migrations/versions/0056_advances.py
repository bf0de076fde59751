"""Money ahead on an invoice or agreement, assigned to who paid it; what comes in repays it first."""

from alembic import op

revision = "0056_advances"
down_revision = "0055_talent"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE advance (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_advance PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_advance_public_id UNIQUE,
        fund_id BIGINT NOT NULL CONSTRAINT fk_advance_fund_id REFERENCES organisation (id),
        borrower_id BIGINT NOT NULL CONSTRAINT fk_advance_borrower_id REFERENCES organisation (id),
        debtor_id BIGINT NOT NULL CONSTRAINT fk_advance_debtor_id REFERENCES organisation (id),
        invoice_id BIGINT CONSTRAINT fk_advance_invoice_id REFERENCES invoice (id),
        agreement_id BIGINT CONSTRAINT fk_advance_agreement_id REFERENCES agreement (id),
        amount BIGINT NOT NULL,
        fee BIGINT NOT NULL,
        rate NUMERIC NOT NULL,
        due_on DATE NOT NULL,
        fund_iban TEXT NOT NULL,
        assigned_at TIMESTAMPTZ NOT NULL,
        assigned_by_id BIGINT NOT NULL CONSTRAINT fk_advance_assigned_by_id REFERENCES user_account (id),
        seen_at TIMESTAMPTZ,
        seen_by_id BIGINT CONSTRAINT fk_advance_seen_by_id REFERENCES user_account (id),
        paid_out_on DATE,
        payout_transfer_id BIGINT CONSTRAINT uq_advance_payout_transfer_id UNIQUE
            CONSTRAINT fk_advance_payout_transfer_id REFERENCES transfer (id),
        repaid_amount BIGINT NOT NULL,
        fee_paid BIGINT NOT NULL,
        written_off_amount BIGINT NOT NULL,
        recovered_amount BIGINT NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        released_on DATE,
        CONSTRAINT ck_advance_one_base CHECK ((invoice_id IS NULL) <> (agreement_id IS NULL)),
        CONSTRAINT ck_advance_parties
            CHECK (fund_id <> borrower_id AND fund_id <> debtor_id AND borrower_id <> debtor_id),
        CONSTRAINT ck_advance_amount CHECK (amount > 0 AND fee >= 0 AND rate BETWEEN 0 AND 1),
        CONSTRAINT ck_advance_sums CHECK (repaid_amount >= 0 AND written_off_amount >= 0),
        CONSTRAINT ck_advance_repaid CHECK (repaid_amount + written_off_amount <= amount),
        CONSTRAINT ck_advance_recovered CHECK (recovered_amount BETWEEN 0 AND written_off_amount),
        CONSTRAINT ck_advance_fee_paid CHECK (fee_paid BETWEEN 0 AND fee),
        CONSTRAINT ck_advance_paid_out CHECK ((paid_out_on IS NULL) = (payout_transfer_id IS NULL)),
        CONSTRAINT ck_advance_only_paid_out
            CHECK (paid_out_on IS NOT NULL OR repaid_amount + written_off_amount + fee_paid = 0),
        CONSTRAINT ck_advance_withdrawn CHECK (withdrawn_at IS NULL OR paid_out_on IS NULL),
        CONSTRAINT ck_advance_seen CHECK ((seen_at IS NULL) = (seen_by_id IS NULL)),
        CONSTRAINT ck_advance_released CHECK ((released_on IS NOT NULL) =
            (paid_out_on IS NOT NULL AND repaid_amount + recovered_amount = amount AND fee_paid = fee))
    );
    CREATE UNIQUE INDEX uq_advance_invoice ON advance (invoice_id) WHERE withdrawn_at IS NULL;
    CREATE UNIQUE INDEX uq_advance_agreement ON advance (agreement_id, borrower_id)
        WHERE withdrawn_at IS NULL AND released_on IS NULL;
    CREATE INDEX ix_advance_borrower_id ON advance (borrower_id);
    CREATE INDEX ix_advance_debtor_id ON advance (debtor_id);
    CREATE INDEX ix_advance_fund_id ON advance (fund_id);

    CREATE TABLE advance_receipt (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_advance_receipt PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_advance_receipt_public_id UNIQUE,
        advance_id BIGINT NOT NULL CONSTRAINT fk_advance_receipt_advance_id REFERENCES advance (id),
        route TEXT NOT NULL CONSTRAINT ck_advance_receipt_route
            CHECK (route IN ('fund', 'borrower', 'direct', 'surplus')),
        amount BIGINT NOT NULL CONSTRAINT ck_advance_receipt_amount CHECK (amount > 0),
        principal BIGINT NOT NULL,
        recovered BIGINT NOT NULL,
        fee BIGINT NOT NULL,
        rest BIGINT NOT NULL,
        rest_to_id BIGINT CONSTRAINT fk_advance_receipt_rest_to_id REFERENCES organisation (id),
        "on" DATE NOT NULL,
        transfer_id BIGINT NOT NULL CONSTRAINT uq_advance_receipt_transfer_id UNIQUE
            CONSTRAINT fk_advance_receipt_transfer_id REFERENCES transfer (id),
        passed_on_on DATE,
        passed_on_by_id BIGINT CONSTRAINT fk_advance_receipt_passed_on_by_id REFERENCES user_account (id),
        CONSTRAINT ck_advance_receipt_parts CHECK (principal >= 0 AND recovered >= 0 AND fee >= 0 AND rest >= 0),
        CONSTRAINT ck_advance_receipt_whole CHECK (
            route = 'borrower' AND principal + recovered + fee + rest = 0
            OR route <> 'borrower' AND principal + recovered + fee + rest = amount),
        CONSTRAINT ck_advance_receipt_rest_to CHECK ((rest > 0) = (rest_to_id IS NOT NULL)),
        CONSTRAINT ck_advance_receipt_passed_on CHECK ((passed_on_on IS NULL) = (passed_on_by_id IS NULL)),
        CONSTRAINT ck_advance_receipt_passed_on_rest CHECK (passed_on_on IS NULL OR rest > 0)
    );
    CREATE INDEX ix_advance_receipt_advance_id ON advance_receipt (advance_id);
"""

FENCES = """
    CREATE FUNCTION keep_advance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        later CONSTANT text[] := ARRAY['seen_at', 'seen_by_id', 'paid_out_on', 'payout_transfer_id', 'repaid_amount',
            'fee_paid', 'written_off_amount', 'recovered_amount', 'withdrawn_at', 'released_on'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - later IS DISTINCT FROM to_jsonb(NEW) - later
            OR OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.paid_out_on)
                IS DISTINCT FROM (OLD.withdrawn_at, OLD.paid_out_on)
            OR OLD.paid_out_on IS NOT NULL AND (NEW.paid_out_on, NEW.payout_transfer_id)
                IS DISTINCT FROM (OLD.paid_out_on, OLD.payout_transfer_id)
            OR NEW.repaid_amount < OLD.repaid_amount OR NEW.fee_paid < OLD.fee_paid
            OR NEW.written_off_amount < OLD.written_off_amount OR NEW.recovered_amount < OLD.recovered_amount THEN
            RAISE EXCEPTION 'advance %: what was agreed and what came in stays', OLD.id USING ERRCODE = 'CW056';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_advance BEFORE UPDATE OR DELETE ON advance FOR EACH ROW EXECUTE FUNCTION keep_advance();

    CREATE FUNCTION keep_advance_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        later CONSTANT text[] := ARRAY['passed_on_on', 'passed_on_by_id'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.passed_on_on IS NOT NULL
            OR to_jsonb(OLD) - later IS DISTINCT FROM to_jsonb(NEW) - later THEN
            RAISE EXCEPTION 'receipt %: what came in stays', OLD.id USING ERRCODE = 'CW056';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_advance_receipt BEFORE UPDATE OR DELETE ON advance_receipt
        FOR EACH ROW EXECUTE FUNCTION keep_advance_receipt();

    -- An invoice and its agreement never stand for two advances at once; the agreement's row orders who comes first.
    CREATE FUNCTION advance_once() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        base bigint := NEW.agreement_id;
        i record;
    BEGIN
        IF NEW.invoice_id IS NOT NULL THEN
            SELECT agreement_id, seller_id, buyer_id, state, kind INTO i FROM invoice WHERE id = NEW.invoice_id FOR UPDATE;
            IF i.state <> 'approved' OR i.kind <> 'invoice' OR i.seller_id <> NEW.borrower_id
                OR i.buyer_id <> NEW.debtor_id THEN
                RAISE EXCEPTION 'invoice %: not approved, or of others', NEW.invoice_id USING ERRCODE = 'CW056';
            END IF;
            base := i.agreement_id;
        END IF;
        PERFORM FROM agreement WHERE id = base FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM advance a LEFT JOIN invoice v ON v.id = a.invoice_id
            WHERE a.borrower_id = NEW.borrower_id AND a.withdrawn_at IS NULL AND a.released_on IS NULL
                AND (NEW.invoice_id IS NOT NULL AND a.agreement_id = base
                    OR NEW.agreement_id IS NOT NULL AND v.agreement_id = base)) THEN
            RAISE EXCEPTION 'agreement %: money ahead rests on it', base USING ERRCODE = '23505';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER advance_once BEFORE INSERT ON advance FOR EACH ROW EXECUTE FUNCTION advance_once();
"""


def upgrade() -> None:
    """The tables and what keeps them."""
    op.execute(TABLES)
    op.execute(FENCES)


def downgrade() -> None:
    """Take them away."""
    op.execute(
        """
        DROP TABLE advance_receipt;
        DROP TABLE advance;
        DROP FUNCTION keep_advance(), keep_advance_receipt(), advance_once();
        """
    )
