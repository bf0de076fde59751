"""Reading the whole of the books: verification that trusts no cached value, and complete exports.

Both want one snapshot: run them in a REPEATABLE READ transaction (`cwb.kernel.runtime.reading`).
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cwb.kernel.canonical import GENESIS
from ledger.accounts.models import Account, Currency
from ledger.books.models import Entry, Transfer
from ledger.proof.models import ChainHead, ChainTip, Seal
from ledger.proof.rules import ExportedAccount, SealedLine, SealedTransfer, Verdict, recompute

_STREAM = {"yield_per": 5000}

_UNBALANCED = text("""
    SELECT count(DISTINCT id) FROM (
        SELECT t.id FROM transfer t LEFT JOIN entry e ON e.transfer_id = t.id
        GROUP BY t.id HAVING count(e.leg) <> max(t.legs)
        UNION ALL
        SELECT e.transfer_id FROM entry e JOIN account a ON a.id = e.account_id
        GROUP BY e.transfer_id, a.party_id, a.currency HAVING sum(e.amount) <> 0
        UNION ALL
        SELECT h.transfer_id FROM hold h JOIN account a ON a.id = h.account_id
        GROUP BY h.transfer_id, a.party_id, a.currency HAVING sum(h.amount) <> 0
        UNION ALL
        SELECT e.transfer_id FROM entry e LEFT JOIN account a ON a.id = e.account_id
        WHERE (a.party_id, a.currency) IS DISTINCT FROM (e.party_id, e.currency) OR e.amount = 0
    ) AS crooked
""")

_RECOMPUTED = """
    WITH said AS (
        SELECT account_id, sum(amount) AS posted, count(*) AS version,
               bool_or(balance_after <> running OR account_version <> place) AS crooked
        FROM (SELECT account_id, amount, balance_after, account_version,
                     sum(amount) OVER line AS running, row_number() OVER line AS place
              FROM entry WINDOW line AS (PARTITION BY account_id ORDER BY account_version)) AS lines
        GROUP BY account_id
    ), reserved AS (
        SELECT h.account_id, sum(greatest(h.amount, 0)) AS pending_in, sum(greatest(-h.amount, 0)) AS pending_out
        FROM hold h WHERE NOT EXISTS (SELECT FROM transfer t WHERE t.pending_of = h.transfer_id)
        GROUP BY h.account_id
    ), truth AS (
        SELECT a.id, a.floor, a.ceiling, a.posted AS cached_posted, a.version AS cached_version,
               a.pending_in AS cached_in, a.pending_out AS cached_out,
               coalesce(s.posted, 0) AS posted, coalesce(s.version, 0) AS version,
               coalesce(s.crooked, false) AS crooked,
               coalesce(r.pending_in, 0) AS pending_in, coalesce(r.pending_out, 0) AS pending_out
        FROM account a LEFT JOIN said s ON s.account_id = a.id LEFT JOIN reserved r ON r.account_id = a.id
    )
"""
_ACCOUNTS = text(
    _RECOMPUTED
    + """
    SELECT count(*) FILTER (WHERE crooked OR (posted, version, pending_in, pending_out)
                            IS DISTINCT FROM (cached_posted, cached_version, cached_in, cached_out)),
           count(*) FILTER (WHERE posted - pending_out < floor OR posted + pending_in > ceiling)
    FROM truth
"""
)
_STEPS = text("""
    SELECT count(DISTINCT id) FROM (
        SELECT t.id FROM transfer t LEFT JOIN transfer p ON p.id = t.pending_of
        WHERE t.pending_of IS NOT NULL AND p.step IS DISTINCT FROM 'pend'
        UNION ALL
        SELECT t.id FROM transfer t LEFT JOIN intent i ON i.id = t.intent_id
        WHERE t.intent_id IS NOT NULL AND i.id IS NULL
        UNION ALL
        SELECT t.pending_of FROM transfer t WHERE t.pending_of IS NOT NULL GROUP BY t.pending_of HAVING count(*) > 1
        UNION ALL
        SELECT t.reverses FROM transfer t WHERE t.reverses IS NOT NULL GROUP BY t.reverses HAVING count(*) > 1
        UNION ALL
        SELECT h.transfer_id FROM hold h JOIN transfer t ON t.id = h.transfer_id WHERE t.step <> 'pend'
        UNION ALL
        SELECT part.id FROM (
            SELECT t.id, t.pending_of, e.account_id, sum(e.amount) AS total
            FROM transfer t JOIN entry e ON e.transfer_id = t.id WHERE t.step = 'settle'
            GROUP BY t.id, t.pending_of, e.account_id
        ) AS part LEFT JOIN hold h ON h.transfer_id = part.pending_of AND h.account_id = part.account_id
        WHERE h.amount IS NULL OR sign(h.amount) <> sign(part.total) OR abs(part.total) > abs(h.amount)
        UNION ALL
        SELECT t.id FROM transfer t JOIN entry e ON e.transfer_id IN (t.id, t.reverses)
        WHERE t.reverses IS NOT NULL GROUP BY t.id, e.account_id HAVING sum(e.amount) <> 0
    ) AS wrong
""")


def verdict(session: Session) -> Verdict:
    """Everything recomputed from the entries: sums, balances, limits, steps and the chain."""
    mismatches, breaches = session.execute(_ACCOUNTS).one()
    chain, head = _chain(session)
    unsealed = session.scalar(
        select(func.count())
        .select_from(Transfer)
        .outerjoin(Seal, Seal.transfer_id == Transfer.id)
        .where(Seal.seq.is_(None))
    )
    return Verdict(
        transfers=session.scalar(select(func.count()).select_from(Transfer)) or 0,
        entries=session.scalar(select(func.count()).select_from(Entry)) or 0,
        unbalanced=session.scalar(_UNBALANCED) or 0,
        cache_mismatches=mismatches,
        limit_breaches=breaches,
        step_faults=session.scalar(_STEPS) or 0,
        chain=chain,
        head=head,
        unsealed=unsealed or 0,
    )


def _chain(session: Session) -> tuple[str, str]:
    """What the recomputed chain says ("ok" or the first fault) and its head."""
    published = {head.seq: head for head in published_heads(session)}
    with closing(_links(session)) as links:
        found = recompute(links, published)
    if found.fault is not None:
        return found.fault, found.head
    tip = session.scalars(select(ChainTip)).one_or_none()
    if tip is None or (tip.seq, tip.hash.hex()) != (found.seq, found.head):
        return f"broken at {found.seq}: the sealer's place differs", found.head
    for seq, head in published.items():
        expected = GENESIS if seq == 0 else found.passed.get(seq)
        if head.hash.hex() != expected:
            return f"broken at {seq}: the head published on {head.day_on} differs", found.head
    return "ok", found.head


def _links(session: Session) -> Generator[tuple[int, bytes, SealedTransfer | None]]:
    seals = session.execute(
        select(Seal.seq, Seal.hash, Seal.transfer_id).order_by(Seal.seq), execution_options=_STREAM
    )
    with (
        closing(seals),
        closing(_transfers(session, "JOIN seal s ON s.transfer_id = t.id", "s.seq")) as transfers,
    ):
        following = next(transfers, None)
        for seal in seals:
            if following is not None and following.id == seal.transfer_id:
                yield seal.seq, seal.hash, following
                following = next(transfers, None)
            else:
                yield seal.seq, seal.hash, None


def exported_transfers(session: Session) -> Iterator[SealedTransfer]:
    """Every transfer with its lines, by id."""
    return _transfers(session, "", "t.id")


def _transfers(session: Session, joined: str, order: str) -> Generator[SealedTransfer]:
    """Transfers with entries and reservations, streamed side by side. `joined` and `order` are constants."""
    heads = session.execute(
        text(
            "SELECT t.id, t.step, t.kind, t.intent_id, t.pending_of, t.reverses, t.request_hash, t.note_digest,"
            f" t.effective_at, t.created_at FROM transfer t {joined} ORDER BY {order}"
        ),
        execution_options=_STREAM,
    )
    entries = _lines(
        session,
        "SELECT e.transfer_id, e.account_id, e.party_id, e.currency, e.amount, e.account_version, e.balance_after"
        f" FROM entry e JOIN transfer t ON t.id = e.transfer_id {joined} ORDER BY {order}, e.leg",
    )
    holds = _lines(
        session,
        "SELECT h.transfer_id, h.account_id, h.party_id, h.currency, h.amount"
        f" FROM hold h JOIN transfer t ON t.id = h.transfer_id {joined} ORDER BY {order}, h.leg",
    )
    with closing(heads), closing(entries), closing(holds):
        entry, hold = next(entries, None), next(holds, None)
        for head in heads:
            posted: Sequence[SealedLine] = ()
            reserved: Sequence[SealedLine] = ()
            if entry is not None and entry[0] == head.id:
                posted, entry = entry[1], next(entries, None)
            if hold is not None and hold[0] == head.id:
                reserved, hold = hold[1], next(holds, None)
            yield SealedTransfer(
                head.id, head.step, head.kind, head.intent_id, head.pending_of, head.reverses, head.request_hash,
                head.note_digest, head.effective_at, head.created_at, posted, reserved,
            )  # fmt: skip


def _lines(session: Session, statement: str) -> Generator[tuple[int, Sequence[SealedLine]]]:
    rows = session.execute(text(statement), execution_options=_STREAM)
    with closing(rows):
        for transfer_id, group in groupby(rows, key=itemgetter(0)):
            yield transfer_id, [SealedLine(*row[1:]) for row in group]


def published_heads(session: Session, *, limit: int | None = None) -> Sequence[ChainHead]:
    """The heads published per day, newest first."""
    return session.scalars(select(ChainHead).order_by(ChainHead.day_on.desc()).limit(limit)).all()


def chain_tip(session: Session) -> ChainTip:
    """Where the chain stands."""
    return session.scalars(select(ChainTip)).one()


def exported_accounts(session: Session) -> Sequence[ExportedAccount]:
    """Every account, by id."""
    found = session.execute(
        select(
            Account.id, Account.party_id, Account.kind, Account.role, Account.currency, Account.subkey
        ).order_by(Account.id)
    )
    return [ExportedAccount(*row) for row in found]


def scales(session: Session) -> dict[str, int]:
    """The number of decimals per currency."""
    return {row.code: row.scale for row in session.execute(select(Currency.code, Currency.scale))}


def span(session: Session) -> tuple[datetime, datetime]:
    """The first and the last instant at which a transfer counts; the clock's instant twice when there is none."""
    first, last = session.execute(
        select(
            func.coalesce(func.min(Transfer.effective_at), func.cwb_now()),
            func.coalesce(func.max(Transfer.effective_at), func.cwb_now()),
        )
    ).one()
    return first, last


def balances(session: Session) -> dict[int, int]:
    """The posted balance per account, from the entries."""
    found = session.execute(select(Entry.account_id, func.sum(Entry.amount)).group_by(Entry.account_id))
    return {account_id: int(total) for account_id, total in found}


def sealed_links(session: Session) -> Iterator[tuple[int, int, bytes]]:
    """Every seal: place, transfer, hash."""
    statement = select(Seal.seq, Seal.transfer_id, Seal.hash).order_by(Seal.seq)
    for row in session.execute(statement, execution_options=_STREAM):
        yield row.seq, row.transfer_id, row.hash
