"""What residents put on the page of a wijk, who supports it, and the dates on which the alliance meets."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from coops.alliances import rules
from coops.alliances.rules import PostFacts, State
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class PlacePost(Base):
    """An item for the agenda of a wijk, or a promise made there. What was answered or removed stays as it is.

    `organisation_id` is whom the programme recognised in `who` of a promise: it is told, and may reply once.
    """

    __tablename__ = "place_post"
    __retention__ = Retention(
        N_(
            "Wie iets op de agenda van een wijk zette, een belofte meldde of erop reageerde, als nummer, "
            "en wat ermee gebeurde."
        ),
        N_("Zolang het programma loopt, en tien jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('item', 'promise')", name="kind"),
        CheckConstraint("title <> '' AND length(title) <= 120 AND text <> '' AND length(text) <= 2000", name="told"),
        CheckConstraint("(kind = 'promise') = (who <> '') AND (kind = 'promise' OR due_on IS NULL)", name="promise"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published"),
        CheckConstraint("published_by_id <> put_by_id AND answered_by_id <> put_by_id", name="second_person"),
        CheckConstraint(
            "(answered_at IS NULL) = (answer = '') AND (answered_at IS NULL) = (outcome IS NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL) AND answered_at >= published_at",
            name="answered",
        ),
        CheckConstraint(
            "(outcome IN ('taken_up', 'declined') AND kind = 'item') "
            "OR (outcome IN ('kept', 'broken') AND kind = 'promise')",
            name="outcome",
        ),
        CheckConstraint(
            "(removed_at IS NULL) = (remove_reason = '') AND (removed_at IS NULL) = (removed_by_id IS NULL)",
            name="removed",
        ),
        CheckConstraint("organisation_id IS NULL OR kind = 'promise'", name="named"),
        CheckConstraint(
            "(replied_at IS NULL) = (reply = '') AND (replied_at IS NULL) = (replied_by_id IS NULL) "
            "AND length(reply) <= 2000 "
            "AND (replied_at IS NULL OR organisation_id IS NOT NULL AND replied_at >= published_at)",
            name="replied",
        ),
        Index("ix_place_post_organisation_id", "organisation_id"),
        Index("ix_place_post_place_code", "place_code"),
        Index("ix_place_post_put_by_id", "put_by_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    place_code: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    who: Mapped[str]
    due_on: Mapped[date | None]
    put_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    put_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]
    remove_reason: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    reply: Mapped[str]
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    replied_at: Mapped[datetime | None]

    def __init__(self, facts: PostFacts, **other: Any) -> None:
        rules.check_post(facts)
        super().__init__(
            kind=facts.kind.value, title=facts.title.strip(), text=facts.text.strip(), who=facts.who.strip(),
            due_on=facts.due_on, answer="", remove_reason="", reply="", **other,
        )  # fmt: skip

    @property
    def state(self) -> State:
        """Where it stands."""
        return rules.state_of(self.published_at, self.answered_at, self.removed_at)


class PostSupport(Base):
    """One person supports an item or confirms a promise, once."""

    __tablename__ = "place_post_support"
    __retention__ = Retention(
        N_("Wie iets op de agenda van een wijk steunt, als nummer. Openbaar is alleen het aantal."),
        N_("Zolang het programma loopt, of tot u uw steun terugneemt."),
        N_("De regel wordt gewist als het account wordt gewist."),
    )
    __table_args__ = (Index("ix_place_post_support_user_id", "user_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("place_post.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    at: Mapped[datetime]


class AllianceMeeting(Base):
    """A date on which the alliance of a wijk meets. Cancelled, never deleted."""

    __tablename__ = "alliance_meeting"
    __retention__ = Retention(
        N_("Wie een bijeenkomst zette of afzegde, als nummer."),
        N_("Zolang het programma loopt."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("place <> '' AND length(place) <= 200", name="place"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled"),
        Index("ix_alliance_meeting_place_code", "place_code", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    place_code: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str]
