"""Another e-mail address, passkeys, and the second fence around bids."""

from alembic import op

revision = "0018_people"
down_revision = "0017_consultation"
branch_labels = None
depends_on = None

# Who sees which bids, by the database itself. `cwb.user_id` names the user of a transaction, `cwb.all_rows` is on
# for connections that are nobody's page. Both through a subquery, so that they are read once per statement.
FENCE = """
    CREATE POLICY all_rows ON bid USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY all_rows ON bid_version USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY all_rows ON opened_bid USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');

    -- A bidder: the bids of organisations one has a running mandate in.
    CREATE POLICY bidder ON bid USING (organisation_id IN (
        SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));

    -- A buyer, and a holder of one of the three shares of the key: after closing, by the database's clock.
    CREATE POLICY opener ON bid FOR SELECT USING (tender_id IN (
        SELECT t.id FROM tender t WHERE t.closes_at <= cwb_now() AND (
            t.buyer_id IN (SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
                AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint))
            OR t.key_id IN (SELECT s.key_id FROM key_share s
                WHERE s.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)))));

    -- A sealed version is seen by whoever sees its bid, and added by whoever may change that.
    CREATE POLICY of_bid ON bid_version FOR SELECT USING (EXISTS (SELECT FROM bid b WHERE b.id = bid_id));
    CREATE POLICY bidder ON bid_version FOR INSERT WITH CHECK (EXISTS (
        SELECT FROM bid b JOIN mandate m ON m.organisation_id = b.organisation_id
            WHERE b.id = bid_id AND m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));

    -- What was opened: its bidder, the buyer, holders of the key, auditors; everyone once it is decided.
    CREATE POLICY bidder ON opened_bid FOR SELECT USING (organisation_id IN (
        SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY opener ON opened_bid USING (tender_id IN (
        SELECT t.id FROM tender t WHERE t.buyer_id IN (SELECT m.organisation_id FROM mandate m
                WHERE m.ended_at IS NULL
                AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint))
            OR t.key_id IN (SELECT s.key_id FROM key_share s
                WHERE s.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint))));
    CREATE POLICY auditor ON opened_bid FOR SELECT USING (EXISTS (
        SELECT FROM mandate m WHERE m.ended_at IS NULL AND m.role = 'auditor'
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY decided ON opened_bid FOR SELECT USING (tender_id IN (
        SELECT d.tender_id FROM award_decision d WHERE d.sent_at IS NOT NULL AND d.withdrawn_at IS NULL));

    ALTER TABLE bid ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE bid_version ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE opened_bid ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the tables and the fence; no row changes."""
    op.execute("""
        CREATE TABLE email_change (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_email_change PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_email_change_user_id REFERENCES user_account (id),
            old_email TEXT NOT NULL,
            undo_hash BYTEA NOT NULL CONSTRAINT uq_email_change_undo_hash UNIQUE,
            changed_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_email_change_expires_at CHECK (expires_at > changed_at)
        );
        CREATE INDEX ix_email_change_user_id ON email_change (user_id);
        CREATE INDEX ix_email_change_expires_at ON email_change (expires_at);

        CREATE TABLE passkey (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_passkey PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_passkey_public_id UNIQUE,
            user_id BIGINT NOT NULL CONSTRAINT fk_passkey_user_id REFERENCES user_account (id),
            credential_id BYTEA NOT NULL CONSTRAINT uq_passkey_credential_id UNIQUE,
            public_key BYTEA NOT NULL,
            sign_count BIGINT NOT NULL CONSTRAINT ck_passkey_sign_count CHECK (sign_count >= 0),
            name TEXT NOT NULL CONSTRAINT ck_passkey_name CHECK (length(name) BETWEEN 1 AND 120),
            made_at TIMESTAMPTZ NOT NULL,
            used_at TIMESTAMPTZ
        );
        CREATE INDEX ix_passkey_user_id ON passkey (user_id);

        CREATE TABLE passkey_answered (
            question_hash BYTEA CONSTRAINT pk_passkey_answered PRIMARY KEY,
            answered_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_passkey_answered_answered_at ON passkey_answered (answered_at);
    """)
    op.execute(FENCE)


def downgrade() -> None:
    """Take it away."""
    for table in ("bid", "bid_version", "opened_bid"):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;")
    op.execute("""
        DROP POLICY all_rows ON bid;
        DROP POLICY bidder ON bid;
        DROP POLICY opener ON bid;
        DROP POLICY all_rows ON bid_version;
        DROP POLICY of_bid ON bid_version;
        DROP POLICY bidder ON bid_version;
        DROP POLICY all_rows ON opened_bid;
        DROP POLICY bidder ON opened_bid;
        DROP POLICY opener ON opened_bid;
        DROP POLICY auditor ON opened_bid;
        DROP POLICY decided ON opened_bid;
    """)
    op.execute("DROP TABLE passkey_answered, passkey, email_change;")
