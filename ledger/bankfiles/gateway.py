"""Reads camt.053 and MT940 as a stream: no DOCTYPE, no entities, no other files. A fault is named at its place."""

import codecs
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from lxml import etree

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban
from ledger.bankfiles.errors import (
    BalanceMissing,
    BankFileDangerous,
    BankFileTooLarge,
    BankFileUnreadable,
    EntryAmountInvalid,
    EntryDayInvalid,
    FileBreaksOff,
    NamespaceMissing,
    NotTheStatement,
)
from ledger.bankfiles.rules import (
    BOOKED,
    END_TO_END,
    FREE,
    INVOICES,
    NO_MARK,
    NOT_BOOKED,
    STRUCTURED,
    Balances,
    Entry,
    Fault,
    Item,
    Part,
    Reference,
    Statement,
    cents,
    day,
    debit_mark,
    entry_of,
    other_side,
    signed,
)
from ledger.swift import rules as swift

MOST_BYTES = 512 * 1024 * 1024
"""Largest camt.053 that is read; nothing of it is kept in memory."""
MOST_TEXT_BYTES = 64 * 1024 * 1024
"""Largest MT940 that is read; its text is kept in memory while it is read."""
_MESSAGE = re.compile(r"camt\.(05[0-9])\.[0-9]{3}\.[0-9]{2}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Opener = Callable[[], BinaryIO]
"""Opens the same bytes from the start, as often as needed."""


def read(opener: Opener) -> Iterator[Item]:
    """What a bank file holds, in its order.

    Raises:
        BankFileUnreadable, BankFileDangerous, BankFileTooLarge, NotTheStatement: it is no such file.
    """
    with opener() as file:
        start = file.read(4096)
        file.seek(0, 2)
        size = file.tell()
    shown = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if shown[:1] == b"<":
        _check_size(size, MOST_BYTES)
        yield from _camt(opener)
    elif b":20:" in shown:
        _check_size(size, MOST_TEXT_BYTES)
        text = _text(opener)
        if swift.is_interim(text):
            raise NotTheStatement(kind="MT942")
        yield from _mt940(text)
    else:
        raise BankFileUnreadable


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise BankFileTooLarge


def _text(opener: Opener) -> str:
    """A text in UTF-8, in UTF-16 with its mark, or else as Windows writes it; signs that nobody sees become blanks."""
    with opener() as file:
        content = file.read()
    try:
        wide = content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return _UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


Texts = dict[str, list[str]]


def _texts(element: etree._Element) -> Texts:
    """The texts under an element by their path of names; payments in an entry are left for themselves."""
    found: Texts = {}
    _collect(element, "", found)
    return found


def _collect(element: etree._Element, path: str, found: Texts) -> None:
    for child in element:
        name = _path(path, child.tag)
        text = child.text
        if text and (text := text.strip()):
            found.setdefault(name, []).append(text if "\n" not in text else " ".join(text.split()))
            if name.endswith("Amt"):
                found.setdefault(f"{name}/Ccy", []).append(child.get("Ccy") or "")
        elif name not in _SKIPPED:
            _collect(child, name + "/", found)


_SKIPPED = frozenset({"NtryDtls", "BkTxCd", "RltdAgts", "RltdPties/Dbtr/PstlAdr", "RltdPties/Cdtr/PstlAdr"})
"""What is read by itself, or not at all."""


@lru_cache(maxsize=4096)
def _path(path: str, tag: str) -> str:
    return path + tag[tag.rfind("}") + 1 :]


@lru_cache(maxsize=4096)
def _iban(text: str) -> str:
    return Iban.normalise(text) or ""


def _name(element: etree._Element) -> str:
    tag: str = element.tag
    return tag[tag.rfind("}") + 1 :]


def _get(texts: Texts, prefix: str = "") -> Callable[..., str]:
    def get(*paths: str) -> str:
        for path in paths:
            if found := texts.get(prefix + path):
                return found[0]
        return ""

    return get


class _Camt:
    """One pass through a camt.053."""

    def __init__(self) -> None:
        self.seen = False
        self.statement: Statement | None = None
        self.balances = Balances()
        self.told = False

    def start(self, element: etree._Element) -> Iterator[Item]:
        """A statement begins."""
        nameless = self.check(element)
        if _name(element) == "Stmt":
            yield from self.close()
            self.statement, self.balances, self.told = Statement(element.sourceline or 0), Balances(), False
            if nameless:
                yield self.statement
                self.told = True
                yield Fault(element.sourceline or 0, "file", NamespaceMissing())

    def check(self, element: etree._Element) -> bool:
        """Whether it is what it should be, once; True where it does not say what it is.

        Raises:
            BankFileDangerous, BankFileUnreadable, NotTheStatement: it is not.
        """
        if self.seen:
            return False
        self.seen = True
        return _check_kind(element)

    def end(self, element: etree._Element) -> Iterator[Item]:
        """A part of a statement ends; what is read of it is given back to the memory."""
        name, parent = _name(element), element.getparent()
        if name == "Stmt":
            yield from self.close()
        elif self.statement is None or parent is None or _name(parent) != "Stmt":
            return
        else:
            self.statement.number = self.statement.number or (parent.findtext("{*}Id") or "").strip()
            yield from self._see(element, name, self.statement)
        _drop(element)

    def close(self) -> Iterator[Item]:
        """No more comes under the statement."""
        if self.statement is not None and not self.told:
            yield self.statement
        self.statement = None

    def _see(self, element: etree._Element, name: str, held: Statement) -> Iterator[Item]:
        if name == "Ntry":
            if not self.told:
                self.told = True
                yield held
            yield from self._entry(element, held)
        elif name == "Acct":
            get = _get(_texts(element))
            account = get("Id/IBAN", "Id/Othr/Id")
            held.account = _iban(account) or re.sub(r"[.\s-]", "", account)
            held.currency = get("Ccy") or held.currency
        elif name == "Bal":
            try:
                self._balance(element, held)
            except RuleBroken:
                yield Fault(element.sourceline or 0, "balance", BalanceMissing())

    def _balance(self, element: etree._Element, held: Statement) -> None:
        get = _get(_texts(element))
        code = get("Tp/CdOrPrtry/Cd")
        if code in Balances.CODES:
            amount, on = signed(get("Amt"), get("CdtDbtInd")), day(get("Dt/Dt", "Dt/DtTm"))
            held.currency = held.currency or get("Amt/Ccy")
            if self.balances.add(code, on, amount):
                self.balances.fill(held)

    def _entry(self, element: etree._Element, statement: Statement) -> Iterator[Item]:
        line, get = element.sourceline or 0, _get(_texts(element))
        if get("Sts/Cd", "Sts") in NOT_BOOKED:
            return  # no part of the balances
        currency = get("Amt/Ccy") or statement.currency or "EUR"
        try:
            side = get("CdtDbtInd")
            amount, booked_on = signed(get("Amt"), side), _booked_on(element, get, statement)
            parts = [
                _part(each, side, currency, statement.account)
                for each in element.iterfind("{*}NtryDtls/{*}TxDtls")
            ]
            group = element.findtext("{*}NtryDtls/{*}Btch/{*}PmtInfId") or ""
        except RuleBroken as fault:
            yield Fault(line, "entry", fault)
            return
        reference = get("AcctSvcrRef")
        made, amiss = entry_of(
            line, amount, currency, booked_on, "" if reference in NO_MARK else reference, get("AddtlNtryInf"), parts,
            group,
        )  # fmt: skip
        if amiss is not None:
            yield amiss
        yield made


def _booked_on(element: etree._Element, get: Callable[..., str], statement: Statement) -> date:
    """The day of booking, or of value; where an entry has neither, the day on which its statement closes.

    Raises:
        EntryDayInvalid: there is none.
    """
    if said := get(*BOOKED):
        return day(said)
    for path in ("TxDt", "IntrBkSttlmDt", "AccptncDtTm"):
        if said := element.findtext(f"{{*}}NtryDtls/{{*}}TxDtls/{{*}}RltdDts/{{*}}{path}") or "":
            return day(said.strip())
    if statement.closes_on is None:
        raise EntryDayInvalid
    return statement.closes_on


def _part(element: etree._Element, side_of_entry: str, currency: str, own: str) -> Part:
    texts = _texts(element)
    get = _get(texts)
    side = get("CdtDbtInd") or side_of_entry
    name, iban = other_side(get, incoming=side == "CRDT", own=own, read=_iban)
    mark = get(END_TO_END)
    free = " ".join((*texts.get(FREE, ()), *texts.get(INVOICES, ())))
    return Part(
        _amount_of(get, currency, -1 if side != side_of_entry else 1), name, iban,
        "" if mark in NO_MARK else mark, free or get("AddtlTxInf"), tuple(texts.get(STRUCTURED, ())),
        group=get("Refs/PmtInfId"), code=get("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )  # fmt: skip


def _amount_of(get: Callable[..., str], currency: str, sign: int) -> int | None:
    """The part of an entry that a payment is, where it is told in the currency of the entry."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if (found := get(path)) and (get(f"{path}/Ccy") or currency) == currency:
            try:
                return cents(found) * sign
            except EntryAmountInvalid:
                return None
    return None


_PARTS = tuple(f"{{*}}{name}" for name in ("Stmt", "Acct", "Bal", "Ntry"))


def _camt(opener: Opener) -> Iterator[Item]:
    reader = _Camt()
    with opener() as file:
        parser = etree.iterparse(
            file, events=("start", "end"), tag=_PARTS, resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for event, element in parser:
                yield from reader.start(element) if event == "start" else reader.end(element)
            if parser.root is not None:
                reader.check(parser.root)
        except etree.XMLSyntaxError as fault:
            if not reader.seen:
                raise BankFileUnreadable from None
            yield from reader.close()
            yield Fault(fault.lineno or 0, "file", FileBreaksOff())


def _check_kind(element: etree._Element) -> bool:
    """Look at the first part of a statement, or at the root where there is none; True where it has no namespace."""
    tree = element.getroottree()
    if tree.docinfo.doctype:
        raise BankFileDangerous
    space = etree.QName(element).namespace or ""
    found = _MESSAGE.search(space)
    if found is None:
        if space or _name(tree.getroot()) != "Document" or tree.getroot().find("BkToCstmrStmt") is None:
            raise BankFileUnreadable
        return True
    if found[1] != "053":
        raise NotTheStatement(kind=f"CAMT.{found[1]}")
    return False


def _drop(element: etree._Element) -> None:
    """Give the memory of what is read back."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _mt940(text: str) -> Iterator[Item]:
    for page in swift.pages(text):
        statement = Statement(page.line, account=page.account)
        _fill(statement, page)
        yield statement
        for each in page.movements:
            if each.amount is None:
                yield Fault(each.line, "entry", EntryAmountInvalid())
            elif each.booked_on is None:
                yield Fault(each.line, "entry", EntryDayInvalid())
            else:
                yield _line(each, each.amount, each.booked_on, statement.currency or "EUR")


def _fill(statement: Statement, page: swift.Page) -> None:
    if page.opening is not None:
        statement.opening, statement.opens_on = page.opening.amount, page.opening.on
    if page.closing is not None:
        statement.closing, statement.closes_on = page.closing.amount, page.closing.on
    statement.currency = page.currency
    named = (page.reference, *page.number.split("/"), statement.opens_on)
    statement.number = "/".join(str(each).strip() for each in named if each)


def _line(found: swift.Movement, amount: int, booked_on: date, currency: str) -> Entry:
    told = swift.narrative(found.told or found.second, found.second, found.mark)
    mark = told.get("end_to_end") or ("" if told.get("account") else found.mark)
    references = dict.fromkeys(
        (told.get("reference", ""), *re.findall(r"\bRF[0-9]{2}[A-Z0-9]{1,21}\b", told["text"]))
    )
    return Entry(
        line=found.line, amount=amount, currency=currency, booked_on=booked_on, bank_reference=found.bank_reference,
        name=told.get("name", ""), iban=told.get("iban") or found.iban, end_to_end=mark, text=told["text"],
        references=(
            *(Reference(each) for each in references if each),
            *((Reference(debit, code=told.get("code", "")),) if (debit := debit_mark(mark)) else ()),
        ),
    )  # fmt: skip
