"""Top-ups: local money that residents buy online, and what it brought."""

from alembic import op

revision = "0214_topups"
down_revision = "0183_sums_in_their_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody bought any."""
    op.execute("""
        CREATE TABLE topup (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_topup PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_topup_public_id UNIQUE,
            order_id bigint NOT NULL CONSTRAINT fk_topup_order_id REFERENCES payment_order (id)
                CONSTRAINT uq_topup_order_id UNIQUE,
            wallet_id bigint NOT NULL CONSTRAINT fk_topup_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            made_at timestamptz NOT NULL,
            issued bigint NOT NULL,
            owed bigint NOT NULL,
            lost bigint NOT NULL,
            repaid bigint NOT NULL,
            fee bigint NOT NULL,
            acts bigint NOT NULL,
            why text NOT NULL,
            CONSTRAINT ck_topup_amount CHECK (amount >= 500 AND fee >= 0 AND acts >= 0),
            CONSTRAINT ck_topup_standing CHECK (
                least(issued, owed, lost, repaid) >= 0 AND issued - owed - lost - repaid BETWEEN 0 AND amount),
            CONSTRAINT ck_topup_why CHECK (why IN ('', 'method', 'full', 'stopped', 'over'))
        );
        CREATE INDEX ix_topup_wallet_id ON topup (wallet_id);
        CREATE INDEX ix_topup_owed ON topup (id) WHERE owed > 0;
        CREATE FUNCTION topup_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{issued,owed,lost,repaid,fee,acts,why}';
            beside text[] := '{fee,why,acts}';
            paid payment_order;
        BEGIN
            SELECT * INTO paid FROM payment_order WHERE id = NEW.order_id;
            IF TG_OP = 'INSERT' THEN
                IF NEW.acts <> 0 OR NEW.issued <> 0 OR NEW.amount <> paid.amount OR paid.kind <> 'voucher_topped_up'
                    OR NOT EXISTS (SELECT FROM wallet JOIN instrument ON instrument.code = wallet.instrument_code
                        WHERE wallet.id = NEW.wallet_id AND NOT firm AND keeper_id = paid.organisation_id) THEN
                    RAISE EXCEPTION 'top-up does not fit its payment' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR NEW.acts <> OLD.acts + (to_jsonb(NEW) - beside <> to_jsonb(OLD) - beside)::int
                OR (NEW.issued > OLD.issued AND paid.state NOT IN ('paid', 'part_refunded')) THEN
                RAISE EXCEPTION 'top-up % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER topup_keep BEFORE INSERT OR UPDATE ON topup FOR EACH ROW EXECUTE FUNCTION topup_keep();
        CREATE TRIGGER topup_no_delete BEFORE DELETE ON topup FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER topup_no_truncate BEFORE TRUNCATE ON topup EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE topup; DROP FUNCTION topup_keep")
