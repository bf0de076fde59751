"""The documents of an invoice made here: lawful in which profiles, on paper, and the code that a bank's app scans."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple, cast

from segno import helpers
from sqlalchemy.orm import Session

from cwb.kernel.errors import RuleBroken
from ledger.advances.queries import find_covering
from ledger.chains.models import InvoiceSplit
from ledger.chains.queries import split
from ledger.einvoices.errors import SumsDiffer
from ledger.einvoices.queries import plain
from ledger.einvoices.rules import Paper
from ledger.invoicing.models import Invoice
from ledger.ubl.gateway import codes
from ledger.ubl.rules import Document, Profile, read


class Outcome(NamedTuple):
    """What a profile makes of an invoice: the document, or all that keeps it from being one."""

    profile: Profile
    document: Document | None
    faults: Sequence[RuleBroken]


def outcomes(
    session: Session, invoice: Invoice, profiles: Sequence[Profile] = tuple(Profile)
) -> list[Outcome]:
    """A sent invoice in each of these profiles."""
    facts = _facts(session, invoice, split(session, invoice.id))
    return [_outcome(invoice, facts, each) for each in profiles]


OFFERED = (Profile.PEPPOL, Profile.NLCIUS, Profile.EN16931)
"""In the order buyers ask for them."""


def offered(session: Session, invoice: Invoice) -> list[Outcome]:
    """The same in the profiles that a seller chooses from; where a part goes to a G-account, that one comes first."""
    blocked = split(session, invoice.id)
    facts = _facts(session, invoice, blocked)
    return [_outcome(invoice, facts, each) for each in ((Profile.GACCOUNT, *OFFERED) if blocked else OFFERED)]


def _facts(session: Session, invoice: Invoice, blocked: InvoiceSplit | None) -> dict[str, Any]:
    covering = find_covering(session, invoice)
    return plain(invoice, iban=covering.fund_iban if covering else None, split=blocked)


def _outcome(invoice: Invoice, facts: dict[str, Any], profile: Profile) -> Outcome:
    document, faults = read(facts, profile, codes())
    if document is not None and (document.totals.net, document.totals.vat) != (invoice.net, invoice.vat):
        return Outcome(profile, None, [SumsDiffer(field="lines")])
    return Outcome(profile, document, faults)


def paper(session: Session, invoice: Invoice) -> Paper:
    """A sent invoice as it is printed, with a code to pay by where there is something to pay."""
    covering = find_covering(session, invoice)
    blocked = split(session, invoice.id)
    facts = plain(invoice, iban=covering.fund_iban if covering else None, split=blocked)
    payee = covering.fund.name if covering else facts["seller"]["name"]
    iban, sums = facts["seller"]["iban"], (invoice.net_amount, invoice.vat_amount, invoice.total_amount)
    code = None
    if iban and not invoice.is_credit_note:
        free = invoice.total - blocked.money if blocked else invoice.total
        code = payment_code(
            name=payee, iban=iban, amount=free.decimal(), reference=facts["payment_reference"]
        )
    sent = cast("datetime", invoice.sent_at)
    return Paper(facts, invoice.lines, invoice.vat_lines, sums, sent, payee, iban, code)


_MOST_NAME, _MOST_BYTES = 70, 200
"""Longest name in characters, and in bytes: the whole code has room for 331."""


def _short(name: str) -> str:
    return " ".join(name.split()).encode()[:_MOST_BYTES].decode(errors="ignore")[:_MOST_NAME].strip()


def payment_code(*, name: str, iban: str, amount: Decimal, reference: str) -> str:
    """The QR code of a transfer in euro as SVG (EPC069-12, version 002: error correction M, UTF-8).

    `reference` is an ISO 11649 creditor reference, so that the payment is matched by itself.

    Raises:
        ValueError: no amount of 0.01 up to 999,999,999.99, or no IBAN.
    """
    made = helpers.make_epc_qr(
        name=_short(name), iban=iban, amount=amount, reference=reference, encoding="utf-8"
    )
    picture = BytesIO()
    made.save(picture, kind="svg", scale=4, border=4, xmldecl=False, dark="black", light="white")
    return picture.getvalue().decode()
