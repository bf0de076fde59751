"""Reading complaints: the buyer's people, who complained, an auditor; the public reads what the buyer published."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, and_, cast, func, literal, or_, select, true, union
from sqlalchemy.orm import Session, joinedload

from cwb.audit.models import AuditRecord
from cwb.identity.models import Mandate, User
from cwb.identity.queries import people_with, programme_people
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from procurement.applications.models import Application
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.complaints.errors import ComplaintNotFound
from procurement.complaints.models import Complaint
from procurement.complaints.rules import RIGHT, State
from procurement.contracts.models import Contract
from procurement.counsel.models import CounselAnswer
from procurement.evaluation.models import Disqualification, Evaluation, TieBreak
from procurement.invitations.models import Invitee
from procurement.opening.models import BidAccess, GroundDecision, OpenedBid, Opening
from procurement.panels.models import PanelMember
from procurement.sealing.models import KeyShare
from procurement.standstill.models import StandstillExtension, Summons
from procurement.tenders.models import Amendment, Lot, Nota, Question, Tender


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
            joinedload(Complaint.answered_by), joinedload(Complaint.stand_in),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise ComplaintNotFound
    return found


def lot_keys(session: Session, tender_id: int) -> dict[int, int]:
    """The keys of the lots of a tender by their numbers."""
    found = session.execute(select(Lot.number, Lot.id).where(Lot.tender_id == tender_id))
    return {row.number: row.id for row in found}


def named_lots(session: Session, complaint: Complaint) -> Sequence[Lot]:
    """The lots that a complaint is about, by number; none for all."""
    if not complaint.lot_ids:
        return []
    return session.scalars(select(Lot).where(Lot.id.in_(complaint.lot_ids)).order_by(Lot.number)).all()


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
    mine = [Complaint.stand_in_id == actor.user_id] if actor.has(Role.PROGRAMME) else []
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


def _of_bid(column: Any) -> ColumnElement[bool]:
    return and_(column == OpenedBid.id, OpenedBid.tender_id == Tender.id)


def _of_decision(column: Any) -> ColumnElement[bool]:
    return and_(column == AwardDecision.id, AwardDecision.tender_id == Tender.id)


_NO_PART = ("complaint.%", "tender.archived", "lessons.%")
"""Acts written down with a tender that are no part in it: complaints themselves, and reading the whole file."""

_PARTS: Sequence[tuple[Any, ColumnElement[bool]]] = (
    *((each, true()) for each in (
        Tender.author_id, Tender.edited_by_id, Tender.reviewed_by_id, Tender.published_by_id,
    )),
    (AuditRecord.actor_id, and_(
        AuditRecord.subject == "tender:" + Tender.number,
        *(AuditRecord.action.not_like(each) for each in _NO_PART),
    )),
    (CounselAnswer.answered_by_id, CounselAnswer.tender_id == Tender.id),
    (Invitee.added_by_id, Invitee.tender_id == Tender.id),
    (Application.decided_by_id, Application.tender_id == Tender.id),
    (Question.answered_by_id, Question.tender_id == Tender.id),
    (Nota.published_by_id, Nota.tender_id == Tender.id),
    (Amendment.made_by_id, Amendment.tender_id == Tender.id),
    (KeyShare.user_id, KeyShare.key_id == Tender.key_id),
    (Opening.first_user_id, Opening.tender_id == Tender.id),
    (Opening.second_user_id, Opening.tender_id == Tender.id),
    (BidAccess.user_id, BidAccess.tender_id == Tender.id),
    (GroundDecision.decided_by_id, _of_bid(GroundDecision.opened_bid_id)),
    (PanelMember.user_id, PanelMember.tender_id == Tender.id),
    (PanelMember.invited_by_id, PanelMember.tender_id == Tender.id),
    (Disqualification.decided_by_id, _of_bid(Disqualification.opened_bid_id)),
    (Evaluation.frozen_by_id, and_(Evaluation.lot_id == Lot.id, Lot.tender_id == Tender.id)),
    (TieBreak.decided_by_id, _of_bid(TieBreak.opened_bid_id)),
    *((each, AwardDecision.tender_id == Tender.id) for each in (
        AwardDecision.prepared_by_id, AwardDecision.sent_by_id, AwardDecision.definitive_by_id,
        AwardDecision.withdrawn_by_id,
    )),
    *((each, _of_decision(LotAward.decision_id)) for each in (LotAward.definitive_by_id, LotAward.withdrawn_by_id)),
    (AwardLetter.written_by_id, _of_decision(AwardLetter.decision_id)),
    *((each, _of_decision(Summons.decision_id)) for each in (Summons.recorded_by_id, Summons.judged_by_id)),
    (StandstillExtension.extended_by_id, _of_decision(StandstillExtension.decision_id)),
    (Contract.created_by_id, Contract.tender_id == Tender.id),
    (Contract.buyer_signed_by_id, Contract.tender_id == Tender.id),
)  # fmt: skip
"""Every column that names somebody of the buyer who had a part in a tender, and when the row is of that tender."""


def involved(session: Session, tender: Tender) -> frozenset[int]:
    """Everybody who was in a tender: made, changed, checked, published, answered, opens, judges, decides or signs.

    Earlier editors stand in the audit log, which is never erased.
    """
    parts = [select(who).where(Tender.id == tender.id, who.is_not(None), of_it) for who, of_it in _PARTS]
    return frozenset(session.scalars(union(*parts)))


def _took_part(user: Any) -> ColumnElement[bool]:
    """Whether a user was in the tender of the statement around it."""
    return or_(
        *(
            who.is_not_distinct_from(user)
            if who.class_ is Tender
            else select(who).where(who == user, of_it).correlate(Tender, Mandate).exists()
            for who, of_it in _PARTS
        )
    )


HANDLERS = frozenset({Role.PURCHASER, Role.ASSESSOR})
"""Roles at the buyer that answer complaints."""


def free(session: Session, tender: Tender) -> list[User]:
    """People of the buyer who had no part in a tender, so they may answer its complaints."""
    known = involved(session, tender)
    return [each for each in people_with(session, tender.buyer_id, *HANDLERS) if each.id not in known]


def stand_ins(session: Session, complaint: Complaint) -> list[User]:
    """People of the programme who had no part in the tender, by name.

    Whoever has that role buys nowhere and runs no cooperative (`cwb.identity.rules`).
    """
    known = involved(session, complaint.tender)
    return [each for each in programme_people(session) if each.id not in known]


_FREE = (
    select(Mandate.id)
    .where(
        Mandate.organisation_id == Tender.buyer_id, Mandate.ended_at.is_(None), Mandate.role.in_(HANDLERS),
        ~_took_part(Mandate.user_id),
    )
    .correlate(Tender)
    .exists()
)  # fmt: skip
"""Whether the buyer of the tender around it has somebody who may answer."""

_ADDRESS = {"public_id": "key"}


def _due() -> Select[tuple[object, ...]]:
    return (
        rows(
            number=Tender.number, title=Tender.title, key=Complaint.public_id,
            due_at=func.timezone("Europe/Amsterdam", cast(Complaint.answer_by + literal(1), DateTime)),
        )
        .select_from(Complaint)
        .join(Tender, Tender.id == Complaint.tender_id)
        .where(Complaint.state == State.PENDING)
        .order_by(Complaint.answer_by, Complaint.id)
    )  # fmt: skip


_OURS = Tender.buyer_id == ORGANISATION
_MINE = _OURS & ~_took_part(USER)
_ASKED = Complaint.stand_in_id == USER
_PROGRAMME = frozenset({Role.PROGRAMME})
_ANSWER = N_("Beantwoord de klacht over %(number)s: %(title)s")

tasks = Tasks(
    Waiting(_ANSWER, "complaints.show", HANDLERS, _due().where(_MINE), _ADDRESS),
    Waiting(_ANSWER, "complaints.show", _PROGRAMME, _due().where(_ASKED), _ADDRESS),
    Waiting(
        N_("Vraag het programma om een antwoord op de klacht over %(number)s: %(title)s"), "complaints.stand_in",
        HANDLERS, _due().where(_OURS, Complaint.stand_in_id.is_(None), ~_FREE), _ADDRESS,
    ),
    Waiting(
        N_("Doe wat u beloofde na de klacht over %(number)s: %(title)s"), "complaints.show", HANDLERS,
        rows(number=Tender.number, title=Tender.title, key=Complaint.public_id)
        .select_from(Complaint)
        .join(Tender, Tender.id == Complaint.tender_id)
        .where(
            _OURS, Complaint.state.in_(RIGHT), Complaint.resolved_at.is_(None)
        )
        .order_by(Complaint.id), _ADDRESS,
    ),
)  # fmt: skip
"""What complaints wait for: an answer, somebody who may give it, and the measure that was promised."""
