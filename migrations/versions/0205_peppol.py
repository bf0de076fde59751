"""Documents handed to the Peppol network, and where they stand."""

from alembic import op

revision = "0205_peppol"
down_revision = "0204_chains"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None were."""
    op.execute("""
        CREATE TABLE peppol_delivery (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_peppol_delivery PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_peppol_delivery_public_id UNIQUE,
            invoice_id bigint NOT NULL CONSTRAINT fk_peppol_delivery_invoice_id REFERENCES invoice (id),
            document text NOT NULL,
            state text NOT NULL,
            provider_id text CONSTRAINT uq_peppol_delivery_provider_id UNIQUE,
            asked_by_id bigint NOT NULL CONSTRAINT fk_peppol_delivery_asked_by_id REFERENCES user_account (id),
            asked_at timestamptz NOT NULL,
            told_at timestamptz,
            CONSTRAINT ck_peppol_delivery_state CHECK (state IN ('waiting', 'sent', 'delivered', 'refused')),
            CONSTRAINT ck_peppol_delivery_provider_id CHECK ((state = 'waiting') = (provider_id IS NULL))
        );
        CREATE UNIQUE INDEX uq_peppol_delivery_invoice_id ON peppol_delivery (invoice_id) WHERE state <> 'refused';
        CREATE FUNCTION peppol_delivery_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.state IN ('delivered', 'refused') OR OLD.provider_id <> NEW.provider_id
                OR to_jsonb(NEW) - '{state,provider_id,told_at}'::text[]
                    <> to_jsonb(OLD) - '{state,provider_id,told_at}'::text[] THEN
                RAISE EXCEPTION 'what was handed to the network is kept' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER peppol_delivery_keep BEFORE UPDATE ON peppol_delivery
            FOR EACH ROW EXECUTE FUNCTION peppol_delivery_keep();
        CREATE TRIGGER peppol_delivery_no_delete BEFORE DELETE ON peppol_delivery
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER peppol_delivery_no_truncate BEFORE TRUNCATE ON peppol_delivery
            EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE peppol_delivery; DROP FUNCTION peppol_delivery_keep")
