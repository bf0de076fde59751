"""Milestones of contracts, what was reported on them, what was found. Append-only by triggers of migration 0024."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.contracts.models import Contract
from procurement.milestones import rules
from procurement.milestones.rules import Outcome

_OUTCOMES = ", ".join(f"'{each}'" for each in Outcome)
_KEPT = N_("Zeven jaar na het einde van het contract.")
_ERASED = N_("Een gewist account staat er als nummer.")


class Milestone(Base):
    """A promise of the winning bid, as the contract holds it: `amount` in `unit`, on `due_on` at the latest."""

    __tablename__ = "milestone"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("what <> '' AND length(what) <= 200", name="what"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("unit <> ''", name="unit"),
        CheckConstraint("proof <> ''", name="proof"),
        UniqueConstraint("contract_id", "position"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]
    criterion: Mapped[str]
    what: Mapped[str]
    amount: Mapped[Decimal]
    unit: Mapped[str]
    due_on: Mapped[date]
    proof: Mapped[str]

    contract: Mapped[Contract] = relationship(lazy="raise")
    reports: Mapped[list["MilestoneReport"]] = relationship(
        lazy="raise", order_by="MilestoneReport.id", back_populates="milestone"
    )
    verdicts: Mapped[list["MilestoneVerdict"]] = relationship(
        lazy="raise", order_by="MilestoneVerdict.id", back_populates="milestone"
    )

    @property
    def waiting(self) -> "MilestoneReport | None":
        """The report that nobody judged yet; reports and verdicts are loaded."""
        judged = {each.report_id for each in self.verdicts}
        return next((each for each in self.reports if each.id not in judged), None)

    def stage(self, today: date) -> rules.Stage:
        """Where it stands on a day."""
        outcomes = [each.outcome for each in self.verdicts]
        return rules.stage_of(outcomes, waits=self.waiting is not None, due_on=self.due_on, today=today)


class MilestoneReport(Base):
    """What a supplier says it reached, with a figure in the milestone's unit, words, and maybe a file."""

    __tablename__ = "milestone_report"
    __retention__ = Retention(
        N_("Wie meldde wat een leverancier deed, en het bewijs. Namen horen daar niet in."), _KEPT, _ERASED
    )
    __table_args__ = (
        CheckConstraint("reached >= 0", name="reached"),
        CheckConstraint("length(text) >= 10", name="text"),
        CheckConstraint("file_type IN ('application/pdf', 'image/jpeg', 'image/png')", name="file_type"),
        CheckConstraint(
            "(file IS NULL) = (file_name IS NULL) AND (file IS NULL) = (file_type IS NULL)", name="file"
        ),
        CheckConstraint("octet_length(file) <= 2097152", name="size"),
        Index("ix_milestone_report_milestone_id", "milestone_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    reached: Mapped[Decimal]
    text: Mapped[str]
    file_name: Mapped[str | None]
    file_type: Mapped[str | None]
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime]

    milestone: Mapped[Milestone] = relationship(lazy="raise", back_populates="reports")
    reported_by: Mapped[User] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        content = facts.get("file")
        super().__init__(**{
            **facts, "text": words(facts["text"], "text"),
            "file_type": None if content is None else rules.type_of(content),
        })  # fmt: skip


class MilestoneVerdict(Base):
    """What the buyer found; public. `report_id` None: the day passed and nothing was reported."""

    __tablename__ = "milestone_verdict"
    __retention__ = Retention(N_("Wie een belofte controleerde, en wat de uitkomst was."), _KEPT, _ERASED)
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome"),
        CheckConstraint("outcome = 'met' OR length(reason) >= 10", name="reason"),
        CheckConstraint("report_id IS NOT NULL OR outcome = 'notMet'", name="unreported"),
        Index("ix_milestone_verdict_milestone_id", "milestone_id"),
    )

    id: Mapped[Key]
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("milestone_report.id"), unique=True)
    outcome: Mapped[Outcome]
    reason: Mapped[str]
    verified_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime]

    milestone: Mapped[Milestone] = relationship(lazy="raise", back_populates="verdicts")
    verified_by: Mapped[User] = relationship(lazy="raise")
