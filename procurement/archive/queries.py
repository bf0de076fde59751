"""What the file of a tender holds besides its papers, as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.models import AuditRecord
from cwb.kernel.database import Base
from procurement.announcements.models import Announcement
from procurement.cautions.models import MethodCaution
from procurement.complaints.models import Complaint
from procurement.counsel.models import CounselAnswer
from procurement.demands.models import SelectionDemand
from procurement.evaluation.models import Evaluation
from procurement.lowbids.models import LowBidQuestion
from procurement.repairs.models import RepairRequest
from procurement.tenders.models import Amendment, Tender

SECRET = frozenset({"search_text"})
"""Columns that say nothing of their own."""


def record(tender: Tender) -> bytes:
    """The tender with its lots and criteria as they were published, and its moments."""
    lots = [
        _columns(lot)
        | {"criteria": [_columns(each) for each in sorted(lot.criteria, key=lambda c: c.position)]}
        for lot in tender.lots
    ]
    return _json(_columns(tender) | {"buyer": tender.buyer.name, "lots": lots})


def parts(session: Session, tender: Tender) -> dict[str, bytes]:
    """What was changed, ranked, explained, complained about and done, as JSON files by name; none without rows."""
    named: dict[str, Sequence[Base]] = {
        "wijzigingen": session.scalars(
            select(Amendment).where(Amendment.tender_id == tender.id).order_by(Amendment.id)
        ).all(),
        "rangorde": session.scalars(
            select(Evaluation).where(Evaluation.tender_id == tender.id).order_by(Evaluation.id)
        ).all(),
        "aandachtspunten": session.scalars(
            select(CounselAnswer).where(CounselAnswer.tender_id == tender.id).order_by(CounselAnswer.id)
        ).all(),
        "eisen": session.scalars(
            select(SelectionDemand).where(SelectionDemand.tender_id == tender.id).order_by(SelectionDemand.id)
        ).all(),
        "tenderned": session.scalars(
            select(Announcement).where(Announcement.tender_id == tender.id).order_by(Announcement.id)
        ).all(),
        "manier-bevestigd": session.scalars(
            select(MethodCaution).where(MethodCaution.tender_id == tender.id).order_by(MethodCaution.id)
        ).all(),
        "vragen-over-prijzen": _after_freeze(session, tender, LowBidQuestion),
        "herstel": _after_freeze(session, tender, RepairRequest),
        "klachten": session.scalars(
            select(Complaint).where(Complaint.tender_id == tender.id).order_by(Complaint.id)
        ).all(),
        "handelingen": session.scalars(
            select(AuditRecord)
            .where(AuditRecord.subject == f"tender:{tender.number}")
            .order_by(AuditRecord.id)
        ).all(),
    }
    return {name: _json([_columns(each) for each in rows]) for name, rows in named.items() if rows}


def _after_freeze(
    session: Session, tender: Tender, table: type[LowBidQuestion] | type[RepairRequest]
) -> Sequence[Base]:
    """Questions to bidders, once the panel may know them."""
    if tender.scores_frozen_at is None and tender.cancelled_at is None and tender.unsuccessful_at is None:
        return ()
    return session.scalars(select(table).where(table.tender_id == tender.id).order_by(table.id)).all()


def _columns(row: Base) -> dict[str, Any]:
    names = [each.key for each in row.__mapper__.column_attrs if each.key not in SECRET]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def _json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
