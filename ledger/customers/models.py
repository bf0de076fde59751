"""The table of customers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.identity.models import Party
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Customer(Party):
    """Somebody outside whom one organisation (`owner_id`) invoices: nobody else sees the row, and it has no books here.

    A `private` person has no KvK number and no VAT id. `removed_at`: out of the address book; how to reach the
    customer is wiped then, and what is on sent invoices stays on these.
    """

    __tablename__ = "customer"
    __mapper_args__ = {"polymorphic_identity": "customer"}
    __retention__ = Retention(
        N_("Naam, adres, e-mail en IBAN van een klant die hier niet meedoet. Dat kan een particulier zijn."),
        N_(
            "Zolang de klant in het adresboek van de verkoper staat. Facturen zeven jaar (art. 52 AWR). Het IBAN "
            "gaat zeven jaar na het jaar van de laatste factuur."
        ),
        N_(
            "Zonder factuur wordt de klant gewist. Met een factuur blijven de naam en wat op de factuur staat."
        ),
    )
    __table_args__: tuple[CheckConstraint, ...] = (
        CheckConstraint("NOT private OR (kvk_number IS NULL AND vat_id IS NULL)", name="private"),
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint("vat_id ~ '^[A-Z]{2}[0-9A-Z+*]{2,13}$'", name="vat_id"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint(
            "removed_at IS NULL OR (street = '' AND house_number = '' AND postcode = '' AND city = '' "
            "AND email IS NULL AND iban IS NULL)",
            name="removed",
        ),
    )

    id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    private: Mapped[bool]
    kvk_number: Mapped[str | None]
    vat_id: Mapped[str | None]
    street: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    email: Mapped[str | None]
    iban: Mapped[str | None]
    removed_at: Mapped[datetime | None]
