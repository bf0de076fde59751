"""The books: accounts, transfers, their fences, posting functions, and the chain of seals.

The SQL stands in files of its own beside the migrations, one per subject, so that it can be read as SQL.
"""

from pathlib import Path

from alembic import op

revision = "0005_books"
down_revision = "0004_audit"
branch_labels = None
depends_on = None

PARTS = ("tables", "guards", "posting", "phases", "batch", "seals")
SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make tables, fences and functions, in this order."""
    for part in PARTS:
        op.execute((SQL / f"0005_books_{part}.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE chain_head, chain_tip, seal, transfer_note, hold, entry, transfer, intent, account, currency;
        DROP FUNCTION books_seal, books_seal_fits, books_post_batch, books_reverse, books_resolve, books_pend,
            books_post, books_write_entries, books_refuse_account, books_first_answer, books_hold_whole,
            books_transfer_whole, books_entry_fits, books_transfer_shape, books_account_pending, books_account_closing, books_account_opening;
        DROP TYPE books_answers, books_answer;
    """)
