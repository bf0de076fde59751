"""Chain liability: terms about a G-account, the split of an invoice, evidence; a payment says which part it paid."""

from alembic import op

revision = "0204_chains"
down_revision = "0191_payment_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No agreement has such terms yet; what was paid went to free accounts."""
    op.execute("""
        CREATE TABLE chain_term (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_chain_term PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_chain_term_public_id UNIQUE,
            agreement_id bigint NOT NULL CONSTRAINT fk_chain_term_agreement_id REFERENCES agreement (id),
            party_id bigint NOT NULL CONSTRAINT fk_chain_term_party_id REFERENCES organisation (id),
            from_on date NOT NULL,
            role text NOT NULL,
            basis text NOT NULL,
            wage_share numeric,
            g_percentage numeric NOT NULL,
            iban text NOT NULL,
            stated_by_id bigint NOT NULL CONSTRAINT fk_chain_term_stated_by_id REFERENCES user_account (id),
            stated_at timestamptz NOT NULL,
            agreed_by_id bigint CONSTRAINT fk_chain_term_agreed_by_id REFERENCES user_account (id),
            agreed_at timestamptz,
            CONSTRAINT ck_chain_term_role CHECK (role IN ('direct', 'subcontract', 'staff')),
            CONSTRAINT ck_chain_term_basis CHECK (basis IN ('invoice', 'wages')),
            CONSTRAINT ck_chain_term_g_percentage CHECK (g_percentage > 0 AND g_percentage < 100),
            CONSTRAINT ck_chain_term_wage_share CHECK (wage_share > 0 AND wage_share < 100),
            CONSTRAINT ck_chain_term_wages CHECK (basis <> 'wages' OR wage_share IS NOT NULL),
            CONSTRAINT ck_chain_term_iban CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'),
            CONSTRAINT ck_chain_term_agreed CHECK (num_nulls(agreed_by_id, agreed_at) IN (0, 2))
        );
        CREATE INDEX ix_chain_term_agreement_id_party_id ON chain_term (agreement_id, party_id);
        CREATE FUNCTION chain_term_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.agreed_at IS NOT NULL OR to_jsonb(NEW) - '{agreed_by_id,agreed_at}'::text[]
                <> to_jsonb(OLD) - '{agreed_by_id,agreed_at}'::text[] THEN
                RAISE EXCEPTION 'a term is agreed to once, nothing else changes' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER chain_term_keep BEFORE UPDATE ON chain_term FOR EACH ROW EXECUTE FUNCTION chain_term_keep();
        CREATE TRIGGER chain_term_no_delete BEFORE DELETE ON chain_term FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER chain_term_no_truncate BEFORE TRUNCATE ON chain_term EXECUTE FUNCTION refuse_change();

        CREATE TABLE invoice_split (
            invoice_id bigint CONSTRAINT pk_invoice_split PRIMARY KEY
                CONSTRAINT fk_invoice_split_invoice_id REFERENCES invoice (id),
            term_id bigint NOT NULL CONSTRAINT fk_invoice_split_term_id REFERENCES chain_term (id),
            amount bigint NOT NULL,
            CONSTRAINT ck_invoice_split_amount CHECK (amount > 0)
        );
        CREATE INDEX ix_invoice_split_term_id ON invoice_split (term_id);
        CREATE FUNCTION invoice_split_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM invoice i JOIN chain_term t ON t.id = NEW.term_id
                WHERE i.id = NEW.invoice_id AND i.kind = 'invoice' AND i.state = 'sent' AND NEW.amount < i.total_amount
                    AND t.agreement_id = i.agreement_id AND t.party_id = i.seller_id AND t.agreed_at IS NOT NULL
                    AND NOT EXISTS (SELECT FROM payment p WHERE p.invoice_id = i.id);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the split of invoice % does not fit it', NEW.invoice_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER invoice_split_fits BEFORE INSERT ON invoice_split
            FOR EACH ROW EXECUTE FUNCTION invoice_split_fits();
        CREATE TRIGGER invoice_split_keep BEFORE UPDATE OR DELETE ON invoice_split
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER invoice_split_no_truncate BEFORE TRUNCATE ON invoice_split EXECUTE FUNCTION refuse_change();

        CREATE TABLE chain_evidence (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_chain_evidence PRIMARY KEY,
            agreement_id bigint NOT NULL CONSTRAINT fk_chain_evidence_agreement_id REFERENCES agreement (id),
            party_id bigint NOT NULL CONSTRAINT fk_chain_evidence_party_id REFERENCES organisation (id),
            kind text NOT NULL,
            dated_on date NOT NULL,
            valid_until date,
            added_by_id bigint NOT NULL CONSTRAINT fk_chain_evidence_added_by_id REFERENCES user_account (id),
            added_at timestamptz NOT NULL,
            CONSTRAINT ck_chain_evidence_kind CHECK (kind IN ('register', 'payment', 'hours', 'identity')),
            CONSTRAINT ck_chain_evidence_days CHECK (valid_until >= dated_on)
        );
        CREATE INDEX ix_chain_evidence_agreement_id_party_id ON chain_evidence (agreement_id, party_id);
        CREATE TRIGGER chain_evidence_append_only BEFORE UPDATE OR DELETE ON chain_evidence
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER chain_evidence_no_truncate BEFORE TRUNCATE ON chain_evidence EXECUTE FUNCTION refuse_change();

        ALTER TABLE payment ADD COLUMN blocked boolean NOT NULL DEFAULT false;
        ALTER TABLE payment ALTER COLUMN blocked DROP DEFAULT;
        DROP INDEX uq_payment_same;
        CREATE UNIQUE INDEX uq_payment_same ON payment (invoice_id, kind, amount, paid_on, reference, blocked)
            WHERE reference <> '';
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_why;
        ALTER TABLE bank_booking ADD CONSTRAINT ck_bank_booking_why CHECK (why IN (
            'reference', 'mark', 'in_text', 'part', 'rest', 'known', 'near', 'amount', 'number', 'double', 'person',
            'free', 'blocked'));
    """)


def downgrade() -> None:
    """Payments are told apart no more. Two that differ in the account alone keep this from being undone."""
    op.execute("""
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET why = 'part' WHERE why IN ('free', 'blocked');
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_why;
        ALTER TABLE bank_booking ADD CONSTRAINT ck_bank_booking_why CHECK (why IN (
            'reference', 'mark', 'in_text', 'part', 'rest', 'known', 'near', 'amount', 'number', 'double', 'person'));
        DROP INDEX uq_payment_same;
        ALTER TABLE payment DROP COLUMN blocked;
        CREATE UNIQUE INDEX uq_payment_same ON payment (invoice_id, kind, amount, paid_on, reference)
            WHERE reference <> '';
        DROP TABLE chain_evidence, invoice_split, chain_term;
        DROP FUNCTION chain_term_keep, invoice_split_fits;
    """)
