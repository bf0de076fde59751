"""Files of bids, locked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class BidFile(Base):
    """One file of a bid, locked with a key of its own that stands only in the draft and in the sealed text.

    `size` is that of the file in bytes. `handed_in_at` is set by the database as the bid is handed in; before,
    the file may be taken away, and goes with its draft. The name, kind and hash are in the draft.
    """

    __tablename__ = "bid_file"
    __table_args__ = (
        CheckConstraint("size BETWEEN 1 AND 26214400", name="size"),
        Index("ix_bid_file_bid_id", "bid_id"),
    )
    __retention__ = Retention(
        N_("Bijlagen bij een inschrijving, versleuteld, en wie ze toevoegde."),
        N_("Met het concept weg, of zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    content: Mapped[bytes] = mapped_column(deferred=True)
    size: Mapped[int]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    handed_in_at: Mapped[datetime | None]
