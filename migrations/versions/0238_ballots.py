"""Votes about local money: with their roll, counts, sealed result and what was paid by them."""

from alembic import op

revision = "0238_ballots"
down_revision = "0237_residency"
branch_labels = None
depends_on = None

_TABLES = """
    CREATE TABLE ballot_counter (
        year bigint CONSTRAINT pk_ballot_counter PRIMARY KEY,
        last bigint NOT NULL
    );
    CREATE TABLE ballot (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ballot PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_ballot_public_id UNIQUE,
        number text NOT NULL CONSTRAINT uq_ballot_number UNIQUE,
        instrument_code text NOT NULL CONSTRAINT fk_ballot_instrument_code REFERENCES instrument (code),
        live boolean NOT NULL,
        kind text NOT NULL,
        title text NOT NULL,
        text text NOT NULL,
        amount bigint,
        payee text,
        version_id bigint CONSTRAINT fk_ballot_version_id REFERENCES condition_version (id),
        proposed_by_id bigint NOT NULL CONSTRAINT fk_ballot_proposed_by_id REFERENCES user_account (id),
        opened_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL,
        voters bigint NOT NULL,
        quorum_percent bigint NOT NULL,
        over_percent bigint NOT NULL,
        least bigint NOT NULL,
        withdrawn_at timestamptz,
        withdrawn_by_id bigint CONSTRAINT fk_ballot_withdrawn_by_id REFERENCES user_account (id),
        why text,
        closed_at timestamptz,
        outcome text,
        document text,
        checksum text,
        CONSTRAINT ck_ballot_kind CHECK (kind IN ('fund', 'rules')),
        CONSTRAINT ck_ballot_subject CHECK (num_nulls(amount, payee) = CASE kind WHEN 'fund' THEN 0 ELSE 2 END
            AND (version_id IS NULL) = (kind = 'fund')),
        CONSTRAINT ck_ballot_amount CHECK (amount >= 100),
        CONSTRAINT ck_ballot_closes_at CHECK (closes_at > opened_at),
        CONSTRAINT ck_ballot_terms CHECK (quorum_percent BETWEEN 1 AND 100 AND over_percent BETWEEN 50 AND 99
            AND least >= 3 AND voters >= least),
        CONSTRAINT ck_ballot_closed CHECK (num_nulls(closed_at, outcome, document, checksum) IN (0, 4)
            AND closed_at >= closes_at),
        CONSTRAINT ck_ballot_outcome CHECK (outcome IN ('carried', 'rejected', 'no_quorum')),
        CONSTRAINT ck_ballot_checksum CHECK (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
        CONSTRAINT ck_ballot_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id, why) IN (0, 3)
            AND withdrawn_at < closes_at),
        CONSTRAINT ck_ballot_ended CHECK (withdrawn_at IS NULL OR closed_at IS NULL)
    );
    CREATE UNIQUE INDEX uq_ballot_version_id ON ballot (version_id) WHERE withdrawn_at IS NULL;
    CREATE INDEX ix_ballot_closes_at ON ballot (closes_at);
    CREATE TABLE ballot_voter (
        ballot_id bigint NOT NULL CONSTRAINT fk_ballot_voter_ballot_id REFERENCES ballot (id),
        party_id bigint NOT NULL CONSTRAINT fk_ballot_voter_party_id REFERENCES party (id),
        voted boolean NOT NULL,
        CONSTRAINT pk_ballot_voter PRIMARY KEY (ballot_id, party_id)
    );
    CREATE INDEX ix_ballot_voter_party_id ON ballot_voter (party_id);
    CREATE TABLE ballot_tally (
        ballot_id bigint NOT NULL CONSTRAINT fk_ballot_tally_ballot_id REFERENCES ballot (id),
        choice text NOT NULL,
        votes bigint NOT NULL,
        CONSTRAINT pk_ballot_tally PRIMARY KEY (ballot_id, choice),
        CONSTRAINT ck_ballot_tally_choice CHECK (choice IN ('for', 'against', 'abstain')),
        CONSTRAINT ck_ballot_tally_votes CHECK (votes >= 0)
    );
    CREATE TABLE ballot_payment (
        ballot_id bigint CONSTRAINT pk_ballot_payment PRIMARY KEY
            CONSTRAINT fk_ballot_payment_ballot_id REFERENCES ballot (id),
        amount bigint NOT NULL,
        reference text NOT NULL,
        transfer_id bigint NOT NULL CONSTRAINT fk_ballot_payment_transfer_id REFERENCES transfer (id)
            CONSTRAINT uq_ballot_payment_transfer_id UNIQUE,
        paid_at timestamptz NOT NULL,
        paid_by_id bigint NOT NULL CONSTRAINT fk_ballot_payment_paid_by_id REFERENCES user_account (id)
    );
"""

_KEEPING = """
    CREATE FUNCTION ballot_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moving text[] := '{withdrawn_at,withdrawn_by_id,why,closed_at,outcome,document,checksum}';
    BEGIN
        IF OLD.closed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
            OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
            RAISE EXCEPTION 'ballot % is kept as it is', OLD.number USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ballot_keep BEFORE UPDATE ON ballot FOR EACH ROW EXECUTE FUNCTION ballot_keep();

    CREATE FUNCTION ballot_roll_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT ballot_id FROM added) AS those JOIN ballot ON ballot.id = those.ballot_id
            WHERE ballot.voters <> (SELECT count(*) FROM ballot_voter AS v WHERE v.ballot_id = ballot.id)
        ) THEN
            RAISE EXCEPTION 'the roll of a ballot is fixed when it opens' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER ballot_roll_whole AFTER INSERT ON ballot_voter REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION ballot_roll_whole();

    CREATE FUNCTION ballot_vote_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM ballot WHERE id = OLD.ballot_id AND (closed_at IS NOT NULL OR withdrawn_at IS NOT NULL))
            OR to_jsonb(NEW) - '{voted,votes}'::text[] <> to_jsonb(OLD) - '{voted,votes}'::text[]
            OR (TG_TABLE_NAME = 'ballot_voter' AND (to_jsonb(OLD) ->> 'voted')::boolean) THEN
            RAISE EXCEPTION 'ballot % takes no such vote', OLD.ballot_id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ballot_voter_keep BEFORE UPDATE ON ballot_voter
        FOR EACH ROW EXECUTE FUNCTION ballot_vote_keep();
    CREATE TRIGGER ballot_tally_keep BEFORE UPDATE ON ballot_tally
        FOR EACH ROW EXECUTE FUNCTION ballot_vote_keep();

    CREATE FUNCTION ballot_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT coalesce(sum(votes), 0) FROM ballot_tally WHERE ballot_id = NEW.ballot_id)
            <> (SELECT count(*) FROM ballot_voter WHERE ballot_id = NEW.ballot_id AND voted) THEN
            RAISE EXCEPTION 'ballot %: as many votes as voters who voted', NEW.ballot_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER ballot_voter_adds_up AFTER INSERT OR UPDATE ON ballot_voter
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.voted) EXECUTE FUNCTION ballot_adds_up();
    CREATE CONSTRAINT TRIGGER ballot_tally_adds_up AFTER INSERT OR UPDATE ON ballot_tally
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.votes > 0) EXECUTE FUNCTION ballot_adds_up();

    CREATE FUNCTION ballot_payment_by_vote() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM ballot WHERE id = NEW.ballot_id AND outcome = 'carried' AND amount = NEW.amount
            AND proposed_by_id <> NEW.paid_by_id) THEN
            RAISE EXCEPTION 'no vote carried this payment' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ballot_payment_by_vote BEFORE INSERT ON ballot_payment
        FOR EACH ROW EXECUTE FUNCTION ballot_payment_by_vote();
    CREATE TRIGGER ballot_payment_append_only BEFORE UPDATE OR DELETE ON ballot_payment
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

_KEPT = ("ballot", "ballot_voter", "ballot_tally")


def upgrade() -> None:
    """None are there."""
    op.execute(_TABLES)
    op.execute(_KEEPING)
    for each in _KEPT:
        op.execute(f"""
            CREATE TRIGGER {each}_no_delete BEFORE DELETE ON {each} FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER {each}_no_truncate BEFORE TRUNCATE ON {each} EXECUTE FUNCTION refuse_change()
        """)
    op.execute("""
        CREATE TRIGGER ballot_payment_no_truncate BEFORE TRUNCATE ON ballot_payment EXECUTE FUNCTION refuse_change()
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE ballot_payment, ballot_tally, ballot_voter, ballot, ballot_counter;
        DROP FUNCTION ballot_payment_by_vote; DROP FUNCTION ballot_adds_up; DROP FUNCTION ballot_vote_keep;
        DROP FUNCTION ballot_roll_whole; DROP FUNCTION ballot_keep
    """)
