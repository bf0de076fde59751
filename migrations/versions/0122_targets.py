"""Targets of a programme, and what was decided about them."""

from alembic import op

revision = "0122_targets"
down_revision = "0121_multiplier"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing in them changes, and a second person decides."""
    op.execute("""
        CREATE TABLE spend_target (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_target PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_spend_target_public_id UNIQUE,
            first_year INTEGER NOT NULL,
            anchor_id BIGINT CONSTRAINT fk_spend_target_anchor_id REFERENCES organisation (id),
            measure TEXT NOT NULL,
            share INTEGER NOT NULL,
            reason TEXT NOT NULL,
            proposed_by_id BIGINT CONSTRAINT fk_spend_target_proposed_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_spend_target_measure CHECK (measure IN ('supplier', 'landed')),
            CONSTRAINT ck_spend_target_share CHECK (share BETWEEN 1 AND 10000),
            CONSTRAINT ck_spend_target_first_year CHECK (first_year BETWEEN 2020 AND 2199),
            CONSTRAINT ck_spend_target_reason CHECK (length(reason) BETWEEN 1 AND 500)
        );
        CREATE INDEX ix_spend_target_anchor_id ON spend_target (anchor_id);
        CREATE TABLE spend_target_decision (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_target_decision PRIMARY KEY,
            target_id BIGINT NOT NULL CONSTRAINT uq_spend_target_decision_target_id UNIQUE
                CONSTRAINT fk_spend_target_decision_target_id REFERENCES spend_target (id),
            accepted BOOLEAN NOT NULL,
            reason TEXT NOT NULL,
            decided_by_id BIGINT CONSTRAINT fk_spend_target_decision_decided_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_spend_target_decision_reason CHECK (length(reason) BETWEEN 1 AND 500)
        );
        CREATE FUNCTION guard_target_decision() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM spend_target WHERE id = NEW.target_id AND proposed_by_id = NEW.decided_by_id) THEN
                RAISE EXCEPTION 'a second person decides about a target' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER spend_target_decision_guarded BEFORE INSERT ON spend_target_decision
            FOR EACH ROW EXECUTE FUNCTION guard_target_decision();
        CREATE TRIGGER spend_target_append_only BEFORE UPDATE OR DELETE ON spend_target
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER spend_target_decision_append_only BEFORE UPDATE OR DELETE ON spend_target_decision
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE spend_target_decision, spend_target;
        DROP FUNCTION guard_target_decision();
    """)
