"""Reading experiments, and the rows that their outcomes are computed from."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, column, exists, func, select, table
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.experiment.errors import ExperimentUnknown
from ledger.experiment.models import Experiment
from ledger.instruments.rules import Code, currency
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.rollups.queries import purchases
from ledger.secondhop.rules import Row
from ledger.share.rules import Standing

HERE, ELSEWHERE = "declared here", "declared elsewhere"


class Trade(NamedTuple):
    """Who paid whom in a period, who of them are organisations here, and where each is proven to be."""

    rows: list[Row]
    traders: set[str]
    places: dict[str, Standing]


def experiment(session: Session, public_id: UUID, *, drafts: bool) -> Experiment:
    """An experiment with all that was added; a draft only for who makes them.

    Raises:
        ExperimentUnknown: none.
    """
    found = session.scalar(
        select(Experiment)
        .where(Experiment.public_id == public_id)
        .options(
            joinedload(Experiment.registration),
            selectinload(Experiment.deviations),
            selectinload(Experiment.results),
        )
    )
    if found is None or (found.registration is None and not drafts):
        raise ExperimentUnknown
    return found


def experiments(session: Session, *, drafts: bool) -> Sequence[Experiment]:
    """Experiments, latest first."""
    statement = (
        select(Experiment)
        .options(joinedload(Experiment.registration), selectinload(Experiment.results))
        .order_by(Experiment.id.desc())
        .limit(100)
    )
    if not drafts:
        statement = statement.where(Experiment.registration.has())
    return session.scalars(statement).all()


def real_transfers(session: Session) -> bool:
    """Whether anybody got or paid real local currency; units of a simulation have another code."""
    codes = [currency(each, live=True) for each in Code]
    return bool(
        session.scalar(select(exists().where(table("entry", column("currency")).c.currency.in_(codes))))
    )


def trade(session: Session, period: Period, area: AreaPack) -> Trade:
    """What buyers here paid in whole quarters, from their purchase ledgers and the invoices made here.

    What a supplier spent is what it declared, once checked; of who declared nothing, the invoices it approved here.
    """
    ids = {
        str(public_id): f"p{id_}"
        for id_, public_id in session.execute(select(Organisation.id, Organisation.public_id))
    }
    names = {party: public_id for public_id, party in ids.items()}
    rows, told = [], set()
    seen: dict[str, set[Standing]] = {}
    for each in purchases(session, period, area):
        taker = names.get(each.supplier, each.supplier)
        rows.append(Row(each.anchor, taker, each.amount))
        seen.setdefault(taker, set()).add(each.standing)
        if each.declared:
            told.add(taker)
            rows += [Row(taker, HERE, each.landed), Row(taker, ELSEWHERE, each.declared - each.landed)]
    for buyer, seller, cents in session.execute(_invoiced(period)):
        giver, taker = names[f"p{buyer}"], names[f"p{seller}"]
        if giver not in told:
            rows.append(Row(giver, taker, int(cents)))
    places = {who: next(iter(found)) for who, found in seen.items() if len(found) == 1}
    traders = {row.giver for row in rows if row.giver in ids}
    return Trade(rows, traders, {**places, HERE: Standing.LOCAL, ELSEWHERE: Standing.NOT_LOCAL})


def _invoiced(period: Period) -> Select[int, int, int]:
    """SQL: what organisations without a purchase ledger here approved of each other, credit notes taken off."""
    signed = func.sum(case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1) * Invoice.net_amount)
    return (
        select(Invoice.buyer_id, Invoice.seller_id, signed)
        .join(Organisation, Organisation.id == Invoice.buyer_id)
        .where(
            Organisation.anchor_type.is_(None), Invoice.approved_at.is_not(None), Invoice.issued_on >= period.start,
            Invoice.issued_on < period.end,
        )
        .group_by(Invoice.buyer_id, Invoice.seller_id)
        .order_by(Invoice.buyer_id, Invoice.seller_id)
    )  # fmt: skip
