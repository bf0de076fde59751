"""What the file of a tender holds besides its papers, as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cwb.audit.models import AuditRecord
from cwb.kernel.database import Base
from procurement.announcements.models import Announcement
from procurement.cautions.models import MethodCaution
from procurement.complaints.models import Complaint
from procurement.counsel.models import CounselAnswer
from procurement.demands.models import SelectionDemand
from procurement.evaluation.models import Evaluation
from procurement.lots.models import LotStop
from procurement.lowbids.models import LowBidQuestion
from procurement.opening.models import OpenedBid
from procurement.panels.models import PanelReplacement
from procurement.repairs.models import RepairRequest
from procurement.rescoring.models import Rescoring
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


def bid(found: OpenedBid) -> bytes:
    """What a bidder handed in, as it was opened; without the keys of its files, which lie beside it."""
    content = dict(found.content or {})
    files = [
        {name: value for name, value in each.items() if name != "key"} for each in content.get("files", ())
    ]
    return _json(_columns(found) | {"content": content | ({"files": files} if files else {})})


_OF_TENDER: Mapping[str, Any] = {
    "wijzigingen": Amendment, "rangorde": Evaluation, "aandachtspunten": CounselAnswer, "eisen": SelectionDemand,
    "tenderned": Announcement, "manier-bevestigd": MethodCaution, "vragen-over-prijzen": LowBidQuestion,
    "herstel": RepairRequest, "klachten": Complaint, "overgenomen-plaatsen": PanelReplacement,
    "opnieuw-beoordeeld": Rescoring, "gestopte-percelen": LotStop,
}  # fmt: skip
"""Name of a file → the table whose rows of the tender it holds, in order of their keys."""

_AFTER_FREEZE = {LowBidQuestion, RepairRequest}
"""What the panel may know once its scores are frozen."""


def _rows(tender: Tender) -> dict[str, Select[Any]]:
    """Name of a file → its rows. Questions to bidders only once the panel may know them."""
    is_ranked = tender.scores_frozen_at or tender.cancelled_at or tender.unsuccessful_at
    found: dict[str, Select[Any]] = {
        name: select(table).where(table.tender_id == tender.id).order_by(*table.__table__.primary_key)
        for name, table in _OF_TENDER.items()
        if table not in _AFTER_FREEZE or is_ranked is not None
    }
    subject = AuditRecord.subject == f"tender:{tender.number}"
    return found | {"handelingen": select(AuditRecord).where(subject).order_by(AuditRecord.id)}


def held(session: Session, tender: Tender) -> list[str]:
    """Which JSON files there are of what was changed, stopped, ranked, explained, complained about and done."""
    asked = _rows(tender)
    there = session.execute(select(*(each.exists().label(name) for name, each in asked.items()))).one()
    return [name for name, is_there in zip(asked, there, strict=True) if is_there]


def part(session: Session, tender: Tender, name: str) -> bytes:
    """One of these files."""
    return _json([_columns(each) for each in session.scalars(_rows(tender)[name])])


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
