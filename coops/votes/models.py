"""Who voted, and apart from it how many votes there are of each kind.

A secret vote leaves who voted in `turnout` and only a number in `tally`: no row, time or order links the two. All
counts of a motion are written anew with each vote, so that not even the last writer of a row tells a choice.
"""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_

_CHOICES = "choice IN ('for', 'against', 'abstain')"


class Turnout(Base):
    """That a member voted, or another for them. `choice`: what, in an open vote cast online; else empty."""

    __tablename__ = "turnout"
    __retention__ = Retention(
        N_("Dat een lid stemde. Bij een open stemming ook wat."),
        N_("Zolang de coöperatie bestaat: besluiten van leden verjaren niet."),
        N_("De regel blijft staan met het lidnummer. De naam verdwijnt."),
    )
    __table_args__ = (CheckConstraint(_CHOICES, name="choice"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str | None]


class VoteTally(Base):
    """How many votes of one kind a motion has."""

    __tablename__ = "vote_tally"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint(_CHOICES, name="choice"), CheckConstraint("votes >= 0", name="votes"))

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(primary_key=True)
    votes: Mapped[int]
