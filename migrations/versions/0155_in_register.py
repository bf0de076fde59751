"""Only what a public register holds is found in one: of the facts of a cooperative, its legal form."""

from alembic import op

revision = "0155_in_register"
down_revision = "0154_kvk_after_deed"
branch_labels = None
depends_on = None

_JUDGEMENT = """
    CREATE OR REPLACE FUNCTION keep_cooperative_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'a judgement on a cooperative is never changed' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative c WHERE c.id = NEW.cooperative_id
            AND NEW.decided_by_id IN (c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
            RAISE EXCEPTION 'a second person judges a cooperative' USING ERRCODE = 'CW009';
        END IF;
        IF NEW.grade <> 'e0' AND num_nonnulls(NEW.paper_id, NEW.paper_kind) = 0 THEN
            RAISE EXCEPTION 'a proven fact rests on a named paper' USING ERRCODE = 'CW009';
        END IF;
        IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT FROM cooperative_paper p
            JOIN cooperative c ON c.organisation_id = p.organisation_id
            WHERE p.id = NEW.paper_id AND c.id = NEW.cooperative_id) THEN
            RAISE EXCEPTION 'a fact is proven by a paper of its own cooperative' USING ERRCODE = 'CW009';
        END IF;
        {register}
        RETURN NEW;
    END $$;
"""

_REGISTER = """IF NEW.grade = 'e2' AND NEW.code <> 'legal_form' THEN
            RAISE EXCEPTION 'no public register holds this fact' USING ERRCODE = 'CW009';
        END IF;"""


def upgrade() -> None:
    """Ask it of what is written from now on; a judgement of before stays, and falls after a year."""
    op.execute(_JUDGEMENT.format(register=_REGISTER))


def downgrade() -> None:
    """Any fact may be said to stand in a register."""
    op.execute(_JUDGEMENT.format(register=""))
