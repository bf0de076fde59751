"""Reading studies."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ledger.extracts.models import RegisterExtract
from ledger.multiplier.errors import StudyUnknown
from ledger.multiplier.models import Study
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierEvidence, SupplierStanding


def study(session: Session, public_id: UUID, *, drafts: bool) -> Study:
    """A study with its recipients; a draft only for who makes them.

    Raises:
        StudyUnknown: none.
    """
    found = session.scalar(
        select(Study).where(Study.public_id == public_id).options(selectinload(Study.recipients))
    )
    if found is None or (found.finished_at is None and not drafts):
        raise StudyUnknown
    return found


def studies(session: Session, *, drafts: bool) -> Sequence[Study]:
    """Studies, latest first."""
    statement = select(Study).options(selectinload(Study.recipients)).order_by(Study.id.desc()).limit(100)
    if not drafts:
        statement = statement.where(Study.finished_at.is_not(None))
    return session.scalars(statement).all()


def register_place(session: Session, number: str, on: date) -> tuple[Standing, int] | None:
    """Where a register proves that the legal person with a KvK number is on a day, and by which evidence.

    None where none does, or where two say otherwise.
    """
    found = session.execute(
        select(SupplierStanding.standing, SupplierStanding.evidence_id)
        .join(Supplier, Supplier.id == SupplierStanding.supplier_id)
        .join(SupplierEvidence, SupplierEvidence.id == SupplierStanding.evidence_id)
        .join(RegisterExtract, RegisterExtract.id == SupplierEvidence.extract_id)
        .where(
            RegisterExtract.kvk_number == number, SupplierStanding.contract_reference == "",
            SupplierStanding.standing != Standing.UNKNOWN.value, SupplierStanding.from_on <= on,
            SupplierStanding.until_on > on,
        )
        .order_by(SupplierStanding.evidence_id.desc())
    ).all()  # fmt: skip
    if len({standing for standing, _evidence in found}) != 1:
        return None
    standing, evidence_id = found[0]
    return Standing(standing), evidence_id
