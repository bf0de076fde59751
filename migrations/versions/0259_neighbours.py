"""Offers and wants of residents, for holders of a wallet only, apart from those of organisations (ADR 0068)."""

from alembic import op

revision = "0259_neighbours"
down_revision = "0258_bank_entry_keys"
branch_labels = None
depends_on = None

TABLES = r"""
    CREATE TABLE neighbour (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_neighbour PRIMARY KEY,
        person_id bigint NOT NULL CONSTRAINT fk_neighbour_person_id_person REFERENCES person (id)
            CONSTRAINT uq_neighbour_person_id UNIQUE,
        called text,
        place_code text,
        of_age boolean NOT NULL,
        joined_at timestamptz NOT NULL,
        CONSTRAINT ck_neighbour_called CHECK (called <> '' AND length(called) <= 20 AND called !~ '[0-9@]'),
        CONSTRAINT ck_neighbour_of_age CHECK (of_age)
    );
    CREATE TABLE neighbour_advert (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_neighbour_advert PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_neighbour_advert_public_id UNIQUE,
        neighbour_id bigint NOT NULL
            CONSTRAINT fk_neighbour_advert_neighbour_id_neighbour REFERENCES neighbour (id) ON DELETE CASCADE,
        exchange text NOT NULL,
        item text NOT NULL,
        deal text NOT NULL,
        title text NOT NULL,
        text text NOT NULL,
        place_code text,
        instrument_code text CONSTRAINT fk_neighbour_advert_instrument_code_instrument REFERENCES instrument (code),
        price bigint,
        expires_on date NOT NULL,
        made_at timestamptz NOT NULL,
        ended_at timestamptz,
        taken_away boolean NOT NULL,
        CONSTRAINT ck_neighbour_advert_exchange CHECK (exchange IN ('offer', 'want')),
        CONSTRAINT ck_neighbour_advert_item
            CHECK (item IN ('work', 'knowledge', 'tool', 'material', 'space', 'other')),
        CONSTRAINT ck_neighbour_advert_deal
            CHECK (deal IN ('borrow-lend', 'rent-lease', 'buy-sell', 'receive-donate')),
        CONSTRAINT ck_neighbour_advert_title CHECK (title <> '' AND length(title) <= 80),
        CONSTRAINT ck_neighbour_advert_text CHECK (text <> '' AND length(text) <= 1000),
        CONSTRAINT ck_neighbour_advert_no_contact CHECK (title || ' ' || text !~ '[^[:space:]]@[^[:space:]]'),
        CONSTRAINT ck_neighbour_advert_money CHECK (
            instrument_code IS NULL OR (instrument_code <> 'WIJK' AND deal IN ('rent-lease', 'buy-sell'))),
        CONSTRAINT ck_neighbour_advert_price
            CHECK (price > 0 AND (price IS NULL OR instrument_code IS NOT NULL)),
        CONSTRAINT ck_neighbour_advert_ended_at CHECK (ended_at >= made_at),
        CONSTRAINT ck_neighbour_advert_taken_away CHECK (NOT taken_away OR ended_at IS NOT NULL)
    );
    CREATE INDEX ix_neighbour_advert_neighbour_id ON neighbour_advert (neighbour_id);
    CREATE INDEX ix_neighbour_advert_expires_on ON neighbour_advert (expires_on) WHERE ended_at IS NULL;
    CREATE TABLE neighbour_talk (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_neighbour_talk PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_neighbour_talk_public_id UNIQUE,
        advert_id bigint NOT NULL
            CONSTRAINT fk_neighbour_talk_advert_id_neighbour_advert REFERENCES neighbour_advert (id) ON DELETE CASCADE,
        party_id bigint NOT NULL CONSTRAINT fk_neighbour_talk_party_id_party REFERENCES party (id),
        begun_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT uq_neighbour_talk_advert_id_party_id UNIQUE (advert_id, party_id),
        CONSTRAINT ck_neighbour_talk_closed_at CHECK (closed_at >= begun_at)
    );
    CREATE INDEX ix_neighbour_talk_party_id ON neighbour_talk (party_id);
    CREATE TABLE neighbour_message (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_neighbour_message PRIMARY KEY,
        talk_id bigint NOT NULL
            CONSTRAINT fk_neighbour_message_talk_id_neighbour_talk REFERENCES neighbour_talk (id) ON DELETE CASCADE,
        by_maker boolean NOT NULL,
        text text NOT NULL,
        written_by_id bigint NOT NULL
            CONSTRAINT fk_neighbour_message_written_by_id_user_account REFERENCES user_account (id),
        written_at timestamptz NOT NULL,
        removed_at timestamptz,
        CONSTRAINT ck_neighbour_message_text CHECK (text <> '' AND length(text) <= 1000)
    );
    CREATE INDEX ix_neighbour_message_talk_id ON neighbour_message (talk_id);
    CREATE INDEX ix_neighbour_message_written_by_id ON neighbour_message (written_by_id, written_at);
    CREATE TABLE neighbour_report (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_neighbour_report PRIMARY KEY,
        advert_id bigint NOT NULL
            CONSTRAINT fk_neighbour_report_advert_id_neighbour_advert
            REFERENCES neighbour_advert (id) ON DELETE CASCADE,
        message_id bigint
            CONSTRAINT fk_neighbour_report_message_id_neighbour_message
            REFERENCES neighbour_message (id) ON DELETE CASCADE,
        reported_by_id bigint NOT NULL
            CONSTRAINT fk_neighbour_report_reported_by_id_user_account REFERENCES user_account (id),
        reason text NOT NULL,
        title text NOT NULL,
        text text NOT NULL,
        reported_at timestamptz NOT NULL,
        decided_at timestamptz,
        decided_by_id bigint
            CONSTRAINT fk_neighbour_report_decided_by_id_user_account REFERENCES user_account (id),
        taken_away boolean,
        CONSTRAINT uq_neighbour_report_advert_id_message_id_reported_by_id
            UNIQUE NULLS NOT DISTINCT (advert_id, message_id, reported_by_id),
        CONSTRAINT ck_neighbour_report_reason CHECK (reason <> '' AND length(reason) <= 500),
        CONSTRAINT ck_neighbour_report_decided CHECK (num_nulls(decided_at, decided_by_id, taken_away) IN (0, 3)),
        CONSTRAINT ck_neighbour_report_other CHECK (decided_by_id <> reported_by_id)
    );
    CREATE INDEX ix_neighbour_report_waiting ON neighbour_report (reported_at) WHERE decided_at IS NULL;
    CREATE TRIGGER neighbour_report_keep BEFORE UPDATE ON neighbour_report
        FOR EACH ROW EXECUTE FUNCTION advert_report_keep();
"""

TALKS = """
    CREATE FUNCTION neighbour_talk_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM neighbour_advert a JOIN neighbour n ON n.id = a.neighbour_id
            WHERE a.id = NEW.advert_id AND (n.person_id = NEW.party_id OR a.ended_at IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'advert with key %: an own one, or one that ended', NEW.advert_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER neighbour_talk_keep BEFORE INSERT ON neighbour_talk
        FOR EACH ROW EXECUTE FUNCTION neighbour_talk_keep();
    CREATE FUNCTION neighbour_message_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        removing text[] := '{removed_at}';
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.removed_at IS NOT NULL OR to_jsonb(NEW) - removing <> to_jsonb(OLD) - removing THEN
                RAISE EXCEPTION 'message % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
        ELSIF EXISTS (
            SELECT FROM neighbour_talk t JOIN neighbour_advert a ON a.id = t.advert_id
            WHERE t.id = NEW.talk_id AND (t.closed_at IS NOT NULL OR a.taken_away)
        ) THEN
            RAISE EXCEPTION 'talk with key % is closed', NEW.talk_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER neighbour_message_keep BEFORE INSERT OR UPDATE ON neighbour_message
        FOR EACH ROW EXECUTE FUNCTION neighbour_message_keep();
"""


def upgrade() -> None:
    """Tables, and what holds them."""
    op.execute(TABLES)
    op.execute(TALKS)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE neighbour_report, neighbour_message, neighbour_talk, neighbour_advert, neighbour;
        DROP FUNCTION neighbour_message_keep; DROP FUNCTION neighbour_talk_keep;
    """)
