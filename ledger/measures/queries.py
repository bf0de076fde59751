"""Reading the books of an instrument as lines, its holders, what was measured, and what it cost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, func, select, union_all
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.books.queries import midnight
from ledger.conditions.rules import Group, group_of
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.lots import queries as lots
from ledger.measures.errors import CostUnknown, MeasureUnknown
from ledger.measures.models import CirculationMeasure, CurrencyCost
from ledger.measures.rules import FUND, ISSUER, Line, Window
from ledger.vouchers.models import PaperVoucher, VoucherSheet
from ledger.wallets.models import Refund, Wallet, WalletPayment

MEASURED = (Code.NWE, Code.KRE)
"""What has wallets. Credits for hours have none."""


class Books(NamedTuple):
    """The lines of an instrument in order, and of each name the wallet's account that it is, or was printed from."""

    lines: list[Line]
    owners: dict[str, int]


class Holder(NamedTuple):
    """A wallet: its account, the group of its holder, and the most that it may hold."""

    account_id: int
    group: Group
    ceiling: int | None


def books(session: Session, found: Instrument, until: datetime) -> Books:
    """All lines in units that count before an instant. Wallets are called m1, m2 and so on; sheets of vouchers p3."""
    sheets = {transfer_id: (sheet_id, owner) for transfer_id, sheet_id, owner in session.execute(_SHEETS)}
    lines: list[Line] = []
    names: dict[tuple[str, int], str] = {}
    owners: dict[str, int] = {}
    for each in lots.moved(
        session, party_id=found.keeper_id, roles=_ROLES, currency=found.currency, until=until
    ):
        if each.role == Role.ISSUED:
            name = ISSUER
        elif each.role == Role.WALLET and each.subkey == "fund":
            name = FUND
        else:
            sign, number, owner = "m", each.account_id, each.account_id
            if each.role == Role.CLEARING:
                sign, (number, owner) = "p", sheets[each.transfer_id]
            name = names.setdefault((sign, number), f"{sign}{len(names) + 1}")
            owners[name] = owner
        lines.append(Line(each.transfer_id, each.at, each.kind, each.reverses, name, each.cents))
    return Books(lines, owners)


_ROLES = (Role.WALLET, Role.ISSUED, Role.CLEARING)
_SHEETS: CompoundSelect[int, int, int] = union_all(
    select(VoucherSheet.transfer_id, VoucherSheet.id, Wallet.account_id).join(
        Wallet, Wallet.id == VoucherSheet.wallet_id
    ),
    select(VoucherSheet.back_id, VoucherSheet.id, Wallet.account_id)
    .join(Wallet, Wallet.id == VoucherSheet.wallet_id)
    .where(VoucherSheet.back_id.is_not(None)),
    select(WalletPayment.transfer_id, VoucherSheet.id, Wallet.account_id)
    .join(PaperVoucher, PaperVoucher.payment_id == WalletPayment.id)
    .join(VoucherSheet, VoucherSheet.id == PaperVoucher.sheet_id)
    .join(Wallet, Wallet.id == VoucherSheet.wallet_id),
)
"""Which sheet a transfer of money on paper is of, and from whose wallet it was printed."""


def began(session: Session, found: Instrument) -> datetime | None:
    """When the first wallet got or paid something; None: none did."""
    return lots.first_moved(session, party_id=found.keeper_id, role=Role.WALLET, currency=found.currency)


def holders(session: Session, found: Instrument) -> Sequence[Holder]:
    """All wallets of an instrument."""
    rows = session.execute(
        select(Wallet.account_id, Wallet.firm, Organisation.legal_form, Account.ceiling)
        .join(Account, Account.id == Wallet.account_id)
        .outerjoin(Organisation, Organisation.id == Wallet.party_id)
        .where(Wallet.instrument_code == found.code, Wallet.live == found.live)
        .order_by(Wallet.account_id)
    )
    return [
        Holder(account_id, group_of(firm=firm, legal_form=form), ceiling)
        for account_id, firm, form, ceiling in rows
    ]


def fees(session: Session, found: Instrument, window: Window) -> int:
    """What firms paid to get euros back, in cents."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Refund.fee), 0))
            .join(Wallet, Wallet.id == Refund.wallet_id)
            .where(
                Wallet.instrument_code == found.code, Wallet.live == found.live,
                Refund.paid_at >= midnight(window.first), Refund.paid_at < midnight(window.until),
            )
        )
        or 0
    )  # fmt: skip


def kept(session: Session, found: Instrument) -> set[tuple[date, date]]:
    """The windows that were measured."""
    rows = session.execute(
        select(CirculationMeasure.first_on, CirculationMeasure.until_on).where(
            CirculationMeasure.instrument_code == found.code, CirculationMeasure.live == found.live
        )
    )
    return {(first, until) for first, until in rows}


def find_latest(session: Session, found: Instrument) -> CirculationMeasure | None:
    """What was measured last, of the longest window."""
    return session.scalars(_measures(found).limit(1)).first()


def measure(
    session: Session, found: Instrument, window: Window, *, live: bool | None = None
) -> CirculationMeasure:
    """What was measured of a window. `live`: of the real money or of the simulation; None: as the instrument stands.

    Raises:
        MeasureUnknown: nothing.
    """
    one = session.scalars(
        _measures(found, live).where(
            CirculationMeasure.first_on == window.first, CirculationMeasure.until_on == window.until
        )
    ).first()
    if one is None:
        raise MeasureUnknown
    return one


def _measures(found: Instrument, live: bool | None = None) -> Select[CirculationMeasure]:
    return (
        select(CirculationMeasure)
        .where(
            CirculationMeasure.instrument_code == found.code,
            CirculationMeasure.live == (found.live if live is None else live),
        )
        .order_by(CirculationMeasure.until_on.desc(), CirculationMeasure.first_on)
    )


def quarters(session: Session, found: Instrument) -> Sequence[CirculationMeasure]:
    """What was measured of the last whole quarters, latest first."""
    month = func.extract("month", CirculationMeasure.until_on)
    return session.scalars(
        _measures(found)
        .where(
            func.extract("day", CirculationMeasure.until_on) == 1, month.in_([1, 4, 7, 10]),
            CirculationMeasure.until_on - CirculationMeasure.first_on <= 92,
        )
        .limit(12)
    ).all()  # fmt: skip


def practice(session: Session, found: Instrument) -> Sequence[CirculationMeasure]:
    """What was measured of the simulation once the money is real, latest first."""
    return session.scalars(_measures(found, live=False).limit(12)).all() if found.live else ()


def spent(session: Session, found: Instrument, window: Window, *, live: bool) -> tuple[int, int]:
    """Cents and minutes that it cost, real or as a simulation."""
    row = session.execute(
        select(func.coalesce(func.sum(CurrencyCost.amount), 0), func.coalesce(func.sum(CurrencyCost.minutes), 0)).where(
            CurrencyCost.instrument_code == found.code, CurrencyCost.live == live,
            CurrencyCost.withdrawn_at.is_(None), CurrencyCost.spent_on >= window.first,
            CurrencyCost.spent_on < window.until,
        )
    ).one()  # fmt: skip
    return int(row[0]), int(row[1])


def costs(found: Instrument) -> Select[CurrencyCost]:
    """What was written down and not taken off, latest first."""
    return (
        select(CurrencyCost)
        .where(
            CurrencyCost.instrument_code == found.code, CurrencyCost.live == found.live,
            CurrencyCost.withdrawn_at.is_(None),
        )
        .order_by(CurrencyCost.spent_on.desc(), CurrencyCost.id.desc())
    )  # fmt: skip


def cost(session: Session, public_id: UUID) -> CurrencyCost:
    """One line; nobody else changes it meanwhile.

    Raises:
        CostUnknown: there is none.
    """
    one = session.scalars(
        select(CurrencyCost).where(CurrencyCost.public_id == public_id).with_for_update()
    ).one_or_none()
    if one is None:
        raise CostUnknown
    return one
