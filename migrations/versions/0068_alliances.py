"""Micro-alliances: what residents put on the page of a wijk, who supports it, and the dates on which it meets.

Beside it: what the facts of a cooperative make of it, kept so that the directory can be narrowed by it.
"""

from alembic import op

revision = "0068_alliances"
down_revision = "0067_helping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what everybody read stays as it is."""
    op.execute("""
        ALTER TABLE cooperative ADD COLUMN computed_kind TEXT NOT NULL DEFAULT 'other',
            ADD COLUMN computed_grade TEXT NOT NULL DEFAULT 'e0',
            ADD CONSTRAINT ck_cooperative_computed CHECK (
                computed_kind IN ('worker', 'neighbourhood', 'residents', 'social_enterprise', 'holding', 'other')
                AND computed_grade IN ('e0', 'e1', 'e2', 'e3', 'e4'));

        CREATE TABLE place_post (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_place_post PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_place_post_public_id UNIQUE,
            place_code TEXT NOT NULL,
            kind TEXT NOT NULL CONSTRAINT ck_place_post_kind CHECK (kind IN ('item', 'promise')),
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            who TEXT NOT NULL,
            due_on DATE,
            put_by_id BIGINT NOT NULL CONSTRAINT fk_place_post_put_by_id REFERENCES user_account (id),
            put_at TIMESTAMPTZ NOT NULL,
            published_by_id BIGINT CONSTRAINT fk_place_post_published_by_id REFERENCES user_account (id),
            published_at TIMESTAMPTZ,
            outcome TEXT,
            answer TEXT NOT NULL,
            answered_by_id BIGINT CONSTRAINT fk_place_post_answered_by_id REFERENCES user_account (id),
            answered_at TIMESTAMPTZ,
            removed_by_id BIGINT CONSTRAINT fk_place_post_removed_by_id REFERENCES user_account (id),
            removed_at TIMESTAMPTZ,
            remove_reason TEXT NOT NULL,
            CONSTRAINT ck_place_post_told CHECK (
                title <> '' AND length(title) <= 120 AND text <> '' AND length(text) <= 2000),
            CONSTRAINT ck_place_post_promise CHECK (
                (kind = 'promise') = (who <> '') AND (kind = 'promise' OR due_on IS NULL)),
            CONSTRAINT ck_place_post_published CHECK ((published_at IS NULL) = (published_by_id IS NULL)),
            CONSTRAINT ck_place_post_second_person CHECK (
                published_by_id <> put_by_id AND answered_by_id <> put_by_id),
            CONSTRAINT ck_place_post_answered CHECK (
                (answered_at IS NULL) = (answer = '') AND (answered_at IS NULL) = (outcome IS NULL)
                AND (answered_at IS NULL) = (answered_by_id IS NULL) AND answered_at >= published_at),
            CONSTRAINT ck_place_post_outcome CHECK (
                (outcome IN ('taken_up', 'declined') AND kind = 'item')
                OR (outcome IN ('kept', 'broken') AND kind = 'promise')),
            CONSTRAINT ck_place_post_removed CHECK (
                (removed_at IS NULL) = (remove_reason = '') AND (removed_at IS NULL) = (removed_by_id IS NULL))
        );
        CREATE INDEX ix_place_post_place_code ON place_post (place_code);
        CREATE INDEX ix_place_post_put_by_id ON place_post (put_by_id);

        CREATE TABLE place_post_support (
            post_id BIGINT NOT NULL CONSTRAINT fk_place_post_support_post_id REFERENCES place_post (id),
            user_id BIGINT NOT NULL CONSTRAINT fk_place_post_support_user_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_place_post_support PRIMARY KEY (post_id, user_id)
        );
        CREATE INDEX ix_place_post_support_user_id ON place_post_support (user_id);

        CREATE TABLE alliance_meeting (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_alliance_meeting PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_alliance_meeting_public_id UNIQUE,
            place_code TEXT NOT NULL,
            starts_at TIMESTAMPTZ NOT NULL,
            place TEXT NOT NULL CONSTRAINT ck_alliance_meeting_place CHECK (place <> '' AND length(place) <= 200),
            set_by_id BIGINT NOT NULL CONSTRAINT fk_alliance_meeting_set_by_id REFERENCES user_account (id),
            set_at TIMESTAMPTZ NOT NULL,
            changed_at TIMESTAMPTZ NOT NULL,
            cancelled_at TIMESTAMPTZ,
            cancel_reason TEXT NOT NULL,
            CONSTRAINT ck_alliance_meeting_cancelled CHECK ((cancelled_at IS NULL) = (cancel_reason = ''))
        );
        CREATE INDEX ix_alliance_meeting_place_code ON alliance_meeting (place_code, starts_at);

        CREATE FUNCTION keep_place_post() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
                OR (OLD.kind, OLD.place_code, OLD.title, OLD.text, OLD.who, OLD.put_by_id, OLD.put_at)
                    IS DISTINCT FROM (NEW.kind, NEW.place_code, NEW.title, NEW.text, NEW.who, NEW.put_by_id, NEW.put_at)
                OR (OLD.answered_at IS NOT NULL AND (OLD.answer, OLD.outcome) IS DISTINCT FROM (NEW.answer, NEW.outcome))
                OR (OLD.published_at IS NOT NULL AND NEW.published_at IS NULL)
            THEN
                RAISE EXCEPTION 'what stood on the page of a wijk stays' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_place_post BEFORE UPDATE OR DELETE ON place_post
            FOR EACH ROW EXECUTE FUNCTION keep_place_post();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        ALTER TABLE cooperative DROP COLUMN computed_kind, DROP COLUMN computed_grade;
        DROP TABLE alliance_meeting, place_post_support, place_post;
        DROP FUNCTION keep_place_post();
    """)
