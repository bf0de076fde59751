"""A form that was handled keeps a mark of what was in it, so another content under its token is not called done."""

from alembic import op

revision = "0248_form_content"
down_revision = "0225_landed_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE form_once ADD content TEXT")


def downgrade() -> None:
    op.execute("ALTER TABLE form_once DROP content")
