"""A change of a contract with several suppliers: each of them signs, and the last signature brings it into force."""

from alembic import op

revision = "0072_change_signatures"
down_revision = "0068_alliances"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was signed by the lead alone stays signed."""
    op.execute("""
        CREATE TABLE contract_change_signature (
            change_id BIGINT NOT NULL
                CONSTRAINT fk_contract_change_signature_change_id REFERENCES contract_change (id),
            organisation_id BIGINT NOT NULL
                CONSTRAINT fk_contract_change_signature_organisation_id REFERENCES organisation (id),
            signed_by_id BIGINT NOT NULL
                CONSTRAINT fk_contract_change_signature_signed_by_id REFERENCES user_account (id),
            signed_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_contract_change_signature PRIMARY KEY (change_id, organisation_id)
        );

        -- Members of the contract sign, while the change waits for them; a signature stays.
        CREATE FUNCTION keep_change_signature() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                RAISE EXCEPTION 'change %: a signature stays', OLD.change_id USING ERRCODE = 'CW072';
            END IF;
            PERFORM FROM contract_change c
                JOIN contract_member m ON m.contract_id = c.contract_id AND m.organisation_id = NEW.organisation_id
                WHERE c.id = NEW.change_id AND c.approved AND c.accepted IS NULL
                FOR UPDATE OF c;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'change %: only a member signs, and only while it waits', NEW.change_id
                    USING ERRCODE = 'CW072';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_change_signature BEFORE INSERT OR UPDATE OR DELETE ON contract_change_signature
            FOR EACH ROW EXECUTE FUNCTION keep_change_signature();

        CREATE FUNCTION change_signed_by_all() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM contract_member m WHERE m.contract_id = NEW.contract_id AND NOT EXISTS (
                    SELECT FROM contract_change_signature s
                    WHERE s.change_id = NEW.id AND s.organisation_id = m.organisation_id)) THEN
                RAISE EXCEPTION 'change %: not every member signed', NEW.number USING ERRCODE = 'CW072';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER change_signed_by_all BEFORE UPDATE ON contract_change FOR EACH ROW
            WHEN (OLD.accepted IS NULL AND NEW.accepted) EXECUTE FUNCTION change_signed_by_all();
    """)


def downgrade() -> None:
    """Back to the signature of the lead alone."""
    op.execute("""
        DROP TRIGGER change_signed_by_all ON contract_change;
        DROP TABLE contract_change_signature;
        DROP FUNCTION change_signed_by_all(), keep_change_signature();
    """)
