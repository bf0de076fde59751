-- The fences: nothing is rewritten, every transfer is whole and adds up to zero in every set of books.

CREATE TRIGGER intent_append_only BEFORE UPDATE OR DELETE ON intent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_append_only BEFORE UPDATE OR DELETE ON hold
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER intent_no_truncate BEFORE TRUNCATE ON intent EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_no_truncate BEFORE TRUNCATE ON hold EXECUTE FUNCTION refuse_change();

-- An account keeps its books, currency, kind and role for ever. Only the cache, limits, name and closing change.
CREATE TRIGGER account_identity BEFORE UPDATE OF id, public_id, party_id, currency, kind, role, subkey, opened_at
    ON account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_no_delete BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account EXECUTE FUNCTION refuse_change();

CREATE FUNCTION books_account_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind NOT IN ('asset', 'liability', 'equity', 'income', 'expense') OR NEW.role !~ '^[a-z][a-z_]{1,40}$'
        OR length(NEW.subkey) > 120 THEN
        RAISE EXCEPTION 'account with kind %, role %', NEW.kind, NEW.role USING ERRCODE = 'CB008';
    END IF;
    IF NEW.posted <> 0 OR NEW.pending_in <> 0 OR NEW.pending_out <> 0 OR NEW.version <> 0 OR NEW.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'an account opens empty' USING ERRCODE = 'CB008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_opening BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION books_account_opening();

-- A closed account has both limits at zero, so the limits keep it empty; it never opens again.
CREATE FUNCTION books_account_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_at IS NOT NULL AND (NEW.floor IS DISTINCT FROM 0 OR NEW.ceiling IS DISTINCT FROM 0) THEN
        RAISE EXCEPTION 'a closed account has limits of zero' USING ERRCODE = 'CB008';
    END IF;
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
        RAISE EXCEPTION 'account % stays closed', OLD.id USING ERRCODE = 'CB008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_closing BEFORE UPDATE OF closed_at, floor, ceiling ON account
    FOR EACH ROW EXECUTE FUNCTION books_account_closing();

CREATE FUNCTION books_account_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.pending_in < 0 OR NEW.pending_out < 0 THEN
        RAISE EXCEPTION 'account % would release more than it holds', NEW.id USING ERRCODE = 'CB008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_pending BEFORE UPDATE OF pending_in, pending_out ON account
    FOR EACH ROW EXECUTE FUNCTION books_account_pending();

-- A note may be erased, once; its salted digest in the transfer stays.
CREATE TRIGGER transfer_note_append_only BEFORE UPDATE ON transfer_note
    FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.transfer_id <> OLD.transfer_id)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_note_no_delete BEFORE DELETE ON transfer_note
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_note_no_truncate BEFORE TRUNCATE ON transfer_note
    EXECUTE FUNCTION refuse_change();

-- What a transfer says of itself. Its number is drawn and its transaction is this one: the check at commit and the sealer
-- rest on both. An intent is never deleted or renumbered, so asking once takes the place of a foreign key.
CREATE FUNCTION books_transfer_shape() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id = currval('transfer_id_seq') AND NEW.xact = pg_current_xact_id()::text::bigint AND length(NEW.key) BETWEEN 1 AND 200 AND length(NEW.request_hash) = 32
        AND (NEW.note_digest IS NULL OR length(NEW.note_digest) = 32) AND NEW.kind ~ '^[a-z][a-z_]{1,40}$'
        AND CASE NEW.step
            WHEN 'post' THEN NEW.legs >= 2 AND NEW.pending_of IS NULL AND NEW.expires_at IS NULL
            WHEN 'pend' THEN NEW.legs = 0 AND NEW.pending_of IS NULL AND NEW.reverses IS NULL
            WHEN 'settle' THEN NEW.legs >= 2 AND NEW.pending_of IS NOT NULL AND NEW.reverses IS NULL
                AND NEW.expires_at IS NULL
            WHEN 'void' THEN NEW.legs = 0 AND NEW.pending_of IS NOT NULL AND NEW.reverses IS NULL
                AND NEW.expires_at IS NULL
            WHEN 'expire' THEN NEW.legs = 0 AND NEW.pending_of IS NOT NULL AND NEW.reverses IS NULL
                AND NEW.expires_at IS NULL
        END) IS NOT TRUE THEN
        RAISE EXCEPTION 'transfer with step %, kind %, % legs', NEW.step, NEW.kind, NEW.legs USING ERRCODE = 'CB016';
    END IF;
    IF NEW.intent_id IS NOT NULL THEN
        PERFORM FROM intent i WHERE i.id = NEW.intent_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'intent % does not exist', NEW.intent_id USING ERRCODE = 'CB017';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_shape BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION books_transfer_shape();

-- A transfer has room for exactly so many entries, so none is added later; the books and the currency of an entry are
-- those of its account. Neither a transfer nor an account is ever deleted or renumbered, so this holds for ever.
CREATE FUNCTION books_entry_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM fresh e
        LEFT JOIN transfer t ON t.id = e.transfer_id AND t.legs = e.legs
        LEFT JOIN account a ON a.id = e.account_id AND a.party_id = e.party_id AND a.currency = e.currency
        WHERE t.id IS NULL OR a.id IS NULL OR e.leg < 1 OR e.leg > e.legs OR e.amount = 0
            OR abs(e.amount) > 1000000000000000 OR e.account_version < 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an entry does not fit its transfer or its account' USING ERRCODE = 'CB016';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_fits AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION books_entry_fits();

-- At commit: all entries are there, and they add up to zero per currency and per set of books. A settlement stays
-- within its reservation; a reversal is the exact opposite of what it reverses.
--
-- The first transfer of a transaction, mostly the only one, is looked at alone; the second time, all others are looked at
-- at once, and cwb.whole_to tells the rest that they were (it ends with the transaction, and with a savepoint). Numbers of
-- a transaction only rise, so what is not above it was there to be seen. It costs a tenth of asking for each.
CREATE FUNCTION books_transfer_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
    total numeric;
    alone boolean; -- one set of books, one currency
    seen bigint;
    culprit bigint;
BEGIN
    IF NEW.legs > 0 THEN
        seen := nullif(current_setting('cwb.whole_to', true), '');
        IF seen IS NULL THEN
            SELECT count(*), sum(e.amount), min(e.party_id) = max(e.party_id)
                    AND min(e.currency COLLATE "C") = max(e.currency COLLATE "C")
                INTO counted, total, alone FROM entry e WHERE e.transfer_id = NEW.id;
            IF counted <> NEW.legs OR total <> 0 THEN
                culprit := NEW.id;
            ELSIF NOT alone THEN
                SELECT e.transfer_id INTO culprit FROM entry e WHERE e.transfer_id = NEW.id
                    GROUP BY e.transfer_id, e.party_id, e.currency HAVING sum(e.amount) <> 0 LIMIT 1;
            END IF;
            seen := NEW.id;
            PERFORM set_config('cwb.whole_to', seen::text, true);
        ELSIF NEW.id > seen THEN
            SELECT min(t.id) FILTER (WHERE t.lines <> t.legs OR NOT t.zero), max(t.id) INTO culprit, seen FROM (
                SELECT part.id, part.legs, sum(part.lines) AS lines, bool_and(part.total = 0) AS zero FROM (
                    SELECT t.id, t.legs, count(e.leg) AS lines, coalesce(sum(e.amount), 0) AS total
                    FROM transfer t LEFT JOIN entry e ON e.transfer_id = t.id
                    WHERE t.xact = NEW.xact AND t.id > seen AND t.legs > 0
                    GROUP BY t.id, t.legs, e.party_id, e.currency
                ) AS part GROUP BY part.id, part.legs
            ) AS t;
            PERFORM set_config('cwb.whole_to', seen::text, true);
        END IF;
        IF culprit IS NOT NULL THEN
            RAISE EXCEPTION 'transfer % does not add up to zero in every set of books', culprit
                USING ERRCODE = 'CB001';
        END IF;
    END IF;
    IF NEW.step = 'pend' THEN
        PERFORM FROM hold h WHERE h.transfer_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'reservation % reserves nothing', NEW.id USING ERRCODE = 'CB001';
        END IF;
    ELSIF NEW.pending_of IS NOT NULL THEN
        PERFORM FROM transfer t WHERE t.id = NEW.pending_of AND t.step = 'pend';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'transfer % is no reservation', NEW.pending_of USING ERRCODE = 'CB005';
        END IF;
        PERFORM FROM (SELECT e.account_id, sum(e.amount) AS total FROM entry e
                      WHERE e.transfer_id = NEW.id GROUP BY e.account_id) AS part
            LEFT JOIN hold h ON h.transfer_id = NEW.pending_of AND h.account_id = part.account_id
            WHERE h.amount IS NULL OR sign(part.total) <> sign(h.amount) OR abs(part.total) > abs(h.amount);
        IF FOUND THEN
            RAISE EXCEPTION 'settlement % exceeds its reservation', NEW.id USING ERRCODE = 'CB006';
        END IF;
    ELSIF NEW.reverses IS NOT NULL THEN
        PERFORM FROM transfer t WHERE t.id = NEW.reverses AND t.reverses IS NULL AND t.legs = NEW.legs;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'transfer % cannot be reversed', NEW.reverses USING ERRCODE = 'CB007';
        END IF;
        PERFORM FROM entry e WHERE e.transfer_id IN (NEW.id, NEW.reverses)
            GROUP BY e.account_id HAVING sum(e.amount) <> 0;
        IF FOUND THEN
            RAISE EXCEPTION 'transfer % is not the opposite of %', NEW.id, NEW.reverses USING ERRCODE = 'CB007';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transfer_whole AFTER INSERT ON transfer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION books_transfer_whole();

-- The same for what is reserved. Lines join a reservation only in the transaction that made it.
CREATE FUNCTION books_hold_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM transfer t WHERE t.id = NEW.transfer_id AND t.step = 'pend'
        AND t.xact = pg_current_xact_id()::text::bigint;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transfer % takes no reservation', NEW.transfer_id USING ERRCODE = 'CB005';
    END IF;
    PERFORM FROM account a
        WHERE a.id = NEW.account_id AND a.party_id = NEW.party_id AND a.currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a reservation is in the books of its account' USING ERRCODE = 'CB016';
    END IF;
    PERFORM FROM hold h WHERE h.transfer_id = NEW.transfer_id
        GROUP BY h.party_id, h.currency HAVING sum(h.amount) <> 0;
    IF FOUND THEN
        RAISE EXCEPTION 'reservation % does not add up to zero in every set of books', NEW.transfer_id
            USING ERRCODE = 'CB001';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_whole AFTER INSERT ON hold DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION books_hold_whole();
