-- Posting. READ COMMITTED; the key is claimed first, then accounts are locked from the highest id down, so two postings
-- never wait for each other in a circle, and an old account, through which most goes, is held for the shortest time.
-- Lines arrive sorted by account. SQLSTATEs CBxxx are named in ledger/books/errors.py.

CREATE TYPE books_answer AS (id bigint, public_id uuid, created_at timestamptz, replayed boolean);

-- The first answer to a key, or a refusal when the key was used for something else.
CREATE FUNCTION books_first_answer(p_key text, p_request bytea) RETURNS books_answer LANGUAGE plpgsql AS $$
DECLARE
    first transfer;
BEGIN
    SELECT * INTO first FROM transfer t WHERE t.key = p_key;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF first.request_hash <> p_request THEN
        RAISE EXCEPTION 'key % was used for another request', p_key USING ERRCODE = 'CB009', DETAIL = first.public_id;
    END IF;
    RETURN ROW(first.id, first.public_id, first.created_at, true)::books_answer;
END $$;

-- Why an account could not be written.
CREATE FUNCTION books_refuse_account(p_account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM account a WHERE a.id = p_account;
    IF FOUND THEN
        RAISE EXCEPTION 'account % is closed', p_account USING ERRCODE = 'CB003', DETAIL = p_account;
    END IF;
    RAISE EXCEPTION 'account % does not exist', p_account USING ERRCODE = 'CB002', DETAIL = p_account;
END $$;

-- Write the entries of one transfer and the balances they make: each account is changed (and so locked) in turn, then
-- all entries are added at once. Two lines, the common case, go without a set-returning function.
CREATE FUNCTION books_write_entries(p_transfer bigint, p_accounts bigint[], p_amounts bigint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    n int := cardinality(p_accounts);
    previous bigint;
    total numeric := 0;
    party bigint;
    code text;
    place bigint; -- the number of the entry on its account
    balance bigint;
    parties bigint[];
    codes text[];
    versions bigint[];
    balances bigint[];
    mixed boolean := false;
BEGIN
    FOR i IN REVERSE n..1 LOOP
        IF p_accounts[i] > previous THEN
            RAISE EXCEPTION 'lines are sorted by account' USING ERRCODE = 'CB004';
        END IF;
        previous := p_accounts[i];
        UPDATE account a SET posted = a.posted + p_amounts[i], version = a.version + 1
            WHERE a.id = previous AND a.closed_at IS NULL
            RETURNING a.party_id, a.currency, a.version, a.posted INTO party, code, place, balance;
        IF NOT FOUND THEN
            PERFORM books_refuse_account(previous);
        END IF;
        parties[i] := party;
        codes[i] := code;
        versions[i] := place;
        balances[i] := balance;
        total := total + p_amounts[i];
        mixed := mixed OR party <> parties[n] OR code <> codes[n];
    END LOOP;
    IF n = 2 THEN
        INSERT INTO entry (transfer_id, leg, legs, account_id, party_id, currency, amount, account_version,
                           balance_after)
            VALUES (p_transfer, 1, 2, p_accounts[1], parties[1], codes[1], p_amounts[1], versions[1], balances[1]),
                   (p_transfer, 2, 2, p_accounts[2], parties[2], codes[2], p_amounts[2], versions[2], balances[2]);
    ELSE
        INSERT INTO entry (transfer_id, leg, legs, account_id, party_id, currency, amount, account_version,
                           balance_after)
            SELECT p_transfer, l.leg, n, l.account, l.party, l.code, l.amount, l.version, l.balance
            FROM unnest(p_accounts, parties, codes, p_amounts, versions, balances)
                WITH ORDINALITY AS l (account, party, code, amount, version, balance, leg);
    END IF;
    IF total = 0 AND mixed THEN
        PERFORM FROM entry e WHERE e.transfer_id = p_transfer
            GROUP BY e.party_id, e.currency HAVING sum(e.amount) <> 0;
        mixed := FOUND;
    END IF;
    IF total <> 0 OR mixed THEN
        RAISE EXCEPTION 'transfer does not add up to zero in every set of books' USING ERRCODE = 'CB001';
    END IF;
END $$;

-- One transfer, whole.
CREATE FUNCTION books_post(
    p_public_id uuid, p_key text, p_request bytea, p_kind text, p_accounts bigint[], p_amounts bigint[],
    p_effective_at timestamptz, p_intent bigint, p_note_digest bytea
) RETURNS books_answer LANGUAGE plpgsql AS $$
DECLARE
    answer books_answer;
BEGIN
    INSERT INTO transfer (public_id, key, request_hash, step, kind, legs, intent_id, note_digest, effective_at)
        VALUES (p_public_id, p_key, p_request, 'post', p_kind, cardinality(p_accounts), p_intent, p_note_digest,
                p_effective_at)
        ON CONFLICT (key) DO NOTHING
        RETURNING id, public_id, created_at, false INTO answer;
    IF NOT FOUND THEN
        RETURN books_first_answer(p_key, p_request);
    END IF;
    PERFORM books_write_entries(answer.id, p_accounts, p_amounts);
    RETURN answer;
END $$;
