"""Reported obstacles and their answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.obstacles.rules import Outcome, State, check_answer, state_of
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words


class Obstacle(Base):
    """A rule that stood in the way. Public once somebody of the programme read it; then what was said stays as it is.

    Triggers of migrations 0061, 0169 and 0173 keep that, and that an answer which changes nothing has a reason.

    `organisation_id`: for whom it was reported, None for a resident; shown to nobody else when `is_anonymous`.
    `returned`: what must be otherwise before it is public, "" when nothing.
    """

    __tablename__ = "obstacle"
    __retention__ = Retention(
        N_("Wie een obstakel meldde, bekeek en beantwoordde, als nummer, en wat er gebeurde."),
        N_("Zolang het programma loopt, en tien jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("rule <> '' AND owner <> '' AND length(case_text) >= 40", name="told"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published"),
        CheckConstraint("published_by_id <> reported_by_id", name="second_person"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer = '') "
            "AND (answered_at IS NULL) = (outcome IS NULL)",
            name="answered",
        ),
        CheckConstraint("answered_at >= published_at", name="answered_after"),
        CheckConstraint("outcome IN ('changed', 'exception', 'explained', 'kept')", name="outcome"),
        Index("ix_obstacle_owner_id", "owner_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rule: Mapped[str]
    owner: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    case_text: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    is_anonymous: Mapped[bool]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime]
    returned: Mapped[str]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    answer: Mapped[str]
    outcome: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=organisation_id)
    owning: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=owner_id)
    additions: Mapped[list["ObstacleAddition"]] = relationship(lazy="raise", order_by="ObstacleAddition.id")

    def give_answer(self, answer: str, outcome: Outcome, *, user_id: int, at: datetime) -> None:
        """The owner of the rule answers; who changes nothing says why.

        Raises:
            AnswerMissing, AnswerTooShort: at the field.
        """
        self.answer, self.outcome = check_answer(answer, outcome), outcome.value
        self.answered_by_id, self.answered_at = user_id, at

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.published_at, self.answered_at, self.returned)


class ObstacleAddition(Base):
    """What was added to an answer later; it stays (trigger of migration 0169)."""

    __tablename__ = "obstacle_addition"
    __retention__ = Retention(
        N_("Wie iets aan een antwoord toevoegde, als nummer."),
        N_("Zolang het programma loopt, en tien jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("length(text) >= 10", name="text"),
        Index("ix_obstacle_addition_obstacle_id", "obstacle_id"),
    )

    id: Mapped[Key]
    obstacle_id: Mapped[int] = mapped_column(ForeignKey("obstacle.id"))
    text: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    def __init__(self, *, text: str, **facts: Any) -> None:
        super().__init__(text=words(text, "text"), **facts)
