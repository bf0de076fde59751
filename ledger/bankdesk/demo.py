"""The demo's bank: two cooperatives take a statement in; part of it is booked by itself, part waits for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from operator import itemgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.bank import queries
from ledger.bank.errors import NothingOpen
from ledger.bank.models import BankEntry
from ledger.bank.queries import reached_bank
from ledger.bank.rules import accepted, match
from ledger.bank.services import accept_offer
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.rules import Entry, Reference, Statement
from ledger.debits.models import BankDebit
from ledger.debits.rules import DebitState
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import overdue
from ledger.invoicing.rules import InvoiceState
from ledger.payments.models import Payment

_Facts = tuple[int, str, date, str, str, str, str, str, tuple[Reference, ...]]

DAYS = 120
"""How far back the statement goes."""

OTHERS = (
    (-995, "Bank Voorbeeld", "Kosten van de rekening"),
    (2500, "Bea Bewoner (voorbeeld)", "Contributie"),
)
"""Cents, who and what: entries that belong to no invoice."""


MOST_TWICE = 100_000
"""Cents: what is above that nobody pays twice unseen."""


def story(agenda: Agenda) -> None:
    """The day before the end."""
    for key in ("cleaning3", "green1"):
        agenda.at(agenda.day(1, 9), partial(take, agenda, key))


def take(agenda: Agenda, key: str, session: Session, at: datetime) -> None:
    """What buyers wrote down is told by the bank too; a late invoice is paid without its reference."""
    party = session.get_one(Organisation, agenda.cast[key])
    today, first = local_date(at), local_date(at) - timedelta(days=DAYS)
    told, debits = _told(session, party, first), _debited(session, party)
    facts = [*told, *_late(session, party, today), *_twice(told, today), *debits]
    facts += [_entry(today, cents, name, "", text) for cents, name, text in OTHERS]
    entries = [Entry(line, *each) for line, each in enumerate(sorted(facts, key=itemgetter(2)), 2)]
    books = session.scalar(
        select(func.sum(Account.posted)).where(Account.party_id == party.id, Account.role == AccountRole.BANK)
    )
    known = sum(each[0] for each in told)
    opening = int(books or 0) - known
    head = Statement(
        1, f"{today:%Y}-{today:%m}", party.iban or "", "EUR", opening,
        opening + sum(each.amount for each in entries), first, today,
    )  # fmt: skip
    import_statements(
        session, [head, *entries], checksum=sha256(key.encode()).hexdigest(), party=party,
        actor=agenda.actor(key, "board", Role.BOARD), at=at, taken=Taken(),
    )  # fmt: skip
    _set_aside(session, party, agenda.actor(key, "board", Role.BOARD), at)


def _set_aside(session: Session, party: Organisation, actor: Actor, at: datetime) -> None:
    """The board says yes: what was paid twice stands ahead, until it is set off or goes back."""
    claims = queries.claims(session, party.id, incoming=True)
    for entry in session.scalars(
        queries.waiting(party.id).where(BankEntry.fault == NothingOpen.__name__)
    ).all():
        offered = accepted(match(queries.as_read(entry), claims, 0), entry.amount)
        accept_offer(session, entry=entry, shares=offered, actor=actor, at=at)


def _entry(day: date, cents: int, name: str, iban: str, text: str, reference: str = "") -> _Facts:
    """The facts of an entry but its line, as `Entry` takes them."""
    return cents, "EUR", day, "", name, iban, "", text, (Reference(reference),) if reference else ()


def _told(session: Session, party: Organisation, first: date) -> list[_Facts]:
    """What buyers paid since the first day, with the reference of its invoice."""
    found = session.scalars(
        select(Payment)
        .join(Payment.invoice)
        .where(
            Invoice.seller_id == party.id,
            Payment.paid_on >= first,
            reached_bank(party.id),
            Payment.undone_at.is_(None),
        )
        .options(contains_eager(Payment.invoice).joinedload(Invoice.buyer))
        .order_by(Payment.paid_on, Payment.id)
    )
    return [
        _entry(each.paid_on, each.amount, each.invoice.buyer.name, each.invoice.buyer.iban or "", "",
               each.invoice.payment_reference or "")
        for each in found
    ]  # fmt: skip


def _twice(told: Sequence[_Facts], today: date) -> list[_Facts]:
    """The smallest of what was told, once more, where it is small: a customer pressed the button twice."""
    small = [each for each in told if each[0] <= MOST_TWICE]
    if not small:
        return []
    cents, _, _, _, name, iban, _, _, marks = min(small, key=itemgetter(0))
    return [_entry(today, cents, name, iban, "", marks[0].text if marks else "")]


def _debited(session: Session, party: Organisation) -> list[_Facts]:
    """What members were debited by file came in on its day; of several the last had the money back a week later."""
    found = session.scalars(
        select(BankDebit)
        .where(BankDebit.organisation_id == party.id, BankDebit.state == DebitState.SENT)
        .order_by(BankDebit.id)
    ).all()
    facts = [_debit(each, each.amount, each.collect_on) for each in found]
    return facts + [_debit(each, -each.amount, each.collect_on + WEEK, "MD06") for each in found[1:][-1:]]


def _debit(each: BankDebit, amount: int, day: date, code: str = "") -> _Facts:
    return amount, "EUR", day, "", "", "", each.mark, "Incasso", (Reference(each.mark, each.amount, code),)


WEEK = timedelta(days=7)


def _late(session: Session, party: Organisation, today: date) -> list[_Facts]:
    """The oldest late invoice, paid with its number in a text alone: nobody is sure."""
    found = session.scalars(
        select(Invoice)
        .where(Invoice.seller_id == party.id, Invoice.state == InvoiceState.APPROVED, overdue(today))
        .options(joinedload(Invoice.buyer))
        .order_by(Invoice.due_on, Invoice.id)
        .limit(1)
    )
    return [
        _entry(today, each.open.minor, each.buyer.name, each.buyer.iban or "", f"Factuur {each.number}")
        for each in found
    ]
