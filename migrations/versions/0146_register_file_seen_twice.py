"""A register's file counts once a second person confirmed it; a look-up lies between the register's first day and now."""

from alembic import op

revision = "0146_register_file_seen_twice"
down_revision = "0141_targets_do_not_overlap"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that wait are thrown away: they carry no checksum. Extracts from before this day stay as they were."""
    op.execute("""
        DELETE FROM register_upload;
        ALTER TABLE register_upload
            ADD COLUMN sha256 text NOT NULL CONSTRAINT ck_register_upload_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
            ADD CONSTRAINT ck_register_upload_looked_up_on CHECK (
                looked_up_on BETWEEN '2013-01-01' AND (at AT TIME ZONE 'Europe/Amsterdam')::date
            );
        ALTER TABLE register_extract DROP CONSTRAINT ck_register_extract_checked,
            ADD CONSTRAINT ck_register_extract_checked CHECK (via <> 'document' OR checked_by_id IS NOT NULL);
        CREATE FUNCTION guard_register_extract() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.via = 'api') <> (NEW.checked_by_id IS NULL)
                OR (NEW.via <> 'api' AND NEW.created_by_id IS NULL) THEN
                RAISE EXCEPTION 'a file or paper of a register is confirmed by a second person'
                    USING ERRCODE = 'CW017';
            END IF;
            IF NEW.looked_up_on NOT BETWEEN '2013-01-01' AND (NEW.created_at AT TIME ZONE 'Europe/Amsterdam')::date
            THEN
                RAISE EXCEPTION 'a look-up lies between 2013 and now' USING ERRCODE = 'CW017';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER register_extract_guarded BEFORE INSERT OR UPDATE ON register_extract
            FOR EACH ROW EXECUTE FUNCTION guard_register_extract();
    """)


def downgrade() -> None:
    """One person is enough again for a file. Who confirmed one is forgotten."""
    op.execute("""
        DROP TRIGGER register_extract_guarded ON register_extract;
        DROP FUNCTION guard_register_extract();
        ALTER TABLE register_extract DISABLE TRIGGER register_extract_append_only;
        UPDATE register_extract SET checked_by_id = NULL WHERE via = 'file' AND checked_by_id IS NOT NULL;
        ALTER TABLE register_extract ENABLE TRIGGER register_extract_append_only,
            DROP CONSTRAINT ck_register_extract_checked,
            ADD CONSTRAINT ck_register_extract_checked CHECK ((via = 'document') = (checked_by_id IS NOT NULL));
        ALTER TABLE register_upload DROP COLUMN sha256, DROP CONSTRAINT ck_register_upload_looked_up_on;
    """)
