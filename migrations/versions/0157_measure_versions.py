"""What a version of the area or the measure stood for when a figure was prepared; what a signed figure names stays."""

from alembic import op

revision = "0157_measure_versions"
down_revision = "0142_withdrawn_subcontracts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None is kept yet: the first figure that is prepared or signed with a version keeps it."""
    op.execute("""
        CREATE TABLE measure_version (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_measure_version PRIMARY KEY,
            kind text NOT NULL,
            name text NOT NULL,
            version text NOT NULL,
            checksum text NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT uq_measure_version_kind UNIQUE (kind, name, version),
            CONSTRAINT ck_measure_version_kind CHECK (kind IN ('area', 'definition')),
            CONSTRAINT ck_measure_version_checksum CHECK (checksum ~ '^[0-9a-f]{64}$')
        );
        CREATE TRIGGER measure_version_append_only BEFORE UPDATE OR DELETE ON measure_version
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER measure_version_no_truncate BEFORE TRUNCATE ON measure_version
            EXECUTE FUNCTION refuse_change();
        CREATE FUNCTION publication_names_versions() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF 2 <> (
                SELECT count(*) FROM spend_preparation AS signed JOIN measure_version AS kept
                    ON (kept.kind, kept.name, kept.version) IN (
                        ('area', signed.area_id, signed.area_version), ('definition', '', signed.definition))
                WHERE signed.id = NEW.preparation_id) THEN
                RAISE EXCEPTION 'a figure is signed with versions that are kept' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER publication_names_versions BEFORE INSERT ON spend_publication
            FOR EACH ROW EXECUTE FUNCTION publication_names_versions();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TRIGGER publication_names_versions ON spend_publication;
        DROP FUNCTION publication_names_versions();
        DROP TABLE measure_version;
    """)
