"""Distributions of a surplus, and each member's part."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.meetings.models import Motion
from coops.members.models import Member
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Distribution(Base):
    """A surplus of a book year, proposed by the board, decided by the members; euro cents.

    Posted as one transfer. `undone_at`: that transfer was taken back whole, for a reason (`undone_why`);
    `withdrawn_at`: the board took the proposal back before it was posted.
    """

    __tablename__ = "surplus_distribution"
    __retention__ = Retention(
        N_("Wie de verdeling maakte en boekte, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("surplus_minor > 0 AND reserve_minor BETWEEN 0 AND surplus_minor", name="amounts"),
        CheckConstraint("basis IN ('hours', 'turnover')", name="basis"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
        CheckConstraint(
            "(posted_at IS NULL) = (motion_id IS NULL) AND (posted_at IS NULL) = (transfer IS NULL)",
            name="posted",
        ),
        CheckConstraint("undone_at IS NULL OR posted_at IS NOT NULL", name="undone"),
        CheckConstraint("withdrawn_at IS NULL OR posted_at IS NULL", name="withdrawn"),
        CheckConstraint("num_nulls(undone_at, undone_why) IN (0, 2)", name="why"),
        CheckConstraint("length(undone_why) BETWEEN 10 AND 500", name="why_length"),
        Index("ix_surplus_distribution_organisation_id", "organisation_id"),
        Index(
            "uq_surplus_distribution_counts",
            "organisation_id",
            "year",
            unique=True,
            postgresql_where=text("posted_at IS NOT NULL AND undone_at IS NULL"),
        ),
        Index(
            "uq_surplus_distribution_open",
            "organisation_id",
            "year",
            unique=True,
            postgresql_where=text("posted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    surplus_minor: Mapped[int]
    reserve_minor: Mapped[int]
    basis: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    posted_at: Mapped[datetime | None]
    transfer: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_why: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]

    shares: Mapped[list["SurplusShare"]] = relationship(lazy="raise")
    motion: Mapped[Motion | None] = relationship()


class SurplusShare(Base):
    """What of a distribution goes to one member, and for how many hours or euros."""

    __tablename__ = "surplus_share"
    __retention__ = Retention(
        N_("Hoeveel uur of omzet een lid had en wat het daarvoor kreeg."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan met het lidnummer. De naam verdwijnt."),
    )
    __table_args__ = (
        CheckConstraint("units >= 0 AND minor >= 0", name="amounts"),
        Index("ix_surplus_share_member_id", "member_id"),
    )

    distribution_id: Mapped[int] = mapped_column(
        ForeignKey("surplus_distribution.id"), primary_key=True, autoincrement=False
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    units: Mapped[int]
    minor: Mapped[int]

    member: Mapped[Member] = relationship()
