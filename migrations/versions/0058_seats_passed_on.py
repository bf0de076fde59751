"""A seat in a panel is passed on after the freeze: only from who cannot assess any more, decided by a third person."""

from alembic import op

revision = "0058_seats_passed_on"
down_revision = "0057_credit"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE panel_replacement (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_panel_replacement PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_panel_replacement_tender_id REFERENCES tender (id),
        left_id BIGINT NOT NULL CONSTRAINT uq_panel_replacement_left_id UNIQUE
            CONSTRAINT fk_panel_replacement_left_id REFERENCES panel_member (id),
        came_user_id BIGINT NOT NULL CONSTRAINT fk_panel_replacement_came_user_id REFERENCES user_account (id),
        is_chair BOOLEAN NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_panel_replacement_reason CHECK (length(reason) >= 20),
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_panel_replacement_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_panel_replacement_not_oneself CHECK (decided_by_id <> came_user_id)
    );
    CREATE INDEX ix_panel_replacement_tender_id_came_user_id ON panel_replacement (tender_id, came_user_id);
"""

FENCES = """
    CREATE FUNCTION pass_seat_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM panel_member m JOIN tender t ON t.id = m.tender_id
                WHERE m.id = NEW.left_id AND t.id = NEW.tender_id AND t.scores_frozen_at IS NOT NULL
                AND t.cancelled_at IS NULL AND t.unsuccessful_at IS NULL AND t.completed_at IS NULL
                AND m.user_id <> NEW.decided_by_id
                AND m.released_at IS NULL AND (m.conflict OR NOT EXISTS (
                    SELECT FROM mandate d WHERE d.user_id = m.user_id AND d.organisation_id = t.buyer_id
                    AND d.role IN ('purchaser', 'assessor') AND d.ended_at IS NULL))) THEN
            RAISE EXCEPTION 'tender %: this seat is not passed on', NEW.tender_id USING ERRCODE = 'CW058';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER pass_seat_on BEFORE INSERT ON panel_replacement FOR EACH ROW EXECUTE FUNCTION pass_seat_on();
    CREATE TRIGGER keep_panel_replacement BEFORE UPDATE OR DELETE ON panel_replacement
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER panel_replacement_no_truncate BEFORE TRUNCATE ON panel_replacement
        EXECUTE FUNCTION refuse_change();

    -- After the freeze nobody comes into a panel, or takes its chair, but in the place of another.
    CREATE FUNCTION keep_frozen_panel() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id = NEW.tender_id AND t.scores_frozen_at IS NOT NULL)
            AND (TG_OP = 'INSERT' OR NEW.is_chair AND NOT OLD.is_chair)
            AND NOT EXISTS (SELECT FROM panel_replacement r
                WHERE r.tender_id = NEW.tender_id AND r.came_user_id = NEW.user_id
                AND (r.is_chair OR NOT NEW.is_chair)) THEN
            RAISE EXCEPTION 'tender %: its panel stands since the freeze', NEW.tender_id USING ERRCODE = 'CW058';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_frozen_panel BEFORE INSERT OR UPDATE OF is_chair ON panel_member
        FOR EACH ROW EXECUTE FUNCTION keep_frozen_panel();
"""


def upgrade() -> None:
    """Make the table and its fences."""
    op.execute(TABLE)
    op.execute(FENCES)


def downgrade() -> None:
    """Take it away; who took a seat keeps it."""
    op.execute("""
        DROP TRIGGER keep_frozen_panel ON panel_member;
        DROP TABLE panel_replacement;
        DROP FUNCTION keep_frozen_panel(), pass_seat_on();
    """)
