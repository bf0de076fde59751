"""What an anchor's ledger says it bought in a quarter, beside what was handed in."""

from alembic import op

revision = "0144_ledger_totals"
down_revision = "0143_spend_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the totals; a correction is a new row."""
    op.execute("""
        CREATE TABLE ledger_total (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ledger_total PRIMARY KEY,
            anchor_id BIGINT NOT NULL CONSTRAINT fk_ledger_total_anchor_id REFERENCES organisation (id),
            quarter_on DATE NOT NULL
                CONSTRAINT ck_ledger_total_quarter_on CHECK (quarter_on = date_trunc('quarter', quarter_on::timestamp)),
            amount BIGINT NOT NULL
                CONSTRAINT ck_ledger_total_amount CHECK (amount BETWEEN -100000000000000000 AND 100000000000000000),
            source TEXT NOT NULL CONSTRAINT ck_ledger_total_source CHECK (length(source) BETWEEN 1 AND 200),
            actor_id BIGINT CONSTRAINT fk_ledger_total_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_ledger_total_anchor_id ON ledger_total (anchor_id, quarter_on, id);
        CREATE TRIGGER ledger_total_append_only BEFORE UPDATE OR DELETE ON ledger_total
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER ledger_total_no_truncate BEFORE TRUNCATE ON ledger_total
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE ledger_total")
