"""Members of cooperatives, their capital and dues."""

from alembic import op

revision = "0052_members"
down_revision = "0047_rescorings"
branch_labels = None
depends_on = None

MEMBERS = """
    CREATE TABLE member (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_member PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_member_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_member_organisation_id REFERENCES organisation (id),
        number BIGINT NOT NULL CONSTRAINT ck_member_number CHECK (number >= 1),
        name TEXT NOT NULL CONSTRAINT ck_member_name CHECK (name <> '' AND name !~ '[0-9]{9}'),
        contact TEXT NOT NULL,
        kind TEXT NOT NULL CONSTRAINT ck_member_kind CHECK (kind IN ('worker', 'user', 'resident', 'supporting')),
        joined_on DATE NOT NULL,
        left_on DATE CONSTRAINT ck_member_left_on CHECK (left_on >= joined_on),
        user_id BIGINT CONSTRAINT fk_member_user_id REFERENCES user_account (id),
        forgotten_at TIMESTAMPTZ CONSTRAINT ck_member_forgotten_at CHECK (forgotten_at IS NULL OR left_on IS NOT NULL),
        version BIGINT NOT NULL CONSTRAINT ck_member_version CHECK (version >= 1),
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_member_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_member_organisation_id_number UNIQUE (organisation_id, number),
        CONSTRAINT ck_member_contact
            CHECK (contact !~ '^[0-9]{9}$' AND (contact = '') = (forgotten_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX uq_member_contact ON member (organisation_id, contact) WHERE left_on IS NULL;
    CREATE UNIQUE INDEX uq_member_user ON member (organisation_id, user_id) WHERE left_on IS NULL;
    CREATE INDEX ix_member_user_id ON member (user_id);

    CREATE FUNCTION keep_member() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (OLD.organisation_id, OLD.number, OLD.public_id)
                IS DISTINCT FROM (NEW.organisation_id, NEW.number, NEW.public_id)
            OR OLD.left_on IS NOT NULL AND (OLD.left_on, OLD.joined_on, OLD.kind)
                IS DISTINCT FROM (NEW.left_on, NEW.joined_on, NEW.kind) THEN
            RAISE EXCEPTION 'member % stays, and leaves once', OLD.id USING ERRCODE = 'CW052';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_member BEFORE UPDATE OR DELETE ON member FOR EACH ROW EXECUTE FUNCTION keep_member();
"""

CAPITAL = """
    CREATE TABLE capital_terms (
        organisation_id BIGINT NOT NULL CONSTRAINT pk_capital_terms PRIMARY KEY
            CONSTRAINT fk_capital_terms_organisation_id REFERENCES organisation (id),
        share_minor BIGINT NOT NULL,
        dues_minor BIGINT NOT NULL,
        dues_every TEXT NOT NULL CONSTRAINT ck_capital_terms_dues_every
            CHECK (dues_every IN ('month', 'quarter', 'year')),
        pay_days BIGINT NOT NULL,
        notice_months BIGINT NOT NULL,
        repay_percent BIGINT NOT NULL CONSTRAINT ck_capital_terms_repay_percent
            CHECK (repay_percent BETWEEN 1 AND 100),
        bears_losses BOOLEAN NOT NULL,
        version BIGINT NOT NULL,
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_capital_terms_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_capital_terms_amounts CHECK (share_minor > 0 AND dues_minor >= 0),
        CONSTRAINT ck_capital_terms_terms CHECK (pay_days BETWEEN 1 AND 365 AND notice_months BETWEEN 0 AND 24)
    );

    CREATE TABLE share_subscription (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_share_subscription PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_share_subscription_public_id UNIQUE,
        member_id BIGINT NOT NULL CONSTRAINT fk_share_subscription_member_id REFERENCES member (id),
        shares BIGINT NOT NULL,
        share_minor BIGINT NOT NULL,
        subscribed_at TIMESTAMPTZ NOT NULL,
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_share_subscription_saved_by_id REFERENCES user_account (id),
        called_at TIMESTAMPTZ,
        due_on DATE,
        CONSTRAINT ck_share_subscription_amounts CHECK (shares BETWEEN 1 AND 10000 AND share_minor > 0),
        CONSTRAINT ck_share_subscription_called CHECK ((called_at IS NULL) = (due_on IS NULL))
    );
    CREATE INDEX ix_share_subscription_member_id ON share_subscription (member_id);

    CREATE TABLE dues_run (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_dues_run PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_dues_run_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_dues_run_organisation_id REFERENCES organisation (id),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL CONSTRAINT ck_dues_run_ends_on CHECK (ends_on > starts_on),
        dues_minor BIGINT NOT NULL CONSTRAINT ck_dues_run_dues_minor CHECK (dues_minor > 0),
        due_on DATE NOT NULL,
        run_at TIMESTAMPTZ NOT NULL,
        run_by_id BIGINT NOT NULL CONSTRAINT fk_dues_run_run_by_id REFERENCES user_account (id),
        CONSTRAINT uq_dues_run_organisation_id_starts_on UNIQUE (organisation_id, starts_on)
    );

    CREATE TABLE dues_charge (
        run_id BIGINT NOT NULL CONSTRAINT fk_dues_charge_run_id REFERENCES dues_run (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_dues_charge_member_id REFERENCES member (id),
        CONSTRAINT pk_dues_charge PRIMARY KEY (run_id, member_id)
    );
    CREATE INDEX ix_dues_charge_member_id ON dues_charge (member_id);

    CREATE FUNCTION keep_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.called_at IS NOT NULL
            OR (OLD.member_id, OLD.shares, OLD.share_minor) IS DISTINCT FROM (NEW.member_id, NEW.shares, NEW.share_minor)
        THEN
            RAISE EXCEPTION 'subscription % stays, and is called once', OLD.id USING ERRCODE = 'CW052';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_subscription BEFORE UPDATE OR DELETE ON share_subscription
        FOR EACH ROW EXECUTE FUNCTION keep_subscription();

    CREATE FUNCTION keep_dues() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'dues that were charged stay as they are' USING ERRCODE = 'CW052';
    END $$;
    CREATE TRIGGER keep_dues BEFORE UPDATE OR DELETE ON dues_run FOR EACH ROW EXECUTE FUNCTION keep_dues();
    CREATE TRIGGER keep_dues BEFORE UPDATE OR DELETE ON dues_charge FOR EACH ROW EXECUTE FUNCTION keep_dues();

    CREATE FUNCTION dues_in_own_house() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM dues_run r JOIN member m ON m.organisation_id = r.organisation_id
                WHERE r.id = NEW.run_id AND m.id = NEW.member_id) THEN
            RAISE EXCEPTION 'dues are charged to own members' USING ERRCODE = 'CW052';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER dues_in_own_house BEFORE INSERT ON dues_charge
        FOR EACH ROW EXECUTE FUNCTION dues_in_own_house();
"""


def upgrade() -> None:
    """Make the register, and what members have to do with in money."""
    op.execute(MEMBERS)
    op.execute(CAPITAL)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE dues_charge, dues_run, share_subscription, capital_terms, member;
        DROP FUNCTION dues_in_own_house(), keep_dues(), keep_subscription(), keep_member();
    """)
