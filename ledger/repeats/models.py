"""Which further files hold a line."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class SpendRepeat(Base):
    """A stored line came again, in the same words, with another file: `row_number` is its row there. Never changed.

    `line_id` names the row that recorded it first, `import_id` the further file (`BY_HAND`: handed in without one). A
    line is gone once every file that holds it was taken back. Of files before 2026-11-30 nothing is known.
    """

    __tablename__ = "spend_repeat"
    __table_args__ = (
        CheckConstraint("import_id >= 0", name="import_id"),
        CheckConstraint("row_number >= 1", name="row_number"),
        Index("ix_spend_repeat_line_id", "line_id"),
    )
    __retention__ = Retention(
        N_("Welke regels in meer bestanden staan. Er staat niemand in."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Er staan geen personen in."),
    )

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row_number: Mapped[int] = mapped_column(Integer)
