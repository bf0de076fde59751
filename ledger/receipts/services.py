"""Bringing a receipt, booking it, turning it back, and finding its payment on the bank."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.files.gateway import check_content
from cwb.files.rules import clean_name
from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.agreements.rules import NOTE, short_text
from ledger.approval.queries import settings
from ledger.bank.models import BankEntry
from ledger.bank.services import book_other
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.closing.queries import first_open
from ledger.invoicing.rules import at_noon
from ledger.kor.queries import is_small
from ledger.receipts import queries, rules
from ledger.receipts.errors import (
    AlreadyPaidBack,
    BroughtBefore,
    NoPhoto,
    NotBooked,
    NotThisPayment,
    NotWaiting,
    NotYours,
    OtherPersonBooks,
    SumDiffers,
)
from ledger.receipts.models import Receipt, ReceiptPhoto
from ledger.receipts.rules import PaidBy, ReceiptState
from ledger.vat.rules import VatCode


def bring(
    session: Session, *, party_id: int, bought_on: date, supplier: str, category: str, paid_by: PaidBy, high: Money,
    low: Money, none: Money, photo: bytes, photo_name: str, actor: Actor, at: datetime,
) -> Receipt:  # fmt: skip
    """Keep a receipt with its photo; up to the limit it goes into the books at once.

    Raises:
        NothingOnIt, TooMuchOnIt, BoughtInFuture, BoughtLongAgo, TextMissing, NoPhoto, and what `check_content`
            finds: refused.
        BroughtBefore: it is there already.
    """
    rules.check_amounts(high, low, none, bought_on, local_date(at))
    if not photo_name.lower().endswith((".jpg", ".jpeg", ".png")):
        raise NoPhoto(field="file")
    name, kind = clean_name(photo_name)
    check_content(photo, name, kind)
    made = Receipt(
        party_id=party_id, bought_on=bought_on, supplier=short_text(supplier, rules.NAME, "supplier"),
        category=category, paid_by=paid_by, high=high.minor, low=low.minor, none=none.minor,
        high_vat=rules.vat_inside(high.minor, VatCode.STANDARD, bought_on),
        low_vat=rules.vat_inside(low.minor, VatCode.REDUCED, bought_on), brought_by_id=actor.user_id, brought_at=at,
        state=ReceiptState.WAITING, reason="",
    )  # fmt: skip
    bare = rules.bare_photo(photo, kind)
    session.execute(
        select(Organisation.id).where(Organisation.id == party_id).with_for_update(key_share=True)
    )
    with session.no_autoflush:
        before = queries.find_same(session, made, bare)
    if before is not None:
        raise BroughtBefore(name=before.brought_by.name, field="supplier")
    session.add(made)
    session.flush()
    session.add(ReceiptPhoto(receipt_id=made.id, kind=kind, content=bare))
    session.flush()
    _note(session, "brought", made, actor, at)
    if made.total <= rules.SECOND_LOOK:
        _book(session, made, actor, at)
        return made
    mail_each(
        session, queries.second_people(session, made), subject=N_("Een bon wacht op uw blik: %(supplier)s"),
        text=N_("%(name)s bracht een bon van %(amount)s. Boven de grens kijkt een tweede mens, en boekt."),
        facts={"name": actor.name, "amount": made.total, "supplier": made.supplier},
        link=f"/receipts/{made.public_id}", at=at, key=f"receipt-{made.public_id}",
    )  # fmt: skip
    return made


def withdraw(session: Session, *, receipt: Receipt, reason: str, actor: Actor, at: datetime) -> None:
    """Take away one that still waits; the row stays and says why.

    Raises:
        NotWaiting: it is booked, or gone. NotYours: another brought it. TextMissing: no reason.
    """
    if receipt.state is not ReceiptState.WAITING:
        raise NotWaiting
    if receipt.brought_by_id != actor.user_id:
        raise NotYours
    receipt.reason = short_text(reason, NOTE, "reason")
    receipt.state, receipt.reversed_by_id, receipt.reversed_on = (
        ReceiptState.WITHDRAWN, actor.user_id, local_date(at),
    )  # fmt: skip
    session.flush()
    _note(session, "withdrawn", receipt, actor, at)


def book_second(session: Session, *, receipt: Receipt, actor: Actor, at: datetime) -> None:
    """A second person looked at a large receipt, and books it.

    Raises:
        NotWaiting: it is booked. OtherPersonBooks: the same person brought it.
    """
    if receipt.state is not ReceiptState.WAITING:
        raise NotWaiting
    if receipt.brought_by_id == actor.user_id:
        raise OtherPersonBooks
    _book(session, receipt, actor, at)


def turn_back(session: Session, *, receipt: Receipt, reason: str, actor: Actor, at: datetime) -> None:
    """Book the opposite of a wrong receipt; the receipt itself stays as it was.

    Raises:
        NotBooked: it is not in the books. AlreadyPaidBack: the bank paid it; take that back first. TextMissing.
    """
    if receipt.state is not ReceiptState.BOOKED:
        raise NotBooked
    if queries.is_paid(session, receipt):
        raise AlreadyPaidBack
    text = short_text(reason, NOTE, "reason")
    _post(session, receipt, bool(receipt.vat_recoverable), -1, "receipt_reversed", local_date(at), at)
    receipt.state, receipt.reason = ReceiptState.REVERSED, text
    receipt.reversed_by_id, receipt.reversed_on = actor.user_id, local_date(at)
    session.flush()
    _note(session, "reversed", receipt, actor, at)


def paid_by_entry(
    session: Session, *, receipt: Receipt, entry: BankEntry, actor: Actor, at: datetime
) -> None:
    """An entry on the bank paid it, or paid back who advanced it.

    Raises:
        NotBooked, AlreadyPaidBack, NotOpen: no more. NotThisPayment: another amount.
    """
    if entry.amount != -receipt.total.minor:
        raise NotThisPayment
    paid_together(session, receipts=[receipt], entry=entry, actor=actor, at=at)


def paid_together(
    session: Session, *, receipts: Sequence[Receipt], entry: BankEntry, actor: Actor, at: datetime
) -> None:
    """An entry on the bank paid all of these, or paid back who advanced them; the caller holds all rows.

    Raises:
        NotBooked, AlreadyPaidBack, NotOpen: no more. SumDiffers: another amount. NotThisPayment: a G-account.
    """
    if any(each.state is not ReceiptState.BOOKED for each in receipts):
        raise NotBooked
    if any(queries.is_paid(session, each) for each in receipts):
        raise AlreadyPaidBack
    total = sum((each.total for each in receipts), Money(0))
    if total != -entry.money:
        raise SumDiffers(total=total, amount=-entry.money, field="chosen")
    if entry.account.blocked:
        raise NotThisPayment
    book_other(session, entry=entry, role=AccountRole.PAYABLE.value, actor=actor, at=at)
    for each in queries.before(session, entry):
        each.entry_id = None
    session.flush()
    for each in receipts:
        each.entry_id = entry.id
        session.flush()
        _note(session, "paid", each, actor, at)


def _book(session: Session, receipt: Receipt, actor: Actor, at: datetime) -> None:
    chosen = settings(session, organisation_by_id(session, receipt.party_id))
    back = (
        receipt.category not in rules.NO_VAT_BACK
        and chosen.vat_recoverable
        and not is_small(session, receipt.party_id, receipt.bought_on)
    )
    counts_on = first_open(session, {receipt.party_id}, receipt.bought_on)
    receipt.transfer_id = _post(session, receipt, back, 1, "receipt_booked", counts_on, at)
    receipt.counts_on, receipt.vat_recoverable = counts_on, back
    receipt.state, receipt.booked_by_id, receipt.booked_at = ReceiptState.BOOKED, actor.user_id, at
    session.flush()
    _note(session, "booked", receipt, actor, at)


def _post(
    session: Session, receipt: Receipt, back: bool, sign: int, kind: str, on: date, at: datetime
) -> int:
    total, tax = receipt.total.minor, receipt.vat.minor if back else 0
    lines = (
        (AccountRole.EXPENSE, total - tax),
        (AccountRole.VAT_INPUT, tax),
        (AccountRole.PAYABLE, -total),
    )
    legs = [
        Leg(open_account(session, party_id=receipt.party_id, role=role), sign * amount)
        for role, amount in lines
        if amount
    ]
    return post(
        session,
        key=f"receipt:{receipt.public_id}:{kind}",
        kind=kind,
        legs=legs,
        at=at,
        effective_at=at_noon(on),
    ).transfer_id


def _note(session: Session, act: str, receipt: Receipt, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"receipt.{act}", subject=f"receipt:{receipt.public_id}", actor_id=actor.user_id,
        facts={"amount": receipt.total.minor}, at=at,
    )  # fmt: skip
