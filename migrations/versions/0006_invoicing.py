"""Agreements, invoices, approval settings, and the fences around them."""

from pathlib import Path

from alembic import op

revision = "0006_invoicing"
down_revision = "0005_books"
branch_labels = None
depends_on = None

_SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    """Make the tables and their fences."""
    for part in ("tables", "guards"):
        op.execute((_SQL / f"0006_invoicing_{part}.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE approval_setting, invoice_step, invoice_vat, invoice_line, invoice, number_series, numbering,
            agreement_line, agreement_supplier, agreement;
        DROP FUNCTION number_series_gapless(), invoice_whole(), invoice_part_keep(), invoice_keep(),
            agreement_whole(), agreement_keep(), invoicing_refuse_change();
    """)
