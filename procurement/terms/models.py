"""The extensions a tender tells of. A trigger of migration 0024 keeps them once it is published."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.terms import rules


class TenderExtension(Base):
    """How often, how many months, and how many days before the end; no row: no extensions."""

    __tablename__ = "tender_extension"
    __retention__ = Retention(
        N_("Wie vastlegde of een contract verlengd kan worden."),
        N_("Zeven jaar na het einde van het contract."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("times BETWEEN 1 AND 6", name="times"),
        CheckConstraint("months BETWEEN 1 AND 60", name="months"),
        CheckConstraint("notice_days BETWEEN 0 AND 365", name="notice_days"),
    )

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    times: Mapped[int]
    months: Mapped[int]
    notice_days: Mapped[int]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime]

    def __init__(self, **facts: Any) -> None:
        rules.check(facts["times"], facts["months"], facts["notice_days"])
        super().__init__(**facts)

    @property
    def extensions(self) -> rules.Extensions:
        """What is told."""
        return rules.Extensions(self.times, self.months, self.notice_days)
