"""Proposing and agreeing on terms, splitting an invoice at sending, and adding evidence."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.chains import queries, rules
from ledger.chains.errors import AccountIsFree
from ledger.chains.models import ChainEvidence, ChainTerm, InvoiceSplit
from ledger.chains.rules import Basis, ChainRole, EvidenceKind
from ledger.invoicing.events import InvoiceSent
from ledger.invoicing.queries import invoice_by_id
from ledger.invoicing.services import tell

_BUYERS = (Role.PURCHASER, Role.BOARD)


def propose_term(
    session: Session, *, agreement: Agreement, party_id: int, from_on: date, role: ChainRole, basis: Basis,
    wage_share: Decimal | None, g_percentage: Decimal, iban: str, actor: Actor, at: datetime,
) -> ChainTerm:  # fmt: skip
    """A supplier says which part of its invoices goes to its G-account, from which day; the buyer hears of it.

    Raises:
        NotASupplier, PercentageWrong, WageShareMissing, IbanInvalid, AccountIsFree, BeforeAgreement: refused.
    """
    agreement.check_seller(party_id)
    rules.check_from(from_on, agreement.starts_on)
    made = ChainTerm(
        agreement_id=agreement.id, party_id=party_id, from_on=from_on, role=role, basis=basis, wage_share=wage_share,
        g_percentage=g_percentage, iban=iban, stated_by_id=actor.user_id, stated_at=at,
    )  # fmt: skip
    seller = next(each.party for each in agreement.suppliers if each.party_id == party_id)
    if made.iban == seller.iban:
        raise AccountIsFree(field="iban")
    session.add(made)
    session.flush()
    _note(session, "term_proposed", made, actor, at)
    tell(
        session, agreement.buyer, _BUYERS, key=f"chain:{made.public_id}:proposed", at=at,
        link=f"/agreements/{agreement.public_id}/chain",
        subject=N_("Afspraak over een G-rekening van %(seller)s"),
        text=N_("%(seller)s wil een deel van elke factuur op een G-rekening ontvangen. Kijk of het klopt."),
        facts={"seller": seller.name},
    )  # fmt: skip
    return made


def agree_to_term(session: Session, *, term: ChainTerm, actor: Actor, at: datetime) -> None:
    """The buyer agrees: from its day on invoices are split so.

    Raises:
        AgreedBefore: somebody was first.
    """
    term.agree(actor.user_id, at)
    session.flush()
    _note(session, "term_agreed", term, actor, at)


def close_term(
    session: Session, *, term: ChainTerm, agreement: Agreement, reason: str, actor: Actor, at: datetime
) -> None:
    """The buyer refuses a proposal, its supplier takes it back, or either lets a term count no longer; the other hears.

    Invoices that were sent stay split as they are.

    Raises:
        TermClosed: somebody was first. ReasonTooShort: nobody can follow why.
    """
    term.close(actor.user_id, reason, at)
    session.flush()
    _note(session, "term_closed", term, actor, at)
    seller = next(each.party for each in agreement.suppliers if each.party_id == term.party_id)
    other, roles = (
        (seller, (Role.BOARD,)) if actor.organisation_id == agreement.buyer_id else (agreement.buyer, _BUYERS)
    )
    tell(
        session, other, roles, key=f"chain:{term.public_id}:closed", at=at,
        link=f"/agreements/{agreement.public_id}/chain",
        subject=N_("Afspraak over een G-rekening gestopt: %(reference)s"),
        text=N_("De afspraak over de G-rekening telt niet of niet meer. Reden: %(reason)s"),
        facts={"reference": agreement.reference, "reason": term.closed_reason},
    )  # fmt: skip


def add_evidence(
    session: Session, *, agreement: Agreement, party_id: int, kind: EvidenceKind, dated_on: date,
    valid_until: date | None, actor: Actor, at: datetime,
) -> ChainEvidence:  # fmt: skip
    """Write down that a piece is there, of which day; never a copy of it.

    Raises:
        NotASupplier, DayInFuture, ValidBeforeDated: refused.
    """
    agreement.check_seller(party_id)
    rules.check_evidence(dated_on, valid_until, local_date(at))
    made = ChainEvidence(
        agreement_id=agreement.id, party_id=party_id, kind=kind, dated_on=dated_on, valid_until=valid_until,
        added_by_id=actor.user_id, added_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="chain.evidence_added", subject=f"chain_evidence:{made.id}", actor_id=actor.user_id,
        facts={"kind": kind.value}, at=at,
    )  # fmt: skip
    return made


def hear_sent(session: Session, event: InvoiceSent) -> None:
    """Write down how an invoice that is sent is split; from then on it stays so."""
    invoice = invoice_by_id(session, event.invoice_id)
    if invoice.is_credit_note or invoice.agreement_id is None:
        return
    term = queries.term_on(session, invoice.agreement_id, invoice.seller_id, invoice.delivered_until)
    if term is None:
        return
    part = rules.blocked_part(
        term.basis, term.g_percentage, term.wage_share, net=invoice.net, total=invoice.total
    )
    if part.minor:
        session.add(InvoiceSplit(invoice_id=invoice.id, term_id=term.id, amount=part.minor))
        session.flush()


def _note(session: Session, act: str, term: ChainTerm, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"chain.{act}", subject=f"chain_term:{term.public_id}", actor_id=actor.user_id,
        facts={"g_percentage": str(term.g_percentage), "from": term.from_on.isoformat()}, at=at,
    )  # fmt: skip
