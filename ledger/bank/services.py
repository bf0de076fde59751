"""Booking what a bank told: by what references say, or as a person decides."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.advances.queries import find_covering
from ledger.agreements.rules import short_text
from ledger.bank import queries, rules
from ledger.bank.errors import AccountTaken, NotOpen, NotThisInvoice, OtherCurrency, ToldByOther
from ledger.bank.models import BankAccount, BankBooking, BankEntry, BankTolerance
from ledger.bank.rules import BookingKind, Claim, EntryState, Match, Share, Why
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.chains.queries import split as find_split
from ledger.incoming import queries as received
from ledger.incoming import services as incoming
from ledger.incoming.models import IncomingPayment
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState, at_noon
from ledger.invoicing.services import book
from ledger.payments.models import Payment
from ledger.payments.services import record_payment, record_refund

NOTE = 500
"""Longest reason for leaving an entry, in characters."""


def add_account(
    session: Session, *, party: Organisation, number: str, blocked: bool, actor: Actor | None, at: datetime
) -> BankAccount:
    """Say that an account is this organisation's. One of which a statement came already takes an operator.

    Raises:
        IbanInvalid: no such account exists. AccountTaken: it stands here already.
    """
    who = actor.user_id if actor else None
    made = BankAccount(number=number, party_id=party.id, blocked=blocked, added_at=at, added_by_id=who)
    held = queries.find_account(session, made.number)
    if held is not None:
        if held.party_id is not None or actor is not None:
            raise AccountTaken(field="number")
        held.party_id, held.blocked = party.id, blocked
        made = held
    session.add(made)
    session.flush()
    record(
        session, action="bank.account_added", subject=f"bank_account:{made.public_id}", actor_id=who,
        facts={"blocked": blocked}, at=at,
    )  # fmt: skip
    return made


def set_tolerance(
    session: Session, *, party: Organisation, amount: Money, actor: Actor, at: datetime
) -> None:
    """From today on, how much an amount may be off and still be suggested.

    Raises:
        ToleranceWrong: below zero, or beyond sense.
    """
    rules.check_tolerance(amount)
    made = insert(BankTolerance).values(party_id=party.id, from_on=local_date(at), amount=amount.minor)
    session.execute(
        made.on_conflict_do_update(index_elements=["party_id", "from_on"], set_={"amount": amount.minor})
    )
    record(
        session, action="bank.tolerance_set", subject=f"organisation:{party.id}", actor_id=actor.user_id,
        facts={"amount": amount.minor}, at=at,
    )  # fmt: skip


def book_match(
    session: Session, *, entry: BankEntry, found: Match, actor: Actor | None, at: datetime
) -> bool:
    """Book an entry by what its references say, or keep why it waits; whether it is booked now.

    Money that was known already, from the other bank or from a person, is not booked again.
    """
    named = [each for each in (*found.shares, *found.suggestions) if each.why in rules.BY_REFERENCE]
    if named and _is_known(session, entry, named, actor, at):
        return True
    entry.fault = "" if found.waits is None else type(found.waits).__name__
    if not found.shares:
        return join_told(session, entry=entry, actor=actor, at=at)
    try:
        with session.begin_nested():
            book_shares(session, entry=entry, shares=found.shares, actor=actor, at=at)
    except Refusal as refusal:
        entry.fault = type(refusal).__name__
        return False
    return True


def _is_known(
    session: Session, entry: BankEntry, named: Sequence[Share], actor: Actor | None, at: datetime
) -> bool:
    here = [each.claim.invoice_id for each in named if not each.claim.incoming]
    twin = queries.find_twin(session, entry, here) if here else None
    if twin is not None:
        _join(session, entry, twin, actor, at)
        return True
    claim = named[0].claim
    known = _known(session, entry, claim)
    if known is None or any(each.claim.key != claim.key for each in named):
        return False
    _keep(session, entry, Share(claim, abs(entry.amount), Why.KNOWN), actor, at, payment=known)
    decide(session, entry, EntryState.BOOKED, actor, at)
    return True


def join_told(session: Session, *, entry: BankEntry, actor: Actor | None, at: datetime) -> bool:
    """Whether the other's bank told of the same money, by both accounts: then it is decided, and counts once."""
    twin = queries.find_told(session, entry)
    if twin is not None:
        _join(session, entry, twin, actor, at)
    return twin is not None


def _join(session: Session, entry: BankEntry, twin: BankEntry, actor: Actor | None, at: datetime) -> None:
    entry.twin_id = twin.id
    decide(session, entry, EntryState.BOOKED, actor, at)


def _known(session: Session, entry: BankEntry, claim: Claim) -> Payment | IncomingPayment | None:
    if claim.incoming:
        return queries.find_known_purchase(session, entry, claim)
    return queries.find_known(session, entry, claim, abs(entry.amount))


def book_shares(
    session: Session, *, entry: BankEntry, shares: Sequence[Share], actor: Actor | None, at: datetime
) -> None:
    """Book all of an open entry on invoices, whole or not at all.

    Raises:
        NotOpen: it was decided before. NotThisInvoice: the shares are not the entry. Others as for a payment.
    """
    _check_open(entry)
    if not shares or sum(each.amount for each in shares) != abs(entry.amount):
        raise NotThisInvoice
    moved = entry.amount if entry.account.blocked else 0
    base = _base(session, entry)
    for place, share in enumerate(shares):
        key = f"{base}:{place}"
        if share.claim.incoming:
            _keep(
                session, entry, share, actor, at, payment=_pay_incoming(session, entry, share, key, actor, at)
            )
        elif share.credit:
            _keep(session, entry, share, actor, at, transfer_id=_book_credit(session, entry, share, key, at))
        else:
            paid = _pay(session, entry, share, key, actor, at)
            moved -= share.amount if paid.blocked and moved > 0 else 0  # stands on the G-account already
            _keep(session, entry, _of_two(session, share, paid), actor, at, payment=paid)
    if moved and entry.account.party_id is not None:
        move(session, entry, AccountRole.BLOCKED, AccountRole.BANK, f"{base}:blocked", at, moved)
    decide(session, entry, EntryState.BOOKED, actor, at)


def accept_offer(
    session: Session, *, entry: BankEntry, shares: Sequence[Share], actor: Actor, at: datetime
) -> None:
    """Book what was offered and a person agrees to; what is for an invoice that nobody approved yet stands ahead.

    Raises:
        NotOpen, NotThisInvoice, and others as for a payment.
    """
    waits = {
        each.claim.key
        for each in shares
        if not (each.claim.incoming or each.claim.refund)
        and _is_early(invoicing.invoice_by_id(session, each.claim.invoice_id))
    }
    offered = [
        each._replace(credit=True, why=Why.PERSON) if each.claim.key in waits else each for each in shares
    ]
    book_shares(session, entry=entry, shares=offered, actor=actor, at=at)


def _is_early(invoice: Invoice) -> bool:
    return invoice.state in {InvoiceState.SENT, InvoiceState.DISPUTED} and not invoice.outside


def _of_two(session: Session, share: Share, paid: Payment) -> Share:
    """The same, saying which of the two parts of a split invoice it is."""
    if find_split(session, share.claim.invoice_id) is None:
        return share
    return share._replace(why=Why.BLOCKED if paid.blocked else Why.FREE)


def _check_open(entry: BankEntry) -> None:
    if entry.state is not EntryState.OPEN:
        raise NotOpen
    if entry.currency != "EUR":
        raise OtherCurrency(currency=entry.currency)


def _pay(
    session: Session, entry: BankEntry, share: Share, key: str, actor: Actor | None, at: datetime
) -> Payment:
    invoice = invoicing.invoice_by_id(session, share.claim.invoice_id)
    reference = (entry.bank_reference or entry.end_to_end)[:140]
    if share.claim.refund:
        return record_refund(
            session, invoice=invoice, amount=Money(share.amount), paid_on=entry.booked_on, reference=reference,
            key=key, actor=actor, at=at,
        )  # fmt: skip
    advance = find_covering(session, invoice)
    to_fund = advance is not None and entry.iban == advance.fund_iban
    return record_payment(
        session, invoice=invoice, amount=Money(share.amount), paid_on=entry.booked_on, reference=reference, key=key,
        actor=actor, at=at, past_fund=advance is not None and not to_fund,
        blocked=_to_blocked(session, entry, invoice.id),
    )  # fmt: skip


def _pay_incoming(
    session: Session, entry: BankEntry, share: Share, key: str, actor: Actor | None, at: datetime
) -> IncomingPayment:
    if share.credit:
        raise NotThisInvoice
    return incoming.pay(
        session, incoming=received.by_id(session, share.claim.invoice_id), amount=Money(share.amount),
        back=share.claim.refund, paid_on=entry.booked_on, key=key, actor=actor, at=at,
        reference=(entry.bank_reference or entry.end_to_end)[:140],
    )  # fmt: skip


def _base(session: Session, entry: BankEntry) -> str:
    """What the parts of an entry are booked under; one that was taken back may be booked again."""
    before = len(queries.bookings(session, entry.id))
    return f"bank:{entry.public_id}" + (f":again{before}" if before else "")


def _to_blocked(session: Session, entry: BankEntry, invoice_id: int) -> bool:
    """Whether an entry is about the part of an invoice for the seller's G-account, by account or by mark."""
    split = find_split(session, invoice_id)
    if split is None:
        return False
    iban = entry.account.number if entry.amount > 0 else entry.iban
    return rules.is_blocked_part(split.term.iban, iban=iban, mark=entry.end_to_end)


def _book_credit(session: Session, entry: BankEntry, share: Share, key: str, at: datetime) -> int:
    invoice = invoicing.invoice_by_id(session, share.claim.invoice_id)
    lines = rules.credit_lines(invoice.seller_id, invoice.buyer_id, share.amount)
    return book(session, invoice=invoice, key=key, kind="bank_credit", lines=lines, at=at, on=entry.booked_on)


def move(
    session: Session, entry: BankEntry, to: AccountRole, of: AccountRole, key: str, at: datetime, amount: int
) -> int:
    """Post an amount of an entry in its organisation's books: debit `to`, credit `of` (what went out: reversed)."""
    party_id = entry.account.party_id or 0
    legs = [
        Leg(open_account(session, party_id=party_id, role=role), sign * amount)
        for role, sign in ((to, 1), (of, -1))
    ]
    return post(
        session, key=key, kind="bank_entry", legs=legs, at=at, effective_at=at_noon(entry.booked_on)
    ).transfer_id


def _keep(
    session: Session, entry: BankEntry, share: Share, actor: Actor | None, at: datetime, *,
    payment: Payment | IncomingPayment | None = None, transfer_id: int | None = None,
) -> None:  # fmt: skip
    kind, bought = BookingKind.REFUND if share.claim.refund else BookingKind.PAYMENT, share.claim.incoming
    if bought or share.credit:
        kind = BookingKind.PURCHASE if bought else BookingKind.CREDIT
    paid = payment.id if payment else None
    session.add(
        BankBooking(
            entry_id=entry.id, kind=kind, amount=share.amount, why=share.why,
            invoice_id=None if bought else share.claim.invoice_id, payment_id=None if bought else paid,
            incoming_payment_id=paid if bought else None, transfer_id=transfer_id, role="", made_at=at,
            made_by_id=actor.user_id if actor else None,
        )
    )  # fmt: skip


def decide(
    session: Session, entry: BankEntry, state: EntryState, actor: Actor | None, at: datetime, note: str = ""
) -> None:
    """Say where an entry stands, and who decided that."""
    who = actor.user_id if actor else None
    entry.state, entry.fault, entry.note, entry.decided_at, entry.decided_by_id = state, "", note, at, who
    session.flush()
    record(
        session, action=f"bank.entry_{state}", subject=f"bank_entry:{entry.public_id}", actor_id=who,
        facts={"amount": entry.amount}, at=at,
    )  # fmt: skip


def choose_invoice(session: Session, *, entry: BankEntry, number: str, actor: Actor, at: datetime) -> None:
    """A person says which invoice an open entry is for; what is more than open is money ahead.

    Raises:
        NotThisInvoice: no such invoice between these two, or nothing is open on it this way. Others as for a payment.
    """
    _check_open(entry)
    claims = queries.claims(session, entry.account.party_id or 0, incoming=entry.amount > 0)
    wanted = number.strip().casefold()
    fitting = claims.by_number.get(wanted, []) or claims.by_reference.get(wanted.upper().replace(" ", ""), [])
    fitting = [each for each in fitting if each.open] or fitting
    if len(fitting) > 1:
        fitting = [each for each in fitting if each.knows(entry.iban)]
    if len(fitting) != 1 or (not fitting[0].takes_credit and fitting[0].open < abs(entry.amount)):
        raise NotThisInvoice(field="number")
    claim, amount = fitting[0], abs(entry.amount)
    known = _known(session, entry, claim)
    if known is not None:
        _keep(session, entry, Share(claim, amount, Why.KNOWN), actor, at, payment=known)
        decide(session, entry, EntryState.BOOKED, actor, at)
        return
    if join_told(session, entry=entry, actor=actor, at=at):
        return
    paid = min(amount, claim.open)
    shares = [Share(claim, paid, Why.PERSON)] if paid else []
    if amount > paid:
        shares.append(Share(claim, amount - paid, Why.REST, credit=True))
    book_shares(session, entry=entry, shares=shares, actor=actor, at=at)


def book_other(session: Session, *, entry: BankEntry, role: str, actor: Actor, at: datetime) -> None:
    """A person books an open entry on an account without an invoice: costs, interest, cash.

    Raises:
        NotOpen, OtherCurrency, ToldByOther: it is not to be booked.
    """
    _check_open(entry)
    if queries.find_told(session, entry) is not None:
        raise ToldByOther
    count = len(queries.bookings(session, entry.id))
    money = AccountRole.BLOCKED if entry.account.blocked else AccountRole.BANK
    transfer_id = move(
        session, entry, money, rules.ROLES[role], f"bank:{entry.public_id}:other:{count}", at, entry.amount
    )
    session.add(
        BankBooking(
            entry_id=entry.id, kind=BookingKind.OTHER, amount=abs(entry.amount), why=Why.PERSON,
            transfer_id=transfer_id, role=role, made_at=at, made_by_id=actor.user_id,
        )
    )  # fmt: skip
    decide(session, entry, EntryState.BOOKED, actor, at)


def book_as_payout(
    session: Session, *, entry: BankEntry, payout_id: int, account_id: int, actor: Actor | None, at: datetime
) -> None:
    """Book an open entry as a payout of the provider of online payments, against the account it was on its way on.

    Raises:
        NotOpen, OtherCurrency: it is not to be booked.
    """
    _check_open(entry)
    bank = open_account(session, party_id=entry.account.party_id or 0, role=AccountRole.BANK)
    transfer_id = post(
        session, key=f"{_base(session, entry)}:payout", kind="bank_entry", at=at,
        legs=[Leg(bank, entry.amount), Leg(account_id, -entry.amount)], effective_at=at_noon(entry.booked_on),
    ).transfer_id  # fmt: skip
    session.add(
        BankBooking(
            entry_id=entry.id, kind=BookingKind.PAYOUT, amount=entry.amount, payout_id=payout_id, why=Why.AMOUNT,
            transfer_id=transfer_id, role="", made_at=at, made_by_id=actor.user_id if actor else None,
        )
    )  # fmt: skip
    decide(session, entry, EntryState.BOOKED, actor, at)


def leave(session: Session, *, entry: BankEntry, reason: str, actor: Actor, at: datetime) -> None:
    """A person leaves an open entry as it is and says why; nothing is booked.

    Raises:
        NotOpen: it was decided before. TextMissing: no reason.
    """
    if entry.state is not EntryState.OPEN:
        raise NotOpen
    decide(session, entry, EntryState.LEFT, actor, at, note=short_text(reason, NOTE, "reason"))
