"""That somebody lives in the area, as it was seen."""

from alembic import op

revision = "0237_residency"
down_revision = "0234_vouchers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE resident_check (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_resident_check PRIMARY KEY,
            person_id bigint NOT NULL CONSTRAINT fk_resident_check_person_id REFERENCES person (id),
            user_id bigint NOT NULL CONSTRAINT fk_resident_check_user_id REFERENCES user_account (id),
            shown text NOT NULL,
            checked_at timestamptz NOT NULL,
            checked_by_id bigint NOT NULL CONSTRAINT fk_resident_check_checked_by_id REFERENCES user_account (id),
            ends_on date NOT NULL,
            CONSTRAINT ck_resident_check_shown CHECK (shown IN ('extract', 'letter', 'lease')),
            CONSTRAINT ck_resident_check_ends_on CHECK (ends_on > (checked_at AT TIME ZONE 'Europe/Amsterdam')::date
                AND ends_on <= (checked_at AT TIME ZONE 'Europe/Amsterdam')::date + 730),
            CONSTRAINT ck_resident_check_other CHECK (user_id <> checked_by_id)
        );
        CREATE INDEX ix_resident_check_person_id ON resident_check (person_id, ends_on);
        CREATE TRIGGER resident_check_append_only BEFORE UPDATE OR DELETE ON resident_check
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER resident_check_no_truncate BEFORE TRUNCATE ON resident_check
            EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE resident_check")
