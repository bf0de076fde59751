"""Dues collected by direct debit: one collection per member and period, announced before it is sent."""

from alembic import op

revision = "0211_dues_collection"
down_revision = "0210_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was announced stays as it was told; a step back is refused."""
    op.execute("""
        CREATE TABLE dues_collection (
            run_id bigint,
            member_id bigint CONSTRAINT fk_dues_collection_member_id REFERENCES member (id),
            public_id uuid NOT NULL CONSTRAINT uq_dues_collection_public_id UNIQUE,
            mandate_id bigint NOT NULL CONSTRAINT fk_dues_collection_mandate_id REFERENCES debit_mandate (id),
            amount bigint NOT NULL CONSTRAINT ck_dues_collection_amount CHECK (amount >= 50),
            announced_on date NOT NULL,
            collect_on date NOT NULL,
            state text NOT NULL CONSTRAINT ck_dues_collection_state
                CHECK (state IN ('announced', 'sent', 'stopped', 'failed', 'returned')),
            order_id bigint CONSTRAINT fk_dues_collection_order_id REFERENCES payment_order (id),
            sent_at timestamptz,
            stop text,
            code text NOT NULL,
            CONSTRAINT pk_dues_collection PRIMARY KEY (run_id, member_id),
            CONSTRAINT fk_dues_collection_run_id FOREIGN KEY (run_id, member_id)
                REFERENCES dues_charge (run_id, member_id),
            CONSTRAINT ck_dues_collection_collect_on CHECK (collect_on >= announced_on + 2),
            CONSTRAINT ck_dues_collection_sent CHECK ((state IN ('announced', 'stopped')) = (order_id IS NULL)),
            CONSTRAINT ck_dues_collection_stop CHECK (
                (state = 'stopped') = (stop IS NOT NULL) AND stop IN ('paid', 'no_mandate', 'left', 'board'))
        );
        CREATE UNIQUE INDEX uq_dues_collection_order_id ON dues_collection (order_id);
        CREATE INDEX ix_dues_collection_mandate_id ON dues_collection (mandate_id);
        CREATE INDEX ix_dues_collection_member_id ON dues_collection (member_id);

        CREATE FUNCTION dues_collection_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{state,order_id,sent_at,stop,code}';
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id)
                OR NOT (NEW.state = OLD.state
                    OR (OLD.state = 'announced' AND NEW.state IN ('sent', 'stopped'))
                    OR (OLD.state = 'sent' AND NEW.state IN ('failed', 'returned'))) THEN
                RAISE EXCEPTION 'dues collection %: % does not become %', OLD.public_id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER dues_collection_keep BEFORE UPDATE ON dues_collection
            FOR EACH ROW EXECUTE FUNCTION dues_collection_keep();
        CREATE TRIGGER dues_collection_no_delete BEFORE DELETE ON dues_collection
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE dues_collection;
        DROP FUNCTION dues_collection_keep();
    """)
