"""What the clock has done: one row per tender, act and moment. It is what makes the job idempotent."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL
from procurement.tenders import models as _tenders  # noqa: F401 (the table it refers to)


class ClockMark(Base):
    """An act of the clock that was due at a moment. When it ran is not kept: a late run leaves the same record."""

    __tablename__ = "clock_mark"
    __retention__ = NOTHING_PERSONAL

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
