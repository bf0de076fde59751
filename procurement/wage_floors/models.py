"""The wage floor that a tender tells of. Triggers of migration 0062 keep it once published and hold the freeze."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.wage_floors.rules import MOST_FLOOR, Floor


class TenderWage(Base):
    """Euro cents an hour, the statutory minimum and the factor of that day, and the CAO; no row: nothing was set.

    `least_minor`: the floor of the framework under which this competes; None: it stands alone.
    """

    __tablename__ = "tender_wage"
    __retention__ = Retention(
        N_("Wie vastlegde wat een uur werk minstens betaalt."),
        N_("Zeven jaar na het einde van het contract."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"floor_minor BETWEEN minimum_minor AND {MOST_FLOOR}", name="floor"),
        CheckConstraint("floor_minor >= least_minor", name="least"),
        CheckConstraint("factor BETWEEN 1 AND 3", name="factor"),
        CheckConstraint(
            "(cao = '') = (cao_from IS NULL) AND (cao = '') = (cao_until IS NULL)"
            " AND (cao = '' OR cao_until >= cao_from)",
            name="cao",
        ),
    )

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True, autoincrement=False)
    floor_minor: Mapped[int]
    minimum_minor: Mapped[int]
    least_minor: Mapped[int | None]
    factor: Mapped[Decimal]
    cao: Mapped[str]
    cao_from: Mapped[date | None]
    cao_until: Mapped[date | None]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime]

    @property
    def floor(self) -> Floor:
        """What is told."""
        return Floor(
            self.floor_minor, self.minimum_minor, self.factor, self.cao, self.cao_from, self.cao_until,
            self.least_minor,
        )  # fmt: skip
