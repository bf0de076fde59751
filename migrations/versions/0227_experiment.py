"""The experiment: plans, their registration by a second person, deviations and results."""

from alembic import op

revision = "0227_experiment"
down_revision = "0220_wallets"
branch_labels = None
depends_on = None

_TABLES = ("experiment", "experiment_registration", "experiment_deviation", "experiment_result")


def upgrade() -> None:
    """Make the tables; nothing in them changes, and what follows a plan follows its registration."""
    op.execute("""
        CREATE TABLE experiment (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_experiment PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_experiment_public_id UNIQUE,
            title TEXT NOT NULL,
            document TEXT NOT NULL,
            checksum TEXT NOT NULL,
            drafted_by_id BIGINT NOT NULL CONSTRAINT fk_experiment_drafted_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_experiment_checksum CHECK (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
        );
        CREATE TABLE experiment_registration (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_experiment_registration PRIMARY KEY,
            experiment_id BIGINT NOT NULL CONSTRAINT uq_experiment_registration_experiment_id UNIQUE
                CONSTRAINT fk_experiment_registration_experiment_id REFERENCES experiment (id),
            code TEXT NOT NULL,
            registered_by_id BIGINT NOT NULL
                CONSTRAINT fk_experiment_registration_registered_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_experiment_registration_code CHECK (code ~ '^[0-9a-f]{64}$')
        );
        CREATE TABLE experiment_deviation (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_experiment_deviation PRIMARY KEY,
            experiment_id BIGINT NOT NULL CONSTRAINT fk_experiment_deviation_experiment_id REFERENCES experiment (id),
            since DATE NOT NULL,
            reason TEXT NOT NULL,
            code TEXT,
            told_by_id BIGINT NOT NULL CONSTRAINT fk_experiment_deviation_told_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_experiment_deviation_reason CHECK (length(reason) BETWEEN 10 AND 1000),
            CONSTRAINT ck_experiment_deviation_code CHECK (code ~ '^[0-9a-f]{64}$')
        );
        CREATE INDEX ix_experiment_deviation_experiment_id ON experiment_deviation (experiment_id);
        CREATE TABLE experiment_result (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_experiment_result PRIMARY KEY,
            experiment_id BIGINT NOT NULL CONSTRAINT fk_experiment_result_experiment_id REFERENCES experiment (id),
            cut TEXT NOT NULL,
            document TEXT NOT NULL,
            checksum TEXT NOT NULL,
            code TEXT NOT NULL,
            computed_by_id BIGINT NOT NULL CONSTRAINT fk_experiment_result_computed_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_experiment_result_experiment_id UNIQUE (experiment_id, cut),
            CONSTRAINT ck_experiment_result_checksum
                CHECK (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
            CONSTRAINT ck_experiment_result_code CHECK (code ~ '^[0-9a-f]{64}$')
        );

        -- Registered by somebody else than who drafted it, before anybody held real local currency.
        CREATE FUNCTION experiment_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM experiment WHERE id = NEW.experiment_id AND drafted_by_id = NEW.registered_by_id) THEN
                RAISE EXCEPTION 'a second person registers a plan' USING ERRCODE = 'CW033';
            END IF;
            IF EXISTS (SELECT FROM entry WHERE currency IN ('NWE', 'KRE')) THEN
                RAISE EXCEPTION 'a plan is registered before the first transfer' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER experiment_registration_by_two BEFORE INSERT ON experiment_registration
            FOR EACH ROW EXECUTE FUNCTION experiment_by_two();

        -- Deviations and results are of a plan that stands.
        CREATE FUNCTION experiment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM experiment_registration WHERE experiment_id = NEW.experiment_id) THEN
                RAISE EXCEPTION 'plan % is not registered', NEW.experiment_id USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER experiment_deviation_stands BEFORE INSERT ON experiment_deviation
            FOR EACH ROW EXECUTE FUNCTION experiment_stands();
        CREATE TRIGGER experiment_result_stands BEFORE INSERT ON experiment_result
            FOR EACH ROW EXECUTE FUNCTION experiment_stands();
    """)
    for name in _TABLES:
        op.execute(f"""
            CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} EXECUTE FUNCTION refuse_change();
        """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TABLE experiment_result, experiment_deviation, experiment_registration, experiment;
        DROP FUNCTION experiment_by_two, experiment_stands;
    """)
