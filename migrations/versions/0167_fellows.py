"""A role for members who do not do the cooperative's work: they vote and see their own capital, and nothing more."""

from alembic import op
from sqlalchemy import text

revision = "0167_fellows"
down_revision = "0166_dues_due_on"
branch_labels = None
depends_on = None

_BEFORE = (
    "'purchaser', 'assessor', 'cooperative_member', 'cooperative_board', 'resident', 'programme', 'coach', 'auditor', "
    "'administrator', 'alliance_board', 'bid_helper', 'invoice_helper', 'register_helper'"
)
_PAIRS = " ".join(
    f"('{other}', 'cooperative_fellow')," for other in ("auditor", "programme", "administrator")
)


def _roles(codes: str) -> None:
    for table in ("mandate", "invitation"):
        op.execute(f"""
            ALTER TABLE {table} DROP CONSTRAINT ck_{table}_role;
            ALTER TABLE {table} ADD CONSTRAINT ck_{table}_role CHECK (role IN ({codes}));
        """)


def _apart(old: str, new: str) -> None:
    made = op.get_bind().scalar(text("SELECT pg_get_functiondef('roles_apart'::regproc)"))
    op.execute(made.replace(old, new))


def upgrade() -> None:
    """Let the role be given, and keep it apart from those who oversee, as that of a member who works is."""
    _roles(f"{_BEFORE}, 'cooperative_fellow'")
    _apart("(VALUES", f"(VALUES {_PAIRS}")


def downgrade() -> None:
    """Take it away; who held it can be given another role."""
    _apart(f"(VALUES {_PAIRS}", "(VALUES")
    op.execute("DELETE FROM invitation WHERE role = 'cooperative_fellow'")
    op.execute("DELETE FROM mandate WHERE role = 'cooperative_fellow'")
    _roles(_BEFORE)
