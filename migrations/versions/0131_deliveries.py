"""An anchor says that it bought nothing in a quarter, and why."""

from alembic import op

revision = "0131_deliveries"
down_revision = "0130_publication"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nothing in it changes."""
    op.execute("""
        CREATE TABLE spend_nothing (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_nothing PRIMARY KEY,
            anchor_id BIGINT NOT NULL CONSTRAINT fk_spend_nothing_anchor_id REFERENCES organisation (id),
            quarter_on DATE NOT NULL,
            reason TEXT NOT NULL,
            actor_id BIGINT NOT NULL CONSTRAINT fk_spend_nothing_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_spend_nothing_anchor_id UNIQUE (anchor_id, quarter_on),
            CONSTRAINT ck_spend_nothing_quarter_on
                CHECK (quarter_on = date_trunc('quarter', quarter_on::timestamp)::date),
            CONSTRAINT ck_spend_nothing_reason CHECK (length(reason) BETWEEN 10 AND 500)
        );
        CREATE TRIGGER spend_nothing_append_only BEFORE UPDATE OR DELETE ON spend_nothing
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE spend_nothing")
