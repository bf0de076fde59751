"""Offers and wants of organisations, and what others write to them."""

from alembic import op

revision = "0060_exchange"
down_revision = "0046_who_may_bid"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE advert (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        public_id UUID NOT NULL,
        organisation_id BIGINT NOT NULL,
        exchange TEXT NOT NULL,
        item TEXT NOT NULL,
        deal TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        place_code TEXT,
        expires_on DATE NOT NULL,
        made_by_id BIGINT NOT NULL,
        made_at TIMESTAMPTZ NOT NULL,
        version BIGINT NOT NULL,
        ended_at TIMESTAMPTZ,
        CONSTRAINT pk_advert PRIMARY KEY (id),
        CONSTRAINT uq_advert_public_id UNIQUE (public_id),
        CONSTRAINT fk_advert_organisation_id_organisation FOREIGN KEY (organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_advert_made_by_id_user_account FOREIGN KEY (made_by_id) REFERENCES user_account (id),
        CONSTRAINT ck_advert_exchange CHECK (exchange IN ('offer', 'want')),
        CONSTRAINT ck_advert_item CHECK (item IN ('work', 'knowledge', 'tool', 'material', 'space', 'other')),
        CONSTRAINT ck_advert_deal CHECK (deal IN ('borrow-lend', 'rent-lease', 'buy-sell', 'receive-donate')),
        CONSTRAINT ck_advert_title CHECK (title <> '' AND length(title) <= 120),
        CONSTRAINT ck_advert_text CHECK (text <> '' AND length(text) <= 2000),
        CONSTRAINT ck_advert_version CHECK (version >= 1),
        CONSTRAINT ck_advert_ended_at CHECK (ended_at >= made_at)
    );
    CREATE INDEX ix_advert_organisation_id ON advert (organisation_id);
    CREATE INDEX ix_advert_expires_on ON advert (expires_on) WHERE ended_at IS NULL;
    CREATE TABLE advert_reply (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        advert_id BIGINT NOT NULL,
        organisation_id BIGINT NOT NULL,
        text TEXT NOT NULL,
        written_by_id BIGINT NOT NULL,
        written_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_advert_reply PRIMARY KEY (id),
        CONSTRAINT uq_advert_reply_advert_id_organisation_id UNIQUE (advert_id, organisation_id),
        CONSTRAINT fk_advert_reply_advert_id_advert FOREIGN KEY (advert_id) REFERENCES advert (id) ON DELETE CASCADE,
        CONSTRAINT fk_advert_reply_organisation_id_organisation FOREIGN KEY (organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_advert_reply_written_by_id_user_account FOREIGN KEY (written_by_id) REFERENCES user_account (id),
        CONSTRAINT ck_advert_reply_text CHECK (text <> '' AND length(text) <= 1000)
    );
    CREATE INDEX ix_advert_reply_organisation_id ON advert_reply (organisation_id);
"""

# One does not answer oneself, nor what is over: the third fence of `exchange.services.answer_advert`.
REPLIES = """
    CREATE FUNCTION keep_advert_reply() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM advert a WHERE a.id = NEW.advert_id
            AND (a.organisation_id = NEW.organisation_id OR a.ended_at IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'advert with key %: an own one, or one that ended', NEW.advert_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_advert_reply BEFORE INSERT OR UPDATE ON advert_reply FOR EACH ROW
        EXECUTE FUNCTION keep_advert_reply();
"""


def upgrade() -> None:
    """Adverts and replies."""
    op.execute(TABLES)
    op.execute(REPLIES)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE advert_reply; DROP TABLE advert; DROP FUNCTION keep_advert_reply();")
