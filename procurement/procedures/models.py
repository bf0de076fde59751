"""What the database holds about procedures, and who is let in where one is not open to all."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL

PROCEDURE_CHECKS = (
    CheckConstraint("access IN ('open', 'invited', 'selected')", name="access"),
    CheckConstraint("framework IN ('single', 'parallel')", name="framework"),
    CheckConstraint("framework_max_minor > 0", name="framework_max_minor"),
    CheckConstraint(
        "framework_parties BETWEEN 2 AND 100 AND framework = 'parallel' OR framework_parties IS NULL",
        name="framework_parties",
    ),
    CheckConstraint("(framework IS NULL) = (framework_max_minor IS NULL)", name="framework_max"),
    CheckConstraint("framework_max_minor >= value_minor", name="framework_value"),
    CheckConstraint("prior_notice_on IS NULL OR prior_notice_reference <> ''", name="prior_notice"),
    CheckConstraint("selected_at >= apply_until", name="selected"),
    CheckConstraint(
        "published_at IS NULL OR (access = 'selected') = (apply_until IS NOT NULL)", name="apply"
    ),
    CheckConstraint("apply_until < closes_at", name="apply_first"),
    CheckConstraint(
        "reservation <> '2.82a' OR (is_public_service(cpv) "
        "AND ends_on <= (starts_on + interval '3 years')::date)",
        name="public_service",
    ),
)
"""What the database holds about the procedure, the terms and the framework of a tender."""


class Admission(Base):
    """An organisation that may bid on a tender that is not open to all: it was invited, or selected. For good."""

    __tablename__ = "admission"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (Index("ix_admission_organisation_id", "organisation_id"),)

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    admitted_at: Mapped[datetime]
