"""Lots through the whole line: a bid, a ranking, a winner and a contract per lot; limits per bidder."""

from alembic import op

revision = "0020_lots"
down_revision = "0019_publication"
branch_labels = None
depends_on = None

KEPT = ("tender", "lot", "bid", "opened_bid", "evaluation", "contract", "award_decision")
"""Tables whose guards rest while their rows get a place: nothing that people wrote changes."""

LOT = """
    ALTER TABLE tender
        ADD COLUMN most_lots_bid BIGINT CONSTRAINT ck_tender_most_lots_bid CHECK (most_lots_bid >= 1),
        ADD COLUMN most_lots_won BIGINT CONSTRAINT ck_tender_most_lots_won CHECK (most_lots_won >= 1),
        ADD CONSTRAINT ck_tender_limits CHECK (most_lots_won <= most_lots_bid);
    ALTER TABLE lot
        ADD COLUMN cpv TEXT CONSTRAINT ck_lot_cpv CHECK (cpv ~ '^[0-9]{8}$'),
        ADD COLUMN place_code TEXT,
        ADD COLUMN starts_on DATE,
        ADD COLUMN ends_on DATE,
        ADD COLUMN own_criteria BOOLEAN NOT NULL DEFAULT false,
        ADD COLUMN price_min_minor BIGINT,
        ADD COLUMN price_max_minor BIGINT,
        ADD COLUMN formula TEXT,
        ADD CONSTRAINT ck_lot_term CHECK (ends_on > starts_on),
        ADD CONSTRAINT ck_lot_price_bounds CHECK (price_min_minor >= 0 AND price_max_minor > price_min_minor),
        ADD CONSTRAINT ck_lot_own_criteria CHECK (number > 1 OR NOT own_criteria),
        ADD CONSTRAINT uq_lot_tender_id_id UNIQUE (tender_id, id);
    ALTER TABLE lot ALTER COLUMN own_criteria DROP DEFAULT;
    UPDATE lot SET price_min_minor = t.price_min_minor, price_max_minor = t.price_max_minor, formula = t.formula
        FROM tender t WHERE t.id = lot.tender_id;
    ALTER TABLE tender
        DROP CONSTRAINT ck_tender_published_whole,
        DROP CONSTRAINT ck_tender_price_bounds,
        DROP COLUMN price_min_minor,
        DROP COLUMN price_max_minor,
        DROP COLUMN formula,
        ADD CONSTRAINT ck_tender_published_whole CHECK (published_at IS NULL
            OR (reviewed_at IS NOT NULL AND reviewed_at <= published_at
                AND questions_until > published_at AND answers_until >= questions_until
                AND closes_at > answers_until AND title <> '' AND method IS NOT NULL AND procedure IS NOT NULL
                AND value_minor IS NOT NULL AND cpv IS NOT NULL AND tie_break IS NOT NULL));
"""

PLACES = """
    ALTER TABLE bid ADD COLUMN lot_id BIGINT;
    UPDATE bid SET lot_id = l.id FROM lot l WHERE l.tender_id = bid.tender_id AND l.number = 1;
    ALTER TABLE bid ALTER COLUMN lot_id SET NOT NULL,
        ADD CONSTRAINT fk_bid_tender_id_lot_id FOREIGN KEY (tender_id, lot_id) REFERENCES lot (tender_id, id);
    DROP INDEX uq_bid_running;
    CREATE UNIQUE INDEX uq_bid_running ON bid (lot_id, organisation_id) WHERE withdrawn_at IS NULL;
    CREATE INDEX ix_bid_tender_id ON bid (tender_id);

    ALTER TABLE opened_bid ADD COLUMN lot_id BIGINT;
    UPDATE opened_bid SET lot_id = b.lot_id FROM bid b WHERE b.id = opened_bid.bid_id;
    ALTER TABLE opened_bid ALTER COLUMN lot_id SET NOT NULL,
        ADD CONSTRAINT fk_opened_bid_tender_id_lot_id
            FOREIGN KEY (tender_id, lot_id) REFERENCES lot (tender_id, id),
        DROP CONSTRAINT ck_opened_bid_fault,
        ADD CONSTRAINT ck_opened_bid_fault CHECK (fault IN ('unreadable', 'hash', 'other_tender', 'other_lot',
            'other_bid', 'other_version', 'content', 'replaced'));

    ALTER TABLE evaluation ADD COLUMN lot_id BIGINT;
    UPDATE evaluation SET lot_id = l.id FROM lot l WHERE l.tender_id = evaluation.tender_id AND l.number = 1;
    ALTER TABLE evaluation ALTER COLUMN lot_id SET NOT NULL,
        DROP CONSTRAINT uq_evaluation_tender_id,
        DROP CONSTRAINT fk_evaluation_tender_id,
        ADD CONSTRAINT uq_evaluation_lot_id UNIQUE (lot_id),
        ADD CONSTRAINT fk_evaluation_tender_id_lot_id
            FOREIGN KEY (tender_id, lot_id) REFERENCES lot (tender_id, id);
    CREATE INDEX ix_evaluation_tender_id ON evaluation (tender_id);

    ALTER TABLE tie_break ADD COLUMN place BIGINT NOT NULL DEFAULT 1
            CONSTRAINT ck_tie_break_place CHECK (place >= 1),
        DROP CONSTRAINT uq_tie_break_evaluation_id,
        ADD CONSTRAINT uq_tie_break_evaluation_id_place UNIQUE (evaluation_id, place);
    ALTER TABLE tie_break ALTER COLUMN place DROP DEFAULT;

    CREATE TABLE lot_award (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lot_award PRIMARY KEY,
        decision_id BIGINT NOT NULL CONSTRAINT fk_lot_award_decision_id REFERENCES award_decision (id),
        lot_id BIGINT NOT NULL CONSTRAINT fk_lot_award_lot_id REFERENCES lot (id),
        winner_bid_id BIGINT CONSTRAINT fk_lot_award_winner_bid_id REFERENCES opened_bid (id),
        reason TEXT NOT NULL,
        passed_over JSONB NOT NULL,
        CONSTRAINT ck_lot_award_outcome CHECK ((winner_bid_id IS NULL) = (reason <> '')),
        CONSTRAINT uq_lot_award_decision_id_lot_id UNIQUE (decision_id, lot_id)
    );
    INSERT INTO lot_award (decision_id, lot_id, winner_bid_id, reason, passed_over)
        SELECT d.id, b.lot_id, b.id, '', '[]' FROM award_decision d JOIN opened_bid b ON b.id = d.winner_bid_id
        ORDER BY d.id;
    ALTER TABLE award_decision DROP COLUMN winner_bid_id;
    ALTER TABLE award_letter DROP CONSTRAINT ck_award_letter_result,
        ADD CONSTRAINT ck_award_letter_result
            CHECK (result IN ('won', 'lost', 'limited', 'knocked_out', 'disqualified', 'damaged'));

    ALTER TABLE contract ADD COLUMN lot_id BIGINT;
    UPDATE contract SET lot_id = l.id FROM lot l WHERE l.tender_id = contract.tender_id AND l.number = 1;
    ALTER TABLE contract ALTER COLUMN lot_id SET NOT NULL,
        DROP CONSTRAINT uq_contract_tender_id,
        ADD CONSTRAINT uq_contract_lot_id UNIQUE (lot_id),
        ADD CONSTRAINT fk_contract_tender_id_lot_id
            FOREIGN KEY (tender_id, lot_id) REFERENCES lot (tender_id, id);
    CREATE INDEX ix_contract_tender_id ON contract (tender_id);
"""

GUARDS = """
    -- What goes public is whole: lots that add up, each with its price and its formula, or a reason for one.
    CREATE FUNCTION publish_whole_lots() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        n bigint;
        total bigint;
        bare bigint;
    BEGIN
        SELECT count(*), sum(value_minor), count(*) FILTER (WHERE value_minor IS NULL OR title = '' OR formula IS NULL OR NOT EXISTS (
            SELECT FROM criterion c WHERE c.lot_id = lot.id AND c.kind = 'price'))
            INTO n, total, bare FROM lot WHERE tender_id = NEW.id;
        IF n = 0 OR n > 1 AND (bare > 0 OR total IS DISTINCT FROM NEW.value_minor) THEN
            RAISE EXCEPTION 'tender %: its lots are not whole or do not add up', NEW.number USING ERRCODE = 'CW018';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER publish_whole_lots BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)
        EXECUTE FUNCTION publish_whole_lots();

    CREATE FUNCTION store_lot_bid_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
        most bigint;
        others bigint;
    BEGIN
        SELECT tender_id, organisation_id, version, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id;
        NEW.submitted_at := bid_in_time(b.tender_id);
        IF b.withdrawn_at IS NOT NULL OR NEW.version <> b.version + 1 THEN
            RAISE EXCEPTION 'bid %: version % does not follow %', NEW.bid_id, NEW.version, b.version
                USING ERRCODE = 'CW013';
        END IF;
        SELECT most_lots_bid INTO most FROM tender WHERE id = b.tender_id;
        IF most IS NOT NULL AND b.version = 0 THEN
            -- One bidder's people hand in one after the other, so that two of them do not pass the limit together.
            PERFORM pg_advisory_xact_lock(hashtextextended('bids of ' || b.organisation_id, b.tender_id));
            SELECT count(*) INTO others FROM bid WHERE tender_id = b.tender_id AND version > 0
                AND organisation_id = b.organisation_id AND withdrawn_at IS NULL AND id <> NEW.bid_id;
            IF others >= most THEN
                RAISE EXCEPTION 'bid %: at most % lots', NEW.bid_id, most USING ERRCODE = 'CW018';
            END IF;
        END IF;
        UPDATE bid SET version = NEW.version, submitted_at = NEW.submitted_at WHERE id = NEW.bid_id;
        RETURN NEW;
    END $$;
    DROP TRIGGER store_bid_version ON bid_version;
    CREATE TRIGGER store_bid_version BEFORE INSERT ON bid_version
        FOR EACH ROW EXECUTE FUNCTION store_lot_bid_version();
    CREATE TRIGGER keep_bid_lot BEFORE UPDATE ON bid FOR EACH ROW
        WHEN (OLD.lot_id <> NEW.lot_id) EXECUTE FUNCTION refuse_bid_change();

    CREATE FUNCTION open_in_its_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM bid b WHERE b.id = NEW.bid_id AND b.lot_id = NEW.lot_id) THEN
            RAISE EXCEPTION 'bid %: it was made for another lot', NEW.bid_id USING ERRCODE = 'CW018';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER open_in_its_lot BEFORE INSERT ON opened_bid
        FOR EACH ROW EXECUTE FUNCTION open_in_its_lot();

    CREATE FUNCTION score_in_its_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM opened_bid b JOIN criterion c ON c.lot_id = b.lot_id
            WHERE b.id = NEW.opened_bid_id AND c.id = NEW.criterion_id) THEN
            RAISE EXCEPTION 'a score lies within a criterion of the lot of its bid' USING ERRCODE = 'CW018';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER score_in_its_lot BEFORE INSERT OR UPDATE ON score
        FOR EACH ROW EXECUTE FUNCTION score_in_its_lot();
    CREATE TRIGGER agree_in_its_lot BEFORE INSERT OR UPDATE ON consensus_score
        FOR EACH ROW EXECUTE FUNCTION score_in_its_lot();

    -- One bidder wins at most what was published, each lot by one of its own bids.
    CREATE FUNCTION keep_lot_award() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        which bigint := COALESCE(to_jsonb(NEW) ->> 'decision_id', to_jsonb(OLD) ->> 'decision_id')::bigint;
        most bigint;
    BEGIN
        IF EXISTS (SELECT FROM award_decision d WHERE d.sent_at IS NOT NULL AND d.id = which) THEN
            RAISE EXCEPTION 'decision %: it was sent', which USING ERRCODE = 'CW016';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NOT EXISTS (SELECT FROM award_decision d JOIN lot l ON l.tender_id = d.tender_id
            WHERE d.id = which AND l.id = NEW.lot_id) OR NEW.winner_bid_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM opened_bid b WHERE b.id = NEW.winner_bid_id AND b.lot_id = NEW.lot_id AND b.fault IS NULL) THEN
            RAISE EXCEPTION 'decision %: a lot goes to a readable bid on it', which USING ERRCODE = 'CW018';
        END IF;
        SELECT t.most_lots_won INTO most FROM award_decision d JOIN tender t ON t.id = d.tender_id
            WHERE d.id = which;
        IF most IS NOT NULL AND NEW.winner_bid_id IS NOT NULL AND (
            SELECT count(*) FROM lot_award a JOIN opened_bid b ON b.id = a.winner_bid_id
                WHERE a.decision_id = which AND a.lot_id <> NEW.lot_id AND b.organisation_id =
                    (SELECT organisation_id FROM opened_bid WHERE id = NEW.winner_bid_id)) >= most THEN
            RAISE EXCEPTION 'decision %: a bidder wins at most % lots', which, most USING ERRCODE = 'CW018';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_lot_award BEFORE INSERT OR UPDATE OR DELETE ON lot_award
        FOR EACH ROW EXECUTE FUNCTION keep_lot_award();
"""

SENDING = """
    CREATE FUNCTION keep_lot_decision() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['definitive_by_id', 'definitive_at', 'withdrawn_by_id', 'withdrawn_at',
            'withdraw_reason', 'version'];
    BEGIN
        IF (OLD.definitive_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) AND OLD IS DISTINCT FROM NEW
            OR OLD.sent_at IS NOT NULL AND to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'decision %: what was sent or ended stays', OLD.id USING ERRCODE = 'CW016';
        END IF;
        IF OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL AND (
            EXISTS (SELECT FROM award_letter l JOIN opened_bid b ON b.id = l.opened_bid_id
                LEFT JOIN lot_award a ON a.decision_id = l.decision_id AND a.lot_id = b.lot_id
                WHERE l.decision_id = NEW.id AND (l.content IS NULL OR l.written_by_id = NEW.sent_by_id
                OR l.result IN ('lost', 'knocked_out') AND (length(l.lesson) < 20
                    OR a.winner_bid_id IS NOT NULL AND length(l.advantages) < 20)))
            OR (SELECT count(*) FROM award_letter l WHERE l.decision_id = NEW.id)
                <> (SELECT count(*) FROM opened_bid b WHERE b.tender_id = NEW.tender_id)
            OR (SELECT count(*) FROM lot_award a WHERE a.decision_id = NEW.id)
                <> (SELECT count(*) FROM lot l WHERE l.tender_id = NEW.tender_id)
        ) THEN
            RAISE EXCEPTION 'decision %: every bidder gets a letter with reasons, sent by who did not write it', OLD.id
                USING ERRCODE = 'CW016';
        END IF;
        IF OLD.definitive_at IS NULL AND NEW.definitive_at IS NOT NULL AND EXISTS (
            SELECT FROM summons s WHERE s.decision_id = NEW.id AND s.may_award IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'decision %: a judge has not let it pass', OLD.id USING ERRCODE = 'CW016';
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER keep_decision ON award_decision;
    CREATE TRIGGER keep_decision BEFORE UPDATE ON award_decision
        FOR EACH ROW EXECUTE FUNCTION keep_lot_decision();

    CREATE FUNCTION keep_lot_contract() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        movable CONSTANT text[] := ARRAY['buyer_signed_by_id', 'buyer_signed_at', 'supplier_signed_by_id',
            'supplier_signed_at', 'agreement_id', 'version'];
        signed CONSTANT text[] := ARRAY['buyer_signed_by_id', 'buyer_signed_at', 'supplier_signed_by_id',
            'supplier_signed_at', 'agreement_id'];
        was jsonb;
        becomes jsonb := to_jsonb(NEW);
        name text;
    BEGIN
        IF NOT EXISTS (SELECT FROM award_decision d JOIN tender t ON t.id = d.tender_id
            JOIN lot_award a ON a.decision_id = d.id JOIN opened_bid b ON b.id = a.winner_bid_id
            WHERE d.id = NEW.decision_id AND t.id = NEW.tender_id AND a.lot_id = NEW.lot_id
                AND d.definitive_at IS NOT NULL AND t.awarded_at IS NOT NULL AND t.buyer_id = NEW.buyer_id
                AND b.organisation_id = NEW.supplier_id AND b.price_minor = NEW.price_minor) THEN
            RAISE EXCEPTION 'contract %: it follows a definitive award, with its parties and price', NEW.number
                USING ERRCODE = 'CW017';
        END IF;
        IF NEW.buyer_signed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM local_option o WHERE o.contract_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'contract %: the local option was not examined', NEW.number USING ERRCODE = 'CW017';
        END IF;
        IF TG_OP = 'INSERT' THEN
            RETURN NEW;
        END IF;
        was := to_jsonb(OLD);
        IF (OLD.buyer_signed_at IS NOT NULL OR OLD.supplier_signed_at IS NOT NULL)
            AND was - movable IS DISTINCT FROM becomes - movable THEN
            RAISE EXCEPTION 'contract %: it was signed, its text stays', OLD.number USING ERRCODE = 'CW017';
        END IF;
        FOREACH name IN ARRAY signed LOOP
            IF was -> name <> 'null'::jsonb AND was -> name IS DISTINCT FROM becomes -> name THEN
                RAISE EXCEPTION 'contract %: % is set once', OLD.number, name USING ERRCODE = 'CW017';
            END IF;
        END LOOP;
        RETURN NEW;
    END $$;
    DROP TRIGGER keep_contract ON contract;
    CREATE TRIGGER keep_contract BEFORE INSERT OR UPDATE ON contract
        FOR EACH ROW EXECUTE FUNCTION keep_lot_contract();
"""


BACK = """
    ALTER TABLE contract DROP COLUMN lot_id, ADD CONSTRAINT uq_contract_tender_id UNIQUE (tender_id);
    DROP INDEX ix_contract_tender_id;
    ALTER TABLE award_decision ADD COLUMN winner_bid_id BIGINT
        CONSTRAINT fk_award_decision_winner_bid_id REFERENCES opened_bid (id);
    UPDATE award_decision d SET winner_bid_id = a.winner_bid_id FROM lot_award a WHERE a.decision_id = d.id;
    ALTER TABLE award_decision ALTER COLUMN winner_bid_id SET NOT NULL;
    DROP TABLE lot_award;
    ALTER TABLE award_letter DROP CONSTRAINT ck_award_letter_result, ADD CONSTRAINT ck_award_letter_result
        CHECK (result IN ('won', 'lost', 'knocked_out', 'disqualified', 'damaged'));
    DROP INDEX ix_evaluation_tender_id;
    ALTER TABLE tie_break DROP COLUMN place, ADD CONSTRAINT uq_tie_break_evaluation_id UNIQUE (evaluation_id);
    ALTER TABLE evaluation DROP COLUMN lot_id, ADD CONSTRAINT uq_evaluation_tender_id UNIQUE (tender_id),
        ADD CONSTRAINT fk_evaluation_tender_id FOREIGN KEY (tender_id) REFERENCES tender (id);
    ALTER TABLE opened_bid DROP COLUMN lot_id, DROP CONSTRAINT ck_opened_bid_fault,
        ADD CONSTRAINT ck_opened_bid_fault CHECK (fault IN
            ('unreadable', 'hash', 'other_tender', 'other_bid', 'other_version', 'content', 'replaced'));
    DROP INDEX uq_bid_running, ix_bid_tender_id;
    ALTER TABLE bid DROP COLUMN lot_id;
    CREATE UNIQUE INDEX uq_bid_running ON bid (tender_id, organisation_id) WHERE withdrawn_at IS NULL;
    ALTER TABLE tender ADD COLUMN price_min_minor BIGINT, ADD COLUMN price_max_minor BIGINT, ADD COLUMN formula TEXT;
    UPDATE tender t SET price_min_minor = l.price_min_minor, price_max_minor = l.price_max_minor,
        formula = l.formula FROM lot l WHERE l.tender_id = t.id;
    ALTER TABLE tender DROP CONSTRAINT ck_tender_published_whole, DROP COLUMN most_lots_bid,
        DROP COLUMN most_lots_won,
        ADD CONSTRAINT ck_tender_price_bounds CHECK (price_min_minor >= 0 AND price_max_minor > price_min_minor),
        ADD CONSTRAINT ck_tender_published_whole CHECK (published_at IS NULL
            OR (reviewed_at IS NOT NULL AND reviewed_at <= published_at
                AND questions_until > published_at AND answers_until >= questions_until
                AND closes_at > answers_until AND title <> '' AND method IS NOT NULL AND procedure IS NOT NULL
                AND value_minor IS NOT NULL AND cpv IS NOT NULL AND formula IS NOT NULL
                AND tie_break IS NOT NULL));
    ALTER TABLE lot DROP CONSTRAINT uq_lot_tender_id_id, DROP COLUMN cpv, DROP COLUMN place_code,
        DROP COLUMN starts_on, DROP COLUMN ends_on, DROP COLUMN own_criteria, DROP COLUMN price_min_minor,
        DROP COLUMN price_max_minor, DROP COLUMN formula;
    DROP FUNCTION keep_lot_award(), score_in_its_lot(), open_in_its_lot(), publish_whole_lots(),
        store_lot_bid_version(), keep_lot_decision(), keep_lot_contract();
"""


def _guards(state: str) -> None:
    for table in KEPT:
        op.execute(f"ALTER TABLE {table} {state} TRIGGER USER")


def upgrade() -> None:
    """Give every bid, ranking, award and contract its lot; what there was belongs to lot 1."""
    _guards("DISABLE")
    op.execute(LOT)
    op.execute(PLACES)
    _guards("ENABLE")
    op.execute(GUARDS)
    op.execute(SENDING)


def downgrade() -> None:
    """Take it away; only where every tender still has one lot."""
    op.execute("""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM lot WHERE number > 1) OR EXISTS (SELECT FROM tie_break WHERE place > 1) THEN
                RAISE EXCEPTION 'there are tenders with several lots: they do not fit before 0020';
            END IF;
        END $$;
        DROP TRIGGER publish_whole_lots ON tender;
        DROP TRIGGER keep_bid_lot ON bid;
        DROP TRIGGER open_in_its_lot ON opened_bid;
        DROP TRIGGER score_in_its_lot ON score;
        DROP TRIGGER agree_in_its_lot ON consensus_score;
        DROP TRIGGER store_bid_version ON bid_version;
        CREATE TRIGGER store_bid_version BEFORE INSERT ON bid_version
            FOR EACH ROW EXECUTE FUNCTION store_bid_version();
        DROP TRIGGER keep_decision ON award_decision;
        CREATE TRIGGER keep_decision BEFORE UPDATE ON award_decision
            FOR EACH ROW EXECUTE FUNCTION keep_decision();
        DROP TRIGGER keep_contract ON contract;
        CREATE TRIGGER keep_contract BEFORE INSERT OR UPDATE ON contract
            FOR EACH ROW EXECUTE FUNCTION keep_contract();
    """)
    _guards("DISABLE")
    op.execute(BACK)
    _guards("ENABLE")
