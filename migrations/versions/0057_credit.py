"""The revolving fund with its capital and terms, and applications for money ahead."""

from alembic import op

revision = "0057_credit"
down_revision = "0056_advances"
branch_labels = None
depends_on = None

FUND = """
    CREATE TABLE fund (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_fund PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_fund_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT uq_fund_organisation_id UNIQUE
            CONSTRAINT fk_fund_organisation_id REFERENCES organisation (id),
        keeper_id BIGINT NOT NULL CONSTRAINT uq_fund_keeper_id UNIQUE
            CONSTRAINT fk_fund_keeper_id REFERENCES organisation (id),
        opened_at TIMESTAMPTZ NOT NULL,
        opened_by_id BIGINT NOT NULL CONSTRAINT fk_fund_opened_by_id REFERENCES user_account (id),
        CONSTRAINT ck_fund_own_books CHECK (organisation_id <> keeper_id)
    );

    CREATE TABLE fund_grant (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_fund_grant PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_fund_grant_public_id UNIQUE,
        fund_id BIGINT NOT NULL CONSTRAINT fk_fund_grant_fund_id REFERENCES fund (id),
        source TEXT NOT NULL,
        amount BIGINT NOT NULL,
        received_on DATE NOT NULL,
        ends_on DATE,
        hand_over TEXT NOT NULL,
        transfer_id BIGINT NOT NULL CONSTRAINT uq_fund_grant_transfer_id UNIQUE
            CONSTRAINT fk_fund_grant_transfer_id REFERENCES transfer (id),
        recorded_at TIMESTAMPTZ NOT NULL,
        recorded_by_id BIGINT NOT NULL CONSTRAINT fk_fund_grant_recorded_by_id REFERENCES user_account (id),
        returned_amount BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        ended_on DATE,
        ended_by_id BIGINT CONSTRAINT fk_fund_grant_ended_by_id REFERENCES user_account (id),
        CONSTRAINT ck_fund_grant_told CHECK (source <> '' AND hand_over <> ''),
        CONSTRAINT ck_fund_grant_amount CHECK (amount > 0 AND returned_amount BETWEEN 0 AND amount),
        CONSTRAINT ck_fund_grant_term CHECK (ends_on > received_on),
        CONSTRAINT ck_fund_grant_ended CHECK ((ended_on IS NULL) = (ended_by_id IS NULL)
            AND (ended_on IS NULL) = (outcome = '') AND (ended_on IS NOT NULL OR returned_amount = 0))
    );
    CREATE INDEX ix_fund_grant_fund_id ON fund_grant (fund_id);

    CREATE TABLE fund_terms (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_fund_terms PRIMARY KEY,
        fund_id BIGINT NOT NULL CONSTRAINT fk_fund_terms_fund_id REFERENCES fund (id),
        valid_from DATE NOT NULL,
        rate NUMERIC NOT NULL CONSTRAINT ck_fund_terms_rate CHECK (rate BETWEEN 0 AND 0.2),
        most_amount BIGINT NOT NULL CONSTRAINT ck_fund_terms_most_amount CHECK (most_amount > 0),
        invoice_share BIGINT NOT NULL,
        contract_share BIGINT NOT NULL,
        set_at TIMESTAMPTZ NOT NULL,
        set_by_id BIGINT NOT NULL CONSTRAINT fk_fund_terms_set_by_id REFERENCES user_account (id),
        CONSTRAINT uq_fund_terms_fund_id_valid_from UNIQUE (fund_id, valid_from),
        CONSTRAINT ck_fund_terms_shares
            CHECK (invoice_share BETWEEN 1 AND 10000 AND contract_share BETWEEN 1 AND 10000)
    );
"""

APPLICATION = """
    CREATE TABLE credit_application (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_application PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_credit_application_public_id UNIQUE,
        fund_id BIGINT NOT NULL CONSTRAINT fk_credit_application_fund_id REFERENCES fund (id),
        borrower_id BIGINT NOT NULL CONSTRAINT fk_credit_application_borrower_id REFERENCES organisation (id),
        debtor_id BIGINT NOT NULL CONSTRAINT fk_credit_application_debtor_id REFERENCES organisation (id),
        invoice_id BIGINT CONSTRAINT fk_credit_application_invoice_id REFERENCES invoice (id),
        agreement_id BIGINT CONSTRAINT fk_credit_application_agreement_id REFERENCES agreement (id),
        amount BIGINT NOT NULL,
        rate NUMERIC NOT NULL,
        due_on DATE NOT NULL,
        purpose TEXT NOT NULL,
        plan TEXT NOT NULL,
        state TEXT NOT NULL CONSTRAINT ck_credit_application_state
            CHECK (state IN ('asked', 'approved', 'refused', 'signed', 'withdrawn')),
        asked_at TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_credit_application_asked_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        decided_by_id BIGINT CONSTRAINT fk_credit_application_decided_by_id REFERENCES user_account (id),
        reasons TEXT NOT NULL,
        conditions TEXT NOT NULL,
        signed_at TIMESTAMPTZ,
        signed_by_id BIGINT CONSTRAINT fk_credit_application_signed_by_id REFERENCES user_account (id),
        advance_id BIGINT CONSTRAINT uq_credit_application_advance_id UNIQUE
            CONSTRAINT fk_credit_application_advance_id REFERENCES advance (id),
        paid_out_by_id BIGINT CONSTRAINT fk_credit_application_paid_out_by_id REFERENCES user_account (id),
        withdrawn_at TIMESTAMPTZ,
        withdrawn_by_id BIGINT CONSTRAINT fk_credit_application_withdrawn_by_id REFERENCES user_account (id),
        loss_reason TEXT NOT NULL,
        loss_proposed_at TIMESTAMPTZ,
        loss_proposed_by_id BIGINT CONSTRAINT fk_credit_application_loss_proposed_by_id REFERENCES user_account (id),
        loss_confirmed_at TIMESTAMPTZ,
        loss_confirmed_by_id BIGINT
            CONSTRAINT fk_credit_application_loss_confirmed_by_id REFERENCES user_account (id),
        CONSTRAINT ck_credit_application_one_base CHECK ((invoice_id IS NULL) <> (agreement_id IS NULL)),
        CONSTRAINT ck_credit_application_amount CHECK (amount > 0 AND rate BETWEEN 0 AND 0.2),
        CONSTRAINT ck_credit_application_told CHECK (length(purpose) >= 10 AND length(plan) >= 10),
        CONSTRAINT ck_credit_application_due_on CHECK (due_on <= asked_at::date + 367),
        CONSTRAINT ck_credit_application_decided CHECK ((decided_at IS NULL) = (decided_by_id IS NULL)),
        CONSTRAINT ck_credit_application_reasons CHECK ((decided_at IS NULL) = (reasons = '')
            AND (state <> 'asked' OR decided_at IS NULL)
            AND (state NOT IN ('approved', 'refused', 'signed') OR decided_at IS NOT NULL)),
        CONSTRAINT ck_credit_application_second_person CHECK (decided_by_id <> asked_by_id),
        CONSTRAINT ck_credit_application_signed CHECK ((signed_at IS NULL) = (signed_by_id IS NULL)
            AND (signed_at IS NULL) = (advance_id IS NULL) AND (state <> 'signed' OR signed_at IS NOT NULL)),
        CONSTRAINT ck_credit_application_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)
            AND (withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)),
        CONSTRAINT ck_credit_application_payer CHECK (paid_out_by_id <> decided_by_id),
        CONSTRAINT ck_credit_application_loss CHECK (
            (loss_proposed_at IS NULL) = (loss_proposed_by_id IS NULL)
            AND (loss_proposed_at IS NULL) = (loss_reason = '')
            AND (loss_confirmed_at IS NULL) = (loss_confirmed_by_id IS NULL)
            AND (loss_confirmed_at IS NULL OR loss_proposed_at IS NOT NULL)
            AND loss_confirmed_by_id <> loss_proposed_by_id)
    );
    CREATE UNIQUE INDEX uq_credit_application_invoice ON credit_application (invoice_id)
        WHERE state IN ('asked', 'approved');
    CREATE UNIQUE INDEX uq_credit_application_agreement ON credit_application (agreement_id, borrower_id)
        WHERE state IN ('asked', 'approved');
    CREATE INDEX ix_credit_application_borrower_id ON credit_application (borrower_id);
    CREATE INDEX ix_credit_application_fund_id_state ON credit_application (fund_id, state);
"""

FENCES = """
    CREATE FUNCTION keep_fund() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['returned_amount', 'outcome', 'ended_on', 'ended_by_id'];
    BEGIN
        IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'fund_grant' THEN
            IF to_jsonb(OLD) ->> 'ended_on' IS NULL AND to_jsonb(OLD) - ends = to_jsonb(NEW) - ends THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '% %: what was written down stays', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CW057';
    END $$;
    CREATE TRIGGER keep_fund BEFORE UPDATE OR DELETE ON fund FOR EACH ROW EXECUTE FUNCTION keep_fund();
    CREATE TRIGGER keep_fund_grant BEFORE UPDATE OR DELETE ON fund_grant FOR EACH ROW EXECUTE FUNCTION keep_fund();
    CREATE TRIGGER keep_fund_terms BEFORE UPDATE OR DELETE ON fund_terms FOR EACH ROW EXECUTE FUNCTION keep_fund();

    CREATE FUNCTION keep_credit_application() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        asked CONSTANT text[] := ARRAY['id', 'public_id', 'fund_id', 'borrower_id', 'debtor_id', 'invoice_id',
            'agreement_id', 'amount', 'rate', 'due_on', 'purpose', 'plan', 'asked_at', 'asked_by_id'];
        part text;
        old_row jsonb := to_jsonb(OLD);
        new_row jsonb := to_jsonb(NEW);
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state IN ('refused', 'withdrawn') OR NOT (NEW.state = OLD.state
            OR (OLD.state, NEW.state) IN (('asked', 'approved'), ('asked', 'refused'), ('asked', 'withdrawn'),
                ('approved', 'signed'), ('approved', 'withdrawn'), ('signed', 'withdrawn'))) THEN
            RAISE EXCEPTION 'application %: this step cannot be', OLD.id USING ERRCODE = 'CW057';
        END IF;
        FOREACH part IN ARRAY asked LOOP
            IF old_row -> part IS DISTINCT FROM new_row -> part THEN
                RAISE EXCEPTION 'application %: what was asked stays', OLD.id USING ERRCODE = 'CW057';
            END IF;
        END LOOP;
        FOREACH part IN ARRAY ARRAY['decided_at', 'decided_by_id', 'signed_at', 'signed_by_id', 'advance_id',
            'paid_out_by_id', 'loss_proposed_at', 'loss_proposed_by_id', 'loss_confirmed_at', 'loss_confirmed_by_id'] LOOP
            IF old_row ->> part IS NOT NULL AND old_row -> part IS DISTINCT FROM new_row -> part THEN
                RAISE EXCEPTION 'application %: each step is written once', OLD.id USING ERRCODE = 'CW057';
            END IF;
        END LOOP;
        IF OLD.decided_at IS NOT NULL AND (OLD.reasons, OLD.conditions) IS DISTINCT FROM (NEW.reasons, NEW.conditions) THEN
            RAISE EXCEPTION 'application %: the reasons stay', OLD.id USING ERRCODE = 'CW057';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_credit_application BEFORE UPDATE OR DELETE ON credit_application
        FOR EACH ROW EXECUTE FUNCTION keep_credit_application();
"""


def upgrade() -> None:
    """The tables and what keeps them."""
    op.execute(FUND)
    op.execute(APPLICATION)
    op.execute(FENCES)


def downgrade() -> None:
    """Take them away."""
    op.execute(
        """
        DROP TABLE credit_application;
        DROP TABLE fund_terms;
        DROP TABLE fund_grant;
        DROP TABLE fund;
        DROP FUNCTION keep_fund(), keep_credit_application();
        """
    )
