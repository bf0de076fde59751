"""What was set off from money ahead, and what of it goes back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.ahead import rules
from ledger.bank.models import BankBooking
from ledger.invoicing.models import Invoice


class AheadSetOff(Base):
    """That a payment of an invoice came from money ahead (`booking_id`, a credit); it counts until that is undone.

    `by_id`: the organisation that pressed, and may take it back; None: before that was kept.
    """

    __tablename__ = "ahead_set_off"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_ahead_set_off_booking_id", "booking_id"),
    )

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True, autoincrement=False)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bank_booking.id"))
    amount: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))


class AheadPayback(Base):
    """Money ahead that goes back to whose it is; cents. Only the steps after asking are filled in, each once.

    It is of what stands ahead (`booking_id`), or of what is owed back on an invoice after a credit note (`invoice_id`).
    `two`: another person than who asked agrees. `booked_id`: the booking by which the bank told that it was paid; it
    counts until that is undone.
    """

    __tablename__ = "ahead_payback"
    __retention__ = Retention(
        N_(
            "Naam en rekening van wie te veel betaalde, en wie terugbetaling vroeg en goedkeurde, als nummer."
        ),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("num_nulls(booking_id, invoice_id) = 1", name="of_one"),
        CheckConstraint("(agreed_at IS NULL) = (agreed_by_id IS NULL)", name="agreed"),
        CheckConstraint("NOT two OR agreed_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(dropped_at IS NULL) = (dropped_by_id IS NULL)", name="dropped"),
        CheckConstraint("booked_id IS NULL OR agreed_at IS NOT NULL", name="booked"),
        Index("ix_ahead_payback_booking_id", "booking_id"),
        Index("ix_ahead_payback_invoice_id", "invoice_id"),
        Index("ix_ahead_payback_open", "holder_id", postgresql_where=text("dropped_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bank_booking.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    amount: Mapped[int]
    name: Mapped[str]
    iban: Mapped[str]
    mark: Mapped[str] = mapped_column(unique=True)
    two: Mapped[bool]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    dropped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    dropped_at: Mapped[datetime | None]
    booked_id: Mapped[int | None] = mapped_column(ForeignKey("bank_booking.id"), unique=True)

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id], lazy="raise")
    booked: Mapped[BankBooking | None] = relationship(foreign_keys=[booked_id], lazy="raise")
    invoice: Mapped[Invoice | None] = relationship(lazy="raise")

    @property
    def of(self) -> str:
        """What it is of, as the record of acts names it."""
        return (
            f"bank_booking:{self.booking_id}"
            if self.invoice_id is None
            else f"invoice_owed:{self.invoice_id}"
        )

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount)

    @property
    def state(self) -> rules.PaybackState:
        """Where it stands; asks for `booked`."""
        paid = self.booked is not None and self.booked.undone_at is None
        return rules.state_of(
            agreed=self.agreed_at is not None, paid=paid, dropped=self.dropped_at is not None
        )

    @property
    def left(self) -> Money:
        """What is still to be paid."""
        done = self.state in {rules.PaybackState.PAID, rules.PaybackState.DROPPED}
        return Money(0) if done else self.money
