"""Reading an address book: each query asks whose it is."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, with_polymorphic

from cwb.identity.models import Organisation, Party
from cwb.kernel.text import search_key
from ledger.customers.errors import CustomerUnknown
from ledger.customers.models import Customer
from ledger.customers.rules import HOME

BUYERS = with_polymorphic(Party, [Organisation, Customer], flat=True)
"""A buyer as it is loaded with its invoice: an organisation here, or a customer outside."""


def customers(owner_id: int, text: str = "") -> Select[Customer]:
    """The customers of one organisation by name, without those it took out."""
    found = select(Customer).where(Customer.owner_id == owner_id, Customer.removed_at.is_(None))
    if text.strip():
        like = f"%{search_key(text)}%"
        found = found.where(or_(Customer.search_name.like(like), Customer.kvk_number.like(like)))
    return found.order_by(Customer.search_name, Customer.id)


def customer(session: Session, public_id: UUID, owner_id: int) -> Customer:
    """One of them.

    Raises:
        CustomerUnknown: it is not there, or another's.
    """
    found = session.scalar(customers(owner_id).where(Customer.public_id == public_id))
    if found is None:
        raise CustomerUnknown
    return found


def facts_of(party: Organisation | Customer) -> dict[str, str | None]:
    """Who a party is today, as it is kept on an invoice."""
    country, rsin = (party.country, None) if isinstance(party, Customer) else (HOME, party.rsin)
    return {
        "name": party.name, "kvk_number": party.kvk_number, "vat_id": party.vat_id,
        "rsin": rsin, "street": party.street, "house_number": party.house_number,
        "postcode": party.postcode, "city": party.city, "country": country,
        "email": party.email, "iban": party.iban,
    }  # fmt: skip
