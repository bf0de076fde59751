-- The chain. Posting never waits for it: one sealer links what has been committed, in batches.

CREATE TABLE seal (
    seq bigint CONSTRAINT pk_seal PRIMARY KEY,
    transfer_id bigint NOT NULL CONSTRAINT uq_seal_transfer_id UNIQUE, -- that it is there: trigger seal_fits
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT cwb_now(),
    CONSTRAINT ck_seal_seq CHECK (seq > 0),
    CONSTRAINT ck_seal_hash CHECK (length(hash) = 32)
);
CREATE TABLE chain_tip (
    id smallint CONSTRAINT pk_chain_tip PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    -- every transaction before this one had ended, and its transfers were sealed, at the last sealing
    horizon bigint NOT NULL,
    CONSTRAINT ck_chain_tip_single CHECK (id = 1)
);
INSERT INTO chain_tip VALUES (1, 0, decode(repeat('0', 64), 'hex'), 0);
CREATE TABLE chain_head (
    day_on date CONSTRAINT pk_chain_head PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT ck_chain_head_hash CHECK (length(hash) = 32)
);
-- Once per statement in the place of a foreign key, which would ask, and lock the transfer, for each seal.
CREATE FUNCTION books_seal_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM fresh s LEFT JOIN transfer t ON t.id = s.transfer_id WHERE t.id IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'a seal is of a transfer' USING ERRCODE = 'CB016';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER seal_fits AFTER INSERT ON seal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION books_seal_fits();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_head_append_only BEFORE UPDATE OR DELETE ON chain_head
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_head_no_truncate BEFORE TRUNCATE ON chain_head EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_tip_no_delete BEFORE DELETE ON chain_tip FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The text that is hashed is canonical JSON (RFC 8785: keys sorted, no spaces), written here without a JSON library
-- because it holds numbers, codes, times and hashes only, no text a person wrote: an erasure leaves it whole. Amounts
-- are strings of minor units. `ledger/proof/rules.py` writes the same text by another road, and verification compares.
--
-- Link up to p_limit committed transfers that have no seal yet; says how many. Ids may be committed out of order, so
-- the window is one of transactions: whatever wrote before the horizon has ended and been sealed. After a restore
-- into another server the horizon means nothing there; it then lies ahead, and everything is looked through once.
CREATE FUNCTION books_seal(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    tip chain_tip;
    horizon_now bigint;
    low bigint;
    found record;
    link bytea;
    ids bigint[] := '{}';
    hashes bytea[] := '{}';
    n int := 0;
BEGIN
    SELECT * INTO tip FROM chain_tip c WHERE c.id = 1 FOR UPDATE;
    horizon_now := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    low := CASE WHEN tip.horizon > horizon_now THEN 0 ELSE tip.horizon END;
    link := tip.hash;
    FOR found IN
        SELECT t.id, concat(
            '{"created_at":"', to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            '","effective_at":"', to_char(t.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            '","entries":[', (
                SELECT string_agg(concat('{"account":', e.account_id, ',"amount":"', e.amount, '","balance":"',
                                         e.balance_after, '","currency":"', e.currency, '","party":', e.party_id,
                                         ',"version":', e.account_version, '}'), ',' ORDER BY e.leg)
                FROM entry e WHERE e.transfer_id = t.id
            ), '],"holds":[', CASE WHEN t.step = 'pend' THEN (
                SELECT string_agg(concat('{"account":', h.account_id, ',"amount":"', h.amount, '","currency":"',
                                         h.currency, '","party":', h.party_id, '}'), ',' ORDER BY h.leg)
                FROM hold h WHERE h.transfer_id = t.id
            ) END, '],"id":', t.id, ',"intent":', coalesce(t.intent_id::text, 'null'),
            ',"kind":"', t.kind, '","note":', coalesce('"' || encode(t.note_digest, 'hex') || '"', 'null'),
            ',"pending_of":', coalesce(t.pending_of::text, 'null'),
            ',"request":"', encode(t.request_hash, 'hex'),
            '","reverses":', coalesce(t.reverses::text, 'null'), ',"step":"', t.step, '"}') AS body
        FROM transfer t
        WHERE t.xact >= low AND NOT EXISTS (SELECT FROM seal s WHERE s.transfer_id = t.id)
        ORDER BY t.id LIMIT p_limit
    LOOP
        link := sha256(convert_to(encode(link, 'hex') || found.body, 'UTF8'));
        n := n + 1;
        ids[n] := found.id;
        hashes[n] := link;
    END LOOP;
    IF n > 0 THEN
        INSERT INTO seal (seq, transfer_id, hash)
            SELECT tip.seq + made.n, made.id, made.hash
            FROM unnest(ids, hashes) WITH ORDINALITY AS made (id, hash, n);
    END IF;
    IF n > 0 OR horizon_now > tip.horizon THEN
        UPDATE chain_tip c SET seq = tip.seq + n, hash = link,
                               horizon = CASE WHEN n < p_limit THEN horizon_now ELSE least(low, horizon_now) END
            WHERE c.id = 1;
    END IF;
    RETURN n;
END $$;
