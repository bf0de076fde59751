"""A signed figure names the tables of addresses and municipalities by which places were found, and they are kept."""

from alembic import op

revision = "0175_address_tables"
down_revision = "0137_subcontract_papers"
branch_labels = None
depends_on = None

_VERSIONS = """
            IF 2 <> (
                SELECT count(*) FROM spend_preparation AS signed JOIN measure_version AS kept
                    ON (kept.kind, kept.name, kept.version) IN (
                        ('area', signed.area_id, signed.area_version), ('definition', '', signed.definition))
                WHERE signed.id = NEW.preparation_id) THEN
                RAISE EXCEPTION 'a figure is signed with versions that are kept' USING ERRCODE = 'CW033';
            END IF;"""


def upgrade() -> None:
    """None is kept yet: the first figure that is prepared keeps them. What was signed names none."""
    op.execute(f"""
        ALTER TABLE measure_version DROP CONSTRAINT ck_measure_version_kind,
            ADD CONSTRAINT ck_measure_version_kind
                CHECK (kind IN ('area', 'definition', 'addresses', 'municipalities'));
        CREATE OR REPLACE FUNCTION publication_names_versions() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{_VERSIONS}
            IF EXISTS (
                SELECT FROM spend_preparation AS signed,
                    jsonb_array_elements(signed.document::jsonb -> 'publication' -> 'tables') AS named
                WHERE signed.id = NEW.preparation_id AND NOT EXISTS (
                    SELECT FROM measure_version AS kept
                    WHERE (kept.kind, kept.name, kept.version, kept.checksum) = (
                        named ->> 'kind', signed.area_id, named ->> 'valid_from', named ->> 'checksum'))) THEN
                RAISE EXCEPTION 'a figure is signed with tables that are kept' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
    """)


def downgrade() -> None:
    """Forget the tables; a version of them is no version of the area."""
    op.execute(f"""
        CREATE OR REPLACE FUNCTION publication_names_versions() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{_VERSIONS}
            RETURN NEW;
        END $$;
        ALTER TABLE measure_version DISABLE TRIGGER USER;
        DELETE FROM measure_version WHERE kind IN ('addresses', 'municipalities');
        ALTER TABLE measure_version ENABLE TRIGGER USER;
        ALTER TABLE measure_version DROP CONSTRAINT ck_measure_version_kind,
            ADD CONSTRAINT ck_measure_version_kind CHECK (kind IN ('area', 'definition'));
    """)
