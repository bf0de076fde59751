"""The members of cooperatives."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coops.members.rules import MemberFacts, MemberKind, check_name, tidy_contact
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Member(Base):
    """A member of a cooperative. `number` counts within the cooperative; `user_id` is the account, if there is one.

    A membership that ended stays; who comes back gets a new row. Name and contact of `forgotten_at` are wiped.
    """

    __tablename__ = "member"
    __retention__ = Retention(
        N_(
            "De gekozen naam en één contact van een lid, sinds wanneer en als wat. Nooit een BSN of geboortedatum."
        ),
        N_("Zolang iemand lid is, en zeven jaar na het jaar van vertrek (art. 52 AWR)."),
        N_("Naam en contact verdwijnen. Het lidnummer en de bedragen blijven."),
    )
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("name <> '' AND name !~ '[0-9]{9}'", name="name"),
        CheckConstraint("contact !~ '^[0-9]{9}$' AND (contact = '') = (forgotten_at IS NOT NULL)", name="contact"),
        CheckConstraint("kind IN ('worker', 'user', 'resident', 'supporting')", name="kind"),
        CheckConstraint("left_on >= joined_on", name="left_on"),
        CheckConstraint("forgotten_at IS NULL OR left_on IS NOT NULL", name="forgotten_at"),
        CheckConstraint("version >= 1", name="version"),
        Index(
            "uq_member_contact", "organisation_id", "contact", unique=True, postgresql_where=text("left_on IS NULL")
        ),
        Index(
            "uq_member_user", "organisation_id", "user_id", unique=True, postgresql_where=text("left_on IS NULL")
        ),
        Index("ix_member_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    name: Mapped[str]
    contact: Mapped[str]
    kind: Mapped[str]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    forgotten_at: Mapped[datetime | None]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    def __init__(self, *, facts: MemberFacts, **rest: object) -> None:
        super().__init__(
            name=check_name(facts.name), contact=tidy_contact(facts.contact), kind=facts.kind.value,
            joined_on=facts.joined_on, version=1, **rest,
        )  # fmt: skip

    @property
    def facts(self) -> MemberFacts:
        """The member as a value."""
        return MemberFacts(self.name, self.contact, MemberKind(self.kind), self.joined_on)
