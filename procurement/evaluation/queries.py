"""Reading scores. Names and prices of bids are not read here; `services` decides who sees what when."""

from collections.abc import Mapping, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from procurement.evaluation.errors import EvaluationNotFound
from procurement.evaluation.models import (
    ConsensusScore,
    Disqualification,
    EarlierConsensus,
    Evaluation,
    JointRound,
    Score,
    TieBreak,
)
from procurement.evaluation.rules import Asked
from procurement.lots.queries import STOPPED, stops
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


def labels_out(session: Session, tender_id: int) -> set[str]:
    """Labels of the bids that were taken out, before the freeze or after it."""
    return set(
        session.scalars(
            select(OpenedBid.label)
            .join(Disqualification, Disqualification.opened_bid_id == OpenedBid.id)
            .where(OpenedBid.tender_id == tender_id)
        )
    )


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


def earlier_consensus(session: Session, tender_id: int) -> Sequence[EarlierConsensus]:
    """What the panel had agreed before it changed it, oldest first, with criteria."""
    return session.scalars(
        select(EarlierConsensus)
        .join(OpenedBid, OpenedBid.id == EarlierConsensus.opened_bid_id)
        .where(OpenedBid.tender_id == tender_id)
        .options(joinedload(EarlierConsensus.criterion))
        .order_by(EarlierConsensus.id)
    ).all()


def find_round(session: Session, tender_id: int) -> JointRound | None:
    """The joint round of a tender's panel, once it began."""
    return session.scalars(select(JointRound).where(JointRound.tender_id == tender_id)).one_or_none()


def bidders(session: Session, tender_id: int) -> Sequence[Organisation]:
    """The organisations whose bids were opened. Only for what comes after freezing."""
    return session.scalars(
        select(Organisation)
        .join(OpenedBid, OpenedBid.organisation_id == Organisation.id)
        .where(OpenedBid.tender_id == tender_id)
    ).all()


_LATER = aliased(Evaluation)

LATEST = ~exists().where(_LATER.lot_id == Evaluation.lot_id, _LATER.version > Evaluation.version)
"""A ranking that counts: no bid of its lot was scored anew since."""


def evaluations(session: Session, tender_id: int) -> Mapping[int, Evaluation]:
    """The frozen rankings of a tender that count, by lot; a lot without a valid bid has none."""
    found = session.scalars(select(Evaluation).where(Evaluation.tender_id == tender_id, LATEST)).all()
    return {each.lot_id: each for each in found}


def earlier_evaluations(session: Session, tender_id: int) -> Sequence[Evaluation]:
    """The rankings that a later one took the place of, oldest first."""
    return session.scalars(
        select(Evaluation).where(Evaluation.tender_id == tender_id, ~LATEST).order_by(Evaluation.id)
    ).all()


def running_evaluations(session: Session, tender_id: int) -> Mapping[int, Evaluation]:
    """The frozen rankings by lot, without those of lots that were stopped afterwards."""
    stopped = stops(session, tender_id)
    return {lot: each for lot, each in evaluations(session, tender_id).items() if lot not in stopped}


def find_evaluation(session: Session, lot_id: int) -> Evaluation | None:
    """The frozen ranking of a lot that counts."""
    return session.scalars(select(Evaluation).where(Evaluation.lot_id == lot_id, LATEST)).one_or_none()


def tie_deciders(session: Session, tender_id: int) -> set[int]:
    """Who decided a tie of a tender: somebody else sends the letters."""
    return {each.decided_by_id for those in tie_breaks(session, tender_id).values() for each in those}


def tie_breaks(session: Session, tender_id: int) -> Mapping[int, Sequence[TieBreak]]:
    """How ties of a tender were decided, by lot, best place first."""
    rows = session.execute(
        select(Evaluation.lot_id, TieBreak)
        .join(Evaluation, Evaluation.id == TieBreak.evaluation_id)
        .where(Evaluation.tender_id == tender_id, LATEST)
        .options(joinedload(TieBreak.bid))
        .order_by(TieBreak.place)
    ).all()
    found: dict[int, list[TieBreak]] = {}
    for lot_id, each in rows:
        found.setdefault(lot_id, []).append(each)
    return found


def tied(session: Session, tender_id: int) -> Mapping[str, str]:
    """How people decided a shared place, by the label of every bid that shared it."""
    found = evaluations(session, tender_id)
    told: dict[str, str] = {}
    for lot_id, broken in tie_breaks(session, tender_id).items():
        ranking = found[lot_id].outcome["ranking"]
        for each in broken:
            rank = next(line["rank"] for line in ranking if line["id"] == each.bid.label)
            told |= {line["id"]: each.reason for line in ranking if line["rank"] == rank}
    return told


_RUNNING = (
    rows(number=Tender.number, title=Tender.title)
    .where(
        Tender.buyer_id == ORGANISATION, Tender.scores_frozen_at.is_(None), Tender.cancelled_at.is_(None),
        Tender.unsuccessful_at.is_(None), Tender.published_at.is_not(None),
    )
    .order_by(Tender.closes_at)
)  # fmt: skip
_MINE = _RUNNING.join(PanelMember, PanelMember.tender_id == Tender.id).where(
    PanelMember.user_id == USER, PanelMember.released_at.is_(None)
)
_DECLARED = _MINE.where(PanelMember.conflict.is_(False))
_TO_SCORE = (
    select(Criterion.id)
    .join(Lot, Lot.id == Criterion.lot_id)
    .join(OpenedBid, OpenedBid.lot_id == Lot.id)
    .where(
        Lot.tender_id == Tender.id, Criterion.kind == "quality", OpenedBid.fault.is_(None),
        Lot.id.not_in(STOPPED), OpenedBid.id.not_in(select(Disqualification.opened_bid_id)),
        ~exists()
        .where(
            Score.member_id == PanelMember.id, Score.opened_bid_id == OpenedBid.id, Score.criterion_id == Criterion.id
        )
        .correlate_except(Score),
    )
    .correlate(Tender, PanelMember)
    .exists()
)  # fmt: skip
_BUYERS = frozenset({Role.PURCHASER, Role.ASSESSOR})

tasks = Tasks(
    Waiting(
        N_("Verklaar dat u geen belang hebt bij %(number)s: %(title)s"), "evaluation.show", _BUYERS,
        _MINE.where(PanelMember.conflict.is_(None)), {"number": "number"},
    ),
    Waiting(
        N_("Beoordeel de inschrijvingen op %(number)s: %(title)s"), "evaluation.show", _BUYERS,
        _DECLARED.where(Tender.opened_at.is_not(None), _TO_SCORE), {"number": "number"},
    ),
    Waiting(
        N_("Leg het gezamenlijke oordeel vast voor %(number)s: %(title)s"), "evaluation.show", _BUYERS,
        _DECLARED.where(PanelMember.is_chair, Tender.opened_at <= AT, ~_TO_SCORE), {"number": "number"},
    ),
    Waiting(
        N_("Kies het beoordelingsteam voor %(number)s: %(title)s"), "evaluation.show", frozenset({Role.PURCHASER}),
        _RUNNING.where(Tender.closes_at <= AT, ~exists().where(PanelMember.tender_id == Tender.id)),
        {"number": "number"},
    ),
)  # fmt: skip
"""What evaluations wait for: declare, score, agree and freeze, or compose a panel."""
