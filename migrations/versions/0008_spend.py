"""Spend: suppliers with evidence of place, purchase lines, what is proven when.

The SQL stands in a file of its own beside the migrations, so that it can be read as SQL.
"""

from pathlib import Path

from alembic import op

revision = "0008_spend"
down_revision = "0007_payments"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / "0008_spend.sql"


def upgrade() -> None:
    """Make the tables, their fences and the index the figure is read from."""
    op.execute(SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE spend_upload, spend_line, spend_import, supplier_standing, supplier_evidence, supplier_link,
            supplier;
    """)
