"""Contracts whose end was told of, what followed, and how early each buyer wants to hear."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.needs.models import Need
from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL
from procurement.contracts.models import Contract


class Renewal(Base):
    """A contract that is about to end. `need_id`: the need that follows it; else `no_need_reason`."""

    __tablename__ = "renewal"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("(posted_at IS NULL) = (need_id IS NULL AND no_need_reason = '')", name="posted"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    alerted_at: Mapped[datetime]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    posted_at: Mapped[datetime | None]
    no_need_reason: Mapped[str]

    contract: Mapped[Contract] = relationship(lazy="raise")
    need: Mapped[Need | None] = relationship(lazy="raise")


class RenewalSetting(Base):
    """How many months before the end of a contract an organisation is told; no row: nine."""

    __tablename__ = "renewal_setting"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("months BETWEEN 1 AND 36", name="months"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    months: Mapped[int]
