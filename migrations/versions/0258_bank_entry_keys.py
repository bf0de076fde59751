"""A bank's own reference tells an entry apart only with its day and amount: banks number anew every day."""

from alembic import op

revision = "0258_bank_entry_keys"
down_revision = "0256_upfront"
branch_labels = None
depends_on = None


def _renew(same: str, key: str) -> str:
    """Give every entry that has a reference of its bank a key of these columns, the same ones counted."""
    return f"""
        ALTER TABLE bank_entry DISABLE TRIGGER USER;
        UPDATE bank_entry SET key = {key} || CASE WHEN place > 1 THEN '#' || place ELSE '' END
            FROM (SELECT id AS held, row_number() OVER (PARTITION BY account_id, {same} ORDER BY id) AS place
                FROM bank_entry WHERE bank_reference <> '') counted
            WHERE held = id;
        ALTER TABLE bank_entry ENABLE TRIGGER USER;
    """


def upgrade() -> None:
    op.execute(
        _renew(
            "bank_reference, amount, booked_on",
            "'ref:' || bank_reference || ':' || amount || ':' || booked_on",
        )
    )


def downgrade() -> None:
    """Count all with one reference again."""
    op.execute(_renew("bank_reference", "'ref:' || bank_reference"))
