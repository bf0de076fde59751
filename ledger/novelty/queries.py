"""Reading which local suppliers are new, from what anchors bought of them before."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.handed.queries import before, books, handed
from ledger.handed.rules import Books
from ledger.novelty.rules import Novelty, began_long_ago, novelty
from ledger.rollups.models import SpendRollup
from ledger.rollups.queries import inside
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierEvidence
from ledger.suppliers.queries import WHOSE


class Local(NamedTuple):
    """What was bought of a proven local supplier in a period, net in cents, and whether it is new."""

    whose: str
    net: int
    started_on: date | None
    first_bought_on: date
    novelty: Novelty


_NOTHING = Books(None, None)


def local_suppliers(
    session: Session, period: Period, known: Mapping[int, Books] | None = None
) -> list[Local]:
    """The proven local suppliers of a period, each with what it is: new here, newly reached, there all along.

    That is seen from a year before the period. The start is that of the establishment the register names as seat
    where the evidence came from a register; without one it is not known. The first purchase is told by the quarter, as
    the sums are. `known`: since when the purchases of each anchor are known; it is looked up when left out.
    """
    since = date(period.start.year - 1, period.start.month, 1)
    if known is None:
        known = books(handed(session, before(period)), period)
    bought = _first_bought(session, period)
    found = []
    for whose, (net, began, buyers) in _local(session, period).items():
        first = bought.get(whose)
        if not first:
            continue
        whole = [known.get(buyer, _NOTHING).whole for buyer in buyers]
        what = novelty(
            began, min(first.values()), since=since, known=all(each and each <= since for each in whole),
            with_the_books=any(
                began_long_ago(day, known.get(anchor, _NOTHING).first, period.start) for anchor, day in first.items()
            ),
        )  # fmt: skip
        found.append(Local(whose, net, began, min(first.values()), what))
    return found


def _local(session: Session, period: Period) -> dict[str, tuple[int, date | None, list[int]]]:
    """Of each local supplier of a period what was bought, when its establishment began, and who bought."""
    started = (
        select(SupplierEvidence.id, func.min(RegisterBranch.started_on).label("started_on"))
        .join(RegisterExtract, RegisterExtract.id == SupplierEvidence.extract_id)
        .join(RegisterBranch, RegisterBranch.extract_id == RegisterExtract.id)
        .where(RegisterBranch.main, RegisterBranch.postcode == SupplierEvidence.postcode)
        .group_by(SupplierEvidence.id)
        .subquery()
    )
    rows = session.execute(
        select(
            WHOSE, func.sum(SpendRollup.net_amount), func.min(started.c.started_on),
            func.array_agg(SpendRollup.anchor_id.distinct()),
        )
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .outerjoin(started, started.c.id == SpendRollup.evidence_id)
        .where(inside(period), SpendRollup.exclusion.is_(None), SpendRollup.standing == Standing.LOCAL.value)
        .group_by(WHOSE)
        .having(func.sum(SpendRollup.weight) != 0)
        .order_by(WHOSE)
    )  # fmt: skip
    return {whose: (int(net), began, buyers) for whose, net, began, buyers in rows}


def _first_bought(session: Session, period: Period) -> dict[str, dict[int, date]]:
    """Of each local supplier of a period the quarter in which each anchor first bought of it."""
    here = (
        select(WHOSE)
        .join(SpendRollup, SpendRollup.supplier_id == Supplier.id)
        .where(inside(period), SpendRollup.exclusion.is_(None), SpendRollup.standing == Standing.LOCAL.value)
    )
    theirs = select(Supplier.id).where(WHOSE.in_(here))
    quarter = (
        select(WHOSE.label("whose"), SpendRollup.anchor_id, SpendRollup.quarter_on)
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(SpendRollup.exclusion.is_(None), SpendRollup.supplier_id.in_(theirs))
        .group_by(WHOSE, SpendRollup.anchor_id, SpendRollup.quarter_on)
        .having(func.sum(SpendRollup.weight) > 0)
        .subquery()
    )
    found: dict[str, dict[int, date]] = defaultdict(dict)
    for whose, anchor_id, day in session.execute(
        select(quarter.c.whose, quarter.c.anchor_id, func.min(quarter.c.quarter_on))
        .group_by(quarter.c.whose, quarter.c.anchor_id)
    ):  # fmt: skip
        found[whose][anchor_id] = day
    return found
