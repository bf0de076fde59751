"""Documents that were handed to the network."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.peppol.rules import DeliveryState

_STATES = ", ".join(f"'{each}'" for each in DeliveryState)


class PeppolDelivery(Base):
    """A document for the network. `public_id` is the key under which the access point is asked, however often.

    `document` never changes: a second try sends the same. An invoice has one that did not come back. Only `state`,
    `provider_id` (once) and `told_at` change (trigger `peppol_delivery_keep`).
    """

    __tablename__ = "peppol_delivery"
    __retention__ = Retention(
        N_("De verstuurde factuur met namen en adressen, en wie haar verstuurde, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(state = 'waiting') = (provider_id IS NULL)", name="provider_id"),
        Index(
            "uq_peppol_delivery_invoice_id", "invoice_id", unique=True, postgresql_where=text("state <> 'refused'")
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    document: Mapped[str]
    state: Mapped[DeliveryState]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
