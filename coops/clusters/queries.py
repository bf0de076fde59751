"""Reading what clusters are made of, and clusters that were kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from coops.clusters.models import ClusterNeed, DemandCluster
from coops.clusters.rules import Shrunk, Supply, Wish, hours_in
from coops.needs.models import Need, NeedShare
from coops.needs.queries import is_open, visible
from coops.needs.rules import Wanted, together
from coops.register.models import Cooperative
from coops.register.queries import verified
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.prepared import Prepared
from cwb.kernel.waiting import AT, TODAY

_IS_TOLD = Need.value_visibility == "public"
_EVERY_WISH = (
    select(
        Need.id, Need.number, Need.title, Need.category, Need.place_code, Need.wanted_from, Need.volume, Need.unit,
        Need.value_low_minor, Need.value_high_minor, _IS_TOLD, Need.contract_ends_on, Need.notice_on, Need.owner_id,
        Organisation.name,
    )
    .join(Organisation, Organisation.id == Need.owner_id)
    .where(is_open(AT, TODAY))
    .order_by(Need.number)
)  # fmt: skip
_EVERY_SHARE = (
    select(
        NeedShare.need_id, NeedShare.organisation_id, Organisation.name, NeedShare.volume, NeedShare.value_low_minor,
        NeedShare.value_high_minor,
    )
    .join(Organisation, Organisation.id == NeedShare.organisation_id)
    .join(Need, Need.id == NeedShare.need_id)
    .where(is_open(AT, TODAY))
    .order_by(NeedShare.need_id, NeedShare.joined_at, NeedShare.organisation_id)
)  # fmt: skip


def _read(*conditions: ColumnElement[bool]) -> tuple[Prepared[Any], Prepared[Any]]:
    return tuple(
        Prepared(lambda *values: values, each.where(*conditions)) for each in (_EVERY_WISH, _EVERY_SHARE)
    )  # type: ignore[return-value]


_OF_ALLIANCE = _read()
_OF_PUBLIC = _read(visible(None))


def wishes(session: Session, at: datetime, *, public: bool = False) -> list[Wish]:
    """Every open need with its shares, as clustering sees it: of the alliance, or only what everybody may read.

    `public` leaves out the value bands that are for the alliance alone: a cluster's sum is then not known, for from the
    sum one could take away what the others publish.
    """
    needs, parts = _OF_PUBLIC if public else _OF_ALLIANCE
    shares: dict[int, list[Any]] = {}
    for each in parts.all(session, at=at, today=local_date(at)):
        shares.setdefault(each[0], []).append(each)
    found = needs.all(session, at=at, today=local_date(at))
    return [_wish(row, shares.get(row[0], ()), public=public) for row in found]


def _wish(row: Any, shares: Sequence[Any], *, public: bool) -> Wish:
    (
        need_id,
        number,
        title,
        category,
        place,
        wanted,
        volume,
        unit,
        low,
        high,
        told,
        ends,
        notice,
        owner,
        name,
    ) = row
    if shares:
        parts = [(volume, low, high), *((each[3], each[4], each[5]) for each in shares)]
        whole = together(
            Wanted(much, None if least is None else Money(least), None if most is None else Money(most))
            for much, least, most in parts
        )
        volume = whole.volume
        low = None if whole.value_low is None else whole.value_low.minor
        high = None if whole.value_high is None else whole.value_high.minor
    if public and not told:
        low = high = None
    return Wish(
        number, (owner, *(each[1] for each in shares)), category, place, wanted, volume, unit, low, high, ends, notice,
        need_id, title, (name, *(each[2] for each in shares)),
    )  # fmt: skip


_SUPPLY = Prepared(
    lambda sectors, hours, sure: (sectors, hours, sure),
    select(Cooperative.sectors, Cooperative.weekly_hours, verified(AT)),
)


def supplies(session: Session, at: datetime) -> dict[str, Supply]:
    """Per kind of work, what the cooperatives of the register say they can put to work.

    One that does two kinds counts in both: so this is the most there can be.
    """
    found: dict[str, Supply] = {}
    for sectors, hours, sure in _SUPPLY.all(session, at=at):
        for sector in sectors:
            was = found.get(sector, Supply(0, 0, 0, 0))
            found[sector] = Supply(
                was.hours + (hours or 0), was.verified_hours + (hours or 0 if sure else 0), was.cooperatives + 1,
                was.unknown + (hours is None),
            )  # fmt: skip
    return found


def kept_of(
    session: Session, cluster_id: int, per_unit: Mapping[str, Decimal]
) -> tuple[DemandCluster, list[Shrunk]]:
    """A kept cluster, and its needs that are asked less since: withdrawn, left by an anchor, or made smaller."""
    shares = (
        select(func.sum(NeedShare.volume))
        .where(NeedShare.need_id == Need.id)
        .correlate(Need)
        .scalar_subquery()
    )
    whole = case(
        (Need.withdrawn_at.is_not(None), 0),
        else_=func.coalesce(Need.volume + shares, Need.volume, shares, 0),
    )
    rows = session.execute(
        select(DemandCluster, Need.number, Need.unit, ClusterNeed.hours, whole)
        .join(ClusterNeed, ClusterNeed.cluster_id == DemandCluster.id)
        .join(Need, Need.id == ClusterNeed.need_id)
        .where(DemandCluster.id == cluster_id, ClusterNeed.hours.is_not(None))
        .order_by(Need.number)
    ).all()
    found = [
        Shrunk(number, then, hours_in(volume, unit, per_unit)[0] or Decimal(0))
        for _kept, number, unit, then, volume in rows
    ]
    return rows[0][0], [each for each in found if each.gone > 0]


def needs_of(session: Session, cluster_id: int) -> Sequence[tuple[ClusterNeed, Need]]:
    """The needs of a kept cluster, by number."""
    statement = (
        select(ClusterNeed, Need)
        .join(Need, Need.id == ClusterNeed.need_id)
        .where(ClusterNeed.cluster_id == cluster_id)
        .order_by(Need.number)
    )
    return [(line, need) for line, need in session.execute(statement)]
