"""KvK enters a cooperative on the day of its deed or later."""

from alembic import op

revision = "0178_kvk_after_the_day"
down_revision = "0174_secret_invitations"
branch_labels = None
depends_on = None

_STEP = """
    CREATE OR REPLACE FUNCTION step_by_paper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.paper_id IS NULL AND (NEW.step = 'even' OR (NEW.step = 'statutes' AND NOT NEW.draft)) THEN
            RAISE EXCEPTION 'this step is shown by its paper' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'even' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step IN ('statutes', 'contract') AND NOT draft
            AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'no costs are covered before statutes or a contract' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'even' AND NEW.reached_on < (
            SELECT COALESCE(min(reached_on) FILTER (WHERE step = 'statutes'), min(reached_on))
                + interval '1 year' - interval '1 day'
            FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step IN ('statutes', 'contract') AND NOT draft
                AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'accounts run to a full year after the deed' USING ERRCODE = 'CW017';
        END IF;
        {kvk}
        IF NEW.step = 'kvk' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'statutes' AND NOT draft AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'KvK enters nothing before the deed' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'contract' AND num_nonnulls(NEW.paper_id, NEW.agreement_id) = 0 THEN
            RAISE EXCEPTION 'a contract is seen here or its file is' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'contract' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'kvk' AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'nobody signs before KvK' USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
"""

_KVK = """IF NEW.step = 'kvk' AND NEW.reached_on < (SELECT min(reached_on) FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'statutes' AND NOT draft AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'KvK enters nothing before the day of the deed' USING ERRCODE = 'CW017';
        END IF;"""


def upgrade() -> None:
    """What was told earlier stays."""
    op.execute(_STEP.format(kvk=_KVK))


def downgrade() -> None:
    """A KvK number of any day is taken."""
    op.execute(_STEP.format(kvk=""))
