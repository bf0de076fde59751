"""Invoices that come back: plans, their terms from a day on, and what became of each period, once."""

from alembic import op

revision = "0193_recurring"
down_revision = "0222_charges"
branch_labels = None
depends_on = None

_UNITS = "'HUR', 'DAY', 'WEE', 'MON', 'ANN', 'C62', 'LS', 'MTK', 'MTR', 'KGM', 'LTR', 'KMT'"
_VAT = "'standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside'"


def upgrade() -> None:
    """There is none."""
    op.execute(f"""
        CREATE TABLE recurring_plan (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_recurring_plan PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_recurring_plan_public_id UNIQUE,
            seller_id bigint NOT NULL CONSTRAINT fk_recurring_plan_seller_id REFERENCES organisation (id),
            buyer_id bigint NOT NULL CONSTRAINT fk_recurring_plan_buyer_id REFERENCES party (id),
            agreement_id bigint CONSTRAINT fk_recurring_plan_agreement_id REFERENCES agreement (id),
            title text NOT NULL,
            every text NOT NULL,
            day bigint NOT NULL,
            begins_on date NOT NULL,
            ends_on date,
            paused_at timestamptz,
            sender_id bigint CONSTRAINT fk_recurring_plan_sender_id REFERENCES user_account (id),
            created_by_id bigint NOT NULL CONSTRAINT fk_recurring_plan_created_by_id REFERENCES user_account (id),
            created_at timestamptz NOT NULL,
            CONSTRAINT ck_recurring_plan_every CHECK (every IN ('month', 'quarter', 'year')),
            CONSTRAINT ck_recurring_plan_day CHECK (day BETWEEN 1 AND 31),
            CONSTRAINT ck_recurring_plan_begins_on CHECK (extract(day FROM begins_on) = 1),
            CONSTRAINT ck_recurring_plan_ends_on CHECK (ends_on >= begins_on),
            CONSTRAINT ck_recurring_plan_parties CHECK (seller_id <> buyer_id),
            CONSTRAINT ck_recurring_plan_title CHECK (length(title) BETWEEN 1 AND 200)
        );
        CREATE INDEX ix_recurring_plan_seller_id ON recurring_plan (seller_id);
        CREATE TABLE recurring_terms (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_recurring_terms PRIMARY KEY,
            plan_id bigint NOT NULL CONSTRAINT fk_recurring_terms_plan_id REFERENCES recurring_plan (id),
            since date NOT NULL,
            payment_days bigint NOT NULL,
            order_reference text NOT NULL,
            buyer_reference text NOT NULL,
            exemption_reason text NOT NULL,
            note text NOT NULL,
            by_id bigint NOT NULL CONSTRAINT fk_recurring_terms_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            CONSTRAINT ck_recurring_terms_payment_days CHECK (payment_days BETWEEN 1 AND 60)
        );
        CREATE INDEX ix_recurring_terms_plan_id ON recurring_terms (plan_id, since);
        CREATE TABLE recurring_line (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_recurring_line PRIMARY KEY,
            terms_id bigint NOT NULL CONSTRAINT fk_recurring_line_terms_id REFERENCES recurring_terms (id),
            position bigint NOT NULL,
            description text NOT NULL,
            unit text NOT NULL,
            quantity numeric NOT NULL,
            unit_price numeric NOT NULL,
            vat_code text NOT NULL,
            CONSTRAINT uq_recurring_line_terms_id_position UNIQUE (terms_id, position),
            CONSTRAINT ck_recurring_line_quantity CHECK (quantity > 0),
            CONSTRAINT ck_recurring_line_unit_price CHECK (unit_price >= 0),
            CONSTRAINT ck_recurring_line_vat_code CHECK (vat_code IN ({_VAT})),
            CONSTRAINT ck_recurring_line_unit CHECK (unit IN ({_UNITS}))
        );
        CREATE TABLE recurring_run (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_recurring_run PRIMARY KEY,
            plan_id bigint NOT NULL CONSTRAINT fk_recurring_run_plan_id REFERENCES recurring_plan (id),
            period_from date NOT NULL,
            period_until date NOT NULL,
            planned_on date NOT NULL,
            state text NOT NULL,
            invoice_id bigint CONSTRAINT fk_recurring_run_invoice_id REFERENCES invoice (id) ON DELETE SET NULL,
            reason text NOT NULL,
            facts jsonb NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT uq_recurring_run_plan_id_period_from UNIQUE (plan_id, period_from),
            CONSTRAINT ck_recurring_run_state CHECK (state IN ('made', 'waiting', 'skipped')),
            CONSTRAINT ck_recurring_run_invoice CHECK (state = 'made' OR invoice_id IS NULL),
            CONSTRAINT ck_recurring_run_reason CHECK (state <> 'waiting' OR reason <> ''),
            CONSTRAINT ck_recurring_run_period CHECK (period_until >= period_from)
        );
        CREATE UNIQUE INDEX uq_recurring_run_invoice_id ON recurring_run (invoice_id);
        CREATE INDEX ix_recurring_run_waiting ON recurring_run (plan_id) WHERE state = 'waiting';
    """)
    _guards()


def _guards() -> None:
    op.execute("""
        CREATE FUNCTION recurring_plan_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.seller_id, NEW.buyer_id, NEW.agreement_id, NEW.every, NEW.day, NEW.begins_on, NEW.created_at,
                NEW.public_id) IS DISTINCT FROM (OLD.seller_id, OLD.buyer_id, OLD.agreement_id, OLD.every, OLD.day,
                OLD.begins_on, OLD.created_at, OLD.public_id) THEN
                RAISE EXCEPTION 'a plan is changed by new terms, not rewritten' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER recurring_plan_keep BEFORE UPDATE ON recurring_plan
            FOR EACH ROW EXECUTE FUNCTION recurring_plan_keep();
        CREATE TRIGGER recurring_plan_stays BEFORE DELETE ON recurring_plan
            FOR EACH ROW EXECUTE FUNCTION refuse_change();

        CREATE FUNCTION recurring_terms_ahead() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM recurring_run WHERE plan_id = NEW.plan_id AND state = 'made'
                       AND period_from >= NEW.since) THEN
                RAISE EXCEPTION 'terms count for what is to come' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER recurring_terms_ahead BEFORE INSERT ON recurring_terms
            FOR EACH ROW EXECUTE FUNCTION recurring_terms_ahead();
        CREATE TRIGGER recurring_terms_append_only BEFORE UPDATE OR DELETE ON recurring_terms
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER recurring_line_append_only BEFORE UPDATE OR DELETE ON recurring_line
            FOR EACH ROW EXECUTE FUNCTION refuse_change();

        CREATE FUNCTION recurring_run_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.state <> 'waiting' AND (NEW.state <> OLD.state
                OR (NEW.invoice_id IS NOT NULL AND NEW.invoice_id IS DISTINCT FROM OLD.invoice_id))
               OR (NEW.plan_id, NEW.period_from, NEW.planned_on) IS DISTINCT FROM
                  (OLD.plan_id, OLD.period_from, OLD.planned_on) THEN
                RAISE EXCEPTION 'a period is decided once' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER recurring_run_keep BEFORE UPDATE ON recurring_run
            FOR EACH ROW EXECUTE FUNCTION recurring_run_keep();
        CREATE TRIGGER recurring_run_stays BEFORE DELETE ON recurring_run
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them; the invoices stay."""
    op.execute("""
        DROP TABLE recurring_run, recurring_line, recurring_terms, recurring_plan;
        DROP FUNCTION recurring_plan_keep();
        DROP FUNCTION recurring_terms_ahead();
        DROP FUNCTION recurring_run_keep();
    """)
