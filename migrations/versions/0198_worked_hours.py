"""Hours of members, signed by the customer, each on one invoice at most."""

from alembic import op

revision = "0198_worked_hours"
down_revision = "0205_peppol"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody wrote any down."""
    op.execute("""
        CREATE TABLE worked_hours (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_worked_hours PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_worked_hours_public_id UNIQUE,
            agreement_id bigint NOT NULL CONSTRAINT fk_worked_hours_agreement_id REFERENCES agreement (id),
            agreement_line_id bigint NOT NULL
                CONSTRAINT fk_worked_hours_agreement_line_id REFERENCES agreement_line (id),
            seller_id bigint NOT NULL CONSTRAINT fk_worked_hours_seller_id REFERENCES organisation (id),
            user_id bigint NOT NULL CONSTRAINT fk_worked_hours_user_id REFERENCES user_account (id),
            worked_on date NOT NULL,
            quarters smallint NOT NULL,
            note text NOT NULL,
            state text NOT NULL,
            entered_at timestamptz NOT NULL,
            answer text NOT NULL,
            answered_by_id bigint CONSTRAINT fk_worked_hours_answered_by_id REFERENCES user_account (id),
            answered_at timestamptz,
            invoice_id bigint CONSTRAINT fk_worked_hours_invoice_id REFERENCES invoice (id) ON DELETE SET NULL,
            CONSTRAINT ck_worked_hours_quarters CHECK (quarters BETWEEN 1 AND 96),
            CONSTRAINT ck_worked_hours_state CHECK (state IN ('entered', 'sent_back', 'signed')),
            CONSTRAINT ck_worked_hours_note CHECK (length(note) <= 200),
            CONSTRAINT ck_worked_hours_answered CHECK ((state = 'entered') = (answered_by_id IS NULL)
                AND (answered_by_id IS NULL) = (answered_at IS NULL)),
            CONSTRAINT ck_worked_hours_answer CHECK ((state = 'sent_back') = (length(answer) > 0)),
            CONSTRAINT ck_worked_hours_not_by_oneself CHECK (answered_by_id <> user_id OR state <> 'signed'),
            CONSTRAINT ck_worked_hours_invoiced CHECK (invoice_id IS NULL OR state = 'signed')
        );
        CREATE INDEX ix_worked_hours_user_id_worked_on ON worked_hours (user_id, worked_on);
        CREATE INDEX ix_worked_hours_agreement_id_state ON worked_hours (agreement_id, state);
        CREATE INDEX ix_worked_hours_agreement_line_id ON worked_hours (agreement_line_id);
        CREATE INDEX ix_worked_hours_seller_id ON worked_hours (seller_id);
        CREATE INDEX ix_worked_hours_invoice_id ON worked_hours (invoice_id);

        -- Signed hours stay as they are; only an invoice comes, and goes with a draft that is thrown away.
        CREATE FUNCTION worked_hours_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.state = 'signed' THEN
                    RAISE EXCEPTION 'hours % are signed and kept', OLD.id USING ERRCODE = 'CI001';
                END IF;
                RETURN OLD;
            END IF;
            IF OLD.state = 'signed' AND (
                to_jsonb(NEW) - 'invoice_id'::text <> to_jsonb(OLD) - 'invoice_id'::text
                OR (OLD.invoice_id IS NOT NULL AND NEW.invoice_id IS NOT NULL AND NEW.invoice_id <> OLD.invoice_id)
                OR (NEW.invoice_id IS NULL AND EXISTS (SELECT FROM invoice i WHERE i.id = OLD.invoice_id))
            ) THEN
                RAISE EXCEPTION 'hours % are signed and kept', OLD.id USING ERRCODE = 'CI001';
            END IF;
            IF NEW.user_id <> OLD.user_id OR NEW.seller_id <> OLD.seller_id THEN
                RAISE EXCEPTION 'hours % are of one person', OLD.id USING ERRCODE = 'CI001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER worked_hours_keep BEFORE UPDATE OR DELETE ON worked_hours
            FOR EACH ROW EXECUTE FUNCTION worked_hours_keep();
        CREATE TRIGGER worked_hours_no_truncate BEFORE TRUNCATE ON worked_hours
            EXECUTE FUNCTION invoicing_refuse_change();

        -- A line per hour of a supplier's agreement, a draft of the same agreement, and no more than a day in a day.
        CREATE FUNCTION worked_hours_fit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' AND NEW.state <> 'entered' THEN
                RAISE EXCEPTION 'hours start unsigned' USING ERRCODE = 'CI003';
            END IF;
            PERFORM FROM agreement_line l
                JOIN agreement_supplier s ON s.agreement_id = l.agreement_id AND s.party_id = NEW.seller_id
                WHERE l.id = NEW.agreement_line_id AND l.agreement_id = NEW.agreement_id AND l.unit = 'HUR'
                    AND (l.party_id IS NULL OR l.party_id = NEW.seller_id);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'hours fit no line per hour of their seller' USING ERRCODE = 'CI003';
            END IF;
            IF NEW.invoice_id IS NOT NULL THEN
                PERFORM FROM invoice i WHERE i.id = NEW.invoice_id AND i.agreement_id = NEW.agreement_id
                    AND i.seller_id = NEW.seller_id AND i.kind = 'invoice' AND i.state = 'draft';
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'hours fit no draft of their agreement' USING ERRCODE = 'CI003';
                END IF;
            END IF;
            IF TG_OP = 'INSERT' OR (NEW.worked_on, NEW.quarters) IS DISTINCT FROM (OLD.worked_on, OLD.quarters) THEN
                PERFORM FROM user_account u WHERE u.id = NEW.user_id FOR NO KEY UPDATE;
                IF (SELECT sum(h.quarters) FROM worked_hours h
                    WHERE h.user_id = NEW.user_id AND h.worked_on = NEW.worked_on) > 96 THEN
                    RAISE EXCEPTION 'more than a day on one day' USING ERRCODE = 'CI003';
                END IF;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER worked_hours_fit AFTER INSERT OR UPDATE ON worked_hours
            FOR EACH ROW EXECUTE FUNCTION worked_hours_fit();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE worked_hours;
        DROP FUNCTION worked_hours_keep();
        DROP FUNCTION worked_hours_fit();
    """)
