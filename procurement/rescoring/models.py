"""Requests to score a bid anew. What was said stays; the fences stand in migration 0047."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.evaluation.models import Evaluation
from procurement.hearings.rules import LEAST_TEXT
from procurement.opening.models import OpenedBid
from procurement.rescoring.rules import Ground, State, state_of
from procurement.tenders.models import Tender

_GROUNDS = ", ".join(f"'{each}'" for each in Ground)


class Rescoring(Base):
    """One bid to be scored anew on some criteria (`codes`): asked by one purchaser, agreed or refused by another.

    `evaluation` is the ranking that came of it; the one before it stays. At most one request of a tender is open.
    """

    __tablename__ = "rescoring"
    __retention__ = Retention(
        N_("Wie vroeg om een nieuwe beoordeling en wie daarover besliste, als nummer, met hun woorden."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("De woorden blijven staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("jsonb_typeof(codes) = 'array' AND codes <> '[]'::jsonb", name="codes"),
        CheckConstraint(f"ground IN ({_GROUNDS})", name="ground"),
        CheckConstraint(f"length(reason) >= {LEAST_TEXT}", name="reason"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (is_agreed IS NULL)"
            f" AND (decided_at IS NULL OR length(answer) >= {LEAST_TEXT} AND decided_at >= asked_at)",
            name="decided",
        ),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint(
            "(done_at IS NULL) = (evaluation_id IS NULL)"
            " AND (done_at IS NULL OR is_agreed AND done_at >= decided_at)",
            name="done",
        ),
        Index(
            "uq_rescoring_open", "tender_id", unique=True,
            postgresql_where=text("done_at IS NULL AND is_agreed IS NOT FALSE"),
        ),
        Index("ix_rescoring_opened_bid_id", "opened_bid_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    codes: Mapped[list[str]] = mapped_column(JSONB)
    ground: Mapped[Ground]
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    is_agreed: Mapped[bool | None]
    answer: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    evaluation_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    done_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")
    evaluation: Mapped[Evaluation | None] = relationship(lazy="raise")
    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])

    def __init__(self, **facts: object) -> None:
        super().__init__(**{"answer": "", **facts})

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.is_agreed, is_done=self.done_at is not None)
