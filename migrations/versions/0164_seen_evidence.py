"""A check of a step rests on something seen; evidence can be refused with a reason; a contract comes after KvK."""

from alembic import op

revision = "0164_seen_evidence"
down_revision = "0163_withdrawn_distribution"
branch_labels = None
depends_on = None

_STEP = """
    CREATE OR REPLACE FUNCTION step_by_paper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.paper_id IS NULL AND (NEW.step = 'even' OR (NEW.step = 'statutes' AND NOT NEW.draft)) THEN
            RAISE EXCEPTION 'this step is shown by its paper' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'even' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step IN ('statutes', 'contract') AND NOT draft{standing}) THEN
            RAISE EXCEPTION 'no costs are covered before statutes or a contract' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'kvk' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'statutes' AND NOT draft{standing}) THEN
            RAISE EXCEPTION 'KvK enters nothing before the deed' USING ERRCODE = 'CW017';
        END IF;
        {contract}
        RETURN NEW;
    END $$;
"""

_CONTRACT = """IF NEW.step = 'contract' AND num_nonnulls(NEW.paper_id, NEW.agreement_id) = 0 THEN
            RAISE EXCEPTION 'a contract is seen here or its file is' USING ERRCODE = 'CW017';
        END IF;
        IF NEW.step = 'contract' AND NOT EXISTS (SELECT FROM initiative_evidence
            WHERE initiative_id = NEW.initiative_id AND step = 'kvk' AND refused_at IS NULL) THEN
            RAISE EXCEPTION 'nobody signs before KvK' USING ERRCODE = 'CW017';
        END IF;"""


def upgrade() -> None:
    """Ask it of what is written from now on; the ladder no longer counts a contract that was told in words alone."""
    op.execute("""
        ALTER TABLE initiative_evidence
            ADD COLUMN paper_kind TEXT,
            ADD COLUMN paper_dated_on DATE,
            ADD COLUMN paper_place TEXT,
            ADD COLUMN refused_by_id BIGINT
                CONSTRAINT fk_initiative_evidence_refused_by_id REFERENCES user_account (id),
            ADD COLUMN refused_at TIMESTAMPTZ,
            ADD COLUMN refusal TEXT NOT NULL DEFAULT '',
            DROP CONSTRAINT ck_initiative_evidence_agreement,
            DROP CONSTRAINT ck_initiative_evidence_second_person,
            DROP CONSTRAINT uq_initiative_evidence_initiative_id_agreement_id,
            ADD CONSTRAINT ck_initiative_evidence_second_person CHECK (told_by_id IS NULL
                OR ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id)),
            ADD CONSTRAINT ck_initiative_evidence_told CHECK (told_by_id IS NOT NULL
                OR (agreement_id IS NOT NULL AND checked_by_id IS NULL AND checked_at IS NOT NULL)),
            ADD CONSTRAINT ck_initiative_evidence_agreement CHECK (agreement_id IS NULL OR step = 'contract'),
            ADD CONSTRAINT ck_initiative_evidence_paper CHECK (
                num_nonnulls(paper_kind, paper_dated_on, paper_place) IN (0, 3)),
            ADD CONSTRAINT ck_initiative_evidence_elsewhere CHECK (
                paper_kind IN ('statutes', 'members', 'minutes', 'accounts', 'pay', 'other') AND paper_place <> ''),
            ADD CONSTRAINT ck_initiative_evidence_refused CHECK (
                num_nulls(refused_at, refused_by_id) IN (0, 2) AND (refused_at IS NULL) = (refusal = '')
                AND (refused_at IS NULL OR (checked_at IS NULL AND NOT draft AND refused_by_id <> told_by_id)));
        CREATE UNIQUE INDEX uq_initiative_evidence_agreement ON initiative_evidence (initiative_id, agreement_id)
            WHERE refused_at IS NULL;
    """)
    op.execute(_STEP.format(standing=" AND refused_at IS NULL", contract=_CONTRACT))
    op.execute("""
        CREATE FUNCTION check_by_sight() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a check needs something to see' USING ERRCODE = 'CW017';
        END $$;
        CREATE TRIGGER check_by_sight BEFORE INSERT OR UPDATE ON initiative_evidence FOR EACH ROW
            WHEN (NEW.checked_by_id IS NOT NULL
                AND num_nonnulls(NEW.paper_id, NEW.agreement_id, NEW.paper_kind) = 0)
            EXECUTE FUNCTION check_by_sight();
        CREATE TRIGGER keep_judged_evidence BEFORE UPDATE OR DELETE ON initiative_evidence FOR EACH ROW
            WHEN (OLD.checked_at IS NOT NULL OR OLD.refused_at IS NOT NULL) EXECUTE FUNCTION keep_incubator();
    """)


def downgrade() -> None:
    """A word was enough; what was refused, or told of a contract here and not checked, would count and goes."""
    op.execute("""
        DROP TRIGGER keep_judged_evidence ON initiative_evidence;
        DROP TRIGGER check_by_sight ON initiative_evidence;
        DROP FUNCTION check_by_sight();
        DELETE FROM initiative_evidence
            WHERE refused_at IS NOT NULL OR (agreement_id IS NOT NULL AND told_by_id IS NOT NULL);
        DROP INDEX uq_initiative_evidence_agreement;
        ALTER TABLE initiative_evidence
            DROP CONSTRAINT ck_initiative_evidence_refused,
            DROP CONSTRAINT ck_initiative_evidence_elsewhere,
            DROP CONSTRAINT ck_initiative_evidence_paper,
            DROP CONSTRAINT ck_initiative_evidence_agreement,
            DROP CONSTRAINT ck_initiative_evidence_told,
            DROP CONSTRAINT ck_initiative_evidence_second_person,
            DROP COLUMN paper_kind, DROP COLUMN paper_dated_on, DROP COLUMN paper_place,
            DROP COLUMN refused_by_id, DROP COLUMN refused_at, DROP COLUMN refusal,
            ADD CONSTRAINT ck_initiative_evidence_second_person CHECK (agreement_id IS NOT NULL
                OR ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id)),
            ADD CONSTRAINT ck_initiative_evidence_agreement CHECK (
                CASE WHEN agreement_id IS NULL THEN told_by_id IS NOT NULL ELSE step = 'contract'
                AND told_by_id IS NULL AND checked_by_id IS NULL AND checked_at IS NOT NULL END),
            ADD CONSTRAINT uq_initiative_evidence_initiative_id_agreement_id UNIQUE (initiative_id, agreement_id);
    """)
    op.execute(_STEP.format(standing="", contract=""))
