"""Making and closing files of transfers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from ledger.batches import queries, rules
from ledger.batches.errors import (
    BatchClosed,
    EntriesWait,
    InAnotherBatch,
    NothingToTransfer,
    PayerIbanMissing,
)
from ledger.batches.gateway import pain001
from ledger.batches.models import BatchTransfer, PaymentBatch
from ledger.batches.rules import BatchState


def make_batch(
    session: Session, *, payer: Organisation, actor: Actor | None, at: datetime, faults: list[RuleBroken],
    chosen: Collection[str] | None = None,
) -> PaymentBatch:  # fmt: skip
    """Put approved invoices that are in no open batch in one file, each to be paid on its last day.

    `chosen`: the keys of those that go in it (`rules.key_of`); None: all. What cannot be paid is left out, with why
    in `faults`.

    Raises:
        PayerIbanMissing, PayerNameInvalid, NothingToTransfer, ChosenGone, InAnotherBatch: nothing is made.
    """
    iban = queries.payer_iban(session, payer.id, payer.iban)
    if iban is None or Iban.normalise(iban) is None:
        raise PayerIbanMissing
    rules.check_payer(payer.name)
    transfers, amiss = rules.all_transfers(
        rules.chosen(queries.dues(session, payer.id), chosen), local_date(at)
    )
    faults += amiss
    if not transfers:
        raise NothingToTransfer
    public_id, who = uuid7(), actor.user_id if actor else None
    content = pain001(name=payer.name, iban=iban, message_id=public_id.hex, transfers=transfers, at=at)
    made = PaymentBatch(
        public_id=public_id, payer_id=payer.id, iban=iban, message_id=public_id.hex, transfers=len(transfers),
        amount=sum(each.amount for each in transfers), content=content.decode(),
        checksum=sha256(content).hexdigest(), state=BatchState.OPEN, made_at=at, made_by_id=who,
        orders=[
            BatchTransfer(
                invoice_id=None if each.incoming or each.back else each.invoice_id,
                incoming_id=each.invoice_id if each.incoming else None,
                payback_id=each.invoice_id if each.back else None, blocked=each.blocked, live=True,
                amount=each.amount, name=each.name,
                iban=each.iban, end_to_end=each.end_to_end, pays_on=each.on,
            )
            for each in transfers
        ],
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise InAnotherBatch from None
    record(
        session, action="payments.batch_made", subject=f"payment_batch:{made.public_id}", actor_id=who,
        facts={"amount": made.amount, "transfers": made.transfers, "checksum": made.checksum}, at=at,
    )  # fmt: skip
    return made


def release(
    session: Session,
    *,
    batch: PaymentBatch,
    refused: Mapping[int, str],
    answer: str,
    actor: Actor,
    at: datetime,
) -> None:
    """The bank answered about a batch, whose row the caller holds: what it refused may go in a new one.

    `refused`: transfer → reason code; each is live. A batch of which all was refused is closed. Nothing was booked for
    them: money moves in the books when the statement says so.
    """
    if batch.state is BatchState.CLOSED:
        return
    batch.answer, batch.answered_at = answer, at
    for each in batch.orders:
        if each.id in refused:
            each.live, each.code, each.refused_at = False, refused[each.id], at
    if refused and all(each.refused_at for each in batch.orders):
        batch.state, batch.closed_at, batch.closed_by_id = BatchState.CLOSED, at, actor.user_id
    session.flush()


def close_batch(session: Session, *, batch: PaymentBatch, actor: Actor, at: datetime) -> None:
    """Say that a batch is done with: the bank paid it, or it was never sent. What is open may go in a new one.

    Raises:
        BatchClosed: it was closed before. EntriesWait: the bank told of some, and nobody decided about them.
    """
    session.refresh(batch, ["state"], with_for_update=True)
    if batch.state is BatchState.CLOSED:
        raise BatchClosed
    if queries.waiting_marks(session, batch):
        raise EntriesWait
    batch.state, batch.closed_at, batch.closed_by_id = BatchState.CLOSED, at, actor.user_id
    for each in batch.orders:
        each.live = False
    session.flush()
    record(
        session, action="payments.batch_closed", subject=f"payment_batch:{batch.public_id}",
        actor_id=actor.user_id, facts={}, at=at,
    )  # fmt: skip
