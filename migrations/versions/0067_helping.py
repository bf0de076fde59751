"""Somebody helps a cooperative for a while: three roles with an end, and the log of what they did."""

from alembic import op

revision = "0067_helping"
down_revision = "0066_property"
branch_labels = None
depends_on = None

_ROLES = (
    "'purchaser', 'assessor', 'cooperative_member', 'cooperative_board', 'resident', 'programme', 'coach', 'auditor', "
    "'administrator', 'alliance_board'"
)
_HELPERS = "'bid_helper', 'invoice_helper', 'register_helper'"

_APART = """
        CREATE OR REPLACE FUNCTION roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM user_account WHERE id = NEW.user_id FOR NO KEY UPDATE;
            IF NEW.ended_at IS NULL AND EXISTS (
                SELECT FROM mandate JOIN (VALUES
                    ('auditor', 'alliance_board'), ('alliance_board', 'programme'),
                    ('alliance_board', 'administrator'), ('alliance_board', 'coach'),
                    ('alliance_board', 'cooperative_board'),
                    ('auditor', 'purchaser'), ('auditor', 'assessor'), ('auditor', 'cooperative_member'),
                    ('auditor', 'cooperative_board'), ('auditor', 'programme'), ('auditor', 'coach'),
                    ('auditor', 'administrator'),
                    ('programme', 'purchaser'), ('programme', 'assessor'), ('programme', 'cooperative_member'),
                    ('programme', 'cooperative_board'), ('programme', 'coach'),
                    ('administrator', 'purchaser'), ('administrator', 'assessor'),
                    ('administrator', 'cooperative_member'), ('administrator', 'cooperative_board'),
                    ('administrator', 'coach'),
                    ('coach', 'purchaser'), ('coach', 'assessor'), ('coach', 'cooperative_board'),
                    ('purchaser', 'cooperative_board'), ('assessor', 'cooperative_board'){more}
                ) AS apart (a, b) ON (a, b) IN ((NEW.role, mandate.role), (mandate.role, NEW.role))
                WHERE mandate.user_id = NEW.user_id AND mandate.ended_at IS NULL AND mandate.id <> NEW.id
            ) THEN
                RAISE EXCEPTION 'these roles do not go together (%)', NEW.role USING ERRCODE = 'CW002';
            END IF;
            RETURN NEW;
        END $$;
"""
_PAIRS = "".join(
    f",\n                    ('{helper}', '{other}')"
    for helper in ("bid_helper", "invoice_helper", "register_helper")
    for other in ("purchaser", "assessor", "programme", "administrator", "auditor")
)

_SHARED = """
        -- Who helps an organisation and another one that both bid on the same open tender: told to both. Past the fence,
        -- as tenders_joined() is: it tells of bids in which that organisation's own helper works.
        CREATE FUNCTION helpers_shared(which bigint) RETURNS TABLE (tender bigint, helper bigint, other bigint)
        LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
        DECLARE
            before text := COALESCE(current_setting('cwb.all_rows', true), '');
        BEGIN
            PERFORM set_config('cwb.all_rows', 'on', true);
            RETURN QUERY SELECT DISTINCT b.tender_id, m.user_id, o.organisation_id
                FROM bid b JOIN tender t ON t.id = b.tender_id
                JOIN mandate m ON m.organisation_id = b.organisation_id
                JOIN mandate n ON n.user_id = m.user_id AND n.organisation_id <> which
                JOIN bid o ON o.tender_id = b.tender_id AND o.organisation_id = n.organisation_id
                WHERE b.organisation_id = which AND b.withdrawn_at IS NULL AND o.withdrawn_at IS NULL
                AND m.role = 'bid_helper' AND m.ended_at IS NULL AND n.role = 'bid_helper' AND n.ended_at IS NULL
                AND t.closes_at > cwb_now();
            PERFORM set_config('cwb.all_rows', before, true);
        END $$;
"""


def upgrade() -> None:
    """Add the roles, the day on which a mandate ends, and the log."""
    for table in ("mandate", "invitation"):
        op.execute(f"""
            ALTER TABLE {table} DROP CONSTRAINT ck_{table}_role, ADD COLUMN ends_on DATE,
                ADD CONSTRAINT ck_{table}_role CHECK (role IN ({_ROLES}, {_HELPERS})),
                ADD CONSTRAINT ck_{table}_ends_on CHECK ((role IN ({_HELPERS})) = (ends_on IS NOT NULL));
        """)
    op.execute("""
        ALTER TABLE invitation ADD COLUMN also JSONB NOT NULL DEFAULT '[]'::jsonb,
            ADD CONSTRAINT ck_invitation_also CHECK (
                also <@ '["bid_helper", "invoice_helper", "register_helper"]'::jsonb
                AND (ends_on IS NOT NULL OR also = '[]'::jsonb)
            );
        CREATE TABLE help_act (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_help_act PRIMARY KEY,
            organisation_id BIGINT NOT NULL CONSTRAINT fk_help_act_organisation_id REFERENCES organisation (id),
            user_id BIGINT NOT NULL CONSTRAINT fk_help_act_user_id REFERENCES user_account (id),
            role TEXT NOT NULL CONSTRAINT ck_help_act_role CHECK (role IN ('bid_helper', 'invoice_helper', 'register_helper')),
            deed TEXT NOT NULL CONSTRAINT ck_help_act_deed CHECK (deed IN ('did', 'looked')),
            page TEXT NOT NULL CONSTRAINT ck_help_act_page CHECK (length(page) BETWEEN 1 AND 300),
            at TIMESTAMPTZ NOT NULL,
            acted_on DATE NOT NULL
        );
        CREATE INDEX ix_help_act_organisation_id ON help_act (organisation_id, at);
        CREATE UNIQUE INDEX uq_help_act_looked ON help_act (organisation_id, user_id, page, acted_on)
            WHERE deed = 'looked';
    """)
    op.execute(_APART.replace("{more}", _PAIRS))
    op.execute(_SHARED)


def downgrade() -> None:
    """Take it away."""
    op.execute(
        "DROP FUNCTION helpers_shared(bigint); DROP TABLE help_act; ALTER TABLE invitation DROP COLUMN also;"
    )
    for table in ("mandate", "invitation"):
        op.execute(f"""
            DELETE FROM {table} WHERE role IN ({_HELPERS});
            ALTER TABLE {table} DROP CONSTRAINT ck_{table}_role, DROP COLUMN ends_on,
                ADD CONSTRAINT ck_{table}_role CHECK (role IN ({_ROLES}));
        """)
    op.execute(_APART.replace("{more}", ""))
