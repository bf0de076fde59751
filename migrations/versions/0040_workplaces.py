"""Who may compete for contracts reserved under article 2.82: counts of people with their proof, and the gate at handing in."""

from alembic import op

revision = "0040_workplaces"
down_revision = "0030_demands"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE workplace_count (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_workplace_count PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_workplace_count_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_workplace_count_organisation_id REFERENCES organisation (id),
        counted_on DATE NOT NULL,
        people BIGINT NOT NULL,
        target BIGINT NOT NULL,
        seconded BIGINT NOT NULL,
        aim TEXT NOT NULL,
        proof TEXT NOT NULL,
        proof_note TEXT NOT NULL,
        valid_until DATE NOT NULL,
        stated_by_id BIGINT NOT NULL CONSTRAINT fk_workplace_count_stated_by_id REFERENCES user_account (id),
        stated_at TIMESTAMPTZ NOT NULL,
        checked_by_id BIGINT CONSTRAINT fk_workplace_count_checked_by_id REFERENCES user_account (id),
        checked_at TIMESTAMPTZ,
        accepted BOOLEAN,
        check_note TEXT NOT NULL,
        withdrawn_by_id BIGINT CONSTRAINT fk_workplace_count_withdrawn_by_id REFERENCES user_account (id),
        withdrawn_at TIMESTAMPTZ,
        CONSTRAINT ck_workplace_count_people
            CHECK (people > 0 AND target BETWEEN 0 AND people AND seconded BETWEEN 0 AND target),
        CONSTRAINT ck_workplace_count_texts CHECK (length(aim) >= 40 AND proof_note <> ''),
        CONSTRAINT ck_workplace_count_days CHECK (valid_until > counted_on AND valid_until <= counted_on + 366
            AND counted_on <= stated_at::date + 1),
        CONSTRAINT ck_workplace_count_checked CHECK ((checked_at IS NULL) = (checked_by_id IS NULL)
            AND (checked_at IS NULL) = (accepted IS NULL) AND (checked_at IS NULL) = (check_note = '')
            AND checked_by_id <> stated_by_id),
        CONSTRAINT ck_workplace_count_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))
    );
    CREATE INDEX ix_workplace_count_organisation_id ON workplace_count (organisation_id, stated_at);
"""

FENCES = """
    CREATE FUNCTION keep_workplace_count() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        checks CONSTANT text[] := ARRAY['checked_by_id', 'checked_at', 'accepted', 'check_note'];
        ends CONSTANT text[] := ARRAY['withdrawn_by_id', 'withdrawn_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
            OR to_jsonb(OLD) - checks - ends IS DISTINCT FROM to_jsonb(NEW) - checks - ends
            OR OLD.checked_at IS NOT NULL
                AND (OLD.checked_by_id, OLD.checked_at, OLD.accepted, OLD.check_note)
                    IS DISTINCT FROM (NEW.checked_by_id, NEW.checked_at, NEW.accepted, NEW.check_note) THEN
            RAISE EXCEPTION 'count %: what was stated stays', OLD.id USING ERRCODE = 'CW040';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_workplace_count BEFORE UPDATE OR DELETE ON workplace_count
        FOR EACH ROW EXECUTE FUNCTION keep_workplace_count();

    -- Whether an organisation's latest count stands; the share itself is the dated law's, which the application reads.
    CREATE FUNCTION has_workplace_count(who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT COALESCE((SELECT accepted IS DISTINCT FROM false AND valid_until >= (now() AT TIME ZONE 'Europe/Amsterdam')::date
            FROM workplace_count WHERE organisation_id = who AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1), false)
    $$;
    CREATE FUNCTION bid_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        SELECT d.organisation_id, t.reservation INTO b FROM bid d JOIN tender t ON t.id = d.tender_id WHERE d.id = NEW.bid_id;
        IF b.reservation = '2.82' AND (NOT has_workplace_count(b.organisation_id) OR EXISTS (
                SELECT FROM bid_member m WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL
                    AND NOT has_workplace_count(m.organisation_id))) THEN
            RAISE EXCEPTION 'bid %: the contract is reserved', NEW.bid_id USING ERRCODE = 'CW040';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER bid_reserved BEFORE INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION bid_reserved();
"""


def upgrade() -> None:
    """The table, what stays, and the gate."""
    op.execute(TABLE)
    op.execute(FENCES)


def downgrade() -> None:
    """Take them away."""
    op.execute(
        """
        DROP TRIGGER bid_reserved ON bid_version;
        DROP FUNCTION bid_reserved(), has_workplace_count(bigint);
        DROP TABLE workplace_count;
        DROP FUNCTION keep_workplace_count();
        """
    )
