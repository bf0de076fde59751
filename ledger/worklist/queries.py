"""Reading what is unproven."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, any_, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from ledger.rollups.models import SpendRollup
from ledger.rollups.queries import inside, version
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierEvidence, SupplierStanding
from ledger.suppliers.queries import WHOSE, array_of
from ledger.worklist.rules import Bought, Proof, Work, work

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


def proofs(session: Session, ids: Sequence[int]) -> dict[int, list[Proof]]:
    """When the place of each of these suppliers is proven; who never was is not in it."""
    found: dict[int, list[Proof]] = {}
    for key, from_on, until_on, extract_id in session.execute(
        select(
            SupplierStanding.supplier_id, SupplierStanding.from_on, SupplierStanding.until_on,
            SupplierEvidence.extract_id,
        )
        .join(SupplierEvidence, SupplierEvidence.id == SupplierStanding.evidence_id)
        .where(
            SupplierStanding.supplier_id == any_(array_of(ids, BigInteger)),
            SupplierStanding.contract_reference == "", SupplierStanding.standing != Standing.UNKNOWN.value,
        )
    ):  # fmt: skip
        found.setdefault(key, []).append(Proof(from_on, until_on, extract_id is not None))
    return found
