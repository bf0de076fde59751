"""Writes an invoice as UBL 2.1, and reads the code lists of the standard."""

import tomllib
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from cwb.kernel.money import Money
from ledger.ubl.rules import Codes, Document, Line, Party, Profile

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{_UBL}CommonAggregateComponents-2", f"{_UBL}CommonBasicComponents-2"
_CORE = "urn:cen.eu:en16931:2017"
_NLCIUS = f"{_CORE}#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_CUSTOMIZATION = {
    Profile.EN16931: _CORE,
    Profile.PEPPOL: f"{_CORE}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    Profile.NLCIUS: _NLCIUS,
    Profile.GACCOUNT: f"{_NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0",
}
_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_TRANSFER = "58"
"""SEPA credit transfer (UNCL4461), one of the means that NLCIUS and Peppol allow (BR-NL-12, NL-R-008)."""
_FREE, _BLOCKED = "REGULAR", "GACCOUNT"
"""The two means of payment of a document with a G-account (BR-GA-2, BR-GA-7)."""


@cache
def codes() -> Codes:
    """Units and countries that an invoice may hold."""
    lists = tomllib.loads((files("ledger.ubl") / "codes.toml").read_text(encoding="ascii"))
    return Codes(frozenset(lists["units"].split()), frozenset(lists["countries"].split()))


def xml_of(document: Document) -> bytes:
    """The document as UBL 2.1: an Invoice (380) or a CreditNote (381). Only these two kinds are taken everywhere."""
    root = _Writer(document).write()
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


class _Writer:
    """Writes the elements in the order of the schema."""

    def __init__(self, document: Document) -> None:
        self._document = document
        kind = "CreditNote" if document.is_credit_note else "Invoice"
        register_namespace("", f"{_UBL}{kind}-2")
        register_namespace("cac", _CAC)
        register_namespace("cbc", _CBC)
        self._kind = kind
        self._root = Element(f"{{{_UBL}{kind}-2}}{kind}")
        self._outside = any(line.rate.category == "O" for line in document.lines)

    def write(self) -> Element:
        """The whole document."""
        doc, root = self._document, self._root
        _text(root, "CustomizationID", _CUSTOMIZATION[doc.profile])
        if doc.profile is not Profile.EN16931:
            _text(root, "ProfileID", _PROCESS)
        _text(root, "ID", doc.number)
        _text(root, "IssueDate", doc.issued_on.isoformat())
        if doc.due_on and not doc.is_credit_note:
            _text(root, "DueDate", doc.due_on.isoformat())
        _text(root, f"{self._kind}TypeCode", "381" if doc.is_credit_note else "380")
        _text(root, "Note", self._note())
        _text(root, "DocumentCurrencyCode", "EUR")
        _text(root, "BuyerReference", doc.buyer_reference)
        if doc.delivered:
            period = _group(root, "InvoicePeriod")
            _text(period, "StartDate", doc.delivered[0].isoformat())
            _text(period, "EndDate", doc.delivered[1].isoformat())
        if doc.order_reference:
            _text(_group(root, "OrderReference"), "ID", doc.order_reference)
        if doc.credit_of:
            earlier = _group(root, "BillingReference", "InvoiceDocumentReference")
            _text(earlier, "ID", doc.credit_of.number)
            if doc.credit_of.issued_on:
                _text(earlier, "IssueDate", doc.credit_of.issued_on.isoformat())
        if doc.contract_reference:
            _text(_group(root, "ContractDocumentReference"), "ID", doc.contract_reference)
        self._party("AccountingSupplierParty", doc.seller)
        self._party("AccountingCustomerParty", doc.buyer)
        self._payment()
        self._vat()
        self._sums()
        for number, line in enumerate(doc.lines, start=1):
            self._line(number, line)
        return root

    def _note(self) -> str:
        """The note; a split that the profile has no words for is told in it, for Peppol takes one note alone (R002)."""
        doc = self._document
        if doc.blocked is None or doc.profile is Profile.GACCOUNT:
            return doc.note
        split = f"Waarvan {doc.blocked.amount.plain()} euro naar G-rekening {doc.blocked.iban}."
        return f"{doc.note}\n{split}" if doc.note else split

    def _party(self, side: str, party: Party) -> None:
        box = _group(self._root, side, "Party")
        if party.endpoint:
            scheme, number = party.endpoint
            _text(box, "EndpointID", number, schemeID=scheme)
        _text(_group(box, "PartyName"), "Name", party.name)
        address = _group(box, "PostalAddress")
        _text(address, "StreetName", party.street)
        _text(address, "CityName", party.city)
        _text(address, "PostalZone", party.postcode)
        _text(_group(address, "Country"), "IdentificationCode", party.country)
        if party.vat_id and not self._outside:  # category O forbids the numbers of both (BR-O-02)
            scheme_box = _group(box, "PartyTaxScheme")
            _text(scheme_box, "CompanyID", party.vat_id)
            _vat_scheme(scheme_box)
        legal = _group(box, "PartyLegalEntity")
        _text(legal, "RegistrationName", party.name)
        if party.legal_id:
            scheme, number = party.legal_id
            _text(legal, "CompanyID", number, schemeID=scheme)
        if party.email:
            _text(_group(box, "Contact"), "ElectronicMail", party.email)

    def _payment(self) -> None:
        doc = self._document
        if doc.is_credit_note or not doc.seller.iban:
            return
        if doc.blocked is None or doc.profile is not Profile.GACCOUNT:
            self._means("", doc.seller.iban)
            return
        parts = ((_FREE, doc.seller.iban, doc.payable - doc.blocked.amount), (_BLOCKED, *doc.blocked))
        for name, iban, _ in parts:
            self._means(name, iban)
        for name, _, amount in parts:
            terms = _group(self._root, "PaymentTerms")
            _text(terms, "PaymentMeansID", name)
            _amount(terms, "Amount", amount)

    def _means(self, name: str, iban: str) -> None:
        means = _group(self._root, "PaymentMeans")
        _text(means, "ID", name)
        _text(means, "PaymentMeansCode", _TRANSFER)
        _text(means, "PaymentID", self._document.payment_reference)
        account = _group(means, "PayeeFinancialAccount")
        _text(account, "ID", iban)
        _text(account, "Name", self._document.seller.name)

    def _vat(self) -> None:
        doc = self._document
        box = _group(self._root, "TaxTotal")
        _amount(box, "TaxAmount", doc.totals.vat)
        for each in doc.totals.lines:
            part = _group(box, "TaxSubtotal")
            _amount(part, "TaxableAmount", each.net)
            _amount(part, "TaxAmount", each.vat)
            category = _group(part, "TaxCategory")
            _text(category, "ID", each.category)
            if each.category != "O":
                _text(category, "Percent", f"{each.percent:f}")
            _text(category, "TaxExemptionReason", doc.reasons.get(each.category, ""))
            _vat_scheme(category)

    def _sums(self) -> None:
        doc = self._document
        box = _group(self._root, "LegalMonetaryTotal")
        _amount(box, "LineExtensionAmount", doc.totals.net)
        _amount(box, "TaxExclusiveAmount", doc.totals.net)
        _amount(box, "TaxInclusiveAmount", doc.totals.total)
        if doc.prepaid:
            _amount(box, "PrepaidAmount", doc.prepaid)
        _amount(box, "PayableAmount", doc.payable)

    def _line(self, number: int, line: Line) -> None:
        box = _group(self._root, f"{self._kind}Line")
        _text(box, "ID", str(number))
        quantity = "CreditedQuantity" if self._document.is_credit_note else "InvoicedQuantity"
        _text(box, quantity, f"{line.quantity:f}", unitCode=line.unit)
        _amount(box, "LineExtensionAmount", line.net)
        item = _group(box, "Item")
        _text(item, "Name", line.description)
        category = _group(item, "ClassifiedTaxCategory")
        _text(category, "ID", line.rate.category)
        if line.rate.category != "O":
            _text(category, "Percent", f"{line.rate.percent:f}")
        _vat_scheme(category)
        _text(_group(box, "Price"), "PriceAmount", f"{line.unit_price:f}", currencyID="EUR")


def _group(parent: Element, *names: str) -> Element:
    for name in names:
        parent = SubElement(parent, f"{{{_CAC}}}{name}")
    return parent


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    """An element with text; none when there is nothing to say."""
    if text:
        SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = text


def _amount(parent: Element, name: str, amount: Money) -> None:
    _text(parent, name, amount.plain(), currencyID=amount.currency)


def _vat_scheme(parent: Element) -> None:
    _text(_group(parent, "TaxScheme"), "ID", "VAT")
