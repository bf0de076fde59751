"""Sheets of paper vouchers, and each voucher with what it paid."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.vouchers.rules import LEAST, MOST, MOST_COUNT
from ledger.wallets.models import Wallet, WalletPayment


class VoucherSheet(Base):
    """Vouchers of one amount, printed together and backed by what left a wallet; `transfer_id` took it on paper.

    Ended once, withdrawn for a reason or after the last day; then `back_id` brought back what nobody redeemed
    (`voucher_sheet_keep`).
    """

    __tablename__ = "voucher_sheet"
    __retention__ = Retention(
        N_("Wie bonnen op papier zette of introk, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )
    __table_args__ = (
        CheckConstraint(f"amount BETWEEN {LEAST.minor} AND {MOST.minor}", name="amount"),
        CheckConstraint(f"count BETWEEN 1 AND {MOST_COUNT}", name="count"),
        CheckConstraint(
            "expires_at > printed_at AND expires_at <= printed_at + interval '367 days'", name="expires"
        ),
        CheckConstraint(
            "CASE WHEN ended_at IS NULL THEN ended_by_id IS NULL AND reason = '' AND back_id IS NULL "
            "ELSE ended_at >= expires_at OR (ended_by_id IS NOT NULL AND reason <> '') END",
            name="ended",
        ),
        Index("ix_voucher_sheet_wallet_id", "wallet_id", "printed_at"),
        Index("ix_voucher_sheet_expires_at", "expires_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    count: Mapped[int]
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    back_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)

    wallet: Mapped[Wallet] = relationship(lazy="raise")

    @property
    def label(self) -> str:
        """What stands on the paper, to find the sheet by."""
        return self.public_id.hex[-6:].upper()


class PaperVoucher(Base):
    """One voucher. Only the hash of its code is kept; it pays once, then stays so (`paper_voucher_keep`)."""

    __tablename__ = "paper_voucher"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("sheet_id", "number"),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_COUNT}", name="number"),
        CheckConstraint("length(code_hash) = 32", name="code_hash"),
        CheckConstraint("num_nulls(payment_id, redeemed_at) IN (0, 2)", name="redeemed"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("voucher_sheet.id"))
    number: Mapped[int]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("wallet_payment.id"), unique=True)
    redeemed_at: Mapped[datetime | None]

    sheet: Mapped[VoucherSheet] = relationship(lazy="raise")
    payment: Mapped[WalletPayment | None] = relationship(lazy="raise")
