"""Takes the texts out of an UBL document: no DOCTYPE, no entities, no other files, and bounds on size and depth."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from ledger.inbound.errors import DocumentDangerous, DocumentTooLarge, DocumentUnreadable

MEGA = 1024 * 1024
MOST_BYTES = 5 * MEGA
"""Largest document, with what is packed in it."""
MOST_LINES = 2_000
_DEEPEST = 40
_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def texts(content: bytes) -> Mapping[str, Any]:
    """What a document says, as texts under the names that `ledger.inbound.rules.read` takes.

    Raises:
        DocumentTooLarge, DocumentDangerous, DocumentUnreadable: it is not read.
    """
    if len(content) > MOST_BYTES:
        raise DocumentTooLarge(field="file", most=MOST_BYTES // MEGA)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocumentUnreadable(field="file") from None
    if root.getroottree().docinfo.doctype:
        raise DocumentDangerous(field="file")
    if root.tag not in {f"{{{_INVOICE}}}Invoice", f"{{{_CREDIT}}}CreditNote"}:
        raise DocumentUnreadable(field="file")
    if _depth(root) > _DEEPEST:
        raise DocumentDangerous(field="file")
    return _Paper(root).read()


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _path(path: str) -> str:
    *outer, last = path.split("/")
    return "/".join((*(f"cac:{each}" for each in outer), f"cbc:{last}"))


def _get(part: etree._Element | None, *paths: str) -> str:
    """The first of these that says something."""
    for path in paths if part is not None else ():
        for found in part.iterfind(_path(path), _NAMES):  # type: ignore[union-attr]
            if text := " ".join((found.text or "").split()):
                return text[:500]
    return ""


class _Paper:
    """One document."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.credit = root.tag.endswith("CreditNote")

    def _all(self, name: str, part: etree._Element | None = None) -> list[etree._Element]:
        return list((self.root if part is None else part).iterfind(f"cac:{name}", _NAMES))

    def read(self) -> dict[str, Any]:
        """All that is asked of it."""
        lines = self._all("CreditNoteLine" if self.credit else "InvoiceLine")
        if len(lines) > MOST_LINES:
            raise DocumentTooLarge(field="file", most=MOST_BYTES // MEGA)
        get, total = self._of(self.root), self._of(self.root, "LegalMonetaryTotal/")
        return {
            "credit": self.credit, "kind": get("CreditNoteTypeCode" if self.credit else "InvoiceTypeCode"),
            "profile": get("CustomizationID"), "number": get("ID"), "issued_on": get("IssueDate"),
            "due_on": get("DueDate", "PaymentMeans/PaymentDueDate"), "currency": get("DocumentCurrencyCode"),
            "delivered_on": get("InvoicePeriod/EndDate", "Delivery/ActualDeliveryDate"), "note": get("Note"),
            "buyer_reference": get("BuyerReference"), "order_reference": get("OrderReference/ID"),
            "contract_reference": get("ContractDocumentReference/ID"),
            "credit_of": get("BillingReference/InvoiceDocumentReference/ID"),
            "payment_reference": get("PaymentMeans/PaymentID"),
            "ibans": [_get(each, "PayeeFinancialAccount/ID") for each in self._all("PaymentMeans")],
            "foreign": self._foreign(), "seller": self._party("AccountingSupplierParty"),
            "buyer": self._party("AccountingCustomerParty"), "lines": [self._line(each) for each in lines],
            "taxes": self._taxes(), "tax": _get(self._tax_total(), "TaxAmount"),
            "line_sum": total("LineExtensionAmount"),
            "allowances": [self._allowance(each) for each in self._all("AllowanceCharge")],
            "net": total("TaxExclusiveAmount"), "total": total("TaxInclusiveAmount"),
            "prepaid": total("PrepaidAmount"), "rounding": total("PayableRoundingAmount"),
            "payable": total("PayableAmount"),
        }  # fmt: skip

    @staticmethod
    def _of(part: etree._Element, prefix: str = "") -> Any:
        return lambda *paths: _get(part, *(prefix + each for each in paths))

    def _party(self, side: str) -> dict[str, str]:
        party = self.root.find(f"cac:{side}/cac:Party", _NAMES)
        legal = None if party is None else party.find("cac:PartyLegalEntity/cbc:CompanyID", _NAMES)
        point = None if party is None else party.find("cbc:EndpointID", _NAMES)
        ids = [
            (each.get("schemeID") or "", (each.text or "").strip())
            for each in (legal, point)
            if each is not None
        ]
        kvk = next((text for scheme, text in ids if scheme == "0106"), "")
        if not kvk and ids and legal is not None and not legal.get("schemeID"):
            kvk = ids[0][1]
        return {
            "name": _get(party, "PartyLegalEntity/RegistrationName", "PartyName/Name"), "kvk": kvk,
            "oin": next((text for scheme, text in ids if scheme == "0190"), ""),
            "vat_id": self._vat_id(party),
            "city": _get(party, "PostalAddress/CityName"), "street": _get(party, "PostalAddress/StreetName"),
            "postcode": _get(party, "PostalAddress/PostalZone"),
            "country": _get(party, "PostalAddress/Country/IdentificationCode"),
        }  # fmt: skip

    def _vat_id(self, party: etree._Element | None) -> str:
        """The number under which VAT is paid; there may be one for another tax beside it."""
        for each in self._all("PartyTaxScheme", party) if party is not None else ():
            if _get(each, "TaxScheme/ID").upper() in {"VAT", ""}:
                return _get(each, "CompanyID").replace(" ", "").upper()
        return ""

    def _line(self, part: etree._Element) -> dict[str, Any]:
        quantity = part.find(f"cbc:{'Credited' if self.credit else 'Invoiced'}Quantity", _NAMES)
        return {
            "description": _get(part, "Item/Name", "Item/Description"),
            "quantity": "" if quantity is None else (quantity.text or "").strip(),
            "unit": "" if quantity is None else quantity.get("unitCode") or "",
            "price": _get(part, "Price/PriceAmount"), "base": _get(part, "Price/BaseQuantity"),
            "net": _get(part, "LineExtensionAmount"), "category": _get(part, "Item/ClassifiedTaxCategory/ID"),
            "percent": _get(part, "Item/ClassifiedTaxCategory/Percent"),
            "allowances": [self._allowance(each) for each in self._all("AllowanceCharge", part)],
        }  # fmt: skip

    @staticmethod
    def _allowance(part: etree._Element) -> dict[str, Any]:
        return {
            "charge": _get(part, "ChargeIndicator") in {"true", "1"}, "amount": _get(part, "Amount"),
            "category": _get(part, "TaxCategory/ID"), "percent": _get(part, "TaxCategory/Percent"),
        }  # fmt: skip

    def _tax_total(self) -> etree._Element | None:
        """The VAT in the currency of the document; beside it the sum may stand in that of the tax office."""
        currency = _get(self.root, "DocumentCurrencyCode")
        totals = self._all("TaxTotal")
        own = [
            each
            for each in totals
            if (found := each.find("cbc:TaxAmount", _NAMES)) is not None
            and found.get("currencyID", currency) == currency
        ]
        return next(iter(own or totals), None)

    def _taxes(self) -> list[dict[str, str]]:
        total = self._tax_total()
        return [
            {
                "category": _get(each, "TaxCategory/ID"), "percent": _get(each, "TaxCategory/Percent"),
                "net": _get(each, "TaxableAmount"), "vat": _get(each, "TaxAmount"),
            }
            for each in (() if total is None else self._all("TaxSubtotal", total))
        ]  # fmt: skip

    def _foreign(self) -> str:
        """A currency that an amount is in and the document is not, "" for none."""
        currency = _get(self.root, "DocumentCurrencyCode")
        own = self._tax_total()
        apart = {
            amount
            for total in self._all("TaxTotal")
            if total is not own
            for amount in total.iter(f"{{{_NAMES['cbc']}}}TaxAmount")
        }
        for each in self.root.iter(f"{{{_NAMES['cbc']}}}*"):
            told = each.get("currencyID") or currency
            if told != currency and each not in apart:
                return str(told)
        return ""
