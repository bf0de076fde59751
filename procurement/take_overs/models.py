"""Take-over lists: of a tender, frozen at publication (trigger of migration 0024), or of a contract that ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class TakeOver(Base):
    """Rows of function, hours a week, years of service and kind of contract; no names."""

    __tablename__ = "take_over"
    __retention__ = Retention(
        N_("Hoeveel mensen met het werk meegaan, zonder namen. En wie de lijst maakte."),
        N_("Zeven jaar na het einde van het contract."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("jsonb_array_length(rows) BETWEEN 1 AND 300", name="rows"),
        CheckConstraint("(tender_id IS NULL) <> (contract_id IS NULL)", name="subject"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), unique=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), unique=True)
    rows: Mapped[list[Any]]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime]
