"""Complaints that stay as they ended and find an answerer; lots that stop, wait and become definitive alone."""

from alembic import op

revision = "0032_stops"
down_revision = "0034_low_bids"
branch_labels = None
depends_on = None

COMPLAINTS = """
    ALTER TABLE complaint
        ADD COLUMN published_by_id BIGINT CONSTRAINT fk_complaint_published_by_id REFERENCES user_account (id),
        ADD COLUMN published_at TIMESTAMPTZ,
        ADD COLUMN stand_in_id BIGINT CONSTRAINT fk_complaint_stand_in_id REFERENCES user_account (id),
        ADD COLUMN stand_in_by_id BIGINT CONSTRAINT fk_complaint_stand_in_by_id REFERENCES user_account (id),
        ADD COLUMN stand_in_at TIMESTAMPTZ;
    DROP TRIGGER keep_complaint ON complaint;
    UPDATE complaint SET published_by_id = answered_by_id, published_at = answered_at WHERE summary <> '';
    ALTER TABLE complaint
        ADD CONSTRAINT ck_complaint_published CHECK ((summary = '') = (published_at IS NULL)
            AND (published_at IS NULL) = (published_by_id IS NULL)),
        ADD CONSTRAINT ck_complaint_published_by CHECK (published_by_id = answered_by_id),
        ADD CONSTRAINT ck_complaint_published_after CHECK (published_at >= answered_at),
        ADD CONSTRAINT ck_complaint_stand_in CHECK ((stand_in_id IS NULL) = (stand_in_at IS NULL)
            AND (stand_in_id IS NULL) = (stand_in_by_id IS NULL)),
        ADD CONSTRAINT ck_complaint_stand_in_asked CHECK (stand_in_id <> stand_in_by_id),
        ADD CONSTRAINT ck_complaint_stand_in_other CHECK (stand_in_id <> submitted_by_id);

    CREATE OR REPLACE FUNCTION keep_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['state', 'answer', 'measure', 'answered_by_id', 'answered_at', 'resolved_by_id',
            'resolved_at', 'withdrawn_at', 'summary', 'published_by_id', 'published_at', 'stand_in_id',
            'stand_in_by_id', 'stand_in_at'];
        resolving CONSTANT text[] := ARRAY['resolved_by_id', 'resolved_at'];
        publishing CONSTANT text[] := ARRAY['summary', 'published_by_id', 'published_at'];
        open_still text[] := '{}';
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'complaint %: what was said stays', OLD.id USING ERRCODE = 'CW029';
        END IF;
        IF OLD.state <> 'pending' THEN
            IF OLD.resolved_at IS NULL AND NEW.resolved_at IS NOT NULL THEN
                open_still := open_still || resolving;
            END IF;
            IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL THEN
                open_still := open_still || publishing;
            END IF;
            IF to_jsonb(OLD) - open_still IS DISTINCT FROM to_jsonb(NEW) - open_still THEN
                RAISE EXCEPTION 'complaint %: it ended', OLD.id USING ERRCODE = 'CW029';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_complaint BEFORE UPDATE OR DELETE ON complaint
        FOR EACH ROW EXECUTE FUNCTION keep_complaint();
"""

COMPLAINTS_BACK = """
    CREATE OR REPLACE FUNCTION keep_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['state', 'answer', 'measure', 'answered_by_id', 'answered_at', 'resolved_by_id',
            'resolved_at', 'withdrawn_at', 'summary'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'complaint %: what was said stays', OLD.id USING ERRCODE = 'CW029';
        END IF;
        IF OLD.state <> 'pending' AND (NEW.state, NEW.answer, NEW.measure, NEW.answered_at, NEW.withdrawn_at)
            IS DISTINCT FROM (OLD.state, OLD.answer, OLD.measure, OLD.answered_at, OLD.withdrawn_at)
            OR OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS DISTINCT FROM OLD.resolved_at THEN
            RAISE EXCEPTION 'complaint %: it ended', OLD.id USING ERRCODE = 'CW029';
        END IF;
        RETURN NEW;
    END $$;
    ALTER TABLE complaint DROP CONSTRAINT ck_complaint_published, DROP CONSTRAINT ck_complaint_published_by,
        DROP CONSTRAINT ck_complaint_published_after, DROP CONSTRAINT ck_complaint_stand_in,
        DROP CONSTRAINT ck_complaint_stand_in_asked, DROP CONSTRAINT ck_complaint_stand_in_other,
        DROP COLUMN published_by_id, DROP COLUMN published_at, DROP COLUMN stand_in_id, DROP COLUMN stand_in_by_id,
        DROP COLUMN stand_in_at;
"""

STOPS = """
    CREATE TABLE lot_stop (
        lot_id BIGINT NOT NULL CONSTRAINT pk_lot_stop PRIMARY KEY,
        tender_id BIGINT NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_lot_stop_reason CHECK (reason <> ''),
        stopped_by_id BIGINT NOT NULL CONSTRAINT fk_lot_stop_stopped_by_id REFERENCES user_account (id),
        stopped_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT fk_lot_stop_tender_id_lot_id FOREIGN KEY (tender_id, lot_id) REFERENCES lot (tender_id, id)
    );
    CREATE INDEX ix_lot_stop_tender_id ON lot_stop (tender_id);
    CREATE TRIGGER lot_stop_append_only BEFORE UPDATE OR DELETE ON lot_stop
        FOR EACH ROW EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION stop_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        t record;
    BEGIN
        SELECT published_at, cancelled_at, unsuccessful_at, completed_at INTO t
            FROM tender WHERE id = NEW.tender_id FOR UPDATE;
        IF t.published_at IS NULL OR t.cancelled_at IS NOT NULL OR t.unsuccessful_at IS NOT NULL
            OR t.completed_at IS NOT NULL OR EXISTS (SELECT FROM contract c WHERE c.lot_id = NEW.lot_id) THEN
            RAISE EXCEPTION 'lot %: it does not run, or has a contract', NEW.lot_id USING ERRCODE = 'CW032';
        END IF;
        IF NOT EXISTS (SELECT FROM lot l WHERE l.tender_id = NEW.tender_id AND l.id <> NEW.lot_id
            AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = l.id)) THEN
            RAISE EXCEPTION 'lot %: the last lot stops with its tender', NEW.lot_id USING ERRCODE = 'CW032';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stop_lot BEFORE INSERT ON lot_stop FOR EACH ROW EXECUTE FUNCTION stop_lot();

    CREATE FUNCTION refuse_stopped_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lot_stop s JOIN bid b ON b.lot_id = s.lot_id WHERE b.id = NEW.bid_id) THEN
            RAISE EXCEPTION 'bid %: its lot was stopped', NEW.bid_id USING ERRCODE = 'CW032';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER take_no_bid_on_stopped_lot BEFORE INSERT ON bid_version
        FOR EACH ROW EXECUTE FUNCTION refuse_stopped_lot();
    CREATE TRIGGER open_no_bid_on_stopped_lot BEFORE INSERT ON opened_bid
        FOR EACH ROW EXECUTE FUNCTION refuse_stopped_lot();

    CREATE FUNCTION contract_of_running_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM tender WHERE id = NEW.tender_id FOR SHARE;
        IF EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = NEW.lot_id) THEN
            RAISE EXCEPTION 'contract %: its lot was stopped', NEW.number USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER contract_of_running_lot BEFORE INSERT ON contract
        FOR EACH ROW EXECUTE FUNCTION contract_of_running_lot();
"""

NAMED = """
    ALTER TABLE summons ADD COLUMN lot_ids BIGINT[] NOT NULL DEFAULT '{}';
    ALTER TABLE summons ALTER COLUMN lot_ids DROP DEFAULT;
    ALTER TABLE standstill_extension ADD COLUMN lot_ids BIGINT[] NOT NULL DEFAULT '{}';
    ALTER TABLE standstill_extension ALTER COLUMN lot_ids DROP DEFAULT;
    ALTER TABLE complaint ADD COLUMN lot_ids BIGINT[] NOT NULL DEFAULT '{}';
    ALTER TABLE complaint ALTER COLUMN lot_ids DROP DEFAULT;

    -- What names lots names those of its own tender; none named means all.
    CREATE FUNCTION name_own_lots() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        own bigint := COALESCE((to_jsonb(NEW) ->> 'tender_id')::bigint, (SELECT d.tender_id FROM award_decision d
            WHERE d.id = (to_jsonb(NEW) ->> 'decision_id')::bigint));
    BEGIN
        IF EXISTS (SELECT FROM unnest(NEW.lot_ids) AS named (id)
            WHERE NOT EXISTS (SELECT FROM lot l WHERE l.tender_id = own AND l.id = named.id)) THEN
            RAISE EXCEPTION '% names a lot of another tender', TG_TABLE_NAME USING ERRCODE = 'CW032';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_named_lots BEFORE UPDATE ON summons FOR EACH ROW
        WHEN (OLD.lot_ids <> NEW.lot_ids) EXECUTE FUNCTION refuse_award_change();
    CREATE TRIGGER name_own_lots BEFORE INSERT ON summons FOR EACH ROW EXECUTE FUNCTION name_own_lots();
    CREATE TRIGGER name_own_lots BEFORE INSERT ON standstill_extension
        FOR EACH ROW EXECUTE FUNCTION name_own_lots();
    CREATE TRIGGER name_own_lots BEFORE INSERT ON complaint FOR EACH ROW EXECUTE FUNCTION name_own_lots();
"""

# Each lot becomes definitive by itself: after its own standstill, when no judge looks at it and nobody stopped it.
LOT_BY_LOT = """
    DROP TRIGGER keep_lot_award ON lot_award;
    ALTER TABLE lot_award
        ADD COLUMN standstill_until TIMESTAMPTZ,
        ADD COLUMN definitive_by_id BIGINT CONSTRAINT fk_lot_award_definitive_by_id REFERENCES user_account (id),
        ADD COLUMN definitive_at TIMESTAMPTZ,
        ADD CONSTRAINT ck_lot_award_definitive CHECK ((definitive_at IS NULL) = (definitive_by_id IS NULL)),
        ADD CONSTRAINT ck_lot_award_definitive_after CHECK (definitive_at >= standstill_until);
    UPDATE lot_award a SET definitive_at = d.definitive_at, definitive_by_id = d.definitive_by_id
        FROM award_decision d WHERE d.id = a.decision_id AND d.definitive_at IS NOT NULL;

    CREATE FUNCTION lot_award_goes_on(was lot_award, becomes lot_award) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['standstill_until', 'definitive_by_id', 'definitive_at'];
        d record;
    BEGIN
        SELECT withdrawn_at, standstill_until INTO d FROM award_decision WHERE id = was.decision_id;
        IF to_jsonb(was) - ends IS DISTINCT FROM to_jsonb(becomes) - ends OR d.withdrawn_at IS NOT NULL
            OR was.definitive_at IS NOT NULL THEN
            RAISE EXCEPTION 'decision %: it was sent', was.decision_id USING ERRCODE = 'CW016';
        END IF;
        IF becomes.standstill_until IS DISTINCT FROM was.standstill_until AND (
            becomes.standstill_until IS NULL
            OR becomes.standstill_until <= GREATEST(was.standstill_until, d.standstill_until)
            OR NOT EXISTS (SELECT FROM standstill_extension e WHERE e.decision_id = was.decision_id
                AND was.lot_id = ANY (e.lot_ids) AND e.until = becomes.standstill_until)) THEN
            RAISE EXCEPTION 'decision %: a standstill of a lot runs longer only with a reason', was.decision_id
                USING ERRCODE = 'CW016';
        END IF;
        IF becomes.definitive_at < GREATEST(becomes.standstill_until, d.standstill_until)
            OR becomes.definitive_at IS NOT NULL AND (
                EXISTS (SELECT FROM summons s WHERE s.decision_id = was.decision_id AND s.may_award IS NOT TRUE
                    AND (s.lot_ids = '{}' OR was.lot_id = ANY (s.lot_ids)))
                OR EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = was.lot_id)) THEN
            RAISE EXCEPTION 'decision %: a lot waits for its standstill or a judge, or was stopped', was.decision_id
                USING ERRCODE = 'CW016';
        END IF;
    END $$;

    CREATE TRIGGER keep_lot_award BEFORE INSERT OR UPDATE OR DELETE ON lot_award
        FOR EACH ROW EXECUTE FUNCTION keep_lot_award();
"""

BACK = """
    DROP TRIGGER keep_lot_award ON lot_award;
    DROP FUNCTION lot_award_goes_on(lot_award, lot_award);
    ALTER TABLE lot_award DROP CONSTRAINT ck_lot_award_definitive, DROP CONSTRAINT ck_lot_award_definitive_after,
        DROP COLUMN standstill_until, DROP COLUMN definitive_by_id, DROP COLUMN definitive_at;
    CREATE TRIGGER keep_lot_award BEFORE INSERT OR UPDATE OR DELETE ON lot_award
        FOR EACH ROW EXECUTE FUNCTION keep_lot_award();
    DROP TRIGGER name_own_lots ON summons;
    DROP TRIGGER keep_named_lots ON summons;
    DROP TRIGGER name_own_lots ON standstill_extension;
    DROP TRIGGER name_own_lots ON complaint;
    DROP FUNCTION name_own_lots();
    ALTER TABLE summons DROP COLUMN lot_ids;
    ALTER TABLE standstill_extension DROP COLUMN lot_ids;
    ALTER TABLE complaint DROP COLUMN lot_ids;
    DROP TRIGGER contract_of_running_lot ON contract;
    DROP TRIGGER take_no_bid_on_stopped_lot ON bid_version;
    DROP TRIGGER open_no_bid_on_stopped_lot ON opened_bid;
    DROP TABLE lot_stop;
    DROP FUNCTION contract_of_running_lot(), refuse_stopped_lot(), stop_lot();
"""

SWAPS = (
    (
        "keep_lot_award",
        "            RAISE EXCEPTION 'decision %: it was sent', which USING ERRCODE = 'CW016';",
        """            IF TG_OP = 'UPDATE' THEN
                PERFORM lot_award_goes_on(OLD, NEW);
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'decision %: it was sent', which USING ERRCODE = 'CW016';""",
    ),
    (
        "keep_lot_decision",
        """NEW.definitive_at IS NOT NULL AND EXISTS (
            SELECT FROM summons s WHERE s.decision_id = NEW.id AND s.may_award IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'decision %: a judge has not let it pass', OLD.id USING""",
        """NEW.definitive_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM lot_award a WHERE a.decision_id = NEW.id AND a.definitive_at = NEW.definitive_at
        ) THEN
            RAISE EXCEPTION 'decision %: no lot is free of its standstill and of a judge', OLD.id USING""",
    ),
    (
        "keep_lot_decision",
        "(SELECT count(*) FROM opened_bid b WHERE b.tender_id = NEW.tender_id)",
        """(SELECT count(*) FROM opened_bid b WHERE b.tender_id = NEW.tender_id
                    AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id))""",
    ),
    ("keep_lot_contract", "AND d.definitive_at IS NOT NULL", "AND a.definitive_at IS NOT NULL"),
    (
        "keep_standstill",
        "e.until = NEW.standstill_until)",
        "e.until = NEW.standstill_until AND e.lot_ids = '{}')",
    ),
)
"""Functions of 0020 and 0029, and what in each of them is replaced by what."""


def _swap(name: str, old: str, new: str) -> None:
    """Replace one passage of a function; refuse when it is not there."""
    op.execute(f"""
        DO $swap$
        DECLARE
            body text := pg_get_functiondef('{name}'::regproc);
        BEGIN
            IF position($old${old}$old$ IN body) = 0 THEN
                RAISE EXCEPTION '{name} is not as it was expected';
            END IF;
            EXECUTE replace(body, $old${old}$old$, $new${new}$new$);
        END $swap$
    """)


def upgrade() -> None:
    """Add what was missing."""
    for part in (COMPLAINTS, STOPS, NAMED, LOT_BY_LOT):
        op.execute(part)
    for name, old, new in SWAPS:
        _swap(name, old, new)


def downgrade() -> None:
    """Take it away."""
    for name, old, new in reversed(SWAPS):
        _swap(name, new, old)
    op.execute(BACK)
    op.execute(COMPLAINTS_BACK)
