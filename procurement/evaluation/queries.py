"""Reading scores. Names and prices of bids are not read here; `services` decides who sees what when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.feature import Task
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from procurement.evaluation.errors import EvaluationNotFound
from procurement.evaluation.models import (
    ConsensusScore,
    Disqualification,
    Evaluation,
    Score,
    TieBreak,
)
from procurement.evaluation.rules import Asked
from procurement.opening.models import OpenedBid
from procurement.panels.models import PanelMember
from procurement.tenders import queries as tenders
from procurement.tenders.models import Criterion, Lot, Tender


def tender(session: Session, number: str) -> Tender:
    """A published tender with buyer, lot and criteria.

    Raises:
        EvaluationNotFound: none, or a draft.
    """
    found = tenders.find_tender(session, number)
    if found is None or found.published_at is None:
        raise EvaluationNotFound
    return found


def quality(lot: Lot) -> list[Criterion]:
    """The quality criteria of a lot, in order."""
    return [each for each in lot.criteria if each.kind == "quality"]


def asked(lot: Lot) -> list[Asked]:
    """The quality criteria of a lot as values."""
    return [
        Asked(
            each.code, each.name, each.max_points, each.min_points, each.value_minor
        )
        for each in quality(lot) if each.max_points is not None
    ]  # fmt: skip


def price_criterion(lot: Lot) -> Criterion | None:
    """The price among the criteria of a lot."""
    return next((each for each in lot.criteria if each.kind == "price"), None)


def disqualified(session: Session, tender_id: int) -> dict[int, Disqualification]:
    """Disqualifications of a tender by opened bid."""
    found = session.scalars(
        select(Disqualification)
        .join(OpenedBid, OpenedBid.id == Disqualification.opened_bid_id)
        .where(OpenedBid.tender_id == tender_id)
    ).all()
    return {each.opened_bid_id: each for each in found}


def scores(session: Session, tender_id: int, member_id: int | None = None) -> Sequence[Score]:
    """Individual scores with criterion and member: of one member, or of all."""
    statement = (
        select(Score)
        .join(OpenedBid, OpenedBid.id == Score.opened_bid_id)
        .where(OpenedBid.tender_id == tender_id)
        .options(joinedload(Score.criterion), joinedload(Score.member).joinedload(PanelMember.user))
        .order_by(Score.id)
        .execution_options(populate_existing=True)
    )
    if member_id is not None:
        statement = statement.where(Score.member_id == member_id)
    return session.scalars(statement).all()


def consensus(session: Session, tender_id: int) -> Sequence[ConsensusScore]:
    """What the panel agreed, with criteria."""
    return session.scalars(
        select(ConsensusScore)
        .join(OpenedBid, OpenedBid.id == ConsensusScore.opened_bid_id)
        .where(OpenedBid.tender_id == tender_id)
        .options(joinedload(ConsensusScore.criterion))
        .order_by(ConsensusScore.id)
        .execution_options(populate_existing=True)
    ).all()


def bidders(session: Session, tender_id: int) -> Sequence[Organisation]:
    """The organisations whose bids were opened. Only for what comes after freezing."""
    return session.scalars(
        select(Organisation)
        .join(OpenedBid, OpenedBid.organisation_id == Organisation.id)
        .where(OpenedBid.tender_id == tender_id)
    ).all()


def evaluations(session: Session, tender_id: int) -> Mapping[int, Evaluation]:
    """The frozen rankings of a tender by lot; a lot without a valid bid has none."""
    found = session.scalars(select(Evaluation).where(Evaluation.tender_id == tender_id)).all()
    return {each.lot_id: each for each in found}


def find_evaluation(session: Session, lot_id: int) -> Evaluation | None:
    """The frozen ranking of a lot."""
    return session.scalars(select(Evaluation).where(Evaluation.lot_id == lot_id)).one_or_none()


def tie_breaks(session: Session, tender_id: int) -> Mapping[int, Sequence[TieBreak]]:
    """How ties of a tender were decided, by lot, best place first."""
    rows = session.execute(
        select(Evaluation.lot_id, TieBreak)
        .join(Evaluation, Evaluation.id == TieBreak.evaluation_id)
        .where(Evaluation.tender_id == tender_id)
        .options(joinedload(TieBreak.bid))
        .order_by(TieBreak.place)
    ).all()
    found: dict[int, list[TieBreak]] = {}
    for lot_id, each in rows:
        found.setdefault(lot_id, []).append(each)
    return found


def tasks(session: Session, actor: Actor, at: datetime) -> Sequence[Task]:
    """What evaluations wait for: declare, score, agree and freeze, or compose a panel."""
    if actor.organisation_id is None or not actor.has(Role.PURCHASER, Role.ASSESSOR):
        return []
    running = (
        Tender.buyer_id == actor.organisation_id, Tender.scores_frozen_at.is_(None),
        Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None), Tender.published_at.is_not(None),
    )  # fmt: skip
    mine = session.execute(
        select(Tender, PanelMember)
        .join(PanelMember, PanelMember.tender_id == Tender.id)
        .where(*running, PanelMember.user_id == actor.user_id, PanelMember.released_at.is_(None))
        .where(or_(PanelMember.conflict.is_(None), PanelMember.conflict.is_(False)))
        .order_by(Tender.closes_at)
        .limit(20)
    ).all()
    made = [
        task
        for found, seat in mine
        if (task := _task(found, seat, _left(session, found, seat), at)) is not None
    ]
    if actor.has(Role.PURCHASER):
        empty = ~select(PanelMember.id).where(PanelMember.tender_id == Tender.id).exists()
        bare = session.scalars(
            select(Tender).where(*running, empty, Tender.closes_at <= at).order_by(Tender.closes_at).limit(10)
        )
        made += [_made(N_("Kies het beoordelingsteam voor %(number)s: %(title)s"), found) for found in bare]
    return made


def _left(session: Session, found: Tender, seat: PanelMember) -> int:
    """How many cells this member has still to fill."""
    if found.opened_at is None or seat.conflict is None:
        return 0
    valid = (
        select(OpenedBid.id, OpenedBid.lot_id)
        .where(
            OpenedBid.tender_id == found.id, OpenedBid.fault.is_(None),
            OpenedBid.id.not_in(select(Disqualification.opened_bid_id)),
        )
        .subquery()
    )  # fmt: skip
    cells = session.scalar(
        select(func.count())
        .select_from(valid)
        .join(Criterion, (Criterion.lot_id == valid.c.lot_id) & (Criterion.kind == "quality"))
    )
    given = session.scalar(
        select(func.count())
        .select_from(Score)
        .where(Score.member_id == seat.id, Score.opened_bid_id.in_(select(valid.c.id)))
    )
    return (cells or 0) - (given or 0)


def _task(found: Tender, seat: PanelMember, left: int, at: datetime) -> Task | None:
    if seat.conflict is None:
        return _made(N_("Verklaar dat u geen belang hebt bij %(number)s: %(title)s"), found)
    if left > 0:
        return _made(N_("Beoordeel de inschrijvingen op %(number)s: %(title)s"), found)
    if seat.is_chair and found.opened_at is not None and found.opened_at <= at:
        return _made(N_("Leg het gezamenlijke oordeel vast voor %(number)s: %(title)s"), found)
    return None


def _made(text: str, found: Tender) -> Task:
    return Task(
        text, "evaluation.show", {"number": found.number}, {"number": found.number, "title": found.title}
    )
