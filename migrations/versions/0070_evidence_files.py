"""A file with what shows that an initiative reached a step."""

from alembic import op

revision = "0070_evidence_files"
down_revision = "0057_credit"
branch_labels = None
depends_on = None

FILES = """
    ALTER TABLE initiative_evidence
        ADD COLUMN paper_id BIGINT CONSTRAINT fk_initiative_evidence_paper_id REFERENCES cooperative_paper (id);
    CREATE INDEX ix_initiative_evidence_paper_id ON initiative_evidence (paper_id);
"""


def upgrade() -> None:
    """Let evidence point at its file."""
    op.execute(FILES)


def downgrade() -> None:
    """Leave the files where they are."""
    op.execute("ALTER TABLE initiative_evidence DROP COLUMN paper_id")
