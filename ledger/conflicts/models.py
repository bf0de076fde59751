"""Decisions about conflicts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class SpendDecision(Base):
    """Whether a line in conflict is the same purchase as what counts already (`same`). Never changed.

    The same: it stays uncounted. Not the same: a correction in its place counts. Or of a line that counts beside an
    invoice made here. The same: it is taken off. Not the same: both count on. `replaces`: the same, and the line counts
    in the place of the one that counted, for it names another amount.
    """

    __tablename__ = "spend_decision"
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("same OR NOT replaces", name="replaces"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Wie besliste of twee aankopen dezelfde zijn, en waarom."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("spend_line.id"), unique=True)
    same: Mapped[bool]
    replaces: Mapped[bool]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
