"""Appreciation credits for confirmed hours: places, budgets, tasks, residents, hours, offers and what was spent."""

from alembic import op

revision = "0216_hours_credits"
down_revision = "0181_narrow_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there; the instrument may be set up, and no wallet can be of it."""
    op.execute("""
        ALTER TABLE instrument DROP CONSTRAINT ck_instrument_code;
        ALTER TABLE instrument ADD CONSTRAINT ck_instrument_code CHECK (code IN ('NWE', 'KRE', 'WIJK'));
        ALTER TABLE wallet ADD CONSTRAINT ck_wallet_money CHECK (instrument_code <> 'WIJK');
        CREATE TABLE credit_place (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_place PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_credit_place_public_id UNIQUE,
            organisation_id bigint NOT NULL CONSTRAINT fk_credit_place_organisation_id REFERENCES organisation (id)
                CONSTRAINT uq_credit_place_organisation_id UNIQUE,
            host boolean NOT NULL,
            accepts boolean NOT NULL,
            recognised_at timestamptz NOT NULL,
            recognised_by_id bigint NOT NULL
                CONSTRAINT fk_credit_place_recognised_by_id REFERENCES user_account (id),
            CONSTRAINT ck_credit_place_use CHECK (host OR accepts)
        );
        CREATE TABLE credit_budget (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_budget PRIMARY KEY,
            place_id bigint NOT NULL CONSTRAINT fk_credit_budget_place_id REFERENCES credit_place (id),
            begins_on date NOT NULL,
            ends_on date NOT NULL,
            credits bigint NOT NULL,
            rate bigint NOT NULL,
            set_at timestamptz NOT NULL,
            set_by_id bigint NOT NULL CONSTRAINT fk_credit_budget_set_by_id REFERENCES user_account (id),
            CONSTRAINT ck_credit_budget_credits CHECK (credits > 0),
            CONSTRAINT ck_credit_budget_rate CHECK (rate BETWEEN 25 AND 200),
            CONSTRAINT ck_credit_budget_period CHECK (ends_on >= begins_on)
        );
        CREATE INDEX ix_credit_budget_place_id ON credit_budget (place_id);
        CREATE TABLE credit_task (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_task PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_credit_task_public_id UNIQUE,
            budget_id bigint NOT NULL CONSTRAINT fk_credit_task_budget_id REFERENCES credit_budget (id),
            title text NOT NULL,
            hours bigint NOT NULL,
            offered_at timestamptz NOT NULL,
            closed_at timestamptz,
            CONSTRAINT ck_credit_task_hours CHECK (hours > 0)
        );
        CREATE INDEX ix_credit_task_budget_id ON credit_task (budget_id);
        CREATE TABLE credit_holder (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_holder PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT fk_credit_holder_user_id REFERENCES user_account (id),
            live boolean NOT NULL,
            account_id bigint NOT NULL CONSTRAINT fk_credit_holder_account_id REFERENCES account (id)
                CONSTRAINT uq_credit_holder_account_id UNIQUE,
            of_age boolean NOT NULL,
            warned boolean NOT NULL,
            begun_at timestamptz NOT NULL,
            CONSTRAINT uq_credit_holder_user_id_live UNIQUE (user_id, live),
            CONSTRAINT ck_credit_holder_ready CHECK (of_age AND warned)
        );
        CREATE TABLE credit_hours (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_hours PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_credit_hours_public_id UNIQUE,
            task_id bigint NOT NULL CONSTRAINT fk_credit_hours_task_id REFERENCES credit_task (id),
            holder_id bigint NOT NULL CONSTRAINT fk_credit_hours_holder_id REFERENCES credit_holder (id),
            worker_id bigint NOT NULL CONSTRAINT fk_credit_hours_worker_id REFERENCES user_account (id),
            worked_on date NOT NULL,
            hours bigint NOT NULL,
            unpaid boolean NOT NULL,
            handed_in_at timestamptz NOT NULL,
            first_by_id bigint CONSTRAINT fk_credit_hours_first_by_id REFERENCES user_account (id),
            granted_by_id bigint CONSTRAINT fk_credit_hours_granted_by_id REFERENCES user_account (id),
            granted_at timestamptz,
            credits bigint,
            transfer_id bigint CONSTRAINT fk_credit_hours_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_credit_hours_transfer_id UNIQUE,
            refused_at timestamptz,
            refused_by_id bigint CONSTRAINT fk_credit_hours_refused_by_id REFERENCES user_account (id),
            reason text,
            reminded_at timestamptz,
            reminded_again_at timestamptz,
            CONSTRAINT ck_credit_hours_hours CHECK (hours BETWEEN 25 AND 800 AND hours % 25 = 0),
            CONSTRAINT ck_credit_hours_unpaid CHECK (unpaid),
            CONSTRAINT ck_credit_hours_granted
                CHECK (num_nulls(granted_at, granted_by_id, credits, transfer_id) IN (0, 4)),
            CONSTRAINT ck_credit_hours_refused CHECK (num_nulls(refused_at, refused_by_id, reason) IN (0, 3)),
            CONSTRAINT ck_credit_hours_once CHECK (granted_at IS NULL OR refused_at IS NULL),
            CONSTRAINT ck_credit_hours_not_oneself
                CHECK (granted_by_id <> worker_id AND first_by_id <> worker_id),
            CONSTRAINT ck_credit_hours_second CHECK (granted_at IS NULL OR hours <= 400
                OR (first_by_id IS NOT NULL AND first_by_id <> granted_by_id))
        );
        CREATE INDEX ix_credit_hours_task_id ON credit_hours (task_id);
        CREATE INDEX ix_credit_hours_holder_id_worked_on ON credit_hours (holder_id, worked_on);
        CREATE TABLE credit_offer (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_offer PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_credit_offer_public_id UNIQUE,
            place_id bigint NOT NULL CONSTRAINT fk_credit_offer_place_id REFERENCES credit_place (id),
            title text NOT NULL,
            price bigint NOT NULL,
            offered_at timestamptz NOT NULL,
            closed_at timestamptz,
            CONSTRAINT ck_credit_offer_price CHECK (price > 0)
        );
        CREATE INDEX ix_credit_offer_place_id ON credit_offer (place_id);
        CREATE TABLE credit_spending (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_spending PRIMARY KEY,
            offer_id bigint NOT NULL CONSTRAINT fk_credit_spending_offer_id REFERENCES credit_offer (id),
            holder_id bigint NOT NULL CONSTRAINT fk_credit_spending_holder_id REFERENCES credit_holder (id),
            amount bigint NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT fk_credit_spending_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_credit_spending_transfer_id UNIQUE,
            spent_at timestamptz NOT NULL,
            CONSTRAINT ck_credit_spending_amount CHECK (amount > 0)
        );
        CREATE INDEX ix_credit_spending_offer_id ON credit_spending (offer_id);
        CREATE INDEX ix_credit_spending_holder_id ON credit_spending (holder_id);
    """)
    op.execute(_GUARDS)


_GUARDS = """
    CREATE FUNCTION credit_hours_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        deciding text[] := '{first_by_id,granted_by_id,granted_at,credits,transfer_id,refused_at,refused_by_id,reason}';
        reminding text[] := '{reminded_at,reminded_again_at}';
        budget credit_budget;
        task credit_task;
        given bigint;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.granted_at IS NOT NULL OR NEW.first_by_id IS NOT NULL THEN
                RAISE EXCEPTION 'hours begin unconfirmed' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - deciding - reminding <> to_jsonb(OLD) - deciding - reminding
            OR ((OLD.granted_at IS NOT NULL OR OLD.refused_at IS NOT NULL)
                AND to_jsonb(NEW) - reminding <> to_jsonb(OLD) - reminding) THEN
            RAISE EXCEPTION 'hours % are kept as they are', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.granted_at IS NULL OR OLD.granted_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
        SELECT * INTO task FROM credit_task WHERE id = NEW.task_id;
        SELECT * INTO budget FROM credit_budget WHERE id = task.budget_id FOR UPDATE;
        PERFORM 1 FROM credit_holder WHERE id = NEW.holder_id FOR UPDATE;
        IF NEW.worked_on NOT BETWEEN budget.begins_on AND budget.ends_on
            OR NEW.credits <> NEW.hours * budget.rate / 100 THEN
            RAISE EXCEPTION 'hours % are not of this budget', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        SELECT coalesce(sum(h.credits), 0) INTO given FROM credit_hours h JOIN credit_task t ON t.id = h.task_id
            JOIN credit_holder p ON p.id = h.holder_id
            WHERE t.budget_id = budget.id
                AND p.live = (SELECT live FROM credit_holder WHERE id = NEW.holder_id);
        IF given + NEW.credits > budget.credits THEN
            RAISE EXCEPTION 'budget % is empty', budget.id USING ERRCODE = 'check_violation';
        END IF;
        SELECT coalesce(sum(credits), 0) INTO given FROM credit_hours WHERE holder_id = NEW.holder_id
            AND worked_on >= date_trunc('month', NEW.worked_on)
            AND worked_on < date_trunc('month', NEW.worked_on) + interval '1 month';
        IF given + NEW.credits > 800 THEN
            RAISE EXCEPTION 'month of % is full', NEW.holder_id USING ERRCODE = 'check_violation';
        END IF;
        SELECT coalesce(sum(credits), 0) INTO given FROM credit_hours WHERE holder_id = NEW.holder_id
            AND worked_on >= date_trunc('year', NEW.worked_on)
            AND worked_on < date_trunc('year', NEW.worked_on) + interval '1 year';
        IF given + NEW.credits > 8000 THEN
            RAISE EXCEPTION 'year of % is full', NEW.holder_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER credit_hours_keep BEFORE INSERT OR UPDATE ON credit_hours
        FOR EACH ROW EXECUTE FUNCTION credit_hours_keep();
    CREATE TRIGGER credit_hours_no_delete BEFORE DELETE ON credit_hours FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER credit_hours_no_truncate BEFORE TRUNCATE ON credit_hours EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER credit_budget_append_only BEFORE UPDATE OR DELETE ON credit_budget
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER credit_budget_no_truncate BEFORE TRUNCATE ON credit_budget EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER credit_spending_append_only BEFORE UPDATE OR DELETE ON credit_spending
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER credit_spending_no_truncate BEFORE TRUNCATE ON credit_spending EXECUTE FUNCTION refuse_change();
"""


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE credit_spending, credit_offer, credit_hours, credit_holder, credit_task, credit_budget, credit_place;
        DROP FUNCTION credit_hours_keep;
        ALTER TABLE wallet DROP CONSTRAINT ck_wallet_money;
        ALTER TABLE instrument DROP CONSTRAINT ck_instrument_code;
        ALTER TABLE instrument ADD CONSTRAINT ck_instrument_code CHECK (code IN ('NWE', 'KRE'));
    """)
