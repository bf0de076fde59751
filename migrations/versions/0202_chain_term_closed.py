"""A term about a G-account can be refused, taken back or stopped, with a reason; nothing new is split by it."""

from alembic import op

revision = "0202_chain_term_closed"
down_revision = "0201_small_business_first_day"
branch_labels = None
depends_on = None


def _keep(filled: str, closed: str) -> None:
    op.execute(f"""
        CREATE OR REPLACE FUNCTION chain_term_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {closed} to_jsonb(NEW) - '{filled}'::text[] <> to_jsonb(OLD) - '{filled}'::text[] THEN
                RAISE EXCEPTION 'a term is agreed to once, nothing else changes' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
    """)


def _fits(more: str) -> None:
    op.execute(f"""
        CREATE OR REPLACE FUNCTION invoice_split_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM invoice i JOIN chain_term t ON t.id = NEW.term_id
                WHERE i.id = NEW.invoice_id AND i.kind = 'invoice' AND i.state = 'sent' AND NEW.amount < i.total_amount
                    AND t.agreement_id = i.agreement_id AND t.party_id = i.seller_id AND t.agreed_at IS NOT NULL
                    {more} AND NOT EXISTS (SELECT FROM payment p WHERE p.invoice_id = i.id);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the split of invoice % does not fit it', NEW.invoice_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
    """)


def upgrade() -> None:
    """None was closed."""
    op.execute("""
        ALTER TABLE chain_term ADD COLUMN closed_by_id bigint
                CONSTRAINT fk_chain_term_closed_by_id REFERENCES user_account (id),
            ADD COLUMN closed_at timestamptz,
            ADD COLUMN closed_reason text,
            ADD CONSTRAINT ck_chain_term_closed CHECK (num_nulls(closed_by_id, closed_at, closed_reason) IN (0, 3)),
            ADD CONSTRAINT ck_chain_term_closed_reason CHECK (length(closed_reason) BETWEEN 10 AND 2000);
    """)
    _keep(
        "{agreed_by_id,agreed_at,closed_by_id,closed_at,closed_reason}",
        "OLD.closed_at IS NOT NULL OR (NEW.agreed_at IS DISTINCT FROM OLD.agreed_at"
        " AND (OLD.agreed_at IS NOT NULL OR NEW.closed_at IS NOT NULL))"
        " OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_by_id IS DISTINCT FROM OLD.agreed_by_id) OR",
    )
    _fits("AND t.closed_at IS NULL")


def downgrade() -> None:
    """Forget which were closed."""
    _keep("{agreed_by_id,agreed_at}", "OLD.agreed_at IS NOT NULL OR")
    _fits("")
    op.execute(
        "ALTER TABLE chain_term DROP COLUMN closed_by_id, DROP COLUMN closed_at, DROP COLUMN closed_reason"
    )
