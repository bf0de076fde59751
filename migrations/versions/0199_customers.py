"""Customers outside, each in one seller's address book, and invoices to them."""

from alembic import op

revision = "0199_customers"
down_revision = "0158_landing_answers"
branch_labels = None
depends_on = None

_KEEP = """
CREATE OR REPLACE FUNCTION invoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,credited_amount,paid_amount,round,approved_at,disputed_at,paid_on,vat_recoverable}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.credited_amount <> 0 OR NEW.paid_amount <> 0 THEN
            RAISE EXCEPTION 'an invoice starts as a draft' USING ERRCODE = 'CI003';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
        RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'draft' AND NEW.state = 'sent')
        OR (OLD.state = 'sent' AND NEW.state IN ('approved', 'disputed', 'credited'))
        OR (OLD.state = 'disputed' AND NEW.state IN ('approved', 'credited'))
        OR (OLD.state = 'approved' AND NEW.state IN ('paid', 'credited'))
        OR (OLD.state = 'paid' AND NEW.state = 'credited'){outside}
    ) THEN
        RAISE EXCEPTION 'invoice % does not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'CI003';
    END IF;
    IF NEW.paid_amount > OLD.paid_amount AND NEW.approved_at IS NULL{inside} THEN
        RAISE EXCEPTION 'invoice % is paid before it is approved', OLD.id USING ERRCODE = 'CI003';
    END IF;
    RETURN NEW;
END $$;
"""

_BEFORE = {"outside": "", "inside": ""}
_NOW = {
    "outside": "\n        OR (NEW.outside AND OLD.state = 'sent' AND NEW.state = 'paid')",
    "inside": " AND NOT NEW.outside",
}


def _keep(parts: dict[str, str]) -> str:
    return _KEEP.replace("{outside}", parts["outside"]).replace("{inside}", parts["inside"])


def upgrade() -> None:
    """Nobody has any. Who is outside never approves, so its invoices go from sent to paid."""
    op.execute("""
        ALTER TABLE party DROP CONSTRAINT ck_party_kind;
        ALTER TABLE party ADD CONSTRAINT ck_party_kind CHECK (kind IN ('organisation', 'person', 'customer'));
        CREATE TABLE customer (
            id bigint CONSTRAINT pk_customer PRIMARY KEY CONSTRAINT fk_customer_id REFERENCES party (id),
            owner_id bigint NOT NULL CONSTRAINT fk_customer_owner_id REFERENCES organisation (id),
            private boolean NOT NULL,
            kvk_number text,
            vat_id text,
            street text NOT NULL,
            house_number text NOT NULL,
            postcode text NOT NULL,
            city text NOT NULL,
            country text NOT NULL,
            email text,
            iban text,
            removed_at timestamptz,
            CONSTRAINT ck_customer_private CHECK (NOT private OR (kvk_number IS NULL AND vat_id IS NULL)),
            CONSTRAINT ck_customer_kvk_number CHECK (kvk_number ~ '^[0-9]{8}$'),
            CONSTRAINT ck_customer_vat_id CHECK (vat_id ~ '^[A-Z]{2}[0-9A-Z+*]{2,13}$'),
            CONSTRAINT ck_customer_country CHECK (country ~ '^[A-Z]{2}$'),
            CONSTRAINT ck_customer_removed CHECK (removed_at IS NULL OR (street = '' AND house_number = ''
                AND postcode = '' AND city = '' AND email IS NULL AND iban IS NULL))
        );
        CREATE INDEX ix_customer_owner_id ON customer (owner_id);

        -- A customer stays its owner's, and what is out of the address book stays out.
        CREATE FUNCTION customer_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.owner_id <> OLD.owner_id OR OLD.removed_at IS NOT NULL THEN
                RAISE EXCEPTION 'customer % is kept as it is', OLD.id USING ERRCODE = 'CI001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER customer_keep BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION customer_keep();

        -- Who is outside has no books here.
        CREATE FUNCTION account_of_no_customer() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM party p WHERE p.id = NEW.party_id AND p.kind = 'customer';
            IF FOUND THEN
                RAISE EXCEPTION 'party % is outside and keeps no books here', NEW.party_id USING ERRCODE = 'CI007';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER account_of_no_customer BEFORE INSERT ON account
            FOR EACH ROW EXECUTE FUNCTION account_of_no_customer();

        ALTER TABLE invoice ADD COLUMN outside boolean NOT NULL DEFAULT false;
        ALTER TABLE invoice DROP CONSTRAINT fk_invoice_buyer_id;
        ALTER TABLE invoice ADD CONSTRAINT fk_invoice_buyer_id FOREIGN KEY (buyer_id) REFERENCES party (id);
        ALTER TABLE invoice ADD CONSTRAINT ck_invoice_outside CHECK (NOT outside OR agreement_id IS NULL);

        -- The buyer is an organisation, or, outside, a customer of the seller's own; no VAT is shifted to who has no VAT id.
        CREATE FUNCTION invoice_buyer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.outside THEN
                PERFORM FROM customer c WHERE c.id = NEW.buyer_id AND c.owner_id = NEW.seller_id;
            ELSE
                PERFORM FROM organisation o WHERE o.id = NEW.buyer_id;
            END IF;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'party % is no buyer of party %', NEW.buyer_id, NEW.seller_id USING ERRCODE = 'CI008';
            END IF;
            IF NEW.state <> 'draft' AND NEW.outside AND NEW.buyer_facts ->> 'vat_id' IS NULL THEN
                PERFORM FROM invoice_line l WHERE l.invoice_id = NEW.id AND l.category = 'AE';
                IF FOUND THEN
                    RAISE EXCEPTION 'invoice % shifts VAT to nobody', NEW.id USING ERRCODE = 'CI008';
                END IF;
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER invoice_buyer_fits BEFORE INSERT OR UPDATE OF buyer_id, seller_id, outside, buyer_facts
            ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_buyer_fits();
    """)
    op.execute(_keep(_NOW))


def downgrade() -> None:
    """Back to buyers that take part; refused by the foreign key where somebody outside was invoiced."""
    op.execute(_keep(_BEFORE))
    op.execute("""
        DROP TRIGGER invoice_buyer_fits ON invoice;
        DROP FUNCTION invoice_buyer_fits;
        ALTER TABLE invoice DROP CONSTRAINT fk_invoice_buyer_id;
        ALTER TABLE invoice ADD CONSTRAINT fk_invoice_buyer_id FOREIGN KEY (buyer_id) REFERENCES organisation (id);
        ALTER TABLE invoice DROP CONSTRAINT ck_invoice_outside;
        ALTER TABLE invoice DROP COLUMN outside;
        DROP TRIGGER account_of_no_customer ON account;
        DROP FUNCTION account_of_no_customer;
        DROP TABLE customer;
        DROP FUNCTION customer_keep;
        DELETE FROM party WHERE kind = 'customer';
        ALTER TABLE party DROP CONSTRAINT ck_party_kind;
        ALTER TABLE party ADD CONSTRAINT ck_party_kind CHECK (kind IN ('organisation', 'person'));
    """)
