-- A million lines in: a slim line, sums kept per quarter, and what was published kept until something changes.

DROP INDEX ix_spend_line_period, ix_spend_line_supplier_id, ix_spend_line_document, uq_spend_line_replaces,
    uq_spend_line_invoice, uq_spend_line_identity;
ALTER TABLE spend_line
    ALTER COLUMN identity TYPE uuid USING left(identity, 32)::uuid,
    DROP CONSTRAINT fk_spend_line_anchor_id,
    DROP CONSTRAINT fk_spend_line_supplier_id,
    DROP CONSTRAINT fk_spend_line_import_id;

-- what is looked up by day stays together: an import of a quarter touches the pages of that quarter alone
CREATE UNIQUE INDEX uq_spend_line_identity ON spend_line (anchor_id, invoice_on, identity, ordinal)
    NULLS NOT DISTINCT WHERE kind IN ('booked', 'same', 'conflict');
CREATE UNIQUE INDEX uq_spend_line_replaces ON spend_line (replaces_id, kind) WHERE replaces_id IS NOT NULL;
CREATE UNIQUE INDEX uq_spend_line_invoice ON spend_line (invoice_id)
    WHERE invoice_id IS NOT NULL AND kind IN ('booked', 'same', 'conflict');
CREATE INDEX ix_spend_line_document ON spend_line (supplier_id, document_key);
CREATE INDEX ix_spend_line_import_id ON spend_line (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_spend_line_period ON spend_line (period_on, id);
CREATE INDEX ix_spend_line_anchor_id ON spend_line (anchor_id, period_on, id);

-- Lines come by the ten thousand: who they name is looked at once per statement, not once per line. The import stands
-- when they are summed up (spend_change).
CREATE FUNCTION check_spend_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT anchor_id, supplier_id FROM fresh) line
        WHERE NOT EXISTS (SELECT FROM organisation WHERE id = line.anchor_id)
            OR NOT EXISTS (SELECT FROM supplier WHERE id = line.supplier_id)
    ) THEN
        RAISE EXCEPTION 'a line of spend names somebody who is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER spend_line_named AFTER INSERT ON spend_line REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION check_spend_lines();

CREATE FUNCTION keep_named_in_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'supplier' AND EXISTS (SELECT FROM spend_line WHERE supplier_id = OLD.id)
        OR TG_TABLE_NAME = 'organisation' AND EXISTS (SELECT FROM spend_line WHERE anchor_id = OLD.id) THEN
        RAISE EXCEPTION 'lines of spend name it' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER supplier_named_in_spend BEFORE DELETE ON supplier FOR EACH ROW EXECUTE FUNCTION keep_named_in_spend();
CREATE TRIGGER organisation_named_in_spend BEFORE DELETE ON organisation
    FOR EACH ROW EXECUTE FUNCTION keep_named_in_spend();

-- The sums that the figure is read from. Rows are added, and made anew for a supplier of whom something is proven;
-- several rows of one group add up. quarter_on NULL: lines without a date, outside every period.
CREATE TABLE spend_rollup (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_rollup PRIMARY KEY,
    anchor_id bigint NOT NULL,
    quarter_on date,
    supplier_id bigint NOT NULL,
    category text NOT NULL,
    exclusion text,
    contract_reference text NOT NULL,
    contract_starts_on date,
    contract_ends_on date,
    standing text NOT NULL CONSTRAINT ck_spend_rollup_standing CHECK (standing IN ('local', 'not_local', 'unknown')),
    grade smallint NOT NULL,
    wijk text NOT NULL,
    evidence_id bigint,
    net_amount bigint NOT NULL,
    irrecoverable_vat_amount bigint NOT NULL,
    weight bigint NOT NULL,
    reversals bigint NOT NULL
);
CREATE INDEX ix_spend_rollup_quarter_on ON spend_rollup (quarter_on, anchor_id);
CREATE INDEX ix_spend_rollup_supplier_id ON spend_rollup (supplier_id);

-- Each act that changed the sums of a quarter, with the file it came from. How many there are is the version of the
-- quarter.
CREATE TABLE spend_change (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_change PRIMARY KEY,
    quarter_on date,
    import_id bigint CONSTRAINT fk_spend_change_import_id REFERENCES spend_import (id),
    at timestamptz NOT NULL
);
CREATE INDEX ix_spend_change_quarter_on ON spend_change (quarter_on, import_id);
CREATE TRIGGER spend_change_append_only BEFORE UPDATE OR DELETE ON spend_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

INSERT INTO spend_rollup (anchor_id, quarter_on, supplier_id, category, exclusion, contract_reference,
    contract_starts_on, contract_ends_on, standing, grade, wijk, evidence_id, net_amount, irrecoverable_vat_amount,
    weight, reversals)
SELECT line.anchor_id, date_trunc('quarter', line.period_on::timestamp)::date, line.supplier_id, line.category,
    line.exclusion, line.contract_reference, line.contract_starts_on, line.contract_ends_on,
    coalesce(CASE WHEN branch.standing = 'local' THEN branch.standing ELSE seat.standing END, 'unknown'),
    coalesce(CASE WHEN branch.standing = 'local' THEN branch.grade ELSE seat.grade END, 0),
    coalesce(CASE WHEN branch.standing = 'local' THEN branch.wijk ELSE seat.wijk END, ''),
    CASE WHEN branch.standing = 'local' THEN branch.evidence_id ELSE seat.evidence_id END,
    sum(line.net_amount), sum(line.irrecoverable_vat_amount), sum(line.weight),
    count(*) FILTER (WHERE line.kind = 'reversal')
FROM spend_line line
LEFT JOIN supplier_standing seat ON seat.supplier_id = line.supplier_id AND seat.contract_reference = ''
    AND line.period_on >= seat.from_on AND line.period_on < seat.until_on
LEFT JOIN supplier_standing branch ON branch.supplier_id = line.supplier_id AND line.contract_reference <> ''
    AND branch.contract_reference = line.contract_reference
    AND line.period_on >= branch.from_on AND line.period_on < branch.until_on
WHERE line.weight <> 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
INSERT INTO spend_change (quarter_on, import_id, at)
SELECT date_trunc('quarter', line.period_on::timestamp)::date, line.import_id, max(line.recorded_at)
FROM spend_line line
WHERE line.weight <> 0
GROUP BY 1, 2;

-- A file that was taken back: every line of it that counted has a reversal.
CREATE TABLE spend_undo (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_undo PRIMARY KEY,
    import_id bigint NOT NULL CONSTRAINT uq_spend_undo_import_id UNIQUE
        CONSTRAINT fk_spend_undo_import_id REFERENCES spend_import (id),
    line_count bigint NOT NULL,
    reason text NOT NULL CONSTRAINT ck_spend_undo_reason CHECK (length(reason) BETWEEN 1 AND 500),
    actor_id bigint CONSTRAINT fk_spend_undo_actor_id REFERENCES user_account (id),
    at timestamptz NOT NULL
);
CREATE TRIGGER spend_undo_append_only BEFORE UPDATE OR DELETE ON spend_undo
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The public export of a period, as every process of the house gives it; made anew when what it was made from changed.
CREATE TABLE spend_export (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_export PRIMARY KEY,
    period text NOT NULL,
    area_id text NOT NULL,
    made_from text NOT NULL,
    document text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT uq_spend_export_period UNIQUE (period, area_id)
);
