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
            legal_form TEXT NOT NULL CONSTRAINT ck_organisation_legal_form CHECK (legal_form IN
                ('cooperative', 'association', 'foundation', 'private_company', 'public_company', 'sole_trader',
                'partnership', 'professional_partnership', 'limited_partnership', 'public_body', 'mutual', 'other')),
            anchor_type TEXT CONSTRAINT ck_organisation_anchor_type CHECK (anchor_type IN
                ('municipality', 'housing_corporation', 'hospital', 'school', 'company', 'welfare')),
            is_contracting_authority BOOLEAN,
            is_programme BOOLEAN NOT NULL DEFAULT false,
            street TEXT NOT NULL,
            house_number TEXT NOT NULL,
            postcode TEXT NOT NULL
                CONSTRAINT ck_organisation_postcode CHECK (postcode ~ '^[1-9][0-9]{3} [A-Z]{2}$'),
            city TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT,
            website TEXT,
            CONSTRAINT ck_organisation_one_side CHECK (anchor_type IS NULL OR NOT is_programme),
            CONSTRAINT ck_organisation_no_bsn_as_rsin CHECK (legal_form <> 'sole_trader' OR rsin IS NULL),
            CONSTRAINT ck_organisation_no_bsn_as_vat_id CHECK (legal_form <> 'sole_trader' OR vat_id IS NULL OR
                mod(('2321' || substr(vat_id, 3, 9) || '11' || substr(vat_id, 13, 2))::numeric, 97) = 1)
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
            seen_at TIMESTAMPTZ,
            idle_told_at TIMESTAMPTZ,
            erased_at TIMESTAMPTZ
        );
        CREATE UNIQUE INDEX uq_user_account_email ON user_account (lower(email));

        CREATE TABLE mandate (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mandate PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_mandate_public_id UNIQUE,
            user_id BIGINT NOT NULL CONSTRAINT fk_mandate_user_id REFERENCES user_account (id),
            organisation_id BIGINT NOT NULL CONSTRAINT fk_mandate_organisation_id REFERENCES organisation (id),
            role TEXT NOT NULL CONSTRAINT ck_mandate_role CHECK (role IN ('purchaser', 'assessor',
                'cooperative_member', 'cooperative_board', 'resident', 'programme', 'coach', 'auditor',
                'administrator')),
            granted_by_id BIGINT CONSTRAINT fk_mandate_granted_by_id REFERENCES user_account (id),
            granted_at TIMESTAMPTZ NOT NULL,
            ended_at TIMESTAMPTZ,
            CONSTRAINT ck_mandate_ended_at CHECK (ended_at >= granted_at)
        );
        CREATE INDEX ix_mandate_organisation_id ON mandate (organisation_id);
        CREATE UNIQUE INDEX uq_mandate_running ON mandate (user_id, organisation_id, role)
            WHERE ended_at IS NULL;

        CREATE TABLE iban_change (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_iban_change PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_iban_change_public_id UNIQUE,
            organisation_id BIGINT NOT NULL CONSTRAINT fk_iban_change_organisation_id REFERENCES organisation (id),
            iban TEXT NOT NULL,
            asked_by_id BIGINT NOT NULL CONSTRAINT fk_iban_change_asked_by_id REFERENCES user_account (id),
            asked_at TIMESTAMPTZ NOT NULL,
            decided_by_id BIGINT CONSTRAINT fk_iban_change_decided_by_id REFERENCES user_account (id),
            decided_at TIMESTAMPTZ,
            accepted BOOLEAN,
            CONSTRAINT ck_iban_change_two_people CHECK (decided_by_id <> asked_by_id OR NOT accepted),
            CONSTRAINT ck_iban_change_decided CHECK ((decided_at IS NULL) = (accepted IS NULL)
                AND (decided_at IS NULL) = (decided_by_id IS NULL))
        );
        CREATE UNIQUE INDEX uq_iban_change_open ON iban_change (organisation_id) WHERE decided_at IS NULL;
    """)
    op.execute(_SIGN_IN)
    op.execute(_PEOPLE)
    op.execute(_FENCES)


_SIGN_IN = """
        CREATE TABLE user_session (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_user_session PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_user_session_public_id UNIQUE,
            token_hash BYTEA NOT NULL CONSTRAINT uq_user_session_token_hash UNIQUE,
            user_id BIGINT NOT NULL CONSTRAINT fk_user_session_user_id REFERENCES user_account (id),
            organisation_id BIGINT CONSTRAINT fk_user_session_organisation_id REFERENCES organisation (id),
            device TEXT NOT NULL,
            opened_at TIMESTAMPTZ NOT NULL,
            seen_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ NOT NULL,
            second_factor_at TIMESTAMPTZ,
            CONSTRAINT ck_user_session_expires_at CHECK (expires_at > opened_at)
        );
        CREATE INDEX ix_user_session_user_id ON user_session (user_id);
        CREATE INDEX ix_user_session_expires_at ON user_session (expires_at);

        CREATE TABLE mail_code (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mail_code PRIMARY KEY,
            purpose TEXT NOT NULL CONSTRAINT ck_mail_code_purpose CHECK (purpose IN
                ('register', 'sign_in', 'reset', 'new_email')),
            email TEXT NOT NULL,
            user_id BIGINT CONSTRAINT fk_mail_code_user_id REFERENCES user_account (id),
            browser_hash BYTEA NOT NULL CONSTRAINT uq_mail_code_browser_hash UNIQUE,
            code_hash BYTEA NOT NULL,
            link_hash BYTEA NOT NULL CONSTRAINT uq_mail_code_link_hash UNIQUE,
            tries INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_mail_code_tries CHECK (tries BETWEEN 0 AND 5),
            name TEXT,
            password_hash TEXT,
            locale TEXT NOT NULL CONSTRAINT ck_mail_code_locale CHECK (locale IN ('nl', 'en', 'ar', 'tr')),
            made_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ NOT NULL,
            used_at TIMESTAMPTZ
        );
        CREATE INDEX ix_mail_code_expires_at ON mail_code (expires_at);
        CREATE INDEX ix_mail_code_user_id ON mail_code (user_id);

        CREATE TABLE sign_in_attempt (
            bucket BYTEA NOT NULL,
            window_at TIMESTAMPTZ NOT NULL,
            count INTEGER NOT NULL DEFAULT 1 CONSTRAINT ck_sign_in_attempt_count CHECK (count > 0),
            CONSTRAINT pk_sign_in_attempt PRIMARY KEY (bucket, window_at)
        );
        CREATE INDEX ix_sign_in_attempt_window_at ON sign_in_attempt (window_at);

        CREATE TABLE recovery_code (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_recovery_code PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_recovery_code_user_id REFERENCES user_account (id),
            code_hash BYTEA NOT NULL,
            used_at TIMESTAMPTZ,
            CONSTRAINT uq_recovery_code_user_id_code_hash UNIQUE (user_id, code_hash)
        );

        CREATE TABLE demo_user (
            user_id BIGINT CONSTRAINT pk_demo_user PRIMARY KEY CONSTRAINT fk_demo_user_user_id REFERENCES user_account (id),
            role TEXT NOT NULL,
            label TEXT NOT NULL,
            position INTEGER NOT NULL
        );
"""

_PEOPLE = """
        CREATE TABLE invitation (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invitation PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_invitation_public_id UNIQUE,
            organisation_id BIGINT NOT NULL CONSTRAINT fk_invitation_organisation_id REFERENCES organisation (id),
            email TEXT NOT NULL,
            role TEXT NOT NULL CONSTRAINT ck_invitation_role CHECK (role IN ('purchaser', 'assessor',
                'cooperative_member', 'cooperative_board', 'resident', 'programme', 'coach', 'auditor',
                'administrator')),
            token_hash BYTEA NOT NULL CONSTRAINT uq_invitation_token_hash UNIQUE,
            invited_by_id BIGINT CONSTRAINT fk_invitation_invited_by_id REFERENCES user_account (id),
            invited_at TIMESTAMPTZ NOT NULL,
            sent_at TIMESTAMPTZ NOT NULL,
            sent_count INTEGER NOT NULL DEFAULT 1 CONSTRAINT ck_invitation_sent_count CHECK (sent_count BETWEEN 1 AND 5),
            expires_at TIMESTAMPTZ NOT NULL,
            accepted_at TIMESTAMPTZ,
            accepted_by_id BIGINT CONSTRAINT fk_invitation_accepted_by_id REFERENCES user_account (id),
            withdrawn_at TIMESTAMPTZ,
            CONSTRAINT ck_invitation_one_end CHECK (accepted_at IS NULL OR withdrawn_at IS NULL),
            CONSTRAINT ck_invitation_accepted CHECK ((accepted_at IS NULL) = (accepted_by_id IS NULL))
        );
        CREATE INDEX ix_invitation_organisation_id ON invitation (organisation_id);
        CREATE UNIQUE INDEX uq_invitation_open ON invitation (organisation_id, lower(email), role)
            WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
"""

_FENCES = """
        CREATE FUNCTION roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM user_account WHERE id = NEW.user_id FOR NO KEY UPDATE;
            IF NEW.ended_at IS NULL AND EXISTS (
                SELECT FROM mandate JOIN (VALUES
                    ('auditor', 'purchaser'), ('auditor', 'assessor'), ('auditor', 'cooperative_member'),
                    ('auditor', 'cooperative_board'), ('auditor', 'programme'), ('auditor', 'coach'),
                    ('auditor', 'administrator'),
                    ('programme', 'purchaser'), ('programme', 'assessor'), ('programme', 'cooperative_member'),
                    ('programme', 'cooperative_board'), ('programme', 'coach'),
                    ('administrator', 'purchaser'), ('administrator', 'assessor'),
                    ('administrator', 'cooperative_member'), ('administrator', 'cooperative_board'),
                    ('administrator', 'coach'),
                    ('coach', 'purchaser'), ('coach', 'assessor'), ('coach', 'cooperative_board'),
                    ('purchaser', 'cooperative_board'), ('assessor', 'cooperative_board')
                ) AS apart (a, b) ON (a, b) IN ((NEW.role, mandate.role), (mandate.role, NEW.role))
                WHERE mandate.user_id = NEW.user_id AND mandate.ended_at IS NULL AND mandate.id <> NEW.id
            ) THEN
                RAISE EXCEPTION 'these roles do not go together (%)', NEW.role USING ERRCODE = 'CW002';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER roles_apart BEFORE INSERT OR UPDATE ON mandate
            FOR EACH ROW EXECUTE FUNCTION roles_apart();

        CREATE FUNCTION demo_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT kind FROM database_clock) = 'production' THEN
                RAISE EXCEPTION 'demo users live in a demo database only' USING ERRCODE = 'CW003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER demo_only BEFORE INSERT OR UPDATE ON demo_user
            FOR EACH ROW EXECUTE FUNCTION demo_only();

        CREATE FUNCTION keep_database_kind() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.kind <> OLD.kind AND EXISTS (SELECT FROM party) THEN
                RAISE EXCEPTION 'a database in use keeps its kind (%)', OLD.kind USING ERRCODE = 'CW001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_database_kind BEFORE UPDATE ON database_clock
            FOR EACH ROW EXECUTE FUNCTION keep_database_kind();
"""


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_database_kind ON database_clock;
        DROP FUNCTION keep_database_kind();
        DROP TABLE invitation, demo_user, recovery_code, sign_in_attempt, mail_code, user_session, iban_change;
        DROP TABLE mandate, user_account, organisation, person, party;
        DROP FUNCTION roles_apart(), demo_only();
    """)
