"""Reading sheets, a voucher by its code, and whether the money on paper is what the codes say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from cwb.identity.models import Party
from cwb.kernel.money import Money
from cwb.kernel.policy import Role as PersonRole
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.instruments.models import Instrument
from ledger.vouchers.errors import CodeWrong, SheetUnknown, VoucherUnknown
from ledger.vouchers.models import PaperVoucher, VoucherSheet
from ledger.wallets.models import Wallet, WalletPayment

SOON = 14
"""Days before a sheet ends."""
PAPER = "paper"
"""The sub-key of the account, one for each currency, of what is on paper in the keeper's books."""


tasks = Tasks(
    Waiting(
        N_("Bonnen op papier vervallen binnen %(num)s dagen. Geef ze uit of trek ze in."), "vouchers.index",
        {PersonRole.BOARD},
        rows(num=cast(SOON, BigInteger), due_at=func.min(VoucherSheet.expires_at)).having(func.count() > 0)
        .select_from(VoucherSheet).join(Wallet, Wallet.id == VoucherSheet.wallet_id)
        .where(
            Wallet.party_id == ORGANISATION, VoucherSheet.ended_at.is_(None),
            VoucherSheet.expires_at > AT, VoucherSheet.expires_at <= AT + timedelta(days=SOON),
            select(PaperVoucher.id)
            .where(PaperVoucher.sheet_id == VoucherSheet.id, PaperVoucher.payment_id.is_(None)).exists(),
        ), {},
    ),
)  # fmt: skip
"""Sheets of one's own organisation whose vouchers go back to the wallet soon."""


class Tie(NamedTuple):
    """What is on paper by the books, and by the vouchers that can still be redeemed."""

    booked: Money
    outstanding: Money

    @property
    def ties(self) -> bool:
        """Whether they are the same."""
        return self.booked == self.outstanding


def sheets(party_id: int | None) -> Select[VoucherSheet]:
    """A party's sheets with their wallets, newest first."""
    return (
        select(VoucherSheet)
        .join(VoucherSheet.wallet)
        .options(contains_eager(VoucherSheet.wallet))
        .where(Wallet.party_id == party_id)
        .order_by(VoucherSheet.printed_at.desc(), VoucherSheet.id.desc())
    )


def left(session: Session, sheet_ids: Iterable[int]) -> dict[int, int]:
    """Sheet → how many of its vouchers nobody redeemed."""
    rows = session.execute(
        select(PaperVoucher.sheet_id, func.count())
        .where(PaperVoucher.sheet_id.in_(list(sheet_ids)), PaperVoucher.payment_id.is_(None))
        .group_by(PaperVoucher.sheet_id)
    )
    return {each: int(count) for each, count in rows}


def sheet(session: Session, public_id: UUID, party_id: int | None) -> VoucherSheet:
    """A party's sheet with its wallet.

    Raises:
        SheetUnknown: it has no such sheet.
    """
    found = session.scalars(sheets(party_id).where(VoucherSheet.public_id == public_id)).one_or_none()
    if found is None:
        raise SheetUnknown
    return found


def locked(session: Session, sheet_id: int, *, share: bool = False) -> VoucherSheet:
    """A sheet with its wallet that nobody ends meanwhile; not `share`: nobody redeems of it either."""
    return session.scalars(
        select(VoucherSheet)
        .where(VoucherSheet.id == sheet_id)
        .options(joinedload(VoucherSheet.wallet))
        .with_for_update(read=share, of=VoucherSheet)
        .execution_options(populate_existing=True)
    ).one()


def due(session: Session, at: datetime) -> Sequence[int]:
    """Sheets whose last day is over, and of which nothing went back yet."""
    return session.scalars(
        select(VoucherSheet.id)
        .where(VoucherSheet.ended_at.is_(None), VoucherSheet.expires_at <= at)
        .order_by(VoucherSheet.id)
    ).all()


def by_hash(session: Session, digest: bytes) -> PaperVoucher:
    """The voucher whose code has this hash.

    Raises:
        CodeWrong: none.
    """
    found = session.scalars(select(PaperVoucher).where(PaperVoucher.code_hash == digest)).one_or_none()
    if found is None:
        raise CodeWrong(field="code")
    return found


def lock_voucher(session: Session, voucher_id: int) -> PaperVoucher:
    """A voucher that nobody else redeems meanwhile."""
    return session.scalars(
        select(PaperVoucher)
        .where(PaperVoucher.id == voucher_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def where_used(session: Session, found: PaperVoucher) -> tuple[datetime, str] | None:
    """When and where it paid; None: it did not yet."""
    row = session.execute(
        select(PaperVoucher.redeemed_at, Party.name)
        .join(WalletPayment, WalletPayment.id == PaperVoucher.payment_id)
        .join(Wallet, Wallet.id == WalletPayment.payee_id)
        .join(Party, Party.id == Wallet.party_id)
        .where(PaperVoucher.id == found.id)
    ).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])


def vouchers(sheet_id: int) -> Select[PaperVoucher, str | None]:
    """The vouchers of a sheet with the organisation where each paid, in order."""
    payee = aliased(Wallet)
    return (
        select(PaperVoucher, Party.name)
        .outerjoin(WalletPayment, WalletPayment.id == PaperVoucher.payment_id)
        .outerjoin(payee, payee.id == WalletPayment.payee_id)
        .outerjoin(Party, Party.id == payee.party_id)
        .where(PaperVoucher.sheet_id == sheet_id)
        .order_by(PaperVoucher.number)
    )


def redeemed(session: Session, public_id: UUID, party_id: int | None) -> PaperVoucher:
    """A voucher that a party's till redeemed, with what it paid and its sheet.

    Raises:
        VoucherUnknown: it redeemed no such voucher.
    """
    found = session.scalars(
        select(PaperVoucher)
        .join(PaperVoucher.payment)
        .join(Wallet, Wallet.id == WalletPayment.payee_id)
        .options(contains_eager(PaperVoucher.payment), joinedload(PaperVoucher.sheet))
        .where(PaperVoucher.public_id == public_id, Wallet.party_id == party_id)
    ).one_or_none()
    if found is None:
        raise VoucherUnknown
    return found


def tie(session: Session, instrument: Instrument) -> Tie:
    """Whether the account of what is on paper holds what the vouchers say, for an instrument as it stands now."""
    booked: ColumnElement[int] = func.coalesce(func.sum(Account.posted), 0)
    held = session.scalar(
        select(booked).where(
            Account.party_id == instrument.keeper_id, Account.role == Role.CLEARING.value,
            Account.currency == instrument.currency, Account.subkey == PAPER,
        )
    )  # fmt: skip
    outstanding = session.scalar(
        select(func.coalesce(func.sum(VoucherSheet.amount), 0))
        .join(PaperVoucher, PaperVoucher.sheet_id == VoucherSheet.id)
        .join(Wallet, Wallet.id == VoucherSheet.wallet_id)
        .where(
            PaperVoucher.payment_id.is_(None), VoucherSheet.ended_at.is_(None),
            Wallet.instrument_code == instrument.code, Wallet.live == instrument.live,
        )
    )  # fmt: skip
    return Tie(Money(int(held or 0)), Money(int(outstanding or 0)))
