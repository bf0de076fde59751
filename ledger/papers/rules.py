"""What accounts (XAF), invoices (UBL) and bank statements (camt.053) say about purchases, as rows of one table."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import KvkNumber, Postcode
from ledger.bankfiles.rules import (
    ADDRESS_LINES,
    BOOKED,
    END_TO_END,
    FREE,
    NOT_BOOKED,
    STRUCTURED,
    counterparty,
)
from ledger.cells.rules import cents
from ledger.papers.errors import DeclaredTotalDiffers, FileNotInEuro

COLUMNS = (
    "supplier_name", "supplier_code", "kvk", "vat_id", "iban", "street", "house_number", "postcode", "city", "country",
    "document_number", "invoice_date", "amount", "currency", "description", "contract", "credit_of",
)  # fmt: skip


@dataclass(slots=True)
class Node:
    """An element: its name without namespace, the line it starts on, its attributes, text and children."""

    name: str
    line: int
    attributes: Mapping[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, path: str) -> Iterator["Node"]:
        """Every descendant on a path of names."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def get(self, *paths: str) -> str:
        """The first text on one of these paths; "" for none."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")


Line = tuple[int, dict[str, str]]
"""The line of the file and the cells by column."""


def _amount(text: str) -> int:
    try:
        return cents(text, ".")
    except RuleBroken:
        return 0


def plain(minor: int) -> str:
    """Cents as text with a point."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _signed(total: str, *, is_credit: bool) -> str:
    """A total with its sign; what is no amount stays as it is written, so that its row is a fault."""
    try:
        value = cents(total, ".")
    except RuleBroken:
        return total
    return plain(-value if is_credit else value)


_CREDITORS = re.compile(r"\b(crediteur|leverancier|creditor|accounts payable|cre\b|bschcre)", re.IGNORECASE)
_MONEY = re.compile(r"\b(bank|kas|liquide|giro|kruisposten)", re.IGNORECASE)
_VAT = re.compile(r"\b(btw|omzetbelasting|voorbelasting|vat)\b", re.IGNORECASE)
_NO_PURCHASES = frozenset({"S", "O"})
"""Journals of sales, and of opening balances: a relation that is supplier and customer stands in these too."""


class Accounts:
    """An XAF while it goes by: relations and accounts come first, then the transactions.

    A purchase is what a transaction that is no payment books on a supplier's account, less VAT. Programs name the
    relation on the line of the creditor, on that of the cost, or on all: the kind of account says which is which. Where
    lines name no relation, the personal account that carries a relation's number does. A purchase of which the supplier
    or the amount cannot be told is a row without it, and so a fault.
    """

    records = frozenset(
        {
            "header",
            "companyIdent",
            "customerSupplier",
            "ledgerAccount",
            "vatCode",
            "transaction",
            "jrnID",
            "jrnTp",
        }
    )
    totals = frozenset({"linesCount", "totalDebit", "totalCredit"})

    def __init__(self) -> None:
        self.buyers: set[str] = set()
        self.relations: dict[str, Node] = {}
        self.accounts: dict[str, tuple[str, str]] = {}
        self.vat_accounts: set[str] = set()
        self.journal = ""
        self.debit = self.credit = self.lines = 0
        self.unbalanced = False
        self.signs: set[bool] = set()

    def see(self, node: Node) -> Iterator[Line]:
        """Take in one element; the purchases in it."""
        if node.name == "header" and (node.get("curCode") or "EUR").upper() != "EUR":
            raise FileNotInEuro
        if node.name == "companyIdent" and (number := KvkNumber.normalise(node.text)):
            self.buyers.add(number)
        if node.name == "customerSupplier":
            self.relations[node.get("custSupID")] = node
        elif node.name == "ledgerAccount":
            names = " ".join(node.get(each) for each in ("accDesc", "leadDescription", "leadCode"))
            self.accounts[node.get("accID")] = names, node.get("accTp")
        elif node.name == "vatCode":
            self.vat_accounts |= {node.get("vatToPayAccID"), node.get("vatToClaimAccID")} - {""}
        elif node.name in {"jrnID", "jrnTp"}:  # the number comes first, the kind may be left out
            self.journal = node.text if node.name == "jrnTp" else ""
        elif node.name == "transaction":
            yield from self._purchases(node)

    def _purchases(self, node: Node) -> Iterator[Line]:
        parts: dict[str, list[tuple[str, int]]] = {}
        balance, reference = 0, dict[str, str]()
        for line in node.all("trLine"):
            value = _amount(line.get("amnt"))
            value = -value if line.get("amntTp") == "C" else value
            self.debit, self.credit = self.debit + max(value, 0), self.credit - min(value, 0)
            self.lines, balance = self.lines + 1, balance + value
            account = line.get("accID")
            who = self._supplier(line.get("custSupID"), account)
            parts.setdefault(who, []).append((self._kind(account), value))
            reference[who] = reference.get(who) or line.get("invRef", "docRef")
        self.unbalanced = self.unbalanced or balance != 0
        if self.journal in _NO_PURCHASES:
            return
        nobody = parts.pop("", [])
        is_payment = self.journal in {"B", "C", "K"} or any(kind == "money" for kind, _ in nobody)
        shared = sum(value for kind, value in nobody if kind == "vat")
        for supplier, lines in parts.items():
            amount = net_of(lines, shared, alone=len(parts) == 1, is_payment=is_payment)
            if amount != 0:
                yield node.line, self._row(node, supplier, reference[supplier], amount)
        if not parts and self.journal == "P" and nobody:
            cost = sum(value for kind, value in nobody if kind == "cost")
            yield node.line, self._row(node, "", reference[""], cost or None)

    def _supplier(self, named: str, account: str) -> str:
        """The supplier a line is about: named, or by the personal account of the same number."""
        for each in (named, account):
            if each in self.relations and self.relations[each].get("custSupTp") in {"S", "B", ""}:
                return each
        return ""

    def _kind(self, account: str) -> str:
        """What is booked on an account: "vat", "money", "cost", "creditor" or "other"."""
        name, kind = self.accounts.get(account, ("", ""))
        if account in self.vat_accounts or _VAT.search(name):
            return "vat"
        if _MONEY.search(name):
            return "money"
        if kind == "P":
            return "cost"
        return "creditor" if account in self.relations or _CREDITORS.search(name) else "other"

    def _row(self, node: Node, supplier: str, reference: str, amount: int | None) -> dict[str, str]:
        relation = self.relations.get(supplier) or Node("customerSupplier", node.line, {})
        number = relation.get("streetAddress/number") + relation.get("streetAddress/numberExtension")
        self.signs |= {amount > 0} if amount else set()
        return {
            "supplier_name": relation.get("custSupName", "contact") or self.accounts.get(supplier, (supplier,))[0],
            "supplier_code": supplier, "kvk": relation.get("commerceNr"),
            "vat_id": relation.get("taxRegIdent") if relation.get("taxRegIdent").startswith("NL") else "",
            "iban": relation.get("bankAccount/bankAccNr"), "street": relation.get("streetAddress/streetname"),
            "house_number": number, "postcode": relation.get("streetAddress/postalCode"),
            "city": relation.get("streetAddress/city"), "country": relation.get("streetAddress/country"),
            "document_number": reference or node.get("nr"), "invoice_date": node.get("trDt"),
            "amount": "" if amount is None else plain(amount),
            "description": node.get("desc"),
        }  # fmt: skip

    def finish(self, declared: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with the books as a whole, as flags.

        Raises:
            DeclaredTotalDiffers: the file declares other totals than its lines make.
        """
        for name, found in (("totalDebit", self.debit), ("totalCredit", self.credit)):
            if name in declared and _amount(declared[name]) != found:
                raise DeclaredTotalDiffers(declared=declared[name], found=plain(found))
        notes = () if self.lines == int(declared.get("linesCount") or self.lines) else ("count_differs",)
        notes = (*notes, "negative_total") if self.signs == {False} else notes
        return (*notes, "unbalanced") if self.unbalanced or self.debit != self.credit else notes


def net_of(lines: Sequence[tuple[str, int]], shared: int, *, alone: bool, is_payment: bool) -> int | None:
    """What a transaction buys of one supplier, without VAT: cents, 0 for no purchase, None when it cannot be told.

    `lines`: the kinds of account and the amounts (debit above zero) of the lines that name the supplier. `shared`: VAT
    on lines that name nobody; it is the supplier's when that is `alone`. What is owed stands on the creditor's account;
    without one, on what is booked against the costs; without that, the costs are all there is.
    """
    sums = {each: sum(value for kind, value in lines if kind == each) for each in ("creditor", "cost", "vat")}
    kinds = {kind for kind, _ in lines}
    others = [value for kind, value in lines if kind == "other"]
    against = [value for value in others if value * sums["cost"] < 0]
    if is_payment or "money" in kinds:
        return sums["cost"] if kinds <= {"cost", "vat"} else 0
    if "creditor" in kinds:
        owed = sums["creditor"]
    elif "cost" in kinds:
        if not against:
            return sums["cost"]
        owed = sum(against)
    else:
        owed = sum(others)
        if min(others, default=0) < 0 < max(others, default=0) and owed + sums["vat"] + shared == 0:
            return None  # all lines name it, and nothing says which is the creditor's
    if not alone and shared and owed:
        return None
    vat = sums["vat"] + (shared if alone else 0)
    return -owed - (vat if vat * owed < 0 else 0)  # the other way round it is shifted to the buyer


class Bill:
    """An invoice or credit note in UBL: one purchase, the sum without VAT."""

    records = frozenset({"Invoice", "CreditNote"})
    totals = frozenset[str]()

    def __init__(self) -> None:
        self.buyers: set[str] = set()

    def see(self, node: Node) -> Iterator[Line]:
        """The purchase.

        Raises:
            DeclaredTotalDiffers: its lines make another sum.
        """
        party = "AccountingSupplierParty/Party"
        is_credit = node.name == "CreditNote" or node.get("InvoiceTypeCode") == "381"
        total = node.get("LegalMonetaryTotal/TaxExclusiveAmount", "LegalMonetaryTotal/LineExtensionAmount")
        lines = [
            *node.all("InvoiceLine/LineExtensionAmount"),
            *node.all("CreditNoteLine/LineExtensionAmount"),
        ]
        declared = node.get("LegalMonetaryTotal/LineExtensionAmount")
        found = sum(_amount(line.text) for line in lines)
        if declared and lines and _amount(declared) != found:
            raise DeclaredTotalDiffers(declared=declared, found=plain(found))
        legal = next(node.all(f"{party}/PartyLegalEntity/CompanyID"), None)
        self.buyers |= {
            number
            for each in node.all("AccountingCustomerParty/Party/PartyLegalEntity/CompanyID")
            if each.attributes.get("schemeID") in {"0106", None}
            and (number := KvkNumber.normalise(each.text))
        }
        yield node.line, {
            "supplier_name": node.get(f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name"),
            "kvk": legal.text if legal and legal.attributes.get("schemeID") in {"0106", None} else "",
            "vat_id": next(
                (
                    each.get("CompanyID")
                    for each in node.all(f"{party}/PartyTaxScheme")
                    if each.get("TaxScheme/ID").upper() in {"VAT", ""}
                ),
                "",
            ),
            "iban": node.get("PaymentMeans/PayeeFinancialAccount/ID"),
            "street": node.get(f"{party}/PostalAddress/StreetName"),
            "postcode": node.get(f"{party}/PostalAddress/PostalZone"),
            "city": node.get(f"{party}/PostalAddress/CityName"),
            "country": node.get(f"{party}/PostalAddress/Country/IdentificationCode"),
            "document_number": node.get("ID"), "invoice_date": node.get("IssueDate"),
            "amount": _signed(total, is_credit=is_credit), "currency": node.get("DocumentCurrencyCode"),
            "description": node.get("InvoiceLine/Item/Name", "CreditNoteLine/Item/Name", "Note"),
            "contract": node.get("ContractDocumentReference/ID"),
            "credit_of": node.get("BillingReference/InvoiceDocumentReference/ID") if is_credit else "",
        }  # fmt: skip

    def finish(self, declared: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG002 (all is said in the document)
        """Nothing more."""
        return ()


_PLACE = re.compile(r"\s*(?:NL[- ]?)?([1-9][0-9]{3}\s?[A-Z]{2})(?:[ ,;]+(.*))?", re.DOTALL)


def with_postcode(address: Mapping[str, str], lines: Iterable[str] = ()) -> dict[str, str]:
    """An address whose postcode stands before its town ("1234 AB Stad"), or in a loose line, with both apart."""
    told = dict(address)
    for place in [] if told["postcode"] else [told["city"], *lines]:
        found = _PLACE.fullmatch(place)
        postcode = Postcode.normalise(found[1]) if found else None
        if found and postcode:
            told["postcode"] = postcode
            told["city"] = (found[2] or "").strip() or ("" if place == told["city"] else told["city"])
            told["street"] = "" if told["street"] == place else told["street"]
            break
    return told


class Statement:
    """A bank statement in camt.053: what was paid, VAT included."""

    records = frozenset({"Ntry"})
    totals = frozenset[str]()
    buyers = frozenset[str]()

    def see(self, node: Node) -> Iterator[Line]:
        """The payments of one entry; money that came in is no purchase."""
        if node.get("CdtDbtInd") != "DBIT" or node.get("Sts/Cd", "Sts") in NOT_BOOKED:
            return
        for part, amount in _payments(node):
            lines = [each.text for path in ADDRESS_LINES for each in part.all(path)]
            payee = with_postcode(counterparty(part.get, incoming=False), lines)
            yield part.line, {
                **{field: value for field, value in payee.items() if field != "name"},
                "supplier_name": payee["name"] or node.get("AddtlNtryInf"),
                "document_number": part.get(STRUCTURED, END_TO_END), "invoice_date": node.get(*BOOKED),
                "amount": amount.text if amount else "", "currency": amount.attributes.get("Ccy", "") if amount else "",
                "description": part.get(FREE),
            }  # fmt: skip

    def finish(self, declared: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG002 (banks declare balances)
        """Payments hold VAT."""
        return ("paid_with_vat", "payment_date")


def _payments(node: Node) -> list[tuple[Node, Node | None]]:
    """The payments of an entry with what each is; the entry as one where they do not make its sum."""
    whole = next(node.all("Amt"), None)
    currency = whole.attributes.get("Ccy") if whole else None
    parts = [*node.all("NtryDtls/TxDtls")]
    told = [
        next(
            (each for path in _AMOUNTS for each in part.all(path) if each.attributes.get("Ccy") == currency),
            None,
        )
        for part in parts
    ]
    if len(parts) == 1:
        less = (
            told[0] and whole and _amount(told[0].text) < _amount(whole.text)
        )  # costs of the bank are in the entry
        return [(parts[0], told[0] if less else whole)]
    if (
        parts
        and whole
        and sum(_amount(each.text) if each else 0 for each in told) == _amount(whole.text)
        and all(told)
    ):
        return list(zip(parts, told, strict=True))
    return [(Node("TxDtls", node.line, {}), whole)]


_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
"""Where camt keeps what a payment in an entry is; it may be told in another currency too."""


Paper = Accounts | Bill | Statement
ROOTS: Mapping[str, type[Accounts] | type[Bill] | type[Statement]] = {
    "auditfile": Accounts, "Invoice": Bill, "CreditNote": Bill, "Document": Statement,
}  # fmt: skip
