"""Offers that take the place of others, support that is no public money, and being here for oneself.

Whoever took an interest in property back may report it again within the term.
"""

from alembic import op

revision = "0080_support_more"
down_revision = "0079_organisation_draft"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: what was agreed before counts as public money, as it did."""
    op.execute("""
        ALTER TABLE support_offer
            ADD COLUMN replaces_id BIGINT CONSTRAINT fk_support_offer_replaces_id REFERENCES support_offer (id),
            ADD CONSTRAINT uq_support_offer_replaces_id UNIQUE (replaces_id);
        ALTER TABLE support_agreement ADD COLUMN public_money BOOLEAN NOT NULL DEFAULT TRUE;
        ALTER TABLE support_agreement ALTER COLUMN public_money DROP DEFAULT;
        ALTER TABLE user_session ADD COLUMN as_self BOOLEAN NOT NULL DEFAULT FALSE,
            ADD CONSTRAINT ck_user_session_as_self CHECK (NOT as_self OR organisation_id IS NULL);
        ALTER TABLE user_session ALTER COLUMN as_self DROP DEFAULT;
        ALTER TABLE property_interest DROP CONSTRAINT uq_property_interest_notice_id_organisation_id,
            DROP CONSTRAINT uq_property_interest_notice_id_initiative_id;
        CREATE UNIQUE INDEX uq_property_interest_organisation ON property_interest (notice_id, organisation_id)
            WHERE withdrawn_at IS NULL;
        CREATE UNIQUE INDEX uq_property_interest_initiative ON property_interest (notice_id, initiative_id)
            WHERE withdrawn_at IS NULL;
    """)


def downgrade() -> None:
    """Take them away. The rule of before knows one interest of a party: of several only the last one stays."""
    op.execute("""
        ALTER TABLE property_interest DISABLE TRIGGER keep_property_interest;
        DELETE FROM property_interest earlier USING property_interest later
            WHERE earlier.withdrawn_at IS NOT NULL AND later.notice_id = earlier.notice_id AND later.id > earlier.id
            AND (later.organisation_id = earlier.organisation_id OR later.initiative_id = earlier.initiative_id);
        ALTER TABLE property_interest ENABLE TRIGGER keep_property_interest;
        DROP INDEX uq_property_interest_organisation, uq_property_interest_initiative;
        ALTER TABLE property_interest
            ADD CONSTRAINT uq_property_interest_notice_id_organisation_id UNIQUE (notice_id, organisation_id),
            ADD CONSTRAINT uq_property_interest_notice_id_initiative_id UNIQUE (notice_id, initiative_id);
        ALTER TABLE user_session DROP COLUMN as_self;
        ALTER TABLE support_agreement DROP COLUMN public_money;
        ALTER TABLE support_offer DROP COLUMN replaces_id;
    """)
