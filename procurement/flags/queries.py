"""Reading what flags are computed from, and their answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from procurement.awards.models import LotAward
from procurement.awards.queries import STANDS
from procurement.evaluation.models import Disqualification, Evaluation
from procurement.flags.models import FlagAnswer
from procurement.flags.rules import BidFacts, Case
from procurement.lots.queries import STOPPED
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Criterion, Lot, Tender

_QUALITY = select(Criterion.id).where(Criterion.lot_id == Lot.id, Criterion.kind == "quality").exists()


def cases(session: Session, methods: Mapping[str, str]) -> list[Case]:
    """Every running lot of every opened tender with its bids, latest closed first; a stopped lot is in no figure.

    `methods`: procedure → OCDS method.
    """
    buyer = aliased(Organisation)
    rows = session.execute(
        select(
            Tender.id, Lot.id.label("lot_id"), Lot.number.label("lot"), Tender.number, Tender.title, Tender.buyer_id,
            buyer.name.label("buyer"), Tender.procedure, Tender.published_at, Tender.closes_at,
            Tender.scores_frozen_at, Tender.awarded_at,
            _QUALITY.label("quality"),
        )
        .join(Lot, Lot.tender_id == Tender.id)
        .join(buyer, buyer.id == Tender.buyer_id)
        .where(Tender.opened_at.is_not(None), Lot.id.not_in(STOPPED))
        .order_by(Tender.closes_at.desc(), Tender.id.desc(), Lot.number)
    ).all()  # fmt: skip
    bids, winners = _bids(session), _winners(session)
    return [
        Case(
            tender_id=row.id, lot_id=row.lot_id, lot=row.lot, number=row.number, title=row.title, buyer_id=row.buyer_id,
            buyer=row.buyer, method=methods.get(row.procedure or "", ""), price_only=not row.quality,
            published_at=row.published_at, closes_at=row.closes_at, bids=tuple(bids.get(row.lot_id, ())),
            winner_id=winners.get(row.lot_id), is_frozen=row.scores_frozen_at is not None,
            is_awarded=row.awarded_at is not None,
        )
        for row in rows
    ]  # fmt: skip


def _bids(session: Session) -> dict[int, list[BidFacts]]:
    """Opened bids by lot."""
    rows = session.execute(
        select(
            Lot.id, OpenedBid.organisation_id, Organisation.name, OpenedBid.price_minor,
            Disqualification.id.is_not(None),
        )
        .join(Lot, Lot.id == OpenedBid.lot_id)
        .join(Organisation, Organisation.id == OpenedBid.organisation_id)
        .outerjoin(Disqualification, Disqualification.opened_bid_id == OpenedBid.id)
        .order_by(OpenedBid.id)
    )  # fmt: skip
    found: dict[int, list[BidFacts]] = defaultdict(list)
    for lot_id, bidder_id, bidder, price, out in rows:
        found[lot_id].append(BidFacts(bidder_id, bidder, price, out))
    return found


def _winners(session: Session) -> dict[int, int]:
    """Who wins each lot: by the decision that stands, else by the frozen ranking."""
    ranked = session.execute(
        select(Evaluation.lot_id, OpenedBid.organisation_id).join(
            OpenedBid,
            (OpenedBid.lot_id == Evaluation.lot_id)
            & (OpenedBid.label == Evaluation.outcome["winner"].astext),
        )
    )
    decided = session.execute(
        select(LotAward.lot_id, OpenedBid.organisation_id)
        .join(LotAward.decision)
        .join(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .where(STANDS)
    )
    return {lot_id: bidder_id for rows in (ranked, decided) for lot_id, bidder_id in rows}


def answers(session: Session, tender_id: int | None = None) -> Sequence[FlagAnswer]:
    """Answers of one tender or of all, newest first, with who gave them."""
    statement: Any = (
        select(FlagAnswer).options(joinedload(FlagAnswer.answered_by)).order_by(FlagAnswer.id.desc())
    )
    if tender_id is not None:
        statement = statement.where(FlagAnswer.tender_id == tender_id)
    found: Sequence[FlagAnswer] = session.scalars(statement).all()
    return found
