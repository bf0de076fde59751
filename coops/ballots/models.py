"""Votes with their roll, counts and sealed result, and what was paid by them.

A secret vote leaves who voted in the roll and only a number in the counts: no row, time or order links the two, for all
counts of a vote are written anew with each. The database keeps that both add up (`ballot_adds_up`).
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.ballots.rules import Kind, Terms
from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.conditions.models import ConditionVersion
from ledger.instruments.rules import Code

_KEPT = N_("Zolang het geld bestaat, en zeven jaar daarna.")
_THEN = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class BallotCounter(Base):
    """The last number given out in a year."""

    __tablename__ = "ballot_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Ballot(Base):
    """One vote. What is voted on, by whom and until when never changes; it closes once, or is withdrawn before.

    `document`: the result as canonical JSON; its checksum stands in the log, which is a chain.
    """

    __tablename__ = "ballot"
    __retention__ = Retention(N_("Wie een voorstel deed, en wie het introk."), _KEPT, _THEN)
    __table_args__ = (
        CheckConstraint("kind IN ('fund', 'rules')", name="kind"),
        CheckConstraint(
            "num_nulls(amount, payee) = CASE kind WHEN 'fund' THEN 0 ELSE 2 END "
            "AND (version_id IS NULL) = (kind = 'fund')",
            name="subject",
        ),
        CheckConstraint("amount >= 100", name="amount"),
        CheckConstraint("closes_at > opened_at", name="closes_at"),
        CheckConstraint(
            "quorum_percent BETWEEN 1 AND 100 AND over_percent BETWEEN 50 AND 99 AND least >= 3 AND voters >= least",
            name="terms",
        ),
        CheckConstraint(
            "num_nulls(closed_at, outcome, document, checksum) IN (0, 4) AND closed_at >= closes_at",
            name="closed",
        ),
        CheckConstraint("outcome IN ('carried', 'rejected', 'no_quorum')", name="outcome"),
        CheckConstraint("checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')", name="checksum"),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by_id, why) IN (0, 3) AND withdrawn_at < closes_at",
            name="withdrawn",
        ),
        CheckConstraint("withdrawn_at IS NULL OR closed_at IS NULL", name="ended"),
        Index(
            "uq_ballot_version_id",
            "version_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_ballot_closes_at", "closes_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    kind: Mapped[Kind]
    title: Mapped[str]
    text: Mapped[str]
    amount: Mapped[int | None]
    payee: Mapped[str | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("condition_version.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    voters: Mapped[int]
    quorum_percent: Mapped[int]
    over_percent: Mapped[int]
    least: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    document: Mapped[str | None]
    checksum: Mapped[str | None]

    version: Mapped[ConditionVersion | None] = relationship(lazy="raise")
    payment: Mapped["BallotPayment | None"] = relationship(lazy="raise", uselist=False)

    @property
    def asked(self) -> Money:
        """What is asked of the fund."""
        return Money(self.amount or 0)

    @property
    def terms(self) -> Terms:
        """When it counts."""
        return Terms(self.quorum_percent, self.over_percent, self.least, 0)

    @property
    def result(self) -> dict[str, Any] | None:
        """The sealed result."""
        found: dict[str, Any] | None = json.loads(self.document) if self.document else None
        return found


class BallotVoter(Base):
    """Who may vote, fixed when the vote opened, and that they did."""

    __tablename__ = "ballot_voter"
    __retention__ = Retention(
        N_("Dat u mocht stemmen, en dat u stemde. Nooit wat."), _KEPT,
        N_("De regel blijft staan met een nummer. De naam verdwijnt."),
    )  # fmt: skip

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    party_id: Mapped[int] = mapped_column(
        ForeignKey("party.id"), primary_key=True, autoincrement=False, index=True
    )
    voted: Mapped[bool]


class BallotTally(Base):
    """How many votes of one kind a vote has."""

    __tablename__ = "ballot_tally"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("choice IN ('for', 'against', 'abstain')", name="choice"),
        CheckConstraint("votes >= 0", name="votes"),
    )

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(primary_key=True)
    votes: Mapped[int]


class BallotPayment(Base):
    """What the fund paid by a vote that carried, once; append-only. The database compares it with the vote."""

    __tablename__ = "ballot_payment"
    __retention__ = Retention(N_("Wie uit het fonds betaalde."), _KEPT, _THEN)

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True, autoincrement=False)
    amount: Mapped[int]
    reference: Mapped[str]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    paid_at: Mapped[datetime]
    paid_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    paid_by: Mapped[User] = relationship(lazy="raise")
