"""A meeting that members were called to can be called off before it opens, with the reason."""

from alembic import op

revision = "0096_called_off"
down_revision = "0094_loss_dropped"
branch_labels = None
depends_on = None

_MEETING = """
    CREATE OR REPLACE FUNCTION keep_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL {over}
            OR OLD.convened_at IS NOT NULL AND (OLD.title, OLD.meets_at, OLD.place, OLD.agenda, OLD.convened_at,
                OLD.convocation_days, OLD.quorum_percent, OLD.proxies_most) IS DISTINCT FROM (NEW.title, NEW.meets_at,
                NEW.place, NEW.agenda, NEW.convened_at, NEW.convocation_days, NEW.quorum_percent, NEW.proxies_most)
            OR OLD.opened_at IS NOT NULL
                AND (OLD.opened_at, OLD.voters) IS DISTINCT FROM (NEW.opened_at, NEW.voters) THEN
            RAISE EXCEPTION 'meeting % stays as it was told', OLD.id USING ERRCODE = 'CW053';
        END IF;
        IF NEW.closed_at IS NOT NULL AND EXISTS (SELECT FROM motion m WHERE m.meeting_id = NEW.id
            AND m.closed_at IS NULL) THEN
            RAISE EXCEPTION 'meeting % has a vote to close', NEW.id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
"""
_ATTENDANCE = """
    CREATE OR REPLACE FUNCTION keep_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held meeting;
    DECLARE which attendance := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        SELECT * INTO held FROM meeting WHERE id = which.meeting_id;
        IF held.convened_at IS NULL OR held.closed_at IS NOT NULL {over}
            OR held.opened_at IS NULL AND which.holder_id IS NULL
            OR TG_OP = 'DELETE' AND held.opened_at IS NOT NULL THEN
            RAISE EXCEPTION 'meeting % takes no attendance now', held.id USING ERRCODE = 'CW053';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF EXISTS (SELECT FROM member m WHERE m.id IN (NEW.member_id, NEW.holder_id)
            AND (m.organisation_id <> held.organisation_id OR m.kind = 'supporting' OR m.left_on IS NOT NULL)) THEN
            RAISE EXCEPTION 'who comes or holds a proxy has a vote here' USING ERRCODE = 'CW053';
        END IF;
        IF NEW.holder_id IS NOT NULL AND (SELECT count(*) FROM attendance a WHERE a.meeting_id = NEW.meeting_id
            AND a.holder_id = NEW.holder_id AND a.member_id <> NEW.member_id) >= held.proxies_most THEN
            RAISE EXCEPTION 'member % holds too many proxies', NEW.holder_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
"""


def upgrade() -> None:
    """Keep that it was called off and why; from then on nothing of it changes."""
    op.execute("""
        ALTER TABLE meeting ADD COLUMN called_off_at TIMESTAMPTZ, ADD COLUMN called_off_why TEXT,
            ADD CONSTRAINT ck_meeting_called_off CHECK ((called_off_at IS NULL) = (called_off_why IS NULL)
                AND called_off_why <> ''
                AND (called_off_at IS NULL OR (convened_at IS NOT NULL AND opened_at IS NULL)));
    """)
    op.execute(_MEETING.format(over="OR OLD.called_off_at IS NOT NULL"))
    op.execute(_ATTENDANCE.format(over="OR held.called_off_at IS NOT NULL"))


def downgrade() -> None:
    """Take it away; what was called off stands as convened again."""
    op.execute(_MEETING.format(over=""))
    op.execute(_ATTENDANCE.format(over=""))
    op.execute("ALTER TABLE meeting DROP COLUMN called_off_at, DROP COLUMN called_off_why")
