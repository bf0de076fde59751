"""Who wants to found along is asked for; only who began it or was let in signs. A stop takes two."""

from alembic import op

revision = "0150_founders"
down_revision = "0110_spend_profiles"
branch_labels = None
depends_on = None

REQUESTS = """
    CREATE TABLE initiative_request (
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_request_initiative_id REFERENCES initiative (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_initiative_request_user_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        answered_at TIMESTAMPTZ,
        answered_by_id BIGINT CONSTRAINT fk_initiative_request_answered_by_id REFERENCES user_account (id),
        accepted BOOLEAN,
        word TEXT NOT NULL,
        CONSTRAINT pk_initiative_request PRIMARY KEY (initiative_id, user_id),
        CONSTRAINT ck_initiative_request_answered CHECK (num_nulls(answered_at, answered_by_id, accepted) IN (0, 3)),
        CONSTRAINT ck_initiative_request_another CHECK (answered_by_id <> user_id),
        CONSTRAINT ck_initiative_request_word CHECK ((accepted IS NOT DISTINCT FROM false) = (word <> ''))
    );
    CREATE INDEX ix_initiative_request_user_id ON initiative_request (user_id);
    CREATE FUNCTION let_in_founder() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM initiative WHERE id = NEW.initiative_id AND started_by_id = NEW.user_id)
            AND NOT EXISTS (
                SELECT FROM initiative_request
                WHERE initiative_id = NEW.initiative_id AND user_id = NEW.user_id AND accepted
            )
        THEN
            RAISE EXCEPTION 'nobody let this founder in' USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER let_in_founder BEFORE INSERT OR UPDATE OF initiative_id, user_id ON initiative_founder
        FOR EACH ROW EXECUTE FUNCTION let_in_founder();
"""

STOPS = """
    ALTER TABLE initiative
        ADD COLUMN stop_asked_at TIMESTAMPTZ,
        ADD COLUMN stop_asked_by_id BIGINT CONSTRAINT fk_initiative_stop_asked_by_id REFERENCES user_account (id),
        ADD COLUMN stop_ask TEXT NOT NULL DEFAULT '',
        ADD COLUMN stopped_by_id BIGINT CONSTRAINT fk_initiative_stopped_by_id REFERENCES user_account (id),
        ADD CONSTRAINT ck_initiative_stop_ask CHECK (
            (stop_asked_at IS NULL) = (stop_asked_by_id IS NULL) AND (stop_asked_at IS NULL) = (stop_ask = '')),
        ADD CONSTRAINT ck_initiative_stop_two CHECK (
            stopped_by_id IS NULL OR (stopped_at IS NOT NULL AND stopped_by_id IS DISTINCT FROM stop_asked_by_id));
    ALTER TABLE initiative ALTER COLUMN stop_ask DROP DEFAULT;
    CREATE FUNCTION stop_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.stopped_by_id IS NULL OR (NEW.stop_asked_by_id IS NULL AND
            (NEW.coach_id IS NOT NULL)::int + (SELECT count(*) FROM initiative_founder
                WHERE initiative_id = NEW.id AND left_at IS NULL) > 1)
        THEN
            RAISE EXCEPTION 'an initiative is stopped by two of its people' USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stop_takes_two BEFORE UPDATE ON initiative FOR EACH ROW
        WHEN (OLD.stopped_at IS NULL AND NEW.stopped_at IS NOT NULL) EXECUTE FUNCTION stop_takes_two();
"""


def upgrade() -> None:
    """Make room for requests and proposals; whoever stands as a founder stays one."""
    op.execute(REQUESTS)
    op.execute(STOPS)


def downgrade() -> None:
    """Sign without being let in, stop alone."""
    op.execute("""
        DROP TRIGGER stop_takes_two ON initiative;
        DROP FUNCTION stop_takes_two();
        ALTER TABLE initiative DROP COLUMN stopped_by_id, DROP COLUMN stop_ask, DROP COLUMN stop_asked_by_id,
            DROP COLUMN stop_asked_at;
        DROP TRIGGER let_in_founder ON initiative_founder;
        DROP FUNCTION let_in_founder();
        DROP TABLE initiative_request;
    """)
