"""Contracts whose end was told of, what followed, and how early each buyer wants to hear."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL
from procurement.contracts.models import Contract


class Following:
    """What follows a contract that is about to end: the need `need_id`, or nothing for a reason."""

    POSTED = "(posted_at IS NULL) = (need_id IS NULL AND no_need_reason = '')"

    alerted_at: Mapped[datetime]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    posted_at: Mapped[datetime | None]
    no_need_reason: Mapped[str]


class Renewal(Following, Base):
    """A contract that is about to end."""

    __tablename__ = "renewal"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint(Following.POSTED, name="posted"),)

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)

    contract: Mapped[Contract] = relationship(lazy="raise")


class ExternalEnding(Following, Base):
    """A contract made elsewhere that is about to end."""

    __tablename__ = "external_ending"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint(Following.POSTED, name="posted"),)

    external_id: Mapped[int] = mapped_column(ForeignKey("external_contract.id"), primary_key=True)


class RenewalSetting(Base):
    """How many months before the end of a contract an organisation is told; no row: nine."""

    __tablename__ = "renewal_setting"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("months BETWEEN 1 AND 36", name="months"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    months: Mapped[int]
