"""More ways of ranking in a tender: their parameters, the reason for price alone, who confirmed a relative one."""

from alembic import op

revision = "0026_methods"
down_revision = "0027_joint_bids"
branch_labels = None
depends_on = None

COLUMNS = """
    ALTER TABLE tender
        ADD COLUMN price_only_reason TEXT NOT NULL DEFAULT '',
        DROP CONSTRAINT ck_tender_method,
        ADD CONSTRAINT ck_tender_method CHECK (method IN ('value_award', 'fixed_price_range', 'log_price',
            'meat_coefficient', 'lowest_price', 'relative_price', 'superformule')),
        ADD CONSTRAINT ck_tender_price_only CHECK (published_at IS NULL OR method <> 'lowest_price'
            OR (price_only_reason <> '' AND tie_break = 'lot'));
    ALTER TABLE tender ALTER COLUMN price_only_reason DROP DEFAULT;
    ALTER TABLE lot
        ADD COLUMN log_base NUMERIC(6, 2) CONSTRAINT ck_lot_log_base CHECK (log_base > 1 AND log_base <= 1000),
        ADD COLUMN reference_minor BIGINT CONSTRAINT ck_lot_reference_minor CHECK (reference_minor > 0),
        ADD COLUMN reference_quality NUMERIC(5, 2)
            CONSTRAINT ck_lot_reference_quality CHECK (reference_quality > 0 AND reference_quality <= 100),
        ADD COLUMN exponent NUMERIC(4, 2)
            CONSTRAINT ck_lot_exponent CHECK (exponent <> 0 AND exponent BETWEEN -10 AND 10);
"""

CAUTIONS = """
    CREATE TABLE method_caution (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_method_caution PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_method_caution_tender_id REFERENCES tender (id),
        scoring_digest TEXT NOT NULL CONSTRAINT ck_method_caution_scoring_digest
            CHECK (scoring_digest ~ '^[0-9a-f]{64}$'),
        rounds BIGINT NOT NULL CONSTRAINT ck_method_caution_rounds CHECK (rounds > 0),
        changed BIGINT NOT NULL,
        confirmed_by_id BIGINT NOT NULL
            CONSTRAINT fk_method_caution_confirmed_by_id REFERENCES user_account (id),
        confirmed_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_method_caution_changed CHECK (changed BETWEEN 0 AND rounds)
    );
    CREATE INDEX ix_method_caution_tender_id ON method_caution (tender_id);
    CREATE TRIGGER method_caution_append_only BEFORE UPDATE OR DELETE ON method_caution
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

GUARD = """
    -- What goes public can be computed: every lot has what its method needs, and a relative one was confirmed.
    CREATE FUNCTION publish_whole_method() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lot l WHERE l.tender_id = NEW.id AND CASE NEW.method
            WHEN 'log_price' THEN l.log_base IS NULL
            WHEN 'fixed_price_range' THEN l.price_min_minor IS NULL OR l.price_max_minor IS NULL
            WHEN 'superformule' THEN l.reference_minor IS NULL OR l.reference_quality IS NULL OR l.exponent IS NULL
            ELSE FALSE END)
        OR EXISTS (SELECT FROM lot l JOIN criterion c ON c.lot_id = l.id
            WHERE l.tender_id = NEW.id AND c.kind = 'quality' AND NEW.method = 'lowest_price') THEN
            RAISE EXCEPTION 'tender %: a lot lacks what its method needs', NEW.number USING ERRCODE = 'CW026';
        END IF;
        IF NEW.method = 'relative_price'
            AND NOT EXISTS (SELECT FROM method_caution m WHERE m.tender_id = NEW.id) THEN
            RAISE EXCEPTION 'tender %: nobody confirmed the relative method', NEW.number USING ERRCODE = 'CW026';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER publish_whole_method BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)
        EXECUTE FUNCTION publish_whole_method();
"""


def upgrade() -> None:
    """Make the columns, the table and their fences."""
    op.execute(COLUMNS)
    op.execute(CAUTIONS)
    op.execute(GUARD)


def downgrade() -> None:
    """Take it away; refused by the old check while a tender uses a new method."""
    op.execute("""
        DROP TRIGGER publish_whole_method ON tender;
        DROP FUNCTION publish_whole_method();
        DROP TABLE method_caution;
        ALTER TABLE lot DROP COLUMN log_base, DROP COLUMN reference_minor, DROP COLUMN reference_quality,
            DROP COLUMN exponent;
        ALTER TABLE tender DROP CONSTRAINT ck_tender_price_only, DROP COLUMN price_only_reason,
            DROP CONSTRAINT ck_tender_method,
            ADD CONSTRAINT ck_tender_method CHECK (method IN ('value_award', 'fixed_price_range'));
    """)
