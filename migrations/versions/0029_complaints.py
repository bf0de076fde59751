"""Complaints about a tender with a term and an answer; a standstill that the buyer lets run longer."""

from alembic import op

revision = "0029_complaints"
down_revision = "0028_counsel"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE complaint (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_complaint PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_complaint_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_complaint_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_complaint_organisation_id REFERENCES organisation (id),
        about TEXT NOT NULL CONSTRAINT ck_complaint_about
            CHECK (about IN ('requirements', 'procedure', 'questions', 'award', 'other')),
        text TEXT NOT NULL CONSTRAINT ck_complaint_text CHECK (length(text) >= 20),
        wish TEXT NOT NULL CONSTRAINT ck_complaint_wish CHECK (wish <> ''),
        submitted_by_id BIGINT NOT NULL CONSTRAINT fk_complaint_submitted_by_id REFERENCES user_account (id),
        submitted_at TIMESTAMPTZ NOT NULL,
        answer_by DATE NOT NULL,
        state TEXT NOT NULL CONSTRAINT ck_complaint_state
            CHECK (state IN ('pending', 'upheld', 'partly', 'rejected', 'inadmissible', 'withdrawn')),
        answer TEXT NOT NULL,
        measure TEXT NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_complaint_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        resolved_by_id BIGINT CONSTRAINT fk_complaint_resolved_by_id REFERENCES user_account (id),
        resolved_at TIMESTAMPTZ,
        withdrawn_at TIMESTAMPTZ,
        summary TEXT NOT NULL,
        CONSTRAINT ck_complaint_answered CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NOT NULL) = (state IN ('upheld', 'partly', 'rejected', 'inadmissible'))
            AND (answered_at IS NULL OR length(answer) >= 20)),
        CONSTRAINT ck_complaint_measure CHECK (state NOT IN ('upheld', 'partly') OR measure <> ''),
        CONSTRAINT ck_complaint_resolved CHECK ((resolved_at IS NULL) = (resolved_by_id IS NULL)
            AND (resolved_at IS NULL OR state IN ('upheld', 'partly'))),
        CONSTRAINT ck_complaint_withdrawn CHECK ((withdrawn_at IS NOT NULL) = (state = 'withdrawn')),
        CONSTRAINT ck_complaint_summary CHECK (summary = '' OR answered_at IS NOT NULL),
        CONSTRAINT ck_complaint_two_sides CHECK (answered_by_id <> submitted_by_id)
    );
    CREATE INDEX ix_complaint_tender_id ON complaint (tender_id);
    CREATE INDEX ix_complaint_organisation_id ON complaint (organisation_id);

    CREATE TABLE standstill_extension (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_standstill_extension PRIMARY KEY,
        decision_id BIGINT NOT NULL CONSTRAINT fk_standstill_extension_decision_id REFERENCES award_decision (id),
        until_before TIMESTAMPTZ NOT NULL,
        until TIMESTAMPTZ NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_standstill_extension_reason CHECK (length(reason) >= 10),
        extended_by_id BIGINT NOT NULL
            CONSTRAINT fk_standstill_extension_extended_by_id REFERENCES user_account (id),
        extended_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_standstill_extension_later CHECK (until > until_before),
        CONSTRAINT ck_standstill_extension_in_time CHECK (extended_at < until_before)
    );
    CREATE INDEX ix_standstill_extension_decision_id ON standstill_extension (decision_id);
    CREATE TRIGGER standstill_extension_append_only BEFORE UPDATE OR DELETE ON standstill_extension
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

FENCES = """
    CREATE FUNCTION keep_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['state', 'answer', 'measure', 'answered_by_id', 'answered_at', 'resolved_by_id',
            'resolved_at', 'withdrawn_at', 'summary'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'complaint %: what was said stays', OLD.id USING ERRCODE = 'CW029';
        END IF;
        IF OLD.state <> 'pending' AND (NEW.state, NEW.answer, NEW.measure, NEW.answered_at, NEW.withdrawn_at)
            IS DISTINCT FROM (OLD.state, OLD.answer, OLD.measure, OLD.answered_at, OLD.withdrawn_at)
            OR OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS DISTINCT FROM OLD.resolved_at THEN
            RAISE EXCEPTION 'complaint %: it ended', OLD.id USING ERRCODE = 'CW029';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_complaint BEFORE UPDATE OR DELETE ON complaint
        FOR EACH ROW EXECUTE FUNCTION keep_complaint();
"""

# What was sent stays (0020), but for a standstill that runs longer: alone, before an end, and with its reason beside it.
STANDSTILL = """
    CREATE FUNCTION keep_standstill() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.definitive_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
            OR to_jsonb(OLD) - 'standstill_until' - 'version' IS DISTINCT FROM to_jsonb(NEW) - 'standstill_until' - 'version'
            OR NOT EXISTS (SELECT FROM standstill_extension e WHERE e.decision_id = OLD.id
                AND e.until_before = OLD.standstill_until AND e.until = NEW.standstill_until) THEN
            RAISE EXCEPTION 'decision %: a standstill runs longer only with a reason', OLD.id USING ERRCODE = 'CW016';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_standstill BEFORE UPDATE ON award_decision FOR EACH ROW
        WHEN (OLD.sent_at IS NOT NULL AND NEW.standstill_until IS DISTINCT FROM OLD.standstill_until)
        EXECUTE FUNCTION keep_standstill();
    DROP TRIGGER keep_decision ON award_decision;
    CREATE TRIGGER keep_decision BEFORE UPDATE ON award_decision FOR EACH ROW
        WHEN (OLD.sent_at IS NULL OR NEW.standstill_until IS NOT DISTINCT FROM OLD.standstill_until)
        EXECUTE FUNCTION keep_lot_decision();
"""


def upgrade() -> None:
    """Make the tables and their fences."""
    for part in (TABLES, FENCES, STANDSTILL):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_standstill ON award_decision;
        DROP TRIGGER keep_decision ON award_decision;
        CREATE TRIGGER keep_decision BEFORE UPDATE ON award_decision
            FOR EACH ROW EXECUTE FUNCTION keep_lot_decision();
        DROP TABLE standstill_extension, complaint;
        DROP FUNCTION keep_complaint(), keep_standstill();
    """)
