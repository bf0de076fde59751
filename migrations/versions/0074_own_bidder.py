"""Who helps a bidder while belonging to another one is found too, not only who helps both."""

from alembic import op

revision = "0074_own_bidder"
down_revision = "0080_support_more"
branch_labels = None
depends_on = None

_ANY = "('bid_helper', 'cooperative_member', 'cooperative_board')"

# Past the fence, as before. Told to that person only: ADR 0017.
_SHARED = """
        CREATE OR REPLACE FUNCTION helpers_shared(which bigint) RETURNS TABLE (tender bigint, helper bigint, other bigint)
        LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
        DECLARE
            before text := COALESCE(current_setting('cwb.all_rows', true), '');
        BEGIN
            PERFORM set_config('cwb.all_rows', 'on', true);
            RETURN QUERY SELECT DISTINCT b.tender_id, m.user_id, o.organisation_id
                FROM bid b JOIN tender t ON t.id = b.tender_id
                JOIN mandate m ON m.organisation_id = b.organisation_id
                JOIN mandate n ON n.user_id = m.user_id AND n.organisation_id <> which
                JOIN bid o ON o.tender_id = b.tender_id AND o.organisation_id = n.organisation_id
                WHERE b.organisation_id = which AND b.withdrawn_at IS NULL AND o.withdrawn_at IS NULL
                AND m.role = 'bid_helper' AND m.ended_at IS NULL AND n.role IN {roles} AND n.ended_at IS NULL
                AND t.closes_at > cwb_now();
            PERFORM set_config('cwb.all_rows', before, true);
        END $$;
"""


def upgrade() -> None:
    """Count every bond with another bidder."""
    op.execute(_SHARED.format(roles=_ANY))


def downgrade() -> None:
    """Count only help."""
    op.execute(_SHARED.format(roles="('bid_helper')"))
