"""Whether a line of a file is the same purchase as an invoice made here with another amount: a person decides."""

from alembic import op

revision = "0145_spend_conflicts"
down_revision = "0144_ledger_totals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the decisions; they are never changed."""
    op.execute("""
        CREATE TABLE spend_decision (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_decision PRIMARY KEY,
            line_id BIGINT NOT NULL CONSTRAINT uq_spend_decision_line_id UNIQUE
                CONSTRAINT fk_spend_decision_line_id REFERENCES spend_line (id),
            same BOOLEAN NOT NULL,
            reason TEXT NOT NULL CONSTRAINT ck_spend_decision_reason CHECK (length(reason) BETWEEN 1 AND 500),
            actor_id BIGINT CONSTRAINT fk_spend_decision_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_spend_line_conflict ON spend_line (anchor_id, same_as_id) WHERE kind = 'conflict';
        CREATE TRIGGER spend_decision_append_only BEFORE UPDATE OR DELETE ON spend_decision
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER spend_decision_no_truncate BEFORE TRUNCATE ON spend_decision
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them. What they let count stays: lines are never changed."""
    op.execute("DROP INDEX ix_spend_line_conflict; DROP TABLE spend_decision")
