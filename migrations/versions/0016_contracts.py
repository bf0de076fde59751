"""Contracts, their lines, and whether the local option was examined."""

from alembic import op

revision = "0016_contracts"
down_revision = "0015_awards"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE contract_counter (
        year BIGINT NOT NULL CONSTRAINT pk_contract_counter PRIMARY KEY,
        last BIGINT NOT NULL
    );

    CREATE TABLE contract (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contract PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_contract_public_id UNIQUE,
        number TEXT NOT NULL CONSTRAINT uq_contract_number UNIQUE
            CONSTRAINT ck_contract_number CHECK (number ~ '^C-[0-9]{4}-[0-9]{4,}$'),
        tender_id BIGINT NOT NULL CONSTRAINT uq_contract_tender_id UNIQUE
            CONSTRAINT fk_contract_tender_id REFERENCES tender (id),
        decision_id BIGINT NOT NULL CONSTRAINT fk_contract_decision_id REFERENCES award_decision (id),
        buyer_id BIGINT NOT NULL CONSTRAINT fk_contract_buyer_id REFERENCES organisation (id),
        supplier_id BIGINT NOT NULL CONSTRAINT fk_contract_supplier_id REFERENCES organisation (id),
        title TEXT NOT NULL,
        price_minor BIGINT NOT NULL CONSTRAINT ck_contract_price_minor CHECK (price_minor > 0),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        payment_days BIGINT NOT NULL CONSTRAINT ck_contract_payment_days CHECK (payment_days BETWEEN 1 AND 30),
        created_by_id BIGINT NOT NULL CONSTRAINT fk_contract_created_by_id REFERENCES user_account (id),
        created_at TIMESTAMPTZ NOT NULL,
        version BIGINT NOT NULL,
        buyer_signed_by_id BIGINT CONSTRAINT fk_contract_buyer_signed_by_id REFERENCES user_account (id),
        buyer_signed_at TIMESTAMPTZ,
        supplier_signed_by_id BIGINT CONSTRAINT fk_contract_supplier_signed_by_id REFERENCES user_account (id),
        supplier_signed_at TIMESTAMPTZ,
        agreement_id BIGINT CONSTRAINT uq_contract_agreement_id UNIQUE
            CONSTRAINT fk_contract_agreement_id REFERENCES agreement (id),
        CONSTRAINT ck_contract_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_contract_parties CHECK (buyer_id <> supplier_id),
        CONSTRAINT ck_contract_buyer_signed CHECK ((buyer_signed_at IS NULL) = (buyer_signed_by_id IS NULL)),
        CONSTRAINT ck_contract_supplier_signed
            CHECK ((supplier_signed_at IS NULL) = (supplier_signed_by_id IS NULL)),
        CONSTRAINT ck_contract_active CHECK ((agreement_id IS NOT NULL)
            = (buyer_signed_at IS NOT NULL AND supplier_signed_at IS NOT NULL))
    );
    CREATE INDEX ix_contract_buyer_id ON contract (buyer_id);
    CREATE INDEX ix_contract_supplier_id ON contract (supplier_id);

    CREATE TABLE contract_line (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contract_line PRIMARY KEY,
        contract_id BIGINT NOT NULL CONSTRAINT fk_contract_line_contract_id REFERENCES contract (id),
        position BIGINT NOT NULL,
        description TEXT NOT NULL CONSTRAINT ck_contract_line_description
            CHECK (description <> '' AND length(description) <= 200),
        amount_minor BIGINT NOT NULL CONSTRAINT ck_contract_line_amount_minor CHECK (amount_minor > 0),
        vat_code TEXT NOT NULL CONSTRAINT ck_contract_line_vat_code
            CHECK (vat_code IN ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside')),
        CONSTRAINT uq_contract_line_contract_id_position UNIQUE (contract_id, position)
    );

    CREATE TABLE local_option (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_local_option PRIMARY KEY,
        contract_id BIGINT NOT NULL CONSTRAINT uq_local_option_contract_id UNIQUE
            CONSTRAINT fk_local_option_contract_id REFERENCES contract (id),
        outcome TEXT NOT NULL CONSTRAINT ck_local_option_outcome
            CHECK (outcome IN ('local_chosen', 'local_competed', 'none_found', 'not_examined')),
        reason TEXT NOT NULL CONSTRAINT ck_local_option_reason CHECK (length(reason) >= 10),
        examined_by_id BIGINT NOT NULL CONSTRAINT fk_local_option_examined_by_id REFERENCES user_account (id),
        examined_at TIMESTAMPTZ NOT NULL
    );
"""

GUARDS = """
    CREATE FUNCTION keep_contract() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        movable CONSTANT text[] := ARRAY['buyer_signed_by_id', 'buyer_signed_at', 'supplier_signed_by_id',
            'supplier_signed_at', 'agreement_id', 'version'];
        signed CONSTANT text[] := ARRAY['buyer_signed_by_id', 'buyer_signed_at', 'supplier_signed_by_id',
            'supplier_signed_at', 'agreement_id'];
        was jsonb;
        becomes jsonb := to_jsonb(NEW);
        name text;
    BEGIN
        IF NOT EXISTS (SELECT FROM award_decision d JOIN tender t ON t.id = d.tender_id
            JOIN opened_bid b ON b.id = d.winner_bid_id
            WHERE d.id = NEW.decision_id AND t.id = NEW.tender_id AND d.definitive_at IS NOT NULL
                AND t.awarded_at IS NOT NULL AND t.buyer_id = NEW.buyer_id
                AND b.organisation_id = NEW.supplier_id AND b.price_minor = NEW.price_minor) THEN
            RAISE EXCEPTION 'contract %: it follows a definitive award, with its parties and price', NEW.number
                USING ERRCODE = 'CW017';
        END IF;
        IF NEW.buyer_signed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM local_option o WHERE o.contract_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'contract %: the local option was not examined', NEW.number USING ERRCODE = 'CW017';
        END IF;
        IF TG_OP = 'INSERT' THEN
            RETURN NEW;
        END IF;
        was := to_jsonb(OLD);
        IF (OLD.buyer_signed_at IS NOT NULL OR OLD.supplier_signed_at IS NOT NULL)
            AND was - movable IS DISTINCT FROM becomes - movable THEN
            RAISE EXCEPTION 'contract %: it was signed, its text stays', OLD.number USING ERRCODE = 'CW017';
        END IF;
        FOREACH name IN ARRAY signed LOOP
            IF was -> name <> 'null'::jsonb AND was -> name IS DISTINCT FROM becomes -> name THEN
                RAISE EXCEPTION 'contract %: % is set once', OLD.number, name USING ERRCODE = 'CW017';
            END IF;
        END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_contract BEFORE INSERT OR UPDATE ON contract
        FOR EACH ROW EXECUTE FUNCTION keep_contract();

    CREATE FUNCTION refuse_contract_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: it is part of a contract', TG_OP, TG_TABLE_NAME USING ERRCODE = 'CW017';
    END $$;
    CREATE TRIGGER refuse_contract_delete BEFORE DELETE ON contract
        FOR EACH ROW EXECUTE FUNCTION refuse_contract_change();
    CREATE TRIGGER keep_local_option BEFORE UPDATE OR DELETE ON local_option
        FOR EACH ROW EXECUTE FUNCTION refuse_contract_change();

    CREATE FUNCTION keep_contract_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM contract c WHERE c.id IN (OLD.contract_id, NEW.contract_id)
            AND (c.buyer_signed_at IS NOT NULL OR c.supplier_signed_at IS NOT NULL)) THEN
            RAISE EXCEPTION '% of a line is refused: the contract was signed', TG_OP USING ERRCODE = 'CW017';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_contract_line BEFORE INSERT OR UPDATE OR DELETE ON contract_line
        FOR EACH ROW EXECUTE FUNCTION keep_contract_line();

    CREATE FUNCTION contract_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        which bigint := CASE TG_TABLE_NAME WHEN 'contract' THEN (to_jsonb(NEW) ->> 'id')::bigint
            ELSE COALESCE(to_jsonb(NEW) ->> 'contract_id', to_jsonb(OLD) ->> 'contract_id')::bigint END;
    BEGIN
        IF EXISTS (SELECT FROM contract c WHERE c.id = which AND c.price_minor
            <> (SELECT COALESCE(sum(l.amount_minor), 0) FROM contract_line l WHERE l.contract_id = c.id)) THEN
            RAISE EXCEPTION 'contract %: the lines do not add up to the price', which USING ERRCODE = 'CW017';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER contract_adds_up AFTER INSERT OR UPDATE ON contract
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contract_adds_up();
    CREATE CONSTRAINT TRIGGER contract_line_adds_up AFTER INSERT OR UPDATE OR DELETE ON contract_line
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contract_adds_up();
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE local_option, contract_line, contract, contract_counter;
        DROP FUNCTION contract_adds_up(), keep_contract_line(), refuse_contract_change(), keep_contract();
    """)
