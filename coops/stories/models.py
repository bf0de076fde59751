"""Stories of residents and cooperatives."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.stories.rules import State, state_of
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Story(Base):
    """What somebody told, with consent. Taken back: its words are gone at once, only that there was one stays.

    `organisation_id`: the cooperative for which it was told, None for a resident and who leaves it out.
    """

    __tablename__ = "story"
    __retention__ = Retention(
        N_("Wat iemand vertelt, met de naam die de verteller koos, en wanneer die toestemming gaf."),
        N_("Tot de verteller het terugneemt, of het account gewist wordt."),
        N_("De tekst en de gekozen naam worden gewist. Alleen de regel blijft, met een nummer."),
    )
    __table_args__ = (
        CheckConstraint(
            "(taken_back_at IS NULL) = (text <> '' AND title <> '' AND shown_name <> '')", name="words"
        ),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published"),
        CheckConstraint("published_by_id <> told_by_id", name="second_person"),
        CheckConstraint("consented_at <= published_at", name="consent_first"),
        Index("ix_story_published_at", "published_at", postgresql_where=text("taken_back_at IS NULL")),
        Index("ix_story_told_by_id", "told_by_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    title: Mapped[str]
    text: Mapped[str]
    shown_name: Mapped[str]
    place_code: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    told_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    consented_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.published_at, self.taken_back_at)
