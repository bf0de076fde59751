"""Reading what the public table counts."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.resident_work.models import WorkReport
from procurement.resident_work.rules import Verdict
from procurement.tenders.models import Tender
from procurement.work_figures.rules import Told


def told(session: Session) -> list[Told]:
    """Every report as it is counted, with those that a correction took the place of."""
    found = session.execute(
        select(WorkReport, Organisation.name, func.coalesce(Tender.category, ""))
        .join(Contract, Contract.id == WorkReport.contract_id)
        .join(Organisation, Organisation.id == Contract.buyer_id)
        .join(Tender, Tender.id == Contract.tender_id)
        .options(joinedload(WorkReport.verdict), joinedload(WorkReport.correction))
        .order_by(WorkReport.id)
    ).all()
    return [
        Told(
            each.id,
            buyer,
            sector,
            each.contract_id,
            each.organisation_id,
            each.ends_on.year,
            each.stage,
            each.numbers,
            _verified_on(each),
            None if each.correction is None else local_date(each.correction.reported_at),
        )
        for each, buyer, sector in found
    ]


def _verified_on(found: WorkReport) -> date | None:
    verdict = found.verdict
    if verdict is None or verdict.verdict is not Verdict.VERIFIED:
        return None
    return local_date(verdict.verified_at)


def running(session: Session, today: date) -> Counter[tuple[str, str, int]]:
    """How many signed contracts ran in each year up to now, by buyer, sector and year."""
    found = session.execute(
        select(Organisation.name, func.coalesce(Tender.category, ""), Contract.starts_on, present_end())
        .select_from(Contract)
        .join(Organisation, Organisation.id == Contract.buyer_id)
        .join(Tender, Tender.id == Contract.tender_id)
        .where(Contract.agreement_id.is_not(None), Contract.starts_on <= today)
    ).all()
    return Counter(
        (buyer, sector, year)
        for buyer, sector, first, last in found
        for year in range(first.year, min(last, today).year + 1)
    )
