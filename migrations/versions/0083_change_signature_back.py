"""A member takes its signature under a change back, as long as the last one did not sign; it may sign again."""

from alembic import op

revision = "0083_change_signature_back"
down_revision = "0091_public_money"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row per signature instead of per member; what is taken back keeps its row and counts no more."""
    op.execute("""
        ALTER TABLE contract_change_signature
            DROP CONSTRAINT pk_contract_change_signature,
            ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY,
            ADD COLUMN taken_back_at TIMESTAMPTZ,
            ADD COLUMN taken_back_by_id BIGINT
                CONSTRAINT fk_contract_change_signature_taken_back_by_id REFERENCES user_account (id),
            ADD CONSTRAINT pk_contract_change_signature PRIMARY KEY (id),
            ADD CONSTRAINT ck_contract_change_signature_taken_back CHECK (
                (taken_back_at IS NULL) = (taken_back_by_id IS NULL) AND taken_back_at >= signed_at);
        CREATE UNIQUE INDEX uq_contract_change_signature_standing
            ON contract_change_signature (change_id, organisation_id) WHERE taken_back_at IS NULL;

        CREATE OR REPLACE FUNCTION keep_change_signature() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'change %: a signature stays', OLD.change_id USING ERRCODE = 'CW072';
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.taken_back_at IS NOT NULL
                    OR (OLD.id, OLD.change_id, OLD.organisation_id, OLD.signed_by_id, OLD.signed_at)
                    IS DISTINCT FROM (NEW.id, NEW.change_id, NEW.organisation_id, NEW.signed_by_id, NEW.signed_at)) THEN
                RAISE EXCEPTION 'change %: a signature stays, or is taken back once', OLD.change_id
                    USING ERRCODE = 'CW072';
            END IF;
            PERFORM FROM contract_change c
                JOIN contract_member m ON m.contract_id = c.contract_id AND m.organisation_id = NEW.organisation_id
                WHERE c.id = NEW.change_id AND c.approved AND c.accepted IS NULL
                FOR UPDATE OF c;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'change %: only a member signs or takes back, and only while it waits', NEW.change_id
                    USING ERRCODE = 'CW072';
            END IF;
            RETURN NEW;
        END $$;

        CREATE OR REPLACE FUNCTION change_signed_by_all() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM contract_member m WHERE m.contract_id = NEW.contract_id AND NOT EXISTS (
                    SELECT FROM contract_change_signature s WHERE s.change_id = NEW.id
                    AND s.organisation_id = m.organisation_id AND s.taken_back_at IS NULL)) THEN
                RAISE EXCEPTION 'change %: not every member signed', NEW.number USING ERRCODE = 'CW072';
            END IF;
            RETURN NEW;
        END $$;
    """)


def downgrade() -> None:
    """Back to one signature per member; one that was taken back never was."""
    op.execute("""
        ALTER TABLE contract_change_signature DISABLE TRIGGER keep_change_signature;
        DELETE FROM contract_change_signature WHERE taken_back_at IS NOT NULL;
        ALTER TABLE contract_change_signature ENABLE TRIGGER keep_change_signature;
        DROP INDEX uq_contract_change_signature_standing;
        ALTER TABLE contract_change_signature
            DROP CONSTRAINT pk_contract_change_signature,
            DROP COLUMN id, DROP COLUMN taken_back_at, DROP COLUMN taken_back_by_id,
            ADD CONSTRAINT pk_contract_change_signature PRIMARY KEY (change_id, organisation_id);

        CREATE OR REPLACE FUNCTION keep_change_signature() RETURNS trigger LANGUAGE plpgsql AS $$
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

        CREATE OR REPLACE FUNCTION change_signed_by_all() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM contract_member m WHERE m.contract_id = NEW.contract_id AND NOT EXISTS (
                    SELECT FROM contract_change_signature s
                    WHERE s.change_id = NEW.id AND s.organisation_id = m.organisation_id)) THEN
                RAISE EXCEPTION 'change %: not every member signed', NEW.number USING ERRCODE = 'CW072';
            END IF;
            RETURN NEW;
        END $$;
    """)
