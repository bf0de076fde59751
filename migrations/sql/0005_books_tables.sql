-- The books: accounts in sets of books, intents, transfers and their lines. Amounts are minor units; debit is positive.

CREATE TABLE currency (
    code text CONSTRAINT pk_currency PRIMARY KEY,
    name text NOT NULL,
    scale smallint NOT NULL,
    kind text NOT NULL,
    -- also a valid commodity in plain-text accounting (Beancount: capital first, at most 24 characters)
    CONSTRAINT ck_currency_code CHECK (code ~ '^[A-Z][A-Z0-9]{1,11}$'),
    CONSTRAINT ck_currency_scale CHECK (scale BETWEEN 0 AND 4),
    CONSTRAINT ck_currency_kind CHECK (kind IN ('fiat', 'backed', 'mutual', 'appreciation'))
);
INSERT INTO currency VALUES ('EUR', 'Euro', 2, 'fiat');

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_account PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_account_public_id UNIQUE,
    party_id bigint NOT NULL CONSTRAINT fk_account_party_id REFERENCES party (id),
    currency text NOT NULL CONSTRAINT fk_account_currency REFERENCES currency (code),
    kind text NOT NULL,
    role text NOT NULL,
    subkey text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    floor bigint,
    ceiling bigint,
    posted bigint NOT NULL DEFAULT 0,
    pending_in bigint NOT NULL DEFAULT 0,
    pending_out bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL DEFAULT cwb_now(),
    closed_at timestamptz,
    CONSTRAINT uq_account_party_id_role_currency_subkey UNIQUE (party_id, role, currency, subkey),
    -- Limits are checks, so that no path around the functions exists. They are the only checks on the tables that
    -- every posting writes: the server reads a table's checks anew for every statement, 3 to 6 microseconds each
    -- (they were a half of a posting, measured). What else must hold is held by triggers, whose plans are kept.
    CONSTRAINT ck_account_floor CHECK (posted - pending_out >= floor),
    CONSTRAINT ck_account_ceiling CHECK (posted + pending_in <= ceiling)
) WITH (fillfactor = 70); -- room on the page, so that a new balance touches no index

CREATE TABLE intent (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_intent PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_intent_public_id UNIQUE,
    kind text NOT NULL,
    reference text NOT NULL,
    payer_id bigint CONSTRAINT fk_intent_payer_id REFERENCES party (id),
    payee_id bigint CONSTRAINT fk_intent_payee_id REFERENCES party (id),
    created_at timestamptz NOT NULL DEFAULT cwb_now(),
    CONSTRAINT uq_intent_kind_reference UNIQUE (kind, reference),
    CONSTRAINT ck_intent_kind CHECK (kind ~ '^[a-z][a-z_]{1,40}$'),
    CONSTRAINT ck_intent_reference CHECK (length(reference) BETWEEN 1 AND 200)
);

CREATE TABLE transfer (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_transfer PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_transfer_public_id UNIQUE,
    key text NOT NULL CONSTRAINT uq_transfer_key UNIQUE,
    request_hash bytea NOT NULL,
    step text NOT NULL,
    kind text NOT NULL,
    legs smallint NOT NULL,
    -- That these three are there is asked by the triggers transfer_shape and transfer_whole.
    intent_id bigint,
    pending_of bigint,
    reverses bigint,
    expires_at timestamptz,
    note_digest bytea,
    effective_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT cwb_now(),
    -- the writing transaction, so that the sealer sees which rows may still be joined by earlier ones
    xact bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)
);
-- a reservation ends once, a transfer is reversed once
CREATE UNIQUE INDEX uq_transfer_pending_of ON transfer (pending_of) WHERE pending_of IS NOT NULL;
CREATE UNIQUE INDEX uq_transfer_reverses ON transfer (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ix_transfer_intent_id ON transfer (intent_id) WHERE intent_id IS NOT NULL;
CREATE INDEX ix_transfer_xact ON transfer (xact);
CREATE INDEX ix_transfer_expires_at ON transfer (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE transfer_note (
    transfer_id bigint CONSTRAINT pk_transfer_note PRIMARY KEY
        CONSTRAINT fk_transfer_note_transfer_id REFERENCES transfer (id),
    text text,
    salt bytea,
    erased_at timestamptz,
    CONSTRAINT ck_transfer_note_erased CHECK (
        (erased_at IS NULL AND text IS NOT NULL AND salt IS NOT NULL)
        OR (erased_at IS NOT NULL AND text IS NULL AND salt IS NULL)
    )
);

CREATE TABLE entry (
    transfer_id bigint NOT NULL,
    leg smallint NOT NULL,
    legs smallint NOT NULL,
    account_id bigint NOT NULL,
    party_id bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    account_version bigint NOT NULL,
    balance_after bigint NOT NULL,
    -- Its transfer and its account are there, with these legs, books and currency: trigger entry_fits. A foreign key
    -- would ask the same per line, want two more indexes, and lock both rows once more.
    CONSTRAINT pk_entry PRIMARY KEY (transfer_id, leg),
    CONSTRAINT uq_entry_account_id_account_version UNIQUE (account_id, account_version)
);

CREATE TABLE hold (
    transfer_id bigint NOT NULL CONSTRAINT fk_hold_transfer_id REFERENCES transfer (id),
    leg smallint NOT NULL,
    account_id bigint NOT NULL CONSTRAINT fk_hold_account_id REFERENCES account (id),
    party_id bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT pk_hold PRIMARY KEY (transfer_id, leg),
    CONSTRAINT uq_hold_transfer_id_account_id UNIQUE (transfer_id, account_id),
    CONSTRAINT ck_hold_leg CHECK (leg >= 1),
    CONSTRAINT ck_hold_amount CHECK (amount <> 0 AND abs(amount) <= 1000000000000000)
);
CREATE INDEX ix_hold_account_id ON hold (account_id);
