"""Letters carry files, and an invoice is sent on by mail as often as somebody asks for it."""

from alembic import op

revision = "0139_invoice_copies"
down_revision = "0134_row_numbers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files of letters go with their letter; where an invoice was sent to is never changed."""
    op.execute("""
        CREATE TABLE mail_file (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mail_file PRIMARY KEY,
            mail_id bigint NOT NULL CONSTRAINT fk_mail_file_mail_id REFERENCES mail ON DELETE CASCADE,
            name text NOT NULL,
            media_type text NOT NULL,
            content bytea NOT NULL
        );
        CREATE INDEX ix_mail_file_mail_id ON mail_file (mail_id);
        CREATE TABLE invoice_copy (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invoice_copy PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_invoice_copy_public_id UNIQUE,
            invoice_id bigint NOT NULL CONSTRAINT fk_invoice_copy_invoice_id REFERENCES invoice,
            address text NOT NULL CONSTRAINT ck_invoice_copy_address CHECK (address LIKE '%_@_%'),
            profile text CONSTRAINT ck_invoice_copy_profile CHECK (profile IN ('en16931', 'peppol', 'nlcius', 'gaccount')),
            sent_by_id bigint NOT NULL CONSTRAINT fk_invoice_copy_sent_by_id REFERENCES user_account,
            at timestamptz NOT NULL
        );
        CREATE INDEX ix_invoice_copy_invoice_id ON invoice_copy (invoice_id);
        CREATE TRIGGER invoice_copy_append_only BEFORE DELETE OR UPDATE ON invoice_copy
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER invoice_copy_no_truncate BEFORE TRUNCATE ON invoice_copy
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE invoice_copy; DROP TABLE mail_file")
