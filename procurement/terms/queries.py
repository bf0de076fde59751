"""Reading what a tender tells of extensions."""

from sqlalchemy.orm import Session

from procurement.terms.models import TenderExtension
from procurement.terms.rules import Extensions


def find_extensions(session: Session, tender_id: int) -> Extensions | None:
    """The extensions of a tender; None when it tells of none."""
    found = session.get(TenderExtension, tender_id)
    return None if found is None else found.extensions
