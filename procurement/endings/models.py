"""Contracts made elsewhere whose end was told of, and what followed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.needs.models import Need
from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL


class ExternalEnding(Base):
    """A contract made elsewhere that is about to end. `need_id`: the need that follows it; else `no_need_reason`."""

    __tablename__ = "external_ending"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("(posted_at IS NULL) = (need_id IS NULL AND no_need_reason = '')", name="posted"),
    )

    external_id: Mapped[int] = mapped_column(ForeignKey("external_contract.id"), primary_key=True)
    alerted_at: Mapped[datetime]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    posted_at: Mapped[datetime | None]
    no_need_reason: Mapped[str]

    need: Mapped[Need | None] = relationship(lazy="raise")
