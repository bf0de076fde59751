"""Reminders that were sent; rows are only added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class InvoiceReminder(Base):
    """One of the three reminders of an invoice, with what was open, interest and collection costs then (cents)."""

    __tablename__ = "invoice_reminder"
    __retention__ = Retention(
        N_("Wie een herinnering verstuurde, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("invoice_id", "stage"),
        CheckConstraint("stage BETWEEN 1 AND 3", name="stage"),
        CheckConstraint(
            "open_amount > 0 AND interest_amount >= 0 AND collection_amount >= 0", name="amounts"
        ),
    )

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    stage: Mapped[int] = mapped_column(SmallInteger)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime]
    open_amount: Mapped[int]
    interest_amount: Mapped[int]
    collection_amount: Mapped[int]

    sent_by: Mapped[User] = relationship(lazy="raise")
