"""Mandates for direct debit, the terms of an organisation that takes them, and debits among the calls to the provider."""

from alembic import op

revision = "0210_mandates"
down_revision = "0202_chain_term_closed"
branch_labels = None
depends_on = None

_REASONS = (
    "'wrong_amount', 'wrong_currency', 'wrong_reference', 'paid_before', 'call_parked', 'event_stuck', "
    "'dispute_opened', 'dispute_lost', 'refund_failed', 'unknown_movement', 'missing_movement', 'payout_unseen'"
)
_LIVE = "'active', 'asked'"


def upgrade() -> None:
    """What a payer agreed to stays as it was, an end is an end, and nothing of it is deleted."""
    op.execute(f"""
        CREATE TABLE debit_terms (
            organisation_id bigint CONSTRAINT pk_debit_terms PRIMARY KEY
                CONSTRAINT fk_debit_terms_organisation_id REFERENCES organisation (id),
            notice_days bigint NOT NULL CONSTRAINT ck_debit_terms_notice_days CHECK (notice_days BETWEEN 2 AND 60),
            words text NOT NULL CONSTRAINT ck_debit_terms_words CHECK (length(words) BETWEEN 1 AND 40),
            version bigint NOT NULL,
            saved_by_id bigint NOT NULL CONSTRAINT fk_debit_terms_saved_by_id REFERENCES user_account (id),
            saved_at timestamptz NOT NULL
        );
        CREATE TABLE debit_mandate (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_debit_mandate PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_debit_mandate_public_id UNIQUE,
            organisation_id bigint NOT NULL
                CONSTRAINT fk_debit_mandate_organisation_id REFERENCES organisation (id),
            payer_id bigint NOT NULL CONSTRAINT fk_debit_mandate_payer_id REFERENCES user_account (id),
            subject text NOT NULL,
            wording text NOT NULL,
            till text NOT NULL,
            state text NOT NULL CONSTRAINT ck_debit_mandate_state
                CHECK (state IN ('asked', 'active', 'withdrawn', 'unfinished', 'revoked', 'lapsed')),
            session text CONSTRAINT uq_debit_mandate_session UNIQUE,
            url text,
            customer text,
            method text,
            mandate text,
            reference text,
            last4 text NOT NULL,
            asked_at timestamptz NOT NULL,
            given_on date,
            last_used_on date,
            ended_at timestamptz,
            released_at timestamptz,
            CONSTRAINT ck_debit_mandate_ended CHECK ((state IN ({_LIVE})) = (ended_at IS NULL)),
            CONSTRAINT ck_debit_mandate_given CHECK (state <> 'active' OR given_on IS NOT NULL),
            CONSTRAINT ck_debit_mandate_whole
                CHECK ((given_on IS NULL) = (reference IS NULL) AND (given_on IS NULL) = (method IS NULL)),
            CONSTRAINT ck_debit_mandate_texts
                CHECK (length(subject) <= 120 AND length(wording) BETWEEN 1 AND 2000)
        );
        CREATE UNIQUE INDEX uq_debit_mandate_live ON debit_mandate (organisation_id, subject)
            WHERE state IN ({_LIVE});
        CREATE UNIQUE INDEX uq_debit_mandate_reference ON debit_mandate (organisation_id, reference);
        CREATE INDEX ix_debit_mandate_mandate ON debit_mandate (mandate);

        CREATE FUNCTION debit_mandate_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{{state,url,last_used_on,ended_at,released_at}}';
            once text[] := '{{session,customer,method,mandate,reference,last4,given_on}}';
        BEGIN
            IF to_jsonb(NEW) - moving - once <> to_jsonb(OLD) - moving - once
                OR (OLD.session IS NOT NULL AND NEW.session IS DISTINCT FROM OLD.session)
                OR (OLD.given_on IS NOT NULL AND to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving)
                OR (OLD.ended_at IS NOT NULL
                    AND to_jsonb(NEW) - '{{released_at}}'::text[] <> to_jsonb(OLD) - '{{released_at}}'::text[]) THEN
                RAISE EXCEPTION 'debit mandate %: % does not become %', OLD.id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER debit_mandate_keep BEFORE UPDATE ON debit_mandate
            FOR EACH ROW EXECUTE FUNCTION debit_mandate_keep();
        CREATE TRIGGER debit_mandate_no_delete BEFORE DELETE ON debit_mandate
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();

        ALTER TABLE payment_order ADD COLUMN debit boolean NOT NULL DEFAULT false;
        ALTER TABLE payment_order ALTER COLUMN debit DROP DEFAULT;
        ALTER TABLE payment_outbox ADD COLUMN pull jsonb;
        ALTER TABLE payment_outbox DROP CONSTRAINT ck_payment_outbox_act;
        ALTER TABLE payment_outbox
            ADD CONSTRAINT ck_payment_outbox_act CHECK (act IN ('checkout', 'refund', 'debit') AND amount > 0),
            ADD CONSTRAINT ck_payment_outbox_pull CHECK ((act = 'debit') = (pull IS NOT NULL));
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason
            CHECK (reason IN ({_REASONS}, 'debit_failed', 'debit_returned'));
    """)


def downgrade() -> None:
    """Orders that were debits stay as orders; what was asked of the provider about them goes."""
    op.execute(f"""
        DELETE FROM payment_issue WHERE reason IN ('debit_failed', 'debit_returned');
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason CHECK (reason IN ({_REASONS}));
        ALTER TABLE payment_outbox DROP CONSTRAINT ck_payment_outbox_act, DROP CONSTRAINT ck_payment_outbox_pull;
        DELETE FROM payment_outbox WHERE act = 'debit';
        ALTER TABLE payment_outbox DROP COLUMN pull;
        ALTER TABLE payment_outbox
            ADD CONSTRAINT ck_payment_outbox_act CHECK (act IN ('checkout', 'refund') AND amount > 0);
        ALTER TABLE payment_order DROP COLUMN debit;
        DROP TABLE debit_mandate, debit_terms;
        DROP FUNCTION debit_mandate_keep();
    """)
