"""A stopped lot holds up nothing and counts for no limit; limits count everybody in a joint bid."""

from alembic import op

revision = "0035_second_decision"
down_revision = "0030_demands"
branch_labels = None
depends_on = None

FREEZE = """
    CREATE OR REPLACE FUNCTION freeze_priced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM low_bid_question q {going_on}
            WHERE q.tender_id = NEW.id AND q.confirmed_at IS NULL {condition}) THEN
            RAISE EXCEPTION 'tender %: a question about a price is open', NEW.number USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
"""

# A joint bid counts for each of its members: at handing in, and when lots are won.
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

    CREATE OR REPLACE FUNCTION store_lot_bid_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
        most bigint;
        one bigint;
    BEGIN
        SELECT tender_id, organisation_id, version, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id;
        NEW.submitted_at := bid_in_time(b.tender_id);
        IF b.withdrawn_at IS NOT NULL OR NEW.version <> b.version + 1 THEN
            RAISE EXCEPTION 'bid %: version % does not follow %', NEW.bid_id, NEW.version, b.version
                USING ERRCODE = 'CW013';
        END IF;
        SELECT most_lots_bid INTO most FROM tender WHERE id = b.tender_id;
        IF most IS NOT NULL THEN
            -- Everybody's bids one after the other, in one order, so that two of them do not pass the limit together.
            FOR one IN SELECT b.organisation_id UNION SELECT m.organisation_id FROM bid_member m
                WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL ORDER BY 1
            LOOP
                PERFORM pg_advisory_xact_lock(hashtextextended('bids of ' || one, b.tender_id));
                IF lots_of_bidder(b.tender_id, NEW.bid_id, one) >= most THEN
                    RAISE EXCEPTION 'bid %: at most % lots for each member', NEW.bid_id, most USING ERRCODE = 'CW018';
                END IF;
            END LOOP;
        END IF;
        UPDATE bid SET version = NEW.version, submitted_at = NEW.submitted_at WHERE id = NEW.bid_id;
        RETURN NEW;
    END $$;

    CREATE FUNCTION parties_of(opened bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
        SELECT o.organisation_id FROM opened_bid o WHERE o.id = opened
        UNION SELECT m.organisation_id FROM opened_bid o JOIN bid_member m ON m.bid_id = o.bid_id
            AND m.in_version = o.version WHERE o.id = opened
    $$;
"""


def upgrade() -> None:
    """A question about a price on a stopped lot holds up no freeze."""
    op.execute(LIMITS)
    op.execute(FREEZE.format(
        going_on="JOIN opened_bid b ON b.id = q.opened_bid_id",
        condition="AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id)",
    ))  # fmt: skip


def downgrade() -> None:
    """Take it away."""
    op.execute(FREEZE.format(going_on="", condition=""))
