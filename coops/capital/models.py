"""What statutes say about money, shares that members took, dues that were charged. What was paid is in the books."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.capital.rules import Every, TermFacts
from coops.members.models import Member
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class CapitalTerms(Base):
    """What the statutes of one cooperative say, as its board wrote it down; euro cents. Later rows keep a copy."""

    __tablename__ = "capital_terms"
    __retention__ = Retention(
        N_("Wie de bedragen uit de statuten invulde, als nummer."),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("share_minor > 0 AND dues_minor >= 0", name="amounts"),
        CheckConstraint("dues_every IN ('month', 'quarter', 'year')", name="dues_every"),
        CheckConstraint("pay_days BETWEEN 1 AND 365 AND notice_months BETWEEN 0 AND 24", name="terms"),
        CheckConstraint("repay_percent BETWEEN 1 AND 100", name="repay_percent"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    share_minor: Mapped[int]
    dues_minor: Mapped[int]
    dues_every: Mapped[str]
    pay_days: Mapped[int]
    notice_months: Mapped[int]
    repay_percent: Mapped[int]
    bears_losses: Mapped[bool]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    @property
    def facts(self) -> TermFacts:
        """The terms as a value."""
        return TermFacts(
            self.share_minor, self.dues_minor, Every(self.dues_every), self.pay_days, self.notice_months,
            self.repay_percent, self.bears_losses,
        )  # fmt: skip


class Subscription(Base):
    """Shares that a member took, at the amount of that day. Called once; then it stands in the books."""

    __tablename__ = "share_subscription"
    __retention__ = Retention(
        N_("Hoeveel aandelen een lid nam en wanneer."),
        N_("Zeven jaar na het jaar waarin het lid vertrok (art. 52 AWR)."),
        N_("De regel blijft staan met het lidnummer. De naam verdwijnt."),
    )
    __table_args__ = (
        CheckConstraint("shares BETWEEN 1 AND 10000 AND share_minor > 0", name="amounts"),
        CheckConstraint("(called_at IS NULL) = (due_on IS NULL)", name="called"),
        Index("ix_share_subscription_member_id", "member_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    shares: Mapped[int]
    share_minor: Mapped[int]
    subscribed_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    called_at: Mapped[datetime | None]
    due_on: Mapped[date | None]

    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def minor(self) -> int:
        """What it costs, in euro cents."""
        return self.shares * self.share_minor


class DuesRun(Base):
    """Dues of one period, asked of all members at once, once."""

    __tablename__ = "dues_run"
    __retention__ = Retention(
        N_("Wie de contributie oplegde, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("organisation_id", "starts_on"),
        CheckConstraint("ends_on > starts_on", name="ends_on"),
        CheckConstraint("dues_minor > 0", name="dues_minor"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    dues_minor: Mapped[int]
    due_on: Mapped[date]
    run_at: Mapped[datetime]
    run_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class DuesCharge(Base):
    """That a member was asked the dues of a run; who joined later is asked later and has as long to pay."""

    __tablename__ = "dues_charge"
    __retention__ = Retention(
        N_("Dat een lid contributie moest betalen."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan met het lidnummer. De naam verdwijnt."),
    )
    __table_args__ = (Index("ix_dues_charge_member_id", "member_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("dues_run.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    due_on: Mapped[date]
