"""What an auditfile calls our accounts, journals and relations, on bare values."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ledger.accounts.rules import AccountKind, Role


class Reference(NamedTuple):
    """A code of the reference scheme of ledger accounts (RGS) with its name."""

    code: str
    name: str


RGS: Mapping[Role, Reference] = {
    Role.BANK: Reference("BLimBanRba", "Rekening-courant bank"),
    Role.CASH: Reference("BLimKasKas", "Kasmiddelen"),
    Role.CLEARING: Reference("BLimKruSto", "Kruisposten"),
    Role.RECEIVABLE: Reference("BVorDebHad", "Handelsdebiteuren"),
    Role.VAT_INPUT: Reference("BVorVbkTvo", "Terug te vorderen omzetbelasting"),
    Role.PAYABLE: Reference("BSchCreHac", "Handelscrediteuren"),
    Role.VAT_OUTPUT: Reference("BSchBepBtw", "Te betalen omzetbelasting"),
    Role.REVENUE: Reference("WOmz", "Netto-omzet"),
    Role.EXPENSE: Reference("WBed", "Overige bedrijfskosten"),
}
"""Role → RGS code (referentiegrootboekschema.nl, as public charts of accounts use them; not checked against the scheme
itself, have a bookkeeper look). A role that is not here gets no code: a missing code is looked up, a wrong one is not
noticed. Revenue and costs stay at the level of the group, for the leaf depends on what was sold or bought."""

CARRIED = "resultaat-vorige-jaren"
"""The account on which the results of earlier years open: our books never close a year into one."""

JOURNALS = {
    "S": "Verkoop",
    "P": "Inkoop",
    "B": "Bank",
    "M": "Memoriaal",
}
"""Journal type of the auditfile → its name, in the order of the file."""

_SALES = frozenset({"invoice_sent", "credit_note_sent"})
_PURCHASES = frozenset({"invoice_approved", "credit_note_approved", "purchase_approved", "purchase_credit"})
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def journal_of(kind: str, *, moves_bank: bool) -> str:
    """The journal in which a transfer stands: by its kind, else by whether money moved."""
    if kind in _SALES:
        return "S"
    if kind in _PURCHASES:
        return "P"
    return "B" if moves_bank else "M"


def account_type(kind: str) -> str:
    """Balance sheet or profit and loss."""
    return "P" if kind in {AccountKind.INCOME.value, AccountKind.EXPENSE.value} else "B"


def relation_type(*, customer: bool, supplier: bool) -> str:
    """Customer, supplier, both, or other."""
    return {(True, True): "B", (True, False): "C", (False, True): "S"}.get((customer, supplier), "O")


_PREFIXES = re.compile(
    "AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK"
)
_OTHERWISE = {"EL": "GR", "XI": "GB"}


def country_of(vat_id: str) -> str | None:
    """The country (ISO 3166) of a VAT id; its prefix is another one for Greece and for Northern Ireland."""
    prefix = _OTHERWISE.get(vat_id[:2], vat_id[:2])
    return prefix if _PREFIXES.fullmatch(prefix) else None


def clean(text: str, most: int = 999) -> str:
    """A text as XML may hold it, no longer than its field."""
    return _NO_XML.sub(" ", text)[:most]


def amount(minor: int) -> str:
    """Cents as the file writes them, without a sign: debit or credit stands beside it."""
    return f"{abs(minor) // 100}.{abs(minor) % 100:02d}"


def side(minor: int) -> str:
    """Debit or credit."""
    return "D" if minor >= 0 else "C"
