"""A shortage of the backing that was divided, and what each wallet bears of it."""

from alembic import op

revision = "0243_shortages"
down_revision = "0236_unwinding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE shortage (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_shortage PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_shortage_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_shortage_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            count_id bigint NOT NULL CONSTRAINT fk_shortage_count_id REFERENCES backing_count (id),
            short bigint NOT NULL,
            written_at timestamptz NOT NULL,
            written_by_id bigint NOT NULL CONSTRAINT fk_shortage_written_by_id REFERENCES user_account (id),
            confirmed_at timestamptz,
            confirmed_by_id bigint CONSTRAINT fk_shortage_confirmed_by_id REFERENCES user_account (id),
            fund bigint,
            fund_had bigint,
            firms bigint,
            firms_had bigint,
            residents bigint,
            withdrawn_at timestamptz,
            CONSTRAINT ck_shortage_short CHECK (short > 0),
            CONSTRAINT ck_shortage_confirmed CHECK (num_nulls(confirmed_at, confirmed_by_id, fund, fund_had, firms,
                firms_had, residents) IN (0, 7)),
            CONSTRAINT ck_shortage_second CHECK (confirmed_by_id <> written_by_id),
            CONSTRAINT ck_shortage_withdrawn CHECK (withdrawn_at IS NULL OR confirmed_at IS NULL),
            CONSTRAINT ck_shortage_whole CHECK (short = fund + firms + residents AND fund BETWEEN 0 AND fund_had
                AND firms BETWEEN 0 AND firms_had AND residents >= 0),
            CONSTRAINT ck_shortage_order CHECK ((firms + residents = 0 OR fund = fund_had)
                AND (residents = 0 OR firms = firms_had))
        );
        CREATE UNIQUE INDEX uq_shortage_waiting ON shortage (instrument_code, live)
            WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
        CREATE TABLE shortage_share (
            shortage_id bigint NOT NULL CONSTRAINT fk_shortage_share_shortage_id REFERENCES shortage (id),
            wallet_id bigint NOT NULL CONSTRAINT fk_shortage_share_wallet_id REFERENCES wallet (id),
            held bigint NOT NULL,
            amount bigint NOT NULL,
            CONSTRAINT pk_shortage_share PRIMARY KEY (shortage_id, wallet_id),
            CONSTRAINT ck_shortage_share_amount CHECK (amount > 0 AND amount <= held)
        );
        CREATE INDEX ix_shortage_share_wallet_id ON shortage_share (wallet_id);
        CREATE FUNCTION shortage_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{confirmed_at,confirmed_by_id,fund,fund_had,firms,firms_had,residents,withdrawn_at}';
        BEGIN
            IF OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
                OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'shortage % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.confirmed_at IS NOT NULL AND NEW.firms + NEW.residents
                    <> (SELECT coalesce(sum(amount), 0) FROM shortage_share WHERE shortage_id = NEW.id) THEN
                RAISE EXCEPTION 'shortage %: what holders bear is not divided', OLD.id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER shortage_keep BEFORE UPDATE ON shortage FOR EACH ROW EXECUTE FUNCTION shortage_keep();
        CREATE FUNCTION shortage_share_open() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM shortage WHERE id = NEW.shortage_id
                    AND (confirmed_at IS NOT NULL OR withdrawn_at IS NOT NULL)) THEN
                RAISE EXCEPTION 'shortage % is done', NEW.shortage_id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER shortage_share_open BEFORE INSERT ON shortage_share
            FOR EACH ROW EXECUTE FUNCTION shortage_share_open();
        CREATE TRIGGER shortage_share_append_only BEFORE UPDATE OR DELETE ON shortage_share
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER shortage_no_delete BEFORE DELETE ON shortage FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER shortage_no_truncate BEFORE TRUNCATE ON shortage EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER shortage_share_no_truncate BEFORE TRUNCATE ON shortage_share EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE shortage_share, shortage;
        DROP FUNCTION shortage_share_open; DROP FUNCTION shortage_keep
    """)
