"""A report of hours is filled in over short pages; what is filled in is kept until it is sent."""

from alembic import op

revision = "0086_work_draft"
down_revision = "0092_bid_validity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table: one open report of a supplier under a contract, and one for each correction."""
    op.execute("""
        CREATE TABLE work_draft (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_work_draft PRIMARY KEY,
            contract_id BIGINT NOT NULL CONSTRAINT fk_work_draft_contract_id REFERENCES contract (id),
            organisation_id BIGINT NOT NULL CONSTRAINT fk_work_draft_organisation_id REFERENCES organisation (id),
            replaces_id BIGINT CONSTRAINT fk_work_draft_replaces_id REFERENCES work_report (id),
            answers JSONB NOT NULL,
            saved_by_id BIGINT NOT NULL CONSTRAINT fk_work_draft_saved_by_id REFERENCES user_account (id),
            saved_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_work_draft_contract_id UNIQUE NULLS NOT DISTINCT (contract_id, organisation_id, replaces_id)
        );
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE work_draft")
