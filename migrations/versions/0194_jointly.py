"""Invoices of a joint contract in one act: mandates between partners, and what was sent with them."""

from alembic import op

revision = "0194_jointly"
down_revision = "0193_recurring"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There is none."""
    op.execute("""
        CREATE TABLE joint_mandate (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_joint_mandate PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_joint_mandate_public_id UNIQUE,
            agreement_id bigint NOT NULL CONSTRAINT fk_joint_mandate_agreement_id REFERENCES agreement (id),
            party_id bigint NOT NULL CONSTRAINT fk_joint_mandate_party_id REFERENCES organisation (id),
            agent_id bigint NOT NULL CONSTRAINT fk_joint_mandate_agent_id REFERENCES organisation (id),
            words text NOT NULL,
            given_by_id bigint NOT NULL CONSTRAINT fk_joint_mandate_given_by_id REFERENCES user_account (id),
            given_at timestamptz NOT NULL,
            ended_at timestamptz,
            ended_by_id bigint CONSTRAINT fk_joint_mandate_ended_by_id REFERENCES user_account (id),
            CONSTRAINT ck_joint_mandate_parties CHECK (party_id <> agent_id),
            CONSTRAINT ck_joint_mandate_words CHECK (length(words) BETWEEN 20 AND 2000),
            CONSTRAINT ck_joint_mandate_ended CHECK (num_nulls(ended_at, ended_by_id) IN (0, 2))
        );
        CREATE UNIQUE INDEX uq_joint_mandate_running ON joint_mandate (agreement_id, party_id) WHERE ended_at IS NULL;
        CREATE INDEX ix_joint_mandate_agent_id ON joint_mandate (agent_id);
        CREATE TABLE joint_split (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_joint_split PRIMARY KEY,
            agreement_id bigint NOT NULL CONSTRAINT fk_joint_split_agreement_id REFERENCES agreement (id),
            number bigint NOT NULL,
            agent_id bigint NOT NULL CONSTRAINT fk_joint_split_agent_id REFERENCES organisation (id),
            description text NOT NULL,
            delivered_from date NOT NULL,
            delivered_until date NOT NULL,
            sent_by_id bigint NOT NULL CONSTRAINT fk_joint_split_sent_by_id REFERENCES user_account (id),
            sent_at timestamptz NOT NULL,
            CONSTRAINT uq_joint_split_agreement_id_number UNIQUE (agreement_id, number)
        );
        CREATE TABLE joint_part (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_joint_part PRIMARY KEY,
            split_id bigint NOT NULL CONSTRAINT fk_joint_part_split_id REFERENCES joint_split (id),
            party_id bigint NOT NULL CONSTRAINT fk_joint_part_party_id REFERENCES organisation (id),
            invoice_id bigint NOT NULL CONSTRAINT uq_joint_part_invoice_id UNIQUE
                CONSTRAINT fk_joint_part_invoice_id REFERENCES invoice (id),
            mandate_id bigint CONSTRAINT fk_joint_part_mandate_id REFERENCES joint_mandate (id),
            CONSTRAINT uq_joint_part_split_id_party_id UNIQUE (split_id, party_id)
        );
    """)
    _guards()


def _guards() -> None:
    op.execute("""
        CREATE FUNCTION joint_mandate_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF (SELECT count(*) FROM agreement_supplier s WHERE s.agreement_id = NEW.agreement_id
                    AND s.party_id IN (NEW.party_id, NEW.agent_id)) <> 2 THEN
                    RAISE EXCEPTION 'a mandate is between suppliers of the agreement' USING ERRCODE = 'check_violation';
                END IF;
            ELSIF OLD.ended_at IS NOT NULL
                OR (NEW.agreement_id, NEW.party_id, NEW.agent_id, NEW.words, NEW.given_by_id, NEW.given_at)
                    IS DISTINCT FROM (OLD.agreement_id, OLD.party_id, OLD.agent_id, OLD.words, OLD.given_by_id,
                    OLD.given_at) THEN
                RAISE EXCEPTION 'a mandate is only taken back, once' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER joint_mandate_keep BEFORE INSERT OR UPDATE ON joint_mandate
            FOR EACH ROW EXECUTE FUNCTION joint_mandate_keep();
        CREATE TRIGGER joint_mandate_stays BEFORE DELETE ON joint_mandate
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER joint_split_append_only BEFORE UPDATE OR DELETE ON joint_split
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER joint_part_append_only BEFORE UPDATE OR DELETE ON joint_part
            FOR EACH ROW EXECUTE FUNCTION refuse_change();

        CREATE FUNCTION joint_split_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            held joint_split;
        BEGIN
            SELECT * INTO held FROM joint_split
                WHERE id = CASE WHEN TG_TABLE_NAME = 'joint_part' THEN (to_jsonb(NEW) ->> 'split_id')::bigint
                           ELSE NEW.id END;
            IF EXISTS (
                SELECT FROM joint_part p
                JOIN invoice i ON i.id = p.invoice_id
                LEFT JOIN joint_mandate m ON m.id = p.mandate_id
                WHERE p.split_id = held.id AND (
                    i.state = 'draft' OR i.seller_id <> p.party_id OR i.agreement_id IS DISTINCT FROM held.agreement_id
                    OR (p.party_id = held.agent_id) <> (p.mandate_id IS NULL)
                    OR (m.id IS NOT NULL AND (m.party_id <> p.party_id OR m.agent_id <> held.agent_id
                        OR m.agreement_id <> held.agreement_id OR m.ended_at < held.sent_at))
                )
            ) THEN
                RAISE EXCEPTION 'each part is a sent invoice of a partner that agreed' USING ERRCODE = 'check_violation';
            END IF;
            IF EXISTS (
                SELECT FROM agreement_line l
                WHERE l.agreement_id = held.agreement_id AND l.description = held.description AND l.party_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM joint_part p WHERE p.split_id = held.id AND p.party_id = l.party_id)
            ) THEN
                RAISE EXCEPTION 'a split is of all partners or none' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER joint_split_whole AFTER INSERT ON joint_split DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION joint_split_whole();
        CREATE CONSTRAINT TRIGGER joint_part_whole AFTER INSERT ON joint_part DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION joint_split_whole();
    """)


def downgrade() -> None:
    """Forget them; the invoices stay."""
    op.execute("""
        DROP TABLE joint_part, joint_split, joint_mandate;
        DROP FUNCTION joint_mandate_keep();
        DROP FUNCTION joint_split_whole();
    """)
