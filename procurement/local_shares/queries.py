"""Reading what was paid under the contracts of a tender."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.identity.rules import NATURAL_PERSON_FORMS
from ledger.agreements.models import Agreement
from ledger.agreements.queries import whole
from ledger.outlook.queries import paid_under
from ledger.outlook.rules import landed
from ledger.share.rules import Share
from procurement.contracts.models import Contract


def agreements_of(session: Session, tender_id: int) -> Sequence[Agreement]:
    """What was agreed in the contracts of a tender, whole."""
    return session.scalars(
        select(Agreement)
        .join(Contract, Contract.agreement_id == Agreement.id)
        .where(Contract.tender_id == tender_id)
        .options(*whole())
        .order_by(Agreement.id)
    ).all()


def find_share(session: Session, agreements: Sequence[Agreement]) -> Share | None:
    """The local share of all approved invoices under these contracts.

    None where a supplier is a natural person: where such a one sits is not told.
    """
    if any(one.party.legal_form in NATURAL_PERSON_FORMS for each in agreements for one in each.suppliers):
        return None
    return landed((paid for each in agreements for paid in paid_under(session, each)), []).share
