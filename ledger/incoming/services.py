"""Taking in, approving, disputing and paying invoices that others send."""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal, RuleBroken
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.agreements.rules import NOTE, short_text
from ledger.approval.queries import settings
from ledger.books.rules import Leg
from ledger.books.services import post, state_intent
from ledger.closing.queries import first_open
from ledger.inbound.errors import NotForUs
from ledger.inbound.gateway import texts
from ledger.inbound.rules import Bill, read
from ledger.incoming import queries, rules
from ledger.incoming.errors import (
    AlreadyDisputed,
    AlreadyUndone,
    CreditOfUnknown,
    CreditOfWaiting,
    DocumentFaulty,
    FromOurselves,
    MadeHere,
    NotWaiting,
    ReceivedBefore,
)
from ledger.incoming.events import PurchaseApproved
from ledger.incoming.models import (
    InboundDocument,
    IncomingAccount,
    IncomingInvoice,
    IncomingPayment,
    IncomingSender,
    IncomingStep,
)
from ledger.incoming.rules import Channel, IncomingState
from ledger.invoicing.rules import at_noon
from ledger.invoicing.services import tell
from ledger.kor.queries import is_small

_DECIDERS = (Role.PURCHASER, Role.BOARD)
MOST_REFERENCE = 140


def receive(
    session: Session, *, buyer: Organisation, content: bytes, actor: Actor | None, at: datetime,
    faults: list[RuleBroken], provider_id: str | None = None,
) -> IncomingInvoice:  # fmt: skip
    """Take in an UBL document that somebody uploads (`actor`) or the network brings (`provider_id`).

    Raises:
        DocumentFaulty: it breaks rules; each is added to `faults`.
        DocumentUnreadable, DocumentDangerous, DocumentTooLarge, NotForUs, FromOurselves, CreditOfUnknown: refused.
        ReceivedBefore, MadeHere: it is there already.
    """
    bill, amiss = read(texts(content))
    if bill is None:
        faults += amiss
        raise DocumentFaulty(num=len(amiss), field="file")
    to, by, own = bill.buyer, bill.seller, {"own_kvk": buyer.kvk_number, "own_vat_id": buyer.vat_id}
    if not rules.is_ours(kvk=to.kvk, vat_id=to.vat_id, name=to.name, own_name=buyer.name, **own):
        raise NotForUs(name=to.name, field="file")
    if rules.is_own(kvk=by.kvk, vat_id=by.vat_id, **own):
        raise FromOurselves(field="file")
    sender = known_sender(session, buyer, name=by.name, kvk=by.kvk, vat_id=by.vat_id, at=at)
    if queries.is_made_here(session, buyer.id, sender.party_id, bill.number):
        raise MadeHere(number=bill.number, field="file")
    if queries.find_number(session, sender.id, bill.number):
        raise ReceivedBefore(number=bill.number, field="file")
    original = queries.find_number(session, sender.id, bill.credit_of) if bill.is_credit_note else None
    if bill.is_credit_note and (original is None or original.is_credit_note):
        raise CreditOfUnknown(number=bill.credit_of, field="file")
    made = _made(session, buyer, sender, bill, original, content, actor, at, provider_id)
    _step(session, made, "came", actor, at, amount=made.total)
    tell(
        session, buyer, _DECIDERS, key=f"incoming:{made.public_id}:came", link=f"/incoming/{made.public_id}", at=at,
        subject=N_("Nieuwe factuur %(number)s van %(seller)s"),
        text=N_("Van %(seller)s kwam factuur %(number)s van %(total)s. Kijk of alles klopt. Betaal voor %(due)s."),
        facts={"number": made.number, "seller": sender.name, "total": made.money, "due": made.due_on},
    )  # fmt: skip
    return made


def known_sender(
    session: Session, buyer: Organisation, *, name: str, kvk: str, vat_id: str, at: datetime
) -> IncomingSender:
    """Who sends this buyer invoices, known from now on; one invoice of a buyer is taken in at a time."""
    session.execute(
        select(Organisation.id).where(Organisation.id == buyer.id).with_for_update(key_share=True)
    )
    found = queries.find_sender(session, buyer.id, kvk=kvk, vat_id=vat_id, name=name)
    if found is None:
        party = session.scalar(
            select(Organisation.id).where(Organisation.kvk_number == kvk, Organisation.id != buyer.id)
        )
        found = IncomingSender(
            buyer_id=buyer.id, party_id=party if kvk else None, name=name[:200], plain_name=rules.plain_name(name),
            kvk=kvk, vat_id=vat_id, since=at,
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def _made(
    session: Session, buyer: Organisation, sender: IncomingSender, bill: Bill, original: IncomingInvoice | None,
    content: bytes, actor: Actor | None, at: datetime, provider_id: str | None,
) -> IncomingInvoice:  # fmt: skip
    references = [
        each for each in (bill.contract_reference, bill.order_reference, bill.buyer_reference) if each
    ]
    agreement = queries.find_agreement(session, buyer.id, sender.party_id, references, bill.supplied_on)
    agreement_id = agreement.id if agreement else None
    made = IncomingInvoice(
        buyer_id=buyer.id, buyer=buyer, sender_id=sender.id, sender=sender, number=bill.number,
        credits_id=original.id if original else None, agreement_id=original.agreement_id if original else agreement_id,
        issued_on=bill.issued_on, due_on=rules.due_on(bill.due_on, bill.issued_on), supplied_on=bill.supplied_on,
        iban=bill.ibans[0] if bill.ibans else "", payment_reference=bill.payment_reference[:35],
        facts={
            "seller": bill.seller._asdict(), "ibans": list(bill.ibans), "note": bill.note,
            "references": references, "lines": [each._asdict() for each in bill.lines], "due": rules.said(bill.due_on),
            "taxes": [[each.category, f"{each.percent.normalize():f}", each.net, each.vat] for each in bill.taxes],
        },
        flags=[], net=bill.net, vat=bill.vat, total=bill.total, taxed=bill.taxed, shifted_net=bill.shifted_net,
        shifted=bill.shifted, channel=Channel.PEPPOL if provider_id else Channel.UPLOAD, provider_id=provider_id,
        document=content, checksum=sha256(content).hexdigest(), came_at=at,
        brought_by_id=actor.user_id if actor else None, state=IncomingState.WAITING, round=0, credited=0, paid=0,
    )  # fmt: skip
    made.flags = [each.value for each in queries.odd(session, made)]
    session.add(made)
    session.flush()
    return made


def approve(
    session: Session, *, incoming: IncomingInvoice, cost: str, delivered: bool, checked: bool, note: str, actor: Actor,
    at: datetime,
) -> IncomingInvoice:  # fmt: skip
    """Give one person's approval; the last one needed puts it in the books. `checked`: the account was asked after.

    Raises:
        NotWaiting, DatedAhead, OwnUpload, SecondPersonNeeded, NotDelivered, AccountUnchecked, ReasonMissing: refused.
        CreditOfWaiting, CreditAbove: a credit note that cannot be taken off.
    """
    held = queries.by_id(session, incoming.id, lock=True)
    odd, given = queries.odd(session, held), queries.approved_by(session, held)
    text = short_text(note, NOTE, "note", needed=False)
    rules.check_approval(
        state=held.state, user_id=actor.user_id, brought_by_id=held.brought_by_id, approved_by=given, odd=odd,
        delivered=delivered, checked=checked, note=text, issued_on=held.issued_on, today=local_date(at),
    )  # fmt: skip
    original = _original(session, held)
    _step(session, held, "approval", actor, at, note=text)
    chosen = settings(session, held.buyer)
    needed = rules.approvals_needed(held.money, chosen.limit, odd, is_credit_note=held.is_credit_note)
    if len(given) + 1 < needed:
        return held
    small = is_small(session, held.buyer_id, held.supplied_on)  # under the scheme no VAT comes back
    recoverable = chosen.vat_recoverable and not small
    if original is not None:
        recoverable, cost = bool(original.vat_recoverable), original.cost or cost
    _book(session, held, recoverable, cost, at)
    if original is not None:
        original.credited += held.total
        original.settle()
        _step(session, original, "credited", None, at, amount=held.total)
    elif held.iban:
        trusted = insert(IncomingAccount).values(
            sender_id=held.sender_id, iban=held.iban, checked_at=at, checked_by_id=actor.user_id
        )
        session.execute(trusted.on_conflict_do_nothing())
    session.flush()
    emit(session, PurchaseApproved(held.id))
    return held


def _original(session: Session, note: IncomingInvoice) -> IncomingInvoice | None:
    """The invoice that a credit note takes off, held; it is a debt, and enough of it is left."""
    if note.credits_id is None:
        return None
    original = queries.by_id(session, note.credits_id, lock=True)
    if original.transfer_id is None:
        raise CreditOfWaiting(number=original.number)
    rules.check_credit(note.money, original.money, Money(original.credited))
    return original


def _book(session: Session, held: IncomingInvoice, recoverable: bool, cost: str, at: datetime) -> None:
    lines = rules.purchase_lines(
        net=held.net, vat=held.vat, shifted=held.shifted, recoverable=recoverable, credit=held.is_credit_note
    )
    held.transfer_id = post(
        session, key=f"incoming:{held.public_id}:approved", at=at, intent_id=_intent(session, held),
        kind="purchase_credit" if held.is_credit_note else "purchase_approved",
        legs=[Leg(_account(session, held, role, cost), amount) for role, amount in lines],
    ).transfer_id  # fmt: skip
    held.state, held.approved_at = IncomingState.APPROVED, at
    held.vat_recoverable, held.cost = recoverable, cost
    session.flush()
    if held.is_credit_note:
        held.settle()
    _step(session, held, "approved", None, at, amount=held.total)


def _intent(session: Session, held: IncomingInvoice) -> int:
    """All transfers of an invoice and its credit notes hang on one intent."""
    original = held.credits or held
    return state_intent(
        session, kind="incoming", reference=f"incoming:{original.public_id}", payer_id=held.buyer_id,
        payee_id=held.sender.party_id,
    )  # fmt: skip


def _account(session: Session, held: IncomingInvoice, role: AccountRole, cost: str = "") -> int:
    """The buyer's account: costs by what was received, the debt by sender."""
    key, name = "", ""
    if role is AccountRole.EXPENSE:
        key, name = f"cost:{cost}", rules.COSTS[cost]
    elif role is AccountRole.PAYABLE:
        key, name = rules.sender_key(held.sender_id), f"Crediteur {held.sender.name}"[:200]
    return open_account(session, party_id=held.buyer_id, role=role, subkey=key, name=name)


def dispute(session: Session, *, incoming: IncomingInvoice, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse it for now; approvals given before no longer count.

    Raises:
        AlreadyDisputed, NotWaiting: somebody was first. TextMissing: no reason.
    """
    held = queries.by_id(session, incoming.id, lock=True)
    if held.state is IncomingState.DISPUTED:
        raise AlreadyDisputed
    if held.state is not IncomingState.WAITING:
        raise NotWaiting
    text = short_text(reason, NOTE, "reason")
    held.state, held.round = IncomingState.DISPUTED, held.round + 1
    session.flush()
    _step(session, held, "dispute", actor, at, note=text)


def refuse(session: Session, *, incoming: IncomingInvoice, reason: str, actor: Actor, at: datetime) -> None:
    """Never pay it. The sender may send its number anew.

    Raises:
        NotWaiting: somebody was first. TextMissing: no reason.
    """
    held = queries.by_id(session, incoming.id, lock=True)
    if held.state not in rules.OPEN_TO_DECIDE:
        raise NotWaiting
    text = short_text(reason, NOTE, "reason")
    held.state = IncomingState.REFUSED
    session.flush()
    _step(session, held, "refused", actor, at, note=text)


def pay(
    session: Session, *, incoming: IncomingInvoice, amount: Money, back: bool, paid_on: date, reference: str, key: str,
    actor: Actor | None, at: datetime, upfront: bool = False,
) -> IncomingPayment:  # fmt: skip
    """Write down that (a part of) it was paid, or that the sender paid `back`; the same key gives the first again.

    `upfront`: no bank moved; it is from, or goes to, what the sender was paid before his invoice.

    Raises:
        AmountNotPositive, NotPayable, PaymentAboveOpen, PaidInFuture: refused.
    """
    held = queries.by_id(session, incoming.id, lock=True)
    first = session.scalar(select(IncomingPayment).where(IncomingPayment.key == key))
    if first is not None:
        return first
    rules.check_payment(
        amount, back=back, state=held.state, still_open=held.open, paid_on=paid_on, today=local_date(at)
    )
    cents, kind = -amount.minor if back else amount.minor, rules.UPFRONT if upfront else "purchase_payment"
    made = IncomingPayment(
        incoming_id=held.id, amount=cents, paid_on=paid_on, key=key, recorded_at=at,
        reference=short_text(reference, MOST_REFERENCE, "reference", needed=False),
        recorded_by_id=actor.user_id if actor else None, upfront=upfront,
        transfer_id=_move(session, held, cents, kind, f"incoming:{key}", paid_on, at),
    )  # fmt: skip
    session.add(made)
    held.paid += cents
    held.settle()
    held.paid_on = paid_on if held.state is IncomingState.SETTLED else None
    session.flush()
    _step(session, held, "refund" if back else "payment", actor, at, note=made.reference, amount=amount.minor)
    return made


def undo_payment(
    session: Session, *, payment: IncomingPayment, reason: str, actor: Actor, at: datetime
) -> None:
    """Take a payment back by the opposite transfer; what it paid is open again.

    It counts on the day of the payment, or where that is closed on the first day open.

    Raises:
        AlreadyUndone: somebody was first. TextMissing: no reason.
    """
    held = queries.by_id(session, payment.incoming_id, lock=True)
    session.refresh(payment, ["undone_at"])
    if payment.undone_at is not None:
        raise AlreadyUndone
    text = short_text(reason, NOTE, "reason")
    payment.undo_transfer_id = _move(
        session, held, -payment.amount, rules.UPFRONT_UNDONE if payment.upfront else "purchase_payment_undone",
        f"incoming:undone:{payment.public_id}", payment.paid_on, at,
    )  # fmt: skip
    payment.undone_at, payment.undone_by_id = at, actor.user_id
    held.paid -= payment.amount
    held.settle()
    held.paid_on = held.paid_on if held.state is IncomingState.SETTLED else None
    session.flush()
    _step(session, held, "undone", actor, at, note=text, amount=abs(payment.amount))


def _move(
    session: Session, held: IncomingInvoice, cents: int, kind: str, key: str, on: date, at: datetime
) -> int:
    """Post what was paid: the debt against the bank, or against what was paid upfront; on the first open day."""
    day = first_open(session, {held.buyer_id}, on)
    upfront = kind in {rules.UPFRONT, rules.UPFRONT_UNDONE}
    other = (upfront_account if upfront else _bank)(session, held.sender)
    legs = [Leg(_account(session, held, AccountRole.PAYABLE), cents), Leg(other, -cents)]
    return post(
        session, key=key, kind=kind, legs=legs, at=at, effective_at=at_noon(day), intent_id=_intent(session, held)
    ).transfer_id  # fmt: skip


def _bank(session: Session, sender: IncomingSender) -> int:
    return open_account(session, party_id=sender.buyer_id, role=AccountRole.BANK)


def upfront_account(session: Session, sender: IncomingSender) -> int:
    """The buyer's account of what it paid a sender before his invoice; never below zero (`FloorPassed`)."""
    return open_account(
        session, party_id=sender.buyer_id, role=AccountRole.ADVANCE_GIVEN, subkey=rules.sender_key(sender.id),
        name=f"Vooruit betaald {sender.name}"[:200], floor=0,
    )  # fmt: skip


def keep_inbound(session: Session, *, provider_id: str, content: bytes, at: datetime) -> InboundDocument:
    """Take in what the network brought, once however often it comes; of a refused document the faults are kept."""
    first = session.scalar(select(InboundDocument).where(InboundDocument.provider_id == provider_id))
    if first is not None:
        return first
    outcome, faults, why, buyer = "kept", list[RuleBroken](), list[str](), None
    try:
        to = texts(content)["buyer"]
        buyer = queries.find_receiver(session, kvk=to["kvk"], vat_id=to["vat_id"])
        if buyer is None:
            raise NotForUs(name=to["name"])
        with session.begin_nested():
            receive(
                session, buyer=buyer, content=content, actor=None, at=at, faults=faults, provider_id=provider_id
            )  # fmt: skip
    except (ReceivedBefore, MadeHere):
        outcome = "known"
    except Refusal as refusal:
        outcome, why = "refused", [each.text() for each in faults] or [refusal.text()]
    made = InboundDocument(
        provider_id=provider_id, buyer_id=buyer.id if buyer else None, checksum=sha256(content).hexdigest(),
        outcome=outcome, came_at=at, faults=why,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _step(
    session: Session, held: IncomingInvoice, kind: str, actor: Actor | None, at: datetime, *, note: str = "",
    amount: int | None = None,
) -> None:  # fmt: skip
    who = actor.user_id if actor else None
    session.add(
        IncomingStep(
            incoming_id=held.id, kind=kind, round=held.round, user_id=who, at=at, note=note, amount=amount
        )
    )
    session.flush()
    record(
        session, action=f"incoming.{kind}", subject=f"incoming:{held.public_id}", actor_id=who,
        facts={"number": held.number} | ({} if amount is None else {"amount": amount}), at=at,
    )  # fmt: skip
