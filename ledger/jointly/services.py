"""Giving and taking back a mandate, and sending the invoices of all partners in one act."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.errors import Refusal
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, Marked
from ledger.agreements.models import Agreement
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, send_invoice, tell
from ledger.jointly import queries, rules
from ledger.jointly.errors import MandateThere, PartnerStuck, SplitMeanwhile
from ledger.jointly.models import JointMandate, JointPart, JointSplit

_PARTNERS = (Role.MEMBER, Role.BOARD)


def give_mandate(
    session: Session,
    *,
    agreement: Agreement,
    party_id: int,
    agent_id: int,
    words: str,
    actor: Actor,
    at: datetime,
) -> JointMandate:
    """Let a partner make and send one's invoices under an agreement.

    Raises:
        NotASupplier, AgreementEnded, AgreementOnOrder, NoPartner: not under this agreement, or not this partner.
        MandateThere: one runs. TextTooShort: the words say nothing.
    """
    agreement.check_seller(party_id)
    made = JointMandate(
        agreement_id=agreement.id, party_id=party_id, agent_id=agent_id, said=words,
        suppliers=[each.party_id for each in agreement.suppliers], given_by_id=actor.user_id, given_at=at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise MandateThere from fault
    _note(session, "mandate_given", agreement, actor, at, party=party_id, agent=agent_id)
    return made


def end_mandate(
    session: Session, *, agreement: Agreement, public_id: UUID, party_id: int, actor: Actor, at: datetime
) -> None:
    """Take a mandate back; what was sent with it stays.

    Raises:
        MandateEnded: it was taken back before, or is not this party's.
    """
    held = queries.mandate_locked(session, public_id, party_id)
    held.end(actor.user_id, at)
    session.flush()
    _note(session, "mandate_ended", agreement, actor, at, party=party_id)


def send_together(
    session: Session, *, agreement: Agreement, place: int, agent_id: int, delivered_from: date, delivered_until: date,
    actor: Actor, at: datetime, **facts: str,
) -> JointSplit:  # fmt: skip
    """Send for every partner the invoice of its part of an agreed line, each in its own series: all of them or none.

    Parts are those of the agreement, to the cent by largest remainder; VAT is that of each partner's own regime.
    `facts` are what `ledger.invoicing.rules.texts` takes. Who sends at the same moment waits, and is refused.

    Raises:
        NotASupplier, AgreementEnded, AgreementOnOrder, NotJoint, PartUnknown: not from this agreement.
        MandateMissing: a partner did not agree. SplitMeanwhile: some of it was invoiced.
        PartnerStuck: what keeps one partner's invoice back, with its name.
    """
    session.execute(select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    agreement.check_seller(agent_id)
    chosen = queries.part(agreement, place)
    given = queries.running(queries.mandates(session, agreement.id))
    names = {each.party_id: each.party.name for each in agreement.suppliers}
    own = {line.party_id or 0: line for line in chosen.lines}
    rules.check_mandates(
        agent_id, list(own), {each.party_id: each.agent_id for each in given.values()}, names
    )
    if not queries.is_free(session, agreement, chosen):
        raise SplitMeanwhile
    split = JointSplit(
        agreement_id=agreement.id, number=queries.next_number(session, agreement.id), agent_id=agent_id,
        description=chosen.description, delivered_from=delivered_from, delivered_until=delivered_until,
        sent_by_id=actor.user_id, sent_at=at,
    )  # fmt: skip
    session.add(split)
    session.flush()
    for party_id in sorted(own):  # in one order, so that two acts do not wait for each other's series
        try:
            draft = draft_invoice(
                session, agreement=agreement, seller_id=party_id, quantities={own[party_id].id: own[party_id].quantity},
                delivered_from=delivered_from, delivered_until=delivered_until, actor=actor, at=at, **facts,
            )  # fmt: skip
            sent = send_invoice(session, invoice=draft, agreement=agreement, actor=actor, at=at)
        except Refusal as fault:
            if fault.field is not None and party_id == agent_id:
                raise
            why: str = fault.text() if fault.facts else Marked(fault.message)
            raise PartnerStuck(name=names[party_id], why=why) from fault
        mandate = None if party_id == agent_id else given[party_id].id
        session.add(JointPart(split_id=split.id, party_id=party_id, invoice_id=sent.id, mandate_id=mandate))
        session.flush()
        if mandate is not None:
            _tell(session, sent, names[agent_id], at)
    _note(session, "sent", agreement, actor, at, number=split.number, parts=len(own))
    return split


def _tell(session: Session, sent: Invoice, agent: str, at: datetime) -> None:
    tell(
        session, sent.seller, _PARTNERS, key=f"jointly:{sent.public_id}", link=f"/invoices/{sent.public_id}", at=at,
        subject=N_("Verstuurd namens u: factuur %(number)s"),
        text=N_("%(agent)s verstuurde namens u factuur %(number)s van %(total)s. U gaf daar toestemming voor."),
        facts={"agent": agent, "number": sent.number, "total": sent.total},
    )  # fmt: skip


def _note(
    session: Session, act: str, agreement: Agreement, actor: Actor, at: datetime, **facts: object
) -> None:
    record(
        session, action=f"jointly.{act}", subject=f"agreement:{agreement.reference}", actor_id=actor.user_id,
        facts=facts, at=at,
    )  # fmt: skip
