"""Local money on paper: sheets of vouchers, each with a code that pays once."""

from alembic import op

revision = "0234_vouchers"
down_revision = "0233_exchange_money"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are printed."""
    op.execute("""
        CREATE TABLE voucher_sheet (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_voucher_sheet PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_voucher_sheet_public_id UNIQUE,
            wallet_id bigint NOT NULL CONSTRAINT fk_voucher_sheet_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            count bigint NOT NULL,
            printed_at timestamptz NOT NULL,
            printed_by_id bigint NOT NULL CONSTRAINT fk_voucher_sheet_printed_by_id REFERENCES user_account (id),
            expires_at timestamptz NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT fk_voucher_sheet_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_voucher_sheet_transfer_id UNIQUE,
            ended_at timestamptz,
            ended_by_id bigint CONSTRAINT fk_voucher_sheet_ended_by_id REFERENCES user_account (id),
            reason text NOT NULL,
            back_id bigint CONSTRAINT fk_voucher_sheet_back_id REFERENCES transfer (id)
                CONSTRAINT uq_voucher_sheet_back_id UNIQUE,
            CONSTRAINT ck_voucher_sheet_amount CHECK (amount BETWEEN 100 AND 5000),
            CONSTRAINT ck_voucher_sheet_count CHECK (count BETWEEN 1 AND 50),
            CONSTRAINT ck_voucher_sheet_expires
                CHECK (expires_at > printed_at AND expires_at <= printed_at + interval '367 days'),
            CONSTRAINT ck_voucher_sheet_ended CHECK (CASE WHEN ended_at IS NULL
                THEN ended_by_id IS NULL AND reason = '' AND back_id IS NULL
                ELSE ended_at >= expires_at OR (ended_by_id IS NOT NULL AND reason <> '') END)
        );
        CREATE INDEX ix_voucher_sheet_wallet_id ON voucher_sheet (wallet_id, printed_at);
        CREATE INDEX ix_voucher_sheet_expires_at ON voucher_sheet (expires_at) WHERE ended_at IS NULL;
        CREATE FUNCTION voucher_sheet_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ending text[] := '{ended_at,ended_by_id,reason,back_id}';
        BEGIN
            IF OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - ending <> to_jsonb(OLD) - ending THEN
                RAISE EXCEPTION 'sheet % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER voucher_sheet_keep BEFORE UPDATE ON voucher_sheet
            FOR EACH ROW EXECUTE FUNCTION voucher_sheet_keep();
        CREATE TRIGGER voucher_sheet_no_delete BEFORE DELETE ON voucher_sheet
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER voucher_sheet_no_truncate BEFORE TRUNCATE ON voucher_sheet EXECUTE FUNCTION refuse_change();

        CREATE TABLE paper_voucher (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_paper_voucher PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_paper_voucher_public_id UNIQUE,
            sheet_id bigint NOT NULL CONSTRAINT fk_paper_voucher_sheet_id REFERENCES voucher_sheet (id),
            number bigint NOT NULL,
            code_hash bytea NOT NULL CONSTRAINT uq_paper_voucher_code_hash UNIQUE,
            payment_id bigint CONSTRAINT fk_paper_voucher_payment_id REFERENCES wallet_payment (id)
                CONSTRAINT uq_paper_voucher_payment_id UNIQUE,
            redeemed_at timestamptz,
            CONSTRAINT uq_paper_voucher_sheet_id_number UNIQUE (sheet_id, number),
            CONSTRAINT ck_paper_voucher_number CHECK (number BETWEEN 1 AND 50),
            CONSTRAINT ck_paper_voucher_code_hash CHECK (length(code_hash) = 32),
            CONSTRAINT ck_paper_voucher_redeemed CHECK (num_nulls(payment_id, redeemed_at) IN (0, 2))
        );
        CREATE FUNCTION paper_voucher_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            redeeming text[] := '{payment_id,redeemed_at}';
            sheet voucher_sheet;
        BEGIN
            SELECT * INTO sheet FROM voucher_sheet WHERE id = NEW.sheet_id FOR SHARE;
            IF TG_OP = 'INSERT' THEN
                IF NEW.payment_id IS NOT NULL OR NEW.number > sheet.count OR sheet.ended_at IS NOT NULL THEN
                    RAISE EXCEPTION 'voucher % does not fit its sheet', NEW.number USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.payment_id IS NOT NULL OR to_jsonb(NEW) - redeeming <> to_jsonb(OLD) - redeeming THEN
                RAISE EXCEPTION 'voucher % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF sheet.ended_at IS NOT NULL OR NEW.redeemed_at >= sheet.expires_at OR NOT EXISTS (
                SELECT FROM wallet_payment paid WHERE paid.id = NEW.payment_id AND paid.payer_id = sheet.wallet_id
                    AND paid.amount = sheet.amount
            ) THEN
                RAISE EXCEPTION 'voucher % is not redeemed so', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER paper_voucher_keep BEFORE INSERT OR UPDATE ON paper_voucher
            FOR EACH ROW EXECUTE FUNCTION paper_voucher_keep();
        CREATE TRIGGER paper_voucher_no_delete BEFORE DELETE ON paper_voucher
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER paper_voucher_no_truncate BEFORE TRUNCATE ON paper_voucher EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE paper_voucher, voucher_sheet;
        DROP FUNCTION paper_voucher_keep; DROP FUNCTION voucher_sheet_keep
    """)
