"""Files that wait for their owner's yes."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class SpendUpload(Base):
    """A file waiting for its owner's yes; gone once it is booked or thrown away, at the latest after a day."""

    __tablename__ = "spend_upload"
    __retention__ = Retention(
        N_("Een bestand met inkoop dat nog niet is opgeslagen."),
        N_("Hooguit een dag."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_name: Mapped[str]
    content: Mapped[bytes]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
