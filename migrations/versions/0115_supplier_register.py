"""Register extracts, and suppliers found to be a legal person or each other by dated decisions that can be undone."""

from alembic import op

revision = "0115_supplier_register"
down_revision = "0100_spend_bulk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the register, and let a decision say more than which party a supplier is."""
    op.execute(EXTRACTS)
    op.execute("""
        ALTER TABLE supplier
            ADD COLUMN branch_number text CONSTRAINT ck_supplier_branch_number CHECK (branch_number ~ '^[0-9]{12}$'),
            ADD COLUMN register_number text
                CONSTRAINT ck_supplier_register_number CHECK (register_number ~ '^[0-9]{8}$'),
            ADD COLUMN same_as_id bigint CONSTRAINT fk_supplier_same_as_id REFERENCES supplier (id),
            ADD CONSTRAINT ck_supplier_same_as CHECK (same_as_id <> id);
        UPDATE supplier SET register_number = kvk_number WHERE kvk_confirmed_on IS NOT NULL;
        ALTER TABLE supplier DROP CONSTRAINT ck_supplier_kvk_confirmed_on,
            ADD CONSTRAINT ck_supplier_kvk_confirmed_on CHECK ((kvk_confirmed_on IS NULL) = (register_number IS NULL));
        CREATE INDEX ix_supplier_register_number ON supplier (register_number);
        CREATE INDEX ix_supplier_same_as_id ON supplier (same_as_id);
        CREATE INDEX ix_supplier_iban ON supplier (iban);
        CREATE INDEX ix_supplier_vat_id ON supplier (vat_id);
        CREATE INDEX ix_supplier_branch_number ON supplier (branch_number);

        ALTER TABLE supplier_link DISABLE TRIGGER supplier_link_append_only;
        ALTER TABLE supplier_link
            ADD COLUMN kind text NOT NULL DEFAULT 'party',
            ADD COLUMN holds boolean NOT NULL DEFAULT true,
            ADD COLUMN register_number text
                CONSTRAINT ck_supplier_link_register_number CHECK (register_number ~ '^[0-9]{8}$'),
            ADD COLUMN other_id bigint CONSTRAINT fk_supplier_link_other_id REFERENCES supplier (id);
        UPDATE supplier_link SET holds = party_id IS NOT NULL;
        ALTER TABLE supplier_link
            ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN holds DROP DEFAULT,
            ADD CONSTRAINT ck_supplier_link_kind CHECK (kind IN ('party', 'register', 'same')),
            ADD CONSTRAINT ck_supplier_link_subject CHECK (CASE kind
                WHEN 'party' THEN register_number IS NULL AND other_id IS NULL AND holds = (party_id IS NOT NULL)
                WHEN 'register' THEN register_number IS NOT NULL AND other_id IS NULL AND party_id IS NULL
                ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END);
        ALTER TABLE supplier_link ENABLE TRIGGER supplier_link_append_only;

        ALTER TABLE supplier_evidence ADD COLUMN extract_id bigint
            CONSTRAINT fk_supplier_evidence_extract_id REFERENCES register_extract (id);

        CREATE TABLE supplier_catch_all (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier_catch_all PRIMARY KEY,
            kind text NOT NULL CONSTRAINT ck_supplier_catch_all_kind
                CHECK (kind IN ('kvk', 'branch', 'vat', 'iban')),
            value text NOT NULL CONSTRAINT ck_supplier_catch_all_value CHECK (length(value) BETWEEN 1 AND 120),
            holds boolean NOT NULL,
            reason text NOT NULL CONSTRAINT ck_supplier_catch_all_reason CHECK (length(reason) BETWEEN 1 AND 500),
            actor_id bigint NOT NULL CONSTRAINT fk_supplier_catch_all_actor_id REFERENCES user_account (id),
            at timestamptz NOT NULL
        );
        CREATE INDEX ix_supplier_catch_all_value ON supplier_catch_all (value);
        CREATE TRIGGER supplier_catch_all_append_only BEFORE UPDATE OR DELETE ON supplier_catch_all
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take it away. Decisions other than about a party go, and with them what they found."""
    op.execute("""
        DROP TABLE supplier_catch_all;
        ALTER TABLE supplier_evidence DROP COLUMN extract_id;
        ALTER TABLE supplier_link DISABLE TRIGGER supplier_link_append_only;
        DELETE FROM supplier_link WHERE kind <> 'party';
        ALTER TABLE supplier_link DROP COLUMN kind, DROP COLUMN holds, DROP COLUMN register_number, DROP COLUMN other_id;
        ALTER TABLE supplier_link ENABLE TRIGGER supplier_link_append_only;
        DROP INDEX ix_supplier_iban, ix_supplier_vat_id, ix_supplier_branch_number, ix_supplier_register_number,
            ix_supplier_same_as_id;
        ALTER TABLE supplier DROP CONSTRAINT ck_supplier_kvk_confirmed_on, DROP COLUMN branch_number,
            DROP COLUMN same_as_id;
        UPDATE supplier SET kvk_confirmed_on = NULL WHERE kvk_number IS DISTINCT FROM register_number;
        ALTER TABLE supplier DROP COLUMN register_number,
            ADD CONSTRAINT ck_supplier_kvk_confirmed_on CHECK (kvk_confirmed_on IS NULL OR kvk_number IS NOT NULL);
        DROP TABLE register_upload, register_branch, register_extract;
    """)


EXTRACTS = """
    CREATE TABLE register_extract (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_register_extract PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_register_extract_public_id UNIQUE,
        kvk_number text NOT NULL CONSTRAINT ck_register_extract_kvk_number CHECK (kvk_number ~ '^[0-9]{8}$'),
        name text NOT NULL CONSTRAINT ck_register_extract_name CHECK (length(name) BETWEEN 1 AND 200),
        trade_names jsonb NOT NULL,
        legal_form text NOT NULL,
        natural_person boolean NOT NULL,
        statutory_seat text NOT NULL,
        vat_id text,
        iban text,
        started_on date,
        ended_on date,
        looked_up_on date NOT NULL,
        via text NOT NULL CONSTRAINT ck_register_extract_via CHECK (via IN ('api', 'file', 'document')),
        source text NOT NULL CONSTRAINT ck_register_extract_source CHECK (length(source) BETWEEN 1 AND 300),
        checked_by_id bigint CONSTRAINT fk_register_extract_checked_by_id REFERENCES user_account (id),
        created_by_id bigint CONSTRAINT fk_register_extract_created_by_id REFERENCES user_account (id),
        created_at timestamptz NOT NULL,
        CONSTRAINT ck_register_extract_checked CHECK ((via = 'document') = (checked_by_id IS NOT NULL)),
        CONSTRAINT ck_register_extract_second_person CHECK (checked_by_id <> created_by_id),
        CONSTRAINT ck_register_extract_ended_on CHECK (ended_on >= started_on)
    );
    CREATE INDEX ix_register_extract_kvk_number ON register_extract (kvk_number);
    CREATE INDEX ix_register_extract_vat_id ON register_extract (vat_id);
    CREATE INDEX ix_register_extract_iban ON register_extract (iban);

    CREATE TABLE register_branch (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_register_branch PRIMARY KEY,
        extract_id bigint NOT NULL CONSTRAINT fk_register_branch_extract_id REFERENCES register_extract (id),
        number text CONSTRAINT ck_register_branch_number CHECK (number ~ '^[0-9]{12}$'),
        main boolean NOT NULL,
        name text NOT NULL,
        street text NOT NULL,
        house_number text NOT NULL,
        postcode text NOT NULL,
        city text NOT NULL,
        country text NOT NULL,
        started_on date NOT NULL,
        from_on date NOT NULL,
        until_on date,
        workers bigint CONSTRAINT ck_register_branch_workers CHECK (workers >= 0),
        shielded boolean NOT NULL,
        CONSTRAINT ck_register_branch_until_on CHECK (until_on > from_on),
        CONSTRAINT ck_register_branch_from_on CHECK (from_on >= started_on)
    );
    CREATE INDEX ix_register_branch_extract_id ON register_branch (extract_id);
    CREATE INDEX ix_register_branch_number ON register_branch (number);

    CREATE TRIGGER register_extract_append_only BEFORE UPDATE OR DELETE ON register_extract
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER register_branch_append_only BEFORE UPDATE OR DELETE ON register_branch
        FOR EACH ROW EXECUTE FUNCTION refuse_change();

    -- A file of a register waiting for a person's yes; gone once it is taken in or thrown away.
    CREATE TABLE register_upload (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_register_upload PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_register_upload_public_id UNIQUE,
        file_name text NOT NULL,
        content bytea NOT NULL,
        looked_up_on date NOT NULL,
        source text NOT NULL CONSTRAINT ck_register_upload_source CHECK (length(source) BETWEEN 1 AND 300),
        actor_id bigint NOT NULL CONSTRAINT fk_register_upload_actor_id REFERENCES user_account (id),
        at timestamptz NOT NULL
    );
"""
