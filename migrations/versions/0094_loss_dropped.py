"""A loss that was proposed can be taken back or refused, as long as nobody confirmed it."""

from alembic import op

revision = "0094_loss_dropped"
down_revision = "0093_party_declines"
branch_labels = None
depends_on = None

KEEP = """
    CREATE OR REPLACE FUNCTION keep_credit_application() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        asked CONSTANT text[] := ARRAY['id', 'public_id', 'fund_id', 'borrower_id', 'debtor_id', 'invoice_id',
            'agreement_id', 'amount', 'rate', 'due_on', 'purpose', 'plan', 'asked_at', 'asked_by_id'];
        part text;
        old_row jsonb := to_jsonb(OLD);
        new_row jsonb := to_jsonb(NEW);
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state IN ('refused', 'withdrawn') OR NOT (NEW.state = OLD.state
            OR (OLD.state, NEW.state) IN (('asked', 'approved'), ('asked', 'refused'), ('asked', 'withdrawn'),
                ('approved', 'signed'), ('approved', 'withdrawn'), ('signed', 'withdrawn'))) THEN
            RAISE EXCEPTION 'application %: this step cannot be', OLD.id USING ERRCODE = 'CW057';
        END IF;
        FOREACH part IN ARRAY asked LOOP
            IF old_row -> part IS DISTINCT FROM new_row -> part THEN
                RAISE EXCEPTION 'application %: what was asked stays', OLD.id USING ERRCODE = 'CW057';
            END IF;
        END LOOP;
        FOREACH part IN ARRAY ARRAY['decided_at', 'decided_by_id', 'signed_at', 'signed_by_id', 'advance_id',
            'paid_out_by_id', 'loss_proposed_at', 'loss_proposed_by_id', 'loss_confirmed_at', 'loss_confirmed_by_id'] LOOP
            IF old_row ->> part IS NOT NULL AND old_row -> part IS DISTINCT FROM new_row -> part{unless} THEN
                RAISE EXCEPTION 'application %: each step is written once', OLD.id USING ERRCODE = 'CW057';
            END IF;
        END LOOP;
        IF OLD.decided_at IS NOT NULL AND (OLD.reasons, OLD.conditions) IS DISTINCT FROM (NEW.reasons, NEW.conditions) THEN
            RAISE EXCEPTION 'application %: the reasons stay', OLD.id USING ERRCODE = 'CW057';
        END IF;
        RETURN NEW;
    END $$;
"""
DROPPED = """
                AND NOT (part LIKE 'loss_proposed%' AND NEW.loss_proposed_at IS NULL AND OLD.loss_confirmed_at IS NULL)"""


def upgrade() -> None:
    """Let a proposal go."""
    op.execute(KEEP.format(unless=DROPPED))


def downgrade() -> None:
    """A proposal stays."""
    op.execute(KEEP.format(unless=""))
