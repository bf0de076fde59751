"""Orders under frameworks without competition stand in open data, each as a process of its own."""

from alembic import op

revision = "0039_open_data"
down_revision = "0038_demands_per_lot"
branch_labels = None
depends_on = None

ADDED = """
    ALTER TABLE ocds_release
        ADD COLUMN call_off_id BIGINT CONSTRAINT fk_ocds_release_call_off_id REFERENCES call_off (id),
        ADD CONSTRAINT uq_ocds_release_call_off_id_key UNIQUE (call_off_id, key),
        DROP CONSTRAINT ck_ocds_release_subject,
        ADD CONSTRAINT ck_ocds_release_subject CHECK (num_nonnulls(tender_id, need_id, call_off_id) = 1),
        DROP CONSTRAINT ck_ocds_release_ocid,
        ADD CONSTRAINT ck_ocds_release_ocid
            CHECK (ocid ~ '^ocds-[a-z0-9]{6}-([NT]-[0-9]{4}-[0-9]{4,}|C-[0-9]{4}-[0-9]{4,}-[0-9]{2,})$');
"""

BACK = """
    ALTER TABLE ocds_release
        DROP CONSTRAINT ck_ocds_release_subject,
        DROP COLUMN call_off_id,
        ADD CONSTRAINT ck_ocds_release_subject CHECK ((tender_id IS NULL) <> (need_id IS NULL)),
        DROP CONSTRAINT ck_ocds_release_ocid,
        ADD CONSTRAINT ck_ocds_release_ocid CHECK (ocid ~ '^ocds-[a-z0-9]{6}-[NT]-[0-9]{4}-[0-9]{4,}$');
"""


def upgrade() -> None:
    """Let a release be of an order."""
    op.execute(ADDED)


def downgrade() -> None:
    """As it was; refused while releases of orders are there."""
    op.execute(BACK)
