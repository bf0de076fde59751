"""First refusal: intended sales and leases, interest within the window, a decision by two people."""

from alembic import op

revision = "0066_property"
down_revision = "0065_arrangements"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE property_notice (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_property_notice PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_property_notice_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_property_notice_organisation_id REFERENCES organisation (id),
        deal TEXT NOT NULL CONSTRAINT ck_property_notice_deal CHECK (deal IN ('sale', 'lease')),
        title TEXT NOT NULL,
        place_code TEXT NOT NULL,
        area BIGINT NOT NULL CONSTRAINT ck_property_notice_area CHECK (area BETWEEN 1 AND 1000000),
        use TEXT NOT NULL,
        criteria TEXT NOT NULL,
        sole_reason TEXT NOT NULL,
        made_by_id BIGINT NOT NULL CONSTRAINT fk_property_notice_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        published_by_id BIGINT CONSTRAINT fk_property_notice_published_by_id REFERENCES user_account (id),
        published_at TIMESTAMPTZ,
        closes_on DATE,
        decide_by DATE,
        chosen_id BIGINT,
        reasons TEXT NOT NULL,
        proposed_by_id BIGINT CONSTRAINT fk_property_notice_proposed_by_id REFERENCES user_account (id),
        proposed_at TIMESTAMPTZ,
        decided_by_id BIGINT CONSTRAINT fk_property_notice_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        closed_by_id BIGINT CONSTRAINT fk_property_notice_closed_by_id REFERENCES user_account (id),
        closed_at TIMESTAMPTZ,
        close_reason TEXT NOT NULL,
        CONSTRAINT ck_property_notice_told CHECK (title <> '' AND use <> '' AND length(criteria) >= 40),
        CONSTRAINT ck_property_notice_sole_reason CHECK (sole_reason = '' OR length(sole_reason) >= 40),
        CONSTRAINT ck_property_notice_published CHECK ((published_at IS NULL) = (published_by_id IS NULL)
            AND (published_at IS NULL) = (closes_on IS NULL) AND (published_at IS NULL) = (decide_by IS NULL)
            AND published_by_id <> made_by_id),
        CONSTRAINT ck_property_notice_decide_by CHECK (decide_by > closes_on),
        CONSTRAINT ck_property_notice_proposed CHECK ((proposed_at IS NULL) = (proposed_by_id IS NULL)
            AND (proposed_at IS NULL) = (reasons = '') AND (proposed_at IS NOT NULL OR chosen_id IS NULL)
            AND (proposed_at IS NULL OR (proposed_at AT TIME ZONE 'Europe/Amsterdam')::date > closes_on)),
        CONSTRAINT ck_property_notice_decided CHECK ((decided_at IS NULL) = (decided_by_id IS NULL)
            AND decided_by_id <> proposed_by_id AND (decided_at IS NULL OR proposed_at IS NOT NULL)),
        CONSTRAINT ck_property_notice_closed CHECK ((closed_at IS NULL) = (closed_by_id IS NULL)
            AND (closed_at IS NULL) = (close_reason = '') AND (closed_at IS NULL OR decided_at IS NULL))
    );
    CREATE INDEX ix_property_notice_organisation_id ON property_notice (organisation_id);
    CREATE TABLE property_interest (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_property_interest PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_property_interest_public_id UNIQUE,
        notice_id BIGINT NOT NULL CONSTRAINT fk_property_interest_notice_id REFERENCES property_notice (id),
        organisation_id BIGINT CONSTRAINT fk_property_interest_organisation_id REFERENCES organisation (id),
        initiative_id BIGINT CONSTRAINT fk_property_interest_initiative_id REFERENCES initiative (id),
        text TEXT NOT NULL CONSTRAINT ck_property_interest_text CHECK (length(text) >= 40),
        made_by_id BIGINT NOT NULL CONSTRAINT fk_property_interest_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        withdrawn_at TIMESTAMPTZ CONSTRAINT ck_property_interest_withdrawn_at CHECK (withdrawn_at >= made_at),
        CONSTRAINT ck_property_interest_one_party CHECK ((organisation_id IS NULL) <> (initiative_id IS NULL)),
        CONSTRAINT uq_property_interest_notice_id_organisation_id UNIQUE (notice_id, organisation_id),
        CONSTRAINT uq_property_interest_notice_id_initiative_id UNIQUE (notice_id, initiative_id)
    );
    ALTER TABLE property_notice ADD CONSTRAINT fk_property_notice_chosen_id
        FOREIGN KEY (chosen_id) REFERENCES property_interest (id);
"""

FENCES = """
    CREATE FUNCTION keep_property_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        published CONSTANT text[] := ARRAY['published_by_id', 'published_at', 'closes_on', 'decide_by'];
        later CONSTANT text[] := ARRAY['chosen_id', 'reasons', 'proposed_by_id', 'proposed_at', 'decided_by_id',
            'decided_at', 'closed_by_id', 'closed_at', 'close_reason'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL OR OLD.closed_at IS NOT NULL
            OR to_jsonb(OLD) - published - later <> to_jsonb(NEW) - published - later
            OR (OLD.published_at IS NOT NULL AND to_jsonb(OLD) - later <> to_jsonb(NEW) - later) THEN
            RAISE EXCEPTION 'notice %: what was told stays', OLD.id USING ERRCODE = 'CW066';
        END IF;
        IF NEW.chosen_id IS NOT NULL AND NOT EXISTS (SELECT FROM property_interest
            WHERE id = NEW.chosen_id AND notice_id = NEW.id AND withdrawn_at IS NULL) THEN
            RAISE EXCEPTION 'notice %: chosen is one who is interested', OLD.id USING ERRCODE = 'CW066';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_property_notice BEFORE UPDATE OR DELETE ON property_notice
        FOR EACH ROW EXECUTE FUNCTION keep_property_notice();

    CREATE FUNCTION keep_property_interest() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL
            OR to_jsonb(OLD) - 'withdrawn_at' <> to_jsonb(NEW) - 'withdrawn_at')) THEN
            RAISE EXCEPTION 'interest %: it stays', OLD.id USING ERRCODE = 'CW066';
        END IF;
        IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM property_notice WHERE id = NEW.notice_id
            AND published_at IS NOT NULL AND closed_at IS NULL
            AND (NEW.made_at AT TIME ZONE 'Europe/Amsterdam')::date <= closes_on) THEN
            RAISE EXCEPTION 'interest in %: not within its term', NEW.notice_id USING ERRCODE = 'CW066';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_property_interest BEFORE INSERT OR UPDATE OR DELETE ON property_interest
        FOR EACH ROW EXECUTE FUNCTION keep_property_interest();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    op.execute(TABLES)
    op.execute(FENCES)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        ALTER TABLE property_notice DROP CONSTRAINT fk_property_notice_chosen_id;
        DROP TABLE property_interest, property_notice;
        DROP FUNCTION keep_property_interest(), keep_property_notice();
    """)
