"""What was told to who signed a figure stands with the signature."""

from alembic import op

revision = "0148_told_before_signing"
down_revision = "0179_two_witnesses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """NULL: signed before this was kept, so nobody knows what was told."""
    op.execute(
        "ALTER TABLE spend_publication ADD COLUMN told JSONB"
        " CONSTRAINT ck_spend_publication_told CHECK (jsonb_typeof(told) = 'array')"
    )
    op.execute("""
        CREATE FUNCTION publication_tells() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.told IS NULL THEN
                RAISE EXCEPTION 'a signature keeps what was told before it' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER publication_tells BEFORE INSERT ON spend_publication
            FOR EACH ROW EXECUTE FUNCTION publication_tells();
    """)


def downgrade() -> None:
    """It is no longer kept."""
    op.execute("DROP TRIGGER publication_tells ON spend_publication; DROP FUNCTION publication_tells()")
    op.execute("ALTER TABLE spend_publication DROP COLUMN told")
