"""After the signature: terms, milestones, changes, reviews, what follows a contract, and the right to challenge."""

from alembic import op

revision = "0024_performance"
down_revision = "0021_procedures"
branch_labels = None
depends_on = None

CONTRACTS = """
    CREATE TABLE tender_extension (
        tender_id BIGINT NOT NULL CONSTRAINT fk_tender_extension_tender_id REFERENCES tender (id)
            CONSTRAINT pk_tender_extension PRIMARY KEY,
        times BIGINT NOT NULL CONSTRAINT ck_tender_extension_times CHECK (times BETWEEN 1 AND 6),
        months BIGINT NOT NULL CONSTRAINT ck_tender_extension_months CHECK (months BETWEEN 1 AND 60),
        notice_days BIGINT NOT NULL CONSTRAINT ck_tender_extension_notice_days CHECK (notice_days BETWEEN 0 AND 365),
        set_by_id BIGINT NOT NULL CONSTRAINT fk_tender_extension_set_by_id REFERENCES user_account (id),
        set_at TIMESTAMPTZ NOT NULL
    );

    CREATE TABLE milestone (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_milestone PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_milestone_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_milestone_contract_id REFERENCES contract (id),
        position BIGINT NOT NULL,
        criterion TEXT NOT NULL,
        what TEXT NOT NULL CONSTRAINT ck_milestone_what CHECK (what <> '' AND length(what) <= 200),
        amount NUMERIC NOT NULL CONSTRAINT ck_milestone_amount CHECK (amount > 0),
        unit TEXT NOT NULL CONSTRAINT ck_milestone_unit CHECK (unit <> ''),
        due_on DATE NOT NULL,
        proof TEXT NOT NULL CONSTRAINT ck_milestone_proof CHECK (proof <> ''),
        CONSTRAINT uq_milestone_contract_id_position UNIQUE (contract_id, position)
    );

    CREATE TABLE milestone_report (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_milestone_report PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_milestone_report_public_id UNIQUE,
        milestone_id BIGINT NOT NULL CONSTRAINT fk_milestone_report_milestone_id REFERENCES milestone (id),
        reached NUMERIC NOT NULL CONSTRAINT ck_milestone_report_reached CHECK (reached >= 0),
        text TEXT NOT NULL CONSTRAINT ck_milestone_report_text CHECK (length(text) >= 10),
        file_name TEXT,
        file_type TEXT CONSTRAINT ck_milestone_report_file_type
            CHECK (file_type IN ('application/pdf', 'image/jpeg', 'image/png')),
        file BYTEA,
        reported_by_id BIGINT NOT NULL CONSTRAINT fk_milestone_report_reported_by_id REFERENCES user_account (id),
        reported_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_milestone_report_file CHECK ((file IS NULL) = (file_name IS NULL)
            AND (file IS NULL) = (file_type IS NULL)),
        CONSTRAINT ck_milestone_report_size CHECK (octet_length(file) <= 2097152)
    );
    CREATE INDEX ix_milestone_report_milestone_id ON milestone_report (milestone_id);

    CREATE TABLE milestone_verdict (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_milestone_verdict PRIMARY KEY,
        milestone_id BIGINT NOT NULL CONSTRAINT fk_milestone_verdict_milestone_id REFERENCES milestone (id),
        report_id BIGINT CONSTRAINT uq_milestone_verdict_report_id UNIQUE
            CONSTRAINT fk_milestone_verdict_report_id REFERENCES milestone_report (id),
        outcome TEXT NOT NULL CONSTRAINT ck_milestone_verdict_outcome
            CHECK (outcome IN ('met', 'partiallyMet', 'notMet')),
        reason TEXT NOT NULL,
        verified_by_id BIGINT NOT NULL CONSTRAINT fk_milestone_verdict_verified_by_id REFERENCES user_account (id),
        verified_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_milestone_verdict_reason CHECK (outcome = 'met' OR length(reason) >= 10),
        CONSTRAINT ck_milestone_verdict_unreported CHECK (report_id IS NOT NULL OR outcome = 'notMet')
    );
    CREATE INDEX ix_milestone_verdict_milestone_id ON milestone_verdict (milestone_id);

    CREATE TABLE contract_change (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contract_change PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_contract_change_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_contract_change_contract_id REFERENCES contract (id),
        number BIGINT NOT NULL CONSTRAINT ck_contract_change_number CHECK (number >= 1),
        kind TEXT NOT NULL CONSTRAINT ck_contract_change_kind CHECK (kind IN ('extension', 'change')),
        ground TEXT NOT NULL CONSTRAINT ck_contract_change_ground CHECK (ground IN ('de_minimis', 'review_clause',
            'additional', 'unforeseen', 'replacement', 'not_substantial')),
        what TEXT NOT NULL CONSTRAINT ck_contract_change_what CHECK (length(what) >= 10),
        shown TEXT NOT NULL CONSTRAINT ck_contract_change_shown CHECK (length(shown) >= 10),
        delta_minor BIGINT NOT NULL,
        ends_on DATE NOT NULL,
        arithmetic JSONB NOT NULL,
        notice_reference TEXT NOT NULL,
        proposed_by_id BIGINT NOT NULL CONSTRAINT fk_contract_change_proposed_by_id REFERENCES user_account (id),
        proposed_at TIMESTAMPTZ NOT NULL,
        approved BOOLEAN,
        decision_reason TEXT NOT NULL,
        decided_by_id BIGINT CONSTRAINT fk_contract_change_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        accepted BOOLEAN,
        supplier_reason TEXT NOT NULL,
        supplier_by_id BIGINT CONSTRAINT fk_contract_change_supplier_by_id REFERENCES user_account (id),
        supplier_at TIMESTAMPTZ,
        effective_at TIMESTAMPTZ,
        agreement_id BIGINT CONSTRAINT uq_contract_change_agreement_id UNIQUE
            CONSTRAINT fk_contract_change_agreement_id REFERENCES agreement (id),
        CONSTRAINT uq_contract_change_contract_id_number UNIQUE (contract_id, number),
        CONSTRAINT ck_contract_change_decided CHECK ((approved IS NULL) = (decided_at IS NULL)
            AND (approved IS NULL) = (decided_by_id IS NULL)),
        CONSTRAINT ck_contract_change_refused CHECK (approved IS NOT FALSE OR length(decision_reason) >= 10),
        CONSTRAINT ck_contract_change_two_people CHECK (kind = 'extension' OR decided_by_id <> proposed_by_id),
        CONSTRAINT ck_contract_change_supplier CHECK ((accepted IS NULL) = (supplier_at IS NULL)
            AND (accepted IS NULL) = (supplier_by_id IS NULL)),
        CONSTRAINT ck_contract_change_effective CHECK (effective_at IS NULL
            OR approved AND (accepted OR kind = 'extension')),
        CONSTRAINT ck_contract_change_agreement CHECK (agreement_id IS NULL OR effective_at IS NOT NULL)
    );
    CREATE UNIQUE INDEX uq_contract_change_running ON contract_change (contract_id)
        WHERE effective_at IS NULL AND approved IS NOT FALSE AND accepted IS NOT FALSE;

    CREATE TABLE contract_review (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contract_review PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_contract_review_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_contract_review_contract_id REFERENCES contract (id),
        side TEXT NOT NULL CONSTRAINT ck_contract_review_side CHECK (side IN ('buyer', 'supplier')),
        work BIGINT NOT NULL CONSTRAINT ck_contract_review_work CHECK (work BETWEEN 1 AND 5),
        promises BIGINT NOT NULL CONSTRAINT ck_contract_review_promises CHECK (promises BETWEEN 1 AND 5),
        together BIGINT NOT NULL CONSTRAINT ck_contract_review_together CHECK (together BETWEEN 1 AND 5),
        text TEXT NOT NULL CONSTRAINT ck_contract_review_text CHECK (length(text) >= 10),
        written_by_id BIGINT NOT NULL CONSTRAINT fk_contract_review_written_by_id REFERENCES user_account (id),
        written_at TIMESTAMPTZ NOT NULL,
        answer TEXT NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_contract_review_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        CONSTRAINT ck_contract_review_answered CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NULL) = (answer = ''))
    );
    CREATE INDEX ix_contract_review_contract_id ON contract_review (contract_id);

    CREATE TABLE renewal (
        contract_id BIGINT NOT NULL CONSTRAINT fk_renewal_contract_id REFERENCES contract (id)
            CONSTRAINT pk_renewal PRIMARY KEY,
        alerted_at TIMESTAMPTZ NOT NULL,
        need_id BIGINT CONSTRAINT fk_renewal_need_id REFERENCES need (id),
        posted_at TIMESTAMPTZ,
        no_need_reason TEXT NOT NULL,
        CONSTRAINT ck_renewal_posted CHECK ((posted_at IS NULL) = (need_id IS NULL AND no_need_reason = ''))
    );

    CREATE TABLE renewal_setting (
        organisation_id BIGINT NOT NULL CONSTRAINT fk_renewal_setting_organisation_id REFERENCES organisation (id)
            CONSTRAINT pk_renewal_setting PRIMARY KEY,
        months BIGINT NOT NULL CONSTRAINT ck_renewal_setting_months CHECK (months BETWEEN 1 AND 36)
    );
"""

TAKE_OVERS = """
    CREATE TABLE take_over (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_take_over PRIMARY KEY,
        tender_id BIGINT CONSTRAINT uq_take_over_tender_id UNIQUE
            CONSTRAINT fk_take_over_tender_id REFERENCES tender (id),
        contract_id BIGINT CONSTRAINT uq_take_over_contract_id UNIQUE
            CONSTRAINT fk_take_over_contract_id REFERENCES contract (id),
        rows JSONB NOT NULL CONSTRAINT ck_take_over_rows CHECK (jsonb_array_length(rows) BETWEEN 1 AND 300),
        set_by_id BIGINT NOT NULL CONSTRAINT fk_take_over_set_by_id REFERENCES user_account (id),
        set_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_take_over_subject CHECK ((tender_id IS NULL) <> (contract_id IS NULL))
    );
    CREATE FUNCTION keep_take_over() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the tender is published: its take-over list stays' USING ERRCODE = 'CW024';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_take_over BEFORE INSERT OR UPDATE OR DELETE ON take_over
        FOR EACH ROW EXECUTE FUNCTION keep_take_over();
"""

CHALLENGES = """
    CREATE TABLE challenge_counter (
        year BIGINT NOT NULL CONSTRAINT pk_challenge_counter PRIMARY KEY,
        last BIGINT NOT NULL
    );

    CREATE TABLE challenge (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_challenge PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_challenge_public_id UNIQUE,
        number TEXT NOT NULL CONSTRAINT uq_challenge_number UNIQUE
            CONSTRAINT ck_challenge_number CHECK (number ~ '^U-[0-9]{4}-[0-9]{4,}$'),
        contract_id BIGINT CONSTRAINT fk_challenge_contract_id REFERENCES contract (id),
        need_id BIGINT CONSTRAINT fk_challenge_need_id REFERENCES need (id),
        buyer_id BIGINT NOT NULL CONSTRAINT fk_challenge_buyer_id REFERENCES organisation (id),
        title TEXT NOT NULL CONSTRAINT ck_challenge_title CHECK (title <> ''),
        organisation_id BIGINT CONSTRAINT fk_challenge_organisation_id REFERENCES organisation (id),
        group_name TEXT NOT NULL CONSTRAINT ck_challenge_group_name CHECK (group_name <> ''),
        what TEXT NOT NULL,
        how TEXT NOT NULL,
        supporters TEXT NOT NULL,
        amount_minor BIGINT CONSTRAINT ck_challenge_amount_minor CHECK (amount_minor > 0),
        name_public BOOLEAN NOT NULL,
        submitted_by_id BIGINT NOT NULL CONSTRAINT fk_challenge_submitted_by_id REFERENCES user_account (id),
        submitted_at TIMESTAMPTZ NOT NULL,
        answer_by DATE NOT NULL,
        state TEXT NOT NULL CONSTRAINT ck_challenge_state CHECK (state IN ('received', 'admitted', 'talked', 'answered',
            'inadmissible', 'withdrawn')),
        CONSTRAINT ck_challenge_subject CHECK ((contract_id IS NULL) <> (need_id IS NULL)),
        CONSTRAINT ck_challenge_told CHECK (state = 'withdrawn' OR length(what) >= 10 AND length(how) >= 10
            AND supporters <> '')
    );
    CREATE INDEX ix_challenge_buyer_id ON challenge (buyer_id);
    CREATE INDEX ix_challenge_contract_id ON challenge (contract_id);
    CREATE INDEX ix_challenge_need_id ON challenge (need_id);
    CREATE INDEX ix_challenge_submitted_by_id ON challenge (submitted_by_id);

    CREATE TABLE challenge_step (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_challenge_step PRIMARY KEY,
        challenge_id BIGINT NOT NULL CONSTRAINT fk_challenge_step_challenge_id REFERENCES challenge (id),
        kind TEXT NOT NULL CONSTRAINT ck_challenge_step_kind CHECK (kind IN ('admitted', 'inadmissible', 'talked',
            'extended', 'answered', 'withdrawn')),
        answer TEXT CONSTRAINT ck_challenge_step_answer CHECK (answer IN ('yes', 'partly', 'no')),
        follow TEXT CONSTRAINT ck_challenge_step_follow CHECK (follow IN ('pilot', 'part_at_extension', 'invitation',
            'nothing')),
        text TEXT NOT NULL,
        by_id BIGINT NOT NULL CONSTRAINT fk_challenge_step_by_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_challenge_step_challenge_id_kind UNIQUE (challenge_id, kind),
        CONSTRAINT ck_challenge_step_whole CHECK ((kind = 'answered') = (answer IS NOT NULL)
            AND (kind = 'answered') = (follow IS NOT NULL)),
        CONSTRAINT ck_challenge_step_text CHECK (kind = 'withdrawn' OR length(text) >= 10),
        CONSTRAINT ck_challenge_step_follows CHECK (answer <> 'no' OR follow = 'nothing')
    );
"""

GUARDS = """
    CREATE FUNCTION keep_tender_extension() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the tender is published: its extensions stay' USING ERRCODE = 'CW024';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_tender_extension BEFORE INSERT OR UPDATE OR DELETE ON tender_extension
        FOR EACH ROW EXECUTE FUNCTION keep_tender_extension();

    CREATE FUNCTION refuse_performance_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: what happened under a contract stays', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'CW024';
    END $$;
    CREATE TRIGGER keep_milestone BEFORE UPDATE OR DELETE ON milestone
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER keep_milestone_report BEFORE UPDATE OR DELETE ON milestone_report
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER keep_milestone_verdict BEFORE UPDATE OR DELETE ON milestone_verdict
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER refuse_change_delete BEFORE DELETE ON contract_change
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER refuse_review_delete BEFORE DELETE ON contract_review
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER refuse_challenge_delete BEFORE DELETE ON challenge
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
    CREATE TRIGGER refuse_step_delete BEFORE DELETE ON challenge_step
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();

    -- Whoever reported never verifies; what is met stays met.
    CREATE FUNCTION verify_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM milestone m WHERE m.id = NEW.milestone_id FOR UPDATE;
        IF EXISTS (SELECT FROM milestone_report r WHERE r.id = NEW.report_id
                AND (r.reported_by_id = NEW.verified_by_id OR r.milestone_id <> NEW.milestone_id))
            OR EXISTS (SELECT FROM milestone_verdict v WHERE v.milestone_id = NEW.milestone_id AND v.outcome = 'met')
        THEN
            RAISE EXCEPTION 'milestone %: verified once met, and by another than who reported', NEW.milestone_id
                USING ERRCODE = 'CW024';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER verify_by_another BEFORE INSERT ON milestone_verdict
        FOR EACH ROW EXECUTE FUNCTION verify_by_another();

    -- A change belongs to a signed contract; what is decided, signed or in force is set once; options are counted.
    CREATE FUNCTION keep_contract_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        once CONSTANT text[] := ARRAY['approved', 'decision_reason', 'decided_by_id', 'decided_at', 'accepted',
            'supplier_reason', 'supplier_by_id', 'supplier_at', 'effective_at', 'agreement_id', 'notice_reference'];
        was jsonb;
        becomes jsonb := to_jsonb(NEW);
        name text;
        c record;
        most bigint;
        used bigint;
    BEGIN
        SELECT agreement_id, tender_id, starts_on INTO c FROM contract WHERE id = NEW.contract_id FOR UPDATE;
        IF c.agreement_id IS NULL OR NEW.ends_on <= c.starts_on THEN
            RAISE EXCEPTION 'change %: only a signed contract changes', NEW.number USING ERRCODE = 'CW024';
        END IF;
        IF NEW.kind = 'extension' AND NEW.effective_at IS NOT NULL THEN
            SELECT times INTO most FROM tender_extension WHERE tender_id = c.tender_id;
            SELECT count(*) INTO used FROM contract_change x WHERE x.contract_id = NEW.contract_id
                AND x.kind = 'extension' AND x.effective_at IS NOT NULL AND x.number <> NEW.number;
            IF used >= COALESCE(most, 0) THEN
                RAISE EXCEPTION 'change %: no extension is left', NEW.number USING ERRCODE = 'CW024';
            END IF;
        END IF;
        IF TG_OP = 'INSERT' THEN
            RETURN NEW;
        END IF;
        was := to_jsonb(OLD);
        IF was - once IS DISTINCT FROM becomes - once THEN
            RAISE EXCEPTION 'change %: what was proposed stays', OLD.number USING ERRCODE = 'CW024';
        END IF;
        FOREACH name IN ARRAY once LOOP
            IF was -> name NOT IN ('null'::jsonb, '""'::jsonb) AND was -> name IS DISTINCT FROM becomes -> name THEN
                RAISE EXCEPTION 'change %: % is set once', OLD.number, name USING ERRCODE = 'CW024';
            END IF;
        END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_contract_change BEFORE INSERT OR UPDATE ON contract_change
        FOR EACH ROW EXECUTE FUNCTION keep_contract_change();

    CREATE FUNCTION keep_contract_review() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.answered_at IS NOT NULL OR to_jsonb(OLD) - ARRAY['answer', 'answered_by_id', 'answered_at']
            IS DISTINCT FROM to_jsonb(NEW) - ARRAY['answer', 'answered_by_id', 'answered_at'] THEN
            RAISE EXCEPTION 'review %: it is answered once, and stays', OLD.id USING ERRCODE = 'CW024';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_contract_review BEFORE UPDATE ON contract_review
        FOR EACH ROW EXECUTE FUNCTION keep_contract_review();

    -- A challenge moves on; its texts go only when it is taken back.
    CREATE FUNCTION keep_challenge() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        texts CONSTANT text[] := ARRAY['what', 'how', 'supporters', 'group_name', 'amount_minor', 'name_public'];
        movable CONSTANT text[] := texts || ARRAY['state', 'answer_by'];
    BEGIN
        IF to_jsonb(OLD) - movable IS DISTINCT FROM to_jsonb(NEW) - movable
            OR NEW.answer_by < OLD.answer_by
            OR OLD.state IN ('answered', 'inadmissible', 'withdrawn') AND NEW.state NOT IN (OLD.state, 'withdrawn')
            OR NEW.state <> 'withdrawn' AND to_jsonb(OLD) - ARRAY['state', 'answer_by']
                IS DISTINCT FROM to_jsonb(NEW) - ARRAY['state', 'answer_by'] THEN
            RAISE EXCEPTION 'challenge %: it stays as it was handed in', OLD.number USING ERRCODE = 'CW024';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_challenge BEFORE UPDATE ON challenge FOR EACH ROW EXECUTE FUNCTION keep_challenge();
    CREATE TRIGGER keep_challenge_step BEFORE UPDATE ON challenge_step
        FOR EACH ROW EXECUTE FUNCTION refuse_performance_change();
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    for part in (CONTRACTS, TAKE_OVERS, CHALLENGES, GUARDS):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE take_over, challenge_step, challenge, challenge_counter, renewal_setting, renewal, contract_review,
            contract_change, milestone_verdict, milestone_report, milestone, tender_extension;
        DROP FUNCTION keep_take_over(), keep_challenge(), keep_contract_review(), keep_contract_change(), verify_by_another(),
            refuse_performance_change(), keep_tender_extension();
    """)
