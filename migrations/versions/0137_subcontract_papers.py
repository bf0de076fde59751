"""The papers of a subcontractor, with what was passed on to it: what counts rests on one that can be read again."""

from alembic import op

revision = "0137_subcontract_papers"
down_revision = "0211_dues_collection"
branch_labels = None
depends_on = None

_CHECKED = """
            PERFORM FROM subcontract WHERE id = NEW.subcontract_id FOR UPDATE;
            IF EXISTS (
                SELECT FROM subcontract WHERE id = NEW.subcontract_id AND declared_by_id = NEW.checker_id) THEN
                RAISE EXCEPTION 'a second person checks what was passed on' USING ERRCODE = 'CW031';
            END IF;
            IF EXISTS (SELECT FROM subcontract_withdrawal WHERE subcontract_id = NEW.subcontract_id) THEN
                RAISE EXCEPTION 'what was withdrawn is not checked' USING ERRCODE = 'CW031';
            END IF;"""


def upgrade() -> None:
    """None is there yet; what counts already goes on counting."""
    op.execute(f"""
        CREATE TABLE subcontract_paper (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_subcontract_paper PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_subcontract_paper_public_id UNIQUE,
            subcontract_id bigint NOT NULL CONSTRAINT fk_subcontract_paper_subcontract_id REFERENCES subcontract (id),
            name text NOT NULL,
            kind text NOT NULL,
            size bigint NOT NULL,
            digest text NOT NULL,
            content bytea NOT NULL,
            content_key text NOT NULL,
            added_by_id bigint NOT NULL CONSTRAINT fk_subcontract_paper_added_by_id REFERENCES user_account (id),
            added_at timestamptz NOT NULL,
            CONSTRAINT uq_subcontract_paper_subcontract_id UNIQUE (subcontract_id, digest),
            CONSTRAINT ck_subcontract_paper_kind CHECK (kind IN ('pdf', 'jpg', 'png')),
            CONSTRAINT ck_subcontract_paper_size CHECK (size BETWEEN 1 AND 26214400)
        );
        CREATE FUNCTION guard_subcontract_paper() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            locked text[] := '{{content,content_key}}';
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                PERFORM FROM subcontract WHERE id = OLD.subcontract_id FOR UPDATE;
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.subcontract_id = NEW.subcontract_id
                AND to_jsonb(NEW) - locked = to_jsonb(OLD) - locked THEN
                RETURN NEW;
            END IF;
            IF TG_OP <> 'INSERT' AND EXISTS (SELECT FROM subcontract_check WHERE subcontract_id = OLD.subcontract_id) THEN
                RAISE EXCEPTION 'the paper of what was checked stays' USING ERRCODE = 'CW031';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            PERFORM FROM subcontract WHERE id = NEW.subcontract_id FOR UPDATE;
            IF EXISTS (SELECT FROM subcontract_check WHERE subcontract_id = NEW.subcontract_id)
                OR EXISTS (SELECT FROM subcontract_withdrawal WHERE subcontract_id = NEW.subcontract_id) THEN
                RAISE EXCEPTION 'a paper comes with what still waits' USING ERRCODE = 'CW031';
            END IF;
            IF TG_OP = 'UPDATE' AND (
                to_jsonb(NEW) - 'subcontract_id'::text <> to_jsonb(OLD) - 'subcontract_id'::text
                OR NOT EXISTS (
                    SELECT FROM subcontract WHERE id = NEW.subcontract_id AND replaces_id = OLD.subcontract_id)) THEN
                RAISE EXCEPTION 'a paper goes along with a change, and nowhere else' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER subcontract_paper_guarded BEFORE INSERT OR UPDATE OR DELETE ON subcontract_paper
            FOR EACH ROW EXECUTE FUNCTION guard_subcontract_paper();
        CREATE TRIGGER subcontract_paper_no_truncate BEFORE TRUNCATE ON subcontract_paper
            EXECUTE FUNCTION refuse_change();
        CREATE OR REPLACE FUNCTION guard_subcontract_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{_CHECKED}
            IF NEW.accepted AND NOT EXISTS (
                SELECT FROM subcontract_paper WHERE subcontract_id = NEW.subcontract_id) THEN
                RAISE EXCEPTION 'what counts rests on a paper' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
    """)


def downgrade() -> None:
    """Forget the papers."""
    op.execute(f"""
        CREATE OR REPLACE FUNCTION guard_subcontract_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{_CHECKED}
            RETURN NEW;
        END $$;
        DROP TABLE subcontract_paper;
        DROP FUNCTION guard_subcontract_paper();
    """)
