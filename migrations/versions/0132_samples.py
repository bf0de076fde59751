"""The auditor's sample of a published figure: plan, drawn lines, findings."""

from alembic import op

revision = "0132_samples"
down_revision = "0131_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing in them changes, and no more is drawn than was planned."""
    op.execute("""
        CREATE TABLE spend_sample (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_sample PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_spend_sample_public_id UNIQUE,
            publication_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_publication_id REFERENCES spend_publication (id),
            method TEXT NOT NULL,
            size INTEGER NOT NULL,
            seed TEXT NOT NULL,
            line_count BIGINT NOT NULL,
            lines_amount BIGINT NOT NULL,
            lines_hash TEXT NOT NULL,
            planned_by_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_planned_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_spend_sample_method CHECK (method IN ('random', 'money')),
            CONSTRAINT ck_spend_sample_size CHECK (size BETWEEN 1 AND 500 AND size <= line_count),
            CONSTRAINT ck_spend_sample_seed CHECK (length(seed) BETWEEN 8 AND 200)
        );
        CREATE INDEX ix_spend_sample_publication_id ON spend_sample (publication_id);
        CREATE TABLE spend_sample_item (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_sample_item PRIMARY KEY,
            sample_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_item_sample_id REFERENCES spend_sample (id),
            position INTEGER NOT NULL,
            line_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_item_line_id REFERENCES spend_line (id),
            hits INTEGER NOT NULL,
            CONSTRAINT uq_spend_sample_item_sample_id UNIQUE (sample_id, position),
            CONSTRAINT uq_spend_sample_item_line_id UNIQUE (sample_id, line_id),
            CONSTRAINT ck_spend_sample_item_hits CHECK (hits >= 1 AND position >= 1)
        );
        CREATE TABLE spend_sample_finding (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_sample_finding PRIMARY KEY,
            item_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_finding_item_id REFERENCES spend_sample_item (id),
            finding TEXT NOT NULL,
            right_amount BIGINT,
            note TEXT NOT NULL,
            actor_id BIGINT NOT NULL CONSTRAINT fk_spend_sample_finding_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_spend_sample_finding_finding
                CHECK (finding IN ('right', 'wrong_amount', 'wrong_place', 'no_paper')),
            CONSTRAINT ck_spend_sample_finding_right_amount
                CHECK ((finding = 'wrong_amount') = (right_amount IS NOT NULL)),
            CONSTRAINT ck_spend_sample_finding_note CHECK (length(note) <= 500)
        );
        CREATE INDEX ix_spend_sample_finding_item_id ON spend_sample_finding (item_id);
        CREATE FUNCTION guard_spend_sample_item() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT sum(hits) FROM spend_sample_item WHERE sample_id = NEW.sample_id) + NEW.hits
                > (SELECT size FROM spend_sample WHERE id = NEW.sample_id) THEN
                RAISE EXCEPTION 'a sample draws no more than was planned' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER spend_sample_item_guarded BEFORE INSERT ON spend_sample_item
            FOR EACH ROW EXECUTE FUNCTION guard_spend_sample_item();
        CREATE TRIGGER spend_sample_append_only BEFORE UPDATE OR DELETE ON spend_sample
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER spend_sample_item_append_only BEFORE UPDATE OR DELETE ON spend_sample_item
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER spend_sample_finding_append_only BEFORE UPDATE OR DELETE ON spend_sample_finding
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE spend_sample_finding, spend_sample_item, spend_sample;
        DROP FUNCTION guard_spend_sample_item();
    """)
