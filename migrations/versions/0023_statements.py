"""Statements of bidders, files with bids, decisions on grounds for exclusion."""

from alembic import op

revision = "0023_statements"
down_revision = "0024_performance"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE statement_demand (
        tender_id BIGINT NOT NULL CONSTRAINT fk_statement_demand_tender_id REFERENCES tender (id),
        grounds JSONB NOT NULL,
        criteria JSONB NOT NULL,
        papers JSONB NOT NULL,
        attach JSONB NOT NULL,
        CONSTRAINT pk_statement_demand PRIMARY KEY (tender_id)
    );

    CREATE TABLE statement_profile (
        organisation_id BIGINT NOT NULL CONSTRAINT fk_statement_profile_organisation_id REFERENCES organisation (id),
        content BYTEA NOT NULL,
        content_key TEXT NOT NULL,
        saves BIGINT NOT NULL CONSTRAINT ck_statement_profile_saves CHECK (saves >= 1),
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_statement_profile_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_statement_profile PRIMARY KEY (organisation_id)
    );

    CREATE TABLE statement_paper (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_statement_paper PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_statement_paper_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_statement_paper_organisation_id REFERENCES organisation (id),
        kind TEXT NOT NULL CONSTRAINT ck_statement_paper_kind CHECK (kind IN ('gva', 'tax', 'kvk')),
        issued_on DATE NOT NULL,
        expires_on DATE NOT NULL,
        renew_on DATE NOT NULL,
        reference TEXT NOT NULL,
        added_by_id BIGINT NOT NULL CONSTRAINT fk_statement_paper_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_statement_paper_organisation_id_kind_issued_on UNIQUE (organisation_id, kind, issued_on),
        CONSTRAINT ck_statement_paper_order CHECK (expires_on > issued_on AND renew_on < expires_on)
    );

    CREATE TABLE bid_file (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid_file PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_bid_file_public_id UNIQUE,
        bid_id BIGINT NOT NULL CONSTRAINT fk_bid_file_bid_id REFERENCES bid (id),
        content BYTEA NOT NULL,
        size BIGINT NOT NULL CONSTRAINT ck_bid_file_size CHECK (size BETWEEN 1 AND 26214400),
        uploaded_by_id BIGINT NOT NULL CONSTRAINT fk_bid_file_uploaded_by_id REFERENCES user_account (id),
        uploaded_at TIMESTAMPTZ NOT NULL,
        handed_in_at TIMESTAMPTZ
    );
    CREATE INDEX ix_bid_file_bid_id ON bid_file (bid_id);

    CREATE TABLE ground_decision (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ground_decision PRIMARY KEY,
        opened_bid_id BIGINT NOT NULL CONSTRAINT uq_ground_decision_opened_bid_id UNIQUE
            CONSTRAINT fk_ground_decision_opened_bid_id REFERENCES opened_bid (id),
        excluded BOOLEAN NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_ground_decision_reason CHECK (reason <> ''),
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_ground_decision_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL
    );
"""

FENCES = """
    -- What a tender asks about bidders is as published: frozen with it.
    CREATE FUNCTION keep_statement_demand() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.published_at IS NOT NULL
                AND t.id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.tender_id ELSE OLD.tender_id END,
                             CASE WHEN TG_OP = 'DELETE' THEN OLD.tender_id ELSE NEW.tender_id END)) THEN
            RAISE EXCEPTION 'what a published tender asks stays' USING ERRCODE = 'CW012';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER keep_statement_demand BEFORE INSERT OR UPDATE OR DELETE ON statement_demand
        FOR EACH ROW EXECUTE FUNCTION keep_statement_demand();

    -- A file comes before the deadline by the database's clock, into a running bid, 100 MB together at most. The
    -- lock on the bid makes two uploads count one after the other.
    CREATE FUNCTION store_bid_file() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        SELECT tender_id, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id FOR NO KEY UPDATE;
        NEW.uploaded_at := bid_in_time(b.tender_id);
        IF b.withdrawn_at IS NOT NULL OR NEW.handed_in_at IS NOT NULL THEN
            RAISE EXCEPTION 'bid %: a file goes into a running bid', NEW.bid_id USING ERRCODE = 'CW013';
        END IF;
        IF (SELECT COALESCE(sum(size), 0) FROM bid_file WHERE bid_id = NEW.bid_id) + NEW.size > 104857600 THEN
            RAISE EXCEPTION 'bid %: files are too large together', NEW.bid_id USING ERRCODE = 'CW023';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER store_bid_file BEFORE INSERT ON bid_file FOR EACH ROW EXECUTE FUNCTION store_bid_file();

    CREATE FUNCTION keep_bid_file() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.handed_in_at IS NOT NULL OR TG_OP = 'UPDATE' AND (pg_trigger_depth() < 2
            OR NEW.bid_id <> OLD.bid_id OR NEW.public_id <> OLD.public_id OR NEW.size <> OLD.size) THEN
            RAISE EXCEPTION 'file %: what was handed in stays', OLD.public_id USING ERRCODE = 'CW013';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER keep_bid_file BEFORE UPDATE OR DELETE ON bid_file
        FOR EACH ROW EXECUTE FUNCTION keep_bid_file();

    -- Handing in takes the files of the draft along; a draft that is erased takes those with it that never went in.
    CREATE FUNCTION hand_in_files() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE bid_file SET handed_in_at = NEW.submitted_at WHERE bid_id = NEW.bid_id AND handed_in_at IS NULL;
        RETURN NULL;
    END $$;
    CREATE TRIGGER hand_in_files AFTER INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION hand_in_files();

    CREATE FUNCTION forget_files() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM bid_file WHERE bid_id = NEW.id AND handed_in_at IS NULL;
        RETURN NULL;
    END $$;
    CREATE TRIGGER forget_files AFTER UPDATE ON bid FOR EACH ROW
        WHEN (OLD.draft IS NOT NULL AND NEW.draft IS NULL) EXECUTE FUNCTION forget_files();

    -- Scores are not frozen while somebody still has to decide about what a bidder stated.
    CREATE FUNCTION freeze_decided() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM opened_bid o WHERE o.tender_id = NEW.id AND o.fault IS NULL
                AND (jsonb_path_exists(o.content, '$.grounds.answers.*.yes ? (@ == true)')
                    OR jsonb_path_exists(o.content, '$.grounds.criteria.*.meets ? (@ == false)'))
                AND NOT EXISTS (SELECT FROM ground_decision g WHERE g.opened_bid_id = o.id)
                AND NOT EXISTS (SELECT FROM disqualification d WHERE d.opened_bid_id = o.id)) THEN
            RAISE EXCEPTION 'tender %: a statement is undecided', NEW.number USING ERRCODE = 'CW024';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER freeze_decided BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.scores_frozen_at IS NULL AND NEW.scores_frozen_at IS NOT NULL) EXECUTE FUNCTION freeze_decided();

    CREATE TRIGGER keep_ground_decision BEFORE UPDATE OR DELETE ON ground_decision
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
"""

ROWS = """
    CREATE POLICY all_rows ON bid_file USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY of_bid ON bid_file FOR SELECT USING (EXISTS (SELECT FROM bid b WHERE b.id = bid_id));
    CREATE POLICY bidder ON bid_file USING (EXISTS (
        SELECT FROM bid b JOIN mandate m ON m.organisation_id = b.organisation_id
            WHERE b.id = bid_id AND m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY opened ON bid_file FOR SELECT USING (EXISTS (
        SELECT FROM opened_bid o WHERE o.bid_id = bid_file.bid_id));
    ALTER TABLE bid_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

    CREATE POLICY all_rows ON statement_profile USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY own ON statement_profile USING (organisation_id IN (
        SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE statement_profile ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the tables, their triggers and their rows' fence; no row changes."""
    op.execute(TABLES)
    op.execute(FENCES)
    op.execute(ROWS)


def downgrade() -> None:
    """Drop them again."""
    op.execute("""
        DROP TRIGGER freeze_decided ON tender;
        DROP TRIGGER forget_files ON bid;
        DROP TRIGGER hand_in_files ON bid_version;
        DROP TABLE ground_decision, bid_file, statement_paper, statement_profile, statement_demand;
        DROP FUNCTION keep_statement_demand, store_bid_file, keep_bid_file, hand_in_files, forget_files, freeze_decided;
    """)
