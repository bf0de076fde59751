"""Making an export, and reading one that is kept."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from cwb.kernel.canonical import digest
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.disclosure.rules import public
from ledger.exports.models import SpendExport
from ledger.figure.rules import SCHEMA, document
from ledger.rollups.queries import papers, purchases, quarters, version
from ledger.share.rules import DEFINITION

_LOCK = 7_301_051

Anchors = Sequence[Row[int, UUID, str]]


def before(period: Period) -> Period | None:
    """The period a quarter or a year is compared with; None for any other span."""
    if str(period) == f"{period.start.year:04}":
        return Period.parse(f"{period.start.year - 1:04}")
    return period.previous_quarter() if "Q" in str(period) else None


def made_from(session: Session, period: Period, area: AreaPack, named: Anchors) -> str:
    """A text that changes whenever a line, a standing, a name or a definition that a figure rests on does."""
    span = Period(date.min, period.end)  # the index reaches back to the first period
    return digest(
        [
            SCHEMA, DEFINITION, str(period), area.id, area.version, *version(session, span),
            [[str(public_id), name] for _, public_id, name in named],
        ]
    )  # fmt: skip


def find_kept(session: Session, period: Period, area: AreaPack, origin: str) -> str | None:
    """The export of a period that was made from this, as text."""
    return session.scalar(
        select(SpendExport.document).where(
            SpendExport.period == str(period), SpendExport.area_id == area.id, SpendExport.made_from == origin
        )
    )


def lock(session: Session, period: Period) -> None:
    """Let one transaction at a time make the export of a period."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, hashtext(:period))"), {"kind": _LOCK, "period": str(period)}
    )


def made(session: Session, period: Period, area: AreaPack, named: Anchors) -> dict[str, Any]:
    """The export of a period, compared with the one before (`ledger.figure.rules.document`)."""
    earlier = before(period)
    previous = None
    if earlier is not None and any(each.start < earlier.end for each in quarters(session)[-1:]):
        kept = find_kept(session, earlier, area, made_from(session, earlier, area, named))
        previous = json.loads(kept) if kept else made(session, earlier, area, named)
    return _document(session, period, area, named, previous if previous and previous["rows"] else None)


def _document(
    session: Session, period: Period, area: AreaPack, named: Anchors, previous: dict[str, Any] | None
) -> dict[str, Any]:
    return document(
        public(purchases(session, period, area)),
        area={
            "id": area.id, "version": area.version, "name": area.full_name, "valid_from": area.valid_from.isoformat(),
            "variants": [{"id": each.id, "name": each.name, "why": each.why} for each in area.variants],
        },
        variants=[each.id for each in area.variants],
        period=str(period),
        anchors={str(public_id): name for _, public_id, name in named},
        categories={each.id: each.name for each in area.categories},
        facts=papers(session, period),
        previous=previous,
    )  # fmt: skip
