"""Residents who put themselves forward, and for which initiatives; what is erased is gone."""

from alembic import op

revision = "0055_talent"
down_revision = "0054_incubator"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.execute("""
        CREATE TABLE talent_profile (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_talent_profile PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_talent_profile_public_id UNIQUE,
            user_id BIGINT NOT NULL CONSTRAINT fk_talent_profile_user_id REFERENCES user_account (id)
                CONSTRAINT uq_talent_profile_user_id UNIQUE,
            name TEXT NOT NULL,
            contact TEXT NOT NULL,
            skills JSONB NOT NULL CONSTRAINT ck_talent_profile_skills CHECK (jsonb_array_length(skills) > 0),
            languages JSONB NOT NULL,
            hours BIGINT CONSTRAINT ck_talent_profile_hours CHECK (hours BETWEEN 1 AND 60),
            place_code TEXT,
            consented_at TIMESTAMPTZ NOT NULL,
            confirmed_at TIMESTAMPTZ NOT NULL,
            asked_at TIMESTAMPTZ,
            CONSTRAINT ck_talent_profile_told CHECK (name <> '' AND contact <> '')
        );
        CREATE INDEX ix_talent_profile_confirmed_at ON talent_profile (confirmed_at);
        CREATE TABLE talent_offer (
            profile_id BIGINT NOT NULL CONSTRAINT fk_talent_offer_profile_id
                REFERENCES talent_profile (id) ON DELETE CASCADE,
            initiative_id BIGINT NOT NULL CONSTRAINT fk_talent_offer_initiative_id REFERENCES initiative (id),
            offered_at TIMESTAMPTZ NOT NULL,
            shared_at TIMESTAMPTZ CONSTRAINT ck_talent_offer_shared_at CHECK (shared_at >= offered_at),
            CONSTRAINT pk_talent_offer PRIMARY KEY (profile_id, initiative_id)
        );
        CREATE INDEX ix_talent_offer_initiative_id ON talent_offer (initiative_id);
    """)


def downgrade() -> None:
    """Take them away, with all that was told."""
    op.execute("DROP TABLE talent_offer, talent_profile")
