"""Reading experiments, and the rows that their outcomes are computed from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, column, exists, func, select, table
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.accounts.models import Account
from ledger.experiment.errors import ExperimentUnknown
from ledger.experiment.models import Experiment
from ledger.experiment.rules import Seen
from ledger.grievances.queries import weighed
from ledger.grievances.rules import rate
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument, IssuingStop
from ledger.instruments.rules import Code, currency
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.losses import queries as losses
from ledger.rollups.queries import purchases
from ledger.secondhop.rules import Row
from ledger.share.rules import Standing
from ledger.wallets.models import Wallet

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


def seen_of(session: Session, found: Instrument, at: datetime) -> Seen:
    """What the stop rules ask of an instrument as it stands: its backing, who is full, complaints, what was lost."""
    last = instruments.last_count(session, found)
    full, all_ = session.execute(
        select(func.count().filter(Account.posted + Account.pending_in >= Account.ceiling), func.count())
        .select_from(Wallet)
        .join(Account, Account.id == Wallet.account_id)
        .where(Wallet.instrument_code == found.code, Wallet.live == found.live, Account.ceiling > 0)
    ).one()
    return Seen(
        backing=Fraction(last.counted, last.supply) if last and last.supply else None,
        at_ceiling=Fraction(full, all_) if all_ else None,
        complaints=rate(*weighed(session, found, at)),
        loss=None if found.rule.backed else losses.lost(session, found),
    )


def seen(session: Session, codes: Iterable[Code], at: datetime) -> Seen:
    """The same of all instruments of a plan that are real money: the least backing, the most at their maximum."""
    found = [
        seen_of(session, each, at)
        for each in instruments.instruments(session)
        if each.live and each.code in set(codes)
    ]
    return Seen(
        backing=min((each.backing for each in found if each.backing is not None), default=None),
        at_ceiling=max((each.at_ceiling for each in found if each.at_ceiling is not None), default=None),
        complaints=max((each.complaints for each in found if each.complaints is not None), default=None),
        loss=max((each.loss for each in found if each.loss is not None), default=None),
    )


def running(session: Session) -> list[Experiment]:
    """Registered experiments, oldest first."""
    return list(reversed(experiments(session, drafts=False)))


def stops_since(session: Session, codes: Iterable[Code], since: datetime) -> Sequence[IssuingStop]:
    """When issuing of these instruments stopped since an instant, latest first."""
    return session.scalars(
        select(IssuingStop)
        .where(IssuingStop.instrument_code.in_(list(codes)), IssuingStop.stopped_at >= since)
        .order_by(IssuingStop.id.desc())
        .limit(50)
    ).all()
