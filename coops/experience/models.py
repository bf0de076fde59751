"""Earlier jobs of organisations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from coops.experience.rules import JobFacts
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
