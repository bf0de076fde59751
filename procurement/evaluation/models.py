"""Scores of a panel, what it agreed, and the frozen ranking.

Triggers of migration 0014 refuse any score before the opening, by somebody with an interest, outside the
published points, and every change once the tender's scores are frozen.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key
from procurement.opening.models import OpenedBid
from procurement.panels.models import KEPT, PanelMember
from procurement.tenders.models import POINTS, Criterion


class Score(Base):
    """What one member alone thinks of one bid on one criterion, with the reason."""

    __tablename__ = "score"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("opened_bid_id", "criterion_id", "member_id"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("note <> ''", name="note"),
        Index("ix_score_member_id", "member_id"),
    )

    id: Mapped[Key]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    points: Mapped[Decimal] = mapped_column(POINTS)
    note: Mapped[str]
    scored_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship(lazy="raise")
    member: Mapped[PanelMember] = relationship(lazy="raise")


class ConsensusScore(Base):
    """What the panel agreed on one bid and criterion, written down by its chair: this one counts."""

    __tablename__ = "consensus_score"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("opened_bid_id", "criterion_id"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("note <> ''", name="note"),
    )

    id: Mapped[Key]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    points: Mapped[Decimal] = mapped_column(POINTS)
    note: Mapped[str]
    scored_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship(lazy="raise")


class EarlierConsensus(Base):
    """What the panel had agreed before it changed its mind: written by a trigger of migration 0045, never changed."""

    __tablename__ = "earlier_consensus"
    __retention__ = KEPT
    __table_args__ = (Index("ix_earlier_consensus_opened_bid_id", "opened_bid_id"),)

    id: Mapped[Key]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    points: Mapped[Decimal] = mapped_column(POINTS)
    note: Mapped[str]
    scored_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship(lazy="raise")


class JointRound(Base):
    """The moment from which a panel sees what each member gave alone: those points never change again.

    Triggers of migration 0045 refuse it while somebody still scores, and every change of own points after it.
    """

    __tablename__ = "joint_round"
    __retention__ = KEPT

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    begun_at: Mapped[datetime]


class Disqualification(Base):
    """An opened bid that does not take part, with the reason its bidder reads."""

    __tablename__ = "disqualification"
    __retention__ = KEPT
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    id: Mapped[Key]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), unique=True)
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]

    bid: Mapped[OpenedBid] = relationship(lazy="raise")


class Evaluation(Base):
    """The frozen ranking of a lot: its whole input (`cwb score`), its outcome, and the hash of both. Never changed.

    `version` 1 is the first; a later one follows on a bid scored anew (`procurement.rescoring`), and is what counts.
    """

    __tablename__ = "evaluation"
    __retention__ = KEPT
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        CheckConstraint("version >= 1", name="version"),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"]),
        UniqueConstraint("lot_id", "version"),
        Index("ix_evaluation_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int]
    lot_id: Mapped[int]
    version: Mapped[int]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    frozen_at: Mapped[datetime]
    input: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]]
    digest: Mapped[str]


class TieBreak(Base):
    """How a shared place was decided by people, by the published rule, with the reason. Never changed.

    `place` is the place that was shared: 1, or a later one where the first reached the limit of lots elsewhere.
    """

    __tablename__ = "tie_break"
    __retention__ = KEPT
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("place >= 1", name="place"),
        UniqueConstraint("evaluation_id", "place"),
    )

    id: Mapped[Key]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    place: Mapped[int]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]

    bid: Mapped[OpenedBid] = relationship(lazy="raise")
