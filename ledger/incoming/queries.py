"""Reading received invoices, what is known of who sends them, and what they add up to for the books."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.agreements.queries import agreement_by_id
from ledger.agreements.rules import AgreementState
from ledger.incoming import rules
from ledger.incoming.errors import IncomingUnknown
from ledger.incoming.models import (
    InboundDocument,
    IncomingAccount,
    IncomingInvoice,
    IncomingPayment,
    IncomingSender,
    IncomingStep,
)
from ledger.incoming.rules import Flag, IncomingState, Known
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import noon
from ledger.invoicing.queries import used as invoiced

_ROLES = frozenset({Role.PURCHASER, Role.BOARD})
_LIVE = IncomingPayment.undone_at.is_(None)
_OPEN = IncomingInvoice.total - IncomingInvoice.credited - IncomingInvoice.paid


def _mine() -> ColumnElement[bool]:
    return exists().where(
        IncomingStep.incoming_id == IncomingInvoice.id, IncomingStep.kind == "approval", IncomingStep.user_id == USER,
        IncomingStep.round == IncomingInvoice.round,
    )  # fmt: skip


_DUE = rows(num=func.count(), due_at=noon(func.min(IncomingInvoice.due_on))).having(func.count() > 0)

tasks = Tasks(
    Waiting(
        N_("Ontvangen facturen die wachten op uw akkoord: %(num)s"), "incoming.index", _ROLES,
        _DUE.where(
            IncomingInvoice.buyer_id == ORGANISATION, IncomingInvoice.state == IncomingState.WAITING,
            IncomingInvoice.brought_by_id.is_distinct_from(USER), ~_mine(),
        ),
        {"state": "=waiting"},
    ),
    Waiting(
        N_("Ontvangen facturen om te betalen: %(num)s"), "incoming.index", _ROLES,
        _DUE.where(IncomingInvoice.buyer_id == ORGANISATION, IncomingInvoice.state == IncomingState.APPROVED),
        {"state": "=approved"},
    ),
)  # fmt: skip
"""What waits for who decides for an organisation."""


def received(
    party_id: int | None, state: IncomingState | None = None, sender: UUID | None = None
) -> Select[IncomingInvoice]:
    """What an organisation received (None: everybody), the latest due on top, with who sent it."""
    found = (
        select(IncomingInvoice)
        .options(joinedload(IncomingInvoice.sender))
        .order_by(IncomingInvoice.due_on.desc(), IncomingInvoice.id.desc())
    )
    if party_id is not None:
        found = found.where(IncomingInvoice.buyer_id == party_id)
    if sender is not None:
        of_sender = select(IncomingSender.id).where(IncomingSender.public_id == sender)
        found = found.where(IncomingInvoice.sender_id.in_(of_sender))
    return found if state is None else found.where(IncomingInvoice.state == state)


def incoming(
    session: Session, public_id: UUID, party_id: int | None, *, lock: bool = False
) -> IncomingInvoice:
    """One of them, with buyer, sender, agreement and what it credits.

    Raises:
        IncomingUnknown: it is not there, or another's.
    """
    wanted = received(party_id).where(IncomingInvoice.public_id == public_id)
    return _whole(session, wanted, lock=lock)


def by_id(session: Session, incoming_id: int, *, lock: bool = False) -> IncomingInvoice:
    """The same by its inner id."""
    return _whole(session, received(None).where(IncomingInvoice.id == incoming_id), lock=lock)


def _whole(session: Session, wanted: Select[IncomingInvoice], *, lock: bool) -> IncomingInvoice:
    wanted = wanted.options(
        joinedload(IncomingInvoice.buyer),
        joinedload(IncomingInvoice.agreement),
        joinedload(IncomingInvoice.credits),
    )
    if lock:
        wanted = wanted.with_for_update(of=IncomingInvoice).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise IncomingUnknown
    return found


def steps(session: Session, incoming_id: int) -> Sequence[IncomingStep]:
    """What happened to one, oldest first, with who did it."""
    return session.scalars(
        select(IncomingStep)
        .where(IncomingStep.incoming_id == incoming_id)
        .options(joinedload(IncomingStep.user))
        .order_by(IncomingStep.id)
    ).all()


def payments(session: Session, incoming_id: int) -> Sequence[IncomingPayment]:
    """Its payments, those taken back too, oldest first."""
    return session.scalars(
        select(IncomingPayment).where(IncomingPayment.incoming_id == incoming_id).order_by(IncomingPayment.id)
    ).all()


def payment(session: Session, public_id: UUID, party_id: int) -> IncomingPayment:
    """One payment of what an organisation received, with its invoice.

    Raises:
        IncomingUnknown: it is not there, or another's.
    """
    found = session.scalar(
        select(IncomingPayment)
        .join(IncomingPayment.incoming)
        .where(IncomingPayment.public_id == public_id, IncomingInvoice.buyer_id == party_id)
        .options(contains_eager(IncomingPayment.incoming))
    )
    if found is None:
        raise IncomingUnknown
    return found


def approved_by(session: Session, held: IncomingInvoice) -> Sequence[int]:
    """Who approved it since its last dispute."""
    found = session.scalars(
        select(IncomingStep.user_id).where(
            IncomingStep.incoming_id == held.id,
            IncomingStep.kind == "approval",
            IncomingStep.round == held.round,
        )
    )
    return [each for each in found if each is not None]


def find_sender(
    session: Session, buyer_id: int, *, kvk: str, vat_id: str, name: str
) -> IncomingSender | None:
    """Who sends this: by KvK number, else by VAT id, else by name where neither is known."""
    of_buyer = (
        select(IncomingSender).where(IncomingSender.buyer_id == buyer_id).order_by(IncomingSender.id).limit(1)
    )
    tries = []
    if kvk:
        tries.append(of_buyer.where(IncomingSender.kvk == kvk))
    if vat_id:
        same = of_buyer.where(IncomingSender.vat_id == vat_id)
        tries.append(same.where(IncomingSender.kvk == "") if kvk else same)
    if not tries:
        tries = [
            of_buyer.where(
                IncomingSender.plain_name == rules.plain_name(name),
                IncomingSender.kvk == "",
                IncomingSender.vat_id == "",
            )
        ]
    found = (session.scalar(each) for each in tries)
    return next((each for each in found if each is not None), None)


def find_receiver(session: Session, *, kvk: str, vat_id: str) -> Organisation | None:
    """The organisation of this house that a document of the network is for."""
    if kvk:
        return session.scalar(select(Organisation).where(Organisation.kvk_number == kvk))
    same = select(Organisation).where(Organisation.vat_id == vat_id).limit(2)
    found = session.scalars(same).all() if vat_id else []
    return found[0] if len(found) == 1 else None


def find_number(session: Session, sender_id: int, number: str) -> IncomingInvoice | None:
    """The invoice of a sender with this number, refused ones left out."""
    return session.scalar(
        select(IncomingInvoice).where(
            IncomingInvoice.sender_id == sender_id, IncomingInvoice.number == number,
            IncomingInvoice.state != IncomingState.REFUSED,
        )
    )  # fmt: skip


def is_made_here(session: Session, buyer_id: int, seller_id: int | None, number: str) -> bool:
    """Whether the sender made this invoice in this house, for the same buyer."""
    same = (Invoice.seller_id == seller_id, Invoice.buyer_id == buyer_id, Invoice.number == number)
    return seller_id is not None and bool(session.scalar(select(exists().where(*same))))


def find_agreement(
    session: Session, buyer_id: int, seller_id: int | None, references: Sequence[str], on: date
) -> Agreement | None:
    """The agreement it is under: the one it names, else the only one between the two on that day."""
    if seller_id is None:
        return None
    running = session.scalars(
        select(Agreement)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .where(
            Agreement.buyer_id == buyer_id, AgreementSupplier.party_id == seller_id, ~Agreement.on_order,
            Agreement.state == AgreementState.ACTIVE, Agreement.starts_on <= on, Agreement.ends_on >= on,
        )
        .order_by(Agreement.id)
        .limit(50)
    ).all()  # fmt: skip
    named = [each for each in running if each.reference in references]
    return named[0] if named else running[0] if len(running) == 1 else None


class Compared(NamedTuple):
    """A received invoice beside its agreement, without VAT: the sender's part, what came before, and now."""

    part: Money
    before: Money
    now: Money

    @property
    def above(self) -> bool:
        """Whether it goes beyond."""
        return self.part < self.before + self.now


def comparison(session: Session, held: IncomingInvoice) -> Compared | None:
    """Beside its agreement; None without one. What the sender invoiced in this house counts too."""
    party_id = held.sender.party_id
    if held.agreement_id is None or party_id is None:
        return None
    agreement = agreement_by_id(session, held.agreement_id)
    here = sum((each.net for each in invoiced(session, agreement.id, seller_id=party_id).values()), Money(0))
    signed = case((IncomingInvoice.credits_id.is_not(None), -IncomingInvoice.net), else_=IncomingInvoice.net)
    before = session.scalar(
        select(func.coalesce(func.sum(signed), 0)).where(
            IncomingInvoice.agreement_id == agreement.id, IncomingInvoice.sender_id == held.sender_id,
            IncomingInvoice.id != held.id, IncomingInvoice.transfer_id.is_not(None),
        )
    )  # fmt: skip
    return Compared(agreement.part_of(party_id), here + Money(int(before or 0)), Money(held.net))


def known(session: Session, held: IncomingInvoice) -> Known:
    """What is known of the sender apart from this invoice, from what was received and from what it made here."""
    ibans = session.scalars(select(IncomingAccount.iban).where(IncomingAccount.sender_id == held.sender_id))
    others = (IncomingInvoice.sender_id == held.sender_id, IncomingInvoice.id.is_distinct_from(held.id))
    approved = IncomingInvoice.transfer_id.is_not(None) & IncomingInvoice.credits_id.is_(None)
    same = (
        (IncomingInvoice.total == held.total) & (IncomingInvoice.supplied_on == held.supplied_on)
        & (IncomingInvoice.state != IncomingState.REFUSED)
        & IncomingInvoice.credits_id.is_not_distinct_from(held.credits_id)
    )  # fmt: skip
    count, highest, doubles = session.execute(
        select(
            func.count().filter(approved), func.max(IncomingInvoice.total).filter(approved),
            func.count().filter(same),
        ).where(*others)
    ).one()  # fmt: skip
    here = _made_here(session, held)
    return Known(frozenset(ibans) | here.ibans, count, highest or 0, doubles > 0 or here.doubles)


class _Here(NamedTuple):
    ibans: frozenset[str]
    doubles: bool


def _made_here(session: Session, held: IncomingInvoice) -> _Here:
    """What the invoices tell that the sender made in this house: where it is paid, and a twin of this one."""
    partner_id = held.sender.party_id
    if partner_id is None:
        return _Here(frozenset(), False)
    twin = (
        (Invoice.total_amount == held.total) & Invoice.sent_at.is_not(None) & Invoice.credits_id.is_(None)
        & ((Invoice.issued_on == held.issued_on) | (Invoice.delivered_until == held.supplied_on))
    )  # fmt: skip
    approved, twins = session.execute(
        select(func.count().filter(Invoice.approved_at.is_not(None)), func.count().filter(twin)).where(
            Invoice.seller_id == partner_id, Invoice.buyer_id == held.buyer_id
        )
    ).one()
    partner = session.get(Organisation, partner_id)
    paid_at = partner.iban if partner and approved else None
    return _Here(frozenset({paid_at} if paid_at else ()), twins > 0 and held.credits_id is None)


def odd(session: Session, held: IncomingInvoice) -> list[Flag]:
    """What a person should look at, as it stands now."""
    compared = comparison(session, held)
    partner = session.get(Organisation, held.sender.party_id) if held.sender.party_id else None
    said = rules.plain_name(str(held.facts["seller"]["name"]))
    return rules.flags(
        known=known(session, held), ibans=held.facts["ibans"], iban=held.iban, total=held.total,
        is_credit_note=held.is_credit_note,
        other_name=said != rules.plain_name(partner.name if partner else held.sender.name),
        agreed=held.agreement_id is not None, above=compared is not None and compared.above,
        due_early=held.said_due is not None and held.said_due < held.issued_on,
    )  # fmt: skip


def refused_documents(session: Session, party_id: int) -> Sequence[InboundDocument]:
    """The latest documents of the network that were not taken in."""
    return session.scalars(
        select(InboundDocument)
        .where(InboundDocument.buyer_id == party_id, InboundDocument.outcome == "refused")
        .order_by(InboundDocument.id.desc())
        .limit(10)
    ).all()


def to_pay(session: Session, payer_id: int, *, lock: bool = False) -> Sequence[IncomingInvoice]:
    """The approved ones of which something is open, by the last day to pay, with who sent them."""
    found = (
        select(IncomingInvoice)
        .where(
            IncomingInvoice.buyer_id == payer_id, IncomingInvoice.state == IncomingState.APPROVED, _OPEN > 0,
            IncomingInvoice.credits_id.is_(None),
        )
        .options(joinedload(IncomingInvoice.sender))
        .order_by(IncomingInvoice.due_on, IncomingInvoice.id)
    )  # fmt: skip
    return session.scalars(found.with_for_update(of=IncomingInvoice) if lock else found).all()


def owed_back(session: Session, party_id: int) -> Sequence[IncomingInvoice]:
    """Those of which the sender owes something back: credited after they were paid."""
    return session.scalars(
        select(IncomingInvoice)
        .where(IncomingInvoice.buyer_id == party_id, IncomingInvoice.credits_id.is_(None), _OPEN < 0)
        .order_by(IncomingInvoice.id)
    ).all()


def upfront(session: Session, held: IncomingInvoice) -> Money:
    """What its sender was paid before his invoices and still holds, as the books say."""
    found = session.scalar(
        select(Account.posted).where(
            Account.party_id == held.buyer_id, Account.role == AccountRole.ADVANCE_GIVEN.value,
            Account.currency == "EUR", Account.subkey == rules.sender_key(held.sender_id),
        )
    )  # fmt: skip
    return Money(found or 0)


def find_known_payments(
    session: Session, incoming_id: int, amount: int, days: tuple[date, date]
) -> Sequence[IncomingPayment]:
    """Payments of an invoice of this amount in these days that were not taken back."""
    return session.scalars(
        select(IncomingPayment)
        .where(
            IncomingPayment.incoming_id == incoming_id, IncomingPayment.amount == amount, _LIVE,
            ~IncomingPayment.upfront,
            IncomingPayment.paid_on.between(*days),
        )
        .order_by(IncomingPayment.paid_on, IncomingPayment.id)
    ).all()  # fmt: skip
