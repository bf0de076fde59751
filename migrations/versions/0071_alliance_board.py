"""A role of its own for the board of the alliance: it decides on money ahead, and pays out nothing."""

from alembic import op

revision = "0071_alliance_board"
down_revision = "0070_incubator_more"
branch_labels = None
depends_on = None

_BEFORE = """
        'purchaser', 'assessor', 'cooperative_member', 'cooperative_board', 'resident', 'programme', 'coach', 'auditor',
        'administrator'"""

_NEW_PAIRS = """
                    ('auditor', 'alliance_board'), ('alliance_board', 'programme'),
                    ('alliance_board', 'administrator'), ('alliance_board', 'coach'),
                    ('alliance_board', 'cooperative_board'),"""

_APART = """
        CREATE OR REPLACE FUNCTION roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM user_account WHERE id = NEW.user_id FOR NO KEY UPDATE;
            IF NEW.ended_at IS NULL AND EXISTS (
                SELECT FROM mandate JOIN (VALUES
                    ('auditor', 'purchaser'), ('auditor', 'assessor'), ('auditor', 'cooperative_member'),
                    ('auditor', 'cooperative_board'), ('auditor', 'programme'), ('auditor', 'coach'),
                    ('auditor', 'administrator'),
                    ('programme', 'purchaser'), ('programme', 'assessor'), ('programme', 'cooperative_member'),
                    ('programme', 'cooperative_board'), ('programme', 'coach'),
                    ('administrator', 'purchaser'), ('administrator', 'assessor'),
                    ('administrator', 'cooperative_member'), ('administrator', 'cooperative_board'),
                    ('administrator', 'coach'),
                    ('coach', 'purchaser'), ('coach', 'assessor'), ('coach', 'cooperative_board'),
                    ('purchaser', 'cooperative_board'), ('assessor', 'cooperative_board')
                ) AS apart (a, b) ON (a, b) IN ((NEW.role, mandate.role), (mandate.role, NEW.role))
                WHERE mandate.user_id = NEW.user_id AND mandate.ended_at IS NULL AND mandate.id <> NEW.id
            ) THEN
                RAISE EXCEPTION 'these roles do not go together (%)', NEW.role USING ERRCODE = 'CW002';
            END IF;
            RETURN NEW;
        END $$;
"""


def _roles(codes: str) -> str:
    return "".join(
        f"""
        ALTER TABLE {table} DROP CONSTRAINT ck_{table}_role;
        ALTER TABLE {table} ADD CONSTRAINT ck_{table}_role CHECK (role IN ({codes}));"""
        for table in ("mandate", "invitation")
    )


def upgrade() -> None:
    """Let the role be given, and keep it apart from running the fund and from sitting on a cooperative's board."""
    op.execute(_roles(f"{_BEFORE}, 'alliance_board'"))
    op.execute(_APART.replace("(VALUES", f"(VALUES{_NEW_PAIRS}"))


def downgrade() -> None:
    """Take it away; who held it is an auditor's business first."""
    op.execute("DELETE FROM invitation WHERE role = 'alliance_board'")
    op.execute("DELETE FROM mandate WHERE role = 'alliance_board'")
    op.execute(_roles(_BEFORE))
    op.execute(_APART)
