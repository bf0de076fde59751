"""Reports of hours and jobs, and what the buyer found. Append-only: a correction is a new report (triggers of 0063)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.contracts.models import Contract
from procurement.resident_work import rules
from procurement.resident_work.rules import Numbers, Stage, Verdict

_KEPT = N_("Zeven jaar na het einde van het contract.")
_ERASED = N_("Een gewist account staat er als nummer.")
_VERDICTS = ", ".join(f"'{each}'" for each in Verdict)


class WorkReport(Base):
    """Numbers of one supplier over one period of a contract; `replaces_id` is the report that it corrects."""

    __tablename__ = "work_report"
    __retention__ = Retention(
        N_("Uren en aantallen mensen per contract, zonder namen. Wie ze meldde, als nummer."), _KEPT, _ERASED
    )
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on AND ends_on - starts_on < 366", name="days"),
        CheckConstraint(
            "hours_residents BETWEEN 0 AND hours_all AND hours_new BETWEEN 0 AND hours_residents"
            " AND hours_trainees BETWEEN 0 AND hours_residents",
            name="hours",
        ),
        CheckConstraint(
            "people_residents >= 0 AND people_new BETWEEN 0 AND people_residents"
            " AND people_trainees BETWEEN 0 AND people_residents",
            name="people",
        ),
        CheckConstraint(
            "(people_residents > 0) = (hours_residents > 0) AND (people_new > 0) = (hours_new > 0)"
            " AND (people_trainees > 0) = (hours_trainees > 0)",
            name="pairs",
        ),
        CheckConstraint(
            "hours_residents <= people_residents * (ends_on - starts_on + 1) * 24"
            " AND hours_new <= people_new * (ends_on - starts_on + 1) * 24"
            " AND hours_trainees <= people_trainees * (ends_on - starts_on + 1) * 24",
            name="possible",
        ),
        CheckConstraint(
            "seats_offered >= 0 AND seats_filled BETWEEN 0 AND seats_offered"
            " AND seats_done BETWEEN 0 AND seats_filled",
            name="seats",
        ),
        CheckConstraint(f"replaces_id IS NULL OR length(note) >= {rules.LEAST_TEXT}", name="note"),
        Index("ix_work_report_contract_id", "contract_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours_all: Mapped[Decimal]
    hours_residents: Mapped[Decimal]
    people_residents: Mapped[int]
    hours_new: Mapped[Decimal]
    people_new: Mapped[int]
    hours_trainees: Mapped[Decimal]
    people_trainees: Mapped[int]
    seats_offered: Mapped[int]
    seats_filled: Mapped[int]
    seats_done: Mapped[int]
    note: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("work_report.id"), unique=True)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    reported_by: Mapped[User] = relationship(lazy="raise")
    verdict: Mapped["WorkVerdict | None"] = relationship(lazy="raise", back_populates="report")
    correction: Mapped["WorkReport | None"] = relationship(
        lazy="raise", primaryjoin="WorkReport.id == foreign(remote(WorkReport.replaces_id))", uselist=False,
        viewonly=True,
    )  # fmt: skip

    @property
    def numbers(self) -> Numbers:
        """What was reported."""
        return Numbers(
            self.hours_all, self.hours_residents, self.people_residents, self.hours_new, self.people_new,
            self.hours_trainees, self.people_trainees, self.seats_offered, self.seats_filled, self.seats_done,
        )  # fmt: skip

    @property
    def stage(self) -> Stage:
        """Where it stands; verdict and correction are loaded."""
        found = self.verdict.verdict if self.verdict is not None else None
        return rules.stage_of(found, is_replaced=self.correction is not None)


class WorkDraft(Base):
    """A report, or a correction of `replaces_id`, that is not sent yet: field → what was filled in; gone once sent."""

    __tablename__ = "work_draft"
    __retention__ = Retention(
        N_("Uren en aantallen die nog niet zijn gemeld, zonder namen. Wie ze invulde, als nummer."),
        N_("Tot de uren zijn gemeld, hooguit een half jaar na de laatste wijziging."),
        _ERASED,
    )
    __table_args__ = (
        UniqueConstraint(
            "contract_id", "organisation_id", "replaces_id", name="uq_work_draft_contract_id",
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("work_report.id"))
    answers: Mapped[dict[str, Any]]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]


class WorkVerdict(Base):
    """What the buyer found of one report: verified, or doubted with a reason. Once."""

    __tablename__ = "work_verdict"
    __retention__ = Retention(N_("Wie gemelde uren controleerde, en wat de uitkomst was."), _KEPT, _ERASED)
    __table_args__ = (
        CheckConstraint(f"verdict IN ({_VERDICTS})", name="verdict"),
        CheckConstraint(f"verdict = 'verified' OR length(reason) >= {rules.LEAST_TEXT}", name="reason"),
    )

    report_id: Mapped[int] = mapped_column(
        ForeignKey("work_report.id"), primary_key=True, autoincrement=False
    )
    verdict: Mapped[Verdict]
    reason: Mapped[str]
    verified_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime]

    report: Mapped[WorkReport] = relationship(lazy="raise", back_populates="verdict")
    verified_by: Mapped[User] = relationship(lazy="raise")
