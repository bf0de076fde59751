"""Starting a mini-competition, and keeping its order in step with the small tender it is.

Nothing is engineered twice: it is a tender by invitation, with the terms, criteria and texts of the framework.
No standstill is obliged for an order under a framework (Aanbestedingswet 2012, art. 2.127): its dated row says so.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from procurement.advice.rules import Law
from procurement.awards.events import DecisionSent
from procurement.awards.models import LotAward
from procurement.call_offs import errors, policy, queries, rules
from procurement.call_offs.models import CallOff, FrameworkParty
from procurement.call_offs.rules import State
from procurement.changes import queries as change_queries
from procurement.competitions.errors import CompetitionChanged, NotAllInvited, NotTheParty, PartyDiffers
from procurement.competitions.rules import check_begin, check_one_order
from procurement.contracts.events import ContractSigned
from procurement.contracts.models import Contract
from procurement.contracts.rules import LocalOutcome
from procurement.drafting.rules import by_share
from procurement.drafting.services import create_draft, under_framework, write_criteria
from procurement.invitations.models import Invitee
from procurement.invitations.queries import invited
from procurement.methods.rules import scoring_of
from procurement.opening.models import OpenedBid
from procurement.procedures.rules import Procedure, row_of
from procurement.submission.events import BidOffered
from procurement.tenders import queries as tenders
from procurement.tenders.errors import AnswersTooLate, ProcedureUnknown, QuestionsAlreadyClosed
from procurement.tenders.events import DraftSaved, TenderPublished
from procurement.tenders.models import Tender
from procurement.tenders.rules import check_purchase
from procurement.tenders.services import answers_until, check_terms, days_for_answers
from procurement.wage_floors.services import take_over

PROCEDURE = "framework_competition"


def least_days(law: Law) -> int:
    """The least calendar days to bid, a setting of the table of procedures.

    Raises:
        ProcedureUnknown: the table has no such row.
    """
    return _row(law).min_days


def _row(law: Law) -> Procedure:
    found = law.procedure(PROCEDURE)
    if found is None:
        raise ProcedureUnknown
    return found


def start_competition(
    session: Session, *, framework: Contract, title: str, description: str, value: Money, starts_on: date,
    ends_on: date, closes_at: datetime, local_outcome: LocalOutcome, local_reason: str, law: Law, actor: Actor,
    at: datetime,
) -> Tender:  # fmt: skip
    """A draft of a small tender among all parties of a framework; its value is reserved at once.

    Everything comes from the framework but what is asked now, what it may cost and when. A colleague reviews it, then
    it is published, sealed, opened, judged and awarded as any other.

    Raises:
        NotYourFramework, NoFramework, TooFewParties, SingleParty.
        FrameworkFull, OutsideTerm, TermReversed, BeginsTooSoon, ValueInvalid, TermTooShort, ReasonMissing: at
            the field.
    """
    if not policy.may_place(actor, framework):
        raise errors.NotYourFramework
    parent = tenders.locked_tender(session, framework.tender_id)
    if parent.framework is None or parent.framework_max_minor is None or framework.agreement_id is None:
        raise errors.NoFramework
    rules.check_shared(parent.framework)
    there = [each for each in queries.parties(session, framework.id) if each.joined_at is not None]
    if len(there) < 2:
        raise errors.TooFewParties
    rules.check_term(starts_on, ends_on, framework.starts_on, change_queries.present(session, framework)[1])
    local_reason = rules.check_reason(local_reason, "local_reason")
    check_begin(starts_on, closes_at)
    check_purchase(value=value, starts_on=None, ends_on=None, payment_days=parent.payment_days)
    rules.check_room(Money(parent.framework_max_minor), queries.taken(session, parent.id), value, "value")
    made = create_draft(session, buyer_id=framework.buyer_id, user_id=actor.user_id, title=title, at=at)
    _take_over(session, parent, framework, made, value, description, law, at)
    made.starts_on, made.closes_at = starts_on, closes_at
    made.ends_on = ends_on + timedelta(days=starts_on == ends_on)
    made.questions_until = closes_at - timedelta(days=days_for_answers(made) + 2)
    made.answers_until = answers_until(made, closes_at)
    _check_closing(made, at)
    take_over(session, parent=parent, made=made, user_id=actor.user_id, at=at)
    _invite_all(session, framework, made, there, actor, at)
    sequence = queries.next_sequence(session, framework.id)
    session.add(
        CallOff(
            number=f"{framework.number}-{sequence:02}", framework_id=framework.id, sequence=sequence,
            tender_id=parent.id, competition_id=made.id, title=title.strip(), description=description.strip(),
            amount_minor=value.minor, starts_on=starts_on, ends_on=ends_on, state=State.COMPETING,
            local_outcome=local_outcome, local_reason=local_reason, placed_by_id=actor.user_id, placed_at=at,
            lines=[],
        )
    )  # fmt: skip
    session.flush()
    record(
        session, action="competition.started", subject=f"tender:{made.number}", actor_id=actor.user_id,
        facts={"framework": framework.number, "parties": len(there), "value": value.minor}, at=at,
    )  # fmt: skip
    return made


def _check_closing(made: Tender, at: datetime) -> None:
    """Publishing would refuse it as well; then all was typed already."""
    try:
        check_terms(
            made, published_at=at, closes_at=made.closes_at or at, questions_until=made.questions_until
        )
    except (QuestionsAlreadyClosed, AnswersTooLate) as fault:
        fault.field = "closes_at"  # the last moment to ask follows from it
        raise


def _invite_all(
    session: Session,
    framework: Contract,
    made: Tender,
    there: Sequence[FrameworkParty],
    actor: Actor,
    at: datetime,
) -> None:
    for each in there:
        session.add(
            Invitee(
                tender_id=made.id, organisation_id=each.supplier_id, rotation={},
                added_by_id=actor.user_id, added_at=at,
                reason=f"Partij bij raamovereenkomst {framework.number}.",
            )
        )  # fmt: skip


def _take_over(
    session: Session, parent: Tender, framework: Contract, made: Tender, value: Money, description: str, law: Law,
    at: datetime,
) -> None:  # fmt: skip
    """Fill the draft with what the framework says."""
    lot = next(each for each in parent.lots if each.id == framework.lot_id)
    row = _row(law)
    for name in (
        "requirements", "category", "place_code", "payment_days", "contact_name", "contact_email", "contact_phone",
        "method", "tie_break", "price_only_reason", "life_cycle", "bid_validity_days",
    ):  # fmt: skip
        setattr(made, name, getattr(parent, name))
    made.cpv = lot.cpv or parent.cpv
    made.description = description.strip() or parent.description
    made.value_minor, made.value_public, made.lots[0].value_minor = value.minor, False, value.minor
    made.no_lots_reason = f"Eén opdracht onder raamovereenkomst {framework.number}."
    made.procedure, made.access = row.id, row.access
    made.procedure_facts = {
        "row": row.kept(), "on": local_date(at).isoformat(), "recommended": row.id, "lines": [], "warnings": [],
        "framework": framework.number,
    }  # fmt: skip
    write_criteria(
        session, made.lots[0], by_share(scoring_of(parent, lot), value, Money(lot.value_minor or value.minor))
    )
    session.flush()


def hear_saved(session: Session, event: DraftSaved) -> None:
    """A draft of a competition stays one order within its framework; what it may cost and its term follow at once.

    Raises:
        OneOrder: it has lots, or is a framework.
        OutsideTerm, BeginsTooSoon, FrameworkFull: at the field, and nothing is saved.
    """
    tender = session.get_one(Tender, event.tender_id)
    if not under_framework(tender):
        return
    check_one_order(divided=tender.is_divided, framework=tender.framework)
    order = queries.of_competition(session, tender.id)
    if order is None or tender.starts_on is None or tender.ends_on is None or tender.closes_at is None:
        return
    check_begin(tender.starts_on, tender.closes_at)
    if (tender.starts_on, tender.ends_on) != (order.starts_on, order.ends_on):
        framework = order.framework
        last = change_queries.present(session, framework)[1]
        rules.check_term(tender.starts_on, tender.ends_on, framework.starts_on, last)
        order.starts_on, order.ends_on = tender.starts_on, tender.ends_on
    _reserve(session, order, Money(tender.value_minor or order.amount_minor), "value")


def hear_published(session: Session, event: TenderPublished) -> None:
    """What is published is still the competition that was started, with every party, within the maximum.

    Raises:
        CompetitionChanged, OneOrder, BeginsTooSoon, NotAllInvited, FrameworkFull: not so, and nothing is published.
    """
    order = queries.of_competition(session, event.tender_id)
    if order is None:
        return
    tender = tenders.tender_by_id(session, event.tender_id)
    row = row_of(tender.procedure_facts)
    if row is None or not row.under_framework:
        raise CompetitionChanged
    check_one_order(divided=tender.is_divided, framework=tender.framework)
    if tender.closes_at is not None:
        check_begin(tender.starts_on or order.starts_on, tender.closes_at)
    there = [each for each in queries.parties(session, order.framework_id) if each.joined_at is not None]
    if {each.organisation_id for each in invited(session, tender.id)} != {each.supplier_id for each in there}:
        raise NotAllInvited
    _reserve(session, order, Money(tender.value_minor or order.amount_minor))


def hear_offered(session: Session, event: BidOffered) -> None:
    """Who competes is a party of the framework, with exactly those it is party with.

    Raises:
        NotTheParty, PartyDiffers: and nothing is handed in.
    """
    order = queries.of_competition(session, event.tender_id)
    if order is None:
        return
    there = queries.parties(session, order.framework_id)
    party = next((each for each in there if each.supplier_id == event.lead_id), None)
    if party is None:
        raise NotTheParty
    together = {one for one, _share in party.suppliers_under(order.framework)}
    if event.bidders != together:
        raise PartyDiffers(names=party.name if party.members else order.framework.supplier_name)


def hear_decided(session: Session, event: DecisionSent) -> None:
    """The winning price is what is reserved from now on.

    Raises:
        FrameworkFull: it does not fit, and nothing is sent.
    """
    order = queries.of_competition(session, event.tender_id)
    if order is None:
        return
    for bid in _winners(session, event.decision_id):
        _reserve(session, order, Money(bid))


def _winners(session: Session, decision_id: int) -> list[int]:
    found = session.scalars(
        select(OpenedBid.price_minor)
        .join(LotAward, LotAward.winner_bid_id == OpenedBid.id)
        .where(LotAward.decision_id == decision_id)
    ).all()
    return [each for each in found if each is not None]


def hear_signed(session: Session, event: ContractSigned) -> None:
    """The contract of a competition is an agreed order.

    Raises:
        FrameworkFull: it does not fit, and nothing is signed.
    """
    order = queries.of_competition(session, event.tender_id)
    if order is None:
        return
    contract = session.get_one(Contract, event.contract_id)
    _reserve(session, order, contract.price)
    order.result_id, order.agreement_id, order.state = contract.id, event.agreement_id, State.AWARDED
    order.answered_at = contract.supplier_signed_at
    order.starts_on, order.ends_on = contract.starts_on, contract.ends_on
    session.flush()


def _reserve(session: Session, order: CallOff, amount: Money, field: str = "lines") -> None:
    """Reserve another amount for a competition; the framework's tender is locked first."""
    parent = tenders.locked_tender(session, order.tender_id)
    rules.check_room(
        Money(parent.framework_max_minor or 0),
        queries.taken(session, parent.id, leaving_out=order.id),
        amount,
        field,
    )
    order.amount_minor = amount.minor
    session.flush()
