"""Buyers have some days to comment on a prepared figure; who signs before they are over says why."""

from alembic import op

revision = "0147_time_to_comment"
down_revision = "0146_register_file_seen_twice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was prepared before had no term, and what was signed before no reason to give."""
    op.execute("""
        ALTER TABLE spend_preparation ADD COLUMN comments_until DATE
            CONSTRAINT ck_spend_preparation_comments_until
            CHECK (comments_until > (at AT TIME ZONE 'Europe/Amsterdam')::date);
        ALTER TABLE spend_publication ADD COLUMN early_reason TEXT NOT NULL DEFAULT '';
        ALTER TABLE spend_publication ALTER COLUMN early_reason DROP DEFAULT;
        CREATE FUNCTION preparation_has_term() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.comments_until IS NULL THEN
                RAISE EXCEPTION 'buyers have some days to comment' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER preparation_has_term BEFORE INSERT ON spend_preparation
            FOR EACH ROW EXECUTE FUNCTION preparation_has_term();
        CREATE FUNCTION publication_awaits_comments() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            until DATE := (SELECT comments_until FROM spend_preparation WHERE id = NEW.preparation_id);
            early BOOLEAN := coalesce((NEW.at AT TIME ZONE 'Europe/Amsterdam')::date <= until, false);
        BEGIN
            IF early <> (length(btrim(NEW.early_reason)) >= 10) THEN
                RAISE EXCEPTION 'who signs before the days to comment are over says why, and only then'
                    USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER publication_awaits_comments BEFORE INSERT ON spend_publication
            FOR EACH ROW EXECUTE FUNCTION publication_awaits_comments();
    """)


def downgrade() -> None:
    """The terms and the reasons are forgotten."""
    op.execute("""
        DROP TRIGGER preparation_has_term ON spend_preparation;
        DROP TRIGGER publication_awaits_comments ON spend_publication;
        DROP FUNCTION preparation_has_term();
        DROP FUNCTION publication_awaits_comments();
        ALTER TABLE spend_preparation DROP COLUMN comments_until;
        ALTER TABLE spend_publication DROP COLUMN early_reason;
    """)
