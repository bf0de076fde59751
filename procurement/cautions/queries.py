"""Reading whether a scoring was confirmed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.cautions.models import MethodCaution
from procurement.cautions.rules import digest_of, is_needed
from procurement.methods.rules import Scoring, scoring_of
from procurement.tenders.models import Tender


def scorings(tender: Tender) -> Sequence[Scoring]:
    """The scoring of each lot in order; none while the step is not filled in."""
    return [scoring_of(tender, lot) for lot in tender.lots] if tender.method is not None else []


def find_caution(session: Session, tender: Tender) -> MethodCaution | None:
    """The newest confirmation of the scoring as it is now."""
    return session.scalars(
        select(MethodCaution)
        .where(
            MethodCaution.tender_id == tender.id, MethodCaution.scoring_digest == digest_of(scorings(tender))
        )
        .order_by(MethodCaution.id.desc())
        .limit(1)
    ).first()


def is_open(session: Session, tender: Tender) -> bool:
    """Whether a confirmation is needed and missing."""
    return is_needed(scorings(tender)) and find_caution(session, tender) is None
