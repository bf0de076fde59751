"""Members of cooperatives, their capital and dues."""

from alembic import op

revision = "0052_members"
down_revision = "0042_framework_members"
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


def upgrade() -> None:
    """Make the register."""
    op.execute(MEMBERS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE member;
        DROP FUNCTION keep_member();
    """)
