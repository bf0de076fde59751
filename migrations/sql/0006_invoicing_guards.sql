-- The fences: an agreement keeps its content, an invoice too once it is sent, and sums and shares are whole.

CREATE FUNCTION invoicing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is kept as it is: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CI001';
END $$;

CREATE FUNCTION agreement_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{state,ended_on}'::text[] <> to_jsonb(OLD) - '{state,ended_on}'::text[]
        OR OLD.state = 'ended' THEN
        RAISE EXCEPTION 'agreement % is kept as it is', OLD.id USING ERRCODE = 'CI001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_keep BEFORE UPDATE ON agreement FOR EACH ROW EXECUTE FUNCTION agreement_keep();
CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER agreement_supplier_keep BEFORE UPDATE OR DELETE ON agreement_supplier
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER agreement_line_keep BEFORE UPDATE OR DELETE ON agreement_line
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();

-- At commit: the shares are one whole, all lines are there, and none comes later.
CREATE FUNCTION agreement_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreement_key bigint := CASE WHEN TG_TABLE_NAME = 'agreement' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'agreement_id' END;
    shares bigint;
    lines bigint;
    expected bigint;
    selling boolean;
BEGIN
    SELECT sum(s.share), bool_or(s.party_id = a.buyer_id) INTO shares, selling
        FROM agreement_supplier s JOIN agreement a ON a.id = s.agreement_id WHERE a.id = agreement_key;
    IF shares IS DISTINCT FROM 10000 OR selling THEN
        RAISE EXCEPTION 'the shares of agreement % are no whole', agreement_key USING ERRCODE = 'CI002';
    END IF;
    SELECT count(l.id), min(a.line_count) INTO lines, expected
        FROM agreement a LEFT JOIN agreement_line l ON l.agreement_id = a.id WHERE a.id = agreement_key;
    IF lines IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'agreement % has % lines, not %', agreement_key, lines, expected USING ERRCODE = 'CI002';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER agreement_whole AFTER INSERT ON agreement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION agreement_whole();
CREATE CONSTRAINT TRIGGER agreement_supplier_whole AFTER INSERT ON agreement_supplier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreement_whole();
CREATE CONSTRAINT TRIGGER agreement_line_whole AFTER INSERT ON agreement_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreement_whole();

-- An invoice starts as a draft; once sent it keeps its content, and its state only goes forward.
CREATE FUNCTION invoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,credited_amount,paid_amount,round,approved_at,disputed_at,paid_on,vat_recoverable}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.credited_amount <> 0 OR NEW.paid_amount <> 0 THEN
            RAISE EXCEPTION 'an invoice starts as a draft' USING ERRCODE = 'CI003';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
        RAISE EXCEPTION 'invoice % has been sent and is kept', OLD.id USING ERRCODE = 'CI001';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'draft' AND NEW.state = 'sent')
        OR (OLD.state = 'sent' AND NEW.state IN ('approved', 'disputed', 'credited'))
        OR (OLD.state = 'disputed' AND NEW.state IN ('approved', 'credited'))
        OR (OLD.state = 'approved' AND NEW.state IN ('paid', 'credited'))
        OR (OLD.state = 'paid' AND NEW.state = 'credited')
    ) THEN
        RAISE EXCEPTION 'invoice % does not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'CI003';
    END IF;
    IF NEW.paid_amount > OLD.paid_amount AND NEW.approved_at IS NULL THEN
        RAISE EXCEPTION 'invoice % is paid before it is approved', OLD.id USING ERRCODE = 'CI003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_keep BEFORE INSERT OR UPDATE OR DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION invoice_keep();

-- Lines and VAT come and go with a draft only.
CREATE FUNCTION invoice_part_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys bigint[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        keys := keys || OLD.invoice_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        keys := keys || NEW.invoice_id;
    END IF;
    PERFORM FROM invoice i WHERE i.id = ANY (keys) AND i.state <> 'draft';
    IF FOUND THEN
        RAISE EXCEPTION 'the invoice of this % has been sent', TG_TABLE_NAME USING ERRCODE = 'CI001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER invoice_line_keep BEFORE INSERT OR UPDATE OR DELETE ON invoice_line
    FOR EACH ROW EXECUTE FUNCTION invoice_part_keep();
CREATE TRIGGER invoice_vat_keep BEFORE INSERT OR UPDATE OR DELETE ON invoice_vat
    FOR EACH ROW EXECUTE FUNCTION invoice_part_keep();

-- At commit of the sending: lines, VAT per rate and totals add up; a credit note is part of its invoice's sum.
CREATE FUNCTION invoice_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    crooked boolean;
    original invoice;
    credited numeric;
BEGIN
    SELECT coalesce(sum(l.net_amount), -1) <> NEW.net_amount INTO crooked
        FROM invoice_line l WHERE l.invoice_id = NEW.id;
    IF NOT crooked THEN
        SELECT coalesce(sum(v.net_amount), -1) <> NEW.net_amount OR sum(v.vat_amount) <> NEW.vat_amount
            INTO crooked FROM invoice_vat v WHERE v.invoice_id = NEW.id;
    END IF;
    IF NOT crooked THEN
        SELECT EXISTS (
            SELECT FROM (SELECT l.category, l.percent, sum(l.net_amount) AS net FROM invoice_line l
                         WHERE l.invoice_id = NEW.id GROUP BY l.category, l.percent) AS part
            LEFT JOIN invoice_vat v ON v.invoice_id = NEW.id AND v.category = part.category
                AND v.percent = part.percent
            WHERE v.net_amount IS DISTINCT FROM part.net
        ) INTO crooked;
    END IF;
    IF crooked THEN
        RAISE EXCEPTION 'invoice % does not add up', NEW.id USING ERRCODE = 'CI004';
    END IF;
    IF NEW.credits_id IS NOT NULL THEN
        SELECT * INTO original FROM invoice i WHERE i.id = NEW.credits_id;
        SELECT sum(i.total_amount) INTO credited FROM invoice i
            WHERE i.credits_id = original.id AND i.state <> 'draft';
        IF original.kind <> 'invoice' OR original.seller_id <> NEW.seller_id OR original.buyer_id <> NEW.buyer_id
            OR credited IS DISTINCT FROM original.credited_amount::numeric THEN
            RAISE EXCEPTION 'credit note % does not fit its invoice', NEW.id USING ERRCODE = 'CI005';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoice_whole AFTER UPDATE ON invoice DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state <> 'draft') EXECUTE FUNCTION invoice_whole();

-- Steps are only added.
CREATE TRIGGER invoice_step_append_only BEFORE UPDATE OR DELETE ON invoice_step
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER invoice_step_no_truncate BEFORE TRUNCATE ON invoice_step
    EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER invoice_no_truncate BEFORE TRUNCATE ON invoice EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER agreement_no_truncate BEFORE TRUNCATE ON agreement EXECUTE FUNCTION invoicing_refuse_change();

-- Numbers have no gaps: under a prefix that gave numbers the next one is one higher.
CREATE FUNCTION number_series_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.party_id <> OLD.party_id OR NEW.prefix <> OLD.prefix OR NEW.next_number <> OLD.next_number + 1 THEN
        RAISE EXCEPTION 'series % of party % would leave a gap', OLD.prefix, OLD.party_id USING ERRCODE = 'CI006';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER number_series_gapless BEFORE UPDATE ON number_series
    FOR EACH ROW EXECUTE FUNCTION number_series_gapless();
CREATE TRIGGER number_series_no_delete BEFORE DELETE ON number_series
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
