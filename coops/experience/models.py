"""Earlier jobs of organisations, and their turnover and insurance."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from coops.experience.rules import JobFacts, MeansFacts
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class EarlierJob(Base):
    """A job that an organisation did; euro cents without VAT. Everybody sees it, but for `contact`."""

    __tablename__ = "earlier_job"
    __retention__ = Retention(
        N_("Wie een eerder werk kan bevestigen, en wie het invulde."),
        N_("Tot de organisatie het weghaalt."),
        N_("De naam van wie het invulde wordt een nummer als het account is gewist."),
    )
    __table_args__ = (
        CheckConstraint("title <> '' AND client <> ''", name="told"),
        CheckConstraint("value_minor > 0", name="value_minor"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_earlier_job_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    client: Mapped[str]
    value_minor: Mapped[int]
    cpv: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    place: Mapped[str]
    contact: Mapped[str]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    @property
    def facts(self) -> JobFacts:
        """What was done, as a value."""
        return JobFacts(
            self.title, self.client, self.value_minor, self.cpv, self.starts_on, self.ends_on, self.place, self.contact
        )  # fmt: skip


class FinancialMeans(Base):
    """Turnover and insurance as an organisation states them; euro cents without VAT. Only itself reads them.

    Others see how many organisations meet a demand, never whose figures; a bid takes them over when its writer wants.
    """

    __tablename__ = "financial_means"
    __retention__ = Retention(
        N_("Wie de omzet en verzekering invulde."),
        N_("Tot de organisatie het verandert, hooguit zeven jaar."),
        N_("De naam van wie het invulde wordt een nummer als het account is gewist."),
    )
    __table_args__ = (
        CheckConstraint("turnover_0 >= 0 AND turnover_1 >= 0 AND turnover_2 >= 0", name="turnover"),
        CheckConstraint("num_nonnulls(turnover_0, turnover_1, turnover_2, insured_minor) > 0", name="told"),
        CheckConstraint(
            "(insured_minor IS NULL) = (insured_until IS NULL) AND insured_minor > 0", name="insured"
        ),
        CheckConstraint("version >= 1", name="version"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    book_year: Mapped[int]
    turnover_0: Mapped[int | None]
    turnover_1: Mapped[int | None]
    turnover_2: Mapped[int | None]
    insured_minor: Mapped[int | None]
    insured_until: Mapped[date | None]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    @property
    def facts(self) -> MeansFacts:
        """What was told, as a value."""
        turnovers = (self.turnover_0, self.turnover_1, self.turnover_2)
        return MeansFacts(self.book_year, turnovers, self.insured_minor, self.insured_until)
