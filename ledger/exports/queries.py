"""Making an export, and reading one that is kept."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.canonical import digest
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.accounts.models import Account, Currency
from ledger.accounts.rules import Role
from ledger.agreements.models import Agreement
from ledger.books.queries import trial_balance
from ledger.comparison.rules import shielding
from ledger.disclosure.rules import POOLED, public
from ledger.exports.models import SpendExport
from ledger.figure.rules import SCHEMA, document
from ledger.handed.queries import MARKS as HANDED
from ledger.handed.queries import before as looked_at
from ledger.handed.queries import books, deliveries, handed, until
from ledger.novelty.queries import local_suppliers
from ledger.payments.models import Payment
from ledger.payments.queries import payment_days
from ledger.payments.rules import FEWEST
from ledger.rollups.queries import NAMED, papers, purchases, quarters, version
from ledger.share.rules import DEFINITION, euro

_LOCK = 7_301_051

_LAYOUT = "shielding"
"""Changes with what stands in an export where its schema does not: what was kept before is made anew."""

_PAID = select(func.count(Payment.id)).scalar_subquery()

_CONTRACTS = select(
    func.concat_ws(
        "/", func.count(), func.max(Agreement.id), func.count(Agreement.ended_on),
        func.sum(Agreement.ended_on - date(2000, 1, 1)),
    )
).scalar_subquery()  # fmt: skip
"""SQL: a text that changes whenever a contract is made or ends: nothing else of one ever changes."""

_WITHOUT_EUROS = (
    select(Account.id)
    .join(Currency, Currency.code == Account.currency)
    .join(Organisation, Organisation.id == Account.party_id)
    .where(
        Organisation.anchor_type.is_not(None),
        or_(Currency.kind != "fiat", Account.role.in_([Role.WALLET, Role.CLEARING])),
    )
)
_CLEARED = _WITHOUT_EUROS.with_only_columns(
    func.concat_ws("/", func.count(), func.sum(Account.version))
).scalar_subquery()
"""SQL: a text that changes whenever an anchor gets such an account, or something is booked on one."""

Anchors = Sequence[Row[int, UUID, str]]


def before(period: Period) -> Period | None:
    """The period a quarter or a year is compared with; None for any other span."""
    if str(period) == f"{period.start.year:04}":
        return Period.parse(f"{period.start.year - 1:04}")
    return period.previous_quarter() if "Q" in str(period) else None


def made_from(session: Session, period: Period, area: AreaPack) -> str:
    """A text that changes whenever a line, a standing, a name or a definition that a figure rests on does."""
    span = Period(date.min, period.end)  # the index reaches back to the first period
    rests_on = version(session, span, _PAID, NAMED, _CONTRACTS, _CLEARED, *HANDED, until(period))
    return digest([SCHEMA, _LAYOUT, DEFINITION, str(period), area.id, area.version, *rests_on])


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
    there = handed(session, looked_at(period))
    bought = purchases(session, period, area)
    shown = public(bought)
    return document(
        shown,
        **_frame(period, area),
        anchors={str(public_id): name for _, public_id, name in named},
        categories={each.id: each.name for each in area.categories},
        facts={**papers(session, period), "shielding": shielding(bought, shown.parts)},
        previous=previous if previous and previous["rows"] else None,
        novelty={each.whose: each.novelty.value for each in local_suppliers(session, period, books(there, period))},
        payments=_payments(session, period, named),
        contracts=contracts(session, period),
        without_euros=without_euros(session, period),
        deliveries=deliveries(session, there, period),
    )  # fmt: skip


def whole(session: Session, period: Period, area: AreaPack) -> dict[str, Any]:
    """The export of a period in which no buyer, category or wijk is told apart, compared with no other period."""
    together = [
        each._replace(anchor=POOLED, category=POOLED, wijk="") for each in purchases(session, period, area)
    ]
    return document(
        public(together), **_frame(period, area), anchors={}, categories={}, facts=papers(session, period),
        previous=None,
    )  # fmt: skip


def _frame(period: Period, area: AreaPack) -> dict[str, Any]:
    return {
        "area": {
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
        "variants": [each.id for each in area.variants if not each.gemeenten],
        "period": str(period),
    }  # fmt: skip


def contracts(session: Session, period: Period) -> list[dict[str, object]]:
    """The contracts made here that ran in a period, by anchor (public id): how many, their days, what was committed."""
    found = session.execute(
        select(Organisation.public_id, Agreement)
        .join(Organisation, Organisation.id == Agreement.buyer_id)
        .where(
            Organisation.anchor_type.is_not(None), ~Agreement.on_order,
            Agreement.starts_on < period.end, Agreement.ends_on >= period.start,
            or_(Agreement.ended_on.is_(None), Agreement.ended_on >= period.start),
        )
        .options(selectinload(Agreement.lines))
        .order_by(Organisation.public_id)
    )  # fmt: skip
    return [
        {
            "anchor": str(anchor), "contracts": len(mine),
            "days": sum((each.ends_on - each.starts_on).days + 1 for each in mine),
            "amount": euro(sum(each.total.minor for each in mine)),
        }
        for anchor, rows in groupby(found, key=lambda row: row[0])
        if (mine := [each for _, each in rows])
    ]  # fmt: skip


def without_euros(session: Session, period: Period) -> list[dict[str, object]] | None:
    """What anchors paid in a local currency or by clearing in a period, per currency; None while no anchor can."""
    able = session.scalars(_WITHOUT_EUROS.with_only_columns(Account.party_id).distinct()).all()
    if not able:
        return None
    sums: dict[str, Money] = {}
    for party_id in able:
        for line in trial_balance(session, party_id, period).lines:
            if line.account.role in {Role.WALLET, Role.CLEARING}:
                sums[line.credit.currency] = (
                    sums.get(line.credit.currency, Money(0, line.credit.currency)) + line.credit
                )
    return [{"currency": code, "paid": str(sums[code].decimal())} for code in sorted(sums)]


def _payments(session: Session, period: Period, named: Anchors) -> list[dict[str, object]]:
    """How fast each anchor paid what it paid in the period here; those with too few invoices are left out."""
    keys = {id_: str(public_id) for id_, public_id, _ in named}
    return [
        {"anchor": keys[each.buyer_id], "paid": each.paid, "within_30_days": each.within, "days": each.days}
        for each in payment_days(session, period, period.start)
        if each.buyer_id in keys and each.paid >= FEWEST
    ]
