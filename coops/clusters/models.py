"""Clusters that the programme kept when it acted on them: what was known and assumed that day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class DemandCluster(Base):
    """A cluster as it was kept: never changed (trigger of migration 0054). Hours a week, people full-time.

    `reckoning` holds the assumptions (name → low, likely, high), the lines and the sensitivity, as text.
    """

    __tablename__ = "demand_cluster"
    __retention__ = Retention(
        N_("Wie een cluster bewaarde, van het programma of een koper, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("reach IN ('place', 'neighbours', 'area')", name="reach"),
        CheckConstraint("people_low <= people AND people <= people_high", name="people"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    category: Mapped[str]
    reach: Mapped[str]
    centre: Mapped[str | None]
    hours: Mapped[Decimal]
    people_low: Mapped[Decimal]
    people: Mapped[Decimal]
    people_high: Mapped[Decimal]
    first_start: Mapped[date]
    reckoning: Mapped[dict[str, Any]]
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kept_at: Mapped[datetime]

    @property
    def assumed(self) -> dict[str, Decimal]:
        """What was assumed as likely, by name."""
        return {name: Decimal(ends[1]) for name, ends in self.reckoning["assumptions"].items()}


class ClusterNeed(Base):
    """A need of a kept cluster, with its hours a week and why it was in."""

    __tablename__ = "cluster_need"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (Index("ix_cluster_need_need_id", "need_id"),)

    cluster_id: Mapped[int] = mapped_column(ForeignKey("demand_cluster.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    hours: Mapped[Decimal | None]
    place_why: Mapped[str]
    hours_why: Mapped[str]
