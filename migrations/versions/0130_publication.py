"""Figures are published by two people, word for word, and never changed: a new version follows."""

from alembic import op

revision = "0130_publication"
down_revision = "0153_final_statutes"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE spend_preparation (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_preparation PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_spend_preparation_public_id UNIQUE,
        period TEXT NOT NULL,
        area_id TEXT NOT NULL,
        area_version TEXT NOT NULL,
        definition TEXT NOT NULL,
        hash TEXT NOT NULL,
        checksum TEXT NOT NULL,
        document TEXT NOT NULL,
        reason TEXT NOT NULL,
        prepared_by_id BIGINT NOT NULL
            CONSTRAINT fk_spend_preparation_prepared_by_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_spend_preparation_checksum
            CHECK (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
        CONSTRAINT ck_spend_preparation_hash CHECK (hash = document::jsonb ->> 'hash'),
        CONSTRAINT ck_spend_preparation_period CHECK (period = document::jsonb ->> 'period')
    );
    CREATE INDEX ix_spend_preparation_period ON spend_preparation (period, id);
    CREATE TABLE spend_publication (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_publication PRIMARY KEY,
        preparation_id BIGINT NOT NULL CONSTRAINT uq_spend_publication_preparation_id UNIQUE
            CONSTRAINT fk_spend_publication_preparation_id REFERENCES spend_preparation (id),
        period TEXT NOT NULL,
        version INTEGER NOT NULL,
        signed_by_id BIGINT NOT NULL CONSTRAINT fk_spend_publication_signed_by_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_spend_publication_period UNIQUE (period, version),
        CONSTRAINT ck_spend_publication_version CHECK (version >= 1)
    );
    CREATE TABLE spend_comment (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_comment PRIMARY KEY,
        preparation_id BIGINT NOT NULL CONSTRAINT fk_spend_comment_preparation_id REFERENCES spend_preparation (id),
        anchor_id BIGINT NOT NULL CONSTRAINT fk_spend_comment_anchor_id REFERENCES organisation (id),
        text TEXT NOT NULL,
        actor_id BIGINT NOT NULL CONSTRAINT fk_spend_comment_actor_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_spend_comment_text CHECK (length(text) BETWEEN 1 AND 1000)
    );
    CREATE INDEX ix_spend_comment_preparation_id ON spend_comment (preparation_id);
    CREATE TABLE spend_story (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_story PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_spend_story_public_id UNIQUE,
        publication_id BIGINT NOT NULL CONSTRAINT fk_spend_story_publication_id REFERENCES spend_publication (id),
        text TEXT NOT NULL,
        person TEXT NOT NULL,
        consented_on DATE NOT NULL,
        written_by_id BIGINT NOT NULL CONSTRAINT fk_spend_story_written_by_id REFERENCES user_account (id),
        at TIMESTAMPTZ NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        CONSTRAINT ck_spend_story_text CHECK (length(text) <= 2000 AND length(person) <= 200),
        CONSTRAINT ck_spend_story_withdrawn CHECK ((withdrawn_at IS NULL) = (text <> '' AND person <> ''))
    );
    CREATE UNIQUE INDEX uq_spend_story_publication_id ON spend_story (publication_id) WHERE withdrawn_at IS NULL;
"""

GUARDS = """
    CREATE FUNCTION guard_spend_publication() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        signed spend_preparation;
    BEGIN
        SELECT * INTO signed FROM spend_preparation WHERE id = NEW.preparation_id;
        IF signed.prepared_by_id = NEW.signed_by_id THEN
            RAISE EXCEPTION 'a second person signs a figure' USING ERRCODE = 'CW033';
        END IF;
        IF signed.period <> NEW.period
            OR EXISTS (SELECT FROM spend_preparation WHERE period = NEW.period AND id > NEW.preparation_id) THEN
            RAISE EXCEPTION 'the latest preparation of a period is signed' USING ERRCODE = 'CW033';
        END IF;
        IF NEW.version <> 1 + (SELECT count(*) FROM spend_publication WHERE period = NEW.period)
            OR (NEW.version > 1) <> (signed.reason <> '') THEN
            RAISE EXCEPTION 'versions follow each other, each later one with a reason' USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION guard_spend_comment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM spend_publication WHERE preparation_id = NEW.preparation_id) THEN
            RAISE EXCEPTION 'a published figure takes no more comments' USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION guard_spend_story() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
            OR (to_jsonb(NEW) - '{text,person,withdrawn_at}'::text[])
                <> (to_jsonb(OLD) - '{text,person,withdrawn_at}'::text[]) THEN
            RAISE EXCEPTION 'a story is only ever withdrawn' USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER spend_publication_guarded BEFORE INSERT ON spend_publication
        FOR EACH ROW EXECUTE FUNCTION guard_spend_publication();
    CREATE TRIGGER spend_comment_guarded BEFORE INSERT ON spend_comment
        FOR EACH ROW EXECUTE FUNCTION guard_spend_comment();
    CREATE TRIGGER spend_story_guarded BEFORE UPDATE OR DELETE ON spend_story
        FOR EACH ROW EXECUTE FUNCTION guard_spend_story();
    CREATE TRIGGER spend_preparation_append_only BEFORE UPDATE OR DELETE ON spend_preparation
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER spend_publication_append_only BEFORE UPDATE OR DELETE ON spend_publication
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER spend_comment_append_only BEFORE UPDATE OR DELETE ON spend_comment
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the tables, each with its guards."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE spend_story, spend_comment, spend_publication, spend_preparation;
        DROP FUNCTION guard_spend_publication();
        DROP FUNCTION guard_spend_comment();
        DROP FUNCTION guard_spend_story();
    """)
