"""Reading receipts, the VAT in them, and entries on the bank that may have paid them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.rules import EntryState
from ledger.receipts.errors import ReceiptUnknown
from ledger.receipts.models import Receipt, ReceiptPhoto
from ledger.receipts.rules import EARLY, NEAR, PaidBy, ReceiptState, is_near, together

tasks = Tasks(
    Waiting(
        N_("Bonnen die op uw blik wachten: %(num)s"), "receipts.index", {Role.BOARD},
        rows(num=func.count()).having(func.count() > 0).select_from(Receipt)
        .where(
            Receipt.party_id == ORGANISATION, Receipt.state == ReceiptState.WAITING, Receipt.brought_by_id != USER
        ),
        {},
    )
)  # fmt: skip
"""What waits for a second look."""


def receipts(party_id: int | None) -> Select[Receipt]:
    """The receipts of an organisation (None: of all), latest first, with who brought them."""
    every = (
        select(Receipt)
        .options(joinedload(Receipt.brought_by))
        .order_by(Receipt.bought_on.desc(), Receipt.id.desc())
    )
    return every if party_id is None else every.where(Receipt.party_id == party_id)


def receipt(session: Session, public_id: UUID, party_id: int | None, *, lock: bool = False) -> Receipt:
    """One of them.

    Raises:
        ReceiptUnknown: it is not there, or another's.
    """
    wanted = receipts(party_id).where(Receipt.public_id == public_id)
    if lock:
        wanted = wanted.with_for_update(of=Receipt).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise ReceiptUnknown
    return found


def find_same(session: Session, made: Receipt, picture: bytes) -> Receipt | None:
    """One that stands of the same day and amounts, from the same shop or with the same photo."""
    return session.scalar(
        receipts(made.party_id)
        .join(ReceiptPhoto, ReceiptPhoto.receipt_id == Receipt.id)
        .where(
            Receipt.state.in_((ReceiptState.WAITING, ReceiptState.BOOKED)),
            Receipt.bought_on == made.bought_on, Receipt.high == made.high, Receipt.low == made.low,
            Receipt.none == made.none,
            or_(func.lower(Receipt.supplier) == made.supplier.lower(), ReceiptPhoto.content == picture),
        )
        .limit(1)
    )  # fmt: skip


def second_people(session: Session, receipt: Receipt) -> list[User]:
    """Who can look at it: the others of the board."""
    return [
        each
        for each in people_with(session, receipt.party_id, Role.BOARD)
        if each.id != receipt.brought_by_id
    ]


def photo(session: Session, receipt: Receipt) -> ReceiptPhoto:
    """Its photo."""
    return session.get_one(ReceiptPhoto, receipt.id)


def is_paid(session: Session, receipt: Receipt) -> bool:
    """Whether the bank told of its payment, and nobody took that back."""
    live = exists().where(BankBooking.entry_id == receipt.entry_id, BankBooking.undone_at.is_(None))
    return receipt.entry_id is not None and bool(session.scalar(select(live)))


def entries(session: Session, receipt: Receipt) -> Sequence[BankEntry]:
    """Open entries on the bank that may have paid it: the same amount, near the day."""
    brought = local_date(receipt.brought_at)
    return session.scalars(
        select(BankEntry)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(
            BankAccount.party_id == receipt.party_id, BankEntry.state == EntryState.OPEN,
            BankEntry.amount == -receipt.total.minor, BankEntry.currency == "EUR",
            BankEntry.booked_on.between(
                receipt.bought_on - timedelta(days=EARLY), max(receipt.bought_on, brought) + timedelta(days=NEAR)
            ),
        )
        .order_by(BankEntry.booked_on, BankEntry.id)
        .limit(5)
    ).all()  # fmt: skip


def unpaid(session: Session, party_id: int, *, up_to: int) -> Sequence[Receipt]:
    """Booked receipts of at most so many cents that no bank paid yet, the oldest first, with who brought them."""
    live = exists().where(BankBooking.entry_id == Receipt.entry_id, BankBooking.undone_at.is_(None))
    return session.scalars(
        receipts(party_id)
        .where(
            Receipt.state == ReceiptState.BOOKED, Receipt.high + Receipt.low + Receipt.none <= up_to, ~live
        )
        .order_by(None)
        .order_by(Receipt.bought_on, Receipt.id)
        .limit(200)
    ).all()


class Like(NamedTuple):
    """What an entry may have paid: `one` of some receipts, or all of one of some `sets`, each of one member.

    More than one in all: it is not clear which.
    """

    one: Sequence[Receipt] = ()
    sets: Sequence[Sequence[Receipt]] = ()


def like(session: Session, party_id: int, rows: Sequence[BankEntry]) -> dict[int, Like]:
    """By entry: booked receipts that no bank paid yet and that it may have paid: the same amount, near the day.

    Only open entries of money that went out of a plain account of the organisation; the oldest receipt first.
    """
    out = [
        each
        for each in rows
        if each.state is EntryState.OPEN and each.amount < 0 and each.currency == "EUR" and not each.account.blocked
    ]  # fmt: skip
    if not out:
        return {}
    found = unpaid(session, party_id, up_to=max(-each.amount for each in out))
    made = {each.id: _like(each, found) for each in out}
    return {key: those for key, those in made.items() if those.one or those.sets}


def _like(entry: BankEntry, found: Sequence[Receipt]) -> Like:
    near = [
        each
        for each in found
        if is_near(entry.booked_on, bought_on=each.bought_on, brought_on=local_date(each.brought_at))
    ]
    advanced: dict[int, list[Receipt]] = {}
    for each in near:
        if each.paid_by is PaidBy.MEMBER and each.total.minor < -entry.amount:
            advanced.setdefault(each.brought_by_id, []).append(each)
    sets = [
        [those[place] for place in places]
        for _, those in sorted(advanced.items())
        for places in together(-entry.amount, [each.total.minor for each in those])
    ]
    return Like([each for each in near if each.total.minor == -entry.amount], sets)


def chosen(session: Session, party_id: int, public_ids: Collection[UUID]) -> Sequence[Receipt]:
    """These receipts of an organisation, held in one order.

    Raises:
        ReceiptUnknown: one is not there, or another's.
    """
    found = session.scalars(
        receipts(party_id)
        .where(Receipt.public_id.in_(public_ids))
        .order_by(None)
        .order_by(Receipt.id)
        .with_for_update(of=Receipt)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(set(public_ids)):
        raise ReceiptUnknown
    return found


def before(session: Session, entry: BankEntry) -> Sequence[Receipt]:
    """Booked receipts that an open entry had paid before that was taken back, held."""
    return session.scalars(
        select(Receipt)
        .where(Receipt.entry_id == entry.id, Receipt.state == ReceiptState.BOOKED)
        .order_by(Receipt.id)
        .with_for_update()
    ).all()


class Tax(NamedTuple):
    """The VAT of the receipts of a period, in cents: of those whose VAT comes back, or does not."""

    back: bool
    number: int
    net: int
    vat: int


_VAT = Receipt.high_vat + Receipt.low_vat
_NET = Receipt.high + Receipt.low - _VAT


def in_period(party_id: int, period: Period, *, turned: bool) -> Select[Receipt]:
    """Receipts with VAT that count in a period; `turned`: that were turned back in it."""
    day = Receipt.reversed_on if turned else Receipt.counts_on
    return receipts(party_id).where(day >= period.start, day < period.end, _VAT > 0)


def taxes(session: Session, party_id: int, period: Period) -> list[Tax]:
    """The VAT of a period: what was booked in it, less what was turned back in it."""
    booked = (Receipt.counts_on >= period.start) & (Receipt.counts_on < period.end)
    turned = (Receipt.reversed_on >= period.start) & (Receipt.reversed_on < period.end)
    times = case((booked, 1), else_=0) - case((turned, 1), else_=0)
    found = session.execute(
        select(Receipt.vat_recoverable, func.count(), func.sum(times * _NET), func.sum(times * _VAT))
        .where(Receipt.party_id == party_id, or_(booked, turned), _VAT > 0)
        .group_by(Receipt.vat_recoverable)
    )
    return [Tax(bool(back), count, int(net), int(vat)) for back, count, net, vat in found]
