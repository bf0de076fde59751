"""Charges on local money: runs, a line per wallet, their transfers, and notices; what a payment was held against."""

from alembic import op

revision = "0222_charges"
down_revision = "0221_conditions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE charge_run (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_charge_run PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_charge_run_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_charge_run_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            kind text NOT NULL,
            period text NOT NULL,
            version_id bigint NOT NULL CONSTRAINT fk_charge_run_version_id REFERENCES condition_version (id),
            wallets bigint NOT NULL,
            total bigint NOT NULL,
            ran_at timestamptz NOT NULL,
            ran_by_id bigint NOT NULL CONSTRAINT fk_charge_run_ran_by_id REFERENCES user_account (id),
            reversed_at timestamptz,
            reversed_by_id bigint CONSTRAINT fk_charge_run_reversed_by_id REFERENCES user_account (id),
            reason text,
            paid_at timestamptz,
            paid_by_id bigint CONSTRAINT fk_charge_run_paid_by_id REFERENCES user_account (id),
            CONSTRAINT ck_charge_run_kind CHECK (kind IN ('demurrage', 'lapse')),
            CONSTRAINT ck_charge_run_total CHECK (wallets > 0 AND total >= wallets),
            CONSTRAINT ck_charge_run_reversed CHECK (num_nulls(reversed_at, reversed_by_id, reason) IN (0, 3)),
            CONSTRAINT ck_charge_run_paid
                CHECK (num_nulls(paid_at, paid_by_id) IN (0, 2) AND (paid_at IS NULL OR kind = 'lapse')),
            CONSTRAINT ck_charge_run_ended CHECK (paid_at IS NULL OR reversed_at IS NULL)
        );
        CREATE UNIQUE INDEX uq_charge_run_period ON charge_run (instrument_code, live, kind, period)
            WHERE reversed_at IS NULL;
        CREATE TABLE charge_leaf (
            run_id bigint NOT NULL CONSTRAINT fk_charge_leaf_run_id REFERENCES charge_run (id),
            leaf bigint NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT fk_charge_leaf_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_charge_leaf_transfer_id UNIQUE,
            CONSTRAINT pk_charge_leaf PRIMARY KEY (run_id, leaf)
        );
        CREATE TABLE charge_line (
            run_id bigint NOT NULL CONSTRAINT fk_charge_line_run_id REFERENCES charge_run (id),
            wallet_id bigint NOT NULL CONSTRAINT fk_charge_line_wallet_id REFERENCES wallet (id),
            leaf bigint NOT NULL,
            base bigint NOT NULL,
            amount bigint NOT NULL,
            CONSTRAINT pk_charge_line PRIMARY KEY (run_id, wallet_id),
            CONSTRAINT ck_charge_line_amount CHECK (amount > 0 AND amount <= base AND leaf >= 0)
        );
        CREATE INDEX ix_charge_line_wallet_id ON charge_line (wallet_id);
        CREATE TABLE charge_notice (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_charge_notice PRIMARY KEY,
            wallet_id bigint NOT NULL CONSTRAINT fk_charge_notice_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            sent_at timestamptz NOT NULL,
            CONSTRAINT ck_charge_notice_amount CHECK (amount > 0)
        );
        CREATE INDEX ix_charge_notice_wallet_id ON charge_notice (wallet_id, sent_at);
        CREATE FUNCTION charge_run_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ending text[] := '{reversed_at,reversed_by_id,reason,paid_at,paid_by_id}';
        BEGIN
            IF OLD.reversed_at IS NOT NULL OR OLD.paid_at IS NOT NULL
                OR to_jsonb(NEW) - ending <> to_jsonb(OLD) - ending THEN
                RAISE EXCEPTION 'run % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER charge_run_keep BEFORE UPDATE ON charge_run FOR EACH ROW EXECUTE FUNCTION charge_run_keep();
        CREATE TRIGGER charge_run_no_delete BEFORE DELETE ON charge_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER charge_run_no_truncate BEFORE TRUNCATE ON charge_run EXECUTE FUNCTION refuse_change();
        CREATE FUNCTION charge_line_spares() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM fresh l JOIN charge_run r ON r.id = l.run_id JOIN wallet w ON w.id = l.wallet_id
                WHERE (r.kind = 'demurrage' AND NOT w.firm) OR w.instrument_code <> r.instrument_code
                    OR w.live <> r.live;
            IF FOUND THEN
                RAISE EXCEPTION 'a run takes nothing of residents, nor of another instrument'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER charge_line_spares AFTER INSERT ON charge_line REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION charge_line_spares();
        ALTER TABLE wallet_payment
            ADD COLUMN version_id bigint
                CONSTRAINT fk_wallet_payment_version_id REFERENCES condition_version (id),
            ADD COLUMN price bigint,
            ADD CONSTRAINT ck_wallet_payment_price CHECK (price >= amount);
    """)
    for table in ("charge_leaf", "charge_line", "charge_notice"):
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change();
        """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        ALTER TABLE wallet_payment DROP COLUMN version_id, DROP COLUMN price;
        DROP TABLE charge_notice, charge_line, charge_leaf, charge_run;
        DROP FUNCTION charge_run_keep; DROP FUNCTION charge_line_spares
    """)
