"""Agreements on support and what was delivered: no more than was offered, no more than was agreed."""

from alembic import op

revision = "0065_arrangements"
down_revision = "0064_support"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE support_agreement (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_support_agreement PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_support_agreement_public_id UNIQUE,
        offer_id BIGINT NOT NULL CONSTRAINT fk_support_agreement_offer_id REFERENCES support_offer (id),
        request_id BIGINT NOT NULL CONSTRAINT fk_support_agreement_request_id REFERENCES support_request (id),
        amount BIGINT NOT NULL,
        units BIGINT NOT NULL,
        price BIGINT NOT NULL,
        market BIGINT NOT NULL,
        market_how TEXT NOT NULL,
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        proposed_side TEXT NOT NULL
            CONSTRAINT ck_support_agreement_proposed_side CHECK (proposed_side IN ('giver', 'receiver')),
        proposed_by_id BIGINT NOT NULL CONSTRAINT fk_support_agreement_proposed_by_id REFERENCES user_account (id),
        proposed_at TIMESTAMPTZ NOT NULL,
        agreed_by_id BIGINT CONSTRAINT fk_support_agreement_agreed_by_id REFERENCES user_account (id),
        agreed_at TIMESTAMPTZ,
        over_ceiling BOOLEAN NOT NULL,
        aid_before BIGINT,
        closed_by_id BIGINT CONSTRAINT fk_support_agreement_closed_by_id REFERENCES user_account (id),
        closed_side TEXT,
        closed_at TIMESTAMPTZ,
        close_reason TEXT NOT NULL,
        CONSTRAINT ck_support_agreement_amount CHECK (amount BETWEEN 1 AND 1000000 AND units >= 1),
        CONSTRAINT ck_support_agreement_price CHECK (price >= 0 AND market >= price AND market_how <> ''),
        CONSTRAINT ck_support_agreement_term CHECK (ends_on > starts_on),
        CONSTRAINT ck_support_agreement_both CHECK ((agreed_at IS NULL) = (agreed_by_id IS NULL)
            AND agreed_by_id <> proposed_by_id AND (agreed_at IS NULL) = (aid_before IS NULL)
            AND (agreed_at IS NOT NULL OR NOT over_ceiling)),
        CONSTRAINT ck_support_agreement_closed CHECK ((closed_at IS NULL) = (closed_by_id IS NULL)
            AND (closed_at IS NULL) = (closed_side IS NULL) AND (closed_at IS NULL) = (close_reason = '')
            AND closed_side IN ('giver', 'receiver'))
    );
    CREATE INDEX ix_support_agreement_offer_id ON support_agreement (offer_id);
    CREATE INDEX ix_support_agreement_request_id ON support_agreement (request_id);
    CREATE TABLE support_delivery (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_support_delivery PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_support_delivery_public_id UNIQUE,
        agreement_id BIGINT NOT NULL CONSTRAINT fk_support_delivery_agreement_id REFERENCES support_agreement (id),
        amount BIGINT NOT NULL,
        delivered_on DATE NOT NULL,
        text TEXT NOT NULL CONSTRAINT ck_support_delivery_text CHECK (length(text) <= 500),
        corrects_id BIGINT CONSTRAINT fk_support_delivery_corrects_id REFERENCES support_delivery (id),
        recorded_by_id BIGINT NOT NULL CONSTRAINT fk_support_delivery_recorded_by_id REFERENCES user_account (id),
        recorded_at TIMESTAMPTZ NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_support_delivery_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        confirmed BOOLEAN,
        refuse_reason TEXT NOT NULL,
        CONSTRAINT ck_support_delivery_amount CHECK (amount > 0 OR (amount < 0 AND corrects_id IS NOT NULL)),
        CONSTRAINT ck_support_delivery_second_person CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NULL) = (confirmed IS NULL) AND answered_by_id <> recorded_by_id),
        CONSTRAINT ck_support_delivery_refused CHECK ((confirmed IS FALSE) = (refuse_reason <> ''))
    );
    CREATE INDEX ix_support_delivery_agreement_id ON support_delivery (agreement_id);
"""

FENCES = """
    CREATE FUNCTION keep_support_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answers CONSTANT text[] := ARRAY['agreed_by_id', 'agreed_at', 'over_ceiling', 'aid_before'];
        ends CONSTANT text[] := ARRAY['closed_by_id', 'closed_side', 'closed_at', 'close_reason'];
        offered support_offer%ROWTYPE;
        used BIGINT;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'agreement %: it stays', OLD.id USING ERRCODE = 'CW065';
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.closed_at IS NOT NULL
            OR to_jsonb(OLD) - answers - ends <> to_jsonb(NEW) - answers - ends
            OR (OLD.agreed_at IS NOT NULL AND to_jsonb(OLD) - ends <> to_jsonb(NEW) - ends)) THEN
            RAISE EXCEPTION 'agreement %: what was agreed stays', OLD.id USING ERRCODE = 'CW065';
        END IF;
        IF NEW.agreed_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.agreed_at IS NULL) THEN
            SELECT * INTO STRICT offered FROM support_offer WHERE id = NEW.offer_id FOR UPDATE;
            SELECT coalesce(sum(amount), 0) INTO used FROM support_agreement
                WHERE offer_id = NEW.offer_id AND id <> NEW.id AND agreed_at IS NOT NULL AND closed_at IS NULL
                AND (offered.kind <> 'premises' OR (starts_on <= NEW.ends_on AND NEW.starts_on <= ends_on));
            IF used + NEW.amount > offered.amount THEN
                RAISE EXCEPTION 'agreement: % of % is taken', used, offered.amount USING ERRCODE = 'CW065';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_support_agreement BEFORE INSERT OR UPDATE OR DELETE ON support_agreement
        FOR EACH ROW EXECUTE FUNCTION keep_support_agreement();

    CREATE FUNCTION keep_support_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answers CONSTANT text[] := ARRAY['answered_by_id', 'answered_at', 'confirmed', 'refuse_reason'];
        agreed support_agreement%ROWTYPE;
        total BIGINT;
    BEGIN
        IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.answered_at IS NOT NULL
            OR to_jsonb(OLD) - answers <> to_jsonb(NEW) - answers)) THEN
            RAISE EXCEPTION 'delivery %: it stays; correct it with a new line', OLD.id USING ERRCODE = 'CW065';
        END IF;
        IF TG_OP = 'INSERT' THEN
            SELECT * INTO STRICT agreed FROM support_agreement WHERE id = NEW.agreement_id FOR UPDATE;
            SELECT coalesce(sum(amount), 0) INTO total FROM support_delivery
                WHERE agreement_id = NEW.agreement_id AND confirmed IS NOT FALSE;
            IF agreed.agreed_at IS NULL OR NOT total + NEW.amount BETWEEN 0 AND agreed.units THEN
                RAISE EXCEPTION 'delivery: % of % was agreed', total + NEW.amount, agreed.units
                    USING ERRCODE = 'CW065';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_support_delivery BEFORE INSERT OR UPDATE OR DELETE ON support_delivery
        FOR EACH ROW EXECUTE FUNCTION keep_support_delivery();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    op.execute(TABLES)
    op.execute(FENCES)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE support_delivery, support_agreement;
        DROP FUNCTION keep_support_delivery(), keep_support_agreement();
    """)
