"""Finding tenders: what a reader may know of, narrowed by filters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, bindparam, or_, select
from sqlalchemy.orm import contains_eager

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Listing, Record, containing
from cwb.kernel.text import search_key
from cwb.kernel.waiting import AT, ORGANISATION
from procurement.lots.queries import STOPS
from procurement.tenders.models import Tender
from procurement.tenders.queries import has_status, visible_to


class Listed(NamedTuple):
    """A line of the list; `stopped`: how many of its lots were stopped alone."""

    tender: Tender
    stopped: int


class Wanted(NamedTuple):
    """Filters of the list; what is empty leaves all. `status` is one of `procurement.tenders.queries.STATUSES`."""

    status: str = ""
    search: str = ""
    category: str = ""
    place: str = ""
    buyer: str = ""


_LISTED = Record(
    Tender, Tender.number, Tender.title, Tender.category, Tender.place_code, Tender.lot_count, Tender.reviewed_at,
    Tender.published_at, Tender.questions_until, Tender.closes_at, Tender.opened_at, Tender.scores_frozen_at,
    Tender.decided_at, Tender.standstill_until, Tender.awarded_at, Tender.completed_at, Tender.unsuccessful_at,
    Tender.cancelled_at,
    buyer=Record(Organisation, Organisation.name),
)  # fmt: skip
_READING = frozenset({Role.AUDITOR, Role.PURCHASER, Role.ASSESSOR, Role.BOARD, Role.MEMBER})
_LISTINGS: Kept[Listing[Listed]] = Kept(256)


def listing(wanted: Wanted, actor: Actor | None, at: datetime) -> tuple[Listing[Listed], dict[str, object]]:
    """The prepared list of what a reader looks for, and the values to fill in.

    Open ones stand by closing time, others the latest first.
    """
    values = _values(wanted)
    organisation = None if actor is None else actor.organisation_id
    roles = frozenset() if actor is None else actor.roles & _READING
    key = (wanted.status, frozenset(values), roles, organisation is None)
    found = _LISTINGS.get(key, lambda: _listing(wanted.status, values, actor))
    return found, {**values, "organisation_id": organisation, "at": at}


def everything(wanted: Wanted, actor: Actor | None, at: datetime) -> Select[Tender, int]:
    """The whole list with buyers and how many lots were stopped, for a file."""
    return (
        select(Tender, STOPS)
        .join(Tender.buyer)
        .options(contains_eager(Tender.buyer))
        .where(has_status(wanted.status, at), visible_to(actor), *_conditions(_values(wanted)))
        .order_by(*_order(wanted.status))
    )


def _listing(status: str, given: Mapping[str, object], actor: Actor | None) -> Listing[Listed]:
    binds = {name: bindparam(name, type_=Text) for name in given}
    return Listing.of(
        lambda stopped, *values: Listed(_LISTED(*values), stopped),
        select(STOPS, *_LISTED.columns)
        .join(Tender.buyer)
        .where(has_status(status, AT), visible_to(actor, ORGANISATION), *_conditions(binds)),
        *_order(status),
    )


def _order(status: str) -> tuple[Any, ...]:
    latest = Tender.closes_at.desc(), Tender.id.desc()
    return (Tender.closes_at, Tender.id) if status == "open" else latest


def _values(wanted: Wanted) -> dict[str, object]:
    """The filled-in filters as the database compares them."""
    values: dict[str, object] = {}
    if wanted.search:
        values["search"] = containing(search_key(wanted.search))
        values["number"] = wanted.search.strip().upper()
    if wanted.buyer:
        values["buyer"] = containing(search_key(wanted.buyer))
    if wanted.category:
        values["category"] = wanted.category
    if wanted.place:
        values["place"] = wanted.place
    return values


def _conditions(values: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    if "search" in values:
        by_word = Tender.search_text.like(values["search"], escape="/")
        found.append(or_(by_word, Tender.number == values["number"]))
    if "buyer" in values:
        found.append(Organisation.search_name.like(values["buyer"], escape="/"))
    if "category" in values:
        found.append(Tender.category == values["category"])
    if "place" in values:
        found.append(Tender.place_code == values["place"])
    return found
