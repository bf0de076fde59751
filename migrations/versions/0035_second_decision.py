"""A lot whose award was taken back gets a decision of its own; limits count everybody in a joint bid."""

from alembic import op

revision = "0035_second_decision"
down_revision = "0040_workplaces"
branch_labels = None
depends_on = None

# A joint bid counts for each of its members: at handing in, and when lots are won. A stopped lot counts for nobody.
LIMITS = """
    -- Asked past the fence of rows, because nobody sees another's bid: the answer is only how many.
    CREATE FUNCTION lots_of_bidder(which_tender bigint, besides bigint, organisation bigint) RETURNS bigint
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
        found bigint;
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        SELECT count(DISTINCT b.lot_id) INTO found FROM bid b WHERE b.tender_id = which_tender AND b.id <> besides
            AND b.withdrawn_at IS NULL AND b.version > b.retracted
            AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id)
            AND (b.organisation_id = organisation OR EXISTS (SELECT FROM bid_member m
                WHERE m.bid_id = b.id AND m.in_version = b.version AND m.organisation_id = organisation));
        PERFORM set_config('cwb.all_rows', before, true);
        RETURN found;
    END $$;

    CREATE FUNCTION parties_of(opened bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
        SELECT o.organisation_id FROM opened_bid o WHERE o.id = opened
        UNION SELECT m.organisation_id FROM opened_bid o JOIN bid_member m ON m.bid_id = o.bid_id
            AND m.in_version = o.version WHERE o.id = opened
    $$;
"""

# One lot's award is taken back while others are definitive: its row says so, and a later decision names that lot.
TAKEN_BACK = """
    ALTER TABLE lot_award
        ADD COLUMN withdrawn_by_id BIGINT CONSTRAINT fk_lot_award_withdrawn_by_id REFERENCES user_account (id),
        ADD COLUMN withdrawn_at TIMESTAMPTZ,
        ADD COLUMN withdraw_reason TEXT NOT NULL DEFAULT '',
        ADD CONSTRAINT ck_lot_award_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)
            AND (withdrawn_at IS NULL) = (withdraw_reason = '')),
        ADD CONSTRAINT ck_lot_award_one_end CHECK (withdrawn_at IS NULL OR definitive_at IS NULL);
    ALTER TABLE lot_award ALTER COLUMN withdraw_reason DROP DEFAULT;
    CREATE INDEX ix_lot_award_lot_id ON lot_award (lot_id);
    DROP INDEX uq_award_decision_standing;
    CREATE UNIQUE INDEX uq_award_decision_in_progress ON award_decision (tender_id)
        WHERE withdrawn_at IS NULL AND definitive_at IS NULL;

    CREATE FUNCTION award_stands(award lot_award) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT award.withdrawn_at IS NULL AND EXISTS (
            SELECT FROM award_decision d WHERE d.id = award.decision_id AND d.withdrawn_at IS NULL)
    $$;
"""

TAKEN_BACK_BACK = """
    DROP FUNCTION award_stands(lot_award);
    DROP INDEX uq_award_decision_in_progress;
    CREATE UNIQUE INDEX uq_award_decision_standing ON award_decision (tender_id) WHERE withdrawn_at IS NULL;
    DROP INDEX ix_lot_award_lot_id;
    ALTER TABLE lot_award DROP COLUMN withdrawn_by_id, DROP COLUMN withdrawn_at, DROP COLUMN withdraw_reason;
    DROP FUNCTION parties_of(bigint), lots_of_bidder(bigint, bigint, bigint);
"""

SWAPS = (
    ("store_lot_bid_version", "        others bigint;", "        one bigint;"),
    (
        "store_lot_bid_version",
        """IF most IS NOT NULL AND b.version = b.counted THEN
            -- One bidder's people hand in one after the other, so that two of them do not pass the limit together.
            PERFORM pg_advisory_xact_lock(hashtextextended('bids of ' || b.organisation_id, b.tender_id));
            SELECT count(*) INTO others FROM bid WHERE tender_id = b.tender_id AND version > retracted
                AND organisation_id = b.organisation_id AND withdrawn_at IS NULL AND id <> NEW.bid_id;
            IF others >= most THEN
                RAISE EXCEPTION 'bid %: at most % lots', NEW.bid_id, most USING ERRCODE = 'CW018';
            END IF;
        END IF;""",
        """IF most IS NOT NULL THEN
            -- Everybody's bids one after the other, in one order, so that two of them do not pass the limit together.
            FOR one IN SELECT b.organisation_id UNION SELECT m.organisation_id FROM bid_member m
                WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL ORDER BY 1
            LOOP
                PERFORM pg_advisory_xact_lock(hashtextextended('bids of ' || one, b.tender_id));
                IF lots_of_bidder(b.tender_id, NEW.bid_id, one) >= most THEN
                    RAISE EXCEPTION 'bid %: at most % lots', NEW.bid_id, most USING ERRCODE = 'CW018';
                END IF;
            END LOOP;
        END IF;""",
    ),
    (
        "keep_lot_award",
        """IF most IS NOT NULL AND NEW.winner_bid_id IS NOT NULL AND (
            SELECT count(*) FROM lot_award a JOIN opened_bid b ON b.id = a.winner_bid_id
                WHERE a.decision_id = which AND a.lot_id <> NEW.lot_id AND b.organisation_id =
                    (SELECT organisation_id FROM opened_bid WHERE id = NEW.winner_bid_id)) >= most THEN""",
        """IF TG_OP = 'INSERT' THEN
            PERFORM FROM tender t JOIN award_decision d ON d.tender_id = t.id WHERE d.id = which FOR UPDATE OF t;
            IF EXISTS (SELECT FROM lot_award a WHERE a.lot_id = NEW.lot_id AND award_stands(a)) THEN
                RAISE EXCEPTION 'decision %: there is an award for this lot that stands', which
                    USING ERRCODE = 'CW018';
            END IF;
        END IF;
        IF most IS NOT NULL AND NEW.winner_bid_id IS NOT NULL AND EXISTS (
            SELECT FROM parties_of(NEW.winner_bid_id) AS party (id) WHERE (
                SELECT count(*) FROM lot_award a JOIN lot l ON l.id = a.lot_id
                    WHERE a.lot_id <> NEW.lot_id AND award_stands(a)
                    AND l.tender_id = (SELECT tender_id FROM award_decision WHERE id = which)
                    AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = a.lot_id)
                    AND party.id IN (SELECT parties_of(a.winner_bid_id))) >= most) THEN""",
    ),
    (
        "lot_award_goes_on",
        "ARRAY['standstill_until', 'definitive_by_id', 'definitive_at'];",
        """ARRAY['standstill_until', 'definitive_by_id', 'definitive_at',
            'withdrawn_by_id', 'withdrawn_at', 'withdraw_reason'];""",
    ),
    (
        "lot_award_goes_on",
        "SELECT withdrawn_at, standstill_until INTO d",
        "SELECT withdrawn_at, standstill_until, definitive_at INTO d",
    ),
    (
        "lot_award_goes_on",
        "OR was.definitive_at IS NOT NULL THEN",
        """OR was.definitive_at IS NOT NULL OR was.withdrawn_at IS NOT NULL
            OR becomes.withdrawn_at IS NOT NULL AND d.definitive_at IS NULL THEN""",
    ),
    (
        "keep_lot_decision",
        """(SELECT count(*) FROM opened_bid b WHERE b.tender_id = NEW.tender_id
                    AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id))""",
        """(SELECT count(*) FROM opened_bid b JOIN lot_award a ON a.decision_id = NEW.id AND a.lot_id = b.lot_id
                    WHERE NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id))""",
    ),
    (
        "keep_lot_decision",
        """OR (SELECT count(*) FROM lot_award a WHERE a.decision_id = NEW.id)
                <> (SELECT count(*) FROM lot l WHERE l.tender_id = NEW.tender_id)""",
        """OR EXISTS (SELECT FROM lot l WHERE l.tender_id = NEW.tender_id
                AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = l.id)
                AND NOT EXISTS (SELECT FROM lot_award a WHERE a.lot_id = l.id AND award_stands(a)))
            OR EXISTS (SELECT FROM tie_break b JOIN evaluation e ON e.id = b.evaluation_id
                WHERE e.tender_id = NEW.tender_id AND b.decided_by_id = NEW.sent_by_id)""",
    ),
    (
        "freeze_priced",
        "WHERE q.tender_id = NEW.id AND q.confirmed_at IS NULL)",
        """JOIN opened_bid b ON b.id = q.opened_bid_id
            WHERE q.tender_id = NEW.id AND q.confirmed_at IS NULL
                AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id))""",
    ),
)
"""Functions of earlier migrations, and what in each of them is replaced by what."""


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
    op.execute(LIMITS)
    op.execute(TAKEN_BACK)
    op.execute("SET LOCAL check_function_bodies = off")  # between two swaps a body may not be whole
    for name, old, new in SWAPS:
        _swap(name, old, new)


def downgrade() -> None:
    """Take it away."""
    op.execute("SET LOCAL check_function_bodies = off")
    for name, old, new in reversed(SWAPS):
        _swap(name, new, old)
    op.execute(TAKEN_BACK_BACK)
