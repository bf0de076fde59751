"""Paying a supplier from outside upfront, and using that. All in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.ahead.errors import AheadOnBlocked
from ledger.ahead.rules import check_payer
from ledger.bank import queries as bank
from ledger.bank.errors import NotOpen, OtherCurrency
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import BookingKind, EntryState, Why
from ledger.bank.services import decide
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.closing.queries import first_open
from ledger.incoming import queries as received
from ledger.incoming import services as incoming
from ledger.incoming.models import IncomingInvoice, IncomingPayment, IncomingSender
from ledger.incoming.rules import IncomingState
from ledger.invoicing.rules import at_noon
from ledger.upfront import queries, rules
from ledger.upfront.rules import Supplier


def add_supplier(
    session: Session, *, buyer: Organisation, name: str, kvk: str, vat_id: str, at: datetime
) -> IncomingSender:
    """Know a supplier of whom no invoice came yet, by the numbers that will stand on it; the one that is known already.

    Raises:
        SupplierUnnamed: his invoice would not be known again.
    """
    rules.check_named(name, kvk, vat_id)
    return incoming.known_sender(session, buyer, name=name.strip(), kvk=kvk, vat_id=vat_id, at=at)


def book(
    session: Session, *, entry: BankEntry, sender: UUID, actor: Actor, at: datetime, sure: bool = False
) -> None:
    """A person says that an open entry is money for a supplier before his invoice, or such money that came back.

    It stands on an account of its own until it is set off: neither costs nor a debt paid. VAT waits for the invoice.

    Raises:
        NotOpen, OtherCurrency, AheadOnBlocked: not to be booked so. SupplierUnknown: another's.
        BackAboveUpfront: so much does not stand there. PayerIsOther: the account is another supplier's.
    """
    if entry.state is not EntryState.OPEN:
        raise NotOpen
    if entry.currency != "EUR":
        raise OtherCurrency(currency=entry.currency)
    if entry.account.blocked:
        raise AheadOnBlocked
    party_id = entry.account.party_id or 0
    held = queries.supplier(session, sender, party_id, lock=True)
    likely = queries.find_by_iban(session, party_id, entry.iban)
    check_payer(likely.name if likely else "", held.name, sure=sure)
    if entry.amount > 0:
        rules.check_back(entry.amount, held.upfront)
    there = incoming.upfront_account(session, session.get_one(IncomingSender, held.sender_id))
    bank_id = open_account(session, party_id=party_id, role=AccountRole.BANK)
    count = len(bank.bookings(session, entry.id))
    day = first_open(session, {party_id}, min(entry.booked_on, local_date(at)))
    transfer_id = post(
        session, key=f"bank:{entry.public_id}:upfront:{count}",
        kind=rules.BOOKED if entry.amount < 0 else rules.PAID_BACK,
        legs=[Leg(there, -entry.amount), Leg(bank_id, entry.amount)], at=at, effective_at=at_noon(day),
    ).transfer_id  # fmt: skip
    session.add(
        BankBooking(
            entry_id=entry.id, kind=BookingKind.UPFRONT, amount=abs(entry.amount), why=Why.PERSON,
            sender_id=held.sender_id, transfer_id=transfer_id, role="", made_at=at, made_by_id=actor.user_id,
        )
    )  # fmt: skip
    decide(session, entry, EntryState.BOOKED, actor, at)


def set_off(
    session: Session, *, sender: UUID, invoice: IncomingInvoice, party_id: int, actor: Actor, at: datetime
) -> IncomingPayment:
    """Pay a received invoice from what its sender was paid upfront, then from what he owes back; as much as there is.

    What is owed back goes upfront first, as a refund of its own invoice: so each half is taken back by itself.

    Raises:
        SupplierUnknown, NothingUpfront, NotPayableNow: nothing has changed. Others as for a payment.
    """
    held = queries.supplier(session, sender, party_id, lock=True)
    owed = queries.owed_parts(session, held.sender_id)
    wanted = received.by_id(session, invoice.id, lock=True)
    amount, parts = rules.set_off(
        held.upfront, owed, wanted.open.minor,
        payable=wanted.sender_id == held.sender_id and wanted.state is IncomingState.APPROVED,
    )  # fmt: skip
    count = len(queries.uses(session, held.sender_id))
    for each in parts:
        _move(
            session, held, each.incoming_id, each.amount, f"{count}:{each.incoming_id}", actor, at, back=True
        )
    made = _move(session, held, wanted.id, amount, f"{count}", actor, at, back=False)
    record(
        session, action="upfront.set_off", subject=f"incoming_sender:{held.sender_id}", actor_id=actor.user_id,
        facts={"amount": amount, "invoice": str(wanted.public_id)}, at=at,
    )  # fmt: skip
    return made


def _move(
    session: Session, held: Supplier, incoming_id: int, cents: int, key: str, actor: Actor, at: datetime, *, back: bool
) -> IncomingPayment:  # fmt: skip
    invoice = received.by_id(session, incoming_id)
    return incoming.pay(
        session, incoming=invoice, amount=Money(cents), back=back, paid_on=local_date(at), upfront=True, actor=actor,
        reference="Naar vooruit betaald" if back else "Van vooruit betaald", key=f"upfront:{held.public_id}:{key}",
        at=at,
    )  # fmt: skip
