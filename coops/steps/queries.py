"""Reading what shows the steps of an initiative."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.initiatives.errors import EvidenceGone
from coops.initiatives.models import Initiative, InitiativeEvidence
from coops.papers.models import CooperativePaper
from cwb.identity.models import Mandate, Organisation
from ledger.agreements.models import Agreement, AgreementSupplier


def evidence(session: Session, initiative_id: int, public_id: UUID) -> InitiativeEvidence:
    """A piece of evidence of this initiative, held.

    Raises:
        EvidenceGone: none, or of another.
    """
    found = session.scalars(
        select(InitiativeEvidence)
        .where(InitiativeEvidence.public_id == public_id, InitiativeEvidence.initiative_id == initiative_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise EvidenceGone
    return found


def paper(session: Session, initiative_id: int, public_id: UUID) -> CooperativePaper:
    """The file of a piece of evidence of this initiative.

    Raises:
        EvidenceGone: no such evidence, or none with a file.
    """
    found = session.scalars(
        select(CooperativePaper)
        .join(InitiativeEvidence, InitiativeEvidence.paper_id == CooperativePaper.id)
        .where(InitiativeEvidence.public_id == public_id, InitiativeEvidence.initiative_id == initiative_id)
    ).one_or_none()
    if found is None:
        raise EvidenceGone
    return found


def of_another(session: Session, kvk: str, founders: set[int]) -> bool:
    """Whether the number is of an organisation that is here, and of which none of these people is."""
    owner_id = session.scalar(select(Organisation.id).where(Organisation.kvk_number == kvk))
    if owner_id is None:
        return False
    held = select(Mandate.id).where(
        Mandate.organisation_id == owner_id, Mandate.user_id.in_(founders), Mandate.ended_at.is_(None)
    )
    return session.scalar(held.limit(1)) is None


def agreements_of(session: Session, kvk: str) -> Sequence[Agreement]:
    """The contracts signed here by the organisation with this KvK number, the first one first."""
    return session.scalars(
        select(Agreement)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .join(Organisation, Organisation.id == AgreementSupplier.party_id)
        .where(Organisation.kvk_number == kvk)
        .order_by(Agreement.id)
    ).all()


def contracts_to_show(session: Session, found: Initiative) -> Sequence[Agreement]:
    """The contracts signed here by the organisation of its people with the KvK number they told, not shown yet."""
    standing = [each for each in found.evidence if each.refused_at is None]
    numbers = {
        each.kvk for each in standing if each.kvk and not of_another(session, each.kvk, found.founding)
    }
    there = {each.agreement_id for each in standing}
    return [each for kvk in sorted(numbers) for each in agreements_of(session, kvk) if each.id not in there]
