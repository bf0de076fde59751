"""Losses of mutual credit: what was agreed, each loss, and what each wallet bore of it."""

from alembic import op

revision = "0242_credit_losses"
down_revision = "0218_wiping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE loss_cover (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loss_cover PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_loss_cover_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_loss_cover_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            most bigint NOT NULL,
            document text NOT NULL,
            agreed_on date NOT NULL,
            written_at timestamptz NOT NULL,
            written_by_id bigint NOT NULL CONSTRAINT fk_loss_cover_written_by_id REFERENCES user_account (id),
            confirmed_at timestamptz,
            confirmed_by_id bigint CONSTRAINT fk_loss_cover_confirmed_by_id REFERENCES user_account (id),
            CONSTRAINT ck_loss_cover_most CHECK (most > 0),
            CONSTRAINT ck_loss_cover_document CHECK (length(document) BETWEEN 3 AND 200),
            CONSTRAINT ck_loss_cover_confirmed CHECK (num_nulls(confirmed_at, confirmed_by_id) IN (0, 2)),
            CONSTRAINT ck_loss_cover_second CHECK (confirmed_by_id <> written_by_id)
        );
        CREATE INDEX ix_loss_cover_instrument_code ON loss_cover (instrument_code, live, confirmed_at);
        CREATE TABLE credit_loss (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_loss PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_credit_loss_public_id UNIQUE,
            cover_id bigint NOT NULL CONSTRAINT fk_credit_loss_cover_id REFERENCES loss_cover (id),
            wallet_id bigint NOT NULL CONSTRAINT fk_credit_loss_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            why text NOT NULL,
            written_at timestamptz NOT NULL,
            written_by_id bigint NOT NULL CONSTRAINT fk_credit_loss_written_by_id REFERENCES user_account (id),
            confirmed_at timestamptz,
            confirmed_by_id bigint CONSTRAINT fk_credit_loss_confirmed_by_id REFERENCES user_account (id),
            transfer_id bigint CONSTRAINT fk_credit_loss_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_credit_loss_transfer_id UNIQUE,
            withdrawn_at timestamptz,
            CONSTRAINT ck_credit_loss_amount CHECK (amount > 0),
            CONSTRAINT ck_credit_loss_confirmed
                CHECK (num_nulls(confirmed_at, confirmed_by_id, transfer_id) IN (0, 3)),
            CONSTRAINT ck_credit_loss_second CHECK (confirmed_by_id <> written_by_id),
            CONSTRAINT ck_credit_loss_withdrawn CHECK (withdrawn_at IS NULL OR confirmed_at IS NULL)
        );
        CREATE UNIQUE INDEX uq_credit_loss_waiting ON credit_loss (wallet_id)
            WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
        CREATE TABLE credit_loss_share (
            loss_id bigint NOT NULL CONSTRAINT fk_credit_loss_share_loss_id REFERENCES credit_loss (id),
            wallet_id bigint NOT NULL CONSTRAINT fk_credit_loss_share_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            CONSTRAINT pk_credit_loss_share PRIMARY KEY (loss_id, wallet_id),
            CONSTRAINT ck_credit_loss_share_amount CHECK (amount > 0)
        );
        CREATE INDEX ix_credit_loss_share_wallet_id ON credit_loss_share (wallet_id);
        CREATE FUNCTION loss_cover_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{confirmed_at,confirmed_by_id}';
        BEGIN
            IF OLD.confirmed_at IS NOT NULL OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'loss cover % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER loss_cover_keep BEFORE UPDATE ON loss_cover FOR EACH ROW EXECUTE FUNCTION loss_cover_keep();
        CREATE FUNCTION credit_loss_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{confirmed_at,confirmed_by_id,transfer_id,withdrawn_at}';
        BEGIN
            IF OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
                OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'loss % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.confirmed_at IS NOT NULL AND NEW.amount
                    <> (SELECT coalesce(sum(amount), 0) FROM credit_loss_share WHERE loss_id = NEW.id) THEN
                RAISE EXCEPTION 'loss %: what is borne is not what was lost', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER credit_loss_keep BEFORE UPDATE ON credit_loss
            FOR EACH ROW EXECUTE FUNCTION credit_loss_keep();
        CREATE FUNCTION credit_loss_covered() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM loss_cover WHERE id = NEW.cover_id AND confirmed_at <= NEW.written_at) THEN
                RAISE EXCEPTION 'a loss is borne as was agreed before it' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER credit_loss_covered BEFORE INSERT ON credit_loss
            FOR EACH ROW EXECUTE FUNCTION credit_loss_covered();
        CREATE FUNCTION credit_loss_share_open() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM credit_loss WHERE id = NEW.loss_id
                    AND (confirmed_at IS NOT NULL OR withdrawn_at IS NOT NULL)) THEN
                RAISE EXCEPTION 'loss % is done', NEW.loss_id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER credit_loss_share_open BEFORE INSERT ON credit_loss_share
            FOR EACH ROW EXECUTE FUNCTION credit_loss_share_open();
        CREATE TRIGGER credit_loss_share_append_only BEFORE UPDATE OR DELETE ON credit_loss_share
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER loss_cover_no_delete BEFORE DELETE ON loss_cover FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER credit_loss_no_delete BEFORE DELETE ON credit_loss
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER loss_cover_no_truncate BEFORE TRUNCATE ON loss_cover EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER credit_loss_no_truncate BEFORE TRUNCATE ON credit_loss EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER credit_loss_share_no_truncate BEFORE TRUNCATE ON credit_loss_share
            EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE credit_loss_share, credit_loss, loss_cover;
        DROP FUNCTION credit_loss_share_open; DROP FUNCTION credit_loss_covered; DROP FUNCTION credit_loss_keep;
        DROP FUNCTION loss_cover_keep
    """)
