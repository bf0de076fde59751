"""Files of a register that wait for a person's yes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class RegisterUpload(Base):
    """A register's file waiting for a yes; gone once it is taken in or thrown away, at the latest after a day."""

    __tablename__ = "register_upload"
    __table_args__ = (CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),)
    __retention__ = Retention(
        N_("Een bestand van het Handelsregister dat nog niet is opgeslagen."),
        N_("Hooguit een dag."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    file_name: Mapped[str]
    content: Mapped[bytes]
    looked_up_on: Mapped[date]
    source: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
