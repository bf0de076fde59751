"""What came of a question about money: who found out, when, and why it is so."""

from alembic import op

revision = "0158_landing_answers"
down_revision = "0157_measure_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No question was answered yet."""
    op.execute("""
        CREATE TABLE landing_answer (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_landing_answer PRIMARY KEY,
            period text NOT NULL,
            key text NOT NULL,
            outcome text NOT NULL,
            reason text NOT NULL,
            by_id bigint CONSTRAINT fk_landing_answer_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            CONSTRAINT ck_landing_answer_key CHECK (key ~ '^[0-9a-f]{32}$'),
            CONSTRAINT ck_landing_answer_outcome CHECK (outcome IN ('explained', 'mended', 'searching')),
            CONSTRAINT ck_landing_answer_reason CHECK (length(reason) BETWEEN 1 AND 500)
        );
        CREATE INDEX ix_landing_answer_period ON landing_answer (period, key, id);
        CREATE TRIGGER landing_answer_append_only BEFORE UPDATE OR DELETE ON landing_answer
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER landing_answer_no_truncate BEFORE TRUNCATE ON landing_answer EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE landing_answer")
