"""Reminders of unpaid invoices, each sent by a person, with what was claimed then."""

from alembic import op

revision = "0197_reminders"
down_revision = "0196_small_business"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None were sent."""
    op.execute("""
        CREATE TABLE invoice_reminder (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invoice_reminder PRIMARY KEY,
            invoice_id bigint NOT NULL CONSTRAINT fk_invoice_reminder_invoice_id REFERENCES invoice (id),
            stage smallint NOT NULL,
            sent_by_id bigint NOT NULL CONSTRAINT fk_invoice_reminder_sent_by_id REFERENCES user_account (id),
            sent_at timestamptz NOT NULL,
            open_amount bigint NOT NULL,
            interest_amount bigint NOT NULL,
            collection_amount bigint NOT NULL,
            CONSTRAINT uq_invoice_reminder_invoice_id_stage UNIQUE (invoice_id, stage),
            CONSTRAINT ck_invoice_reminder_stage CHECK (stage BETWEEN 1 AND 3),
            CONSTRAINT ck_invoice_reminder_amounts
                CHECK (open_amount > 0 AND interest_amount >= 0 AND collection_amount >= 0)
        );
        CREATE TRIGGER invoice_reminder_append_only BEFORE UPDATE OR DELETE ON invoice_reminder
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER invoice_reminder_no_truncate BEFORE TRUNCATE ON invoice_reminder
            EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE invoice_reminder")
