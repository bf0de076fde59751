"""Complaints about local money, and what people answered."""

from alembic import op

revision = "0244_grievances"
down_revision = "0243_shortages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE grievance (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_grievance PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_grievance_public_id UNIQUE,
            wallet_id bigint NOT NULL CONSTRAINT fk_grievance_wallet_id REFERENCES wallet (id),
            about text NOT NULL,
            filed_at timestamptz NOT NULL,
            filed_by_id bigint NOT NULL CONSTRAINT fk_grievance_filed_by_id REFERENCES user_account (id),
            due_on date NOT NULL,
            answer text,
            is_right boolean,
            answered_at timestamptz,
            answered_by_id bigint CONSTRAINT fk_grievance_answered_by_id REFERENCES user_account (id),
            CONSTRAINT ck_grievance_answered
                CHECK (num_nulls(answer, is_right, answered_at, answered_by_id) IN (0, 4)),
            CONSTRAINT ck_grievance_other CHECK (answered_by_id <> filed_by_id),
            CONSTRAINT ck_grievance_order CHECK (answered_at >= filed_at),
            CONSTRAINT ck_grievance_due CHECK (due_on > (filed_at AT TIME ZONE 'Europe/Amsterdam')::date)
        );
        CREATE INDEX ix_grievance_wallet_id ON grievance (wallet_id, filed_at);
        CREATE FUNCTION grievance_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{answer,is_right,answered_at,answered_by_id}';
        BEGIN
            IF OLD.answered_at IS NOT NULL OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'complaint % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER grievance_keep BEFORE UPDATE ON grievance FOR EACH ROW EXECUTE FUNCTION grievance_keep();
        CREATE TRIGGER grievance_no_delete BEFORE DELETE ON grievance FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER grievance_no_truncate BEFORE TRUNCATE ON grievance EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE grievance; DROP FUNCTION grievance_keep")
