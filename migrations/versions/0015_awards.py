"""Award decisions, their letters, and summonses within the standstill."""

from alembic import op

revision = "0015_awards"
down_revision = "0014_evaluation"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE award_decision (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_award_decision PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_award_decision_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_award_decision_tender_id REFERENCES tender (id),
        winner_bid_id BIGINT NOT NULL CONSTRAINT fk_award_decision_winner_bid_id REFERENCES opened_bid (id),
        version BIGINT NOT NULL,
        prepared_by_id BIGINT NOT NULL CONSTRAINT fk_award_decision_prepared_by_id REFERENCES user_account (id),
        prepared_at TIMESTAMPTZ NOT NULL,
        standstill_days BIGINT NOT NULL CONSTRAINT ck_award_decision_standstill_days CHECK (standstill_days >= 0),
        term JSONB NOT NULL,
        contact_name TEXT NOT NULL,
        contact_email TEXT NOT NULL,
        contact_phone TEXT NOT NULL,
        sent_by_id BIGINT CONSTRAINT fk_award_decision_sent_by_id REFERENCES user_account (id),
        sent_at TIMESTAMPTZ,
        standstill_until TIMESTAMPTZ,
        definitive_by_id BIGINT CONSTRAINT fk_award_decision_definitive_by_id REFERENCES user_account (id),
        definitive_at TIMESTAMPTZ,
        withdrawn_by_id BIGINT CONSTRAINT fk_award_decision_withdrawn_by_id REFERENCES user_account (id),
        withdrawn_at TIMESTAMPTZ,
        withdraw_reason TEXT NOT NULL,
        CONSTRAINT ck_award_decision_two_people CHECK (sent_by_id <> prepared_by_id),
        CONSTRAINT ck_award_decision_sent CHECK ((sent_at IS NULL) = (sent_by_id IS NULL)
            AND (sent_at IS NULL) = (standstill_until IS NULL)),
        CONSTRAINT ck_award_decision_standstill
            CHECK (standstill_until - sent_at >= (24 * standstill_days - 1) * interval '1 hour'),
        CONSTRAINT ck_award_decision_definitive_after_standstill CHECK (definitive_at >= standstill_until),
        CONSTRAINT ck_award_decision_definitive_sent CHECK (definitive_at IS NULL OR sent_at IS NOT NULL),
        CONSTRAINT ck_award_decision_withdraw_reason CHECK (withdrawn_at IS NULL OR withdraw_reason <> ''),
        CONSTRAINT ck_award_decision_one_end CHECK (withdrawn_at IS NULL OR definitive_at IS NULL),
        CONSTRAINT ck_award_decision_contact CHECK (contact_name <> '' AND contact_email <> '')
    );
    CREATE UNIQUE INDEX uq_award_decision_standing ON award_decision (tender_id) WHERE withdrawn_at IS NULL;

    CREATE TABLE award_letter (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_award_letter PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_award_letter_public_id UNIQUE,
        decision_id BIGINT NOT NULL CONSTRAINT fk_award_letter_decision_id REFERENCES award_decision (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_award_letter_opened_bid_id REFERENCES opened_bid (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_award_letter_organisation_id REFERENCES organisation (id),
        result TEXT NOT NULL CONSTRAINT ck_award_letter_result
            CHECK (result IN ('won', 'lost', 'knocked_out', 'disqualified', 'damaged')),
        advantages TEXT NOT NULL,
        lesson TEXT NOT NULL,
        written_by_id BIGINT CONSTRAINT fk_award_letter_written_by_id REFERENCES user_account (id),
        content JSONB,
        CONSTRAINT uq_award_letter_decision_id_opened_bid_id UNIQUE (decision_id, opened_bid_id)
    );
    CREATE INDEX ix_award_letter_organisation_id ON award_letter (organisation_id);

    CREATE TABLE summons (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_summons PRIMARY KEY,
        decision_id BIGINT NOT NULL CONSTRAINT fk_summons_decision_id REFERENCES award_decision (id),
        served_on DATE NOT NULL,
        reference TEXT NOT NULL CONSTRAINT ck_summons_reference CHECK (reference <> ''),
        recorded_by_id BIGINT NOT NULL CONSTRAINT fk_summons_recorded_by_id REFERENCES user_account (id),
        recorded_at TIMESTAMPTZ NOT NULL,
        may_award BOOLEAN,
        judgment TEXT NOT NULL,
        judged_by_id BIGINT CONSTRAINT fk_summons_judged_by_id REFERENCES user_account (id),
        judged_at TIMESTAMPTZ,
        CONSTRAINT ck_summons_judged CHECK ((judged_at IS NULL) = (may_award IS NULL)
            AND (judged_at IS NULL) = (judged_by_id IS NULL)),
        CONSTRAINT ck_summons_judgment CHECK (judged_at IS NULL OR judgment <> '')
    );
    CREATE INDEX ix_summons_decision_id ON summons (decision_id);
"""

GUARDS = """
    CREATE FUNCTION refuse_award_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: what was decided and sent stays', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'CW016';
    END $$;

    CREATE FUNCTION keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['definitive_by_id', 'definitive_at', 'withdrawn_by_id', 'withdrawn_at',
            'withdraw_reason', 'version'];
    BEGIN
        IF (OLD.definitive_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) AND OLD IS DISTINCT FROM NEW
            OR OLD.sent_at IS NOT NULL AND to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'decision %: what was sent or ended stays', OLD.id USING ERRCODE = 'CW016';
        END IF;
        IF OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL AND (
            EXISTS (SELECT FROM award_letter l WHERE l.decision_id = NEW.id AND (l.content IS NULL
                OR l.written_by_id = NEW.sent_by_id
                OR l.result IN ('lost', 'knocked_out') AND (length(l.advantages) < 20 OR length(l.lesson) < 20)))
            OR (SELECT count(*) FROM award_letter l WHERE l.decision_id = NEW.id)
                <> (SELECT count(*) FROM opened_bid b WHERE b.tender_id = NEW.tender_id)
        ) THEN
            RAISE EXCEPTION 'decision %: every bidder gets a letter with reasons, sent by who did not write it', OLD.id
                USING ERRCODE = 'CW016';
        END IF;
        IF OLD.definitive_at IS NULL AND NEW.definitive_at IS NOT NULL AND EXISTS (
            SELECT FROM summons s WHERE s.decision_id = NEW.id AND s.may_award IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'decision %: a judge has not let it pass', OLD.id USING ERRCODE = 'CW016';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_decision BEFORE UPDATE ON award_decision FOR EACH ROW EXECUTE FUNCTION keep_decision();
    CREATE TRIGGER refuse_decision_delete BEFORE DELETE ON award_decision
        FOR EACH ROW EXECUTE FUNCTION refuse_award_change();

    CREATE FUNCTION keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM award_decision d WHERE d.sent_at IS NOT NULL
            AND d.id IN (NEW.decision_id, OLD.decision_id)) THEN
            RAISE EXCEPTION 'letter of decision %: it was sent', OLD.decision_id USING ERRCODE = 'CW016';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_letter BEFORE INSERT OR UPDATE OR DELETE ON award_letter
        FOR EACH ROW EXECUTE FUNCTION keep_letter();

    CREATE TRIGGER refuse_summons_delete BEFORE DELETE ON summons
        FOR EACH ROW EXECUTE FUNCTION refuse_award_change();
    CREATE TRIGGER keep_judgment BEFORE UPDATE ON summons FOR EACH ROW
        WHEN (OLD.judged_at IS NOT NULL OR OLD.decision_id <> NEW.decision_id OR OLD.served_on <> NEW.served_on)
        EXECUTE FUNCTION refuse_award_change();

    CREATE FUNCTION keep_decided() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.decided_at IS NOT NULL OR NEW.standstill_until IS NOT NULL OR OLD.awarded_at IS NOT NULL OR EXISTS (
            SELECT FROM award_decision d
            WHERE d.tender_id = OLD.id AND d.sent_at IS NOT NULL AND d.withdrawn_at IS NULL
        ) THEN
            RAISE EXCEPTION 'tender %: a decision is taken back by withdrawing it', OLD.number
                USING ERRCODE = 'CW016';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_decided BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at
            OR NEW.standstill_until IS NULL AND OLD.standstill_until IS NOT NULL))
        EXECUTE FUNCTION keep_decided();
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_decided ON tender;
        DROP TABLE summons, award_letter, award_decision;
        DROP FUNCTION keep_decided(), keep_letter(), keep_decision(), refuse_award_change();
    """)
