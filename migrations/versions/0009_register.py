"""The register of cooperatives."""

from alembic import op

revision = "0009_register"
down_revision = "0008_spend"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make profiles, claims and decisions; a decision stays as it was taken, by a second person."""
    op.execute("""
        CREATE TABLE cooperative (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative PRIMARY KEY,
            organisation_id BIGINT NOT NULL CONSTRAINT uq_cooperative_organisation_id UNIQUE
                CONSTRAINT fk_cooperative_organisation_id REFERENCES organisation (id),
            kind TEXT NOT NULL CONSTRAINT ck_cooperative_kind CHECK (kind IN
                ('worker', 'neighbourhood', 'residents', 'social_enterprise', 'other')),
            description TEXT NOT NULL,
            search_text TEXT NOT NULL,
            sectors JSONB NOT NULL CONSTRAINT ck_cooperative_sectors CHECK (jsonb_array_length(sectors) > 0),
            languages JSONB NOT NULL,
            place_code TEXT,
            weekly_hours BIGINT CONSTRAINT ck_cooperative_weekly_hours CHECK (weekly_hours >= 0),
            people BIGINT CONSTRAINT ck_cooperative_people CHECK (people >= 0),
            largest_minor BIGINT CONSTRAINT ck_cooperative_largest_minor CHECK (largest_minor >= 0),
            coach_id BIGINT CONSTRAINT fk_cooperative_coach_id REFERENCES user_account (id),
            registered_at TIMESTAMPTZ NOT NULL,
            registered_by_id BIGINT NOT NULL
                CONSTRAINT fk_cooperative_registered_by_id REFERENCES user_account (id),
            changed_at TIMESTAMPTZ NOT NULL,
            changed_by_id BIGINT NOT NULL CONSTRAINT fk_cooperative_changed_by_id REFERENCES user_account (id),
            version BIGINT NOT NULL
        );
        CREATE INDEX ix_cooperative_sectors ON cooperative USING gin (sectors);

        CREATE TABLE cooperative_claim (
            cooperative_id BIGINT NOT NULL
                CONSTRAINT fk_cooperative_claim_cooperative_id REFERENCES cooperative (id),
            code TEXT NOT NULL,
            value TEXT NOT NULL CONSTRAINT ck_cooperative_claim_value CHECK (value <> ''),
            declared_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_cooperative_claim PRIMARY KEY (cooperative_id, code)
        );

        CREATE TABLE cooperative_verification (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative_verification PRIMARY KEY,
            cooperative_id BIGINT NOT NULL
                CONSTRAINT fk_cooperative_verification_cooperative_id REFERENCES cooperative (id),
            decided_at TIMESTAMPTZ NOT NULL,
            decided_by_id BIGINT NOT NULL
                CONSTRAINT fk_cooperative_verification_decided_by_id REFERENCES user_account (id),
            verified BOOLEAN NOT NULL,
            claims JSONB NOT NULL,
            note TEXT NOT NULL CONSTRAINT ck_cooperative_verification_note CHECK (note <> ''),
            valid_until TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_cooperative_verification_valid_until CHECK (valid_until > decided_at)
        );
        CREATE INDEX ix_cooperative_verification_cooperative_id ON cooperative_verification (cooperative_id);

        CREATE FUNCTION keep_cooperative_verification() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                RAISE EXCEPTION 'a decision on a cooperative is never changed' USING ERRCODE = 'CW009';
            END IF;
            IF EXISTS (SELECT FROM cooperative c WHERE c.id = NEW.cooperative_id
                AND NEW.decided_by_id IN (c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
                RAISE EXCEPTION 'a second person decides on a cooperative' USING ERRCODE = 'CW009';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_cooperative_verification BEFORE INSERT OR UPDATE OR DELETE
            ON cooperative_verification FOR EACH ROW EXECUTE FUNCTION keep_cooperative_verification();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE cooperative_verification, cooperative_claim, cooperative;
        DROP FUNCTION keep_cooperative_verification();
    """)
