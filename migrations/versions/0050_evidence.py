"""Cooperatives: evidence as a ladder, fact by fact; their papers; appeal; a registration that is left and taken up."""

from alembic import op

revision = "0050_evidence"
down_revision = "0047_rescorings"
branch_labels = None
depends_on = None

COLUMNS = """
    ALTER TABLE cooperative
        ADD COLUMN members BIGINT CONSTRAINT ck_cooperative_members CHECK (members >= 0),
        ADD COLUMN serves JSONB NOT NULL DEFAULT '[]';
    ALTER TABLE cooperative ALTER COLUMN serves DROP DEFAULT;
    ALTER TABLE cooperative_claim ADD COLUMN since TIMESTAMPTZ;
    UPDATE cooperative_claim SET since = declared_at;
    ALTER TABLE cooperative_claim ALTER COLUMN since SET NOT NULL;
"""

TABLES = """
    CREATE TABLE cooperative_paper (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative_paper PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_cooperative_paper_public_id UNIQUE,
        organisation_id BIGINT CONSTRAINT fk_cooperative_paper_organisation_id REFERENCES organisation (id),
        draft_key UUID,
        kind TEXT NOT NULL CONSTRAINT ck_cooperative_paper_kind CHECK (kind IN
            ('statutes', 'members', 'minutes', 'accounts', 'other')),
        name TEXT NOT NULL,
        file_kind TEXT NOT NULL,
        size BIGINT NOT NULL CONSTRAINT ck_cooperative_paper_size CHECK (size BETWEEN 1 AND 26214400),
        digest TEXT NOT NULL,
        content BYTEA NOT NULL,
        content_key TEXT NOT NULL,
        added_by_id BIGINT NOT NULL CONSTRAINT fk_cooperative_paper_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_cooperative_paper_owner CHECK (num_nonnulls(organisation_id, draft_key) = 1)
    );
    CREATE INDEX ix_cooperative_paper_organisation_id ON cooperative_paper (organisation_id);
    CREATE INDEX ix_cooperative_paper_draft_key ON cooperative_paper (draft_key);

    CREATE TABLE cooperative_judgement (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative_judgement PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_cooperative_judgement_public_id UNIQUE,
        cooperative_id BIGINT NOT NULL
            CONSTRAINT fk_cooperative_judgement_cooperative_id REFERENCES cooperative (id),
        code TEXT NOT NULL,
        value TEXT NOT NULL CONSTRAINT ck_cooperative_judgement_value CHECK (value <> ''),
        grade TEXT NOT NULL CONSTRAINT ck_cooperative_judgement_grade CHECK (grade IN ('e0', 'e2', 'e3', 'e4')),
        paper TEXT NOT NULL,
        paper_id BIGINT CONSTRAINT fk_cooperative_judgement_paper_id REFERENCES cooperative_paper (id),
        reason TEXT NOT NULL,
        decided_by_id BIGINT NOT NULL
            CONSTRAINT fk_cooperative_judgement_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL,
        falls_at TIMESTAMPTZ,
        CONSTRAINT ck_cooperative_judgement_grounds CHECK
            (CASE WHEN grade = 'e0' THEN reason <> '' ELSE paper <> '' END),
        CONSTRAINT ck_cooperative_judgement_falls CHECK
            ((grade = 'e0') = (falls_at IS NULL) AND (falls_at IS NULL OR falls_at > decided_at))
    );
    CREATE INDEX ix_cooperative_judgement_cooperative_id ON cooperative_judgement (cooperative_id, code, decided_at);
    CREATE INDEX ix_cooperative_judgement_falls_at ON cooperative_judgement (falls_at);

    CREATE TABLE cooperative_appeal (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative_appeal PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_cooperative_appeal_public_id UNIQUE,
        judgement_id BIGINT NOT NULL CONSTRAINT uq_cooperative_appeal_judgement_id UNIQUE
            CONSTRAINT fk_cooperative_appeal_judgement_id REFERENCES cooperative_judgement (id),
        text TEXT NOT NULL CONSTRAINT ck_cooperative_appeal_text CHECK (length(text) >= 10),
        made_by_id BIGINT NOT NULL CONSTRAINT fk_cooperative_appeal_made_by_id REFERENCES user_account (id),
        made_at TIMESTAMPTZ NOT NULL,
        answer_by DATE NOT NULL,
        upheld BOOLEAN,
        answer TEXT NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_cooperative_appeal_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        CONSTRAINT ck_cooperative_appeal_answered CHECK ((upheld IS NULL) = (answered_at IS NULL)
            AND (upheld IS NULL) = (answered_by_id IS NULL) AND (upheld IS NULL OR length(answer) >= 10)),
        CONSTRAINT ck_cooperative_appeal_two_sides CHECK (answered_by_id <> made_by_id)
    );

    CREATE TABLE cooperative_draft (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cooperative_draft PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_cooperative_draft_public_id UNIQUE,
        organisation_id BIGINT CONSTRAINT uq_cooperative_draft_organisation_id UNIQUE
            CONSTRAINT fk_cooperative_draft_organisation_id REFERENCES organisation (id),
        begun_by_id BIGINT NOT NULL CONSTRAINT fk_cooperative_draft_begun_by_id REFERENCES user_account (id),
        answers JSONB NOT NULL,
        begun_at TIMESTAMPTZ NOT NULL,
        saved_at TIMESTAMPTZ NOT NULL
    );
    CREATE UNIQUE INDEX uq_cooperative_draft_own ON cooperative_draft (begun_by_id) WHERE organisation_id IS NULL;
"""

KEPT = """
    INSERT INTO cooperative_judgement
        (public_id, cooperative_id, code, value, grade, paper, reason, decided_by_id, decided_at, falls_at)
    SELECT gen_random_uuid(), v.cooperative_id, c.code, c.value, 'e3', v.note, '', v.decided_by_id, v.decided_at,
        v.decided_at + interval '731 days'
    FROM cooperative_verification v
    JOIN cooperative_claim c ON c.cooperative_id = v.cooperative_id AND c.declared_at <= v.decided_at
    WHERE v.verified AND v.claims ? c.code;
"""

FENCES = """
    CREATE FUNCTION keep_cooperative_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'a judgement on a cooperative is never changed' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative c WHERE c.id = NEW.cooperative_id
            AND NEW.decided_by_id IN (c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
            RAISE EXCEPTION 'a second person judges a cooperative' USING ERRCODE = 'CW009';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_cooperative_judgement BEFORE INSERT OR UPDATE OR DELETE
        ON cooperative_judgement FOR EACH ROW EXECUTE FUNCTION keep_cooperative_judgement();

    CREATE FUNCTION keep_cooperative_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.answered_at IS NOT NULL
            OR (OLD.judgement_id, OLD.text, OLD.made_by_id, OLD.made_at, OLD.answer_by)
                IS DISTINCT FROM (NEW.judgement_id, NEW.text, NEW.made_by_id, NEW.made_at, NEW.answer_by)) THEN
            RAISE EXCEPTION 'an appeal stays, and is answered once' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative_judgement j JOIN cooperative c ON c.id = j.cooperative_id
            WHERE j.id = NEW.judgement_id AND (j.grade <> 'e0' OR NEW.answered_by_id IN
                (j.decided_by_id, c.registered_by_id, c.changed_by_id, c.coach_id))) THEN
            RAISE EXCEPTION 'an appeal is against a refusal, and somebody else answers it' USING ERRCODE = 'CW009';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_cooperative_appeal BEFORE INSERT OR UPDATE OR DELETE
        ON cooperative_appeal FOR EACH ROW EXECUTE FUNCTION keep_cooperative_appeal();
"""


def upgrade() -> None:
    """Make the ladder; what was seen in documents before becomes judgements of grade E3 on the same day."""
    op.execute(COLUMNS)
    op.execute(TABLES)
    op.execute(KEPT)
    op.execute(FENCES)


def downgrade() -> None:
    """Take it away; decisions on whole profiles stay."""
    op.execute("""
        DROP TABLE cooperative_draft, cooperative_appeal, cooperative_judgement, cooperative_paper;
        DROP FUNCTION keep_cooperative_judgement(), keep_cooperative_appeal();
        ALTER TABLE cooperative_claim DROP COLUMN since;
        ALTER TABLE cooperative DROP COLUMN members, DROP COLUMN serves;
    """)
