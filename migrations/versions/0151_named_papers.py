"""What is proven rests on a named paper, fact by fact; a profile is verified on such facts alone."""

from alembic import op

revision = "0151_named_papers"
down_revision = "0159_branch_workers"
branch_labels = None
depends_on = None

COLUMNS = """
    ALTER TABLE cooperative_judgement
        ADD COLUMN paper_kind TEXT,
        ADD COLUMN paper_dated_on DATE,
        ADD COLUMN paper_place TEXT,
        ADD CONSTRAINT ck_cooperative_judgement_paper CHECK (
            num_nonnulls(paper_kind, paper_dated_on, paper_place) IN (0, 3)
            AND (paper_id IS NULL OR paper_kind IS NULL)),
        ADD CONSTRAINT ck_cooperative_judgement_elsewhere CHECK (
            paper_kind IN ('statutes', 'members', 'minutes', 'accounts', 'pay', 'other') AND paper_place <> '');
"""

JUDGEMENT = """
    CREATE OR REPLACE FUNCTION keep_cooperative_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'a judgement on a cooperative is never changed' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative c WHERE c.id = NEW.cooperative_id
            AND NEW.decided_by_id IN (c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
            RAISE EXCEPTION 'a second person judges a cooperative' USING ERRCODE = 'CW009';
        END IF;
        {named}
        RETURN NEW;
    END $$;
"""

NAMED = """
        IF NEW.grade IN ('e3', 'e4') AND num_nonnulls(NEW.paper_id, NEW.paper_kind) = 0 THEN
            RAISE EXCEPTION 'a proven fact rests on a named paper' USING ERRCODE = 'CW009';
        END IF;
        IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT FROM cooperative_paper p
            JOIN cooperative c ON c.organisation_id = p.organisation_id
            WHERE p.id = NEW.paper_id AND c.id = NEW.cooperative_id) THEN
            RAISE EXCEPTION 'a fact is proven by a paper of its own cooperative' USING ERRCODE = 'CW009';
        END IF;
"""

VERIFICATION = """
    CREATE OR REPLACE FUNCTION keep_cooperative_verification() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'a decision on a cooperative is never changed' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative c WHERE c.id = NEW.cooperative_id
            AND NEW.decided_by_id IN (c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
            RAISE EXCEPTION 'a second person decides on a cooperative' USING ERRCODE = 'CW009';
        END IF;
        {proven}
        RETURN NEW;
    END $$;
"""

PROVEN = """
        IF NEW.verified AND (jsonb_array_length(NEW.claims) = 0 OR EXISTS (
            SELECT FROM jsonb_array_elements_text(NEW.claims) AS named (code)
            LEFT JOIN cooperative_claim s ON s.cooperative_id = NEW.cooperative_id AND s.code = named.code
            LEFT JOIN LATERAL (
                SELECT j.grade, num_nonnulls(j.paper_id, j.paper_kind) = 1 AS on_paper
                FROM cooperative_judgement j
                WHERE j.cooperative_id = s.cooperative_id AND j.code = s.code AND j.value = s.value
                    AND j.decided_at BETWEEN s.since AND NEW.decided_at
                ORDER BY j.decided_at DESC, j.id DESC LIMIT 1
            ) AS last ON true
            WHERE (last.grade IN ('e3', 'e4') AND last.on_paper) IS NOT TRUE)) THEN
            RAISE EXCEPTION 'a profile is verified on facts that are proven by a paper' USING ERRCODE = 'CW009';
        END IF;
"""


def upgrade() -> None:
    """Ask it of what is written from now on; judgements and decisions of before stay as they were written."""
    op.execute(COLUMNS)
    op.execute(JUDGEMENT.format(named=NAMED))
    op.execute(VERIFICATION.format(proven=PROVEN))


def downgrade() -> None:
    """One line of text names the paper again; what was told of it beside that goes into that line."""
    op.execute("""
        ALTER TABLE cooperative_judgement DISABLE TRIGGER keep_cooperative_judgement;
        UPDATE cooperative_judgement
            SET paper = concat_ws(', ', paper, paper_kind, paper_dated_on, paper_place) WHERE paper_kind IS NOT NULL;
        ALTER TABLE cooperative_judgement ENABLE TRIGGER keep_cooperative_judgement;
        ALTER TABLE cooperative_judgement DROP COLUMN paper_kind, DROP COLUMN paper_dated_on, DROP COLUMN paper_place;
    """)
    op.execute(JUDGEMENT.format(named=""))
    op.execute(VERIFICATION.format(proven=""))
