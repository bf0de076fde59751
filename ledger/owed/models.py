"""What was set off from an invoice on which something is owed back."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL
from ledger.payments.models import Payment


class OwedSetOff(Base):
    """That an invoice was paid (`payment_id`) by what was owed back on another (`refund_id`); no money moved.

    Both count until both are undone. `by_id`: the organisation that pressed, and may take it back.
    """

    __tablename__ = "owed_set_off"
    __retention__ = NOTHING_PERSONAL

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True, autoincrement=False)
    refund_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))

    payment: Mapped[Payment] = relationship(foreign_keys=[payment_id], lazy="raise")
    refund: Mapped[Payment] = relationship(foreign_keys=[refund_id], lazy="raise")
