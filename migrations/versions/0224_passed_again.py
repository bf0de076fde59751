"""The same amount passed on twice is asked about: a second one names the first, or it is not stored."""

from alembic import op

revision = "0224_passed_again"
down_revision = "0223_waiting_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was stored twice before stays: nobody asked."""
    op.execute("""
        ALTER TABLE subcontract ADD COLUMN another_of_id bigint
            CONSTRAINT fk_subcontract_another_of_id REFERENCES subcontract (id);
        CREATE FUNCTION guard_subcontract_again() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.another_of_id IS NULL AND EXISTS (
                SELECT FROM subcontract other
                JOIN supplier theirs ON theirs.id = other.sub_id JOIN supplier sub ON sub.id = NEW.sub_id
                WHERE other.prime_id = NEW.prime_id AND other.anchor_id = NEW.anchor_id
                    AND other.from_on = NEW.from_on AND other.until_on = NEW.until_on AND other.amount = NEW.amount
                    AND (theirs.id = sub.id OR theirs.kvk_number = sub.kvk_number)
                    AND NOT EXISTS (SELECT FROM subcontract_withdrawal WHERE subcontract_id = other.id)
                    AND NOT EXISTS (SELECT FROM subcontract_check WHERE subcontract_id = other.id AND NOT accepted)
            ) THEN
                RAISE EXCEPTION 'the same was passed on before: is this another one?' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER subcontract_again BEFORE INSERT ON subcontract
            FOR EACH ROW EXECUTE FUNCTION guard_subcontract_again();
    """)


def downgrade() -> None:
    """Nobody is asked."""
    op.execute("""
        DROP TRIGGER subcontract_again ON subcontract;
        DROP FUNCTION guard_subcontract_again();
        ALTER TABLE subcontract DROP COLUMN another_of_id;
    """)
