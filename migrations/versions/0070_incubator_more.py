"""A file with what shows that an initiative reached a step; commitments on a cluster of demand too."""

from alembic import op

revision = "0070_incubator_more"
down_revision = "0059_substitutes"
branch_labels = None
depends_on = None

FILES = """
    ALTER TABLE initiative_evidence
        ADD COLUMN paper_id BIGINT CONSTRAINT fk_initiative_evidence_paper_id REFERENCES cooperative_paper (id);
    CREATE INDEX ix_initiative_evidence_paper_id ON initiative_evidence (paper_id);
"""

CLUSTERS = """
    ALTER TABLE anchor_commitment
        ALTER COLUMN initiative_id DROP NOT NULL,
        ADD COLUMN cluster_id BIGINT CONSTRAINT fk_anchor_commitment_cluster_id REFERENCES demand_cluster (id),
        ADD CONSTRAINT ck_anchor_commitment_about CHECK (num_nonnulls(initiative_id, cluster_id) = 1);
    CREATE INDEX ix_anchor_commitment_cluster_id ON anchor_commitment (cluster_id);
"""


def _keeps(*columns: str) -> str:
    """The trigger of 0054 over these columns: what was said stays."""
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"""
    DROP TRIGGER keep_commitment ON anchor_commitment;
    CREATE TRIGGER keep_commitment BEFORE UPDATE ON anchor_commitment FOR EACH ROW
        WHEN (({old}) IS DISTINCT FROM ({new}) OR OLD.kept_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)
        EXECUTE FUNCTION keep_incubator();
    """


_SAID = ("organisation_id", "initiative_id", "kind", "what", "due_on", "made_at")


def upgrade() -> None:
    """Let evidence point at its file, and a commitment at a kept cluster."""
    op.execute(FILES)
    op.execute(CLUSTERS)
    op.execute(_keeps(*_SAID, "cluster_id"))


def downgrade() -> None:
    """Leave the files where they are; commitments on clusters go, for there is no place for them."""
    op.execute("ALTER TABLE initiative_evidence DROP COLUMN paper_id")
    op.execute("ALTER TABLE anchor_commitment DISABLE TRIGGER USER")
    op.execute("DELETE FROM anchor_commitment WHERE initiative_id IS NULL")
    op.execute("ALTER TABLE anchor_commitment ENABLE TRIGGER USER")
    op.execute(_keeps(*_SAID))
    op.execute(
        "ALTER TABLE anchor_commitment DROP COLUMN cluster_id, ALTER COLUMN initiative_id SET NOT NULL"
    )
