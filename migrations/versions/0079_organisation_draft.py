"""Half a registration of an organisation is kept here, not in the browser."""

from alembic import op

revision = "0079_organisation_draft"
down_revision = "0078_first_contract"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute("""
        CREATE TABLE organisation_draft (
            user_id BIGINT CONSTRAINT pk_organisation_draft PRIMARY KEY
                CONSTRAINT fk_organisation_draft_user_id REFERENCES user_account (id),
            answers JSONB NOT NULL,
            saved_at TIMESTAMPTZ NOT NULL
        );
    """)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE organisation_draft")
