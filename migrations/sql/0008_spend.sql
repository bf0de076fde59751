-- Spend. Amounts are euro cents, signed, without VAT. What happened is only added to; a correction is a new row.

CREATE TABLE supplier (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_supplier_public_id UNIQUE,
    recorded_by_id bigint CONSTRAINT fk_supplier_recorded_by_id REFERENCES organisation (id),
    identity text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    search_name text NOT NULL,
    kvk_number text,
    kvk_confirmed_on date,
    vat_id text,
    iban text,
    street text NOT NULL,
    house_number text NOT NULL,
    postcode text NOT NULL,
    city text NOT NULL,
    country text NOT NULL,
    natural_person boolean,
    party_id bigint CONSTRAINT fk_supplier_party_id REFERENCES party (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT uq_supplier_recorded_by_id_identity UNIQUE NULLS NOT DISTINCT (recorded_by_id, identity),
    CONSTRAINT ck_supplier_kvk_number CHECK (kvk_number ~ '^[0-9]{8}$'),
    CONSTRAINT ck_supplier_kvk_confirmed_on CHECK (kvk_confirmed_on IS NULL OR kvk_number IS NOT NULL),
    CONSTRAINT ck_supplier_name CHECK (length(name) BETWEEN 1 AND 200),
    -- a supplier that nobody's ledger brought is a party of this house
    CONSTRAINT ck_supplier_own CHECK (recorded_by_id IS NOT NULL OR party_id IS NOT NULL)
);
CREATE INDEX ix_supplier_party_id ON supplier (party_id);
CREATE INDEX ix_supplier_kvk_number ON supplier (kvk_number);
CREATE INDEX ix_supplier_search_name ON supplier (search_name);

CREATE TABLE supplier_link (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier_link PRIMARY KEY,
    supplier_id bigint NOT NULL CONSTRAINT fk_supplier_link_supplier_id REFERENCES supplier (id),
    party_id bigint CONSTRAINT fk_supplier_link_party_id REFERENCES party (id),
    reason text NOT NULL CONSTRAINT ck_supplier_link_reason CHECK (length(reason) BETWEEN 1 AND 500),
    actor_id bigint CONSTRAINT fk_supplier_link_actor_id REFERENCES user_account (id),
    at timestamptz NOT NULL
);
CREATE INDEX ix_supplier_link_supplier_id ON supplier_link (supplier_id);

CREATE TABLE supplier_evidence (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier_evidence PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_supplier_evidence_public_id UNIQUE,
    supplier_id bigint NOT NULL CONSTRAINT fk_supplier_evidence_supplier_id REFERENCES supplier (id),
    kind text NOT NULL CONSTRAINT ck_supplier_evidence_kind CHECK (kind IN ('seat', 'establishment')),
    grade smallint NOT NULL CONSTRAINT ck_supplier_evidence_grade CHECK (grade BETWEEN 1 AND 4),
    street text NOT NULL,
    house_number text NOT NULL,
    postcode text NOT NULL,
    country text NOT NULL,
    contract_reference text NOT NULL,
    verdict text NOT NULL
        CONSTRAINT ck_supplier_evidence_verdict CHECK (verdict IN ('inside', 'outside', 'unknown')),
    basis text NOT NULL,
    wijk text,
    buurt text,
    variants jsonb NOT NULL,
    area_id text NOT NULL,
    area_version text NOT NULL,
    valid_from date NOT NULL,
    obtained_on date NOT NULL,
    expires_on date,
    source text NOT NULL CONSTRAINT ck_supplier_evidence_source CHECK (length(source) BETWEEN 1 AND 300),
    checked_by_id bigint CONSTRAINT fk_supplier_evidence_checked_by_id REFERENCES user_account (id),
    created_by_id bigint CONSTRAINT fk_supplier_evidence_created_by_id REFERENCES user_account (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT ck_supplier_evidence_term CHECK (expires_on > valid_from),
    -- a document counts only when a second person looked at it
    CONSTRAINT ck_supplier_evidence_checked CHECK (grade <> 3 OR checked_by_id IS NOT NULL),
    CONSTRAINT ck_supplier_evidence_second_person CHECK (checked_by_id <> created_by_id),
    CONSTRAINT ck_supplier_evidence_contract CHECK ((kind = 'establishment') = (contract_reference <> ''))
);
CREATE INDEX ix_supplier_evidence_supplier_id ON supplier_evidence (supplier_id);

-- What the evidence proves of each day: made anew from it, never written by hand. `until_on` is exclusive.
CREATE TABLE supplier_standing (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier_standing PRIMARY KEY,
    supplier_id bigint NOT NULL CONSTRAINT fk_supplier_standing_supplier_id REFERENCES supplier (id),
    contract_reference text NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    standing text NOT NULL
        CONSTRAINT ck_supplier_standing_standing CHECK (standing IN ('local', 'not_local', 'unknown')),
    grade smallint NOT NULL,
    wijk text,
    buurt text,
    variants jsonb NOT NULL,
    evidence_id bigint NOT NULL CONSTRAINT fk_supplier_standing_evidence_id REFERENCES supplier_evidence (id),
    CONSTRAINT uq_supplier_standing_supplier_id_contract_reference_from_on
        UNIQUE (supplier_id, contract_reference, from_on),
    CONSTRAINT ck_supplier_standing_term CHECK (from_on < until_on)
);

CREATE TABLE spend_import (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_import PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_spend_import_public_id UNIQUE,
    anchor_id bigint NOT NULL CONSTRAINT fk_spend_import_anchor_id REFERENCES organisation (id),
    file_name text NOT NULL,
    checksum text NOT NULL,
    row_count bigint NOT NULL,
    added_count bigint NOT NULL,
    total_amount bigint NOT NULL,
    actor_id bigint CONSTRAINT fk_spend_import_actor_id REFERENCES user_account (id),
    at timestamptz NOT NULL
);
CREATE INDEX ix_spend_import_anchor_id ON spend_import (anchor_id);

CREATE TABLE spend_line (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_line PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_spend_line_public_id UNIQUE,
    anchor_id bigint NOT NULL CONSTRAINT fk_spend_line_anchor_id REFERENCES organisation (id),
    supplier_id bigint NOT NULL CONSTRAINT fk_spend_line_supplier_id REFERENCES supplier (id),
    source text NOT NULL CONSTRAINT ck_spend_line_source CHECK (source IN ('invoice', 'recorded')),
    kind text NOT NULL
        CONSTRAINT ck_spend_line_kind CHECK (kind IN ('booked', 'same', 'conflict', 'reversal', 'correction')),
    weight smallint NOT NULL,
    identity text NOT NULL,
    ordinal integer NOT NULL CONSTRAINT ck_spend_line_ordinal CHECK (ordinal >= 1),
    document_number text NOT NULL,
    document_key text NOT NULL,
    invoice_on date,
    period_on date,
    net_amount bigint NOT NULL
        CONSTRAINT ck_spend_line_net_amount CHECK (net_amount BETWEEN -1000000000000000 AND 1000000000000000),
    irrecoverable_vat_amount bigint NOT NULL,
    currency text NOT NULL CONSTRAINT ck_spend_line_currency CHECK (currency = 'EUR'),
    description text NOT NULL,
    cpv text CONSTRAINT ck_spend_line_cpv CHECK (cpv ~ '^[0-9]{8}$'),
    category text NOT NULL,
    exclusion text CONSTRAINT ck_spend_line_exclusion CHECK (exclusion ~ '^X[1-7]$'),
    coded_by_id bigint CONSTRAINT fk_spend_line_coded_by_id REFERENCES user_account (id),
    contract_reference text NOT NULL,
    contract_starts_on date,
    contract_ends_on date,
    tender_reference text NOT NULL,
    invoice_id bigint CONSTRAINT fk_spend_line_invoice_id REFERENCES invoice (id),
    import_id bigint CONSTRAINT fk_spend_line_import_id REFERENCES spend_import (id),
    replaces_id bigint CONSTRAINT fk_spend_line_replaces_id REFERENCES spend_line (id),
    same_as_id bigint CONSTRAINT fk_spend_line_same_as_id REFERENCES spend_line (id),
    reason text NOT NULL,
    actor_id bigint CONSTRAINT fk_spend_line_actor_id REFERENCES user_account (id),
    recorded_at timestamptz NOT NULL,
    -- a line that is booked or corrected counts once, its reversal takes it off, the same purchase twice counts not
    CONSTRAINT ck_spend_line_weight CHECK (weight = CASE kind
        WHEN 'booked' THEN 1 WHEN 'correction' THEN 1 WHEN 'reversal' THEN -1 ELSE 0 END),
    CONSTRAINT ck_spend_line_replaces CHECK ((kind IN ('reversal', 'correction')) = (replaces_id IS NOT NULL)),
    CONSTRAINT ck_spend_line_same_as CHECK ((kind IN ('same', 'conflict')) = (same_as_id IS NOT NULL)),
    CONSTRAINT ck_spend_line_reason CHECK (kind NOT IN ('reversal', 'correction') OR length(reason) > 0),
    CONSTRAINT ck_spend_line_contract CHECK (contract_ends_on >= contract_starts_on)
);
CREATE UNIQUE INDEX uq_spend_line_identity ON spend_line (anchor_id, identity, ordinal)
    WHERE kind IN ('booked', 'same', 'conflict');
CREATE UNIQUE INDEX uq_spend_line_replaces ON spend_line (replaces_id, kind);
CREATE UNIQUE INDEX uq_spend_line_invoice ON spend_line (invoice_id)
    WHERE kind IN ('booked', 'same', 'conflict');
CREATE INDEX ix_spend_line_document ON spend_line (anchor_id, document_key);
CREATE INDEX ix_spend_line_supplier_id ON spend_line (supplier_id);
CREATE INDEX ix_spend_line_same_as_id ON spend_line (same_as_id) WHERE same_as_id IS NOT NULL;
-- the figure of a period is read from this index alone
CREATE INDEX ix_spend_line_period ON spend_line (period_on, anchor_id)
    INCLUDE (id, supplier_id, net_amount, weight, category, exclusion, contract_reference, contract_starts_on,
        contract_ends_on)
    WHERE weight <> 0;

-- A file waiting for its owner's yes; gone once it is booked or thrown away.
CREATE TABLE spend_upload (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_upload PRIMARY KEY,
    public_id uuid NOT NULL CONSTRAINT uq_spend_upload_public_id UNIQUE,
    anchor_id bigint NOT NULL CONSTRAINT fk_spend_upload_anchor_id REFERENCES organisation (id),
    file_name text NOT NULL,
    content bytea NOT NULL,
    actor_id bigint NOT NULL CONSTRAINT fk_spend_upload_actor_id REFERENCES user_account (id),
    at timestamptz NOT NULL
);
CREATE INDEX ix_spend_upload_anchor_id ON spend_upload (anchor_id);

CREATE TRIGGER supplier_link_append_only BEFORE UPDATE OR DELETE ON supplier_link
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER supplier_evidence_append_only BEFORE UPDATE OR DELETE ON supplier_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER spend_line_append_only BEFORE UPDATE OR DELETE ON spend_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER spend_line_no_truncate BEFORE TRUNCATE ON spend_line EXECUTE FUNCTION refuse_change();
CREATE TRIGGER spend_import_append_only BEFORE UPDATE OR DELETE ON spend_import
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
