"""A KvK number comes after the notary's deed: the step waits for final statutes."""

from alembic import op

revision = "0154_kvk_after_deed"
down_revision = "0145_spend_conflicts"
branch_labels = None
depends_on = None

_GUARD = """
    CREATE OR REPLACE FUNCTION step_by_paper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.paper_id IS NULL AND (NEW.step = 'even' OR (NEW.step = 'statutes' AND NOT NEW.draft)) THEN
            RAISE EXCEPTION 'this step is shown by its paper' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'even' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step IN ('statutes', 'contract') AND NOT draft) THEN
            RAISE EXCEPTION 'no costs are covered before statutes or a contract' USING ERRCODE = 'CW017';
        END IF;
        {kvk}
        RETURN NEW;
    END $$;
"""

_KVK = """IF NEW.step = 'kvk' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'statutes' AND NOT draft) THEN
            RAISE EXCEPTION 'KvK enters nothing before the deed' USING ERRCODE = 'CW017';
        END IF;"""


def upgrade() -> None:
    """What was told earlier stays; the ladder does not count it as long as no final statutes are there."""
    op.execute(_GUARD.format(kvk=_KVK))


def downgrade() -> None:
    """A number may be told at any moment."""
    op.execute(_GUARD.format(kvk=""))
