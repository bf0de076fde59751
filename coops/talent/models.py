"""Residents who put themselves forward, and for which initiatives."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from coops.talent import rules
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class TalentProfile(Base):
    """What a resident tells of itself, with consent for one purpose: to found or join an enterprise.

    `skills` are ids of the area pack's categories, `hours` are a week. `asked_at`: asked whether it may stay.
    """

    __tablename__ = "talent_profile"
    __retention__ = Retention(
        N_("Wat een bewoner over zichzelf schreef: gekozen naam, één contact, werk, talen, uren en wijk."),
        N_("Tot de bewoner het wist. Na zes maanden stilte vragen wij het, en een maand later wissen wij."),
        N_("Alles wordt gewist."),
    )
    __table_args__ = (
        CheckConstraint("name <> '' AND contact <> ''", name="told"),
        CheckConstraint("hours BETWEEN 1 AND 60", name="hours"),
        CheckConstraint("jsonb_array_length(skills) > 0", name="skills"),
        Index("ix_talent_profile_confirmed_at", "confirmed_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    name: Mapped[str]
    contact: Mapped[str]
    skills: Mapped[list[str]]
    languages: Mapped[list[str]]
    hours: Mapped[int | None]
    place_code: Mapped[str | None]
    consented_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]

    @property
    def about(self) -> rules.About:
        """What was told, as a value."""
        return rules.About(
            self.name, self.contact, tuple(self.skills), tuple(self.languages), self.hours, self.place_code
        )  # fmt: skip

    def __init__(self, *, about: rules.About, **facts: Any) -> None:
        rules.check(about, consent=facts.get("consented_at") is not None)
        super().__init__(**told(about), **facts)


def told(about: rules.About) -> dict[str, Any]:
    """The columns of what somebody tells."""
    return {
        "name": about.name.strip(), "contact": about.contact.strip(), "skills": sorted(set(about.skills)),
        "languages": sorted(set(about.languages)), "hours": about.hours, "place_code": about.place_code or None,
    }  # fmt: skip


class TalentOffer(Base):
    """A resident who put itself forward for one initiative. The coach sees it; founders see the contact when shared."""

    __tablename__ = "talent_offer"
    __retention__ = Retention(
        N_("Voor welk initiatief een bewoner zich aanmeldde, en of de oprichters het contact mogen zien."),
        N_("Tot de bewoner het intrekt, of alles wist."),
        N_("Alles wordt gewist."),
    )
    __table_args__ = (
        CheckConstraint("shared_at >= offered_at", name="shared_at"),
        Index("ix_talent_offer_initiative_id", "initiative_id"),
    )

    profile_id: Mapped[int] = mapped_column(
        ForeignKey("talent_profile.id", ondelete="CASCADE"), primary_key=True
    )
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    offered_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
