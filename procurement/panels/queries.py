"""Reading panels."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.policy import Role
from procurement.opening.queries import find_opening
from procurement.panels.errors import PanelMemberNotFound
from procurement.panels.models import PanelMember, PanelReplacement
from procurement.sealing.models import KeyShare
from procurement.tenders.models import Tender


def panel(session: Session, tender_id: int) -> Sequence[PanelMember]:
    """The panel with its people, chair first; released members last."""
    return session.scalars(
        select(PanelMember)
        .join(PanelMember.user)
        .where(PanelMember.tender_id == tender_id)
        .options(joinedload(PanelMember.user))
        .order_by(
            PanelMember.released_at.is_not(None), PanelMember.is_chair.desc(), User.name, PanelMember.id
        )
    ).all()


def leads(session: Session, tender_id: int, user_id: int) -> bool:
    """Whether a user chairs a panel, and may."""
    found = find_member(session, tender_id, user_id)
    return found is not None and found.is_chair and found.is_able


def find_member(session: Session, tender_id: int, user_id: int) -> PanelMember | None:
    """A user's seat in a panel."""
    return session.scalars(
        select(PanelMember).where(PanelMember.tender_id == tender_id, PanelMember.user_id == user_id)
    ).one_or_none()


def member(session: Session, tender_id: int, member_id: int) -> PanelMember:
    """A seat of this tender's panel.

    Raises:
        PanelMemberNotFound: none, or of another tender.
    """
    found = session.scalars(
        select(PanelMember)
        .where(PanelMember.id == member_id, PanelMember.tender_id == tender_id)
        .options(joinedload(PanelMember.user))
    ).one_or_none()
    if found is None:
        raise PanelMemberNotFound
    return found


def replacements(session: Session, tender_id: int) -> Sequence[PanelReplacement]:
    """Who took whose place after the freeze, oldest first, with all people."""
    return session.scalars(
        select(PanelReplacement)
        .where(PanelReplacement.tender_id == tender_id)
        .options(
            joinedload(PanelReplacement.left).joinedload(PanelMember.user), joinedload(PanelReplacement.came),
            joinedload(PanelReplacement.decided_by),
        )
        .order_by(PanelReplacement.id)
    ).all()  # fmt: skip


def gone(session: Session, tender: Tender) -> Sequence[PanelMember]:
    """Members still in a seat who cannot assess any more: without a fitting role at the buyer, or with an interest."""
    people = people_with(session, tender.buyer_id, Role.PURCHASER, Role.ASSESSOR)
    return gone_of(panel(session, tender.id), people)


def gone_of(seats: Sequence[PanelMember], people: Sequence[User]) -> Sequence[PanelMember]:
    """The same of a panel and of who has a fitting role, read before."""
    here = {each.id for each in people}
    return [
        each for each in seats if each.released_at is None and (each.conflict or each.user_id not in here)
    ]


def saw_names(session: Session, tender: Tender) -> set[int]:
    """Who opens the bids, or opened them, and so reads the names: they judge better not."""
    opened = find_opening(session, tender.id)
    if opened is not None:
        return {opened.first_user_id, opened.second_user_id}
    held = select(KeyShare.user_id).where(KeyShare.key_id == tender.key_id, KeyShare.part == "officer")
    return set(session.scalars(held))
