"""Reading tenders. A draft is seen by its buyer alone; what is published by everyone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from coops.register.models import Cooperative
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.feature import Figure, Task
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, search_key
from procurement.procedures.rules import Access
from procurement.tenders import rules
from procurement.tenders.errors import TenderNotFound
from procurement.tenders.models import Admission, Amendment, Follower, Lot, Tender

STATUSES = ("open", "coming", "closed", "awarded", "stopped")
"""What the public list can be narrowed to."""

_WHOLE = (
    joinedload(Tender.buyer),
    joinedload(Tender.need),
    selectinload(Tender.lots).selectinload(Lot.criteria),
)


def visible_to(actor: Actor | None) -> ColumnElement[bool]:
    """SQL: whether a reader may know of a published tender.

    A quote by invitation is known to its buyer, auditors and whom it invited; to everyone once an award was
    announced. Every list, feed or export of tenders goes through this.
    """
    shown: list[ColumnElement[bool]] = [Tender.access != Access.INVITED, Tender.decided_at.is_not(None)]
    if actor is None or actor.organisation_id is None:
        return or_(*shown)
    if actor.has(Role.AUDITOR):
        return true()
    if actor.has(Role.PURCHASER, Role.ASSESSOR):
        shown.append(Tender.buyer_id == actor.organisation_id)
    if actor.has(Role.BOARD, Role.MEMBER):
        shown.append(
            exists().where(
                Admission.tender_id == Tender.id, Admission.organisation_id == actor.organisation_id
            )
        )
    return or_(*shown)


def check_visible(session: Session, found: Tender, actor: Actor | None) -> None:
    """Refuse a reader who may not know of a published tender; no such tender is the same answer.

    Raises:
        TenderNotFound: a quote by invitation, and the reader is not in it.
    """
    if found.access != Access.INVITED or found.decided_at is not None:
        return
    if not session.scalar(select(Tender.id).where(Tender.id == found.id, visible_to(actor))):
        raise TenderNotFound


def is_admitted(session: Session, tender_id: int, organisation_id: int) -> bool:
    """Whether an organisation was invited, or selected."""
    return session.get(Admission, (tender_id, organisation_id)) is not None


def find_tender(session: Session, number: str) -> Tender | None:
    """A tender with buyer, need, lots and criteria, whoever asks; for services of this storey."""
    return session.scalars(select(Tender).where(Tender.number == number).options(*_WHOLE)).one_or_none()


def tender(session: Session, number: str, actor: Actor | None = None) -> Tender:
    """A tender with buyer, need, lots and criteria, if this reader may see it.

    Raises:
        TenderNotFound: none, another organisation's draft, or a quote to which others were invited.
    """
    row = session.execute(
        select(Tender, visible_to(actor).label("visible")).where(Tender.number == number).options(*_WHOLE)
    ).one_or_none()
    if row is None:
        raise TenderNotFound
    found: Tender = row[0]
    own = actor is not None and actor.organisation_id == found.buyer_id
    if found.published_at is None and not (own and actor and actor.has(Role.PURCHASER, Role.ASSESSOR)):
        raise TenderNotFound
    if found.published_at is not None and not row.visible:
        raise TenderNotFound
    return found


def tender_by_id(session: Session, tender_id: int) -> Tender:
    """A tender by its key inside the house, with buyer, need, lots and criteria.

    Raises:
        TenderNotFound: none.
    """
    found = session.scalars(select(Tender).where(Tender.id == tender_id).options(*_WHOLE)).one_or_none()
    if found is None:
        raise TenderNotFound
    return found


def locked_tender(session: Session, tender_id: int) -> Tender:
    """A tender as it is now, held until the transaction ends: whoever comes second waits here.

    Raises:
        TenderNotFound: none.
    """
    session.execute(select(Tender.id).where(Tender.id == tender_id).with_for_update())
    found = session.scalars(
        select(Tender)
        .where(Tender.id == tender_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise TenderNotFound
    return found


def has_status(status: str, at: datetime) -> ColumnElement[bool]:
    """SQL: published tenders of a status in `STATUSES` at an instant; "coming" holds none, those are needs."""
    public = and_(Tender.published_at.is_not(None), Tender.published_at <= at)
    stopped = or_(Tender.cancelled_at <= at, Tender.unsuccessful_at <= at)
    running = and_(
        public,
        or_(Tender.cancelled_at.is_(None), Tender.cancelled_at > at),
        or_(Tender.unsuccessful_at.is_(None), Tender.unsuccessful_at > at),
    )
    decided = and_(Tender.awarded_at.is_not(None), Tender.awarded_at <= at)
    match status:
        case "open":
            return and_(running, Tender.closes_at > at)
        case "closed":
            return and_(
                running, Tender.closes_at <= at, or_(Tender.awarded_at.is_(None), Tender.awarded_at > at)
            )
        case "awarded":
            return and_(running, decided)
        case "stopped":
            return and_(public, stopped)
        case "coming":
            return false()
        case _:
            return public


def listing(
    at: datetime, *, actor: Actor | None = None, status: str = "", search: str = "", category: str = "",
    place: str = "", buyer: str = "",
) -> Select[Tender]:  # fmt: skip
    """What a reader may know of, with buyers: open ones by closing time, others latest first."""
    order = (Tender.closes_at, Tender.id) if status == "open" else (Tender.closes_at.desc(), Tender.id.desc())
    statement = (
        select(Tender)
        .join(Tender.buyer)
        .options(contains_eager(Tender.buyer))
        .where(has_status(status, at), visible_to(actor))
        .order_by(*order)
    )
    if search:
        key = search_key(search)
        statement = statement.where(
            or_(Tender.search_text.contains(key, autoescape=True), Tender.number == search.strip().upper())
        )
    if category:
        statement = statement.where(Tender.category == category)
    if place:
        statement = statement.where(Tender.place_code == place)
    if buyer:
        statement = statement.where(Organisation.search_name.contains(search_key(buyer), autoescape=True))
    return statement


def own_tenders(organisation_id: int) -> Select[Tender]:
    """Every tender of a buyer with drafts, latest changed first."""
    return (
        select(Tender)
        .where(Tender.buyer_id == organisation_id)
        .options(joinedload(Tender.buyer))
        .order_by(Tender.edited_at.desc(), Tender.id.desc())
    )


def of_need(session: Session, need_id: int) -> Sequence[Tender]:
    """Tenders made of a need, oldest first."""
    return session.scalars(select(Tender).where(Tender.need_id == need_id).order_by(Tender.id)).all()


def amendments(session: Session, tender_id: int) -> Sequence[Amendment]:
    """Changes of the deadline, oldest first."""
    return session.scalars(
        select(Amendment).where(Amendment.tender_id == tender_id).order_by(Amendment.made_at, Amendment.id)
    ).all()


def follows(session: Session, tender_id: int, organisation_id: int) -> bool:
    """Whether an organisation hears of changes."""
    return session.get(Follower, (tender_id, organisation_id)) is not None


def readers(session: Session, tender_id: int) -> Sequence[User]:
    """The people of organisations that follow a tender, each once: who gets a letter on a change."""
    return session.scalars(
        select(User)
        .join(Mandate, (Mandate.user_id == User.id) & Mandate.ended_at.is_(None))
        .join(Follower, Follower.organisation_id == Mandate.organisation_id)
        .where(Follower.tender_id == tender_id, Mandate.role.in_((Role.BOARD, Role.MEMBER)))
        .where(User.erased_at.is_(None))
        .distinct()
        .order_by(User.id)
    ).all()


def tasks(session: Session, actor: Actor, at: datetime) -> Sequence[Task]:
    """What tenders wait for: drafts to finish, review or publish, applicants to choose, for people of the buyer."""
    if actor.organisation_id is None or not actor.has(Role.PURCHASER, Role.ASSESSOR):
        return []
    waiting = session.scalars(
        select(Tender)
        .where(Tender.buyer_id == actor.organisation_id, Tender.cancelled_at.is_(None))
        .where(
            or_(Tender.published_at.is_(None), and_(Tender.apply_until <= at, Tender.selected_at.is_(None)))
        )
        .where(Tender.unsuccessful_at.is_(None))
        .order_by(Tender.edited_at)
        .limit(20)
    ).all()
    return [task for each in waiting if (task := _task(each, actor)) is not None]


def _task(each: Tender, actor: Actor) -> Task | None:
    values, facts = {"number": each.number}, {"number": each.number, "title": each.title or "…"}
    if each.published_at is not None:
        text = N_("Kies wie mag inschrijven: %(number)s, %(title)s")
        return Task(text, "applications.choose", values, facts) if actor.has(Role.PURCHASER) else None
    if each.reviewed_at is not None:
        text = N_("Publiceer %(number)s: %(title)s")
        return Task(text, "tender_approval.publish", values, facts) if actor.has(Role.PURCHASER) else None
    if each.review_asked_at is not None and actor.user_id not in {each.author_id, each.edited_by_id}:
        return Task(
            N_("Controleer als tweede persoon %(number)s: %(title)s"), "tender_approval.review", values, facts
        )
    if each.review_asked_at is None and actor.user_id in {each.author_id, each.edited_by_id}:
        return Task(N_("Maak het concept %(number)s af: %(title)s"), "drafting.show", values, facts)
    return None


def panel(session: Session, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Tenders for a dashboard: one's own for a buyer, the open ones for a cooperative."""
    if actor.organisation_id is not None and actor.has(Role.PURCHASER, Role.ASSESSOR):
        own = session.scalars(own_tenders(actor.organisation_id).limit(5)).all()
        return {"own": True, "tenders": [(each, rules.state_of(each, at)) for each in own]}
    if actor.has(Role.MEMBER, Role.BOARD, Role.PROGRAMME):
        sectors = _sectors(session, actor)
        found = session.scalars(
            _suited_first(listing(at, actor=actor, status="open"), sectors).limit(5)
        ).all()
        fits = any(each.category in sectors for each in found)
        return {"own": False, "fits": fits, "tenders": [(each, rules.state_of(each, at)) for each in found]}
    return None


def _sectors(session: Session, actor: Actor) -> list[str]:
    """The kinds of work of the actor's own cooperative; none without a profile."""
    if actor.organisation_id is None or not actor.has(Role.MEMBER, Role.BOARD):
        return []
    found = session.scalar(
        select(Cooperative.sectors).where(Cooperative.organisation_id == actor.organisation_id)
    )
    return found or []


def _suited_first(statement: Select[Tender], sectors: Sequence[str]) -> Select[Tender]:
    """The list with what suits these kinds of work before the others, each part by closing time."""
    suits = case((Tender.category.in_(sectors), 0), else_=1)
    return statement.order_by(None).order_by(suits, Tender.closes_at, Tender.id)


def figure(session: Session, at: datetime) -> Figure:
    """How many tenders are open now, for the front page."""
    total = session.scalar(
        select(func.count()).select_from(Tender).where(has_status("open", at), visible_to(None))
    )
    return Figure(
        total or 0,
        N_("open opdrachten"),
        "tenders.index",
        {"status": "open"},
        N_("Hier kunt u op inschrijven."),
    )
