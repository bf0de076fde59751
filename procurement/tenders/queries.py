"""Reading tenders. A draft is seen by its buyer alone; what is published by everyone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.needs.models import Need
from coops.register.models import Cooperative
from coops.register.queries import verified
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.feature import Figure
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Prepared, Record
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, apart, rows
from procurement.procedures.models import Admission
from procurement.procedures.rules import Access
from procurement.tenders import rules
from procurement.tenders.errors import TenderNotFound
from procurement.tenders.models import Amendment, Criterion, Follower, Lot, Tender

WHOLE_TITLE = case(
    (Tender.lot_count > 1, apart(Tender.title) + ", " + cast(Lot.number, Text) + ": " + apart(Lot.title)),
    else_=Tender.title,
)
"""How a lot is called in lists of waiting work (`procurement.lots.rules.whole_title`, for the database)."""

STATUSES = ("open", "coming", "closed", "awarded", "stopped")
"""What the public list can be narrowed to."""

_WHOLE = (
    joinedload(Tender.buyer),
    joinedload(Tender.need),
    selectinload(Tender.lots).selectinload(Lot.criteria),
)


def visible_to(actor: Actor | None, organisation: Any = None) -> ColumnElement[bool]:
    """SQL: whether a reader may know of a published tender; `organisation` names theirs in a prepared statement.

    A quote by invitation is known to its buyer, auditors, whom it invited, and whom those asked to bid along; to
    everyone once an award was announced. Every list, feed or export of tenders goes through this.
    """
    shown: list[ColumnElement[bool]] = [Tender.access != Access.INVITED, Tender.decided_at.is_not(None)]
    if actor is None or actor.organisation_id is None:
        return or_(*shown)
    if actor.has(Role.AUDITOR):
        return true()
    own = actor.organisation_id if organisation is None else organisation
    if actor.has(Role.PURCHASER, Role.ASSESSOR):
        shown.append(Tender.buyer_id == own)
    if actor.has(Role.BOARD, Role.MEMBER, Role.BID_HELPER):
        shown.append(_let_in(own))
    return or_(*shown)


def _let_in(organisation: Any) -> ColumnElement[bool]:
    """SQL: whether an organisation was invited to a tender, or asked to join a bid on it (migration 0036)."""
    return or_(
        exists().where(Admission.tender_id == Tender.id, Admission.organisation_id == organisation),
        Tender.id.in_(select(func.tenders_joined(organisation))),
    )


def check_visible(session: Session, found: Tender, actor: Actor | None) -> None:
    """Refuse a reader who may not know of a tender; no such tender is the same answer.

    Raises:
        TenderNotFound: a draft, or a quote by invitation, and the reader is not in it.
    """
    if not _may_read(session, found, actor):
        raise TenderNotFound


def find_tender(session: Session, number: str) -> Tender | None:
    """A tender with buyer, need, lots and criteria, whoever asks; for services of this storey."""
    return session.scalars(select(Tender).where(Tender.number == number).options(*_WHOLE)).one_or_none()


def tender(session: Session, number: str, actor: Actor | None = None) -> Tender:
    """A tender with buyer, need, lots and criteria, if this reader may see it.

    Raises:
        TenderNotFound: none, another organisation's draft, or a quote to which others were invited.
    """
    found = find_tender(session, number)
    if found is None or not _may_read(session, found, actor):
        raise TenderNotFound
    return found


_ADMITTED = Prepared(
    bool,
    select(
        exists().where(
            Admission.tender_id == bindparam("tender_id"), Admission.organisation_id == ORGANISATION
        )
    ),
)


def is_admitted(session: Session, tender_id: int, organisation_id: int) -> bool:
    """Whether an organisation was invited, or selected."""
    return _ADMITTED.one(session, tender_id=tender_id, organisation_id=organisation_id)


_READS = Prepared(bool, select(exists().where(Tender.id == bindparam("tender_id"), _let_in(ORGANISATION))))


def _may_read(session: Session, found: Tender, actor: Actor | None) -> bool:
    """`visible_to` for one tender: what is published is everyone's, a quote by invitation not yet, a draft never."""
    is_public = found.access != Access.INVITED or found.decided_at is not None
    if found.published_at is not None and is_public:
        return True
    if actor is None or actor.organisation_id is None:
        return False
    if actor.organisation_id == found.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR):
        return True
    if found.published_at is None:
        return False
    if actor.has(Role.AUDITOR):
        return True
    bids = actor.has(Role.BOARD, Role.MEMBER, Role.BID_HELPER)
    return bids and _READS.one(session, tender_id=found.id, organisation_id=actor.organisation_id)


_SHOWN = Record(Tender, buyer=Record(Organisation))
_BY_NUMBER = Prepared(
    _SHOWN, select(*_SHOWN.columns).join(Tender.buyer).where(Tender.number == bindparam("number"))
)
_LOT, _CRITERION = Record(Lot), Record(Criterion)
_CONTENT = Prepared(
    lambda *values: (_LOT(*values), _CRITERION(*values[len(_LOT.columns) :])),
    select(*_LOT.columns, *_CRITERION.columns)
    .outerjoin(Lot.criteria)
    .where(Lot.tender_id == bindparam("tender_id"))
    .order_by(Lot.number, Criterion.position),
)


def shown_tender(session: Session, number: str, actor: Actor | None) -> Tender:
    """A tender with buyer, lots and criteria for its page, if this reader may see it: to read, not to change.

    Raises:
        TenderNotFound: none, or another organisation's draft.
    """
    found = _BY_NUMBER.first(session, number=number)
    if found is None or not _may_read(session, found, actor):
        raise TenderNotFound
    lots: dict[int, Lot] = {}
    for lot, criterion in _CONTENT.all(session, tender_id=found.id):
        known = lots.setdefault(lot.id, lot)
        known.__dict__.setdefault("criteria", []).extend([criterion] if criterion.id is not None else [])
    found.__dict__["lots"] = list(lots.values())
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


def has_status(status: str, at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
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


_AMENDMENT = Record(Amendment)
_AMENDMENTS = Prepared(
    _AMENDMENT,
    select(*_AMENDMENT.columns)
    .where(Amendment.tender_id == bindparam("tender_id"))
    .order_by(Amendment.made_at, Amendment.id),
)


_STANDING = Prepared(
    rules.Standing,
    select(
        exists().where(
            Follower.tender_id == bindparam("tender_id"), Follower.organisation_id == ORGANISATION
        ),
        exists().where(Cooperative.organisation_id == ORGANISATION, verified(AT)),
    ),
)


def amendments(session: Session, tender_id: int) -> Sequence[Amendment]:
    """Changes of the deadline, oldest first."""
    return _AMENDMENTS.all(session, tender_id=tender_id)


def standing(session: Session, tender_id: int, organisation_id: int | None, at: datetime) -> rules.Standing:
    """How an organisation stands to a tender at an instant; nobody's does not follow and is not verified."""
    return _STANDING.one(session, tender_id=tender_id, organisation_id=organisation_id, at=at)


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


_TO_PUBLISH = (
    rows(number=Tender.number, title=func.coalesce(func.nullif(Tender.title, ""), "…"))
    .where(Tender.buyer_id == ORGANISATION, Tender.published_at.is_(None), Tender.cancelled_at.is_(None))
    .order_by(Tender.edited_at)
)
_UNREVIEWED = _TO_PUBLISH.where(Tender.reviewed_at.is_(None))
_BUYERS = frozenset({Role.PURCHASER, Role.ASSESSOR})

tasks = Tasks(
    Waiting(
        N_("Publiceer %(number)s: %(title)s"), "tender_approval.publish", frozenset({Role.PURCHASER}),
        _TO_PUBLISH.where(Tender.reviewed_at.is_not(None)), {"number": "number"},
    ),
    Waiting(
        N_("Controleer als tweede persoon %(number)s: %(title)s"), "tender_approval.review", _BUYERS,
        _UNREVIEWED.where(
            Tender.review_asked_at.is_not(None), Tender.author_id != USER, Tender.edited_by_id != USER
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Maak het concept %(number)s af: %(title)s"), "drafting.show", _BUYERS,
        _UNREVIEWED.where(
            Tender.review_asked_at.is_(None), or_(Tender.author_id == USER, Tender.edited_by_id == USER)
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Kies wie mag inschrijven: %(number)s, %(title)s"), "applications.choose", frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.published_at.is_not(None), Tender.apply_until <= AT,
            Tender.selected_at.is_(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None),
        )
        .order_by(Tender.apply_until),
        {"number": "number"},
    ),
)  # fmt: skip
"""What tenders wait for: drafts to finish, review or publish, applicants to choose, for the people of the buyer."""


_ON_PANEL = Record(
    Tender, Tender.number, Tender.title, Tender.closes_at, Tender.reviewed_at, Tender.published_at,
    Tender.questions_until, Tender.opened_at, Tender.scores_frozen_at, Tender.decided_at, Tender.standstill_until,
    Tender.awarded_at, Tender.completed_at, Tender.cancelled_at, Tender.unsuccessful_at,
)  # fmt: skip
_OWN_PANEL = Prepared(
    _ON_PANEL,
    select(*_ON_PANEL.columns)
    .where(Tender.buyer_id == ORGANISATION)
    .order_by(Tender.edited_at.desc(), Tender.id.desc())
    .limit(5),
)
_SUITS = func.coalesce(Cooperative.sectors.has_key(Tender.category), false())
_OPEN_PANEL = Prepared(
    lambda suits, *values: (bool(suits), _ON_PANEL(*values)),
    select(_SUITS, *_ON_PANEL.columns)
    .outerjoin(Cooperative, Cooperative.organisation_id == ORGANISATION)
    .where(has_status("open", AT), or_(Tender.access != Access.INVITED, _let_in(ORGANISATION)))
    .order_by(_SUITS.desc(), Tender.closes_at, Tender.id)
    .limit(5),
)


def panel(session: Session, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Tenders for a dashboard: one's own for a buyer; else the open ones, for a cooperative what suits it first."""
    own = actor.organisation_id
    if own is not None and actor.has(Role.PURCHASER, Role.ASSESSOR):
        mine = _OWN_PANEL.all(session, organisation_id=own)
        return {"own": True, "tenders": [(each, rules.state_of(each, at)) for each in mine]}
    if actor.has(Role.MEMBER, Role.BOARD, Role.BID_HELPER, Role.PROGRAMME):
        works = None if actor.has(Role.PROGRAMME) else own
        found = _OPEN_PANEL.all(session, organisation_id=works, at=at)
        fits = any(suits for suits, _ in found)
        return {
            "own": False,
            "fits": fits,
            "tenders": [(each, rules.state_of(each, at)) for _, each in found],
        }
    return None


_HERE = Prepared(
    _ON_PANEL,
    select(*_ON_PANEL.columns)
    .join(Need, Need.id == Tender.need_id)
    .where(Need.place_code == bindparam("place"), has_status("open", AT), visible_to(None))
    .order_by(Tender.closes_at, Tender.id)
    .limit(8),
)


def open_in(session: Session, place: str, at: datetime) -> dict[str, object] | None:
    """Open tenders whose need is in a wijk, for its page; None when there are none."""
    found = _HERE.all(session, place=place, at=at)
    return {"tenders": found} if found else None


def figure(session: Session, at: datetime) -> Figure:
    """How many tenders are open now, for the front page."""
    total = session.scalar(
        select(func.count()).select_from(Tender).where(has_status("open", at), visible_to(None))
    )
    return Figure(
        total or 0,
        N_("open opdrachten"),
        "finding.index",
        {"status": "open"},
        N_("Hier kunt u op inschrijven."),
    )
