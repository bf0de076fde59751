"""A joint bid that is a further party of a framework: its members are named, and each signs."""

from alembic import op

revision = "0042_framework_members"
down_revision = "0039_open_data"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE framework_member (
        party_id BIGINT NOT NULL CONSTRAINT fk_framework_member_party_id REFERENCES framework_party (id),
        position BIGINT NOT NULL CONSTRAINT ck_framework_member_position CHECK (position >= 1),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_framework_member_organisation_id REFERENCES organisation (id),
        role TEXT NOT NULL CONSTRAINT ck_framework_member_role CHECK (role <> ''),
        share BIGINT NOT NULL CONSTRAINT ck_framework_member_share CHECK (share BETWEEN 1 AND 9999),
        signed_by_id BIGINT CONSTRAINT fk_framework_member_signed_by_id REFERENCES user_account (id),
        signed_at TIMESTAMPTZ,
        CONSTRAINT pk_framework_member PRIMARY KEY (party_id, position),
        CONSTRAINT uq_framework_member_party_id_organisation_id UNIQUE (party_id, organisation_id),
        CONSTRAINT ck_framework_member_signed CHECK ((signed_by_id IS NULL) = (signed_at IS NULL))
    );
    CREATE INDEX ix_framework_member_organisation_id ON framework_member (organisation_id);
"""

FENCES = """
    CREATE FUNCTION keep_framework_member() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.signed_at IS NOT NULL
            OR (OLD.party_id, OLD.position, OLD.organisation_id, OLD.role, OLD.share)
                IS DISTINCT FROM (NEW.party_id, NEW.position, NEW.organisation_id, NEW.role, NEW.share)) THEN
            RAISE EXCEPTION 'a member of party % stays, and signs once', OLD.party_id USING ERRCODE = 'CW017';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.signed_at IS NOT NULL OR EXISTS (SELECT FROM framework_party p
            WHERE p.id = NEW.party_id AND p.joined_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'party %: members come before signatures', NEW.party_id USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_framework_member BEFORE INSERT OR UPDATE OR DELETE ON framework_member
        FOR EACH ROW EXECUTE FUNCTION keep_framework_member();

    CREATE FUNCTION party_signed_by_all() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM framework_member m WHERE m.party_id = NEW.id AND m.signed_at IS NULL) THEN
            RAISE EXCEPTION 'party %: a member has not signed', NEW.id USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER party_signed_by_all BEFORE UPDATE ON framework_party FOR EACH ROW
        WHEN (OLD.joined_at IS NULL AND NEW.joined_at IS NOT NULL) EXECUTE FUNCTION party_signed_by_all();
"""


def upgrade() -> None:
    """Make the table and what keeps it; parties of before have no members."""
    op.execute(TABLES)
    op.execute(FENCES)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER party_signed_by_all ON framework_party;
        DROP TABLE framework_member;
        DROP FUNCTION keep_framework_member(), party_signed_by_all();
    """)
