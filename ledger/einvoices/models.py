"""To whom an invoice was mailed, apart from the notice that its buyer gets by itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.invoicing.models import Invoice
from ledger.ubl.rules import Profile

_PROFILES = ", ".join(f"'{each.value}'" for each in Profile)


class InvoiceCopy(Base):
    """An invoice mailed to an address, as PDF and, with a `profile`, as an electronic document. Never changed.

    `mail_key` finds the letter in the outbox, which tells whether it went out; letters are cleared after some time.
    """

    __tablename__ = "invoice_copy"
    __table_args__ = (
        CheckConstraint("address LIKE '%_@_%'", name="address"),
        CheckConstraint(f"profile IN ({_PROFILES})", name="profile"),
    )
    __retention__ = Retention(
        N_("Naar welk e-mailadres een factuur is gemaild, en door wie."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    address: Mapped[str]
    profile: Mapped[Profile | None]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    invoice: Mapped[Invoice] = relationship(lazy="raise")
    sent_by: Mapped[User] = relationship(lazy="raise")

    @property
    def mail_key(self) -> str:
        """What its letter is called in the outbox."""
        return f"invoice-copy:{self.public_id}"
