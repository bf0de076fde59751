"""The incubator: kept clusters of demand, initiatives with their ladder, commitments of anchors."""

from alembic import op

revision = "0054_incubator"
down_revision = "0053_meetings"
branch_labels = None
depends_on = None

CLUSTERS = """
    CREATE TABLE demand_cluster (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_demand_cluster PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_demand_cluster_public_id UNIQUE,
        category TEXT NOT NULL,
        reach TEXT NOT NULL CONSTRAINT ck_demand_cluster_reach CHECK (reach IN ('place', 'neighbours', 'area')),
        centre TEXT,
        hours NUMERIC NOT NULL CONSTRAINT ck_demand_cluster_hours CHECK (hours > 0),
        people_low NUMERIC NOT NULL,
        people NUMERIC NOT NULL,
        people_high NUMERIC NOT NULL,
        first_start DATE NOT NULL,
        reckoning JSONB NOT NULL,
        kept_by_id BIGINT NOT NULL CONSTRAINT fk_demand_cluster_kept_by_id REFERENCES user_account (id),
        kept_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_demand_cluster_people CHECK (people_low <= people AND people <= people_high)
    );
    CREATE TABLE cluster_need (
        cluster_id BIGINT NOT NULL CONSTRAINT fk_cluster_need_cluster_id REFERENCES demand_cluster (id),
        need_id BIGINT NOT NULL CONSTRAINT fk_cluster_need_need_id REFERENCES need (id),
        hours NUMERIC,
        place_why TEXT NOT NULL,
        hours_why TEXT NOT NULL,
        CONSTRAINT pk_cluster_need PRIMARY KEY (cluster_id, need_id)
    );
    CREATE INDEX ix_cluster_need_need_id ON cluster_need (need_id);
"""

INITIATIVES = """
    CREATE TABLE initiative (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_initiative PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_initiative_public_id UNIQUE,
        sentence TEXT NOT NULL CONSTRAINT ck_initiative_sentence CHECK (sentence <> ''),
        category TEXT NOT NULL,
        place_code TEXT,
        cluster_id BIGINT CONSTRAINT fk_initiative_cluster_id REFERENCES demand_cluster (id),
        started_by_id BIGINT NOT NULL CONSTRAINT fk_initiative_started_by_id REFERENCES user_account (id),
        started_at TIMESTAMPTZ NOT NULL,
        coach_id BIGINT CONSTRAINT fk_initiative_coach_id REFERENCES user_account (id),
        stopped_at TIMESTAMPTZ,
        stop_reason TEXT NOT NULL,
        CONSTRAINT ck_initiative_stop_reason CHECK ((stopped_at IS NULL) = (stop_reason = ''))
    );
    CREATE INDEX ix_initiative_category ON initiative (category);
    CREATE INDEX ix_initiative_cluster_id ON initiative (cluster_id);
    CREATE TABLE initiative_founder (
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_founder_initiative_id REFERENCES initiative (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_initiative_founder_user_id REFERENCES user_account (id),
        signed_at TIMESTAMPTZ NOT NULL,
        left_at TIMESTAMPTZ CONSTRAINT ck_initiative_founder_left_at CHECK (left_at >= signed_at),
        CONSTRAINT pk_initiative_founder PRIMARY KEY (initiative_id, user_id)
    );
    CREATE INDEX ix_initiative_founder_user_id ON initiative_founder (user_id);
    CREATE TABLE initiative_coach (
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_coach_initiative_id REFERENCES initiative (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_initiative_coach_user_id REFERENCES user_account (id),
        since TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_initiative_coach PRIMARY KEY (initiative_id, user_id)
    );
    CREATE INDEX ix_initiative_coach_user_id ON initiative_coach (user_id);
    CREATE TABLE initiative_evidence (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_initiative_evidence PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_initiative_evidence_public_id UNIQUE,
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_evidence_initiative_id REFERENCES initiative (id),
        step TEXT NOT NULL CONSTRAINT ck_initiative_evidence_step CHECK (step IN ('statutes', 'kvk', 'contract', 'even')),
        reached_on DATE NOT NULL,
        text TEXT NOT NULL CONSTRAINT ck_initiative_evidence_text CHECK (text <> ''),
        kvk TEXT,
        told_by_id BIGINT NOT NULL CONSTRAINT fk_initiative_evidence_told_by_id REFERENCES user_account (id),
        told_at TIMESTAMPTZ NOT NULL,
        checked_by_id BIGINT CONSTRAINT fk_initiative_evidence_checked_by_id REFERENCES user_account (id),
        checked_at TIMESTAMPTZ,
        CONSTRAINT ck_initiative_evidence_kvk CHECK (step <> 'kvk' OR (kvk IS NOT NULL AND kvk ~ '^[0-9]{8}$')),
        CONSTRAINT ck_initiative_evidence_second_person
            CHECK ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id)
    );
    CREATE INDEX ix_initiative_evidence_initiative_id ON initiative_evidence (initiative_id);
    CREATE TABLE initiative_task (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_initiative_task PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_initiative_task_public_id UNIQUE,
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_task_initiative_id REFERENCES initiative (id),
        text TEXT NOT NULL CONSTRAINT ck_initiative_task_text CHECK (text <> ''),
        owner TEXT NOT NULL CONSTRAINT ck_initiative_task_owner CHECK (owner IN ('founders', 'coach', 'programme')),
        due_on DATE NOT NULL,
        added_by_id BIGINT NOT NULL CONSTRAINT fk_initiative_task_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL,
        done_by_id BIGINT CONSTRAINT fk_initiative_task_done_by_id REFERENCES user_account (id),
        done_at TIMESTAMPTZ,
        CONSTRAINT ck_initiative_task_done CHECK ((done_at IS NULL) = (done_by_id IS NULL))
    );
    CREATE INDEX ix_initiative_task_initiative_id ON initiative_task (initiative_id);
    CREATE TABLE initiative_learned (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_initiative_learned PRIMARY KEY,
        initiative_id BIGINT NOT NULL CONSTRAINT fk_initiative_learned_initiative_id REFERENCES initiative (id),
        need_id BIGINT CONSTRAINT fk_initiative_learned_need_id REFERENCES need (id),
        text TEXT NOT NULL CONSTRAINT ck_initiative_learned_text CHECK (text <> ''),
        told_by_id BIGINT NOT NULL CONSTRAINT fk_initiative_learned_told_by_id REFERENCES user_account (id),
        told_at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_initiative_learned_initiative_id ON initiative_learned (initiative_id);
    CREATE INDEX ix_initiative_learned_need_id ON initiative_learned (need_id);
"""

COMMITMENTS = r"""
    CREATE TABLE anchor_commitment (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_anchor_commitment PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_anchor_commitment_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_anchor_commitment_organisation_id REFERENCES organisation (id),
        initiative_id BIGINT NOT NULL CONSTRAINT fk_anchor_commitment_initiative_id REFERENCES initiative (id),
        kind TEXT NOT NULL CONSTRAINT ck_anchor_commitment_kind CHECK (kind IN ('publish_lot', 'invite', 'examine')),
        what TEXT NOT NULL CONSTRAINT ck_anchor_commitment_what
            CHECK (what <> '' AND what !~* '(gegund|gunning|\mgunnen|\maward)'),
        due_on DATE NOT NULL,
        made_by_id BIGINT NOT NULL CONSTRAINT fk_anchor_commitment_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        kept_at TIMESTAMPTZ,
        proof TEXT NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        withdraw_reason TEXT NOT NULL,
        CONSTRAINT ck_anchor_commitment_kept CHECK ((kept_at IS NULL) = (proof = '')),
        CONSTRAINT ck_anchor_commitment_withdrawn CHECK ((withdrawn_at IS NULL) = (withdraw_reason = '')),
        CONSTRAINT ck_anchor_commitment_one_end CHECK (kept_at IS NULL OR withdrawn_at IS NULL)
    );
    CREATE INDEX ix_anchor_commitment_organisation_id ON anchor_commitment (organisation_id);
    CREATE INDEX ix_anchor_commitment_initiative_id ON anchor_commitment (initiative_id);
"""

FENCES = """
    CREATE FUNCTION keep_incubator() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what % holds was told to people and stays', TG_TABLE_NAME USING ERRCODE = 'CW017';
    END $$;
    CREATE TRIGGER keep_demand_cluster BEFORE UPDATE OR DELETE ON demand_cluster
        FOR EACH ROW EXECUTE FUNCTION keep_incubator();
    CREATE TRIGGER keep_cluster_need BEFORE UPDATE OR DELETE ON cluster_need
        FOR EACH ROW EXECUTE FUNCTION keep_incubator();
    CREATE TRIGGER keep_initiative_learned BEFORE UPDATE OR DELETE ON initiative_learned
        FOR EACH ROW EXECUTE FUNCTION keep_incubator();
    CREATE TRIGGER keep_initiative_coach BEFORE UPDATE OR DELETE ON initiative_coach
        FOR EACH ROW EXECUTE FUNCTION keep_incubator();
    CREATE TRIGGER keep_commitment BEFORE UPDATE ON anchor_commitment FOR EACH ROW
        WHEN ((OLD.organisation_id, OLD.initiative_id, OLD.kind, OLD.what, OLD.due_on, OLD.made_at)
                IS DISTINCT FROM (NEW.organisation_id, NEW.initiative_id, NEW.kind, NEW.what, NEW.due_on, NEW.made_at)
            OR OLD.kept_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)
        EXECUTE FUNCTION keep_incubator();
    CREATE TRIGGER keep_commitment_row BEFORE DELETE ON anchor_commitment
        FOR EACH ROW EXECUTE FUNCTION keep_incubator();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    for part in (CLUSTERS, INITIATIVES, COMMITMENTS, FENCES):
        op.execute(part)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE anchor_commitment, initiative_learned, initiative_task, initiative_evidence, initiative_coach,
            initiative_founder, initiative, cluster_need, demand_cluster;
        DROP FUNCTION keep_incubator();
    """)
