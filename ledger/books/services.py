"""Moving money. Every service works in the caller's transaction (`atomic()`), whole or not at all.

Amounts are minor units; debit is positive, credit negative. `key` is the caller's idempotency key: the same key with
the same content gets the first answer (`Posted.replayed`), with other content KeyReused. It holds no personal data.
`at` is the instant of the act; `effective_at` is given only when the movement counts at another instant, and is then
part of the content. When it was written is the database's to say.

Several movements in one transaction belong in one `post_batch`: it locks all accounts in one order.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased

from cwb.kernel.ids import uuid7, uuid7s
from ledger.books import gateway, rules
from ledger.books.errors import IntentDiffers, TransferUnknown
from ledger.books.models import Intent, Transfer, TransferNote
from ledger.books.rules import Leg, Posted, Posting


def state_intent(
    session: Session,
    *,
    kind: str,
    reference: str,
    payer_id: int | None = None,
    payee_id: int | None = None,
) -> int:
    """The id of the intent with this kind and reference, made when it is not there yet.

    Raises:
        IntentDiffers: it is there between other parties.
        RuleBroken: KindInvalid, ReferenceInvalid.
    """
    rules.check_kind(kind)
    rules.check_text(reference, least=1)
    facts = {
        "public_id": uuid7(),
        "kind": kind,
        "reference": reference,
        "payer_id": payer_id,
        "payee_id": payee_id,
    }
    made: int | None = session.scalar(
        postgresql.insert(Intent)
        .values(facts)
        .on_conflict_do_nothing(index_elements=[Intent.kind, Intent.reference])
        .returning(Intent.id)
    )
    if made is not None:
        return made
    there = session.execute(
        select(Intent.id, Intent.payer_id, Intent.payee_id).where(
            Intent.kind == kind, Intent.reference == reference
        )
    ).one()
    found, *parties = there
    if parties != [payer_id, payee_id]:
        raise IntentDiffers
    return int(found)


def post(
    session: Session,
    *,
    key: str,
    kind: str,
    legs: Sequence[Leg],
    at: datetime,
    effective_at: datetime | None = None,
    intent_id: int | None = None,
    note: str = "",
) -> Posted:
    """Post one transfer: two lines or more, zero per currency and per set of books.

    Raises:
        RuleBroken: KeyInvalid, KindInvalid, TooFewLines, AmountZero, Unbalanced, FloorPassed, PeriodClosed, …
        Conflict: KeyReused, BooksBusy.
        NotFound: AccountUnknown, IntentUnknown.
    """
    salt, digest = _salted(note)
    posted = gateway.ask(session, gateway.POST, *_asked(key, kind, legs, at, effective_at, intent_id), digest)
    return _answered(session, posted, note, salt)


def post_alone(
    session: Session,
    *,
    key: str,
    kind: str,
    legs: Sequence[Leg],
    at: datetime,
    effective_at: datetime | None = None,
    intent_id: int | None = None,
) -> Posted:
    """Post one transfer as a whole use case: its own transaction in one round trip, durable when this returns.

    For callers that do nothing else (a wallet payment, a tick of a meter). It takes the place of `atomic()` around
    `post`, holds its locks for the shortest time, and cannot be called inside one. Raises what `post` raises.
    """
    return gateway.ask(
        session, gateway.POST, *_asked(key, kind, legs, at, effective_at, intent_id), None, alone=True
    )


def post_batch(session: Session, postings: Sequence[Posting], *, at: datetime) -> list[Posted]:
    """Post many transfers at once, all or none; answers in the order asked. Keys seen before are answered again.

    Limits hold after every line, in the order given. Raises what `post` raises, and LimitPassed.
    """
    if not postings:
        return []
    hashes, owners, legs = [], [], []
    for number, posting in enumerate(postings, start=1):
        rules.check_key(posting.key)
        rules.check_kind(posting.kind)
        ordered = rules.checked_legs(posting.legs)
        hashes.append(
            rules.request_hash(
                posting.key, "post", posting.kind, ordered, posting.effective_at, posting.intent_id
            )
        )
        legs += ordered
        owners += [number] * len(ordered)
    rules.check_keys([posting.key for posting in postings])
    return gateway.ask_batch(
        session,
        uuid7s(len(postings)),
        gateway.texts([posting.key for posting in postings]),
        gateway.digests(hashes),
        gateway.texts([posting.kind for posting in postings]),
        gateway.instants([posting.effective_at or at for posting in postings]),
        gateway.array([posting.intent_id for posting in postings]),
        gateway.array([None] * len(postings)),
        gateway.array(owners),
        *gateway.lines(legs),
    )


def pend(
    session: Session,
    *,
    key: str,
    kind: str,
    legs: Sequence[Leg],
    at: datetime,
    expires_at: datetime | None = None,
    effective_at: datetime | None = None,
    intent_id: int | None = None,
    note: str = "",
) -> Posted:
    """Reserve: nothing is posted, but the room is taken on every account until settled, voided or expired.

    Raises:
        RuleBroken: as `post`; LineTwice, ExpiryInvalid.
        Conflict: KeyReused, BooksBusy.
    """
    rules.check_key(key)
    rules.check_kind(kind)
    ordered = rules.checked_legs(legs)
    rules.check_once_each(ordered)
    rules.check_expiry(expires_at, at)
    asked = rules.request_hash(key, "pend", kind, ordered, effective_at, intent_id, expires_at)
    salt, digest = _salted(note)
    accounts, amounts = gateway.lines(ordered)
    posted = gateway.ask(
        session,
        gateway.PEND,
        uuid7(),
        key,
        asked,
        kind,
        accounts,
        amounts,
        effective_at or at,
        intent_id,
        digest,
        expires_at,
    )
    return _answered(session, posted, note, salt)


def settle(
    session: Session,
    *,
    key: str,
    pending_id: int,
    at: datetime,
    legs: Sequence[Leg] | None = None,
    effective_at: datetime | None = None,
) -> Posted:
    """Post what was reserved: all of it, or `legs` within it on the same accounts. The rest is released.

    Raises:
        RuleBroken: NotReserved, SettlementTooLarge, ReservationExpired.
        Conflict: ReservationEnded, KeyReused.
    """
    ordered = None if legs is None else rules.checked_legs(legs)
    return _resolve(session, "settle", key, pending_id, ordered, at, effective_at)


def void(session: Session, *, key: str, pending_id: int, at: datetime) -> Posted:
    """Give a reservation up: everything is released, nothing is posted.

    Raises:
        RuleBroken: NotReserved.
        Conflict: ReservationEnded, KeyReused.
    """
    return _resolve(session, "void", key, pending_id, None, at, None)


def expire(session: Session, *, key: str, pending_id: int, at: datetime) -> Posted:
    """End a reservation whose time is over by the database's clock.

    Raises:
        RuleBroken: NotReserved, ReservationRunning.
        Conflict: ReservationEnded, KeyReused.
    """
    return _resolve(session, "expire", key, pending_id, None, at, None)


def reverse(
    session: Session,
    *,
    key: str,
    transfer_id: int,
    at: datetime,
    effective_at: datetime | None = None,
    note: str = "",
) -> Posted:
    """Post the exact opposite of a posted transfer, once. Limits hold for it too.

    Raises:
        RuleBroken: NotReversible, FloorPassed, CeilingPassed.
        Conflict: AlreadyReversed, KeyReused.
    """
    rules.check_key(key)
    asked = rules.request_hash(key, "reverse", "reversal", (), transfer_id, effective_at)
    salt, digest = _salted(note)
    posted = gateway.ask(
        session, gateway.REVERSE, uuid7(), key, asked, transfer_id, effective_at or at, digest
    )
    return _answered(session, posted, note, salt)


def erase_note(session: Session, *, transfer_id: int, at: datetime) -> None:
    """Erase the description of a transfer, for instance after a request under the GDPR. The chain stays whole.

    Raises:
        TransferUnknown: the transfer has no description, or it was erased before.
    """
    note = session.scalar(
        select(TransferNote).where(TransferNote.transfer_id == transfer_id, TransferNote.erased_at.is_(None))
    )
    if note is None:
        raise TransferUnknown
    note.text, note.salt, note.erased_at = None, None, at
    session.flush()


def expire_due(session: Session, *, at: datetime, limit: int = 500) -> int:
    """End the reservations whose time is over, oldest first; how many there were."""
    ending = aliased(Transfer)
    due = session.scalars(
        select(Transfer.id)
        .where(Transfer.expires_at <= func.cwb_now(), ~exists().where(ending.pending_of == Transfer.id))
        .order_by(Transfer.expires_at)
        .limit(limit)
    ).all()
    for pending_id in due:
        expire(session, key=f"expire:{pending_id}", pending_id=pending_id, at=at)
    return len(due)


def _asked(
    key: str,
    kind: str,
    legs: Sequence[Leg],
    at: datetime,
    effective_at: datetime | None,
    intent_id: int | None,
) -> tuple[object, ...]:
    """What is asked of the posting function, checked."""
    rules.check_key(key)
    rules.check_kind(kind)
    ordered = rules.checked_legs(legs)
    request = rules.request_hash(key, "post", kind, ordered, effective_at, intent_id)
    return (uuid7(), key, request, kind, *gateway.lines(ordered), effective_at or at, intent_id)


def _resolve(
    session: Session,
    step: str,
    key: str,
    pending_id: int,
    legs: Sequence[Leg] | None,
    at: datetime,
    effective_at: datetime | None,
) -> Posted:
    rules.check_key(key)
    asked = rules.request_hash(key, step, step, legs or (), pending_id, legs is None, effective_at)
    accounts, amounts = (None, None) if legs is None else gateway.lines(legs)
    return gateway.ask(
        session, gateway.RESOLVE, uuid7(), key, asked, step, pending_id, accounts, amounts, effective_at or at
    )


def _salted(note: str) -> tuple[bytes, bytes | None]:
    if not note:
        return b"", None
    rules.check_text(note, most=rules.MAX_NOTE)
    salt = secrets.token_bytes(16)
    return salt, rules.note_digest(note, salt)


def _answered(session: Session, posted: Posted, note: str, salt: bytes) -> Posted:
    if note and not posted.replayed:
        session.execute(insert(TransferNote).values(transfer_id=posted.transfer_id, text=note, salt=salt))
    return posted
