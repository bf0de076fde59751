"""Reads camt.053 and MT940 as a stream: no DOCTYPE, no entities, no other files. A fault is named at its place."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO

import mt940
from lxml import etree

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban
from ledger.bankfiles.errors import (
    BalanceMissing,
    BankFileDangerous,
    BankFileTooLarge,
    BankFileUnreadable,
    EntryAmountInvalid,
    FileBreaksOff,
)
from ledger.bankfiles.rules import (
    BOOKED,
    END_TO_END,
    FREE,
    NO_MARK,
    STRUCTURED,
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
    named,
    narrative,
    signed,
)

MOST_BYTES = 512 * 1024 * 1024
"""Largest camt.053 that is read; nothing of it is kept in memory."""
MOST_TEXT_BYTES = 64 * 1024 * 1024
"""Largest MT940 that is read; its text is kept in memory while it is read."""
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05[34]\.001\.[0-9]{2}")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)

Opener = Callable[[], BinaryIO]
"""Opens the same bytes from the start, as often as needed."""


def read(opener: Opener) -> Iterator[Item]:
    """What a bank file holds, in its order.

    Raises:
        BankFileUnreadable, BankFileDangerous, BankFileTooLarge: it is no such file.
    """
    with opener() as file:
        start = file.read(4096)
        file.seek(0, 2)
        size = file.tell()
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        _check_size(size, MOST_BYTES)
        yield from _camt(opener)
    elif b":20:" in start:
        _check_size(size, MOST_TEXT_BYTES)
        yield from _mt940(opener)
    else:
        raise BankFileUnreadable


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise BankFileTooLarge


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
            found.setdefault(name, []).append(text)
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
        self.told = False

    def start(self, element: etree._Element) -> Iterator[Item]:
        """A statement begins."""
        self.check(element)
        if element.tag.endswith("}Stmt"):
            yield from self.close()
            self.statement, self.told = Statement(element.sourceline or 0), False

    def check(self, element: etree._Element) -> None:
        """Whether it is what it should be, once.

        Raises:
            BankFileDangerous, BankFileUnreadable: it is not.
        """
        if not self.seen:
            self.seen = True
            _check_root(element.getroottree())

    def end(self, element: etree._Element) -> Iterator[Item]:
        """A part of a statement ends; what is read of it is given back to the memory."""
        name, parent = element.tag[element.tag.rfind("}") + 1 :], element.getparent()
        if name == "Stmt":
            yield from self.close()
        elif self.statement is None or not parent.tag.endswith("}Stmt"):
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
            held.account = _iban(account) or account
            held.currency = get("Ccy") or held.currency
        elif name == "Bal":
            try:
                _balance(element, held)
            except RuleBroken:
                yield Fault(element.sourceline or 0, "balance", BalanceMissing())

    def _entry(self, element: etree._Element, statement: Statement) -> Iterator[Item]:
        line, get = element.sourceline or 0, _get(_texts(element))
        if get("Sts/Cd", "Sts") not in {"BOOK", ""}:
            return  # not booked yet: no part of the balances
        try:
            side = get("CdtDbtInd")
            amount, booked_on = signed(get("Amt"), side), day(get(*BOOKED))
            parts = [_part(each) for each in element.iterfind("{*}NtryDtls/{*}TxDtls")]
            group = element.findtext("{*}NtryDtls/{*}Btch/{*}PmtInfId") or ""
        except RuleBroken as fault:
            yield Fault(line, "entry", fault)
            return
        currency = next((child.get("Ccy") for child in element if child.tag.endswith("}Amt")), None)
        made, amiss = entry_of(
            line, amount, currency or statement.currency or "EUR", booked_on, get("AcctSvcrRef"),
            get("AddtlNtryInf"), parts, group,
        )  # fmt: skip
        if amiss is not None:
            yield amiss
        yield made


def _balance(element: etree._Element, statement: Statement) -> None:
    get = _get(_texts(element))
    code = get("Tp/CdOrPrtry/Cd")
    if code not in {*_OPENING, *_CLOSING}:
        return
    amount, on = signed(get("Amt"), get("CdtDbtInd")), day(get("Dt/Dt", "Dt/DtTm"))
    statement.currency = statement.currency or next(
        (child.get("Ccy") or "" for child in element if child.tag.endswith("}Amt")), ""
    )
    if code in _CLOSING:
        statement.closing, statement.closes_on = amount, on
    elif code == "OPBD" or statement.opening is None:
        statement.opening, statement.opens_on = amount, on


def _part(element: etree._Element) -> Part:
    texts = _texts(element)
    get = _get(texts)
    incoming = bool(get("RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/DbtrAcct/Id/IBAN"))
    if side := get("CdtDbtInd"):
        incoming = side == "CRDT"
    elif get("RltdPties/CdtrAcct/Id/IBAN") and get("RltdPties/DbtrAcct/Id/IBAN"):
        incoming = _side_of_entry(element) == "CRDT"
    name, iban = named(get, incoming=incoming)
    try:
        amount = cents(get("Amt", "AmtDtls/TxAmt/Amt"))
    except EntryAmountInvalid:
        amount = None
    mark = get(END_TO_END)
    return Part(
        amount, name, _iban(iban), "" if mark in NO_MARK else mark,
        " ".join(texts.get(FREE, ())) or get("AddtlTxInf"), tuple(texts.get(STRUCTURED, ())),
        group=get("Refs/PmtInfId"), code=get("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )  # fmt: skip


def _side_of_entry(part: etree._Element) -> str:
    return str(part.getparent().getparent().findtext("{*}CdtDbtInd") or "")


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
            reader.check(parser.root)
        except etree.XMLSyntaxError as fault:
            if not reader.seen:
                raise BankFileUnreadable from None
            yield from reader.close()
            yield Fault(fault.lineno or 0, "file", FileBreaksOff())


def _check_root(tree: etree._ElementTree) -> None:
    if tree.docinfo.doctype:
        raise BankFileDangerous
    if not _NAMESPACE.fullmatch(etree.QName(tree.getroot()).namespace or ""):
        raise BankFileUnreadable


def _drop(element: etree._Element) -> None:
    """Give the memory of what is read back."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


_BLOCK = re.compile(r"^:20:", re.MULTILINE)
_ENTRY = re.compile(r"^:61:", re.MULTILINE)
_TAIL = re.compile(r"^(?::6[25][FM]:|-\s*$|-X{3})", re.MULTILINE)


def _mt940(opener: Opener) -> Iterator[Item]:
    with opener() as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [found.start() for found in _BLOCK.finditer(text)]
    with _quiet():
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else len(text)
            yield from _block(text[start:end], text.count("\n", 0, start) + 1)


@contextmanager
def _quiet() -> Iterator[None]:
    """The library shouts about what it cannot read; we name it ourselves."""
    logger = logging.getLogger("mt940")
    before, logger.disabled = logger.level, True
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.disabled = False
        logger.setLevel(before)


def _block(text: str, line: int) -> Iterator[Item]:
    """One statement: its head and tail, then each entry by itself, so that one that is wrong spoils no other."""
    places = [found.start() for found in _ENTRY.finditer(text)]
    tail = _TAIL.search(text, places[-1] if places else 0)
    end = tail.start() if tail else len(text)
    head = text[: places[0]] if places else text[:end]
    statement = Statement(line)
    try:
        _fill(statement, _parsed(head + text[end:]).data)
    except _UNREADABLE:
        yield statement
        yield Fault(line, "statement", FileBreaksOff())
        return
    yield statement
    if statement.opening is None:
        yield Fault(line, "balance", BalanceMissing())
    for place, start in enumerate(places):
        stop = places[place + 1] if place + 1 < len(places) else end
        at = line + text.count("\n", 0, start)
        try:
            yield _line(_parsed(head + text[start:stop]), at, statement.currency)
        except RuleBroken as fault:
            yield Fault(at, "entry", fault)
        except _UNREADABLE:
            yield Fault(at, "entry", EntryAmountInvalid())


_UNREADABLE = (RuntimeError, ValueError, ArithmeticError, TypeError, KeyError, AttributeError, IndexError)
"""What the library raises at a line it cannot read."""


def _parsed(text: str) -> mt940.models.Transactions:
    found = mt940.models.Transactions()
    found.parse(text)
    return found


def _fill(statement: Statement, data: dict[str, object]) -> None:
    """What the fields 20 to 28, 60 and 62 say."""
    account = str(data.get("account_identification") or "").rpartition("/")[2].removesuffix("EUR").strip()
    statement.account = Iban.normalise(account) or account
    for side in ("opening", "closing"):
        found = data.get(f"final_{side}_balance") or data.get(f"intermediate_{side}_balance")
        if not isinstance(found, mt940.models.Balance) or not isinstance(found.amount, mt940.models.Amount):
            continue
        amount = found.amount.amount
        setattr(statement, side, cents(f"{abs(amount):f}") * (-1 if amount < 0 else 1))
        setattr(statement, "opens_on" if side == "opening" else "closes_on", day(str(found.date)))
        statement.currency = statement.currency or str(found.amount.currency)
    named = [data.get(key) for key in ("transaction_reference", "statement_number", "sequence_number")]
    statement.number = "/".join(str(each) for each in (*named, statement.opens_on) if each)


def _line(found: mt940.models.Transactions, line: int, currency: str) -> Entry:
    data = found.transactions[-1].data
    sign = 1 if data["status"] in {"C", "RD"} else -1
    told = narrative(str(data.get("transaction_details") or data.get("extra_details") or ""))
    iban = Iban.normalise(told.get("iban", "")) or Iban.normalise(str(data.get("extra_details") or "")[:34])
    mark = told.get("end_to_end") or str(data.get("customer_reference") or "")
    return Entry(
        line=line, amount=sign * cents(f"{abs(data['amount'].amount):f}"), currency=currency or "EUR",
        booked_on=day(str(data.get("entry_date") or data["date"])),
        bank_reference=str(data.get("bank_reference") or ""), name=told.get("name", ""), iban=iban or "",
        end_to_end="" if mark in NO_MARK | {"EREF", "PREF", "MARF"} else mark, text=told["text"],
        references=(
            *(Reference(each) for each in re.findall(r"\bRF[0-9]{2}[A-Z0-9]{1,21}\b", told["text"])),
            *((Reference(debit, code=told.get("code", "")),) if (debit := debit_mark(mark)) else ()),
        ),
    )  # fmt: skip
