"""That an invitation was kept does not tell for which quote: who is invited stays secret until the award."""

from alembic import op

revision = "0174_secret_invitations"
down_revision = "0173_reasoned_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No number of a tender shows an invitation; those that stand there are taken out."""
    op.execute("ALTER TABLE anchor_commitment DISABLE TRIGGER USER")
    op.execute("""
        UPDATE anchor_commitment SET proof = regexp_replace(proof, 'T-[0-9]{4}-[0-9]{4,}', '…', 'g')
        WHERE kind = 'invite' AND proof ~ 'T-[0-9]{4}-[0-9]{4,}'
    """)
    op.execute("ALTER TABLE anchor_commitment ENABLE TRIGGER USER")
    op.execute(
        "ALTER TABLE anchor_commitment ADD CONSTRAINT ck_anchor_commitment_secret"
        " CHECK (kind <> 'invite' OR proof !~ 'T-[0-9]{4}-[0-9]{4,}')"
    )


def downgrade() -> None:
    """The numbers stay out."""
    op.execute("ALTER TABLE anchor_commitment DROP CONSTRAINT ck_anchor_commitment_secret")
