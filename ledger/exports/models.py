"""Exports that are kept."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL


class SpendExport(Base):
    """The latest public export of a period. `made_from` names all that it rests on; made anew when that changes."""

    __tablename__ = "spend_export"
    __table_args__ = (UniqueConstraint("period", "area_id", name="uq_spend_export_period"),)
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    period: Mapped[str]
    area_id: Mapped[str]
    made_from: Mapped[str]
    document: Mapped[str] = mapped_column(deferred=True)
    at: Mapped[datetime]
