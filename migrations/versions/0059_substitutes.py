"""Another in the place of who lends its means to a winner: each step once, by its own side, nothing changed after."""

from alembic import op

revision = "0059_substitutes"
down_revision = "0058_seats_passed_on"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE backer_substitute (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_backer_substitute PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_backer_substitute_public_id UNIQUE,
        request_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_request_id REFERENCES proof_request (id),
        tender_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_opened_bid_id REFERENCES opened_bid (id),
        lot_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_lot_id REFERENCES lot (id),
        lead_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_lead_id REFERENCES organisation (id),
        gone_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_gone_id REFERENCES organisation (id),
        reason TEXT NOT NULL CONSTRAINT ck_backer_substitute_reason CHECK (length(reason) >= 20),
        until TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_backer_substitute_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        kvk TEXT NOT NULL,
        name TEXT NOT NULL,
        means TEXT NOT NULL,
        named_by_id BIGINT CONSTRAINT fk_backer_substitute_named_by_id REFERENCES user_account (id),
        named_at TIMESTAMPTZ,
        organisation_id BIGINT CONSTRAINT fk_backer_substitute_organisation_id REFERENCES organisation (id),
        promise TEXT NOT NULL,
        content BYTEA,
        content_key TEXT,
        valid_until DATE,
        promised_by_id BIGINT CONSTRAINT fk_backer_substitute_promised_by_id REFERENCES user_account (id),
        promised_at TIMESTAMPTZ,
        is_good BOOLEAN,
        note TEXT NOT NULL,
        decided_by_id BIGINT CONSTRAINT fk_backer_substitute_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        CONSTRAINT ck_backer_substitute_term CHECK (until > asked_at),
        CONSTRAINT ck_backer_substitute_named CHECK ((named_at IS NULL) = (kvk = '')
            AND (named_at IS NULL) = (named_by_id IS NULL)
            AND (kvk = '' OR kvk ~ '^[0-9]{8}$' AND name <> '' AND length(means) >= 10)),
        CONSTRAINT ck_backer_substitute_promised CHECK (
            num_nulls(organisation_id, content, content_key, valid_until, promised_by_id, promised_at) IN (0, 6)
            AND (promised_at IS NULL OR named_at IS NOT NULL AND length(promise) >= 10)),
        CONSTRAINT ck_backer_substitute_decided CHECK (num_nulls(is_good, decided_by_id, decided_at) IN (0, 3)
            AND (is_good IS NULL OR promised_at IS NOT NULL AND length(note) >= 20))
    );
    CREATE UNIQUE INDEX uq_backer_substitute_running ON backer_substitute (request_id) WHERE is_good IS NOT FALSE;
    CREATE INDEX ix_backer_substitute_tender_id ON backer_substitute (tender_id);
    CREATE INDEX ix_backer_substitute_opened_bid_id ON backer_substitute (opened_bid_id);
    CREATE INDEX ix_backer_substitute_kvk ON backer_substitute (kvk);
"""

FENCES = """
    -- Who is no party to a bid, with proof that is open; then named, stated by whom was named, and decided: once each.
    CREATE FUNCTION keep_substitute() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named CONSTANT text[] := ARRAY['kvk', 'name', 'means', 'named_by_id', 'named_at'];
        said CONSTANT text[] := ARRAY['organisation_id', 'promise', 'content', 'content_key', 'valid_until',
            'promised_by_id', 'promised_at'];
        decided CONSTANT text[] := ARRAY['is_good', 'note', 'decided_by_id', 'decided_at'];
        locked CONSTANT text[] := ARRAY['content', 'content_key'];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.named_at IS NOT NULL OR NOT EXISTS (SELECT FROM proof_request r
                    JOIN opened_bid o ON o.id = r.opened_bid_id
                    WHERE r.id = NEW.request_id AND r.tender_id = NEW.tender_id AND o.id = NEW.opened_bid_id
                    AND o.lot_id = NEW.lot_id AND o.organisation_id = NEW.lead_id
                    AND r.organisation_id = NEW.gone_id AND r.organisation_id NOT IN (SELECT parties_of(o.id))
                    AND proof_is_open(o.id)) THEN
                RAISE EXCEPTION 'proof %: nobody is replaced here', NEW.request_id USING ERRCODE = 'CW059';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - locked = to_jsonb(NEW) - locked AND OLD.content IS NOT NULL
            AND NEW.content IS NOT NULL AND OLD.content_key <> NEW.content_key THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
            OR to_jsonb(OLD) - named - said - decided IS DISTINCT FROM to_jsonb(NEW) - named - said - decided
            OR OLD.promised_at IS NOT NULL AND to_jsonb(OLD) - decided IS DISTINCT FROM to_jsonb(NEW) - decided
            OR NEW.promised_at IS NOT NULL AND NOT EXISTS (SELECT FROM organisation g
                WHERE g.id = NEW.organisation_id AND g.kvk_number = NEW.kvk) THEN
            RAISE EXCEPTION 'substitute %: what was said stays', OLD.id USING ERRCODE = 'CW059';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_substitute BEFORE INSERT OR UPDATE OR DELETE ON backer_substitute
        FOR EACH ROW EXECUTE FUNCTION keep_substitute();
    CREATE TRIGGER backer_substitute_no_truncate BEFORE TRUNCATE ON backer_substitute
        EXECUTE FUNCTION refuse_change();
"""

# The winner, who was named, the buyer, auditors.
ROWS = """
    CREATE POLICY all_rows ON backer_substitute USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY party ON backer_substitute USING (EXISTS (
        SELECT FROM mandate m JOIN organisation g ON g.id = m.organisation_id
            WHERE m.ended_at IS NULL AND (g.id = backer_substitute.lead_id OR g.kvk_number = backer_substitute.kvk)
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY buyer ON backer_substitute USING (tender_id IN (
        SELECT t.id FROM tender t JOIN mandate m ON m.organisation_id = t.buyer_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY auditor ON backer_substitute FOR SELECT USING (EXISTS (
        SELECT FROM mandate m WHERE m.ended_at IS NULL AND m.role = 'auditor'
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE backer_substitute ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the table, its fences and who sees which rows."""
    for part in (TABLE, FENCES, ROWS):
        op.execute(part)


def downgrade() -> None:
    """Take it away; what was asked of who came in its place stays as proof that was asked."""
    op.execute("DROP TABLE backer_substitute; DROP FUNCTION keep_substitute()")
