"""How suppliers number, and how far each series has come."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL
from ledger.numbering.rules import Series


class Numbering(Base):
    """What a supplier chose. Its row is locked while a number is given: no gaps, no doubles.

    `prefix` may hold `{jaar}`; `first_number` is where the next new series starts.
    """

    __tablename__ = "numbering"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("first_number BETWEEN 1 AND 99999999", name="first_number"),
        CheckConstraint("least_digits BETWEEN 0 AND 8", name="least_digits"),
        CheckConstraint("prefix ~ '^[A-Za-z0-9./{}-]{0,26}$'", name="prefix"),
    )

    party_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    prefix: Mapped[str]
    first_number: Mapped[int]
    least_digits: Mapped[int]

    @property
    def series(self) -> Series:
        """The choice as a value."""
        return Series(self.prefix, self.first_number, self.least_digits)


class NumberSeries(Base):
    """A prefix with the year filled in, under which numbers were given, and the next number."""

    __tablename__ = "number_series"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("next_number BETWEEN 2 AND 100000000", name="next_number"),)

    party_id: Mapped[int] = mapped_column(
        ForeignKey("numbering.party_id"), primary_key=True, autoincrement=False
    )
    prefix: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int]
