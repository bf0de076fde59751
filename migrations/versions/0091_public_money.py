"""What a public body gives is public money: the database holds it too, when it is proposed and when it is agreed."""

from alembic import op

revision = "0091_public_money"
down_revision = "0090_whole_appeal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the fence; what stands is left as it is."""
    op.execute("""
        CREATE FUNCTION keep_public_money() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT NEW.public_money AND EXISTS (SELECT FROM support_offer s JOIN organisation o ON o.id = s.organisation_id
                WHERE s.id = NEW.offer_id AND (o.legal_form = 'public_body' OR o.anchor_type = 'municipality')) THEN
                RAISE EXCEPTION 'agreement: what a public body gives is public money' USING ERRCODE = 'CW065';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_public_money BEFORE INSERT OR UPDATE OF public_money, offer_id, agreed_at ON support_agreement
            FOR EACH ROW EXECUTE FUNCTION keep_public_money();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TRIGGER keep_public_money ON support_agreement; DROP FUNCTION keep_public_money();")
