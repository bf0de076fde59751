"""What was given back of a payment at a till."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class PaymentReturn(Base):
    """A payment that gives (a part of) another one back; append-only.

    Together never more than was paid, and from who received to who paid: trigger `payment_return_fits`.
    """

    __tablename__ = "payment_return"
    __retention__ = Retention(
        N_("Welke betaling bij welke teruggave hoort, en wie teruggaf."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )
    __table_args__ = (CheckConstraint("payment_id <> back_id", name="other"),)

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(ForeignKey("wallet_payment.id"), index=True)
    back_id: Mapped[int] = mapped_column(ForeignKey("wallet_payment.id"), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
