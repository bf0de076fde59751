"""Conditions of local money as versions, the vote on each, and what each would have done to a quarter's books."""

from alembic import op

revision = "0221_conditions"
down_revision = "0227_experiment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE condition_version (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_condition_version PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_condition_version_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_condition_version_instrument_code REFERENCES instrument (code),
            number bigint NOT NULL,
            words text NOT NULL,
            starts_on date NOT NULL,
            accept_where text[] NOT NULL,
            accept_share bigint NOT NULL,
            accept_price bigint,
            accept_cap bigint,
            fee_rate bigint NOT NULL,
            fee_days bigint NOT NULL,
            fee_hops bigint NOT NULL,
            demurrage_every text NOT NULL,
            demurrage_rate bigint NOT NULL,
            free_days bigint NOT NULL,
            exempt bigint NOT NULL,
            lapse_months bigint,
            proposed_at timestamptz NOT NULL,
            proposed_by_id bigint NOT NULL CONSTRAINT fk_condition_version_proposed_by_id REFERENCES user_account (id),
            adopted_at timestamptz,
            adopted_by_id bigint CONSTRAINT fk_condition_version_adopted_by_id REFERENCES user_account (id),
            effect_id bigint,
            CONSTRAINT uq_condition_version_instrument_code_number UNIQUE (instrument_code, number),
            CONSTRAINT ck_condition_version_accept_share CHECK (accept_share BETWEEN 1 AND 100),
            CONSTRAINT ck_condition_version_accept_price CHECK (accept_price BETWEEN 100 AND 100000000),
            CONSTRAINT ck_condition_version_accept_cap CHECK (accept_cap BETWEEN 100 AND 100000000),
            CONSTRAINT ck_condition_version_fee_rate CHECK (fee_rate BETWEEN 0 AND 500),
            CONSTRAINT ck_condition_version_fee_days CHECK (fee_days BETWEEN 1 AND 90),
            CONSTRAINT ck_condition_version_fee_hops CHECK (fee_hops BETWEEN 1 AND 2),
            CONSTRAINT ck_condition_version_demurrage_rate CHECK (demurrage_rate BETWEEN 0 AND 500),
            CONSTRAINT ck_condition_version_free_days CHECK (free_days BETWEEN 90 AND 3650),
            CONSTRAINT ck_condition_version_exempt CHECK (exempt BETWEEN 5000 AND 100000000),
            CONSTRAINT ck_condition_version_lapse_months CHECK (lapse_months BETWEEN 24 AND 240),
            CONSTRAINT ck_condition_version_accept_where CHECK (cardinality(accept_where) > 0
                AND accept_where <@ ARRAY['cooperative', 'organisation', 'resident']),
            CONSTRAINT ck_condition_version_demurrage_every CHECK (demurrage_every IN ('never', 'quarter', 'year')),
            CONSTRAINT ck_condition_version_charged CHECK ((demurrage_every = 'never') = (demurrage_rate = 0)),
            CONSTRAINT ck_condition_version_mutual CHECK (instrument_code <> 'KRE' OR (fee_rate = 0
                AND demurrage_rate = 0 AND lapse_months IS NULL AND NOT 'resident' = ANY (accept_where))),
            CONSTRAINT ck_condition_version_adopted CHECK (num_nulls(adopted_at, adopted_by_id, effect_id) IN (0, 3)),
            CONSTRAINT ck_condition_version_second CHECK (adopted_by_id <> proposed_by_id),
            CONSTRAINT ck_condition_version_notice CHECK (
                starts_on >= (coalesce(adopted_at, proposed_at) AT TIME ZONE 'Europe/Amsterdam')::date + 30)
        );
        CREATE UNIQUE INDEX uq_condition_version_starts_on ON condition_version (instrument_code, starts_on)
            WHERE adopted_at IS NOT NULL;
        CREATE TABLE condition_vote (
            version_id bigint CONSTRAINT pk_condition_vote PRIMARY KEY
                CONSTRAINT fk_condition_vote_version_id REFERENCES condition_version (id),
            document text NOT NULL,
            decided_on date NOT NULL,
            votes_for bigint NOT NULL,
            votes_against bigint NOT NULL,
            recorded_at timestamptz NOT NULL,
            recorded_by_id bigint NOT NULL CONSTRAINT fk_condition_vote_recorded_by_id REFERENCES user_account (id),
            CONSTRAINT ck_condition_vote_carried CHECK (votes_against >= 0 AND votes_for > votes_against)
        );
        CREATE TABLE condition_effect (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_condition_effect PRIMARY KEY,
            version_id bigint NOT NULL CONSTRAINT fk_condition_effect_version_id REFERENCES condition_version (id),
            quarter text NOT NULL,
            book_lines bigint NOT NULL,
            wallets bigint NOT NULL,
            stopped_count bigint NOT NULL,
            stopped_amount bigint NOT NULL,
            computed_at timestamptz NOT NULL,
            CONSTRAINT ck_condition_effect_counted
                CHECK (book_lines >= 0 AND wallets >= 0 AND stopped_count >= 0 AND stopped_amount >= 0)
        );
        CREATE INDEX ix_condition_effect_version_id ON condition_effect (version_id);
        CREATE TABLE condition_effect_part (
            effect_id bigint NOT NULL CONSTRAINT fk_condition_effect_part_effect_id REFERENCES condition_effect (id),
            party_group text NOT NULL,
            wallets bigint NOT NULL,
            hit bigint NOT NULL,
            charged bigint NOT NULL,
            biggest bigint NOT NULL,
            spared_count bigint NOT NULL,
            spared bigint NOT NULL,
            lapsed bigint NOT NULL,
            CONSTRAINT pk_condition_effect_part PRIMARY KEY (effect_id, party_group),
            CONSTRAINT ck_condition_effect_part_party_group
                CHECK (party_group IN ('cooperative', 'organisation', 'resident')),
            CONSTRAINT ck_condition_effect_part_residents CHECK (party_group <> 'resident' OR charged = 0),
            CONSTRAINT ck_condition_effect_part_amounts CHECK (
                hit BETWEEN 0 AND wallets AND biggest BETWEEN 0 AND charged AND spared >= 0 AND lapsed >= 0)
        );
        ALTER TABLE condition_version ADD CONSTRAINT fk_condition_version_effect_id
            FOREIGN KEY (effect_id) REFERENCES condition_effect (id);
    """)
    op.execute("""
        CREATE FUNCTION condition_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            adopting text[] := '{adopted_at,adopted_by_id,effect_id}';
        BEGIN
            IF OLD.adopted_at IS NOT NULL OR to_jsonb(NEW) - adopting <> to_jsonb(OLD) - adopting THEN
                RAISE EXCEPTION 'conditions % are kept as they are', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            PERFORM FROM condition_vote v JOIN condition_effect e ON e.version_id = v.version_id
                WHERE v.version_id = NEW.id AND e.id = NEW.effect_id AND v.recorded_by_id <> NEW.adopted_by_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'conditions % are adopted on a vote and an effect of their own, by a second person', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            PERFORM FROM condition_version c WHERE c.instrument_code = NEW.instrument_code AND c.id <> NEW.id
                AND c.adopted_at IS NOT NULL AND c.starts_on >= NEW.starts_on;
            IF FOUND THEN
                RAISE EXCEPTION 'later conditions than % are adopted', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE FUNCTION condition_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.adopted_at IS NOT NULL THEN
                RAISE EXCEPTION 'conditions begin as a proposal' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER condition_proposed BEFORE INSERT ON condition_version
            FOR EACH ROW EXECUTE FUNCTION condition_proposed();
        CREATE TRIGGER condition_keep BEFORE UPDATE ON condition_version
            FOR EACH ROW EXECUTE FUNCTION condition_keep();
        CREATE TRIGGER condition_version_no_delete BEFORE DELETE ON condition_version
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER condition_version_no_truncate BEFORE TRUNCATE ON condition_version
            EXECUTE FUNCTION refuse_change();
    """)
    for table in ("condition_vote", "condition_effect", "condition_effect_part"):
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change();
        """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        ALTER TABLE condition_version DROP CONSTRAINT fk_condition_version_effect_id;
        DROP TABLE condition_effect_part, condition_effect, condition_vote, condition_version;
        DROP FUNCTION condition_keep; DROP FUNCTION condition_proposed
    """)
