"""Receipts and their photos."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.receipts import rules
from ledger.receipts.rules import PaidBy, ReceiptState

_STATES = ", ".join(f"'{each}'" for each in ReceiptState)
_PAYERS = ", ".join(f"'{each}'" for each in PaidBy)
_CATEGORIES = ", ".join(f"'{each}'" for each in rules.CATEGORIES)


class Receipt(Base):
    """What was bought, in cents with VAT: at the high rate, at the low one, without VAT; and the VAT inside.

    `counts_on` is the day in the books. Once booked only the steps after it are filled in (trigger `receipt_keep`).
    `entry_id`: the entry on the bank's statement that paid it, or paid the member back, perhaps with others.
    """

    __tablename__ = "receipt"
    __retention__ = Retention(
        N_("Wie een bon inbracht en voorschoot, boekte of terugdraaide, als nummer; waar is gekocht."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"paid_by IN ({_PAYERS})", name="paid_by"),
        CheckConstraint(f"category IN ({_CATEGORIES})", name="category"),
        CheckConstraint("category <> 'dining' OR vat_recoverable IS NOT TRUE", name="dining"),
        CheckConstraint("high >= 0 AND low >= 0 AND none >= 0 AND high + low + none > 0", name="amounts"),
        CheckConstraint("high_vat BETWEEN 0 AND high AND low_vat BETWEEN 0 AND low", name="vat"),
        CheckConstraint(
            "(state IN ('waiting', 'withdrawn')) = (transfer_id IS NULL) "
            "AND num_nulls(transfer_id, counts_on, booked_at, vat_recoverable) IN (0, 4)",
            name="booked",
        ),
        CheckConstraint(
            "(state IN ('reversed', 'withdrawn')) = (reversed_on IS NOT NULL AND reason <> '')",
            name="reversed",
        ),
        Index("ix_receipt_party_id", "party_id", "bought_on"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    bought_on: Mapped[date]
    supplier: Mapped[str]
    category: Mapped[str]
    paid_by: Mapped[PaidBy]
    high: Mapped[int]
    low: Mapped[int]
    none: Mapped[int]
    high_vat: Mapped[int]
    low_vat: Mapped[int]
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    brought_at: Mapped[datetime]
    state: Mapped[ReceiptState]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    booked_at: Mapped[datetime | None]
    counts_on: Mapped[date | None]
    vat_recoverable: Mapped[bool | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reversed_on: Mapped[date | None]
    reason: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("bank_entry.id"), index=True)

    brought_by: Mapped[User] = relationship(foreign_keys=[brought_by_id], lazy="raise")

    @property
    def total(self) -> Money:
        """What was paid."""
        return Money(self.high + self.low + self.none)

    @property
    def vat(self) -> Money:
        """The VAT in it."""
        return Money(self.high_vat + self.low_vat)


class ReceiptPhoto(Base):
    """The photo of a receipt, without what a phone writes into it; never changed."""

    __tablename__ = "receipt_photo"
    __retention__ = Retention(
        N_("Een foto van een bon. Plaats, tijd en toestel zijn eruit gehaald."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (CheckConstraint("kind IN ('jpg', 'png')", name="kind"),)

    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
