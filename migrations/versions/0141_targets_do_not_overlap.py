"""No two targets of one measure and buyer whose programmes overlap; a later one of the same programme takes the place."""

from alembic import op

revision = "0141_targets_do_not_overlap"
down_revision = "0140_nothing_in_a_month"
branch_labels = None
depends_on = None

_SECOND = """
    CREATE OR REPLACE FUNCTION guard_target_decision() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM spend_target WHERE id = NEW.target_id AND proposed_by_id = NEW.decided_by_id) THEN
            RAISE EXCEPTION 'a second person decides about a target' USING ERRCODE = 'CW033';
        END IF;
        %s
        RETURN NEW;
    END $$;
"""
_OVERLAP = """
        IF NEW.accepted AND EXISTS (
            SELECT FROM spend_target mine
            JOIN spend_target other ON other.measure = mine.measure
                AND other.anchor_id IS NOT DISTINCT FROM mine.anchor_id
                AND other.first_year <> mine.first_year AND abs(other.first_year - mine.first_year) < 4
            JOIN spend_target_decision agreed ON agreed.target_id = other.id AND agreed.accepted
            WHERE mine.id = NEW.target_id
        ) THEN
            RAISE EXCEPTION 'another target holds in these years' USING ERRCODE = 'CW033';
        END IF;
"""


def upgrade() -> None:
    """Look at the others when one is agreed to."""
    op.execute(_SECOND % _OVERLAP)


def downgrade() -> None:
    """As it was."""
    op.execute(_SECOND % "")
