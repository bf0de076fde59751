"""Reading shortages, what there is to bear them with, and what each holder bore."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.feefund.queries import held as fund_of
from ledger.instruments.models import Instrument
from ledger.shortages.errors import ShortageUnknown
from ledger.shortages.models import Shortage, ShortageShare
from ledger.shortages.rules import Held, Letter
from ledger.wallets.models import Wallet
from ledger.winddown.queries import Preview, preview

tasks = Tasks(
    Waiting(
        N_("Verdeel een tekort van lokaal geld: %(num)s"), "shortages.show", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Shortage).where(
            Shortage.confirmed_at.is_(None), Shortage.withdrawn_at.is_(None)
        ), {"code": "=NWE"},
    ),
)  # fmt: skip
"""Shortages that a second person looks at."""


def there(session: Session, found: Instrument, at: datetime) -> tuple[Preview, Held]:
    """What is out, and what there is to bear a shortage with."""
    seen, fund = preview(session, found, at), fund_of(session, found)
    firms = {each.wallet.id: each.amount for each in seen.lines if each.wallet.firm}
    residents = {each.wallet.id: each.amount for each in seen.lines if not each.wallet.firm}
    return seen, Held(fund.units, fund.euros, seen.earned, firms, residents)


def shortages(session: Session, found: Instrument) -> Sequence[Shortage]:
    """All of an instrument as it stands now, latest first."""
    return session.scalars(
        select(Shortage)
        .where(Shortage.instrument_code == found.code, Shortage.live == found.live)
        .options(joinedload(Shortage.written_by))
        .order_by(Shortage.id.desc())
    ).all()


def shortage(session: Session, public_id: UUID) -> Shortage:
    """One with its count; nobody else decides on it meanwhile.

    Raises:
        ShortageUnknown: none.
    """
    found = session.scalars(
        select(Shortage)
        .where(Shortage.public_id == public_id)
        .options(joinedload(Shortage.count))
        .with_for_update(of=Shortage)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ShortageUnknown
    return found


def shares(found: Instrument) -> Select[datetime | None, str, bool, int, int]:
    """What each wallet bore, by code."""
    return (
        select(Shortage.confirmed_at, Wallet.code, Wallet.firm, ShortageShare.held, ShortageShare.amount)
        .join(ShortageShare, ShortageShare.shortage_id == Shortage.id)
        .join(Wallet, Wallet.id == ShortageShare.wallet_id)
        .where(Shortage.instrument_code == found.code, Shortage.live == found.live)
        .order_by(Shortage.id, Wallet.firm.desc(), Wallet.code)
    )


def letters(session: Session, own: Wallet) -> Sequence[Letter]:
    """What one wallet bore, latest first."""
    return [
        Letter("", own.code, short, fund or 0, held, amount, at)
        for short, fund, held, amount, at in session.execute(
            select(
                Shortage.short, Shortage.fund, ShortageShare.held, ShortageShare.amount, Shortage.confirmed_at
            )
            .join(ShortageShare, ShortageShare.shortage_id == Shortage.id)
            .where(ShortageShare.wallet_id == own.id, Shortage.confirmed_at.is_not(None))
            .order_by(Shortage.id.desc())
        )
        if at is not None
    ]
