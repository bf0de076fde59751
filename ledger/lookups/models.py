"""Files of a register that wait for a person's yes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class RegisterUpload(Base):
    """A register's file waiting for the yes of a second person; it proves nothing until then.

    Gone once it is taken in or thrown away, at the latest after thirty days. `sha256` is its checksum.
    """

    __tablename__ = "register_upload"
    __table_args__ = (
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(
            "looked_up_on BETWEEN '2013-01-01' AND (at AT TIME ZONE 'Europe/Amsterdam')::date",
            name="looked_up_on",
        ),
    )
    __retention__ = Retention(
        N_("Een bestand van het Handelsregister dat nog niet is opgeslagen."),
        N_("Hooguit dertig dagen."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    sha256: Mapped[str]
    looked_up_on: Mapped[date]
    source: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    actor: Mapped[User] = relationship(lazy="raise")
