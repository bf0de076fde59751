"""Writing the demands of a draft; each departure from the advice is explained, and published with the tender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.places.gateway import area_pack
from procurement.demands import errors, queries, rules
from procurement.demands.models import SelectionDemand
from procurement.demands.rules import DemandFacts, Table
from procurement.lots.errors import LotNotFound
from procurement.lots.queries import candidates
from procurement.lots.rules import Candidate, Reach, yearly
from procurement.proportion.rules import Count, Known, count, known_of
from procurement.tenders.models import Lot, Tender
from procurement.tenders.services import draft_changed, locked_draft


def measure(tender: Tender, lot_id: int | None = None) -> Money | None:
    """What a demand of a tender or of one of its lots is measured by. Needs its lots."""
    values = {each.id: each.value_minor if tender.is_divided else tender.value_minor for each in tender.lots}
    return rules.measure(values, lot_id)


def add_demand(
    session: Session, *, tender: Tender, facts: DemandFacts, table: Table, version: int | None = None, user_id: int,
    at: datetime,
) -> Tender:  # fmt: skip
    """Ask something of every bidder, or of who bids on one lot.

    Raises:
        LotNotFound: of another tender.
        TooManyDemands, or one of `rules.check_demand`: input.
        NotDraft, DraftChanged.
    """
    tender = locked_draft(session, tender, version)
    departs = _checked(session, tender, facts, table)
    session.add(SelectionDemand(tender_id=tender.id, facts=_tidy(facts), table=table, deviates=departs))
    session.flush()
    return draft_changed(session, tender, "demands", user_id, at)


def change_demand(
    session: Session, *, tender: Tender, demand_id: int, facts: DemandFacts, table: Table, version: int | None = None,
    user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Ask it otherwise.

    Raises:
        DemandNotFound: it was taken away.
        RuleBroken: one of `rules.check_demand`.
        NotDraft, DraftChanged.
    """
    tender = locked_draft(session, tender, version)
    found = queries.demand(session, tender.id, demand_id)
    found.write(_tidy(facts), table, _checked(session, tender, facts, table, found.id))
    session.flush()
    return draft_changed(session, tender, "demands", user_id, at)


def drop_demand(
    session: Session,
    *,
    tender: Tender,
    demand_id: int,
    version: int | None = None,
    user_id: int,
    at: datetime,
) -> Tender:
    """Ask it no longer.

    Raises:
        DemandNotFound: it was taken away already.
        NotDraft, DraftChanged.
    """
    tender = locked_draft(session, tender, version)
    session.delete(queries.demand(session, tender.id, demand_id))
    session.flush()
    return draft_changed(session, tender, "demands", user_id, at)


def check_demands(session: Session, *, tender: Tender, table: Table) -> Sequence[SelectionDemand]:
    """The demands of a draft, each explained by the advice on the values of now.

    Raises:
        DemandsOpen: a value changed so that a demand departs from advice that its explanation did not know.
    """
    found = queries.demands(session, tender.id)
    left = [
        each
        for each in found
        if not rules.is_explained(table, each.facts, each.deviates, measure(tender, each.lot_id))
    ]
    if left:
        raise errors.DemandsOpen(num=len(left))
    return found


def _checked(
    session: Session, tender: Tender, facts: DemandFacts, table: Table, own: int = 0
) -> Sequence[str]:
    """The advice that a demand departs from, when it may be kept beside the others (all but `own`)."""
    lots = [each.id for each in tender.lots]
    if facts.lot_id is not None and facts.lot_id not in lots:
        raise LotNotFound(field="lot")
    others = [each.facts for each in queries.demands(session, tender.id) if each.id != own]
    rules.check_room(others, lots, facts.lot_id)
    return rules.check_demand(table, facts, measure(tender, facts.lot_id))


def _tidy(facts: DemandFacts) -> DemandFacts:
    return replace(
        facts, text=facts.text.strip(), reason=facts.reason.strip(), explanation=facts.explanation.strip()
    )


@dataclass(frozen=True, slots=True)
class Chance:
    """A lot with who does its kind of work (`rows`), and how many of those who can carry it meet the demands.

    `needed`: its value per year. `fitting` can carry it, `verified` are those of them that were checked.
    """

    lot: Lot
    sector: str | None
    needed: Money
    rows: Sequence[tuple[Candidate, Reach]]
    fitting: int
    verified: int
    count: Count


def chances(
    session: Session, tender: Tender, demands: Sequence[DemandFacts], table: Table, at: datetime
) -> Sequence[Chance]:
    """Every lot of a tender with who could bid on it. Needs its lots."""
    found = candidates(session, at)
    advised = {
        each.id: None
        if (basis := measure(tender, each.lot_id)) is None
        else rules.most_reference(table, basis)
        for each in demands
    }
    return [
        _chance(tender, lot, found, rules.of_lot(demands, lot.id), advised, table, at) for lot in tender.lots
    ]


def _chance(
    tender: Tender, lot: Lot, found: Sequence[Candidate], demands: Sequence[DemandFacts],
    advised: Mapping[int, Money | None], table: Table, at: datetime,
) -> Chance:  # fmt: skip
    own = area_pack().category_of(lot.cpv) if lot.cpv else None
    sector = own.id if own else tender.category
    needed = yearly(
        Money(lot.value_minor or tender.value_minor or 0),
        lot.starts_on or tender.starts_on,
        lot.ends_on or tender.ends_on,
    )
    rows = [(each, each.reach(needed)) for each in found if sector in each.sectors]
    fitting = [each for each, reach in rows if reach.fits]
    return Chance(
        lot, sector, needed, rows, len(fitting), sum(each.is_verified for each in fitting),
        count(demands, [_known(each, lot.cpv or tender.cpv, table, at) for each in fitting], advised),
    )  # fmt: skip


def _known(one: Candidate, cpv: str | None, table: Table, at: datetime) -> Known:
    return known_of(one.jobs, one.largest_minor, cpv, table, local_date(at), one.means)
