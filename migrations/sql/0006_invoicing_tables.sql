-- Agreements, invoices, their steps and numbers. Amounts are cents; a credit note's are positive too.

CREATE TABLE agreement (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_agreement PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_agreement_public_id UNIQUE,
    reference text NOT NULL CONSTRAINT uq_agreement_reference UNIQUE,
    title text NOT NULL,
    buyer_id bigint NOT NULL CONSTRAINT fk_agreement_buyer_id REFERENCES organisation (id),
    cpv text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    payment_days bigint NOT NULL,
    g_percentage numeric,
    line_count bigint NOT NULL,
    state text NOT NULL,
    ended_on date,
    created_at timestamptz NOT NULL,
    CONSTRAINT ck_agreement_term CHECK (ends_on >= starts_on),
    CONSTRAINT ck_agreement_payment_days CHECK (payment_days BETWEEN 1 AND 60),
    CONSTRAINT ck_agreement_g_percentage CHECK (g_percentage BETWEEN 0 AND 100),
    CONSTRAINT ck_agreement_cpv CHECK (cpv ~ '^[0-9]{8}$'),
    CONSTRAINT ck_agreement_state CHECK (state IN ('active', 'ended')),
    CONSTRAINT ck_agreement_ended CHECK ((state = 'ended') = (ended_on IS NOT NULL)),
    CONSTRAINT ck_agreement_reference CHECK (length(reference) BETWEEN 1 AND 60),
    CONSTRAINT ck_agreement_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_agreement_line_count CHECK (line_count >= 1)
);
CREATE INDEX ix_agreement_buyer_id ON agreement (buyer_id);

CREATE TABLE agreement_supplier (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_agreement_supplier PRIMARY KEY,
    agreement_id bigint NOT NULL CONSTRAINT fk_agreement_supplier_agreement_id REFERENCES agreement (id),
    party_id bigint NOT NULL CONSTRAINT fk_agreement_supplier_party_id REFERENCES organisation (id),
    share bigint NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT uq_agreement_supplier_agreement_id_party_id UNIQUE (agreement_id, party_id),
    CONSTRAINT uq_agreement_supplier_agreement_id_position UNIQUE (agreement_id, position),
    CONSTRAINT ck_agreement_supplier_share CHECK (share BETWEEN 1 AND 10000)
);
CREATE INDEX ix_agreement_supplier_party_id ON agreement_supplier (party_id);

CREATE TABLE agreement_line (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_agreement_line PRIMARY KEY,
    agreement_id bigint NOT NULL CONSTRAINT fk_agreement_line_agreement_id REFERENCES agreement (id),
    position bigint NOT NULL,
    description text NOT NULL,
    unit text NOT NULL,
    quantity numeric NOT NULL,
    unit_price numeric NOT NULL,
    vat_code text NOT NULL,
    CONSTRAINT uq_agreement_line_agreement_id_position UNIQUE (agreement_id, position),
    CONSTRAINT ck_agreement_line_quantity CHECK (quantity > 0),
    CONSTRAINT ck_agreement_line_unit_price CHECK (unit_price >= 0),
    CONSTRAINT ck_agreement_line_vat_code CHECK (
        vat_code IN ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside')
    ),
    CONSTRAINT ck_agreement_line_unit CHECK (
        unit IN ('HUR', 'DAY', 'WEE', 'MON', 'ANN', 'C62', 'LS', 'MTK', 'MTR', 'KGM', 'LTR', 'KMT')
    )
);

CREATE TABLE numbering (
    party_id bigint CONSTRAINT pk_numbering PRIMARY KEY
        CONSTRAINT fk_numbering_party_id REFERENCES organisation (id),
    prefix text NOT NULL,
    first_number bigint NOT NULL,
    least_digits bigint NOT NULL,
    CONSTRAINT ck_numbering_first_number CHECK (first_number BETWEEN 1 AND 99999999),
    CONSTRAINT ck_numbering_least_digits CHECK (least_digits BETWEEN 0 AND 8),
    CONSTRAINT ck_numbering_prefix CHECK (prefix ~ '^[A-Za-z0-9./{}-]{0,26}$')
);

CREATE TABLE number_series (
    party_id bigint NOT NULL CONSTRAINT fk_number_series_party_id REFERENCES numbering (party_id),
    prefix text NOT NULL,
    next_number bigint NOT NULL,
    CONSTRAINT pk_number_series PRIMARY KEY (party_id, prefix),
    CONSTRAINT ck_number_series_next_number CHECK (next_number BETWEEN 2 AND 100000000)
);

CREATE TABLE invoice (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invoice PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_invoice_public_id UNIQUE,
    kind text NOT NULL,
    state text NOT NULL,
    agreement_id bigint CONSTRAINT fk_invoice_agreement_id REFERENCES agreement (id),
    seller_id bigint NOT NULL CONSTRAINT fk_invoice_seller_id REFERENCES organisation (id),
    buyer_id bigint NOT NULL CONSTRAINT fk_invoice_buyer_id REFERENCES organisation (id),
    credits_id bigint CONSTRAINT fk_invoice_credits_id REFERENCES invoice (id),
    currency text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id bigint NOT NULL CONSTRAINT fk_invoice_created_by_id REFERENCES user_account (id),
    delivered_from date NOT NULL,
    delivered_until date NOT NULL,
    buyer_reference text NOT NULL,
    order_reference text NOT NULL,
    contract_reference text NOT NULL,
    note text NOT NULL,
    exemption_reason text NOT NULL,
    payment_days bigint NOT NULL,
    number text,
    series_prefix text,
    series_number bigint,
    payment_reference text,
    issued_on date,
    due_on date,
    sent_at timestamptz,
    sent_by_id bigint CONSTRAINT fk_invoice_sent_by_id REFERENCES user_account (id),
    seller_facts jsonb,
    buyer_facts jsonb,
    net_amount bigint NOT NULL,
    vat_amount bigint NOT NULL,
    total_amount bigint NOT NULL,
    credited_amount bigint NOT NULL,
    paid_amount bigint NOT NULL,
    round bigint NOT NULL,
    approved_at timestamptz,
    disputed_at timestamptz,
    paid_on date,
    vat_recoverable boolean,
    CONSTRAINT uq_invoice_seller_id_number UNIQUE (seller_id, number),
    CONSTRAINT uq_invoice_seller_id_series_prefix_series_number UNIQUE (seller_id, series_prefix, series_number),
    CONSTRAINT uq_invoice_seller_id_payment_reference UNIQUE (seller_id, payment_reference),
    CONSTRAINT ck_invoice_kind CHECK (kind IN ('invoice', 'credit_note')),
    CONSTRAINT ck_invoice_state CHECK (state IN ('draft', 'sent', 'disputed', 'approved', 'paid', 'credited')),
    CONSTRAINT ck_invoice_currency CHECK (currency = 'EUR'),
    CONSTRAINT ck_invoice_parties CHECK (seller_id <> buyer_id),
    CONSTRAINT ck_invoice_delivered CHECK (delivered_until >= delivered_from),
    CONSTRAINT ck_invoice_credits CHECK ((kind = 'credit_note') = (credits_id IS NOT NULL)),
    CONSTRAINT ck_invoice_total CHECK (total_amount = net_amount + vat_amount AND net_amount >= 0),
    CONSTRAINT ck_invoice_credited CHECK (credited_amount BETWEEN 0 AND total_amount),
    CONSTRAINT ck_invoice_paid CHECK (paid_amount BETWEEN 0 AND total_amount),
    CONSTRAINT ck_invoice_sent CHECK (
        state = 'draft' OR (number IS NOT NULL AND series_prefix IS NOT NULL AND series_number >= 1
        AND payment_reference IS NOT NULL AND issued_on IS NOT NULL AND due_on >= issued_on
        AND sent_at IS NOT NULL AND seller_facts IS NOT NULL AND buyer_facts IS NOT NULL AND total_amount > 0)
    ),
    CONSTRAINT ck_invoice_draft CHECK (state <> 'draft' OR (number IS NULL AND sent_at IS NULL)),
    CONSTRAINT ck_invoice_settled CHECK (state <> 'paid' OR total_amount <= credited_amount + paid_amount)
);
CREATE INDEX ix_invoice_agreement_id ON invoice (agreement_id);
CREATE INDEX ix_invoice_credits_id ON invoice (credits_id);
CREATE INDEX ix_invoice_due_on ON invoice (due_on);
CREATE INDEX ix_invoice_buyer_id_state ON invoice (buyer_id, state);
CREATE INDEX ix_invoice_seller_id_state ON invoice (seller_id, state);

CREATE TABLE invoice_line (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invoice_line PRIMARY KEY,
    invoice_id bigint NOT NULL
        CONSTRAINT fk_invoice_line_invoice_id REFERENCES invoice (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    agreement_line_id bigint CONSTRAINT fk_invoice_line_agreement_line_id REFERENCES agreement_line (id),
    credits_line_id bigint CONSTRAINT fk_invoice_line_credits_line_id REFERENCES invoice_line (id),
    description text NOT NULL,
    unit text NOT NULL,
    quantity numeric NOT NULL,
    unit_price numeric NOT NULL,
    vat_code text NOT NULL,
    category text NOT NULL,
    percent numeric NOT NULL,
    net_amount bigint NOT NULL,
    CONSTRAINT uq_invoice_line_invoice_id_position UNIQUE (invoice_id, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_invoice_line_quantity CHECK (quantity > 0),
    CONSTRAINT ck_invoice_line_unit_price CHECK (unit_price >= 0),
    CONSTRAINT ck_invoice_line_net_amount CHECK (net_amount = round(quantity * unit_price * 100)),
    CONSTRAINT ck_invoice_line_category CHECK (category IN ('S', 'Z', 'E', 'AE', 'O')),
    CONSTRAINT ck_invoice_line_percent CHECK (percent BETWEEN 0 AND 100),
    CONSTRAINT ck_invoice_line_vat_code CHECK (
        vat_code IN ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'outside')
    ),
    CONSTRAINT ck_invoice_line_unit CHECK (
        unit IN ('HUR', 'DAY', 'WEE', 'MON', 'ANN', 'C62', 'LS', 'MTK', 'MTR', 'KGM', 'LTR', 'KMT')
    )
);
CREATE INDEX ix_invoice_line_agreement_line_id ON invoice_line (agreement_line_id);
CREATE INDEX ix_invoice_line_credits_line_id ON invoice_line (credits_line_id);

CREATE TABLE invoice_vat (
    invoice_id bigint NOT NULL
        CONSTRAINT fk_invoice_vat_invoice_id REFERENCES invoice (id) ON DELETE CASCADE,
    category text NOT NULL,
    percent numeric NOT NULL,
    net_amount bigint NOT NULL,
    vat_amount bigint NOT NULL,
    CONSTRAINT pk_invoice_vat PRIMARY KEY (invoice_id, category, percent),
    CONSTRAINT ck_invoice_vat_vat_amount CHECK (vat_amount = round(net_amount * percent / 100))
);

CREATE TABLE invoice_step (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invoice_step PRIMARY KEY,
    invoice_id bigint NOT NULL CONSTRAINT fk_invoice_step_invoice_id REFERENCES invoice (id),
    kind text NOT NULL,
    round bigint NOT NULL,
    user_id bigint CONSTRAINT fk_invoice_step_user_id REFERENCES user_account (id),
    at timestamptz NOT NULL,
    note text NOT NULL,
    amount bigint,
    CONSTRAINT ck_invoice_step_kind CHECK (
        kind IN ('sent', 'approval', 'approved', 'dispute', 'credited', 'payment', 'refund', 'paid')
    ),
    CONSTRAINT ck_invoice_step_note CHECK (length(note) <= 2000),
    CONSTRAINT ck_invoice_step_reason CHECK (kind <> 'dispute' OR length(note) > 0)
);
CREATE INDEX ix_invoice_step_invoice_id ON invoice_step (invoice_id);
CREATE UNIQUE INDEX uq_invoice_step_approval ON invoice_step (invoice_id, round, user_id) WHERE kind = 'approval';

CREATE TABLE approval_setting (
    party_id bigint CONSTRAINT pk_approval_setting PRIMARY KEY
        CONSTRAINT fk_approval_setting_party_id REFERENCES organisation (id),
    four_eyes_above bigint NOT NULL,
    asked_four_eyes_above bigint,
    asked_by_id bigint CONSTRAINT fk_approval_setting_asked_by_id REFERENCES user_account (id),
    vat_recoverable boolean NOT NULL,
    CONSTRAINT ck_approval_setting_four_eyes_above CHECK (four_eyes_above >= 0),
    CONSTRAINT ck_approval_setting_asked CHECK (
        asked_four_eyes_above > four_eyes_above AND asked_by_id IS NOT NULL
        OR asked_four_eyes_above IS NULL AND asked_by_id IS NULL
    )
);
