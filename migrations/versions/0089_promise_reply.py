"""Who is named in a promise made in a wijk is told, and can reply once in public."""

from alembic import op

revision = "0089_promise_reply"
down_revision = "0088_motion_off"
branch_labels = None
depends_on = None

_KEEP = """
        CREATE OR REPLACE FUNCTION keep_place_post() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
                OR (OLD.kind, OLD.place_code, OLD.title, OLD.text, OLD.who, OLD.put_by_id, OLD.put_at)
                    IS DISTINCT FROM (NEW.kind, NEW.place_code, NEW.title, NEW.text, NEW.who, NEW.put_by_id, NEW.put_at)
                OR (OLD.answered_at IS NOT NULL AND (OLD.answer, OLD.outcome) IS DISTINCT FROM (NEW.answer, NEW.outcome))
                OR (OLD.published_at IS NOT NULL AND NEW.published_at IS NULL)
                {more}
            THEN
                RAISE EXCEPTION 'what stood on the page of a wijk stays' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END $$;
"""

_MORE = """OR (OLD.published_at IS NOT NULL AND OLD.organisation_id IS DISTINCT FROM NEW.organisation_id)
                OR (OLD.replied_at IS NOT NULL AND (OLD.reply, OLD.replied_at) IS DISTINCT FROM (NEW.reply, NEW.replied_at))"""


def upgrade() -> None:
    """Room for who is named, and for the reply."""
    op.execute("""
        ALTER TABLE place_post
            ADD COLUMN organisation_id BIGINT CONSTRAINT fk_place_post_organisation_id REFERENCES organisation (id),
            ADD COLUMN reply TEXT NOT NULL DEFAULT '',
            ADD COLUMN replied_by_id BIGINT CONSTRAINT fk_place_post_replied_by_id REFERENCES user_account (id),
            ADD COLUMN replied_at TIMESTAMPTZ,
            ADD CONSTRAINT ck_place_post_named CHECK (organisation_id IS NULL OR kind = 'promise'),
            ADD CONSTRAINT ck_place_post_replied CHECK ((replied_at IS NULL) = (reply = '')
                AND (replied_at IS NULL) = (replied_by_id IS NULL) AND length(reply) <= 2000
                AND (replied_at IS NULL OR organisation_id IS NOT NULL AND replied_at >= published_at));
        ALTER TABLE place_post ALTER COLUMN reply DROP DEFAULT;
        CREATE INDEX ix_place_post_organisation_id ON place_post (organisation_id);
    """)
    op.execute(_KEEP.format(more=_MORE))


def downgrade() -> None:
    """Nobody is told."""
    op.execute(_KEEP.format(more=""))
    op.execute("""
        DROP INDEX ix_place_post_organisation_id;
        ALTER TABLE place_post DROP CONSTRAINT ck_place_post_replied, DROP CONSTRAINT ck_place_post_named,
            DROP COLUMN replied_at, DROP COLUMN replied_by_id, DROP COLUMN reply, DROP COLUMN organisation_id;
    """)
