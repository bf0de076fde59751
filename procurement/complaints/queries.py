"""Reading complaints: the buyer's people, who complained, an auditor; the public reads what the buyer published."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, cast, func, literal, or_, select, union
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from procurement.awards.models import AwardDecision, AwardLetter
from procurement.complaints.errors import ComplaintNotFound
from procurement.complaints.models import Complaint
from procurement.complaints.rules import RIGHT, State
from procurement.panels.models import PanelMember
from procurement.sealing.models import KeyShare
from procurement.tenders.models import Tender


def complaint(session: Session, public_id: UUID) -> Complaint:
    """A complaint with its tender and who complained.

    Raises:
        ComplaintNotFound: there is none.
    """
    found = session.scalars(
        select(Complaint)
        .where(Complaint.public_id == public_id)
        .options(
            joinedload(Complaint.tender).joinedload(Tender.buyer), joinedload(Complaint.organisation),
            joinedload(Complaint.answered_by),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise ComplaintNotFound
    return found


def locked(session: Session, complaint_id: int) -> Complaint:
    """A complaint as it is now, held until the transaction ends."""
    session.execute(select(Complaint.id).where(Complaint.id == complaint_id).with_for_update())
    return session.scalars(
        select(Complaint)
        .where(Complaint.id == complaint_id)
        .options(joinedload(Complaint.tender))
        .execution_options(populate_existing=True)
    ).one()


def readable(actor: Actor) -> Select[Complaint]:
    """What an actor may read, newest first, with tender and organisation."""
    statement = (
        select(Complaint)
        .join(Complaint.tender)
        .options(joinedload(Complaint.tender), joinedload(Complaint.organisation))
        .order_by(Complaint.id.desc())
    )
    if actor.has(Role.AUDITOR):
        return statement
    own = actor.organisation_id or 0
    mine = []
    if actor.has(Role.BOARD, Role.MEMBER):
        mine.append(Complaint.organisation_id == own)
    if actor.has(Role.PURCHASER, Role.ASSESSOR):
        mine.append(Tender.buyer_id == own)
    return statement.where(or_(*mine))


def published(session: Session, tender_id: int) -> Sequence[Complaint]:
    """What the buyer published of the complaints about a tender, without names."""
    return session.scalars(
        select(Complaint)
        .where(Complaint.tender_id == tender_id, Complaint.summary != "")
        .order_by(Complaint.id)
    ).all()


def involved(session: Session, tender: Tender) -> frozenset[int]:
    """Everybody of the buyer who was in a tender: made, changed, checked, published, opens, judges or decides."""
    sources: Any = union(
        select(KeyShare.user_id).where(KeyShare.key_id == tender.key_id),
        select(PanelMember.user_id).where(PanelMember.tender_id == tender.id),
        select(AwardDecision.prepared_by_id).where(AwardDecision.tender_id == tender.id),
        select(AwardDecision.sent_by_id).where(
            AwardDecision.tender_id == tender.id, AwardDecision.sent_by_id.is_not(None)
        ),
        select(AwardLetter.written_by_id)
        .join(AwardDecision, AwardDecision.id == AwardLetter.decision_id)
        .where(AwardDecision.tender_id == tender.id, AwardLetter.written_by_id.is_not(None)),
    )
    people = {tender.author_id, tender.edited_by_id, tender.reviewed_by_id, tender.published_by_id}
    return frozenset({*(each for each in people if each is not None), *session.scalars(sources)})


_ADDRESS = {"public_id": "key"}


def _due() -> Select[tuple[object, ...]]:
    return (
        rows(
            number=Tender.number, title=Tender.title, key=Complaint.public_id,
            due_at=func.timezone("Europe/Amsterdam", cast(Complaint.answer_by + literal(1), DateTime)),
        )
        .select_from(Complaint)
        .join(Tender, Tender.id == Complaint.tender_id)
        .where(Tender.buyer_id == ORGANISATION)
        .order_by(Complaint.answer_by, Complaint.id)
    )  # fmt: skip


_HANDLERS = frozenset({Role.PURCHASER, Role.ASSESSOR})
_MADE = Tender.author_id.is_distinct_from(USER) & Tender.reviewed_by_id.is_distinct_from(USER)

tasks = Tasks(
    Waiting(
        N_("Beantwoord de klacht over %(number)s: %(title)s"), "complaints.show", _HANDLERS,
        _due().where(Complaint.state == State.PENDING, Complaint.answer_by >= TODAY, _MADE), _ADDRESS,
    ),
    Waiting(
        N_("Te laat: antwoord op de klacht over %(number)s: %(title)s"), "complaints.show", _HANDLERS,
        _due().where(Complaint.state == State.PENDING, Complaint.answer_by < TODAY, _MADE), _ADDRESS,
    ),
    Waiting(
        N_("Doe wat u beloofde na de klacht over %(number)s: %(title)s"), "complaints.show", _HANDLERS,
        rows(number=Tender.number, title=Tender.title, key=Complaint.public_id)
        .select_from(Complaint)
        .join(Tender, Tender.id == Complaint.tender_id)
        .where(
            Tender.buyer_id == ORGANISATION, Complaint.state.in_(RIGHT), Complaint.resolved_at.is_(None)
        )
        .order_by(Complaint.id), _ADDRESS,
    ),
)  # fmt: skip
"""What complaints wait for at the buyer: an answer, and the measure that was promised."""
