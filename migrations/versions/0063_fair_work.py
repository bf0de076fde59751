"""What was paid under a contract, and the hours, jobs and training places for residents."""

from alembic import op

revision = "0063_fair_work"
down_revision = "0062_wage_floors"
branch_labels = None
depends_on = None

PAY = """
    ALTER TABLE cooperative_paper DROP CONSTRAINT ck_cooperative_paper_kind;
    ALTER TABLE cooperative_paper ADD CONSTRAINT ck_cooperative_paper_kind
        CHECK (kind IN ('statutes', 'members', 'minutes', 'accounts', 'pay', 'other'));

    CREATE TABLE pay_statement (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_pay_statement PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_pay_statement_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_pay_statement_contract_id REFERENCES contract (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_pay_statement_organisation_id REFERENCES organisation (id),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        lowest_minor BIGINT NOT NULL,
        floor_minor BIGINT NOT NULL,
        minimum_minor BIGINT NOT NULL,
        cao TEXT NOT NULL,
        people BIGINT NOT NULL,
        hours NUMERIC NOT NULL,
        paid_minor BIGINT NOT NULL,
        paper_id BIGINT NOT NULL CONSTRAINT fk_pay_statement_paper_id REFERENCES cooperative_paper (id),
        stated_by_id BIGINT NOT NULL CONSTRAINT fk_pay_statement_stated_by_id REFERENCES user_account (id),
        stated_at TIMESTAMPTZ NOT NULL,
        accepted BOOLEAN,
        check_note TEXT NOT NULL,
        checked_by_id BIGINT CONSTRAINT fk_pay_statement_checked_by_id REFERENCES user_account (id),
        checked_at TIMESTAMPTZ,
        CONSTRAINT ck_pay_statement_days CHECK (ends_on >= starts_on AND ends_on - starts_on < 366),
        CONSTRAINT ck_pay_statement_people CHECK (people > 0 AND hours > 0 AND lowest_minor > 0),
        CONSTRAINT ck_pay_statement_hours CHECK (hours <= people * (ends_on - starts_on + 1) * 24),
        CONSTRAINT ck_pay_statement_average CHECK (paid_minor >= lowest_minor * hours),
        CONSTRAINT ck_pay_statement_floor CHECK (floor_minor >= minimum_minor),
        CONSTRAINT ck_pay_statement_checked CHECK ((checked_at IS NULL) = (checked_by_id IS NULL)
            AND (checked_at IS NULL) = (accepted IS NULL)
            AND (checked_at IS NULL OR length(check_note) >= 10 AND checked_by_id <> stated_by_id))
    );
    CREATE INDEX ix_pay_statement_contract_id ON pay_statement (contract_id);

    -- What was stated stays; it is looked at once, by nobody of a side.
    CREATE FUNCTION keep_pay_statement() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        looks CONSTANT text[] := ARRAY['accepted', 'check_note', 'checked_by_id', 'checked_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.checked_at IS NOT NULL OR to_jsonb(OLD) - looks IS DISTINCT FROM to_jsonb(NEW) - looks
        THEN
            RAISE EXCEPTION 'pay statement %: what was stated stays', OLD.id USING ERRCODE = 'CW063';
        END IF;
        IF EXISTS (SELECT FROM mandate m JOIN contract c ON c.id = NEW.contract_id
            WHERE m.user_id = NEW.checked_by_id AND m.ended_at IS NULL
            AND m.organisation_id IN (c.buyer_id, c.supplier_id, NEW.organisation_id)) THEN
            RAISE EXCEPTION 'pay statement %: looked at by a side', OLD.id USING ERRCODE = 'CW063';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_pay_statement BEFORE UPDATE OR DELETE ON pay_statement
        FOR EACH ROW EXECUTE FUNCTION keep_pay_statement();
"""

WORK = """
    CREATE TABLE work_report (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_work_report PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_work_report_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_work_report_contract_id REFERENCES contract (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_work_report_organisation_id REFERENCES organisation (id),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        hours_all NUMERIC NOT NULL,
        hours_residents NUMERIC NOT NULL,
        people_residents BIGINT NOT NULL,
        hours_new NUMERIC NOT NULL,
        people_new BIGINT NOT NULL,
        hours_trainees NUMERIC NOT NULL,
        people_trainees BIGINT NOT NULL,
        seats_offered BIGINT NOT NULL,
        seats_filled BIGINT NOT NULL,
        seats_done BIGINT NOT NULL,
        note TEXT NOT NULL,
        replaces_id BIGINT CONSTRAINT uq_work_report_replaces_id UNIQUE
            CONSTRAINT fk_work_report_replaces_id REFERENCES work_report (id),
        reported_by_id BIGINT NOT NULL CONSTRAINT fk_work_report_reported_by_id REFERENCES user_account (id),
        reported_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_work_report_days CHECK (ends_on >= starts_on AND ends_on - starts_on < 366),
        CONSTRAINT ck_work_report_hours CHECK (hours_residents BETWEEN 0 AND hours_all
            AND hours_new BETWEEN 0 AND hours_residents AND hours_trainees BETWEEN 0 AND hours_residents),
        CONSTRAINT ck_work_report_people CHECK (people_residents >= 0 AND people_new BETWEEN 0 AND people_residents
            AND people_trainees BETWEEN 0 AND people_residents),
        CONSTRAINT ck_work_report_pairs CHECK ((people_residents > 0) = (hours_residents > 0)
            AND (people_new > 0) = (hours_new > 0) AND (people_trainees > 0) = (hours_trainees > 0)),
        CONSTRAINT ck_work_report_possible CHECK (hours_residents <= people_residents * (ends_on - starts_on + 1) * 24
            AND hours_new <= people_new * (ends_on - starts_on + 1) * 24
            AND hours_trainees <= people_trainees * (ends_on - starts_on + 1) * 24),
        CONSTRAINT ck_work_report_seats CHECK (seats_offered >= 0 AND seats_filled BETWEEN 0 AND seats_offered
            AND seats_done BETWEEN 0 AND seats_filled),
        CONSTRAINT ck_work_report_note CHECK (replaces_id IS NULL OR length(note) >= 10)
    );
    CREATE INDEX ix_work_report_contract_id ON work_report (contract_id);

    CREATE TABLE work_verdict (
        report_id BIGINT NOT NULL CONSTRAINT fk_work_verdict_report_id REFERENCES work_report (id)
            CONSTRAINT pk_work_verdict PRIMARY KEY,
        verdict TEXT NOT NULL CONSTRAINT ck_work_verdict_verdict CHECK (verdict IN ('verified', 'doubted')),
        reason TEXT NOT NULL,
        verified_by_id BIGINT NOT NULL CONSTRAINT fk_work_verdict_verified_by_id REFERENCES user_account (id),
        verified_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_work_verdict_reason CHECK (verdict = 'verified' OR length(reason) >= 10)
    );

    -- An hour counts once, within the contract, and a correction takes the place of a report of the same supplier.
    CREATE FUNCTION place_work_report() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        c record;
    BEGIN
        SELECT agreement_id, starts_on, buyer_id INTO c FROM contract WHERE id = NEW.contract_id FOR UPDATE;
        IF c.agreement_id IS NULL OR NEW.starts_on < c.starts_on OR NEW.organisation_id = c.buyer_id THEN
            RAISE EXCEPTION 'contract %: not in force, before its first day, or of the buyer', NEW.contract_id
                USING ERRCODE = 'CW063';
        END IF;
        IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT FROM work_report r WHERE r.id = NEW.replaces_id
            AND (r.contract_id, r.organisation_id) = (NEW.contract_id, NEW.organisation_id)) THEN
            RAISE EXCEPTION 'report %: another''s', NEW.replaces_id USING ERRCODE = 'CW063';
        END IF;
        IF EXISTS (SELECT FROM work_report r WHERE r.contract_id = NEW.contract_id
            AND r.organisation_id = NEW.organisation_id AND r.id IS DISTINCT FROM NEW.replaces_id
            AND r.starts_on <= NEW.ends_on AND r.ends_on >= NEW.starts_on
            AND NOT EXISTS (SELECT FROM work_report n WHERE n.replaces_id = r.id)) THEN
            RAISE EXCEPTION 'contract %: these days were reported', NEW.contract_id USING ERRCODE = 'CW063';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER place_work_report BEFORE INSERT ON work_report FOR EACH ROW EXECUTE FUNCTION place_work_report();

    CREATE FUNCTION verify_work_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM work_report r JOIN contract c ON c.id = r.contract_id WHERE r.id = NEW.report_id FOR UPDATE OF c;
        IF EXISTS (SELECT FROM work_report r WHERE r.id = NEW.report_id AND r.reported_by_id = NEW.verified_by_id)
            OR EXISTS (SELECT FROM work_report n WHERE n.replaces_id = NEW.report_id) THEN
            RAISE EXCEPTION 'report %: by another than who reported, and while it stands', NEW.report_id
                USING ERRCODE = 'CW063';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER verify_work_by_another BEFORE INSERT ON work_verdict
        FOR EACH ROW EXECUTE FUNCTION verify_work_by_another();

    CREATE FUNCTION refuse_work_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: a correction is a new report', TG_OP, TG_TABLE_NAME USING ERRCODE = 'CW063';
    END $$;
    CREATE TRIGGER keep_work_report BEFORE UPDATE OR DELETE ON work_report
        FOR EACH ROW EXECUTE FUNCTION refuse_work_change();
    CREATE TRIGGER keep_work_verdict BEFORE UPDATE OR DELETE ON work_verdict
        FOR EACH ROW EXECUTE FUNCTION refuse_work_change();
"""


def upgrade() -> None:
    """Make the tables and their fences."""
    op.execute(PAY)
    op.execute(WORK)


def downgrade() -> None:
    """Take them away; papers of this kind become other papers."""
    op.execute("""
        DROP TABLE work_verdict, work_report, pay_statement;
        DROP FUNCTION refuse_work_change(), verify_work_by_another(), place_work_report(), keep_pay_statement();
        UPDATE cooperative_paper SET kind = 'other' WHERE kind = 'pay';
        ALTER TABLE cooperative_paper DROP CONSTRAINT ck_cooperative_paper_kind;
        ALTER TABLE cooperative_paper ADD CONSTRAINT ck_cooperative_paper_kind
            CHECK (kind IN ('statutes', 'members', 'minutes', 'accounts', 'other'));
    """)
