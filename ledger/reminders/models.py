"""Reminders that were sent, and what was asked of who paid late; rows are only added."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.invoicing.models import Invoice


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


class InvoiceClaim(Base):
    """That interest and collection costs of one paid invoice are asked (cents), by an invoice of their own, `claim`.

    While that is a draft, throwing it away takes this line along; afterwards it stays.
    """

    __tablename__ = "invoice_claim"
    __retention__ = Retention(
        N_("Wie rente vroeg over een te laat betaalde factuur, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("invoice_id <> claim_id", name="other"),
        CheckConstraint(
            "interest_amount >= 0 AND collection_amount >= 0 AND interest_amount + collection_amount > 0",
            name="amounts",
        ),
    )

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), unique=True)
    until: Mapped[date]
    interest_amount: Mapped[int]
    collection_amount: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]

    claim: Mapped[Invoice] = relationship(foreign_keys=[claim_id], lazy="raise")
