"""Targets and what was decided about them. Nothing changes; a later target of the same kind takes the place."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")
_THEN = N_("Wie het account wist, wordt een nummer.")


class Target(Base):
    """A share (ten-thousandths) to be reached within a programme of four years; `anchor_id` None: all together."""

    __tablename__ = "spend_target"
    __table_args__ = (
        CheckConstraint("measure IN ('supplier', 'landed')", name="measure"),
        CheckConstraint("share BETWEEN 1 AND 10000", name="share"),
        CheckConstraint("first_year BETWEEN 2020 AND 2199", name="first_year"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
    )
    __retention__ = Retention(N_("Wie een doel voorstelde, en waarom."), _KEPT, _THEN)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    first_year: Mapped[int] = mapped_column(Integer)
    anchor_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    measure: Mapped[str]
    share: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    anchor: Mapped[Organisation | None] = relationship(lazy="raise")
    decision: Mapped["TargetDecision | None"] = relationship(lazy="raise", uselist=False)


class TargetDecision(Base):
    """The yes or no of a second person."""

    __tablename__ = "spend_target_decision"
    __table_args__ = (CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),)
    __retention__ = Retention(N_("Wie over een doel besliste, en waarom."), _KEPT, _THEN)

    id: Mapped[Key]
    target_id: Mapped[int] = mapped_column(ForeignKey("spend_target.id"), unique=True)
    accepted: Mapped[bool]
    reason: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    decided_by: Mapped[User | None] = relationship(lazy="raise")
