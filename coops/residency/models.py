"""That somebody lives in the area, as it was seen."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.residency.rules import Shown
from cwb.identity.models import Person, User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_SHOWN = ", ".join(f"'{each}'" for each in Shown)


class ResidentCheck(Base):
    """One check of one person, good until and with a day; append-only. The paper was of an address in the area."""

    __tablename__ = "resident_check"
    __retention__ = Retention(
        N_("Dat u in het gebied woont, welk soort stuk is gezien en door wie. Nooit uw adres."),
        N_("Zeven jaar, als bewijs bij stemmingen over geld."),
        N_("De naam achter het nummer kan weg."),
    )
    __table_args__ = (
        CheckConstraint(f"shown IN ({_SHOWN})", name="shown"),
        CheckConstraint(
            "ends_on > (checked_at AT TIME ZONE 'Europe/Amsterdam')::date "
            "AND ends_on <= (checked_at AT TIME ZONE 'Europe/Amsterdam')::date + 730",
            name="ends_on",
        ),
        CheckConstraint("user_id <> checked_by_id", name="other"),
        Index("ix_resident_check_person_id", "person_id", "ends_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    shown: Mapped[str]
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ends_on: Mapped[date]

    person: Mapped[Person] = relationship(lazy="raise")
    checked_by: Mapped[User] = relationship(foreign_keys=[checked_by_id], lazy="raise")
