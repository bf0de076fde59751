"""Numbers of documents are compared by letters and digits alone: bookkeepers write a dash as a stroke, or leave it out."""

from alembic import op

revision = "0177_numbers_bare"
down_revision = "0242_credit_losses"
branch_labels = None
depends_on = None

_AGAIN = """
    ALTER TABLE spend_line DISABLE TRIGGER spend_line_append_only;
    UPDATE spend_line SET document_key = made.key
    FROM (SELECT id, {key} AS key FROM spend_line) made
    WHERE made.id = spend_line.id AND made.key <> spend_line.document_key;
    ALTER TABLE spend_line ENABLE TRIGGER spend_line_append_only;
"""


def upgrade() -> None:
    """What is compared is worked out anew from the numbers, which stay as they were written."""
    bare = r"regexp_replace(document_number, '[^[:alnum:]]', '', 'g')"
    blank = r"regexp_replace(document_number, '\s', '', 'g')"
    op.execute(_AGAIN.format(key=f"ltrim(lower(coalesce(nullif({bare}, ''), {blank})), '0')"))


def downgrade() -> None:
    """With dashes and strokes again."""
    op.execute(_AGAIN.format(key=r"ltrim(lower(regexp_replace(document_number, '\s', '', 'g')), '0')"))
