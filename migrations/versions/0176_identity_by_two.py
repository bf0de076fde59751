"""Who a supplier is, by a number and a name that nothing in the ledger points at, is said by two people."""

from alembic import op

revision = "0176_identity_by_two"
down_revision = "0175_address_tables"
branch_labels = None
depends_on = None

_SUBJECT = """
            CASE kind
                WHEN 'party' THEN register_number IS NULL AND other_id IS NULL AND holds = (party_id IS NOT NULL)
                WHEN 'register' THEN register_number IS NOT NULL AND other_id IS NULL AND party_id IS NULL"""


def upgrade() -> None:
    """None waits for a second person yet; what was decided stands."""
    op.execute(f"""
        ALTER TABLE supplier_link
            ADD COLUMN proposal_id bigint CONSTRAINT fk_supplier_link_proposal_id REFERENCES supplier_link (id)
                CONSTRAINT uq_supplier_link_proposal_id UNIQUE,
            DROP CONSTRAINT ck_supplier_link_kind,
            DROP CONSTRAINT ck_supplier_link_subject,
            ADD CONSTRAINT ck_supplier_link_kind CHECK (kind IN ('party', 'register', 'same', 'proposed')),
            ADD CONSTRAINT ck_supplier_link_subject CHECK ({_SUBJECT}
                WHEN 'proposed' THEN holds AND other_id IS NULL AND actor_id IS NOT NULL
                    AND num_nonnulls(party_id, register_number) = 1
                ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END);
        CREATE FUNCTION guard_supplier_link() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (
                SELECT FROM supplier_link AS said WHERE said.id = NEW.proposal_id AND said.kind = 'proposed'
                    AND said.supplier_id = NEW.supplier_id AND said.actor_id IS DISTINCT FROM NEW.actor_id
                    AND said.party_id IS NOT DISTINCT FROM NEW.party_id
                    AND said.register_number IS NOT DISTINCT FROM NEW.register_number) THEN
                RAISE EXCEPTION 'a second person says the same of a supplier' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER supplier_link_guarded BEFORE INSERT ON supplier_link
            FOR EACH ROW WHEN (NEW.proposal_id IS NOT NULL) EXECUTE FUNCTION guard_supplier_link();
    """)


def downgrade() -> None:
    """What waited for a second person is forgotten."""
    op.execute(f"""
        DROP TRIGGER supplier_link_guarded ON supplier_link;
        DROP FUNCTION guard_supplier_link();
        ALTER TABLE supplier_link DISABLE TRIGGER supplier_link_append_only;
        UPDATE supplier_link SET proposal_id = NULL;
        DELETE FROM supplier_link WHERE kind = 'proposed';
        ALTER TABLE supplier_link ENABLE TRIGGER supplier_link_append_only;
        ALTER TABLE supplier_link
            DROP COLUMN proposal_id,
            DROP CONSTRAINT ck_supplier_link_kind,
            DROP CONSTRAINT ck_supplier_link_subject,
            ADD CONSTRAINT ck_supplier_link_kind CHECK (kind IN ('party', 'register', 'same')),
            ADD CONSTRAINT ck_supplier_link_subject CHECK ({_SUBJECT}
                ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END);
    """)
