"""What suppliers declare of where their money lands, what primes pass on, and who checked it."""

from alembic import op

revision = "0120_declarations"
down_revision = "0115_supplier_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their fences."""
    op.execute("""
        CREATE TABLE landing_declaration (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_landing_declaration PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_landing_declaration_public_id UNIQUE,
            supplier_id BIGINT NOT NULL CONSTRAINT fk_landing_declaration_supplier_id REFERENCES supplier (id),
            contract_reference TEXT NOT NULL,
            from_on DATE NOT NULL,
            until_on DATE NOT NULL,
            turnover_amount BIGINT NOT NULL,
            wages_amount BIGINT NOT NULL,
            payroll JSONB NOT NULL,
            surplus_amount BIGINT NOT NULL,
            member_count BIGINT NOT NULL,
            resident_member_count BIGINT NOT NULL,
            hour_count BIGINT NOT NULL,
            local_hour_count BIGINT NOT NULL,
            vote_count BIGINT NOT NULL,
            resident_vote_count BIGINT NOT NULL,
            ownership_source TEXT NOT NULL,
            source TEXT NOT NULL,
            replaces_id BIGINT CONSTRAINT fk_landing_declaration_replaces_id REFERENCES landing_declaration (id),
            declared_by_id BIGINT CONSTRAINT fk_landing_declaration_declared_by_id REFERENCES user_account (id),
            created_at TIMESTAMPTZ NOT NULL,
            sent_at TIMESTAMPTZ,
            CONSTRAINT ck_landing_declaration_term CHECK (until_on > from_on),
            CONSTRAINT ck_landing_declaration_turnover CHECK (turnover_amount > 0),
            CONSTRAINT ck_landing_declaration_parts CHECK (
                wages_amount >= 0 AND surplus_amount >= 0 AND wages_amount + surplus_amount <= turnover_amount),
            CONSTRAINT ck_landing_declaration_counts CHECK (
                member_count >= resident_member_count AND resident_member_count >= 0 AND hour_count >= local_hour_count
                AND local_hour_count >= 0 AND vote_count >= resident_vote_count AND resident_vote_count >= 0),
            CONSTRAINT ck_landing_declaration_sent CHECK (sent_at IS NULL OR length(source) > 0)
        );
        CREATE INDEX ix_landing_declaration_supplier_id ON landing_declaration (supplier_id);
        CREATE UNIQUE INDEX uq_landing_declaration_replaces ON landing_declaration (replaces_id)
            WHERE replaces_id IS NOT NULL;

        CREATE TABLE landing_purchase (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_landing_purchase PRIMARY KEY,
            declaration_id BIGINT NOT NULL
                CONSTRAINT fk_landing_purchase_declaration_id REFERENCES landing_declaration (id),
            kvk_number TEXT NOT NULL,
            name TEXT NOT NULL,
            amount BIGINT NOT NULL,
            CONSTRAINT ck_landing_purchase_kvk_number CHECK (kvk_number ~ '^[0-9]{8}$'),
            CONSTRAINT ck_landing_purchase_amount CHECK (amount > 0),
            CONSTRAINT uq_landing_purchase_declaration_id_kvk_number UNIQUE (declaration_id, kvk_number)
        );

        CREATE TABLE landing_check (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_landing_check PRIMARY KEY,
            declaration_id BIGINT NOT NULL CONSTRAINT uq_landing_check_declaration_id UNIQUE
                CONSTRAINT fk_landing_check_declaration_id REFERENCES landing_declaration (id),
            accepted BOOLEAN NOT NULL,
            grade SMALLINT NOT NULL,
            purchases_amount BIGINT NOT NULL,
            expires_on DATE,
            reason TEXT NOT NULL,
            checker_id BIGINT CONSTRAINT fk_landing_check_checker_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_landing_check_grade CHECK (grade IN (3, 4)),
            CONSTRAINT ck_landing_check_purchases_amount CHECK (purchases_amount >= 0),
            CONSTRAINT ck_landing_check_accepted CHECK (accepted = (expires_on IS NOT NULL)),
            CONSTRAINT ck_landing_check_reason CHECK (length(reason) BETWEEN 1 AND 500)
        );

        CREATE TABLE subcontract (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_subcontract PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_subcontract_public_id UNIQUE,
            anchor_id BIGINT NOT NULL CONSTRAINT fk_subcontract_anchor_id REFERENCES organisation (id),
            prime_id BIGINT NOT NULL CONSTRAINT fk_subcontract_prime_id REFERENCES supplier (id),
            sub_id BIGINT NOT NULL CONSTRAINT fk_subcontract_sub_id REFERENCES supplier (id),
            category TEXT NOT NULL,
            certificate TEXT NOT NULL,
            certificate_expires_on DATE,
            from_on DATE NOT NULL,
            until_on DATE NOT NULL,
            amount BIGINT NOT NULL,
            declared_by_id BIGINT CONSTRAINT fk_subcontract_declared_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_subcontract_amount CHECK (amount > 0),
            CONSTRAINT ck_subcontract_sub CHECK (prime_id <> sub_id),
            CONSTRAINT ck_subcontract_term CHECK (until_on > from_on)
        );
        CREATE INDEX ix_subcontract_prime_id ON subcontract (prime_id);

        CREATE TABLE subcontract_check (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_subcontract_check PRIMARY KEY,
            subcontract_id BIGINT NOT NULL CONSTRAINT uq_subcontract_check_subcontract_id UNIQUE
                CONSTRAINT fk_subcontract_check_subcontract_id REFERENCES subcontract (id),
            accepted BOOLEAN NOT NULL,
            reason TEXT NOT NULL,
            checker_id BIGINT CONSTRAINT fk_subcontract_check_checker_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_subcontract_check_reason CHECK (length(reason) BETWEEN 1 AND 500)
        );
    """)
    op.execute("""
        CREATE FUNCTION keep_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.sent_at IS NOT NULL THEN
                RAISE EXCEPTION 'a declaration that was sent stays as it is' USING ERRCODE = 'CW030';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER landing_declaration_kept BEFORE UPDATE OR DELETE ON landing_declaration
            FOR EACH ROW EXECUTE FUNCTION keep_declaration();

        CREATE FUNCTION keep_declared_purchase() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE one BIGINT := CASE TG_OP WHEN 'INSERT' THEN NEW.declaration_id ELSE OLD.declaration_id END;
        BEGIN
            IF TG_OP = 'UPDATE' OR EXISTS (
                SELECT FROM landing_declaration WHERE id = one AND sent_at IS NOT NULL) THEN
                RAISE EXCEPTION 'a declaration that was sent stays as it is' USING ERRCODE = 'CW030';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$;
        CREATE TRIGGER landing_purchase_kept BEFORE INSERT OR UPDATE OR DELETE ON landing_purchase
            FOR EACH ROW EXECUTE FUNCTION keep_declared_purchase();

        CREATE FUNCTION guard_landing_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (
                SELECT FROM landing_declaration AS one
                WHERE one.id = NEW.declaration_id AND one.sent_at IS NOT NULL
                    AND one.declared_by_id IS DISTINCT FROM NEW.checker_id
                    AND one.wages_amount + one.surplus_amount + NEW.purchases_amount <= one.turnover_amount) THEN
                RAISE EXCEPTION 'a second person checks what was sent and what fits the turnover'
                    USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER landing_check_guarded BEFORE INSERT ON landing_check
            FOR EACH ROW EXECUTE FUNCTION guard_landing_check();
        CREATE TRIGGER landing_check_append_only BEFORE UPDATE OR DELETE ON landing_check
            FOR EACH ROW EXECUTE FUNCTION refuse_change();

        CREATE FUNCTION guard_subcontract_check() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM subcontract WHERE id = NEW.subcontract_id AND declared_by_id = NEW.checker_id) THEN
                RAISE EXCEPTION 'a second person checks what was passed on' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER subcontract_check_guarded BEFORE INSERT ON subcontract_check
            FOR EACH ROW EXECUTE FUNCTION guard_subcontract_check();
        CREATE TRIGGER subcontract_check_append_only BEFORE UPDATE OR DELETE ON subcontract_check
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER subcontract_append_only BEFORE UPDATE OR DELETE ON subcontract
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE subcontract_check, subcontract, landing_check, landing_purchase, landing_declaration;
        DROP FUNCTION keep_declaration(), keep_declared_purchase(), guard_landing_check(), guard_subcontract_check();
    """)
