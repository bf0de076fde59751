-- Reservations (pend, then settle, void or expire) and reversals. Every step is a new row.

CREATE FUNCTION books_pend(
    p_public_id uuid, p_key text, p_request bytea, p_kind text, p_accounts bigint[], p_amounts bigint[],
    p_effective_at timestamptz, p_intent bigint, p_note_digest bytea, p_expires_at timestamptz
) RETURNS books_answer LANGUAGE plpgsql AS $$
DECLARE
    answer books_answer;
    previous bigint;
    crooked boolean;
BEGIN
    INSERT INTO transfer (public_id, key, request_hash, step, kind, legs, intent_id, note_digest, effective_at,
                          expires_at)
        VALUES (p_public_id, p_key, p_request, 'pend', p_kind, 0, p_intent, p_note_digest, p_effective_at,
                p_expires_at)
        ON CONFLICT (key) DO NOTHING
        RETURNING id, public_id, created_at, false INTO answer;
    IF NOT FOUND THEN
        RETURN books_first_answer(p_key, p_request);
    END IF;
    FOR i IN REVERSE cardinality(p_accounts)..1 LOOP
        IF p_accounts[i] >= previous THEN
            RAISE EXCEPTION 'reserved lines are sorted, one per account' USING ERRCODE = 'CB004';
        END IF;
        previous := p_accounts[i];
        UPDATE account a SET pending_in = a.pending_in + greatest(p_amounts[i], 0),
                             pending_out = a.pending_out - least(p_amounts[i], 0)
            WHERE a.id = previous AND a.closed_at IS NULL;
        IF NOT FOUND THEN
            PERFORM books_refuse_account(previous);
        END IF;
        INSERT INTO hold (transfer_id, leg, account_id, party_id, currency, amount)
            SELECT answer.id, i, a.id, a.party_id, a.currency, p_amounts[i] FROM account a WHERE a.id = previous;
    END LOOP;
    SELECT bool_or(part.total <> 0) INTO crooked FROM (
        SELECT sum(h.amount) AS total FROM hold h WHERE h.transfer_id = answer.id GROUP BY h.party_id, h.currency
    ) AS part;
    IF crooked THEN
        RAISE EXCEPTION 'reservation does not add up to zero in every set of books' USING ERRCODE = 'CB001';
    END IF;
    RETURN answer;
END $$;

-- End a reservation: 'settle' with entries (all of it when p_accounts is null), 'void' or 'expire' without. What was
-- reserved is released in full. The row lock on the reservation decides who is first.
CREATE FUNCTION books_resolve(
    p_public_id uuid, p_key text, p_request bytea, p_step text, p_pending bigint, p_accounts bigint[],
    p_amounts bigint[], p_effective_at timestamptz
) RETURNS books_answer LANGUAGE plpgsql AS $$
DECLARE
    answer books_answer;
    pending transfer;
    line record;
BEGIN
    SELECT * INTO pending FROM transfer t WHERE t.id = p_pending AND t.step = 'pend' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transfer % is no reservation', p_pending USING ERRCODE = 'CB005';
    END IF;
    answer := books_first_answer(p_key, p_request);
    IF answer.id IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM transfer t WHERE t.pending_of = p_pending;
    IF FOUND THEN
        RAISE EXCEPTION 'reservation % has ended', p_pending USING ERRCODE = 'CB011';
    END IF;
    IF p_step = 'expire' AND (pending.expires_at IS NULL OR pending.expires_at > cwb_now()) THEN
        RAISE EXCEPTION 'reservation % runs on', p_pending USING ERRCODE = 'CB012';
    END IF;
    IF p_step = 'settle' AND pending.expires_at <= cwb_now() THEN
        RAISE EXCEPTION 'reservation % has expired', p_pending USING ERRCODE = 'CB013';
    END IF;
    IF p_step = 'settle' AND p_accounts IS NULL THEN
        SELECT array_agg(h.account_id ORDER BY h.account_id), array_agg(h.amount ORDER BY h.account_id)
            INTO p_accounts, p_amounts FROM hold h WHERE h.transfer_id = p_pending;
    END IF;
    INSERT INTO transfer (public_id, key, request_hash, step, kind, legs, intent_id, pending_of, effective_at)
        VALUES (p_public_id, p_key, p_request, p_step, pending.kind, coalesce(cardinality(p_accounts), 0),
                pending.intent_id, p_pending, p_effective_at)
        RETURNING id, public_id, created_at, false INTO answer;
    FOR line IN SELECT h.account_id, h.amount FROM hold h WHERE h.transfer_id = p_pending
        ORDER BY h.account_id DESC LOOP
        UPDATE account a SET pending_in = a.pending_in - greatest(line.amount, 0),
                             pending_out = a.pending_out + least(line.amount, 0)
            WHERE a.id = line.account_id;
    END LOOP;
    IF p_step = 'settle' THEN
        PERFORM FROM (SELECT part.account_id, sum(part.amount) AS total
                      FROM unnest(p_accounts, p_amounts) AS part (account_id, amount) GROUP BY part.account_id) AS asked
            LEFT JOIN hold h ON h.transfer_id = p_pending AND h.account_id = asked.account_id
            WHERE h.amount IS NULL OR sign(asked.total) <> sign(h.amount) OR abs(asked.total) > abs(h.amount);
        IF FOUND THEN
            RAISE EXCEPTION 'settlement exceeds reservation %', p_pending USING ERRCODE = 'CB006';
        END IF;
        PERFORM books_write_entries(answer.id, p_accounts, p_amounts);
    END IF;
    RETURN answer;
END $$;

-- The exact opposite of a posted transfer, once.
CREATE FUNCTION books_reverse(
    p_public_id uuid, p_key text, p_request bytea, p_original bigint, p_effective_at timestamptz, p_note_digest bytea
) RETURNS books_answer LANGUAGE plpgsql AS $$
DECLARE
    answer books_answer;
    original transfer;
    accounts bigint[];
    amounts bigint[];
BEGIN
    SELECT * INTO original FROM transfer t WHERE t.id = p_original FOR UPDATE;
    IF NOT FOUND OR original.legs = 0 OR original.reverses IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % cannot be reversed', p_original USING ERRCODE = 'CB007';
    END IF;
    answer := books_first_answer(p_key, p_request);
    IF answer.id IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM transfer t WHERE t.reverses = p_original;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % was reversed before', p_original USING ERRCODE = 'CB014';
    END IF;
    SELECT array_agg(e.account_id ORDER BY e.leg), array_agg(-e.amount ORDER BY e.leg) INTO accounts, amounts
        FROM entry e WHERE e.transfer_id = p_original;
    INSERT INTO transfer (public_id, key, request_hash, step, kind, legs, intent_id, reverses, effective_at,
                          note_digest)
        VALUES (p_public_id, p_key, p_request, 'post', 'reversal', original.legs, original.intent_id, p_original,
                p_effective_at, p_note_digest)
        RETURNING id, public_id, created_at, false INTO answer;
    PERFORM books_write_entries(answer.id, accounts, amounts);
    RETURN answer;
END $$;
