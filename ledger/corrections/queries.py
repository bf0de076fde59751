"""Reading what a line came from, and how it counts."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import User
from ledger.corrections.errors import FileUnknown
from ledger.invoicing.models import Invoice
from ledger.spend.models import SpendImport, SpendLine, SpendUndo
from ledger.spend.queries import BRANCH, BRANCH_THEN, FIRST, SEAT, SEAT_THEN, proven
from ledger.suppliers.models import SupplierEvidence, SupplierStanding


class Origin(NamedTuple):
    """The file a line came from, who handed it in, and whether it was taken back since."""

    file: SpendImport
    who: str | None
    is_undone: bool


class Proof(NamedTuple):
    """What is proven of a line's supplier on the day that counts, and the evidence that proves it."""

    standing: SupplierStanding
    evidence: SupplierEvidence


def origin(session: Session, line: SpendLine) -> Origin | None:
    """Where a line, or the line it corrects, came from; None for an invoice made here, or lines without a file."""
    if line.import_id is None:
        return None
    row = session.execute(
        select(SpendImport, User.name, exists().where(SpendUndo.import_id == SpendImport.id))
        .outerjoin(User, User.id == SpendImport.actor_id)
        .where(SpendImport.id == line.import_id)
    ).one()
    return Origin(*row)


def find_proof(session: Session, line: SpendLine) -> Proof | None:
    """The standing by which a line is counted now; None where nothing is known of that day."""
    which = (
        select(proven("id", 0))
        .select_from(SpendLine)
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .where(SpendLine.id == line.id)
        .scalar_subquery()
    )
    row = session.execute(
        select(SupplierStanding, SupplierEvidence)
        .join(SupplierEvidence, SupplierEvidence.id == SupplierStanding.evidence_id)
        .where(SupplierStanding.id == which)
        .options(joinedload(SupplierEvidence.checked_by))
    ).one_or_none()
    return None if row is None else Proof(*row)


def file(session: Session, public_id: UUID, *, anchor_id: int | None) -> tuple[SpendImport, str | None]:
    """A file that was booked, and who handed it in; `anchor_id` None means of any anchor.

    Raises:
        FileUnknown: none, or another anchor's.
    """
    statement = (
        select(SpendImport, User.name)
        .outerjoin(User, User.id == SpendImport.actor_id)
        .where(SpendImport.public_id == public_id)
    )
    if anchor_id is not None:
        statement = statement.where(SpendImport.anchor_id == anchor_id)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise FileUnknown
    return found[0], found[1]


def findings(session: Session, one: SpendImport) -> Mapping[str, Any]:
    """What was left out of a booked file, and what was doubtful (`ledger.uploads.rules.told`)."""
    found: Mapping[str, Any] = session.scalars(
        select(SpendImport.findings).where(SpendImport.id == one.id)
    ).one()
    return found


def of_file(session: Session, one: SpendImport) -> Select[SpendLine]:
    """The lines as they came from a file, in its order."""
    first = session.scalar(select(func.min(SpendLine.id)).where(SpendLine.import_id == one.id)) or 0
    return (
        select(SpendLine)
        .where(SpendLine.id >= first, SpendLine.import_id == one.id, SpendLine.kind.in_(FIRST))
        .options(joinedload(SpendLine.supplier))
        .order_by(SpendLine.id)
    )


def find_invoice(session: Session, line: SpendLine) -> Invoice | None:
    """The invoice made here that a line is of, or is the same purchase as."""
    same = or_(SpendLine.id.in_((line.id, line.same_as_id)), SpendLine.same_as_id == line.id)
    mine = select(func.min(SpendLine.invoice_id)).where(same).scalar_subquery()
    return session.scalar(select(Invoice).where(Invoice.id == mine))


def of_invoice(session: Session, invoice: Invoice) -> Sequence[SpendLine]:
    """All lines of an invoice made here, and those of a ledger that are the same purchase, oldest first."""
    mine = select(SpendLine.id).where(SpendLine.invoice_id == invoice.id)
    first = select(SpendLine.same_as_id).where(SpendLine.invoice_id == invoice.id)
    return session.scalars(
        select(SpendLine)
        .where(
            SpendLine.anchor_id == invoice.buyer_id,
            or_(SpendLine.invoice_id == invoice.id, SpendLine.same_as_id.in_(mine), SpendLine.id.in_(first)),
        )
        .options(joinedload(SpendLine.supplier))
        .order_by(SpendLine.id)
    ).all()
