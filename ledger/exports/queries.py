"""Making an export, and reading one that is kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from cwb.kernel.canonical import digest
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.disclosure.rules import public
from ledger.exports.models import SpendExport
from ledger.figure.rules import SCHEMA, document
from ledger.payments.models import Payment
from ledger.payments.queries import payment_days
from ledger.payments.rules import FEWEST
from ledger.rollups.queries import NAMED, local_suppliers, papers, purchases, quarters, version
from ledger.share.rules import DEFINITION

_LOCK = 7_301_051

_PAID = select(func.count(Payment.id)).scalar_subquery()

Anchors = Sequence[Row[int, UUID, str]]


def before(period: Period) -> Period | None:
    """The period a quarter or a year is compared with; None for any other span."""
    if str(period) == f"{period.start.year:04}":
        return Period.parse(f"{period.start.year - 1:04}")
    return period.previous_quarter() if "Q" in str(period) else None


def made_from(session: Session, period: Period, area: AreaPack) -> str:
    """A text that changes whenever a line, a standing, a name or a definition that a figure rests on does."""
    span = Period(date.min, period.end)  # the index reaches back to the first period
    rests_on = version(session, span, _PAID, NAMED)
    return digest([SCHEMA, DEFINITION, str(period), area.id, area.version, *rests_on])


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


def earlier(session: Session, period: Period) -> Period | None:
    """The period that a period is compared with, when there are lines from before its end."""
    found = before(period)
    return found if found and any(each.start < found.end for each in quarters(session)[-1:]) else None


def made(
    session: Session, period: Period, area: AreaPack, named: Anchors, previous: dict[str, Any] | None
) -> dict[str, Any]:
    """The export of a period, compared with the one before (`ledger.figure.rules.document`)."""
    return document(
        public(purchases(session, period, area)),
        area={
            "id": area.id, "version": area.version, "name": area.full_name, "valid_from": area.valid_from.isoformat(),
            **{
                name: [
                    {"id": each.id, "name": each.name, "why": each.why}
                    for each in area.variants
                    if bool(each.gemeenten) is wider
                ]
                for name, wider in (("variants", False), ("around", True))
            },
            "wijken": {code: wijk.name for code, wijk in area.wijken.items()},
        },
        variants=[each.id for each in area.variants if not each.gemeenten],
        period=str(period),
        anchors={str(public_id): name for _, public_id, name in named},
        categories={each.id: each.name for each in area.categories},
        facts=papers(session, period),
        previous=previous if previous and previous["rows"] else None,
        novelty={each.whose: each.novelty.value for each in local_suppliers(session, period)},
        payments=_payments(session, period, named),
    )  # fmt: skip


def _payments(session: Session, period: Period, named: Anchors) -> list[dict[str, object]]:
    """How fast each anchor paid what it paid in the period here; those with too few invoices are left out."""
    keys = {id_: str(public_id) for id_, public_id, _ in named}
    return [
        {"anchor": keys[each.buyer_id], "paid": each.paid, "within_30_days": each.within, "days": each.days}
        for each in payment_days(session, period, period.start)
        if each.buyer_id in keys and each.paid >= FEWEST
    ]
