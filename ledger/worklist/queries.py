"""Reading what is unproven, and which local suppliers are new."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, cast, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.period import Period
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.share.rules import Standing
from ledger.spend.models import SpendLine
from ledger.spend.queries import BRANCH, BRANCH_THEN, EVIDENCE, SEAT, SEAT_THEN, STANDING
from ledger.suppliers.models import Supplier, SupplierEvidence
from ledger.suppliers.queries import WHOSE
from ledger.suppliers.rules import Novelty, novelty
from ledger.worklist.rules import Bought, Work, work

_KINDS = {each.value: each for each in Standing}


def open_work(session: Session, period: Period, anchor_id: int | None = None) -> Work:
    """What is open in a period, of one anchor or of all together; only what stands in the denominator."""
    keys = (SpendLine.supplier_id, STANDING, EVIDENCE)
    sums = (
        select(*(key.label(name) for key, name in zip(keys, ("supplier_id", "standing", "evidence"), strict=True)))
        .add_columns(func.sum(SpendLine.net_amount).label("net"))
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .where(
            SpendLine.period_on >= period.start, SpendLine.period_on < period.end, SpendLine.weight != 0,
            SpendLine.exclusion.is_(None),
        )
        .group_by(*keys)
    )  # fmt: skip
    if anchor_id is not None:
        sums = sums.where(SpendLine.anchor_id == anchor_id)
    part = sums.subquery()
    rows = session.execute(
        select(WHOSE, func.min(part.c.supplier_id), part.c.standing, func.sum(part.c.net))
        .join(part, part.c.supplier_id == Supplier.id)
        .group_by(WHOSE, part.c.standing, part.c.evidence)
    )
    return work(
        Bought(whose, supplier_id, _KINDS[standing], int(net)) for whose, supplier_id, standing, net in rows
    )


def suppliers_by_id(session: Session, ids: Sequence[int]) -> dict[int, Supplier]:
    """Suppliers by key, with whose ledger named them."""
    found = session.scalars(
        select(Supplier)
        .where(Supplier.id == any_(cast(list(ids), ARRAY(BigInteger))))
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
    where the evidence came from a register; without one it is not known (attack 16).
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
        select(WHOSE.label("whose"), func.min(SpendLine.period_on).label("first_on"))
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .where(SpendLine.weight != 0, SpendLine.exclusion.is_(None))
        .group_by(WHOSE)
        .subquery()
    )
    books_from = session.scalar(select(func.min(SpendLine.period_on)).where(SpendLine.weight != 0))
    rows = session.execute(
        select(WHOSE, func.sum(SpendLine.net_amount), func.min(started.c.started_on), func.min(first.c.first_on))
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .outerjoin(started, started.c.id == EVIDENCE)
        .join(first, first.c.whose == WHOSE)
        .where(
            SpendLine.period_on >= period.start, SpendLine.period_on < period.end, SpendLine.weight != 0,
            SpendLine.exclusion.is_(None), STANDING.in_([Standing.LOCAL.value]),
        )
        .group_by(WHOSE)
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
