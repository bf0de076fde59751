"""Reading requests to score a bid anew."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from procurement.evaluation.models import Evaluation
from procurement.panels.models import PanelMember
from procurement.rescoring.errors import RescoringNotFound
from procurement.rescoring.models import Rescoring
from procurement.tenders.models import Tender

OPEN = Rescoring.done_at.is_(None) & Rescoring.is_agreed.is_not(False)
"""Still to be decided or to be done."""


def rescorings(session: Session, tender_id: int) -> Sequence[Rescoring]:
    """Every request of a tender, oldest first, with bid, people and the ranking that came of it."""
    return session.scalars(
        select(Rescoring)
        .where(Rescoring.tender_id == tender_id)
        .options(
            joinedload(Rescoring.bid), joinedload(Rescoring.evaluation), joinedload(Rescoring.asked_by),
            joinedload(Rescoring.decided_by),
        )
        .order_by(Rescoring.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def done(session: Session, tender_id: int) -> Sequence[Row[Rescoring, Evaluation]]:
    """What led to another ranking, with that ranking, oldest first."""
    return session.execute(
        select(Rescoring, Evaluation)
        .join(Evaluation, Evaluation.id == Rescoring.evaluation_id)
        .where(Rescoring.tender_id == tender_id)
        .order_by(Rescoring.id)
    ).all()


def find_open(session: Session, tender_id: int) -> Rescoring | None:
    """The request of a tender that is not done."""
    return session.scalars(select(Rescoring).where(Rescoring.tender_id == tender_id, OPEN)).one_or_none()


def rescoring(session: Session, tender_id: int, public_id: UUID) -> Rescoring:
    """One request of a tender with its bid.

    Raises:
        RescoringNotFound: none, or of another tender.
    """
    found = session.scalars(
        select(Rescoring)
        .where(Rescoring.tender_id == tender_id, Rescoring.public_id == public_id)
        .options(joinedload(Rescoring.bid))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise RescoringNotFound
    return found


_OPEN = (
    rows(number=Tender.number, title=Tender.title, key=Rescoring.public_id)
    .select_from(Rescoring)
    .join(Tender, Tender.id == Rescoring.tender_id)
    .where(Tender.buyer_id == ORGANISATION, OPEN)
    .order_by(Rescoring.id)
)
_ADDRESS = {"number": "number", "public_id": "key"}

tasks = Tasks(
    Waiting(
        N_("Beslis of een score opnieuw moet: %(number)s, %(title)s"), "rescoring.decide",
        frozenset({Role.PURCHASER}),
        _OPEN.where(Rescoring.is_agreed.is_(None), Rescoring.asked_by_id != USER), _ADDRESS,
    ),
    Waiting(
        N_("Beoordeel één inschrijving opnieuw: %(number)s, %(title)s"), "rescoring.settle",
        frozenset({Role.PURCHASER, Role.ASSESSOR}),
        _OPEN.join(PanelMember, PanelMember.tender_id == Tender.id).where(
            Rescoring.is_agreed.is_(True), PanelMember.is_chair, PanelMember.user_id == USER
        ), _ADDRESS,
    ),
)  # fmt: skip
"""What a new score waits for: a second purchaser, then the chair of the panel."""
