"""Reading what is unproven, and which local suppliers are new."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, any_, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.rollups.models import SpendRollup
from ledger.rollups.queries import inside, version
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierEvidence
from ledger.suppliers.queries import WHOSE, array_of
from ledger.suppliers.rules import Novelty, novelty
from ledger.worklist.rules import Bought, Work, work

_KINDS = {each.value: each for each in Standing}


def open_work(session: Session, period: Period, anchor_id: int | None = None) -> Work:
    """What is open in a period, of one anchor or of all together; only what stands in the denominator.

    Kept until a line, a standing, or who a supplier is changes a sum of the period.
    """
    key = str(session.get_bind().engine.url), str(period), anchor_id, *version(session, period)
    return _KEPT.get(key, lambda: _open_work(session, period, anchor_id))


_KEPT: Kept[Work] = Kept(16)


def _open_work(session: Session, period: Period, anchor_id: int | None) -> Work:
    statement = (
        select(
            WHOSE, func.min(SpendRollup.supplier_id), SpendRollup.standing, func.sum(SpendRollup.net_amount)
        )
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(inside(period), SpendRollup.exclusion.is_(None))
        .group_by(WHOSE, SpendRollup.standing, SpendRollup.evidence_id)
    )
    if anchor_id is not None:
        statement = statement.where(SpendRollup.anchor_id == anchor_id)
    return work(
        Bought(whose, supplier_id, _KINDS[standing], int(net))
        for whose, supplier_id, standing, net in session.execute(statement)
    )


def suppliers_by_id(session: Session, ids: Sequence[int]) -> dict[int, Supplier]:
    """Suppliers by key, with whose ledger named them."""
    found = session.scalars(
        select(Supplier)
        .where(Supplier.id == any_(array_of(ids, BigInteger)))
        .options(joinedload(Supplier.recorded_by))
    )
    return {each.id: each for each in found}


class Local(NamedTuple):
    """What was bought of a proven local supplier in a period, net in cents, and whether it is new."""

    whose: str
    net: int
    started_on: date | None
    first_bought_on: date
    novelty: Novelty


def local_suppliers(session: Session, period: Period, since: date | None = None) -> list[Local]:
    """The proven local suppliers of a period, each with what it is: new here, newly reached, there all along.

    `since` defaults to a year before the period. The start is that of the establishment the register names as seat
    where the evidence came from a register; without one it is not known (attack 16). The first purchase is told by the
    quarter, as the sums are.
    """
    day = since or date(period.start.year - 1, period.start.month, 1)
    started = (
        select(SupplierEvidence.id, func.min(RegisterBranch.started_on).label("started_on"))
        .join(RegisterExtract, RegisterExtract.id == SupplierEvidence.extract_id)
        .join(RegisterBranch, RegisterBranch.extract_id == RegisterExtract.id)
        .where(RegisterBranch.main, RegisterBranch.postcode == SupplierEvidence.postcode)
        .group_by(SupplierEvidence.id)
        .subquery()
    )
    first = (
        select(WHOSE.label("whose"), func.min(SpendRollup.quarter_on).label("first_on"))
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(SpendRollup.exclusion.is_(None))
        .group_by(WHOSE)
        .having(func.sum(SpendRollup.weight) > 0)
        .subquery()
    )
    books_from = session.scalar(select(func.min(SpendRollup.quarter_on)))
    rows = session.execute(
        select(
            WHOSE, func.sum(SpendRollup.net_amount), func.min(started.c.started_on), func.min(first.c.first_on)
        )
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .outerjoin(started, started.c.id == SpendRollup.evidence_id)
        .join(first, first.c.whose == WHOSE)
        .where(
            inside(period), SpendRollup.exclusion.is_(None), SpendRollup.standing == Standing.LOCAL.value
        )
        .group_by(WHOSE)
        .having(func.sum(SpendRollup.weight) != 0)
        .order_by(WHOSE)
    )  # fmt: skip
    return [
        Local(
            whose,
            int(net),
            began,
            first_on,
            novelty(began, first_on, since=day, books_from=books_from or first_on),
        )
        for whose, net, began, first_on in rows
    ]
