"""Reading what of a tender is told to everyone. Prices of losers, askers and people are not read at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.needs.models import Need
from cwb.identity.models import Organisation
from cwb.kernel.clock import LOCAL
from ledger.invoicing.models import Invoice, InvoiceStep
from ledger.invoicing.rules import InvoiceKind
from procurement.awards.models import AwardDecision, LotAward
from procurement.awards.queries import also_winning
from procurement.changes import queries as changes
from procurement.changes.models import ContractChange
from procurement.chronicle.rules import (
    AmendmentFacts,
    AnswerFacts,
    AwardFacts,
    ChangeFacts,
    ComplaintFacts,
    ContractFacts,
    CostFacts,
    CriterionFacts,
    LotFacts,
    MilestoneFacts,
    NeedFacts,
    NotaFacts,
    Setting,
    TenderFacts,
    TransactionFacts,
)
from procurement.complaints.queries import published
from procurement.complaints.rules import STATES
from procurement.consortia.rules import JOINT, parties
from procurement.contracts.models import Contract
from procurement.demands.queries import demands
from procurement.demands.rules import DemandFacts
from procurement.evaluation.models import Disqualification
from procurement.lifecycle import rules as lifecycle
from procurement.lots.models import LotStop
from procurement.lots.queries import stops
from procurement.milestones import queries as milestones
from procurement.milestones.models import Milestone
from procurement.ocds.queries import party
from procurement.opening.models import OpenedBid
from procurement.procedures.rules import Access, row_of
from procurement.resident_work.queries import shares as told_shares
from procurement.tenders.models import Amendment, Criterion, Lot, Nota, Tender
from procurement.wage_floors.queries import find_floor


def find_need(session: Session, need_id: int) -> NeedFacts | None:
    """A public need; None for one that is for the alliance alone."""
    need = session.scalars(
        select(Need)
        .where(Need.id == need_id, Need.visibility == "public")
        .options(joinedload(Need.owner))
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if need is None else need_facts(need)


def need_facts(need: Need) -> NeedFacts:
    """A need as far as it is told; its owner is loaded."""
    return NeedFacts(
        number=need.number, title=need.title, purpose=need.purpose, cpv=need.cpv,
        value_minor=need.value_high_minor if need.value_visibility == "public" else None,
        wanted_from=need.wanted_from, buyer=party(need.owner), withdrawn_at=need.withdrawn_at,
    )  # fmt: skip


def find_tender(session: Session, tender_id: int, setting: Setting, at: datetime) -> TenderFacts | None:
    """A published tender with everything that may be told of it at an instant; None for a draft."""
    tender = session.scalars(
        select(Tender)
        .where(Tender.id == tender_id, Tender.published_at.is_not(None))
        .options(
            joinedload(Tender.buyer),
            joinedload(Tender.need).joinedload(Need.owner),
            selectinload(Tender.lots).selectinload(Lot.criteria),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if tender is None or tender.published_at is None:
        return None
    method, name = setting.procedures.get(tender.procedure or "", ("", ""))
    public_need = tender.need is not None and tender.need.visibility == "public"
    tenderers, counts = _counts(session, tender.id) if tender.opened_at is not None else (0, {})
    decided = _decided(session, tender.id) if tender.opened_at is not None else []
    asked = _demands(session, tender.id)
    ended = {
        each.lot_id: (each.sent_at, "unsuccessful")
        for each in decided
        if each.winner is None and each.withdrawn_at is None
    }
    stopped = stops(session, tender.id)
    ended |= {lot: (each.stopped_at, "cancelled") for lot, each in stopped.items()}
    return TenderFacts(
        number=tender.number, buyer=party(tender.buyer), title=tender.title, description=tender.description,
        requirements=tender.requirements, cpv=tender.cpv or "", cpv_name=setting.cpv_names.get(tender.cpv or "", ""),
        place=setting.places.get(tender.place_code or "", ""), starts_on=tender.starts_on, ends_on=tender.ends_on,
        value_minor=tender.value_minor if tender.value_public else None, method=method, method_details=name,
        method_reason=_why(tender, method), reservation=tender.reservation, formula=_formula(tender),
        lots=[
            _lot(tender, each, setting, ended.get(each.id), counts.get(each.id, (0, 0)), asked.get(each.id, ()))
            for each in tender.lots
        ],
        published_at=tender.published_at, questions_until=tender.questions_until, closes_at=tender.closes_at,
        awarded_at=tender.awarded_at, completed_at=tender.completed_at, cancelled_at=tender.cancelled_at,
        cancel_reason=tender.cancel_reason, unsuccessful_at=tender.unsuccessful_at,
        unsuccessful_reason=tender.unsuccessful_reason, tenderers=tenderers, notas=_notas(session, tender.id),
        amendments=_amendments(session, tender), awards=_awards(tender, decided, stopped),
        contracts=_contracts(session, tender, decided, at) if tender.awarded_at is not None else [],
        need=need_facts(tender.need) if public_need and tender.need is not None else None,
        framework=tender.framework, framework_parties=tender.framework_parties, urgent_reason=tender.urgent_reason,
        demands=asked.get(None, ()), complaints=_complaints(session, tender), floor=find_floor(session, tender.id),
        public_from=tender.published_at if tender.access != Access.INVITED else tender.decided_at,
    )  # fmt: skip


def _demands(session: Session, tender_id: int) -> dict[int | None, list[DemandFacts]]:
    """What is still asked of bidders, by the lot that alone asks it; None: by the whole tender."""
    found: dict[int | None, list[DemandFacts]] = {}
    for each in demands(session, tender_id):
        if each.asked:
            found.setdefault(each.lot_id, []).append(each.facts)
    return found


def _complaints(session: Session, tender: Tender) -> list[ComplaintFacts]:
    """What the buyer published of complaints."""
    numbers = {lot.id: lot.number for lot in tender.lots}
    return [
        ComplaintFacts(
            str(each.public_id), STATES[each.state][0], each.summary, [numbers[lot] for lot in each.lot_ids],
            each.published_at,
        )
        for each in published(session, tender.id) if each.published_at is not None
    ]  # fmt: skip


def _why(tender: Tender, method: str) -> str:
    """Why a tender was held this way: the reason of its buyer, else the rule behind one not open to all."""
    row = row_of(tender.procedure_facts)
    return tender.procedure_reason or (row.article if row and method in {"direct", "limited"} else "")


def _formula(tender: Tender) -> str:
    """The formula of the only lot, or those of all by their numbers; with the reason for price alone."""
    reason = f" | {tender.price_only_reason}" if tender.price_only_reason else ""
    if not tender.is_divided:
        return f"{tender.lots[0].formula or ''}{reason}"
    return " | ".join(f"({each.number}) {each.formula}" for each in tender.lots) + reason


def _lot(
    tender: Tender, lot: Lot, setting: Setting, ended: tuple[datetime, str] | None, bids: tuple[int, int],
    asked: Sequence[DemandFacts],
) -> LotFacts:  # fmt: skip
    return LotFacts(
        number=lot.number, title=lot.title, description=lot.description,
        value_minor=lot.value_minor if tender.value_public else None,
        criteria=[_criterion(each) for each in lot.criteria], ended=ended, ended_reason=lot.stop_reason or "",
        bids=bids, demands=asked, outside=lot.outside, formula=lot.formula or "",
        cpv=lot.cpv or "", cpv_name=setting.cpv_names.get(lot.cpv or "", ""),
        place=setting.places.get(lot.place_code or "", ""), starts_on=lot.starts_on, ends_on=lot.ends_on,
    )  # fmt: skip


def _criterion(each: Criterion) -> CriterionFacts:
    return CriterionFacts(
        each.kind, each.name, each.description, each.max_points, each.min_points, each.value_minor
    )


def _amendments(session: Session, tender: Tender) -> list[AmendmentFacts]:
    """Changes in order; an estimate that is not public is not told as an old or new value either."""
    hidden = frozenset() if tender.value_public else frozenset({"value_minor"})
    found = session.scalars(
        select(Amendment).where(Amendment.tender_id == tender.id).order_by(Amendment.made_at, Amendment.id)
    )
    return [
        AmendmentFacts(
            each.made_at, each.reason, each.closed_at_before, each.closes_at, is_content=each.kind == "content",
            changes=[
                (name, str(value["old"] or ""), str(value["new"] or ""))
                for name, value in sorted(each.fields.items()) if name not in hidden
            ],
        )
        for each in found
    ]  # fmt: skip


def _notas(session: Session, tender_id: int) -> list[NotaFacts]:
    found = session.scalars(
        select(Nota)
        .where(Nota.tender_id == tender_id)
        .options(selectinload(Nota.questions))
        .order_by(Nota.number)
        .execution_options(populate_existing=True)
    )
    return [
        NotaFacts(
            each.number, each.published_at,
            [AnswerFacts(str(q.public_id), q.part, q.text, q.answer or "") for q in each.questions],
        )
        for each in found
    ]  # fmt: skip


def _counts(session: Session, tender_id: int) -> tuple[int, dict[int, tuple[int, int]]]:
    """How many bid, and of each lot how many bids were opened and how many are whole and not disqualified."""
    out = select(Disqualification.opened_bid_id)
    valid = OpenedBid.fault.is_(None) & OpenedBid.id.not_in(out)
    rows = session.execute(
        select(OpenedBid.lot_id, OpenedBid.organisation_id, valid).where(OpenedBid.tender_id == tender_id)
    ).all()
    counts: dict[int, tuple[int, int]] = {}
    for lot_id, _bidder, is_valid in rows:
        bids, whole = counts.get(lot_id, (0, 0))
        counts[lot_id] = bids + 1, whole + is_valid
    return len({bidder for _lot, bidder, _valid in rows}), counts


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a sent decision says of a lot; `winner` None: it failed alone. `costs` over the life, by code."""

    decision_id: int
    lot_id: int
    sent_at: datetime
    definitive_at: datetime | None
    withdrawn_at: datetime | None
    price_minor: int | None
    winner: Organisation | None
    also: Sequence[Organisation] = ()
    """Who won a place in the same framework."""
    along: Sequence[Organisation] = ()
    """Who signed along with the winner, as a consortium."""
    costs: Mapping[str, int] = field(default_factory=dict)


def _decided(session: Session, tender_id: int) -> list[_Decided]:
    """What sent decisions say of each lot, in order of sending and of lots."""
    rows = session.execute(
        select(
            LotAward.decision_id, LotAward.lot_id, AwardDecision.sent_at, LotAward.definitive_at,
            func.coalesce(LotAward.withdrawn_at, AwardDecision.withdrawn_at), OpenedBid.price_minor, Organisation,
            LotAward.also_won, OpenedBid.content[JOINT].label("joint"), OpenedBid.content["costs"].label("costs"),
        )
        .join(AwardDecision, AwardDecision.id == LotAward.decision_id)
        .outerjoin(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .outerjoin(Organisation, Organisation.id == OpenedBid.organisation_id)
        .where(AwardDecision.tender_id == tender_id, AwardDecision.sent_at.is_not(None))
        .order_by(AwardDecision.sent_at, AwardDecision.id, LotAward.lot_id)
    ).all()  # fmt: skip
    named = also_winning(session, tender_id, {label for row in rows for label in row.also_won})
    return [
        _Decided(
            decision_id, lot_id, sent_at, definitive_at, withdrawn_at, price, winner,
            [each for label in also for each in _whole(session, named[label])], _along(session, joint),
            costs or {},
        )
        for decision_id, lot_id, sent_at, definitive_at, withdrawn_at, price, winner, also, joint, costs in rows
        if sent_at is not None
    ]  # fmt: skip


def _whole(session: Session, bid: OpenedBid) -> list[Organisation]:
    """A bidder with whom it bid together."""
    return [bid.organisation, *_along(session, (bid.content or {}).get(JOINT))]


def _along(session: Session, joint: dict[str, Any] | None) -> Sequence[Organisation]:
    """The members of a consortium beside its lead, in the order they were sealed."""
    ids = [UUID(each["organisation"]) for each in parties({JOINT: joint}) if not each["lead"]]
    if not ids:
        return ()
    found = session.scalars(select(Organisation).where(Organisation.public_id.in_(ids))).all()
    return sorted(found, key=lambda each: ids.index(each.public_id))


def _awards(tender: Tender, decided: Sequence[_Decided], stopped: Mapping[int, LotStop]) -> list[AwardFacts]:
    """Awards in order; one of a lot that was stopped afterwards ended with it."""
    numbers = {lot.id: lot.number for lot in tender.lots}
    won = [(each, each.winner) for each in decided if each.winner is not None]
    return [
        AwardFacts(
            number=number, lots=[numbers[each.lot_id]],
            suppliers=list(dict.fromkeys(map(party, (winner, *each.along, *each.also)))),
            amount_minor=each.price_minor or 0, sent_at=each.sent_at, definitive_at=each.definitive_at,
            withdrawn_at=each.withdrawn_at or _stopped_at(each, stopped), decision=each.decision_id,
        )
        for number, (each, winner) in enumerate(won, start=1)
    ]  # fmt: skip


def _stopped_at(each: _Decided, stopped: Mapping[int, LotStop]) -> datetime | None:
    stop = stopped.get(each.lot_id)
    return stop.stopped_at if stop is not None and each.sent_at <= stop.stopped_at else None


def _contracts(
    session: Session, tender: Tender, decided: Sequence[_Decided], at: datetime
) -> list[ContractFacts]:
    """The signed contracts with their paid invoices, and the award each belongs to."""
    found = session.scalars(
        select(Contract)
        .where(Contract.tender_id == tender.id, Contract.agreement_id.is_not(None))
        .options(joinedload(Contract.supplier))
        .order_by(Contract.id)
        .execution_options(populate_existing=True)
    ).all()
    awards = [(each.decision_id, each.lot_id) for each in decided if each.winner is not None]
    costs = {(each.decision_id, each.lot_id): each.costs for each in decided}
    keys, made, life = [each.id for each in found], [], lifecycle.life_cycle_of(tender.life_cycle)
    changed, promised = changes.in_force(session, keys), milestones.of_contracts(session, keys)
    shares = told_shares(session, keys)
    for each in found:
        if each.buyer_signed_at is None or each.supplier_signed_at is None:
            continue
        own = [change for change in changed if change.contract_id == each.id]
        ends_on = own[-1].ends_on if own else each.ends_on
        agreements = [each.agreement_id or 0, *(change.agreement_id or 0 for change in own)]
        made.append(
            ContractFacts(
                number=each.number, award=awards.index((each.decision_id, each.lot_id)) + 1, title=each.title,
                suppliers=[party(one.organisation) for one in each.members] or [party(each.supplier)],
                price_minor=each.price_minor, starts_on=each.starts_on,
                ends_on=each.ends_on, signed_at=max(each.buyer_signed_at, each.supplier_signed_at),
                transactions=transactions(session, agreements), changes=_changes(each.price_minor, own),
                milestones=[_milestone(one) for one in promised if one.contract_id == each.id],
                shares=shares.get(each.id, ()),
                costs=[
                    CostFacts(cost.name, cost.first, cost.last, minor)
                    for cost, minor in lifecycle.promised(life, costs[each.decision_id, each.lot_id])
                ],
                ended_at=over(ends_on) if over(ends_on) <= at else None,
            )
        )  # fmt: skip
    return made


def _changes(price_minor: int, own: Sequence[ContractChange]) -> list[ChangeFacts]:
    """Changes in force, with the price as the sum up to each of them."""
    made, total = [], price_minor
    for each in own:
        total += each.delta_minor
        if each.effective_at is not None:
            made.append(ChangeFacts(each.number, each.effective_at, each.shown, total, each.ends_on))
    return made


def _milestone(each: Milestone) -> MilestoneFacts:
    """A promise and what the buyer found; what a supplier reported is not told before that."""
    return MilestoneFacts(
        str(each.public_id), each.what,
        f"{each.amount:f} {each.unit}. Bewijs: {each.proof}", each.due_on,
        [(verdict.verified_at, verdict.outcome.value) for verdict in each.verdicts], each.amount, each.unit,
    )  # fmt: skip


def over(ends_on: date) -> datetime:
    """The first instant after a contract's last day."""
    return datetime.combine(ends_on + timedelta(days=1), time(0), LOCAL).astimezone(UTC)


def transactions(session: Session, agreements: Sequence[int]) -> Sequence[TransactionFacts]:
    """Paid invoices under agreements by the moment of being paid, without VAT, less their credit notes."""
    rows = session.execute(
        select(Invoice, InvoiceStep.at)
        .join(InvoiceStep, (InvoiceStep.invoice_id == Invoice.id) & (InvoiceStep.kind == "paid"))
        .where(Invoice.agreement_id.in_(agreements), Invoice.kind == InvoiceKind.INVOICE)
        .options(joinedload(Invoice.buyer), joinedload(Invoice.seller))
        .order_by(InvoiceStep.at, InvoiceStep.id)
    ).all()
    credited = session.execute(
        select(Invoice.credits_id, func.sum(Invoice.net_amount))
        .where(Invoice.agreement_id.in_(agreements), Invoice.kind == InvoiceKind.CREDIT_NOTE)
        .where(Invoice.sent_at.is_not(None))
        .group_by(Invoice.credits_id)
    )
    taken = {invoice_id: int(net) for invoice_id, net in credited}
    seen: dict[int, TransactionFacts] = {}
    for invoice, at in rows:
        seen.setdefault(
            invoice.id,
            TransactionFacts(
                str(invoice.public_id), at, invoice.net_amount - taken.get(invoice.id, 0),
                party(cast("Organisation", invoice.buyer)), party(invoice.seller),
            ),
        )  # fmt: skip
    return list(seen.values())
