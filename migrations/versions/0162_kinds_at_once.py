"""What the kind of a line demands is one rule, the commonest kind first: that weighs a million lines a second faster."""

from alembic import op

revision = "0162_kinds_at_once"
down_revision = "0213_collected_by_bank"
branch_labels = None
depends_on = None

_AGAIN = "replaces_id IS NULL AND same_as_id IS NOT NULL AND weight = 0"
_INSTEAD = "same_as_id IS NULL AND replaces_id IS NOT NULL AND length(reason) > 0"


def upgrade() -> None:
    """One rule for five; it demands what they did together."""
    op.execute(f"""
        ALTER TABLE spend_line
            DROP CONSTRAINT ck_spend_line_kind, DROP CONSTRAINT ck_spend_line_weight,
            DROP CONSTRAINT ck_spend_line_replaces, DROP CONSTRAINT ck_spend_line_same_as,
            DROP CONSTRAINT ck_spend_line_reason,
            ADD CONSTRAINT ck_spend_line_kind CHECK (CASE kind
                WHEN 'booked' THEN replaces_id IS NULL AND same_as_id IS NULL AND weight = 1
                WHEN 'same' THEN {_AGAIN} WHEN 'conflict' THEN {_AGAIN}
                WHEN 'reversal' THEN {_INSTEAD} AND weight = -1
                WHEN 'correction' THEN {_INSTEAD} AND weight = 1 ELSE false END)
    """)


def downgrade() -> None:
    """Back to a rule each for kind, weight, what is replaced, what is meant, and the reason."""
    op.execute("""
        ALTER TABLE spend_line
            DROP CONSTRAINT ck_spend_line_kind,
            ADD CONSTRAINT ck_spend_line_kind
                CHECK (kind IN ('booked', 'same', 'conflict', 'reversal', 'correction')),
            ADD CONSTRAINT ck_spend_line_weight CHECK (weight = CASE kind WHEN 'booked' THEN 1
                WHEN 'correction' THEN 1 WHEN 'reversal' THEN -1 ELSE 0 END),
            ADD CONSTRAINT ck_spend_line_replaces
                CHECK ((kind IN ('reversal', 'correction')) = (replaces_id IS NOT NULL)),
            ADD CONSTRAINT ck_spend_line_same_as CHECK ((kind IN ('same', 'conflict')) = (same_as_id IS NOT NULL)),
            ADD CONSTRAINT ck_spend_line_reason
                CHECK (kind NOT IN ('reversal', 'correction') OR length(reason) > 0)
    """)
