"""Using money ahead: for a later invoice, or back to whose it is. All in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation, Party
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal
from cwb.kernel.identifiers import Iban
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.accounts.services import open_account
from ledger.advances.queries import find_covering
from ledger.ahead import queries, rules
from ledger.ahead.errors import AheadOnBlocked, PartnerUnknown, PaybackDecided
from ledger.ahead.models import AheadPayback, AheadSetOff
from ledger.ahead.rules import Between, PaybackState
from ledger.approval.queries import settings
from ledger.bank import queries as bank
from ledger.bank.errors import NotOpen, NotThisInvoice, OtherCurrency
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import BookingKind, Claim, EntryState, Why
from ledger.bank.services import decide
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.closing.queries import first_open
from ledger.customers.services import tell
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import at_noon, subkey
from ledger.payments.models import Payment
from ledger.payments.queries import accounts
from ledger.payments.rules import payable
from ledger.payments.services import pay_from_ahead, record_refund


def set_off(
    session: Session, *, booking_id: int, invoice_id: int, party_id: int, actor: Actor, at: datetime
) -> Payment:
    """Pay an invoice from money ahead, as much as both have. Either of the two may (BW 6:127), and tells the other.

    Raises:
        AheadUnknown, NothingAhead, NotBetweenThese, PaidToOther: nothing has changed. Others as for a payment.
    """
    held = queries.balance(session, booking_id, party_id, lock=True)
    invoice = invoicing.locked(session, invoice_id)
    fits = (invoice.seller_id, invoice.buyer_id) == held.between and not invoice.is_credit_note
    two = accounts(session, invoice)
    amount = rules.set_off_amount(
        held.free, invoice.open.minor, payable=fits and invoice.state is payable(outside=invoice.outside),
        blocked=sum(each.left.minor for each in two if each.blocked),
        assigned=find_covering(session, invoice) is not None,
    )  # fmt: skip
    count = len(queries.uses(session, booking_id))
    paid = pay_from_ahead(
        session, invoice_id=invoice.id, amount=Money(amount), reference=f"Tegoed {held.on} ({booking_id})",
        key=f"ahead:{booking_id}:{count}", actor=actor, at=at,
    )  # fmt: skip
    session.add(AheadSetOff(payment_id=paid.id, booking_id=booking_id, amount=amount, by_id=party_id))
    session.flush()
    _write(
        session,
        "ahead.set_off",
        f"bank_booking:{booking_id}",
        actor,
        at,
        amount=amount,
        invoice=str(invoice.public_id),
    )
    tell_set_off(session, invoice=invoice, party_id=party_id, paid=paid, at=at)
    return paid


def tell_set_off(session: Session, *, invoice: Invoice, party_id: int, paid: Payment, at: datetime) -> None:
    """A set-off works by telling it to the other (BW 6:127)."""
    own, other = (invoice.seller, invoice.buyer)[:: 1 if party_id == invoice.seller_id else -1]
    tell(
        session, other, (Role.PURCHASER, Role.BOARD), key=f"ahead:{paid.public_id}:set_off", at=at,
        link=f"/invoices/{invoice.public_id}",
        subject=N_("Factuur %(number)s is verrekend met een tegoed"),
        text=N_(
            "%(name)s verrekende %(amount)s van factuur %(number)s met geld dat vooruit stond."
            " Er ging geen geld over de bank. Op de factuur staat nog %(left)s open."
        ),
        facts={"name": own.name, "amount": paid.money, "number": invoice.number, "left": invoice.open},
    )  # fmt: skip


def ask_payback(
    session: Session,
    *,
    booking_id: int,
    amount: Money,
    iban: Iban | None,
    party_id: int,
    actor: Actor,
    at: datetime,
) -> AheadPayback:
    """Ask that money ahead goes back to whose it is: to the account it came from, or where no bank named one, `iban`.

    Below the limit for four eyes that is agreed at once; else a colleague agrees.

    Raises:
        AheadUnknown: this organisation does not hold it. NothingAhead, AheadAboveLeft, PayerIbanUnknown: refused.
    """
    held = queries.balance(session, booking_id, party_id, lock=True)
    if held.between.holder_id != party_id:
        raise PartnerUnknown
    owner = session.get_one(Party, held.between.owner_id)
    return ask(
        session, of={"booking_id": booking_id}, holder_id=party_id, amount=amount, free=held.free, known=held.iban,
        name=held.payer or owner.name, typed=iban, actor=actor, at=at,
    )  # fmt: skip


def ask(
    session: Session, *, of: Mapping[str, int], holder_id: int, amount: Money, free: int, known: str, name: str,
    typed: Iban | None, actor: Actor, at: datetime,
) -> AheadPayback:  # fmt: skip
    """Ask a repayment `of` a booking or an invoice, of which the caller holds what is `free`, to an account.

    Raises:
        NothingAhead, AheadAboveLeft, PayerIbanUnknown: refused.
    """
    where = rules.check_payback(amount, free, known=known, typed=typed)
    limit = settings(session, organisation_by_id(session, holder_id)).limit
    two, public_id = rules.needs_two(amount, limit, typed=not known), uuid7()
    made = AheadPayback(
        public_id=public_id, holder_id=holder_id, amount=amount.minor, name=name, iban=where,
        mark=rules.mark_of(public_id), two=two, asked_by_id=actor.user_id, asked_at=at,
        agreed_by_id=None if two else actor.user_id, agreed_at=None if two else at, **of,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _write(session, "ahead.payback_asked", made.of, actor, at, amount=amount.minor, two=two)
    return queries.payback(session, public_id, holder_id, lock=True)


def agree_payback(session: Session, *, payback: AheadPayback, actor: Actor, at: datetime) -> None:
    """A second person agrees to a repayment, whose row the caller holds.

    Raises:
        PaybackDecided, OtherAgrees: it is not agreed by this.
    """
    rules.check_agree(payback.state, asked_by=payback.asked_by_id, by=actor.user_id)
    payback.agreed_by_id, payback.agreed_at = actor.user_id, at
    session.flush()
    _write(session, "ahead.payback_agreed", payback.of, actor, at, amount=payback.amount)


def drop_payback(session: Session, *, payback: AheadPayback, actor: Actor, at: datetime) -> None:
    """Do not pay back after all; the caller holds the row, and saw that it is in no open file.

    Raises:
        PaybackDecided: it was paid, or dropped before.
    """
    if payback.state not in {PaybackState.ASKED, PaybackState.AGREED}:
        raise PaybackDecided
    payback.dropped_by_id, payback.dropped_at = actor.user_id, at
    session.flush()
    _write(session, "ahead.payback_dropped", payback.of, actor, at, amount=payback.amount)


def book_ahead(
    session: Session, *, entry: BankEntry, other_id: int, actor: Actor, at: datetime, sure: bool = False
) -> None:
    """A person says that an open entry was paid before there was an invoice, and between whom.

    What the other's bank told of before is the same money, and is not booked again. `sure`: the person saw that the
    account is that of another.

    Raises:
        NotOpen, OtherCurrency, AheadOnBlocked: it is not to be booked. PartnerUnknown: they do not trade.
        PayerIsOther: the account is another's.
    """
    _check_open(entry)
    own = entry.account.party_id or 0
    partners = queries.partners(session, own, paying=entry.amount < 0)
    chosen = next((each for each in partners if each.id == other_id), None)
    if chosen is None:
        raise PartnerUnknown(field="other")
    likely = queries.find_by_iban(session, entry.iban, partners)
    rules.check_payer(likely.name if likely else "", chosen.name, sure=sure)
    twin = queries.find_twin(session, entry, other_id)
    if twin is not None:
        entry.twin_id = twin.id
        decide(session, entry, EntryState.BOOKED, actor, at)
        return
    between = Between(own, other_id) if entry.amount > 0 else Between(other_id, own)
    count = len(bank.bookings(session, entry.id))
    transfer_id = _post(
        session, entry, between, abs(entry.amount), f"bank:{entry.public_id}:ahead:{count}", rules.BOOKED, at
    )
    session.add(
        BankBooking(
            entry_id=entry.id, kind=BookingKind.CREDIT, amount=abs(entry.amount), why=Why.PERSON, other_id=other_id,
            transfer_id=transfer_id, role="", made_at=at, made_by_id=actor.user_id,
        )
    )  # fmt: skip
    decide(session, entry, EntryState.BOOKED, actor, at)


def take_in(session: Session, *, party_id: int, actor: Actor | None, at: datetime) -> int:
    """Book every open entry that carries the mark of a repayment; how many. Others keep why."""
    done = 0
    for entry in queries.told(session, party_id):
        try:
            with session.begin_nested():
                done += _take(session, entry, actor, at)
        except Refusal as refusal:
            entry.fault = type(refusal).__name__
    session.flush()
    return done


def _take(session: Session, entry: BankEntry, actor: Actor | None, at: datetime) -> bool:
    """Whether it is a repayment of ours, booked now: out at who held it, or in at whose it is."""
    payback = queries.marked(session, entry.end_to_end)
    return payback is not None and _settle(session, entry, payback, Why.MARK, actor, at)


def book_payback(
    session: Session, *, entry: BankEntry, payback: AheadPayback, actor: Actor, at: datetime
) -> None:
    """A person says that an open entry is this repayment, paid by hand; the caller holds both rows.

    Raises:
        NotOpen, OtherCurrency, AheadOnBlocked: it is not to be booked. NotThisInvoice: another amount, or decided.
    """
    _check_open(entry)
    _settle(session, entry, payback, Why.PERSON, actor, at)


def _settle(
    session: Session, entry: BankEntry, payback: AheadPayback, why: Why, actor: Actor | None, at: datetime
) -> bool:
    if payback.booked is not None and payback.booked.undone_at is None:
        return _is_twin(session, entry, payback, actor, at)
    between = queries.between(session, payback, entry.account.party_id or 0)
    sign = -1 if between.holder_id == entry.account.party_id else 1
    if payback.state is not PaybackState.AGREED or entry.amount != sign * payback.amount:
        raise NotThisInvoice
    if entry.account.blocked:
        raise AheadOnBlocked
    key = f"bank:{entry.public_id}:payback:{len(bank.bookings(session, entry.id))}"
    made = BankBooking(
        entry_id=entry.id, kind=BookingKind.PAYBACK, amount=payback.amount, why=why, role="", made_at=at,
        made_by_id=actor.user_id if actor else None,
    )  # fmt: skip
    if payback.invoice_id is None:
        made.transfer_id = _post(session, entry, between, -payback.amount, key, rules.PAID_BACK, at)
    else:
        _refund(session, entry, payback, made, key, actor, at)
    session.add(made)
    session.flush()
    payback.booked = made
    session.flush()
    decide(session, entry, EntryState.BOOKED, actor, at)
    return True


def _refund(
    session: Session, entry: BankEntry, payback: AheadPayback, made: BankBooking, key: str, actor: Actor | None,
    at: datetime,
) -> None:  # fmt: skip
    """What was owed back after a credit note is paid back, or was written down before the bank told."""
    invoice = invoicing.locked(session, payback.invoice_id or 0)
    claim = Claim(invoice.id, "", "", 0, "", refund=True)
    paid = bank.find_known(session, entry, claim, payback.amount)
    made.kind, made.invoice_id, made.why = (
        BookingKind.REFUND,
        invoice.id,
        made.why if paid is None else Why.KNOWN,
    )
    if paid is None:
        paid = record_refund(
            session, invoice=invoice, amount=payback.money, paid_on=entry.booked_on, reference=payback.mark, key=key,
            actor=actor, at=at,
        )  # fmt: skip
    made.payment_id = paid.id


def _is_twin(
    session: Session, entry: BankEntry, payback: AheadPayback, actor: Actor | None, at: datetime
) -> bool:
    first = session.get_one(BankEntry, payback.booked.entry_id if payback.booked else 0)
    if first.account_id == entry.account_id or first.amount != -entry.amount:
        raise NotThisInvoice
    if bank.find_twin_of(session, first) is not None:
        raise NotThisInvoice
    queries.between(session, payback, entry.account.party_id or 0)
    entry.twin_id = first.id
    decide(session, entry, EntryState.BOOKED, actor, at)
    return True


def _check_open(entry: BankEntry) -> None:
    if entry.state is not EntryState.OPEN:
        raise NotOpen
    if entry.currency != "EUR":
        raise OtherCurrency(currency=entry.currency)
    if entry.account.blocked:
        raise AheadOnBlocked


def _post(
    session: Session, entry: BankEntry, between: Between, amount: int, key: str, kind: str, at: datetime
) -> int:
    """Post in both sets of books, on the day of the bank or the first that is open; who is outside has no books."""
    lines = [
        each
        for each in rules.moves(between, amount)
        if isinstance(session.get_one(Party, each.party_id), Organisation)
    ]
    day = first_open(session, {each.party_id for each in lines}, min(entry.booked_on, local_date(at)))
    legs = [
        Leg(
            open_account(session, party_id=each.party_id, role=each.role, subkey=subkey(each.other_id)),
            each.amount,
        )
        for each in lines
    ]
    return post(session, key=key, kind=kind, legs=legs, at=at, effective_at=at_noon(day)).transfer_id


def _write(session: Session, action: str, of: str, actor: Actor, at: datetime, **facts: int | str) -> None:
    record(session, action=action, subject=of, actor_id=actor.user_id, facts=facts, at=at)
