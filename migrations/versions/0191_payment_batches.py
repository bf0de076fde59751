"""Files of transfers for the bank: an invoice is in one open file only, and a file is kept as it was made."""

from alembic import op

revision = "0191_payment_batches"
down_revision = "0190_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only closing changes a file, once; its transfers are given free with it."""
    op.execute("""
        CREATE TABLE payment_batch (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            public_id UUID NOT NULL,
            payer_id BIGINT NOT NULL,
            iban TEXT NOT NULL,
            message_id TEXT NOT NULL,
            transfers BIGINT NOT NULL,
            amount BIGINT NOT NULL,
            content TEXT NOT NULL,
            checksum TEXT NOT NULL,
            state VARCHAR NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE NOT NULL,
            made_by_id BIGINT,
            closed_at TIMESTAMP WITH TIME ZONE,
            closed_by_id BIGINT,
            CONSTRAINT pk_payment_batch PRIMARY KEY (id),
            CONSTRAINT ck_payment_batch_amount CHECK (amount > 0 AND transfers > 0),
            CONSTRAINT ck_payment_batch_checksum CHECK (length(checksum) = 64),
            CONSTRAINT ck_payment_batch_state CHECK (state IN ('open', 'closed')),
            CONSTRAINT ck_payment_batch_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
            CONSTRAINT uq_payment_batch_public_id UNIQUE (public_id),
            CONSTRAINT fk_payment_batch_payer_id FOREIGN KEY(payer_id) REFERENCES organisation (id),
            CONSTRAINT uq_payment_batch_message_id UNIQUE (message_id),
            CONSTRAINT fk_payment_batch_made_by_id FOREIGN KEY(made_by_id) REFERENCES user_account (id),
            CONSTRAINT fk_payment_batch_closed_by_id FOREIGN KEY(closed_by_id) REFERENCES user_account (id)
        );
        CREATE INDEX ix_payment_batch_payer_id ON payment_batch (payer_id);
        CREATE TABLE batch_transfer (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            batch_id BIGINT NOT NULL,
            invoice_id BIGINT NOT NULL,
            blocked BOOLEAN NOT NULL,
            live BOOLEAN NOT NULL,
            amount BIGINT NOT NULL,
            name TEXT NOT NULL,
            iban TEXT NOT NULL,
            end_to_end TEXT NOT NULL,
            pays_on DATE NOT NULL,
            CONSTRAINT pk_batch_transfer PRIMARY KEY (id),
            CONSTRAINT ck_batch_transfer_amount CHECK (amount > 0),
            CONSTRAINT fk_batch_transfer_batch_id FOREIGN KEY(batch_id) REFERENCES payment_batch (id),
            CONSTRAINT fk_batch_transfer_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id)
        );
        CREATE INDEX ix_batch_transfer_batch_id ON batch_transfer (batch_id);
        CREATE UNIQUE INDEX uq_batch_transfer_live ON batch_transfer (invoice_id, blocked) WHERE live;
        CREATE FUNCTION payment_batch_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME WHEN 'payment_batch' THEN '{state,closed_at,closed_by_id}'
                ELSE '{live}' END;
        BEGIN
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR to_jsonb(OLD) ->> 'state' = 'closed' OR to_jsonb(OLD) ->> 'live' = 'false' THEN
                RAISE EXCEPTION '% % is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CK001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payment_batch_keep BEFORE UPDATE OR DELETE ON payment_batch
            FOR EACH ROW EXECUTE FUNCTION payment_batch_keep();
        CREATE TRIGGER batch_transfer_keep BEFORE UPDATE OR DELETE ON batch_transfer
            FOR EACH ROW EXECUTE FUNCTION payment_batch_keep();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE batch_transfer, payment_batch; DROP FUNCTION payment_batch_keep();")
