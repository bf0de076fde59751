"""Support: aid from elsewhere, offers of partners, requests of cooperatives and initiatives."""

from alembic import op

revision = "0064_support"
down_revision = "0063_fair_work"
branch_labels = None
depends_on = None

KINDS = "CHECK (kind IN ('premises', 'expertise', 'administration', 'training', 'credit'))"

AID = """
    CREATE TABLE other_aid (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_other_aid PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_other_aid_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_other_aid_organisation_id REFERENCES organisation (id),
        granted_on DATE NOT NULL,
        amount BIGINT NOT NULL CONSTRAINT ck_other_aid_amount CHECK (amount > 0),
        giver TEXT NOT NULL CONSTRAINT ck_other_aid_giver CHECK (giver <> ''),
        what TEXT NOT NULL,
        told_by_id BIGINT NOT NULL CONSTRAINT fk_other_aid_told_by_id REFERENCES user_account (id),
        told_at TIMESTAMPTZ NOT NULL,
        taken_back_by_id BIGINT CONSTRAINT fk_other_aid_taken_back_by_id REFERENCES user_account (id),
        taken_back_at TIMESTAMPTZ,
        CONSTRAINT ck_other_aid_taken_back CHECK ((taken_back_at IS NULL) = (taken_back_by_id IS NULL))
    );
    CREATE INDEX ix_other_aid_organisation_id ON other_aid (organisation_id);
"""

OFFERS = f"""
    CREATE TABLE support_offer (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_support_offer PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_support_offer_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_support_offer_organisation_id REFERENCES organisation (id),
        kind TEXT NOT NULL CONSTRAINT ck_support_offer_kind {KINDS},
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        amount BIGINT NOT NULL CONSTRAINT ck_support_offer_amount CHECK (amount BETWEEN 1 AND 1000000),
        price BIGINT NOT NULL,
        market BIGINT NOT NULL,
        market_how TEXT NOT NULL,
        place_code TEXT,
        shared BOOLEAN NOT NULL,
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        made_by_id BIGINT NOT NULL CONSTRAINT fk_support_offer_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        closed_by_id BIGINT CONSTRAINT fk_support_offer_closed_by_id REFERENCES user_account (id),
        closed_at TIMESTAMPTZ,
        CONSTRAINT ck_support_offer_texts CHECK (title <> '' AND length(title) <= 120 AND length(text) <= 2000),
        CONSTRAINT ck_support_offer_price CHECK (price >= 0 AND market >= price
            AND (kind = 'credit' OR market_how <> '') AND (kind <> 'credit' OR market = 0)),
        CONSTRAINT ck_support_offer_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_support_offer_closed CHECK ((closed_at IS NULL) = (closed_by_id IS NULL))
    );
    CREATE INDEX ix_support_offer_organisation_id ON support_offer (organisation_id);
    CREATE INDEX ix_support_offer_kind ON support_offer (kind) WHERE closed_at IS NULL;
    CREATE TABLE support_request (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_support_request PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_support_request_public_id UNIQUE,
        organisation_id BIGINT CONSTRAINT fk_support_request_organisation_id REFERENCES organisation (id),
        initiative_id BIGINT CONSTRAINT fk_support_request_initiative_id REFERENCES initiative (id),
        kind TEXT NOT NULL CONSTRAINT ck_support_request_kind {KINDS},
        title TEXT NOT NULL CONSTRAINT ck_support_request_title CHECK (title <> '' AND length(title) <= 120),
        amount BIGINT NOT NULL,
        most_price BIGINT,
        place_code TEXT,
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        made_by_id BIGINT NOT NULL CONSTRAINT fk_support_request_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        closed_by_id BIGINT CONSTRAINT fk_support_request_closed_by_id REFERENCES user_account (id),
        closed_at TIMESTAMPTZ,
        CONSTRAINT ck_support_request_one_party CHECK ((organisation_id IS NULL) <> (initiative_id IS NULL)),
        CONSTRAINT ck_support_request_amount CHECK (amount BETWEEN 1 AND 1000000 AND most_price >= 0),
        CONSTRAINT ck_support_request_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_support_request_closed CHECK ((closed_at IS NULL) = (closed_by_id IS NULL))
    );
    CREATE INDEX ix_support_request_organisation_id ON support_request (organisation_id);
    CREATE INDEX ix_support_request_initiative_id ON support_request (initiative_id);
"""

FENCES = """
    CREATE FUNCTION keep_support() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['closed_at', 'closed_by_id', 'taken_back_at', 'taken_back_by_id'];
    BEGIN
        IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - ends = to_jsonb(NEW) - ends
            AND coalesce(to_jsonb(OLD) ->> 'closed_at', to_jsonb(OLD) ->> 'taken_back_at') IS NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% %: what was said stays', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CW064';
    END $$;
    CREATE TRIGGER keep_other_aid BEFORE UPDATE OR DELETE ON other_aid
        FOR EACH ROW EXECUTE FUNCTION keep_support();
    CREATE TRIGGER keep_support_offer BEFORE UPDATE OR DELETE ON support_offer
        FOR EACH ROW EXECUTE FUNCTION keep_support();
    CREATE TRIGGER keep_support_request BEFORE UPDATE OR DELETE ON support_request
        FOR EACH ROW EXECUTE FUNCTION keep_support();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    for part in (AID, OFFERS, FENCES):
        op.execute(part)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE support_request, support_offer, other_aid;
        DROP FUNCTION keep_support();
    """)
