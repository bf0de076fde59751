"""Orders under framework agreements, contracts made elsewhere, and saved interests with their mail."""

from alembic import op

revision = "0025_call_offs"
down_revision = "0029_complaints"
branch_labels = None
depends_on = None

CALL_OFFS = """
    CREATE TABLE framework_rule (
        tender_id BIGINT NOT NULL CONSTRAINT pk_framework_rule PRIMARY KEY
            CONSTRAINT fk_framework_rule_tender_id REFERENCES tender (id),
        rule TEXT NOT NULL CONSTRAINT ck_framework_rule_rule
            CHECK (rule IN ('cascade', 'rotation', 'fixed', 'competition')),
        note TEXT NOT NULL,
        set_by_id BIGINT NOT NULL CONSTRAINT fk_framework_rule_set_by_id REFERENCES user_account (id),
        set_at TIMESTAMPTZ NOT NULL
    );

    CREATE TABLE framework_party (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_framework_party PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_framework_party_public_id UNIQUE,
        contract_id BIGINT NOT NULL CONSTRAINT fk_framework_party_contract_id REFERENCES contract (id),
        supplier_id BIGINT NOT NULL CONSTRAINT fk_framework_party_supplier_id REFERENCES organisation (id),
        rank BIGINT NOT NULL CONSTRAINT ck_framework_party_rank CHECK (rank >= 1),
        invited_by_id BIGINT NOT NULL CONSTRAINT fk_framework_party_invited_by_id REFERENCES user_account (id),
        invited_at TIMESTAMPTZ NOT NULL,
        joined_by_id BIGINT CONSTRAINT fk_framework_party_joined_by_id REFERENCES user_account (id),
        joined_at TIMESTAMPTZ,
        CONSTRAINT uq_framework_party_contract_id_supplier_id UNIQUE (contract_id, supplier_id),
        CONSTRAINT uq_framework_party_contract_id_rank UNIQUE (contract_id, rank),
        CONSTRAINT ck_framework_party_joined CHECK ((joined_at IS NULL) = (joined_by_id IS NULL))
    );
    CREATE INDEX ix_framework_party_supplier_id ON framework_party (supplier_id);

    CREATE TABLE framework_price (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_framework_price PRIMARY KEY,
        party_id BIGINT NOT NULL CONSTRAINT fk_framework_price_party_id REFERENCES framework_party (id),
        position BIGINT NOT NULL,
        description TEXT NOT NULL,
        unit_price_minor BIGINT NOT NULL
            CONSTRAINT ck_framework_price_unit_price_minor CHECK (unit_price_minor > 0),
        vat_code TEXT NOT NULL CONSTRAINT ck_framework_price_vat_code
            CHECK (vat_code IN ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside')),
        CONSTRAINT uq_framework_price_party_id_position UNIQUE (party_id, position)
    );

    CREATE TABLE call_off (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_call_off PRIMARY KEY,
        number TEXT NOT NULL CONSTRAINT uq_call_off_number UNIQUE,
        framework_id BIGINT NOT NULL CONSTRAINT fk_call_off_framework_id REFERENCES contract (id),
        sequence BIGINT NOT NULL,
        tender_id BIGINT NOT NULL CONSTRAINT fk_call_off_tender_id REFERENCES tender (id),
        party_id BIGINT CONSTRAINT fk_call_off_party_id REFERENCES framework_party (id),
        supplements_id BIGINT CONSTRAINT fk_call_off_supplements_id REFERENCES call_off (id),
        competition_id BIGINT CONSTRAINT uq_call_off_competition_id UNIQUE
            CONSTRAINT fk_call_off_competition_id REFERENCES tender (id),
        result_id BIGINT CONSTRAINT uq_call_off_result_id UNIQUE
            CONSTRAINT fk_call_off_result_id REFERENCES contract (id),
        agreement_id BIGINT CONSTRAINT uq_call_off_agreement_id UNIQUE
            CONSTRAINT fk_call_off_agreement_id REFERENCES agreement (id),
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        choice_reason TEXT NOT NULL,
        amount_minor BIGINT NOT NULL CONSTRAINT ck_call_off_amount_minor CHECK (amount_minor > 0),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        state TEXT NOT NULL CONSTRAINT ck_call_off_state
            CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'competing', 'awarded')),
        local_outcome TEXT NOT NULL CONSTRAINT ck_call_off_local_outcome
            CHECK (local_outcome IN ('local_chosen', 'local_competed', 'none_found', 'not_examined')),
        local_reason TEXT NOT NULL CONSTRAINT ck_call_off_local_reason CHECK (length(local_reason) >= 10),
        placed_by_id BIGINT NOT NULL CONSTRAINT fk_call_off_placed_by_id REFERENCES user_account (id),
        placed_at TIMESTAMPTZ NOT NULL,
        answered_at TIMESTAMPTZ,
        CONSTRAINT uq_call_off_framework_id_sequence UNIQUE (framework_id, sequence),
        CONSTRAINT ck_call_off_term CHECK (ends_on >= starts_on),
        CONSTRAINT ck_call_off_competition CHECK ((competition_id IS NOT NULL) = (state IN ('competing', 'awarded'))),
        CONSTRAINT ck_call_off_party CHECK (competition_id IS NOT NULL OR party_id IS NOT NULL),
        CONSTRAINT ck_call_off_agreed CHECK ((agreement_id IS NOT NULL) = (state IN ('accepted', 'awarded'))),
        CONSTRAINT ck_call_off_result CHECK ((result_id IS NOT NULL) = (state = 'awarded'))
    );
    CREATE INDEX ix_call_off_tender_id ON call_off (tender_id);
    CREATE INDEX ix_call_off_party_id ON call_off (party_id);

    CREATE TABLE call_off_line (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_call_off_line PRIMARY KEY,
        call_off_id BIGINT NOT NULL CONSTRAINT fk_call_off_line_call_off_id REFERENCES call_off (id),
        position BIGINT NOT NULL,
        description TEXT NOT NULL,
        quantity NUMERIC(14, 4) NOT NULL CONSTRAINT ck_call_off_line_quantity CHECK (quantity > 0),
        unit_price_minor BIGINT NOT NULL,
        amount_minor BIGINT NOT NULL CONSTRAINT ck_call_off_line_amount_minor CHECK (amount_minor >= 0),
        vat_code TEXT NOT NULL CONSTRAINT ck_call_off_line_vat_code
            CHECK (vat_code IN ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside')),
        CONSTRAINT uq_call_off_line_call_off_id_position UNIQUE (call_off_id, position)
    );

    CREATE TABLE call_off_answer (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_call_off_answer PRIMARY KEY,
        call_off_id BIGINT NOT NULL CONSTRAINT fk_call_off_answer_call_off_id REFERENCES call_off (id),
        party_id BIGINT NOT NULL CONSTRAINT fk_call_off_answer_party_id REFERENCES framework_party (id),
        accepted BOOLEAN NOT NULL,
        reason TEXT NOT NULL,
        answered_by_id BIGINT NOT NULL CONSTRAINT fk_call_off_answer_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_call_off_answer_call_off_id_party_id UNIQUE (call_off_id, party_id),
        CONSTRAINT ck_call_off_answer_reason CHECK (accepted OR reason <> '')
    );
"""

CALL_OFF_GUARDS = """
    -- What of a framework is ordered or reserved. A competition that was stopped reserves nothing.
    CREATE FUNCTION framework_taken(of_tender bigint, leaving_out bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
        SELECT COALESCE(sum(c.amount_minor), 0) FROM call_off c LEFT JOIN tender t ON t.id = c.competition_id
        WHERE c.tender_id = of_tender AND c.id IS DISTINCT FROM leaving_out
            AND c.state IN ('offered', 'accepted', 'competing', 'awarded')
            AND NOT (c.state = 'competing' AND (t.cancelled_at IS NOT NULL OR t.unsuccessful_at IS NOT NULL))
    $$;

    -- The stated maximum (CJEU C-23/20), under a lock on the framework's tender: of two orders for the last room one
    -- is refused. And what was agreed stays.
    CREATE FUNCTION keep_call_off() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        most bigint;
        movable CONSTANT text[] := ARRAY['party_id', 'result_id', 'agreement_id', 'amount_minor', 'state', 'answered_at',
            'starts_on', 'ends_on'];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'call-off %: it stays in the file', OLD.number USING ERRCODE = 'CW025';
        END IF;
        SELECT framework_max_minor INTO most FROM tender WHERE id = NEW.tender_id FOR UPDATE;
        IF most IS NULL OR NOT EXISTS (SELECT FROM contract c WHERE c.id = NEW.framework_id
            AND c.tender_id = NEW.tender_id AND c.agreement_id IS NOT NULL) THEN
            RAISE EXCEPTION 'call-off %: no signed framework', NEW.number USING ERRCODE = 'CW025';
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.state IN ('accepted', 'awarded', 'declined', 'withdrawn')
                OR to_jsonb(OLD) - movable IS DISTINCT FROM to_jsonb(NEW) - movable THEN
                RAISE EXCEPTION 'call-off %: what was agreed stays', OLD.number USING ERRCODE = 'CW025';
            END IF;
        END IF;
        IF NEW.party_id IS NOT NULL AND NOT EXISTS (SELECT FROM framework_party p WHERE p.id = NEW.party_id
            AND p.contract_id = NEW.framework_id AND p.joined_at IS NOT NULL) THEN
            RAISE EXCEPTION 'call-off %: not a party of this framework', NEW.number USING ERRCODE = 'CW025';
        END IF;
        IF NEW.state IN ('offered', 'accepted', 'competing', 'awarded')
            AND framework_taken(NEW.tender_id, NEW.id) + NEW.amount_minor > most THEN
            RAISE EXCEPTION 'call-off %: beyond the maximum of the framework', NEW.number USING ERRCODE = 'CW025';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_call_off BEFORE INSERT OR UPDATE OR DELETE ON call_off
        FOR EACH ROW EXECUTE FUNCTION keep_call_off();

    CREATE FUNCTION keep_call_off_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM call_off c WHERE c.id IN (OLD.call_off_id, NEW.call_off_id) AND c.state <> 'offered') THEN
            RAISE EXCEPTION '% of a line is refused: the order was answered', TG_OP USING ERRCODE = 'CW025';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_call_off_line BEFORE INSERT OR UPDATE OR DELETE ON call_off_line
        FOR EACH ROW EXECUTE FUNCTION keep_call_off_line();

    CREATE FUNCTION call_off_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        which bigint := CASE TG_TABLE_NAME WHEN 'call_off' THEN (to_jsonb(NEW) ->> 'id')::bigint
            ELSE COALESCE(to_jsonb(NEW) ->> 'call_off_id', to_jsonb(OLD) ->> 'call_off_id')::bigint END;
    BEGIN
        IF EXISTS (SELECT FROM call_off c WHERE c.id = which AND c.competition_id IS NULL AND c.amount_minor
            <> (SELECT COALESCE(sum(l.amount_minor), 0) FROM call_off_line l WHERE l.call_off_id = c.id)) THEN
            RAISE EXCEPTION 'call-off %: the lines do not add up', which USING ERRCODE = 'CW025';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER call_off_adds_up AFTER INSERT OR UPDATE ON call_off
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION call_off_adds_up();
    CREATE CONSTRAINT TRIGGER call_off_line_adds_up AFTER INSERT OR UPDATE OR DELETE ON call_off_line
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION call_off_adds_up();

    CREATE FUNCTION refuse_call_off_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: it is part of a framework', TG_OP, TG_TABLE_NAME USING ERRCODE = 'CW025';
    END $$;
    CREATE TRIGGER keep_call_off_answer BEFORE UPDATE OR DELETE ON call_off_answer
        FOR EACH ROW EXECUTE FUNCTION refuse_call_off_change();
    CREATE TRIGGER keep_framework_price BEFORE UPDATE OR DELETE ON framework_price
        FOR EACH ROW EXECUTE FUNCTION refuse_call_off_change();

    CREATE FUNCTION keep_framework_rule() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the rule of a framework is fixed when its tender is published' USING ERRCODE = 'CW025';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_framework_rule BEFORE INSERT OR UPDATE OR DELETE ON framework_rule
        FOR EACH ROW EXECUTE FUNCTION keep_framework_rule();

    CREATE FUNCTION keep_framework_party() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.joined_at IS NOT NULL
            OR to_jsonb(OLD) - '{joined_at,joined_by_id}'::text[]
                IS DISTINCT FROM to_jsonb(NEW) - '{joined_at,joined_by_id}'::text[] THEN
            RAISE EXCEPTION 'a party of a framework stays' USING ERRCODE = 'CW025';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_framework_party BEFORE UPDATE OR DELETE ON framework_party
        FOR EACH ROW EXECUTE FUNCTION keep_framework_party();
"""

ELSEWHERE = """
    CREATE TABLE external_counter (
        year BIGINT NOT NULL CONSTRAINT pk_external_counter PRIMARY KEY,
        last BIGINT NOT NULL
    );

    CREATE TABLE external_contract (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_external_contract PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_external_contract_public_id UNIQUE,
        number TEXT NOT NULL CONSTRAINT uq_external_contract_number UNIQUE
            CONSTRAINT ck_external_contract_number CHECK (number ~ '^X-[0-9]{4}-[0-9]{4,}$'),
        buyer_id BIGINT NOT NULL CONSTRAINT fk_external_contract_buyer_id REFERENCES organisation (id),
        title TEXT NOT NULL CONSTRAINT ck_external_contract_title CHECK (title <> '' AND length(title) <= 200),
        supplier_name TEXT NOT NULL CONSTRAINT ck_external_contract_supplier_name CHECK (supplier_name <> ''),
        supplier_kvk TEXT CONSTRAINT ck_external_contract_supplier_kvk CHECK (supplier_kvk ~ '^[0-9]{8}$'),
        supplier_id BIGINT CONSTRAINT fk_external_contract_supplier_id REFERENCES organisation (id),
        cpv TEXT CONSTRAINT ck_external_contract_cpv CHECK (cpv ~ '^[0-9]{8}$'),
        value_minor BIGINT NOT NULL CONSTRAINT ck_external_contract_value_minor CHECK (value_minor > 0),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        reference TEXT NOT NULL,
        tenderned_number TEXT NOT NULL
            CONSTRAINT ck_external_contract_tenderned_number CHECK (tenderned_number ~ '^[0-9]{0,12}$'),
        published_on DATE,
        local_outcome TEXT CONSTRAINT ck_external_contract_local_outcome
            CHECK (local_outcome IN ('local_chosen', 'local_competed', 'none_found', 'not_examined')),
        local_reason TEXT NOT NULL,
        examined_by_id BIGINT CONSTRAINT fk_external_contract_examined_by_id REFERENCES user_account (id),
        examined_at TIMESTAMPTZ,
        fingerprint TEXT NOT NULL,
        entered_by_id BIGINT NOT NULL CONSTRAINT fk_external_contract_entered_by_id REFERENCES user_account (id),
        entered_at TIMESTAMPTZ NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        withdraw_reason TEXT NOT NULL,
        CONSTRAINT ck_external_contract_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_external_contract_parties CHECK (buyer_id <> supplier_id),
        CONSTRAINT ck_external_contract_examined CHECK ((local_outcome IS NULL) = (examined_at IS NULL)
            AND (local_outcome IS NULL) = (examined_by_id IS NULL)
            AND (local_outcome IS NULL OR length(local_reason) >= 10)),
        CONSTRAINT ck_external_contract_withdrawn CHECK (withdrawn_at IS NULL OR withdraw_reason <> '')
    );
    CREATE UNIQUE INDEX uq_external_contract_standing ON external_contract (buyer_id, fingerprint)
        WHERE withdrawn_at IS NULL;
    CREATE INDEX ix_external_contract_supplier_id ON external_contract (supplier_id);
    CREATE INDEX ix_external_contract_ends_on ON external_contract (ends_on);

    CREATE TABLE external_upload (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_external_upload PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_external_upload_public_id UNIQUE,
        anchor_id BIGINT NOT NULL CONSTRAINT fk_external_upload_anchor_id REFERENCES organisation (id),
        file_name TEXT NOT NULL,
        content BYTEA NOT NULL,
        actor_id BIGINT NOT NULL CONSTRAINT fk_external_upload_actor_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL
    );

    -- What was entered stays as it was; a mistake is taken back and entered anew. Two things are said once, later.
    CREATE FUNCTION keep_external_contract() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        once CONSTANT text[] := ARRAY['local_outcome', 'local_reason', 'examined_by_id', 'examined_at', 'withdrawn_at',
            'withdraw_reason', 'supplier_id'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - once IS DISTINCT FROM to_jsonb(NEW) - once
            OR OLD.withdrawn_at IS NOT NULL
            OR (OLD.local_outcome IS NOT NULL AND (OLD.local_outcome, OLD.local_reason)
                IS DISTINCT FROM (NEW.local_outcome, NEW.local_reason)) THEN
            RAISE EXCEPTION 'contract %: what was entered stays', OLD.number USING ERRCODE = 'CW025';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_external_contract BEFORE UPDATE OR DELETE ON external_contract
        FOR EACH ROW EXECUTE FUNCTION keep_external_contract();
"""

INTERESTS = """
    ALTER TABLE mail ADD COLUMN unsubscribe TEXT;

    CREATE TABLE saved_interest (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_saved_interest PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_saved_interest_public_id UNIQUE,
        user_id BIGINT NOT NULL CONSTRAINT fk_saved_interest_user_id REFERENCES user_account (id),
        name TEXT NOT NULL CONSTRAINT ck_saved_interest_name CHECK (name <> '' AND length(name) <= 120),
        about TEXT NOT NULL CONSTRAINT ck_saved_interest_about CHECK (about IN ('tenders', 'needs', 'both')),
        cpv_groups JSONB NOT NULL,
        place_code TEXT,
        words TEXT NOT NULL,
        value_low_minor BIGINT CONSTRAINT ck_saved_interest_value_low_minor CHECK (value_low_minor >= 0),
        value_high_minor BIGINT,
        often TEXT NOT NULL CONSTRAINT ck_saved_interest_often CHECK (often IN ('at_once', 'daily', 'weekly')),
        secret TEXT NOT NULL,
        made_at TIMESTAMPTZ NOT NULL,
        next_at TIMESTAMPTZ NOT NULL,
        paused_at TIMESTAMPTZ,
        CONSTRAINT ck_saved_interest_value CHECK (value_high_minor >= COALESCE(value_low_minor, 0))
    );
    CREATE INDEX ix_saved_interest_user_id ON saved_interest (user_id);
    CREATE INDEX ix_saved_interest_next_at ON saved_interest (next_at) WHERE paused_at IS NULL;

    CREATE TABLE interest_told (
        interest_id BIGINT NOT NULL CONSTRAINT fk_interest_told_interest_id
            REFERENCES saved_interest (id) ON DELETE CASCADE,
        item TEXT NOT NULL,
        told_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_interest_told PRIMARY KEY (interest_id, item)
    );
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(CALL_OFFS)
    op.execute(CALL_OFF_GUARDS)
    op.execute(ELSEWHERE)
    op.execute(INTERESTS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE interest_told, saved_interest;
        ALTER TABLE mail DROP COLUMN unsubscribe;
        DROP TABLE external_upload, external_contract, external_counter;
        DROP FUNCTION keep_external_contract();
        DROP TABLE call_off_answer, call_off_line, call_off, framework_price, framework_party, framework_rule;
        DROP FUNCTION keep_framework_party(), keep_framework_rule(), refuse_call_off_change(), call_off_adds_up(),
            keep_call_off_line(), keep_call_off(), framework_taken(bigint, bigint);
    """)
