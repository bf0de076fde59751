"""Lots that were stopped while the others went on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.tenders.models import LONG, STAYS


class LotStop(Base):
    """A lot of a published tender that the buyer stopped alone, with the reason; never undone.

    The last lot stops with its tender; one with a contract does not stop (trigger of migration 0032).
    """

    __tablename__ = "lot_stop"
    __retention__ = Retention(N_("Wie een perceel stopte, als nummer, met de reden."), LONG, STAYS)
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"]),
        Index("ix_lot_stop_tender_id", "tender_id"),
    )

    lot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tender_id: Mapped[int]
    reason: Mapped[str]
    stopped_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stopped_at: Mapped[datetime]
