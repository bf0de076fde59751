"""Reading the buying calendar. What is for the alliance only is filtered here, not in a template."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, Text, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from coops.needs.errors import NeedNotFound
from coops.needs.models import Need, NeedInterest, NeedShare
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.feature import Figure
from cwb.kernel.kept import Kept
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Listing, Prepared, Record, containing
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, Tasks, Waiting, rows

SOON = timedelta(days=60)
"""How long before a contract's notice date its owner is reminded."""


def in_alliance(actor: Actor | None) -> bool:
    """Whether somebody sees what is for the alliance: people of anchors and of the programme."""
    return actor is not None and actor.has(
        Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.AUDITOR, Role.ADMINISTRATOR
    )


def visible(actor: Actor | None) -> ColumnElement[bool]:
    """SQL: needs this reader may see."""
    if in_alliance(actor):
        return Need.visibility.in_(("alliance", "public"))
    return Need.visibility == "public"


def is_open(
    at: datetime | ColumnElement[datetime], today: date | ColumnElement[date] | None = None
) -> ColumnElement[bool]:
    """SQL: needs that stand on the calendar at an instant (the rule `state_of`, set-wise); `today` is its day."""
    return and_(
        or_(Need.withdrawn_at.is_(None), Need.withdrawn_at > at),
        or_(Need.converted_at.is_(None), Need.converted_at > at),
        Need.expires_on >= (local_date(at) if isinstance(at, datetime) else today),
    )


def need(session: Session, number: str, actor: Actor | None) -> Need:
    """A need with its owner, if this reader may see it.

    Raises:
        NeedNotFound: none, or for the alliance only.
    """
    found = session.scalars(
        select(Need)
        .join(Need.owner)
        .where(Need.number == number, visible(actor))
        .options(contains_eager(Need.owner))
    ).one_or_none()
    if found is None:
        raise NeedNotFound
    return found


def locked_need(session: Session, need_id: int) -> Need:
    """A need as it is now, held until the transaction ends."""
    return session.scalars(
        select(Need).where(Need.id == need_id).with_for_update().execution_options(populate_existing=True)
    ).one()


class Sought(NamedTuple):
    """Filters of the calendar; what is empty leaves all. `everything`: closed ones too."""

    search: str = ""
    category: str = ""
    place: str = ""
    owner: str = ""
    before: date | None = None
    everything: bool = False


UNFILTERED = Sought()

_LISTED = Record(
    Need, Need.number, Need.title, Need.category, Need.place_code, Need.volume, Need.unit, Need.wanted_from,
    Need.withdrawn_at, Need.converted_at, Need.expires_on,
    owner=Record(Organisation, Organisation.name),
)  # fmt: skip
_LISTINGS: Kept[Listing[Need]] = Kept(256)


def listing(sought: Sought, actor: Actor | None, at: datetime) -> tuple[Listing[Need], dict[str, object]]:
    """The prepared list of what a reader looks for by wanted day, and the values to fill in."""
    values = _values(sought)

    def make() -> Listing[Need]:
        binds = {name: bindparam(name, type_=Date if name == "before" else Text) for name in values}
        statement = select(*_LISTED.columns).join(Need.owner).where(visible(actor), *_conditions(binds))
        if not sought.everything:
            statement = statement.where(is_open(AT, TODAY))
        return Listing.of(_LISTED, statement, Need.wanted_from, Need.id)

    asked = _LISTINGS.get((frozenset(values), in_alliance(actor), sought.everything), make)
    return asked, {**values, "at": at, "today": local_date(at)}


def calendar(at: datetime, actor: Actor | None, sought: Sought = UNFILTERED) -> Select[Need]:
    """The whole calendar by wanted day, with owners."""
    statement = (
        select(Need)
        .join(Need.owner)
        .where(visible(actor), *_conditions(_values(sought)))
        .options(contains_eager(Need.owner))
        .order_by(Need.wanted_from, Need.id)
    )
    return statement if sought.everything else statement.where(is_open(at))


def _values(sought: Sought) -> dict[str, object]:
    """The filled-in filters as the database compares them."""
    given = {
        "search": containing(search_key(sought.search)) if sought.search else "",
        "category": sought.category,
        "place": sought.place,
        "owner": containing(search_key(sought.owner)) if sought.owner else "",
        "before": sought.before,
    }
    return {name: value for name, value in given.items() if value}


def _conditions(values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if "search" in values:
        found.append(Need.search_text.like(values["search"], escape="/"))
    if "category" in values:
        found.append(Need.category == values["category"])
    if "place" in values:
        found.append(Need.place_code == values["place"])
    if "owner" in values:
        named = Organisation.search_name.like(values["owner"], escape="/")
        joined = NeedShare.organisation_id.in_(select(Organisation.id).where(named).correlate(None))
        found.append(or_(named, exists().where(NeedShare.need_id == Need.id, joined)))
    if "before" in values:
        found.append(Need.wanted_from < values["before"])
    return found


def interested(session: Session, need_id: int) -> Sequence[Organisation]:
    """The organisations that said they are interested, by name."""
    return session.scalars(
        select(Organisation)
        .join(NeedInterest, NeedInterest.organisation_id == Organisation.id)
        .where(NeedInterest.need_id == need_id)
        .order_by(Organisation.search_name)
    ).all()


def is_interested(session: Session, need_id: int, organisation_id: int) -> bool:
    """Whether an organisation said so."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    NeedInterest.need_id == need_id, NeedInterest.organisation_id == organisation_id
                )
            )
        )
    )


def shares(session: Session, need_id: int) -> Sequence[NeedShare]:
    """The other anchors that take part, first come first, with their organisations."""
    return session.scalars(
        select(NeedShare)
        .join(NeedShare.organisation)
        .where(NeedShare.need_id == need_id)
        .options(contains_eager(NeedShare.organisation))
        .order_by(NeedShare.joined_at, NeedShare.organisation_id)
    ).all()


tasks = Tasks(
    Waiting(
        N_("Maak een aanbesteding van %(number)s, of verleng: %(title)s"), "needs.show", frozenset({Role.PURCHASER}),
        rows(number=Need.number, title=Need.title)
        .where(Need.owner_id == ORGANISATION, is_open(AT, TODAY))
        .where(
            or_(
                Need.notice_on.between(TODAY, TODAY + SOON.days),
                Need.expires_on.between(TODAY, TODAY + 14),
            )
        )
        .order_by(Need.wanted_from),
        {"number": "number"},
    ),
)  # fmt: skip
"""Needs of one's own whose contract is soon to be given notice, or that soon leave the calendar."""


_ON_PANEL = Record(Need, Need.number, Need.title, Need.wanted_from)
_OWN_PANEL = Prepared(
    lambda count, *values: (_ON_PANEL(*values), count),
    select(
        select(func.count()).where(NeedInterest.need_id == Need.id).correlate(Need).scalar_subquery(),
        *_ON_PANEL.columns,
    )
    .where(Need.owner_id == ORGANISATION, is_open(AT, TODAY))
    .order_by(Need.wanted_from)
    .limit(5),
)
_NEXT_PANEL = Prepared(
    lambda *values: (_ON_PANEL(*values), None),
    select(*_ON_PANEL.columns)
    .where(visible(None), is_open(AT, TODAY))
    .order_by(Need.wanted_from, Need.id)
    .limit(5),
)


def panel(session: Session, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Needs for a dashboard: one's own for a purchaser, the next public ones for a cooperative."""
    own = actor.organisation_id
    if actor.has(Role.PURCHASER) and own is not None:
        mine = _OWN_PANEL.all(session, organisation_id=own, at=at, today=local_date(at))
        return {"own": True, "needs": mine}
    if actor.has(Role.MEMBER, Role.BOARD):
        return {"own": False, "needs": _NEXT_PANEL.all(session, at=at, today=local_date(at))}
    return None


def figure(session: Session, at: datetime) -> Figure:
    """How many needs stand on the public calendar, for the front page."""
    total = session.scalar(select(func.count()).select_from(Need).where(visible(None), is_open(at)))
    return Figure(
        total or 0, N_("behoeften op de inkoopkalender"), "needs.index", hint=N_("Hier komt werk aan.")
    )
