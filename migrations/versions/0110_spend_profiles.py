"""Which column holds what in an anchor's files is remembered by name."""

from alembic import op

revision = "0110_spend_profiles"
down_revision = "0122_targets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the mappings."""
    op.execute("""
        CREATE TABLE spend_profile (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_profile PRIMARY KEY,
            anchor_id BIGINT NOT NULL CONSTRAINT fk_spend_profile_anchor_id REFERENCES organisation (id),
            name TEXT NOT NULL,
            columns JSONB NOT NULL,
            actor_id BIGINT CONSTRAINT fk_spend_profile_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_spend_profile_anchor_id_name UNIQUE (anchor_id, name),
            CONSTRAINT ck_spend_profile_name CHECK (length(name) BETWEEN 1 AND 60),
            CONSTRAINT ck_spend_profile_columns CHECK (jsonb_typeof(columns -> 'fields') IS NOT DISTINCT FROM 'object')
        );
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE spend_profile")
