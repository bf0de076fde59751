"""Needs on the buying calendar."""

from alembic import op

revision = "0010_needs"
down_revision = "0009_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the calendar. A need keeps its number for ever; it is withdrawn or expires, never deleted."""
    op.execute("""
        CREATE TABLE need_counter (
            year BIGINT CONSTRAINT pk_need_counter PRIMARY KEY,
            last BIGINT NOT NULL
        );

        CREATE TABLE need (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_need PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_need_public_id UNIQUE,
            number TEXT NOT NULL CONSTRAINT uq_need_number UNIQUE
                CONSTRAINT ck_need_number CHECK (number ~ '^N-[0-9]{4}-[0-9]{4,}$'),
            owner_id BIGINT NOT NULL CONSTRAINT fk_need_owner_id REFERENCES organisation (id),
            posted_by_id BIGINT NOT NULL CONSTRAINT fk_need_posted_by_id REFERENCES user_account (id),
            posted_at TIMESTAMPTZ NOT NULL,
            changed_at TIMESTAMPTZ NOT NULL,
            version BIGINT NOT NULL,
            title TEXT NOT NULL CONSTRAINT ck_need_title CHECK (title <> ''),
            purpose TEXT NOT NULL,
            search_text TEXT NOT NULL,
            category TEXT NOT NULL,
            cpv TEXT NOT NULL CONSTRAINT ck_need_cpv CHECK (cpv ~ '^[0-9]{8}$'),
            place_code TEXT,
            volume NUMERIC CONSTRAINT ck_need_volume CHECK (volume > 0),
            unit TEXT,
            value_low_minor BIGINT,
            value_high_minor BIGINT,
            value_visibility TEXT NOT NULL
                CONSTRAINT ck_need_value_visibility CHECK (value_visibility IN ('alliance', 'public')),
            wanted_from DATE NOT NULL,
            contract_ends_on DATE,
            notice_on DATE,
            divisible BOOLEAN NOT NULL,
            visibility TEXT NOT NULL
                CONSTRAINT ck_need_visibility CHECK (visibility IN ('alliance', 'public')),
            expires_on DATE NOT NULL,
            withdrawn_at TIMESTAMPTZ,
            withdraw_reason TEXT NOT NULL,
            converted_at TIMESTAMPTZ,
            CONSTRAINT ck_need_unit CHECK ((volume IS NULL) = (unit IS NULL)),
            CONSTRAINT ck_need_value_band CHECK (value_low_minor >= 0 AND value_high_minor >= value_low_minor),
            CONSTRAINT ck_need_notice CHECK (notice_on <= contract_ends_on),
            CONSTRAINT ck_need_withdraw_reason CHECK (withdrawn_at IS NULL OR withdraw_reason <> '')
        );
        CREATE INDEX ix_need_owner_id ON need (owner_id);
        CREATE INDEX ix_need_wanted_from ON need (wanted_from);

        CREATE TABLE need_interest (
            need_id BIGINT NOT NULL CONSTRAINT fk_need_interest_need_id REFERENCES need (id),
            organisation_id BIGINT NOT NULL
                CONSTRAINT fk_need_interest_organisation_id REFERENCES organisation (id),
            said_by_id BIGINT NOT NULL CONSTRAINT fk_need_interest_said_by_id REFERENCES user_account (id),
            said_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_need_interest PRIMARY KEY (need_id, organisation_id)
        );
        CREATE INDEX ix_need_interest_organisation_id ON need_interest (organisation_id);
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE need_interest, need, need_counter")
