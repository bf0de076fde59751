"""The day of a meeting that was closed here is what its minutes say: a new answer, with its own moment."""

from alembic import op

revision = "0152_minuted"
down_revision = "0151_named_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell such days apart; one that kept the moment of an older answer, and with it a foreign proof, gets its own."""
    op.execute("""
        ALTER TABLE cooperative_claim ADD COLUMN minuted BOOLEAN NOT NULL DEFAULT false;
        ALTER TABLE cooperative_claim ALTER COLUMN minuted DROP DEFAULT;
        UPDATE cooperative_claim s
        SET minuted = true, since = m.closed_at, declared_at = greatest(s.declared_at, m.closed_at)
        FROM cooperative c
        JOIN (
            SELECT organisation_id, (meets_at AT TIME ZONE 'Europe/Amsterdam')::date::text AS day,
                min(closed_at) AS closed_at
            FROM meeting WHERE closed_at IS NOT NULL GROUP BY 1, 2
        ) AS m ON m.organisation_id = c.organisation_id
        WHERE s.cooperative_id = c.id AND s.code = 'last_meeting' AND s.value = m.day AND s.since <= m.closed_at
            AND NOT EXISTS (SELECT FROM cooperative_judgement j
                WHERE j.cooperative_id = c.id AND j.code = s.code AND j.value = s.value AND j.decided_at >= s.since);
    """)


def downgrade() -> None:
    """Nobody can tell where a day came from; the moments stay right."""
    op.execute("ALTER TABLE cooperative_claim DROP COLUMN minuted")
