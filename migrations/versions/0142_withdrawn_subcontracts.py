"""What was passed on can be taken back or changed while it waits, and an approval can be withdrawn with a reason."""

from alembic import op

revision = "0142_withdrawn_subcontracts"
down_revision = "0206_receipts"
branch_labels = None
depends_on = None

_SECOND_PERSON = """
            IF EXISTS (
                SELECT FROM subcontract WHERE id = NEW.subcontract_id AND declared_by_id = NEW.checker_id) THEN
                RAISE EXCEPTION 'a second person checks what was passed on' USING ERRCODE = 'CW031';
            END IF;"""


def upgrade() -> None:
    """None was withdrawn, and no invoice was named."""
    op.execute(f"""
        ALTER TABLE subcontract
            ADD COLUMN invoice_number text NOT NULL DEFAULT '',
            ADD COLUMN replaces_id bigint CONSTRAINT fk_subcontract_replaces_id REFERENCES subcontract (id)
                CONSTRAINT uq_subcontract_replaces_id UNIQUE;
        ALTER TABLE subcontract ALTER COLUMN invoice_number DROP DEFAULT;
        CREATE TABLE subcontract_withdrawal (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_subcontract_withdrawal PRIMARY KEY,
            subcontract_id bigint NOT NULL CONSTRAINT uq_subcontract_withdrawal_subcontract_id UNIQUE
                CONSTRAINT fk_subcontract_withdrawal_subcontract_id REFERENCES subcontract (id),
            reason text NOT NULL,
            by_id bigint CONSTRAINT fk_subcontract_withdrawal_by_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            CONSTRAINT ck_subcontract_withdrawal_reason CHECK (length(reason) <= 500)
        );
        CREATE FUNCTION guard_subcontract_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM subcontract WHERE id = NEW.subcontract_id FOR UPDATE;
            IF EXISTS (
                SELECT FROM subcontract_check AS looked JOIN subcontract AS one ON one.id = looked.subcontract_id
                WHERE one.id = NEW.subcontract_id
                    AND (NOT looked.accepted OR NEW.reason = '' OR one.declared_by_id = NEW.by_id)) THEN
                RAISE EXCEPTION 'a second person withdraws an approval, with a reason' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER subcontract_withdrawal_guarded BEFORE INSERT ON subcontract_withdrawal
            FOR EACH ROW EXECUTE FUNCTION guard_subcontract_withdrawal();
        CREATE TRIGGER subcontract_withdrawal_append_only BEFORE UPDATE OR DELETE ON subcontract_withdrawal
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER subcontract_withdrawal_no_truncate BEFORE TRUNCATE ON subcontract_withdrawal
            EXECUTE FUNCTION refuse_change();
        CREATE OR REPLACE FUNCTION guard_subcontract_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM subcontract WHERE id = NEW.subcontract_id FOR UPDATE;{_SECOND_PERSON}
            IF EXISTS (SELECT FROM subcontract_withdrawal WHERE subcontract_id = NEW.subcontract_id) THEN
                RAISE EXCEPTION 'what was withdrawn is not checked' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
    """)


def downgrade() -> None:
    """Forget what was withdrawn: it counts again."""
    op.execute(f"""
        CREATE OR REPLACE FUNCTION guard_subcontract_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{_SECOND_PERSON}
            RETURN NEW;
        END $$;
        DROP TABLE subcontract_withdrawal;
        DROP FUNCTION guard_subcontract_withdrawal();
        ALTER TABLE subcontract DROP COLUMN replaces_id, DROP COLUMN invoice_number;
    """)
