"""Demands on bidders, small lots outside the European procedure, notes about TenderNed, own purchasing bands."""

from alembic import op

revision = "0030_demands"
down_revision = "0033_frameworks"
branch_labels = None
depends_on = None

DEMANDS = """
    CREATE TABLE selection_demand (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_selection_demand PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_selection_demand_tender_id REFERENCES tender (id),
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        text TEXT NOT NULL CONSTRAINT ck_selection_demand_text CHECK (text <> '' AND length(text) <= 500),
        minimum_minor BIGINT CONSTRAINT ck_selection_demand_minimum CHECK (minimum_minor > 0),
        number BIGINT NOT NULL CONSTRAINT ck_selection_demand_number
            CHECK (number BETWEEN 1 AND 10 AND (kind = 'reference' OR number = 1)),
        unit TEXT NOT NULL CONSTRAINT ck_selection_demand_unit CHECK ((unit = 'none') = (minimum_minor IS NULL)),
        reason TEXT NOT NULL CONSTRAINT ck_selection_demand_reason CHECK (length(reason) >= 15),
        explanation TEXT NOT NULL,
        deviates JSONB NOT NULL,
        CONSTRAINT ck_selection_demand_kind CHECK ((kind, code, unit) IN (
            ('turnover', 'slc-stand-to-gen', 'euro_year'), ('reference', 'slc-abil-ref-services', 'euro'),
            ('insurance', 'slc-stand-ins', 'euro'), ('certificate', 'slc-sche-qu-cert-indep', 'none'),
            ('certificate', 'slc-sche-env-cert-indep', 'none'), ('other', 'slc-abil-staff-qual', 'none'),
            ('other', 'slc-suit-reg-prof', 'none'))),
        CONSTRAINT ck_selection_demand_explained CHECK (
            jsonb_typeof(deviates) = 'array' AND (deviates = '[]'::jsonb OR length(explanation) >= 15)),
        CONSTRAINT ck_selection_demand_turnover CHECK (kind <> 'turnover' OR length(explanation) >= 15)
    );
    CREATE INDEX ix_selection_demand_tender_id ON selection_demand (tender_id);
    -- As published: frozen with the tender.
    CREATE TRIGGER keep_selection_demand BEFORE INSERT OR UPDATE OR DELETE ON selection_demand
        FOR EACH ROW EXECUTE FUNCTION keep_statement_demand();
    CREATE TRIGGER selection_demand_no_truncate BEFORE TRUNCATE ON selection_demand
        EXECUTE FUNCTION refuse_change();
"""

SMALL_LOTS = """
    ALTER TABLE lot ADD COLUMN outside BOOLEAN NOT NULL DEFAULT false;
    ALTER TABLE lot ALTER COLUMN outside DROP DEFAULT;
    -- The exception for small lots (Aw 2012, art. 2.18 and 2.19; the rule reads the same amounts from its dated table).
    CREATE FUNCTION publish_small_lots() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        n bigint;
        apart bigint;
        large bigint;
        total bigint;
    BEGIN
        SELECT count(*) FILTER (WHERE outside), coalesce(sum(value_minor) FILTER (WHERE outside), 0), sum(value_minor),
            count(*) FILTER (WHERE outside AND NOT coalesce(
                value_minor < CASE WHEN left(coalesce(cpv, NEW.cpv), 2) = '45' THEN 100000000 ELSE 8000000 END, false))
            INTO n, apart, total, large FROM lot WHERE tender_id = NEW.id;
        IF n > 0 AND (large > 0 OR apart * 5 > total
                OR NEW.procedure NOT IN ('european_open', 'european_restricted')) THEN
            RAISE EXCEPTION 'tender %: its small lots are no exception', NEW.number USING ERRCODE = 'CW018';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER publish_small_lots BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)
        EXECUTE FUNCTION publish_small_lots();
"""

ANNOUNCEMENTS = """
    CREATE TABLE announcement (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_announcement PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_announcement_tender_id REFERENCES tender (id),
        published_on DATE,
        reference TEXT NOT NULL CONSTRAINT ck_announcement_reference CHECK (length(reference) <= 100),
        why_not TEXT NOT NULL,
        noted_by_id BIGINT NOT NULL CONSTRAINT fk_announcement_noted_by_id REFERENCES user_account (id),
        noted_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_announcement_whole CHECK ((published_on IS NULL) = (reference = '')),
        CONSTRAINT ck_announcement_why_not CHECK (
            CASE WHEN published_on IS NULL THEN length(why_not) >= 15 ELSE why_not = '' END),
        CONSTRAINT ck_announcement_day CHECK (published_on <= (noted_at AT TIME ZONE 'Europe/Amsterdam')::date)
    );
    CREATE INDEX ix_announcement_tender_id ON announcement (tender_id, id);
    CREATE TRIGGER announcement_append_only BEFORE UPDATE OR DELETE ON announcement
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER announcement_no_truncate BEFORE TRUNCATE ON announcement EXECUTE FUNCTION refuse_change();
    -- What must stand on TenderNed goes public here with its reference there, or with a reason why not yet.
    CREATE FUNCTION publish_announced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.procedure_facts #>> '{row,announced}' = 'true'
                AND NOT EXISTS (SELECT FROM announcement a WHERE a.tender_id = NEW.id) THEN
            RAISE EXCEPTION 'tender %: nothing was said about TenderNed', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER publish_with_announcement BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)
        EXECUTE FUNCTION publish_announced();
"""

BANDS = """
    CREATE TABLE own_band (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_own_band PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_own_band_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_own_band_organisation_id REFERENCES organisation (id),
        kind TEXT NOT NULL CONSTRAINT ck_own_band_kind CHECK (kind IN ('services', 'works')),
        valid_from DATE NOT NULL,
        single_below_minor BIGINT NOT NULL CONSTRAINT ck_own_band_single CHECK (single_below_minor > 0),
        invited_below_minor BIGINT CONSTRAINT ck_own_band_invited CHECK (invited_below_minor > single_below_minor),
        source TEXT NOT NULL CONSTRAINT ck_own_band_source CHECK (source <> ''),
        entered_by_id BIGINT NOT NULL CONSTRAINT fk_own_band_entered_by_id REFERENCES user_account (id),
        entered_at TIMESTAMPTZ NOT NULL,
        confirmed_by_id BIGINT CONSTRAINT fk_own_band_confirmed_by_id REFERENCES user_account (id),
        confirmed_at TIMESTAMPTZ,
        CONSTRAINT ck_own_band_second_person CHECK (confirmed_by_id <> entered_by_id),
        CONSTRAINT ck_own_band_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by_id IS NULL)),
        CONSTRAINT ck_own_band_order CHECK (confirmed_at >= entered_at)
    );
    CREATE UNIQUE INDEX uq_own_band_confirmed ON own_band (organisation_id, kind, valid_from)
        WHERE confirmed_at IS NOT NULL;
    -- Confirmed bands stay. What is confirmed is what was entered.
    CREATE FUNCTION keep_own_band() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.confirmed_at IS NOT NULL OR TG_OP = 'UPDATE' AND
                to_jsonb(NEW) - '{confirmed_at,confirmed_by_id}'::text[]
                <> to_jsonb(OLD) - '{confirmed_at,confirmed_by_id}'::text[] THEN
            RAISE EXCEPTION 'bands that were entered stay as they are' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER keep_own_band BEFORE UPDATE OR DELETE ON own_band FOR EACH ROW EXECUTE FUNCTION keep_own_band();
    CREATE TRIGGER own_band_no_truncate BEFORE TRUNCATE ON own_band EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the tables and their fences."""
    op.execute(DEMANDS)
    op.execute(SMALL_LOTS)
    op.execute(ANNOUNCEMENTS)
    op.execute(BANDS)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE own_band;
        DROP FUNCTION keep_own_band();
        DROP TRIGGER publish_with_announcement ON tender;
        DROP FUNCTION publish_announced();
        DROP TABLE announcement;
        DROP TRIGGER publish_small_lots ON tender;
        DROP FUNCTION publish_small_lots();
        ALTER TABLE lot DROP COLUMN outside;
        DROP TABLE selection_demand;
    """)
