"""Before the bids of a mini-competition nobody says who won: then local suppliers are invited, or there are none."""

from alembic import op

revision = "0097_local_known"
down_revision = "0096_called_off"
branch_labels = None
depends_on = None

_SETTLED = "'local_chosen', 'local_competed', 'none_found', 'not_examined'"


def _outcomes(known: str, change: str) -> str:
    return f"""
        ALTER TABLE call_off DROP CONSTRAINT ck_call_off_local_outcome;
        ALTER TABLE call_off DISABLE TRIGGER USER;
        {change}
        ALTER TABLE call_off ENABLE TRIGGER USER;
        ALTER TABLE call_off ADD CONSTRAINT ck_call_off_local_outcome CHECK (local_outcome IN ({known}));
    """


def upgrade() -> None:
    """What was said too early becomes what was known then."""
    op.execute(_outcomes(
        f"{_SETTLED}, 'local_invited'",
        "UPDATE call_off SET local_outcome = 'local_invited' WHERE competition_id IS NOT NULL"
        " AND local_outcome IN ('local_chosen', 'local_competed');",
    ))  # fmt: skip
    op.execute("""
        ALTER TABLE call_off ADD CONSTRAINT ck_call_off_local_known CHECK (
            CASE WHEN competition_id IS NULL THEN local_outcome <> 'local_invited'
                ELSE local_outcome NOT IN ('local_chosen', 'local_competed') END);
    """)


def downgrade() -> None:
    """Take it away; who was invited counts as having competed."""
    op.execute("ALTER TABLE call_off DROP CONSTRAINT ck_call_off_local_known")
    op.execute(_outcomes(
        _SETTLED, "UPDATE call_off SET local_outcome = 'local_competed' WHERE local_outcome = 'local_invited';"
    ))  # fmt: skip
