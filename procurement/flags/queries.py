"""Reading what flags are computed from, and their answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from procurement.awards.models import AwardDecision, LotAward
from procurement.awards.queries import STANDS
from procurement.consortia.rules import JOINT, parties, party_name
from procurement.evaluation.models import Disqualification, Evaluation
from procurement.evaluation.queries import LATEST
from procurement.flags.models import FlagAnswer
from procurement.flags.rules import BidFacts, Case
from procurement.lots.queries import STOPPED
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Criterion, Lot, Tender

_QUALITY = select(Criterion.id).where(Criterion.lot_id == Lot.id, Criterion.kind == "quality").exists()


_FAILED = (
    select(LotAward.lot_id)
    .join(LotAward.decision)
    .where(LotAward.winner_bid_id.is_(None), AwardDecision.sent_at.is_not(None), STANDS)
)
"""Lots that a decision that stands gives to nobody."""


def cases(session: Session, methods: Mapping[str, str]) -> list[Case]:
    """Every running lot of every opened tender with its bids, latest closed first; a stopped lot is in no figure.

    `methods`: procedure → OCDS method.
    """
    buyer = aliased(Organisation)
    rows = session.execute(
        select(
            Tender.id, Lot.id.label("lot_id"), Lot.number.label("lot"), Tender.number, Tender.title, Tender.buyer_id,
            buyer.name.label("buyer"), Tender.procedure, Tender.published_at, Tender.closes_at,
            Tender.scores_frozen_at, Tender.awarded_at, Tender.lot_count.label("lots"), _QUALITY.label("quality"),
            or_(
                Tender.cancelled_at.is_not(None), Tender.unsuccessful_at.is_not(None), Lot.id.in_(_FAILED),
            ).label("led_nowhere"),
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
            winner_id=None if row.led_nowhere else winners.get(row.lot_id), led_nowhere=row.led_nowhere,
            divided=row.lots > 1,
            is_frozen=row.scores_frozen_at is not None,
            is_awarded=row.awarded_at is not None,
        )
        for row in rows
    ]  # fmt: skip


def _bids(session: Session) -> dict[int, list[BidFacts]]:
    """Opened bids by lot."""
    rows = session.execute(
        select(
            Lot.id, OpenedBid.organisation_id, Organisation.public_id, Organisation.name, OpenedBid.price_minor,
            Disqualification.id.is_not(None), OpenedBid.content[JOINT],
        )
        .join(Lot, Lot.id == OpenedBid.lot_id)
        .join(Organisation, Organisation.id == OpenedBid.organisation_id)
        .outerjoin(Disqualification, Disqualification.opened_bid_id == OpenedBid.id)
        .order_by(OpenedBid.id)
    )  # fmt: skip
    found: dict[int, list[BidFacts]] = defaultdict(list)
    for lot_id, bidder_id, public_id, bidder, price, out, joint in rows:
        content = {JOINT: joint}
        members = tuple((each["organisation"], each["name"]) for each in parties(content))
        found[lot_id].append(
            BidFacts(
                bidder_id, party_name(bidder, content), price, out, members or ((str(public_id), bidder),)
            )
        )
    return found


def _winners(session: Session) -> dict[int, int]:
    """Who wins each lot: by the decision that stands, else by the frozen ranking."""
    ranked = session.execute(
        select(Evaluation.lot_id, OpenedBid.organisation_id)
        .join(
            OpenedBid,
            (OpenedBid.lot_id == Evaluation.lot_id)
            & (OpenedBid.label == Evaluation.outcome["winner"].astext),
        )
        .where(LATEST)
    )
    decided = session.execute(
        select(LotAward.lot_id, OpenedBid.organisation_id)
        .join(LotAward.decision)
        .join(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .where(STANDS)
    )
    return {lot_id: bidder_id for rows in (ranked, decided) for lot_id, bidder_id in rows}


def answers(session: Session) -> Sequence[FlagAnswer]:
    """All answers, newest first, with who gave them."""
    return session.scalars(
        select(FlagAnswer).options(joinedload(FlagAnswer.answered_by)).order_by(FlagAnswer.id.desc())
    ).all()
