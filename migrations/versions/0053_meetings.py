"""Meetings and votes of members, leaving and repayment, the distribution of a surplus."""

from alembic import op

revision = "0053_meetings"
down_revision = "0052_members"
branch_labels = None
depends_on = None

MEETINGS = """
    CREATE TABLE meeting_setting (
        organisation_id BIGINT NOT NULL CONSTRAINT pk_meeting_setting PRIMARY KEY
            CONSTRAINT fk_meeting_setting_organisation_id REFERENCES organisation (id),
        convocation_days BIGINT NOT NULL,
        quorum_percent BIGINT NOT NULL,
        proxies_most BIGINT NOT NULL,
        version BIGINT NOT NULL,
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_meeting_setting_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_meeting_setting_terms CHECK (convocation_days BETWEEN 1 AND 60
            AND quorum_percent BETWEEN 0 AND 100 AND proxies_most BETWEEN 0 AND 10)
    );

    CREATE TABLE meeting (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_meeting PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_meeting_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_meeting_organisation_id REFERENCES organisation (id),
        title TEXT NOT NULL CONSTRAINT ck_meeting_title CHECK (title <> ''),
        meets_at TIMESTAMPTZ NOT NULL,
        place TEXT NOT NULL,
        agenda TEXT NOT NULL,
        convocation_days BIGINT NOT NULL,
        quorum_percent BIGINT NOT NULL,
        proxies_most BIGINT NOT NULL,
        planned_by_id BIGINT NOT NULL CONSTRAINT fk_meeting_planned_by_id REFERENCES user_account (id),
        planned_at TIMESTAMPTZ NOT NULL,
        convened_at TIMESTAMPTZ,
        opened_at TIMESTAMPTZ,
        voters BIGINT,
        closed_at TIMESTAMPTZ,
        minutes TEXT NOT NULL,
        CONSTRAINT ck_meeting_convened CHECK (convened_at IS NULL OR
            (convened_at AT TIME ZONE 'Europe/Amsterdam')::date + convocation_days::int
            <= (meets_at AT TIME ZONE 'Europe/Amsterdam')::date),
        CONSTRAINT ck_meeting_opened CHECK (opened_at IS NULL OR (convened_at IS NOT NULL AND voters IS NOT NULL
            AND (opened_at AT TIME ZONE 'Europe/Amsterdam')::date
            >= (meets_at AT TIME ZONE 'Europe/Amsterdam')::date)),
        CONSTRAINT ck_meeting_closed CHECK (closed_at IS NULL OR (opened_at IS NOT NULL AND minutes <> ''))
    );
    CREATE INDEX ix_meeting_organisation_id ON meeting (organisation_id, meets_at);

    CREATE TABLE motion (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_motion PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_motion_public_id UNIQUE,
        meeting_id BIGINT NOT NULL CONSTRAINT fk_motion_meeting_id REFERENCES meeting (id),
        position BIGINT NOT NULL,
        title TEXT NOT NULL CONSTRAINT ck_motion_title CHECK (title <> ''),
        text TEXT NOT NULL,
        secret BOOLEAN NOT NULL,
        majority TEXT NOT NULL CONSTRAINT ck_motion_majority CHECK (majority IN ('simple', 'two_thirds')),
        opened_at TIMESTAMPTZ,
        closed_at TIMESTAMPTZ CONSTRAINT ck_motion_closed CHECK (closed_at IS NULL OR opened_at IS NOT NULL),
        outcome TEXT,
        CONSTRAINT uq_motion_meeting_id_position UNIQUE (meeting_id, position),
        CONSTRAINT ck_motion_outcome CHECK ((outcome IS NULL) = (closed_at IS NULL)
            AND outcome IN ('carried', 'rejected', 'no_quorum'))
    );

    CREATE TABLE attendance (
        meeting_id BIGINT NOT NULL CONSTRAINT fk_attendance_meeting_id REFERENCES meeting (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_attendance_member_id REFERENCES member (id),
        holder_id BIGINT CONSTRAINT fk_attendance_holder_id REFERENCES member (id)
            CONSTRAINT ck_attendance_holder_id CHECK (holder_id <> member_id),
        noted_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_attendance PRIMARY KEY (meeting_id, member_id)
    );
    CREATE INDEX ix_attendance_holder_id ON attendance (holder_id);
"""

MEETING_FENCES = """
    CREATE FUNCTION keep_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
            OR OLD.convened_at IS NOT NULL AND (OLD.title, OLD.meets_at, OLD.place, OLD.agenda, OLD.convened_at,
                OLD.convocation_days, OLD.quorum_percent, OLD.proxies_most) IS DISTINCT FROM (NEW.title, NEW.meets_at,
                NEW.place, NEW.agenda, NEW.convened_at, NEW.convocation_days, NEW.quorum_percent, NEW.proxies_most)
            OR OLD.opened_at IS NOT NULL
                AND (OLD.opened_at, OLD.voters) IS DISTINCT FROM (NEW.opened_at, NEW.voters) THEN
            RAISE EXCEPTION 'meeting % stays as it was told', OLD.id USING ERRCODE = 'CW053';
        END IF;
        IF NEW.closed_at IS NOT NULL AND EXISTS (SELECT FROM motion m WHERE m.meeting_id = NEW.id
            AND m.closed_at IS NULL) THEN
            RAISE EXCEPTION 'meeting % has a vote to close', NEW.id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_meeting BEFORE UPDATE OR DELETE ON meeting FOR EACH ROW EXECUTE FUNCTION keep_meeting();

    CREATE FUNCTION keep_motion() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held meeting;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            SELECT * INTO held FROM meeting WHERE id = NEW.meeting_id FOR SHARE;
            IF held.convened_at IS NOT NULL OR NEW.opened_at IS NOT NULL THEN
                RAISE EXCEPTION 'the agenda of meeting % is fixed', NEW.meeting_id USING ERRCODE = 'CW053';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
            OR (OLD.meeting_id, OLD.position, OLD.title, OLD.text, OLD.secret, OLD.majority)
                IS DISTINCT FROM (NEW.meeting_id, NEW.position, NEW.title, NEW.text, NEW.secret, NEW.majority)
            OR OLD.opened_at IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at THEN
            RAISE EXCEPTION 'motion % stays as it was put', OLD.id USING ERRCODE = 'CW053';
        END IF;
        SELECT * INTO held FROM meeting WHERE id = NEW.meeting_id;
        IF held.opened_at IS NULL OR held.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'meeting % is not open', NEW.meeting_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_motion BEFORE INSERT OR UPDATE OR DELETE ON motion
        FOR EACH ROW EXECUTE FUNCTION keep_motion();

    CREATE FUNCTION keep_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held meeting;
    DECLARE which attendance := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        SELECT * INTO held FROM meeting WHERE id = which.meeting_id;
        IF held.convened_at IS NULL OR held.closed_at IS NOT NULL
            OR held.opened_at IS NULL AND which.holder_id IS NULL
            OR TG_OP = 'DELETE' AND held.opened_at IS NOT NULL THEN
            RAISE EXCEPTION 'meeting % takes no attendance now', held.id USING ERRCODE = 'CW053';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF EXISTS (SELECT FROM member m WHERE m.id IN (NEW.member_id, NEW.holder_id)
            AND (m.organisation_id <> held.organisation_id OR m.kind = 'supporting' OR m.left_on IS NOT NULL)) THEN
            RAISE EXCEPTION 'who comes or holds a proxy has a vote here' USING ERRCODE = 'CW053';
        END IF;
        IF NEW.holder_id IS NOT NULL AND (SELECT count(*) FROM attendance a WHERE a.meeting_id = NEW.meeting_id
            AND a.holder_id = NEW.holder_id AND a.member_id <> NEW.member_id) >= held.proxies_most THEN
            RAISE EXCEPTION 'member % holds too many proxies', NEW.holder_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_attendance BEFORE INSERT OR UPDATE OR DELETE ON attendance
        FOR EACH ROW EXECUTE FUNCTION keep_attendance();
"""

VOTES = """
    CREATE TABLE turnout (
        motion_id BIGINT NOT NULL CONSTRAINT fk_turnout_motion_id REFERENCES motion (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_turnout_member_id REFERENCES member (id),
        choice TEXT CONSTRAINT ck_turnout_choice CHECK (choice IN ('for', 'against', 'abstain')),
        CONSTRAINT pk_turnout PRIMARY KEY (motion_id, member_id)
    );
    CREATE TABLE vote_tally (
        motion_id BIGINT NOT NULL CONSTRAINT fk_vote_tally_motion_id REFERENCES motion (id),
        choice TEXT NOT NULL CONSTRAINT ck_vote_tally_choice CHECK (choice IN ('for', 'against', 'abstain')),
        votes BIGINT NOT NULL CONSTRAINT ck_vote_tally_votes CHECK (votes >= 0),
        CONSTRAINT pk_vote_tally PRIMARY KEY (motion_id, choice)
    );

    CREATE FUNCTION keep_turnout() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE put motion;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'a vote is never changed' USING ERRCODE = 'CW053';
        END IF;
        SELECT * INTO put FROM motion WHERE id = NEW.motion_id FOR SHARE;
        IF put.opened_at IS NULL OR put.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'motion % is not open', NEW.motion_id USING ERRCODE = 'CW053';
        END IF;
        IF put.secret AND NEW.choice IS NOT NULL THEN
            RAISE EXCEPTION 'a secret vote stands beside no name' USING ERRCODE = 'CW053';
        END IF;
        IF NOT EXISTS (SELECT FROM attendance a WHERE a.meeting_id = put.meeting_id AND a.member_id = NEW.member_id
            AND (a.holder_id IS NULL OR EXISTS (SELECT FROM attendance h WHERE h.meeting_id = put.meeting_id
                AND h.member_id = a.holder_id AND h.holder_id IS NULL))) THEN
            RAISE EXCEPTION 'who votes is there or represented' USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_turnout BEFORE INSERT OR UPDATE OR DELETE ON turnout
        FOR EACH ROW EXECUTE FUNCTION keep_turnout();

    CREATE FUNCTION keep_tally() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND NEW.votes < OLD.votes OR EXISTS (SELECT FROM motion m
            WHERE m.id = NEW.motion_id AND (m.opened_at IS NULL OR m.closed_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'counted votes stay' USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_tally BEFORE INSERT OR UPDATE OR DELETE ON vote_tally
        FOR EACH ROW EXECUTE FUNCTION keep_tally();

    CREATE FUNCTION votes_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT coalesce(sum(votes), 0) FROM vote_tally WHERE motion_id = NEW.motion_id)
            <> (SELECT count(*) FROM turnout WHERE motion_id = NEW.motion_id) THEN
            RAISE EXCEPTION 'motion %: votes and voters differ', NEW.motion_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER votes_add_up AFTER INSERT ON turnout DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION votes_add_up();
    CREATE CONSTRAINT TRIGGER votes_add_up AFTER INSERT OR UPDATE ON vote_tally DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION votes_add_up();
"""

LEAVING = """
    CREATE TABLE leaving (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_leaving PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_leaving_public_id UNIQUE,
        member_id BIGINT NOT NULL CONSTRAINT fk_leaving_member_id REFERENCES member (id),
        kind TEXT NOT NULL CONSTRAINT ck_leaving_kind CHECK (kind IN ('notice', 'death', 'expulsion')),
        reason TEXT NOT NULL,
        noted_at TIMESTAMPTZ NOT NULL,
        noted_by_id BIGINT NOT NULL CONSTRAINT fk_leaving_noted_by_id REFERENCES user_account (id),
        gone_on DATE NOT NULL,
        answer TEXT NOT NULL,
        answered_at TIMESTAMPTZ,
        withdrawn_at TIMESTAMPTZ,
        settled_at TIMESTAMPTZ,
        capital_minor BIGINT,
        unpaid_minor BIGINT,
        loss_minor BIGINT,
        repay_minor BIGINT,
        CONSTRAINT ck_leaving_reason CHECK (kind <> 'expulsion' OR reason <> ''),
        CONSTRAINT ck_leaving_answer CHECK ((answered_at IS NULL) = (answer = '')),
        CONSTRAINT ck_leaving_answered_at CHECK (answered_at IS NULL OR kind = 'expulsion'),
        CONSTRAINT ck_leaving_settled_at CHECK (settled_at IS NULL OR (kind = 'expulsion' AND answered_at IS NOT NULL)
            OR (settled_at AT TIME ZONE 'Europe/Amsterdam')::date > gone_on
            OR (kind <> 'expulsion' AND (settled_at AT TIME ZONE 'Europe/Amsterdam')::date = gone_on)),
        CONSTRAINT ck_leaving_settlement CHECK ((settled_at IS NULL) = (capital_minor IS NULL)
            AND capital_minor = unpaid_minor + loss_minor + repay_minor
            AND unpaid_minor >= 0 AND loss_minor >= 0 AND repay_minor >= 0),
        CONSTRAINT ck_leaving_withdrawn_at CHECK (withdrawn_at IS NULL OR settled_at IS NULL)
    );
    CREATE UNIQUE INDEX uq_leaving_member_id ON leaving (member_id) WHERE withdrawn_at IS NULL;

    CREATE FUNCTION keep_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (OLD.member_id, OLD.kind, OLD.noted_at, OLD.gone_on)
                IS DISTINCT FROM (NEW.member_id, NEW.kind, NEW.noted_at, NEW.gone_on)
            OR OLD.answered_at IS NOT NULL AND OLD.answered_at IS DISTINCT FROM NEW.answered_at
            OR OLD.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at
            OR OLD.settled_at IS NOT NULL
                AND (OLD.settled_at, OLD.capital_minor, OLD.unpaid_minor, OLD.loss_minor, OLD.repay_minor)
                IS DISTINCT FROM (NEW.settled_at, NEW.capital_minor, NEW.unpaid_minor, NEW.loss_minor, NEW.repay_minor)
            OR (OLD.reason, CASE WHEN OLD.answered_at IS NULL THEN NULL ELSE OLD.answer END)
                IS DISTINCT FROM (NEW.reason, CASE WHEN OLD.answered_at IS NULL THEN NULL ELSE NEW.answer END)
                AND NOT EXISTS (SELECT FROM member m WHERE m.id = OLD.member_id AND m.forgotten_at IS NOT NULL) THEN
            RAISE EXCEPTION 'leaving % stays as it was', OLD.id USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_leaving BEFORE UPDATE OR DELETE ON leaving FOR EACH ROW EXECUTE FUNCTION keep_leaving();
"""

PATRONAGE = """
    CREATE TABLE surplus_distribution (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_surplus_distribution PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_surplus_distribution_public_id UNIQUE,
        organisation_id BIGINT NOT NULL
            CONSTRAINT fk_surplus_distribution_organisation_id REFERENCES organisation (id),
        year BIGINT NOT NULL CONSTRAINT ck_surplus_distribution_year CHECK (year BETWEEN 2000 AND 2200),
        surplus_minor BIGINT NOT NULL,
        reserve_minor BIGINT NOT NULL,
        basis TEXT NOT NULL CONSTRAINT ck_surplus_distribution_basis CHECK (basis IN ('hours', 'turnover')),
        proposed_at TIMESTAMPTZ NOT NULL,
        proposed_by_id BIGINT NOT NULL
            CONSTRAINT fk_surplus_distribution_proposed_by_id REFERENCES user_account (id),
        motion_id BIGINT CONSTRAINT fk_surplus_distribution_motion_id REFERENCES motion (id),
        posted_at TIMESTAMPTZ,
        transfer UUID,
        undone_at TIMESTAMPTZ,
        CONSTRAINT ck_surplus_distribution_amounts
            CHECK (surplus_minor > 0 AND reserve_minor BETWEEN 0 AND surplus_minor),
        CONSTRAINT ck_surplus_distribution_posted CHECK ((posted_at IS NULL) = (motion_id IS NULL)
            AND (posted_at IS NULL) = (transfer IS NULL)),
        CONSTRAINT ck_surplus_distribution_undone CHECK (undone_at IS NULL OR posted_at IS NOT NULL)
    );
    CREATE INDEX ix_surplus_distribution_organisation_id ON surplus_distribution (organisation_id);

    CREATE TABLE surplus_share (
        distribution_id BIGINT NOT NULL
            CONSTRAINT fk_surplus_share_distribution_id REFERENCES surplus_distribution (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_surplus_share_member_id REFERENCES member (id),
        units BIGINT NOT NULL,
        minor BIGINT NOT NULL,
        CONSTRAINT pk_surplus_share PRIMARY KEY (distribution_id, member_id),
        CONSTRAINT ck_surplus_share_amounts CHECK (units >= 0 AND minor >= 0)
    );
    CREATE INDEX ix_surplus_share_member_id ON surplus_share (member_id);

    CREATE FUNCTION keep_distribution() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
            OR (OLD.organisation_id, OLD.year, OLD.surplus_minor, OLD.reserve_minor, OLD.basis, OLD.proposed_at)
                IS DISTINCT FROM
                (NEW.organisation_id, NEW.year, NEW.surplus_minor, NEW.reserve_minor, NEW.basis, NEW.proposed_at)
            OR OLD.posted_at IS NOT NULL AND (OLD.posted_at, OLD.motion_id, OLD.transfer)
                IS DISTINCT FROM (NEW.posted_at, NEW.motion_id, NEW.transfer) THEN
            RAISE EXCEPTION 'distribution % stays as it was', OLD.id USING ERRCODE = 'CW053';
        END IF;
        IF NEW.motion_id IS NOT NULL AND NOT EXISTS (SELECT FROM motion m JOIN meeting g ON g.id = m.meeting_id
            WHERE m.id = NEW.motion_id AND g.organisation_id = NEW.organisation_id AND m.outcome = 'carried'
            AND m.closed_at >= NEW.proposed_at) THEN
            RAISE EXCEPTION 'members carry a distribution first' USING ERRCODE = 'CW053';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_distribution BEFORE UPDATE OR DELETE ON surplus_distribution
        FOR EACH ROW EXECUTE FUNCTION keep_distribution();

    CREATE FUNCTION keep_surplus_share() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a part of a surplus stays as it was' USING ERRCODE = 'CW053';
    END $$;
    CREATE TRIGGER keep_surplus_share BEFORE UPDATE OR DELETE ON surplus_share
        FOR EACH ROW EXECUTE FUNCTION keep_surplus_share();

    CREATE FUNCTION surplus_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT surplus_minor - reserve_minor FROM surplus_distribution WHERE id = NEW.distribution_id)
            <> (SELECT sum(minor) FROM surplus_share WHERE distribution_id = NEW.distribution_id) THEN
            RAISE EXCEPTION 'the parts of distribution % do not add up', NEW.distribution_id USING ERRCODE = 'CW053';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER surplus_adds_up AFTER INSERT ON surplus_share DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION surplus_adds_up();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    op.execute(MEETINGS)
    op.execute(MEETING_FENCES)
    op.execute(VOTES)
    op.execute(LEAVING)
    op.execute(PATRONAGE)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE surplus_share, surplus_distribution, leaving, vote_tally, turnout, attendance, motion, meeting,
            meeting_setting;
        DROP FUNCTION surplus_adds_up(), keep_surplus_share(), keep_distribution(), keep_leaving();
        DROP FUNCTION votes_add_up(), keep_tally(), keep_turnout(), keep_attendance(), keep_motion(), keep_meeting();
    """)
