"""A period of the books can be closed: nothing is posted with a day in it. And a set of books says what it is."""

from pathlib import Path

from alembic import op

revision = "0195_period_close"
down_revision = "0136_total_after_lines"
branch_labels = None
depends_on = None

GUARDS = Path(__file__).parents[1] / "sql" / "0005_books_guards.sql"


def upgrade() -> None:
    """Nothing is closed yet, and of no books it is said what they are."""
    op.execute("""
        CREATE TABLE period_close (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_period_close PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_period_close_public_id UNIQUE,
            party_id bigint NOT NULL CONSTRAINT fk_period_close_party_id REFERENCES party (id),
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            reopens_id bigint CONSTRAINT uq_period_close_reopens_id UNIQUE
                CONSTRAINT fk_period_close_reopens_id REFERENCES period_close (id),
            reason text,
            by_id bigint NOT NULL CONSTRAINT fk_period_close_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            CONSTRAINT ck_period_close_days CHECK (starts_on < ends_on),
            CONSTRAINT ck_period_close_reopens CHECK ((reopens_id IS NULL) = (reason IS NULL)),
            CONSTRAINT ck_period_close_reason CHECK (length(reason) BETWEEN 10 AND 500),
            CONSTRAINT ck_period_close_over CHECK (ends_on <= (at AT TIME ZONE 'Europe/Amsterdam')::date)
        );
        CREATE INDEX ix_period_close_party_id ON period_close (party_id);

        CREATE TABLE books_status (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_books_status PRIMARY KEY,
            party_id bigint NOT NULL CONSTRAINT fk_books_status_party_id REFERENCES party (id),
            kind text NOT NULL,
            since date NOT NULL,
            by_id bigint NOT NULL CONSTRAINT fk_books_status_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            CONSTRAINT ck_books_status_kind CHECK (kind IN ('statutory', 'subledger'))
        );
        CREATE INDEX ix_books_status_party_id ON books_status (party_id, since);

        CREATE TRIGGER period_close_append_only BEFORE UPDATE OR DELETE ON period_close
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER period_close_no_truncate BEFORE TRUNCATE ON period_close EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER books_status_append_only BEFORE UPDATE OR DELETE ON books_status
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER books_status_no_truncate BEFORE TRUNCATE ON books_status EXECUTE FUNCTION refuse_change();
    """)
    op.execute("""
        -- Who posts holds the accounts, who opens an account holds the party: so closing takes first the party, then
        -- its accounts, and knows that nobody is halfway. Whoever comes later waits for an account or the party, and
        -- its check (entry_fits, a new snapshot) finds the period closed.
        CREATE FUNCTION books_period_close_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            first period_close;
        BEGIN
            IF NEW.reopens_id IS NOT NULL THEN
                SELECT * INTO first FROM period_close c WHERE c.id = NEW.reopens_id;
                IF (first.party_id = NEW.party_id AND first.starts_on = NEW.starts_on
                    AND first.ends_on = NEW.ends_on AND first.reopens_id IS NULL) IS NOT TRUE THEN
                    RAISE EXCEPTION 'what is opened again was closed' USING ERRCODE = 'CB020';
                END IF;
                RETURN NEW;
            END IF;
            PERFORM FROM party p WHERE p.id = NEW.party_id FOR UPDATE;
            PERFORM FROM account a WHERE a.party_id = NEW.party_id ORDER BY a.id DESC FOR NO KEY UPDATE;
            PERFORM FROM period_close c WHERE c.party_id = NEW.party_id AND c.reopens_id IS NULL
                AND c.starts_on < NEW.ends_on AND NEW.starts_on < c.ends_on
                AND NOT EXISTS (SELECT FROM period_close r WHERE r.reopens_id = c.id);
            IF FOUND THEN
                RAISE EXCEPTION 'a part of this period is closed' USING ERRCODE = 'CB019';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER period_close_fits BEFORE INSERT ON period_close
            FOR EACH ROW EXECUTE FUNCTION books_period_close_fits();

        CREATE OR REPLACE FUNCTION books_entry_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM fresh e
                LEFT JOIN transfer t ON t.id = e.transfer_id AND t.legs = e.legs
                LEFT JOIN account a ON a.id = e.account_id AND a.party_id = e.party_id AND a.currency = e.currency
                WHERE t.id IS NULL OR a.id IS NULL OR e.leg < 1 OR e.leg > e.legs OR e.amount = 0
                    OR abs(e.amount) > 1000000000000000 OR e.account_version < 1;
            IF FOUND THEN
                RAISE EXCEPTION 'an entry does not fit its transfer or its account' USING ERRCODE = 'CB016';
            END IF;
            PERFORM FROM fresh e
                JOIN period_close c ON c.party_id = e.party_id AND c.reopens_id IS NULL
                JOIN transfer t ON t.id = e.transfer_id
                    AND t.effective_at >= c.starts_on::timestamp AT TIME ZONE 'Europe/Amsterdam'
                    AND t.effective_at < c.ends_on::timestamp AT TIME ZONE 'Europe/Amsterdam'
                WHERE NOT EXISTS (SELECT FROM period_close r WHERE r.reopens_id = c.id);
            IF FOUND THEN
                RAISE EXCEPTION 'the day lies in a closed period of the books' USING ERRCODE = 'CB018';
            END IF;
            RETURN NULL;
        END $$;
    """)


def downgrade() -> None:
    """What was closed is open, and the check of entries is again as migration 0005 made it."""
    op.execute("DROP TABLE period_close, books_status; DROP FUNCTION books_period_close_fits;")
    text = GUARDS.read_text(encoding="utf-8")
    start = text.index("CREATE FUNCTION books_entry_fits()")
    made = text[start : text.index("CREATE TRIGGER entry_fits", start)]
    op.execute(made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
