-- What a batch answers: the ids of new transfers in the order asked (null where the key was known), and the instant they
-- share; then for each known key its place (1..n) and its first answer. Few values, for the accounts stay locked meanwhile.
CREATE TYPE books_answers AS (
    ids bigint[], created_at timestamptz, known int[], known_ids bigint[], known_public_ids uuid[],
    known_created_at timestamptz[]
);

-- Many transfers at once, all or none: the same rules as books_post, set by set. `p_line_transfer` says to which
-- transfer (1..n) a line belongs; lines of one transfer are sorted by account.
CREATE FUNCTION books_post_batch(
    p_public_ids uuid[], p_keys text[], p_requests bytea[], p_kinds text[], p_effective_at timestamptz[],
    p_intents bigint[], p_note_digests bytea[], p_line_transfers int[], p_accounts bigint[], p_amounts bigint[]
) RETURNS books_answers LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    answers books_answers;
    culprit bigint;
    first books_answer;
    written bigint;
    expected bigint;
    new_ids bigint[]; -- per ordinal, null where the key was known
    changed bigint[]; -- the accounts, with what was added to each
    totals bigint[];
    counts bigint[];
    ids bigint[]; -- the accounts as they were locked
    parties bigint[];
    codes text[];
    versions bigint[];
    balances bigint[];
    floors bigint[]; -- between these a balance stays, null for no limit
    tops bigint[];
    shut boolean; -- one of them is closed
BEGIN
    -- 1. claim the keys, in one order for every batch
    WITH asked AS (
        SELECT * FROM unnest(p_public_ids, p_keys, p_requests, p_kinds, p_effective_at, p_intents, p_note_digests)
            WITH ORDINALITY AS a (public_id, key, request, kind, effective_at, intent, note, n)
    ), lines AS (
        SELECT l.t, count(*)::smallint AS legs FROM unnest(p_line_transfers) AS l (t) GROUP BY l.t
    ), claimed AS (
        INSERT INTO transfer (public_id, key, request_hash, step, kind, legs, intent_id, note_digest, effective_at,
                              created_at, xact)
            SELECT a.public_id, a.key, a.request, 'post', a.kind, l.legs, a.intent, a.note, a.effective_at,
                   (SELECT cwb_now()), (SELECT pg_current_xact_id()::text::bigint) -- asked once, not for each row
            FROM asked a JOIN lines l ON l.t = a.n ORDER BY a.key
        ON CONFLICT (key) DO NOTHING
        RETURNING transfer.id, transfer.key, transfer.created_at
    )
    SELECT array_agg(c.id ORDER BY a.n), min(c.created_at) INTO new_ids, answers.created_at FROM asked a LEFT JOIN claimed c ON c.key = a.key;
    FOR culprit IN SELECT k.n FROM unnest(p_keys, p_requests, new_ids) WITH ORDINALITY AS k (key, request, new_id, n)
        WHERE k.new_id IS NULL
    LOOP
        first := books_first_answer(p_keys[culprit], p_requests[culprit]);
        answers.known := answers.known || culprit::int;
        answers.known_ids := answers.known_ids || first.id;
        answers.known_public_ids := answers.known_public_ids || first.public_id;
        answers.known_created_at := answers.known_created_at || first.created_at;
    END LOOP;
    answers.ids := new_ids;
    -- 2. every transfer is zero in every set of books; those of an account never change, so this waits for nobody
    PERFORM FROM unnest(p_line_transfers, p_accounts, p_amounts) AS l (t, account_id, amount)
        JOIN account a ON a.id = l.account_id
        GROUP BY l.t, a.party_id, a.currency HAVING sum(l.amount) <> 0;
    IF FOUND THEN
        SELECT l.account INTO culprit FROM unnest(p_accounts) AS l (account)
            LEFT JOIN account a ON a.id = l.account WHERE a.id IS NULL LIMIT 1;
        IF FOUND THEN
            PERFORM books_refuse_account(culprit);
        END IF;
        RAISE EXCEPTION 'a transfer does not add up to zero in every set of books' USING ERRCODE = 'CB001';
    END IF;
    -- 3. lock the accounts, the highest id first, and read each once
    SELECT array_agg(a.id), array_agg(a.party_id), array_agg(a.currency), array_agg(a.version), array_agg(a.posted),
           array_agg(a.floor + a.pending_out), array_agg(a.ceiling - a.pending_in), bool_or(a.closed_at IS NOT NULL)
        INTO ids, parties, codes, versions, balances, floors, tops, shut
        FROM (SELECT * FROM account a WHERE a.id = ANY (p_accounts) ORDER BY a.id DESC FOR NO KEY UPDATE) AS a;
    SELECT l.account INTO culprit FROM unnest(p_accounts) AS l (account)
        LEFT JOIN unnest(ids) AS there (id) ON there.id = l.account WHERE there.id IS NULL LIMIT 1;
    IF NOT FOUND AND shut THEN
        SELECT min(a.id) INTO culprit FROM account a WHERE a.id = ANY (p_accounts) AND a.closed_at IS NOT NULL;
    END IF;
    IF culprit IS NOT NULL THEN
        PERFORM books_refuse_account(culprit);
    END IF;
    -- 4. entries with running balances, each held against the limits
    WITH lines AS (
        SELECT l.t, l.account_id, l.amount, l.n, new_ids[l.t] AS transfer_id,
               row_number() OVER (PARTITION BY l.t ORDER BY l.n) AS leg, count(*) OVER (PARTITION BY l.t) AS legs,
               row_number() OVER running AS step, sum(l.amount) OVER running AS change
        FROM unnest(p_line_transfers, p_accounts, p_amounts) WITH ORDINALITY AS l (t, account_id, amount, n)
        WHERE new_ids[l.t] IS NOT NULL
        WINDOW running AS (PARTITION BY l.account_id ORDER BY l.t, l.n)
    ), written AS (
        INSERT INTO entry (transfer_id, leg, legs, account_id, party_id, currency, amount, account_version,
                           balance_after)
            SELECT l.transfer_id, l.leg, l.legs, a.id, a.party_id, a.currency, l.amount, a.version + l.step,
                   a.posted + l.change
            FROM lines l JOIN unnest(ids, parties, codes, versions, balances)
                AS a (id, party_id, currency, version, posted) ON a.id = l.account_id
            ORDER BY l.t, l.n
        RETURNING entry.account_id, entry.amount, entry.balance_after
    ), parts AS (
        SELECT w.account_id, sum(w.amount) AS total, count(*) AS n, min(w.balance_after) AS lowest,
               max(w.balance_after) AS highest
        FROM written w GROUP BY w.account_id
    )
    SELECT array_agg(p.account_id), array_agg(p.total), array_agg(p.n), sum(p.n),
           min(a.id) FILTER (WHERE p.lowest < a.least OR p.highest > a.most)
        INTO changed, totals, counts, written, culprit
        FROM parts p JOIN unnest(ids, floors, tops) AS a (id, least, most) ON a.id = p.account_id;
    SELECT count(*) INTO expected FROM unnest(p_line_transfers) AS l (t) WHERE new_ids[l.t] IS NOT NULL;
    IF coalesce(written, 0) <> expected THEN
        RAISE EXCEPTION 'lines without a transfer' USING ERRCODE = 'CB004';
    END IF;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'account % would pass a limit within the batch', culprit
            USING ERRCODE = 'CB015', DETAIL = culprit;
    END IF;
    -- 5. the cache
    UPDATE account a SET posted = a.posted + part.total, version = a.version + part.n
        FROM unnest(changed, totals, counts) AS part (account_id, total, n) WHERE a.id = part.account_id;
    RETURN answers;
END $$;
