"""Receipts with their photos."""

from alembic import op

revision = "0206_receipts"
down_revision = "0149_study_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE receipt (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_receipt PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_receipt_public_id UNIQUE,
            party_id bigint NOT NULL CONSTRAINT fk_receipt_party_id REFERENCES organisation (id),
            bought_on date NOT NULL,
            supplier text NOT NULL,
            category text NOT NULL,
            paid_by text NOT NULL,
            high bigint NOT NULL,
            low bigint NOT NULL,
            "none" bigint NOT NULL,
            high_vat bigint NOT NULL,
            low_vat bigint NOT NULL,
            brought_by_id bigint NOT NULL CONSTRAINT fk_receipt_brought_by_id REFERENCES user_account (id),
            brought_at timestamptz NOT NULL,
            state text NOT NULL,
            booked_by_id bigint CONSTRAINT fk_receipt_booked_by_id REFERENCES user_account (id),
            booked_at timestamptz,
            counts_on date,
            vat_recoverable boolean,
            transfer_id bigint CONSTRAINT fk_receipt_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_receipt_transfer_id UNIQUE,
            reversed_by_id bigint CONSTRAINT fk_receipt_reversed_by_id REFERENCES user_account (id),
            reversed_on date,
            reason text NOT NULL,
            entry_id bigint CONSTRAINT fk_receipt_entry_id REFERENCES bank_entry (id)
                CONSTRAINT uq_receipt_entry_id UNIQUE,
            CONSTRAINT ck_receipt_state CHECK (state IN ('waiting', 'booked', 'reversed')),
            CONSTRAINT ck_receipt_paid_by CHECK (paid_by IN ('member', 'bank')),
            CONSTRAINT ck_receipt_category
                CHECK (category IN ('materials', 'tools', 'travel', 'food', 'office', 'other')),
            CONSTRAINT ck_receipt_amounts CHECK (high >= 0 AND low >= 0 AND "none" >= 0 AND high + low + "none" > 0),
            CONSTRAINT ck_receipt_vat CHECK (high_vat BETWEEN 0 AND high AND low_vat BETWEEN 0 AND low),
            CONSTRAINT ck_receipt_booked CHECK ((state = 'waiting') = (transfer_id IS NULL)
                AND num_nulls(transfer_id, counts_on, booked_at, vat_recoverable) IN (0, 4)),
            CONSTRAINT ck_receipt_reversed CHECK ((state = 'reversed') = (reversed_on IS NOT NULL AND reason <> ''))
        );
        CREATE INDEX ix_receipt_party_id ON receipt (party_id, bought_on);
        CREATE FUNCTION receipt_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            booking text[] := '{state,booked_by_id,booked_at,counts_on,vat_recoverable,transfer_id}';
            after text[] := '{state,reversed_by_id,reversed_on,reason,entry_id}';
        BEGIN
            IF OLD.state = 'reversed' OR NEW.state = 'waiting'
                OR (OLD.state = 'waiting' AND to_jsonb(NEW) - booking <> to_jsonb(OLD) - booking)
                OR (OLD.state = 'booked' AND to_jsonb(NEW) - after <> to_jsonb(OLD) - after) THEN
                RAISE EXCEPTION 'receipt % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER receipt_keep BEFORE UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_keep();
        CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER receipt_no_truncate BEFORE TRUNCATE ON receipt EXECUTE FUNCTION refuse_change();
        CREATE TABLE receipt_photo (
            receipt_id bigint CONSTRAINT pk_receipt_photo PRIMARY KEY
                CONSTRAINT fk_receipt_photo_receipt_id REFERENCES receipt (id),
            kind text NOT NULL,
            content bytea NOT NULL,
            CONSTRAINT ck_receipt_photo_kind CHECK (kind IN ('jpg', 'png'))
        );
        CREATE TRIGGER receipt_photo_append_only BEFORE UPDATE OR DELETE ON receipt_photo
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER receipt_photo_no_truncate BEFORE TRUNCATE ON receipt_photo EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE receipt_photo, receipt; DROP FUNCTION receipt_keep")
