"""Tenders, lots, criteria, questions, notes and changes; what is published stays as it was."""

from alembic import op

revision = "0012_tenders"
down_revision = "0011_sealing"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE tender_counter (
        year BIGINT CONSTRAINT pk_tender_counter PRIMARY KEY,
        last BIGINT NOT NULL
    );

    CREATE TABLE tender (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tender PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_tender_public_id UNIQUE,
        number TEXT NOT NULL CONSTRAINT uq_tender_number UNIQUE
            CONSTRAINT ck_tender_number CHECK (number ~ '^T-[0-9]{4}-[0-9]{4,}$'),
        buyer_id BIGINT NOT NULL CONSTRAINT fk_tender_buyer_id REFERENCES organisation (id),
        need_id BIGINT CONSTRAINT fk_tender_need_id REFERENCES need (id),
        author_id BIGINT NOT NULL CONSTRAINT fk_tender_author_id REFERENCES user_account (id),
        edited_by_id BIGINT NOT NULL CONSTRAINT fk_tender_edited_by_id REFERENCES user_account (id),
        edited_at TIMESTAMPTZ NOT NULL,
        version BIGINT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,

        title TEXT NOT NULL,
        search_text TEXT NOT NULL,
        description TEXT NOT NULL,
        requirements TEXT NOT NULL,
        category TEXT,
        cpv TEXT CONSTRAINT ck_tender_cpv CHECK (cpv ~ '^[0-9]{8}$'),
        place_code TEXT,
        value_minor BIGINT CONSTRAINT ck_tender_value_minor CHECK (value_minor > 0),
        value_public BOOLEAN NOT NULL,
        starts_on DATE,
        ends_on DATE,
        payment_days BIGINT NOT NULL CONSTRAINT ck_tender_payment_days CHECK (payment_days BETWEEN 1 AND 30),
        no_lots_reason TEXT NOT NULL,
        contact_name TEXT NOT NULL,
        contact_email TEXT NOT NULL,
        contact_phone TEXT NOT NULL,

        procedure TEXT,
        procedure_facts JSONB,
        procedure_reason TEXT NOT NULL,
        reservation TEXT,
        reservation_reason TEXT NOT NULL,

        method TEXT CONSTRAINT ck_tender_method CHECK (method IN ('value_award', 'fixed_price_range')),
        price_min_minor BIGINT,
        price_max_minor BIGINT,
        tie_break TEXT CONSTRAINT ck_tender_tie_break CHECK (tie_break IN ('quality', 'price', 'lot')),
        formula TEXT,
        content_hash TEXT,

        review_asked_at TIMESTAMPTZ,
        reviewed_at TIMESTAMPTZ,
        reviewed_by_id BIGINT CONSTRAINT fk_tender_reviewed_by_id REFERENCES user_account (id),
        published_at TIMESTAMPTZ,
        published_by_id BIGINT CONSTRAINT fk_tender_published_by_id REFERENCES user_account (id),
        questions_until TIMESTAMPTZ,
        answers_until TIMESTAMPTZ,
        closes_at TIMESTAMPTZ,
        key_id BIGINT CONSTRAINT fk_tender_key_id REFERENCES tender_key (id),
        opened_at TIMESTAMPTZ,
        scores_frozen_at TIMESTAMPTZ,
        decided_at TIMESTAMPTZ,
        standstill_until TIMESTAMPTZ,
        awarded_at TIMESTAMPTZ,
        completed_at TIMESTAMPTZ,
        cancelled_at TIMESTAMPTZ,
        cancel_reason TEXT NOT NULL,
        unsuccessful_at TIMESTAMPTZ,
        unsuccessful_reason TEXT NOT NULL,

        CONSTRAINT ck_tender_price_bounds CHECK (price_min_minor >= 0 AND price_max_minor > price_min_minor),
        CONSTRAINT ck_tender_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_tender_second_person CHECK (reviewed_by_id <> author_id AND reviewed_by_id <> edited_by_id),
        CONSTRAINT ck_tender_reviewed CHECK ((reviewed_at IS NULL) = (reviewed_by_id IS NULL)),
        CONSTRAINT ck_tender_published_whole CHECK (published_at IS NULL
            OR (reviewed_at IS NOT NULL AND reviewed_at <= published_at
                AND questions_until > published_at AND answers_until >= questions_until
                AND closes_at > answers_until AND title <> '' AND method IS NOT NULL AND procedure IS NOT NULL
                AND value_minor IS NOT NULL AND cpv IS NOT NULL AND formula IS NOT NULL
                AND tie_break IS NOT NULL)),
        CONSTRAINT ck_tender_opened_after_closing CHECK (opened_at >= closes_at),
        CONSTRAINT ck_tender_frozen_after_opening CHECK (scores_frozen_at >= opened_at),
        CONSTRAINT ck_tender_decided_after_scores CHECK (decided_at >= scores_frozen_at),
        CONSTRAINT ck_tender_awarded_after_standstill CHECK (awarded_at >= standstill_until),
        CONSTRAINT ck_tender_cancel_reason CHECK (cancelled_at IS NULL OR cancel_reason <> ''),
        CONSTRAINT ck_tender_unsuccessful_reason CHECK (unsuccessful_at IS NULL OR unsuccessful_reason <> '')
    );
    CREATE INDEX ix_tender_buyer_id ON tender (buyer_id);
    CREATE INDEX ix_tender_need_id ON tender (need_id);
    CREATE INDEX ix_tender_published_at ON tender (published_at);
    CREATE INDEX ix_tender_closes_at ON tender (closes_at);

    CREATE TABLE lot (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lot PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_lot_tender_id REFERENCES tender (id),
        number BIGINT NOT NULL CONSTRAINT ck_lot_number CHECK (number >= 1),
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        value_minor BIGINT CONSTRAINT ck_lot_value_minor CHECK (value_minor > 0),
        CONSTRAINT uq_lot_tender_id_number UNIQUE (tender_id, number)
    );

    CREATE TABLE criterion (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_criterion PRIMARY KEY,
        lot_id BIGINT NOT NULL CONSTRAINT fk_criterion_lot_id REFERENCES lot (id),
        code TEXT NOT NULL,
        position BIGINT NOT NULL,
        kind TEXT NOT NULL CONSTRAINT ck_criterion_kind CHECK (kind IN ('price', 'quality')),
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        max_points NUMERIC(6, 2) CONSTRAINT ck_criterion_max_points CHECK (max_points > 0),
        min_points NUMERIC(6, 2),
        value_minor BIGINT CONSTRAINT ck_criterion_value_minor CHECK (value_minor > 0),
        CONSTRAINT ck_criterion_min_points CHECK (min_points >= 0 AND min_points <= max_points),
        CONSTRAINT ck_criterion_quality_points CHECK (kind = 'price' OR max_points IS NOT NULL),
        CONSTRAINT uq_criterion_lot_id_code UNIQUE (lot_id, code)
    );
    CREATE UNIQUE INDEX uq_criterion_price ON criterion (lot_id) WHERE kind = 'price';

    CREATE TABLE nota (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_nota PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_nota_tender_id REFERENCES tender (id),
        number BIGINT NOT NULL CONSTRAINT ck_nota_number CHECK (number >= 1),
        published_at TIMESTAMPTZ NOT NULL,
        published_by_id BIGINT NOT NULL CONSTRAINT fk_nota_published_by_id REFERENCES user_account (id),
        CONSTRAINT uq_nota_tender_id_number UNIQUE (tender_id, number)
    );

    CREATE TABLE question (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_question PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_question_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_question_tender_id REFERENCES tender (id),
        part TEXT NOT NULL,
        asked_by_organisation_id BIGINT NOT NULL
            CONSTRAINT fk_question_asked_by_organisation_id REFERENCES organisation (id),
        asked_by_user_id BIGINT NOT NULL CONSTRAINT fk_question_asked_by_user_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        text TEXT NOT NULL CONSTRAINT ck_question_text CHECK (text <> '' AND length(text) <= 2000),
        answer TEXT,
        answered_at TIMESTAMPTZ,
        answered_by_id BIGINT CONSTRAINT fk_question_answered_by_id REFERENCES user_account (id),
        nota_id BIGINT CONSTRAINT fk_question_nota_id REFERENCES nota (id),
        published_at TIMESTAMPTZ,
        CONSTRAINT ck_question_answered CHECK ((answered_at IS NULL) = (answer IS NULL)),
        CONSTRAINT ck_question_published CHECK ((published_at IS NULL) = (nota_id IS NULL)),
        CONSTRAINT ck_question_order CHECK (published_at >= answered_at AND answered_at >= asked_at),
        CONSTRAINT ck_question_published_answered CHECK (published_at IS NULL OR answered_at IS NOT NULL)
    );
    CREATE INDEX ix_question_tender_id ON question (tender_id);

    CREATE TABLE amendment (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_amendment PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_amendment_tender_id REFERENCES tender (id),
        made_at TIMESTAMPTZ NOT NULL,
        made_by_id BIGINT NOT NULL CONSTRAINT fk_amendment_made_by_id REFERENCES user_account (id),
        reason TEXT NOT NULL CONSTRAINT ck_amendment_reason CHECK (reason <> ''),
        closed_at_before TIMESTAMPTZ NOT NULL,
        closes_at TIMESTAMPTZ NOT NULL,
        questions_until TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_amendment_later CHECK (closes_at > closed_at_before)
    );
    CREATE INDEX ix_amendment_tender_id ON amendment (tender_id);

    CREATE TABLE tender_follower (
        tender_id BIGINT NOT NULL CONSTRAINT fk_tender_follower_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL
            CONSTRAINT fk_tender_follower_organisation_id REFERENCES organisation (id),
        since TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_tender_follower PRIMARY KEY (tender_id, organisation_id)
    );
    CREATE INDEX ix_tender_follower_organisation_id ON tender_follower (organisation_id);
"""

GUARDS = """
    CREATE FUNCTION keep_published_tender() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        movable CONSTANT text[] := ARRAY['questions_until', 'answers_until', 'closes_at', 'key_id', 'opened_at',
            'scores_frozen_at', 'decided_at', 'standstill_until', 'awarded_at', 'completed_at', 'cancelled_at',
            'cancel_reason', 'unsuccessful_at', 'unsuccessful_reason', 'version'];
        once CONSTANT text[] := ARRAY['key_id', 'opened_at', 'scores_frozen_at', 'awarded_at', -- decided_at: 0015
            'completed_at', 'cancelled_at', 'unsuccessful_at'];
        was jsonb := to_jsonb(OLD);
        becomes jsonb := to_jsonb(NEW);
        moment text;
    BEGIN
        IF was - movable IS DISTINCT FROM becomes - movable THEN
            RAISE EXCEPTION 'tender % is published: its content is frozen', OLD.number USING ERRCODE = 'CW012';
        END IF;
        IF NEW.closes_at < OLD.closes_at OR NEW.questions_until < OLD.questions_until
            OR (OLD.opened_at IS NOT NULL AND NEW.closes_at <> OLD.closes_at) THEN
            RAISE EXCEPTION 'tender %: a deadline moves later only, before opening', OLD.number
                USING ERRCODE = 'CW012';
        END IF;
        FOREACH moment IN ARRAY once LOOP
            IF was -> moment <> 'null'::jsonb AND was -> moment IS DISTINCT FROM becomes -> moment THEN
                RAISE EXCEPTION 'tender %: % is set once', OLD.number, moment USING ERRCODE = 'CW012';
            END IF;
        END LOOP;
        IF NEW.standstill_until < OLD.standstill_until THEN
            RAISE EXCEPTION 'tender %: a standstill is never shortened', OLD.number USING ERRCODE = 'CW012';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_published_tender BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION keep_published_tender();

    CREATE FUNCTION refuse_tender_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: the file of a tender stays whole', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'CW012';
    END $$;
    CREATE TRIGGER keep_tender BEFORE DELETE ON tender FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_amendment BEFORE UPDATE OR DELETE ON amendment
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_nota BEFORE UPDATE OR DELETE ON nota
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_question BEFORE DELETE ON question
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_published_question BEFORE UPDATE ON question FOR EACH ROW
        WHEN (OLD.published_at IS NOT NULL OR OLD.text <> NEW.text
            OR OLD.asked_by_organisation_id <> NEW.asked_by_organisation_id OR OLD.asked_at <> NEW.asked_at)
        EXECUTE FUNCTION refuse_tender_change();

    CREATE FUNCTION keep_published_parts() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        part jsonb;
    BEGIN
        FOREACH part IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
            IF part IS NOT NULL AND EXISTS (
                SELECT FROM tender t WHERE t.published_at IS NOT NULL AND t.id = CASE TG_TABLE_NAME
                    WHEN 'lot' THEN (part ->> 'tender_id')::bigint
                    ELSE (SELECT l.tender_id FROM lot l WHERE l.id = (part ->> 'lot_id')::bigint) END
            ) THEN
                RAISE EXCEPTION '% of % is refused: the tender is published', TG_OP, TG_TABLE_NAME
                    USING ERRCODE = 'CW012';
            END IF;
        END LOOP;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_published_lot BEFORE INSERT OR UPDATE OR DELETE ON lot
        FOR EACH ROW EXECUTE FUNCTION keep_published_parts();
    CREATE TRIGGER keep_published_criterion BEFORE INSERT OR UPDATE OR DELETE ON criterion
        FOR EACH ROW EXECUTE FUNCTION keep_published_parts();
"""


def upgrade() -> None:
    """Make the tables and the guards of what is published."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE tender_follower, amendment, question, nota, criterion, lot, tender, tender_counter;
        DROP FUNCTION keep_published_parts(), refuse_tender_change(), keep_published_tender();
    """)
