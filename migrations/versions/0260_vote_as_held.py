"""Where a vote on rules was held here, no other result of it can be written down by hand."""

from alembic import op

revision = "0260_vote_as_held"
down_revision = "0259_neighbours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The third fence of `ballots.services.hear_written`."""
    op.execute("""
        CREATE FUNCTION condition_vote_as_held() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM ballot b WHERE b.version_id = NEW.version_id AND b.withdrawn_at IS NULL
                AND NOT coalesce(
                    b.outcome = 'carried' AND b.number = NEW.document
                    AND (b.document::jsonb -> 'votes' ->> 'for')::bigint = NEW.votes_for
                    AND (b.document::jsonb -> 'votes' ->> 'against')::bigint = NEW.votes_against, false)
            ) THEN
                RAISE EXCEPTION 'version % was voted on here with another result', NEW.version_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER condition_vote_as_held BEFORE INSERT ON condition_vote
            FOR EACH ROW EXECUTE FUNCTION condition_vote_as_held();
    """)


def downgrade() -> None:
    """Any result again."""
    op.execute(
        "DROP TRIGGER condition_vote_as_held ON condition_vote; DROP FUNCTION condition_vote_as_held();"
    )
