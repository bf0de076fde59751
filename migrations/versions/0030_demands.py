"""What a buyer demands of bidders, with reasons."""

from alembic import op

revision = "0030_demands"
down_revision = "0031_lessons"
branch_labels = None
depends_on = None

DEMANDS = """
    CREATE TABLE selection_demand (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_selection_demand PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_selection_demand_tender_id REFERENCES tender (id),
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        text TEXT NOT NULL CONSTRAINT ck_selection_demand_text CHECK (text <> '' AND length(text) <= 500),
        minimum_minor BIGINT CONSTRAINT ck_selection_demand_minimum CHECK (minimum_minor > 0),
        number BIGINT NOT NULL CONSTRAINT ck_selection_demand_number
            CHECK (number BETWEEN 1 AND 10 AND (kind = 'reference' OR number = 1)),
        unit TEXT NOT NULL CONSTRAINT ck_selection_demand_unit CHECK ((unit = 'none') = (minimum_minor IS NULL)),
        reason TEXT NOT NULL CONSTRAINT ck_selection_demand_reason CHECK (length(reason) >= 15),
        explanation TEXT NOT NULL,
        deviates JSONB NOT NULL,
        CONSTRAINT ck_selection_demand_kind CHECK ((kind, code, unit) IN (
            ('turnover', 'slc-stand-to-gen', 'euro_year'), ('reference', 'slc-abil-ref-services', 'euro'),
            ('insurance', 'slc-stand-ins', 'euro'), ('certificate', 'slc-sche-qu-cert-indep', 'none'),
            ('certificate', 'slc-sche-env-cert-indep', 'none'), ('other', 'slc-abil-staff-qual', 'none'),
            ('other', 'slc-suit-reg-prof', 'none'))),
        CONSTRAINT ck_selection_demand_explained CHECK (
            jsonb_typeof(deviates) = 'array' AND (deviates = '[]'::jsonb OR length(explanation) >= 15)),
        CONSTRAINT ck_selection_demand_turnover CHECK (kind <> 'turnover' OR length(explanation) >= 15)
    );
    CREATE INDEX ix_selection_demand_tender_id ON selection_demand (tender_id);
    -- As published: frozen with the tender.
    CREATE TRIGGER keep_selection_demand BEFORE INSERT OR UPDATE OR DELETE ON selection_demand
        FOR EACH ROW EXECUTE FUNCTION keep_statement_demand();
    CREATE TRIGGER selection_demand_no_truncate BEFORE TRUNCATE ON selection_demand
        EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the tables and their fences."""
    op.execute(DEMANDS)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE selection_demand")
