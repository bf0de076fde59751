"""A rule that stays as it is has a reason of substance: blanks are none, and no row comes in without it."""

from alembic import op

revision = "0173_reasoned_answers"
down_revision = "0172_reduced_agreements"
branch_labels = None
depends_on = None

_TRIGGER = """
    CREATE TRIGGER reason_obstacle BEFORE UPDATE ON obstacle FOR EACH ROW
        WHEN (OLD.answered_at IS NULL AND NEW.outcome IN ('explained', 'kept') AND length({answer}) < 40)
        EXECUTE FUNCTION reason_obstacle();
"""
_FUNCTION = """
    CREATE OR REPLACE FUNCTION reason_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'obstacle %: a rule that stays as it is has a reason of substance', {row}.id
            USING ERRCODE = 'check_violation';
    END $$;
    DROP TRIGGER reason_obstacle ON obstacle;
"""


def upgrade() -> None:
    """Answers that are there stay, however short."""
    op.execute(_FUNCTION.format(row="NEW") + _TRIGGER.format(answer="btrim(NEW.answer)"))
    op.execute("""
        CREATE TRIGGER reason_new_obstacle BEFORE INSERT ON obstacle FOR EACH ROW
            WHEN (NEW.outcome IN ('explained', 'kept') AND length(btrim(NEW.answer)) < 40)
            EXECUTE FUNCTION reason_obstacle();
    """)


def downgrade() -> None:
    """As migration 0169 had it."""
    op.execute("DROP TRIGGER reason_new_obstacle ON obstacle;")
    op.execute(_FUNCTION.format(row="OLD") + _TRIGGER.format(answer="NEW.answer"))
