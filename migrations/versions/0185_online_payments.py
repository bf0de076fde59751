"""Online payments: tills, orders, what was booked, our calls, the inbox, the work list, the daily check."""

from alembic import op

revision = "0185_online_payments"
down_revision = "0197_reminders"
branch_labels = None
depends_on = None

STATES = "'created', 'processing', 'paid', 'part_refunded', 'refunded', 'disputed', 'quarantined', 'failed', 'expired', 'lost'"
PARTS = "'payment', 'fee', 'refund', 'refund_failed', 'dispute', 'dispute_lost', 'payout'"
REASONS = (
    "'wrong_amount', 'wrong_currency', 'wrong_reference', 'paid_before', 'call_parked', 'event_stuck', "
    "'dispute_opened', 'dispute_lost', 'refund_failed', 'unknown_movement', 'missing_movement'"
)


def upgrade() -> None:
    """Tables, and the fence: what was asked stays as it was, an end is an end, what was booked is kept."""
    op.execute(f"""
        CREATE TABLE payment_till (
            organisation_id bigint CONSTRAINT pk_payment_till PRIMARY KEY
                CONSTRAINT fk_payment_till_organisation_id REFERENCES organisation (id),
            account text NOT NULL CONSTRAINT uq_payment_till_account UNIQUE
                CONSTRAINT ck_payment_till_account CHECK (account ~ '^acct_[A-Za-z0-9]{{6,60}}$'),
            opened_at timestamptz NOT NULL
        );
        CREATE TABLE payment_order (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment_order PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_payment_order_public_id UNIQUE,
            organisation_id bigint NOT NULL
                CONSTRAINT fk_payment_order_organisation_id REFERENCES organisation (id),
            payer_id bigint NOT NULL CONSTRAINT fk_payment_order_payer_id REFERENCES user_account (id),
            account_id bigint NOT NULL CONSTRAINT fk_payment_order_account_id REFERENCES account (id),
            credited_id bigint CONSTRAINT fk_payment_order_credited_id REFERENCES account (id),
            till text NOT NULL,
            kind text NOT NULL CONSTRAINT ck_payment_order_kind CHECK (kind ~ '^[a-z][a-z_]{{1,40}}$'),
            subject text NOT NULL,
            description text NOT NULL,
            amount bigint NOT NULL,
            refunded bigint NOT NULL,
            state text NOT NULL CONSTRAINT ck_payment_order_state CHECK (state IN ({STATES})),
            session text CONSTRAINT uq_payment_order_session UNIQUE,
            url text,
            intent text,
            method text NOT NULL,
            created_at timestamptz NOT NULL,
            paid_at timestamptz,
            CONSTRAINT ck_payment_order_amount CHECK (amount >= 50 AND refunded BETWEEN 0 AND amount),
            CONSTRAINT ck_payment_order_texts CHECK (length(subject) <= 120 AND length(description) <= 200)
        );
        CREATE INDEX ix_payment_order_organisation_id ON payment_order (organisation_id);
        CREATE INDEX ix_payment_order_intent ON payment_order (intent);
        CREATE UNIQUE INDEX uq_payment_order_running ON payment_order (subject)
            WHERE state IN ('created', 'processing');
        CREATE TABLE provider_payment (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_provider_payment PRIMARY KEY,
            organisation_id bigint NOT NULL
                CONSTRAINT fk_provider_payment_organisation_id REFERENCES organisation (id),
            order_id bigint CONSTRAINT fk_provider_payment_order_id REFERENCES payment_order (id),
            provider text NOT NULL,
            provider_id text NOT NULL,
            part text NOT NULL CONSTRAINT ck_provider_payment_part CHECK (part IN ({PARTS})),
            amount bigint NOT NULL,
            booked_at timestamptz NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT uq_provider_payment_transfer_id UNIQUE
                CONSTRAINT fk_provider_payment_transfer_id REFERENCES transfer (id),
            CONSTRAINT uq_provider_payment_provider_provider_id UNIQUE (provider, provider_id)
        );
        CREATE INDEX ix_provider_payment_order_id ON provider_payment (order_id);
        CREATE TABLE payment_outbox (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment_outbox PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_payment_outbox_public_id UNIQUE,
            order_id bigint NOT NULL CONSTRAINT fk_payment_outbox_order_id REFERENCES payment_order (id),
            act text NOT NULL,
            amount bigint NOT NULL,
            asked_by_id bigint NOT NULL CONSTRAINT fk_payment_outbox_asked_by_id REFERENCES user_account (id),
            made_at timestamptz NOT NULL,
            next_at timestamptz NOT NULL,
            attempts bigint NOT NULL,
            answer text,
            done_at timestamptz,
            parked_at timestamptz,
            fault text NOT NULL,
            CONSTRAINT ck_payment_outbox_act CHECK (act IN ('checkout', 'refund') AND amount > 0)
        );
        CREATE INDEX ix_payment_outbox_order_id ON payment_outbox (order_id);
        CREATE TABLE payment_issue (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment_issue PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_payment_issue_public_id UNIQUE,
            organisation_id bigint NOT NULL
                CONSTRAINT fk_payment_issue_organisation_id REFERENCES organisation (id),
            order_id bigint CONSTRAINT fk_payment_issue_order_id REFERENCES payment_order (id),
            reason text NOT NULL CONSTRAINT ck_payment_issue_reason CHECK (reason IN ({REASONS})),
            number text NOT NULL,
            facts jsonb NOT NULL,
            found_at timestamptz NOT NULL,
            solved_at timestamptz,
            solved_by_id bigint CONSTRAINT fk_payment_issue_solved_by_id REFERENCES user_account (id),
            note text NOT NULL CONSTRAINT ck_payment_issue_note CHECK (length(note) <= 500),
            CONSTRAINT uq_payment_issue_organisation_id_reason_number UNIQUE (organisation_id, reason, number),
            CONSTRAINT ck_payment_issue_solved CHECK ((solved_at IS NULL) = (solved_by_id IS NULL))
        );
        CREATE TABLE webhook_inbox (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_webhook_inbox PRIMARY KEY,
            provider text NOT NULL,
            event_id text NOT NULL,
            account text NOT NULL,
            kind text NOT NULL,
            payload jsonb NOT NULL,
            received_at timestamptz NOT NULL,
            next_at timestamptz NOT NULL,
            attempts bigint NOT NULL,
            processed_at timestamptz,
            error text NOT NULL,
            CONSTRAINT uq_webhook_inbox_provider_event_id UNIQUE (provider, event_id),
            CONSTRAINT ck_webhook_inbox_texts CHECK (length(event_id) BETWEEN 1 AND 200 AND length(kind) <= 200)
        );
        CREATE INDEX ix_webhook_inbox_next_at ON webhook_inbox (next_at) WHERE processed_at IS NULL;
        CREATE TABLE clearing_check (
            organisation_id bigint
                CONSTRAINT fk_clearing_check_organisation_id REFERENCES organisation (id),
            day date,
            booked bigint NOT NULL,
            there bigint NOT NULL,
            checked_at timestamptz NOT NULL,
            CONSTRAINT pk_clearing_check PRIMARY KEY (organisation_id, day)
        );

        CREATE FUNCTION payment_order_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{{credited_id,refunded,state,session,url,intent,method,paid_at}}';
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR (OLD.session IS NOT NULL AND NEW.session IS DISTINCT FROM OLD.session)
                OR (OLD.state IN ('failed', 'expired', 'lost') AND NEW.state <> OLD.state)
                OR (OLD.state IN ('paid', 'part_refunded', 'refunded', 'disputed')
                    AND NEW.state IN ('created', 'processing', 'failed', 'expired', 'quarantined')) THEN
                RAISE EXCEPTION 'payment order %: % does not become %', OLD.id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payment_order_keep BEFORE UPDATE ON payment_order
            FOR EACH ROW EXECUTE FUNCTION payment_order_keep();
        CREATE TRIGGER payment_order_no_delete BEFORE DELETE ON payment_order
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
        CREATE TRIGGER provider_payment_keep BEFORE UPDATE OR DELETE ON provider_payment
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
    """)


def downgrade() -> None:
    """Take all of it away."""
    op.execute("""
        DROP TABLE clearing_check, webhook_inbox, payment_issue, payment_outbox, provider_payment, payment_order,
            payment_till;
        DROP FUNCTION payment_order_keep();
    """)
