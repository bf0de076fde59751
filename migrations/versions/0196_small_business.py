"""From when to when an organisation is under the small businesses scheme."""

from alembic import op

revision = "0196_small_business"
down_revision = "0195_period_close"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is, until somebody says so."""
    op.execute("""
        CREATE TABLE small_business (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_small_business PRIMARY KEY,
            party_id bigint NOT NULL CONSTRAINT fk_small_business_party_id REFERENCES organisation (id),
            since date NOT NULL,
            until date,
            by_id bigint NOT NULL CONSTRAINT fk_small_business_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            ended_by_id bigint CONSTRAINT fk_small_business_ended_by_id REFERENCES user_account (id),
            ended_at timestamptz,
            CONSTRAINT ck_small_business_days CHECK (until > since),
            CONSTRAINT ck_small_business_ended CHECK (num_nulls(until, ended_by_id, ended_at) IN (0, 3))
        );
        CREATE UNIQUE INDEX uq_small_business_running ON small_business (party_id) WHERE until IS NULL;
        CREATE INDEX ix_small_business_party_id ON small_business (party_id);

        CREATE FUNCTION small_business_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND (OLD.until IS NOT NULL OR (NEW.id, NEW.party_id, NEW.since, NEW.by_id, NEW.at)
                IS DISTINCT FROM (OLD.id, OLD.party_id, OLD.since, OLD.by_id, OLD.at)) THEN
                RAISE EXCEPTION 'a stretch of the scheme ends once, nothing else changes'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            PERFORM FROM small_business s WHERE s.party_id = NEW.party_id AND s.id <> NEW.id
                AND daterange(s.since, s.until) && daterange(NEW.since, NEW.until);
            IF FOUND THEN
                RAISE EXCEPTION 'stretches of the scheme overlap' USING ERRCODE = 'exclusion_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER small_business_fits BEFORE INSERT OR UPDATE ON small_business
            FOR EACH ROW EXECUTE FUNCTION small_business_fits();
        CREATE TRIGGER small_business_no_delete BEFORE DELETE ON small_business
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER small_business_no_truncate BEFORE TRUNCATE ON small_business EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Everybody charges VAT again."""
    op.execute("DROP TABLE small_business; DROP FUNCTION small_business_fits;")
