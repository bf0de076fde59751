"""Reading agreements."""

from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ledger.agreements.errors import AgreementNotFound
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.agreements.rules import AgreementState


def whole() -> tuple[ORMOption, ...]:
    """Load an agreement with its buyer, suppliers and lines."""
    return (
        joinedload(Agreement.buyer),
        selectinload(Agreement.suppliers).joinedload(AgreementSupplier.party),
        selectinload(Agreement.lines),
    )


def agreement(session: Session, public_id: UUID) -> Agreement:
    """The agreement with this public id, whole.

    Raises:
        AgreementNotFound: there is none.
    """
    found = session.scalar(select(Agreement).where(Agreement.public_id == public_id).options(*whole()))
    if found is None:
        raise AgreementNotFound
    return found


def agreement_by_id(session: Session, agreement_id: int) -> Agreement:
    """The agreement with this inner id, whole.

    Raises:
        AgreementNotFound: there is none.
    """
    found = session.scalar(select(Agreement).where(Agreement.id == agreement_id).options(*whole()))
    if found is None:
        raise AgreementNotFound
    return found


def find_by_reference(session: Session, reference: str) -> Agreement | None:
    """The agreement with this reference, whole."""
    return session.scalar(select(Agreement).where(Agreement.reference == reference).options(*whole()))


def agreements(
    *, party_id: int | None, text: str = "", state: AgreementState | None = None
) -> Select[Agreement]:
    """Agreements in which a party buys or supplies (None: of everyone), newest first, with their parties."""
    statement = (
        select(Agreement)
        .options(
            joinedload(Agreement.buyer), selectinload(Agreement.suppliers).joinedload(AgreementSupplier.party)
        )
        .order_by(Agreement.starts_on.desc(), Agreement.id.desc())
    )
    if party_id is not None:
        supplying = exists().where(
            AgreementSupplier.agreement_id == Agreement.id, AgreementSupplier.party_id == party_id
        )
        statement = statement.where(or_(Agreement.buyer_id == party_id, supplying))
    if state is not None:
        statement = statement.where(Agreement.state == state)
    if text.strip():
        sought = (
            each.icontains(text.strip(), autoescape=True) for each in (Agreement.title, Agreement.reference)
        )
        statement = statement.where(or_(*sought))
    return statement
