"""Parties, organisations, users, mandates."""

from alembic import op

revision = "0002_identity"
down_revision = "0001_ground"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of people and organisations, and fix the kind of database once somebody lives in it."""
    op.execute("""
        CREATE TABLE party (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_party PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_party_public_id UNIQUE,
            kind TEXT NOT NULL CONSTRAINT ck_party_kind CHECK (kind IN ('organisation', 'person')),
            name TEXT NOT NULL,
            search_name TEXT NOT NULL,
            created_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_party_search_name ON party (search_name);

        CREATE TABLE person (
            id BIGINT CONSTRAINT pk_person PRIMARY KEY CONSTRAINT fk_person_id REFERENCES party (id)
        );

        CREATE TABLE organisation (
            id BIGINT CONSTRAINT pk_organisation PRIMARY KEY CONSTRAINT fk_organisation_id REFERENCES party (id),
            kvk_number TEXT CONSTRAINT uq_organisation_kvk_number UNIQUE
                CONSTRAINT ck_organisation_kvk_number CHECK (kvk_number ~ '^[0-9]{8}$'),
            branch_number TEXT,
            rsin TEXT CONSTRAINT ck_organisation_rsin CHECK (rsin ~ '^[0-9]{9}$'),
            vat_id TEXT CONSTRAINT ck_organisation_vat_id CHECK (vat_id ~ '^NL[0-9]{9}B[0-9]{2}$'),
            iban TEXT,
            legal_form TEXT NOT NULL,
            anchor_type TEXT CONSTRAINT ck_organisation_anchor_type CHECK (anchor_type IN
                ('municipality', 'housing_corporation', 'hospital', 'school', 'company', 'welfare')),
            is_contracting_authority BOOLEAN,
            street TEXT NOT NULL,
            house_number TEXT NOT NULL,
            postcode TEXT NOT NULL
                CONSTRAINT ck_organisation_postcode CHECK (postcode ~ '^[1-9][0-9]{3} [A-Z]{2}$'),
            city TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT,
            website TEXT
        );

        CREATE TABLE user_account (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_user_account PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_user_account_public_id UNIQUE,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            person_id BIGINT CONSTRAINT fk_user_account_person_id REFERENCES person (id),
            password_hash TEXT,
            totp_secret BYTEA,
            totp_confirmed_at TIMESTAMPTZ,
            totp_last_step BIGINT,
            locale TEXT NOT NULL CONSTRAINT ck_user_account_locale CHECK (locale IN ('nl', 'en', 'ar', 'tr')),
            created_at TIMESTAMPTZ NOT NULL,
            erased_at TIMESTAMPTZ
        );
        CREATE UNIQUE INDEX uq_user_account_email ON user_account (lower(email));

        CREATE TABLE mandate (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mandate PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_mandate_user_id REFERENCES user_account (id),
            organisation_id BIGINT NOT NULL CONSTRAINT fk_mandate_organisation_id REFERENCES organisation (id),
            role TEXT NOT NULL CONSTRAINT ck_mandate_role CHECK (role IN ('purchaser', 'assessor',
                'cooperative_member', 'cooperative_board', 'resident', 'programme', 'auditor', 'administrator')),
            granted_by_id BIGINT CONSTRAINT fk_mandate_granted_by_id REFERENCES user_account (id),
            granted_at TIMESTAMPTZ NOT NULL,
            ended_at TIMESTAMPTZ
        );
        CREATE INDEX ix_mandate_organisation_id ON mandate (organisation_id);
        CREATE UNIQUE INDEX uq_mandate_running ON mandate (user_id, organisation_id, role)
            WHERE ended_at IS NULL;

        CREATE FUNCTION keep_database_kind() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.kind <> OLD.kind AND EXISTS (SELECT FROM party) THEN
                RAISE EXCEPTION 'a database in use keeps its kind (%)', OLD.kind USING ERRCODE = 'CW001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_database_kind BEFORE UPDATE ON database_clock
            FOR EACH ROW EXECUTE FUNCTION keep_database_kind();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_database_kind ON database_clock;
        DROP FUNCTION keep_database_kind();
        DROP TABLE mandate, user_account, organisation, person, party;
    """)
