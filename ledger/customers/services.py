"""Writing in an address book, and writing to who stands in it or takes part here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk, people_with
from cwb.identity.rules import email_address
from cwb.kernel.identifiers import Iban, KvkNumber
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import search_key
from cwb.notifications.rules import File
from cwb.notifications.services import send_mail
from ledger.agreements.rules import NAME, short_text
from ledger.customers import rules
from ledger.customers.errors import CustomerGone, TakesPart
from ledger.customers.models import Customer
from ledger.ubl.gateway import codes


def add_customer(session: Session, *, owner_id: int, actor: Actor, at: datetime, **given: Any) -> Customer:
    """Put somebody in the address book of one organisation; what is given is what `change_customer` takes.

    Raises:
        TakesPart: it has books here itself. Others: what is given is wrong.
    """
    made = Customer(owner_id=owner_id, created_at=at, **_facts(session, **given))
    session.add(made)
    session.flush()
    _note(session, "added", made, actor, at)
    return made


def change_customer(
    session: Session, *, customer: Customer, actor: Actor, at: datetime, **given: Any
) -> Customer:
    """Write a customer anew; sent invoices stay as they were.

    Raises:
        CustomerGone: a colleague took it out. Others as for a new one.
    """
    held = _held(session, customer)
    for name, value in _facts(session, **given).items():
        setattr(held, name, value)
    held.search_name = search_key(held.name)
    session.flush()
    _note(session, "changed", held, actor, at)
    return held


def remove_customer(session: Session, *, customer: Customer, actor: Actor, at: datetime) -> None:
    """Take a customer out: gone where it has no invoice, else wiped of how to reach it.

    Raises:
        CustomerGone: a colleague was first.
    """
    held = _held(session, customer)
    _note(session, "removed", held, actor, at)
    try:
        with session.begin_nested():
            session.delete(held)
            session.flush()
    except IntegrityError:  # an invoice names it
        held.street = held.house_number = held.postcode = held.city = ""
        held.email, held.iban, held.removed_at = None, None, at
        session.flush()


def tell(
    session: Session, organisation: Organisation | Customer, roles: Sequence[Role], *, key: str, subject: str,
    text: str, facts: Mapping[str, object], link: str | None, at: datetime, files: Sequence[File] = (),
) -> None:  # fmt: skip
    """Write to everyone in an organisation with one of the roles, in their language; else to its own address.

    Who is outside has no page to go to; without an address it hears nothing.
    """
    own = organisation.email
    if own is None:
        return
    if isinstance(organisation, Customer):
        link = None
    people = people_with(session, organisation.id, *roles)
    readers = [(person.email, person.locale, f":{person.id}") for person in people]
    for to, locale, who in readers or [(own, "nl", "")]:
        send_mail(
            session, to=to, locale=locale, subject=subject, text=text, facts=facts, link=link, at=at, key=key + who,
            files=files,
        )  # fmt: skip


def _held(session: Session, customer: Customer) -> Customer:
    found = session.get(Customer, customer.id, with_for_update=True, populate_existing=True)
    if found is None or found.removed_at is not None:
        raise CustomerGone
    return found


def _facts(
    session: Session, *, name: str, private: bool, kvk_number: str, vat_id: str, street: str,
    house_number: str, postcode: str, city: str, country: str, email: str, iban: str,
) -> dict[str, Any]:  # fmt: skip
    """What is stored, checked and in its stored form."""
    countries: Collection[str] = codes().countries
    rules.check_country(country, countries)
    rules.check_person(private=private, kvk_number=kvk_number, vat_id=vat_id)
    kvk = rules.identifier(KvkNumber, kvk_number, "kvk_number") if kvk_number else None
    here = find_organisation_by_kvk(session, kvk) if kvk else None
    if here is not None:
        raise TakesPart(name=here.name, field="kvk_number")
    return {
        "name": short_text(name, NAME, "name"), "private": private, "kvk_number": kvk,
        "vat_id": rules.vat_id_of(vat_id, country), "street": short_text(street, NAME, "street"),
        "house_number": short_text(house_number, 20, "house_number", needed=country == rules.HOME),
        "postcode": rules.postcode_of(short_text(postcode, 20, "postcode"), country),
        "city": short_text(city, NAME, "city"), "country": country,
        "email": email_address(email) if email else None,
        "iban": rules.identifier(Iban, iban, "iban") if iban else None,
    }  # fmt: skip


def _note(session: Session, act: str, customer: Customer, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"customer.{act}", subject=f"customer:{customer.public_id}", actor_id=actor.user_id,
        facts={}, at=at,
    )  # fmt: skip
