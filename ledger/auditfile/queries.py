"""Reading what an auditfile holds beside the journal."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, Party
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.auditfile import rules
from ledger.customers.models import Customer
from ledger.incoming.models import IncomingInvoice, IncomingSender
from ledger.invoicing.models import Invoice


class Relation(NamedTuple):
    """Somebody an account is kept for: the party, its facts when it is an organisation, and what it is to us."""

    party: Party
    facts: Organisation | Customer | None
    kind: str


def kept_for(accounts: Sequence[Account]) -> dict[int, int]:
    """Account id → party id, for accounts that are kept for one party."""
    found = {}
    for each in accounts:
        kind, _, key = each.subkey.partition(":")
        if kind == "party" and key.isdecimal():
            found[each.id] = int(key)
    return found


def relations(session: Session, accounts: Sequence[Account]) -> Mapping[int, Relation]:
    """Party id → relation, of everybody for whom one of these accounts is kept."""
    owners = kept_for(accounts)
    of_role = {
        role: {owners[each.id] for each in accounts if each.id in owners and each.role == role.value}
        for role in (Role.RECEIVABLE, Role.PAYABLE)
    }
    wanted = set(owners.values())
    facts: dict[int, Organisation | Customer] = {
        each.id: each for each in session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    }
    facts |= {each.id: each for each in session.scalars(select(Customer).where(Customer.id.in_(wanted)))}
    return {
        each.id: Relation(
            each, facts.get(each.id),
            rules.relation_type(
                customer=each.id in of_role[Role.RECEIVABLE], supplier=each.id in of_role[Role.PAYABLE]
            ),
        )
        for each in session.scalars(select(Party).where(Party.id.in_(wanted)).order_by(Party.id))
    }  # fmt: skip


def numbers(session: Session, party_id: int) -> dict[str, str]:
    """What the books call an invoice ("invoice:0190…") → its number, of all that a party sent or got."""
    rows = session.execute(
        select(Invoice.public_id, Invoice.number).where(
            (Invoice.seller_id == party_id) | (Invoice.buyer_id == party_id), Invoice.number.is_not(None)
        )
    )
    bought = session.execute(
        select(IncomingInvoice.public_id, IncomingInvoice.number).where(
            IncomingInvoice.buyer_id == party_id, IncomingInvoice.credits_id.is_(None)
        )
    )
    return {f"invoice:{public_id}": number or "" for public_id, number in rows} | {
        f"incoming:{public_id}": number for public_id, number in bought
    }


def outside(session: Session, accounts: Sequence[Account]) -> dict[int, IncomingSender]:
    """Account id → the supplier from outside it is kept for."""
    keys = {
        each.id: int(key)
        for each in accounts
        for kind, _, key in (each.subkey.partition(":"),)
        if kind == "sender" and key.isdecimal()
    }
    found = {
        each.id: each
        for each in session.scalars(select(IncomingSender).where(IncomingSender.id.in_(set(keys.values()))))
    }
    return {account_id: found[key] for account_id, key in keys.items() if key in found}
