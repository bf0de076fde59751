"""Rounds of set-off."""

from alembic import op

revision = "0215_clearing"
down_revision = "0192_receipt_withdrawn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE clearing_member (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_clearing_member PRIMARY KEY,
            party_id bigint NOT NULL CONSTRAINT fk_clearing_member_party_id REFERENCES organisation (id),
            text_version text NOT NULL,
            joined_at timestamptz NOT NULL,
            joined_by_id bigint NOT NULL CONSTRAINT fk_clearing_member_joined_by_id REFERENCES user_account (id),
            left_at timestamptz,
            left_by_id bigint CONSTRAINT fk_clearing_member_left_by_id REFERENCES user_account (id),
            left_why text,
            CONSTRAINT ck_clearing_member_left CHECK (num_nulls(left_at, left_by_id, left_why) IN (0, 3)),
            CONSTRAINT ck_clearing_member_left_why CHECK (left_why IN ('own', 'insolvent'))
        );
        CREATE UNIQUE INDEX uq_clearing_member_party_id ON clearing_member (party_id) WHERE left_at IS NULL;
        CREATE FUNCTION clearing_member_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE leaving text[] := '{left_at,left_by_id,left_why}';
        BEGIN
            IF OLD.left_at IS NOT NULL OR to_jsonb(NEW) - leaving <> to_jsonb(OLD) - leaving THEN
                RAISE EXCEPTION 'clearing_member % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER clearing_member_keep BEFORE UPDATE ON clearing_member
            FOR EACH ROW EXECUTE FUNCTION clearing_member_keep();
        CREATE TRIGGER clearing_member_no_delete BEFORE DELETE ON clearing_member
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_member_no_truncate BEFORE TRUNCATE ON clearing_member EXECUTE FUNCTION refuse_change();

        CREATE TABLE clearing_bar (
            agreement_id bigint CONSTRAINT pk_clearing_bar PRIMARY KEY
                CONSTRAINT fk_clearing_bar_agreement_id REFERENCES agreement (id),
            reason text NOT NULL,
            stated_by_id bigint NOT NULL CONSTRAINT fk_clearing_bar_stated_by_id REFERENCES user_account (id),
            stated_at timestamptz NOT NULL,
            CONSTRAINT ck_clearing_bar_reason CHECK (reason IN ('levy', 'pledged'))
        );
        CREATE TRIGGER clearing_bar_append_only BEFORE UPDATE OR DELETE ON clearing_bar
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_bar_no_truncate BEFORE TRUNCATE ON clearing_bar EXECUTE FUNCTION refuse_change();

        CREATE TABLE clearing_round (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_clearing_round PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_clearing_round_public_id UNIQUE,
            number text NOT NULL CONSTRAINT uq_clearing_round_number UNIQUE,
            state text NOT NULL,
            cut_off_at timestamptz NOT NULL,
            answer_until timestamptz NOT NULL,
            owed_amount bigint NOT NULL,
            proposed_amount bigint NOT NULL,
            cleared_amount bigint,
            begun_at timestamptz NOT NULL,
            begun_by_id bigint NOT NULL CONSTRAINT fk_clearing_round_begun_by_id REFERENCES user_account (id),
            done_at timestamptz,
            done_by_id bigint CONSTRAINT fk_clearing_round_done_by_id REFERENCES user_account (id),
            CONSTRAINT ck_clearing_round_state CHECK (state IN ('asked', 'done')),
            CONSTRAINT ck_clearing_round_proposed_amount
                CHECK (proposed_amount > 0 AND proposed_amount <= owed_amount),
            CONSTRAINT ck_clearing_round_cleared_amount CHECK (cleared_amount BETWEEN 0 AND proposed_amount),
            CONSTRAINT ck_clearing_round_moments CHECK (answer_until > begun_at AND cut_off_at <= begun_at),
            CONSTRAINT ck_clearing_round_done CHECK (num_nulls(cleared_amount, done_at, done_by_id)
                = (CASE state WHEN 'done' THEN 0 ELSE 3 END))
        );
        CREATE UNIQUE INDEX uq_clearing_round_state ON clearing_round (state) WHERE state = 'asked';
        CREATE FUNCTION clearing_round_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE closing text[] := '{state,cleared_amount,done_at,done_by_id}';
        BEGIN
            IF OLD.state = 'done' OR to_jsonb(NEW) - closing <> to_jsonb(OLD) - closing THEN
                RAISE EXCEPTION 'clearing_round % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.state = 'done' AND EXISTS (
                SELECT FROM account WHERE role = 'clearing' AND subkey = NEW.number AND posted <> 0
            ) THEN
                RAISE EXCEPTION 'clearing_round %: a clearing account is not empty', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.state = 'done' AND NEW.cleared_amount <> (
                SELECT coalesce(sum(cleared_amount), 0) FROM clearing_line WHERE round_id = NEW.id
            ) THEN
                RAISE EXCEPTION 'clearing_round %: its lines are another sum', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER clearing_round_keep BEFORE UPDATE ON clearing_round
            FOR EACH ROW EXECUTE FUNCTION clearing_round_keep();
        CREATE TRIGGER clearing_round_no_delete BEFORE DELETE ON clearing_round
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_round_no_truncate BEFORE TRUNCATE ON clearing_round EXECUTE FUNCTION refuse_change();

        CREATE TABLE clearing_line (
            round_id bigint NOT NULL CONSTRAINT fk_clearing_line_round_id REFERENCES clearing_round (id),
            invoice_id bigint NOT NULL CONSTRAINT fk_clearing_line_invoice_id REFERENCES invoice (id),
            entered_amount bigint NOT NULL,
            proposed_amount bigint NOT NULL,
            cleared_amount bigint,
            payment_id bigint CONSTRAINT fk_clearing_line_payment_id REFERENCES payment (id)
                CONSTRAINT uq_clearing_line_payment_id UNIQUE,
            left_out text,
            CONSTRAINT pk_clearing_line PRIMARY KEY (round_id, invoice_id),
            CONSTRAINT ck_clearing_line_proposed_amount
                CHECK (entered_amount >= 0 AND proposed_amount BETWEEN 0 AND entered_amount),
            CONSTRAINT ck_clearing_line_cleared_amount CHECK (cleared_amount BETWEEN 0 AND proposed_amount),
            CONSTRAINT ck_clearing_line_payment CHECK ((payment_id IS NOT NULL) = (coalesce(cleared_amount, 0) > 0)),
            CONSTRAINT ck_clearing_line_left_out CHECK (left_out IN
                ('not_approved', 'disputed', 'in_batch', 'assigned', 'blocked', 'levy', 'pledged')),
            CONSTRAINT ck_clearing_line_entered CHECK ((left_out IS NULL) = (entered_amount > 0))
        );
        CREATE INDEX ix_clearing_line_invoice_id ON clearing_line (invoice_id);
        CREATE TABLE clearing_answer (
            round_id bigint NOT NULL CONSTRAINT fk_clearing_answer_round_id REFERENCES clearing_round (id),
            party_id bigint NOT NULL CONSTRAINT fk_clearing_answer_party_id REFERENCES organisation (id),
            accepted boolean,
            answered_at timestamptz,
            answered_by_id bigint CONSTRAINT fk_clearing_answer_answered_by_id REFERENCES user_account (id),
            CONSTRAINT pk_clearing_answer PRIMARY KEY (round_id, party_id),
            CONSTRAINT ck_clearing_answer_answered CHECK (num_nulls(accepted, answered_at, answered_by_id) IN (0, 3))
        );
        CREATE FUNCTION clearing_part_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            may text[] := TG_ARGV;
            running boolean := (SELECT state = 'asked' FROM clearing_round WHERE id = NEW.round_id);
        BEGIN
            IF NOT running OR (TG_OP = 'UPDATE' AND to_jsonb(NEW) - may <> to_jsonb(OLD) - may) THEN
                RAISE EXCEPTION 'clearing_round %: % is kept as it is', NEW.round_id, TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER clearing_line_keep BEFORE INSERT OR UPDATE ON clearing_line
            FOR EACH ROW EXECUTE FUNCTION clearing_part_keep('cleared_amount', 'payment_id');
        CREATE TRIGGER clearing_answer_keep BEFORE INSERT OR UPDATE ON clearing_answer
            FOR EACH ROW EXECUTE FUNCTION clearing_part_keep('accepted', 'answered_at', 'answered_by_id');
        CREATE TRIGGER clearing_line_no_delete BEFORE DELETE ON clearing_line
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_answer_no_delete BEFORE DELETE ON clearing_answer
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_line_no_truncate BEFORE TRUNCATE ON clearing_line EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER clearing_answer_no_truncate BEFORE TRUNCATE ON clearing_answer EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE clearing_answer, clearing_line, clearing_round, clearing_bar, clearing_member;
        DROP FUNCTION clearing_part_keep, clearing_round_keep, clearing_member_keep;
    """)
