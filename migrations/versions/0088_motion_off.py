"""A motion can be taken off the agenda; the surplus of a book year is divided once.

Off the agenda: without a trace before the convocation, with a reason once members meet. A second division of one year
comes after the first was taken back.
"""

from alembic import op

revision = "0088_motion_off"
down_revision = "0086_work_draft"
branch_labels = None
depends_on = None

_OUTCOME = """
    ALTER TABLE motion DROP CONSTRAINT ck_motion_closed, DROP CONSTRAINT ck_motion_outcome,
        ADD CONSTRAINT ck_motion_closed CHECK ({closed}),
        ADD CONSTRAINT ck_motion_outcome CHECK ((outcome IS NULL) = (closed_at IS NULL)
            AND outcome IN ({outcomes}));
"""

_VOTED = "closed_at IS NULL OR opened_at IS NOT NULL"
_OUTCOMES = "'carried', 'rejected', 'no_quorum'"

_KEEP = """
    CREATE OR REPLACE FUNCTION keep_motion() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held meeting;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            SELECT * INTO held FROM meeting WHERE id = NEW.meeting_id FOR SHARE;
            IF held.convened_at IS NOT NULL OR NEW.opened_at IS NOT NULL THEN
                RAISE EXCEPTION 'the agenda of meeting % is fixed', NEW.meeting_id USING ERRCODE = 'CW053';
            END IF;
            RETURN NEW;
        END IF;
        {draft}
        IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
            OR (OLD.meeting_id, OLD.position, OLD.title, OLD.text, OLD.secret, OLD.majority)
                IS DISTINCT FROM (NEW.meeting_id, NEW.position, NEW.title, NEW.text, NEW.secret, NEW.majority)
            OR OLD.opened_at IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at THEN
            RAISE EXCEPTION 'motion % stays as it was put', OLD.id USING ERRCODE = 'CW053';
        END IF;
        SELECT * INTO held FROM meeting WHERE id = NEW.meeting_id;
        IF held.opened_at IS NULL OR held.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'meeting % is not open', NEW.meeting_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
"""

# A draft was read by its board alone: its agenda may shrink, and the rest moves up.
_DRAFT = """SELECT * INTO held FROM meeting WHERE id = OLD.meeting_id FOR SHARE;
        IF held.convened_at IS NULL THEN
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            IF NEW.opened_at IS NULL AND NEW.closed_at IS NULL AND NEW.meeting_id = OLD.meeting_id THEN
                RETURN NEW;
            END IF;
        END IF;"""


def upgrade() -> None:
    """Let an agenda shrink, and a year be divided once."""
    op.execute("ALTER TABLE motion ADD COLUMN withdrawn_why TEXT")
    op.execute(
        _OUTCOME.format(closed=f"{_VOTED} OR outcome = 'withdrawn'", outcomes=f"{_OUTCOMES}, 'withdrawn'")
        + """
    ALTER TABLE motion ADD CONSTRAINT ck_motion_withdrawn CHECK (
        (outcome IS NOT DISTINCT FROM 'withdrawn') = (withdrawn_why IS NOT NULL)
        AND withdrawn_why <> '' AND (withdrawn_why IS NULL OR opened_at IS NULL));
"""
    )
    op.execute(_KEEP.format(draft=_DRAFT))
    op.execute(
        "CREATE UNIQUE INDEX uq_surplus_distribution_counts ON surplus_distribution (organisation_id, year)"
        " WHERE posted_at IS NOT NULL AND undone_at IS NULL"
    )


def downgrade() -> None:
    """Any number of divisions; every motion is voted on. Refused while one was taken off, since that is in minutes."""
    op.execute("DROP INDEX uq_surplus_distribution_counts")
    op.execute(_KEEP.format(draft=""))
    op.execute("ALTER TABLE motion DROP CONSTRAINT ck_motion_withdrawn")
    op.execute(_OUTCOME.format(closed=_VOTED, outcomes=_OUTCOMES))
    op.execute("ALTER TABLE motion DROP COLUMN withdrawn_why")
