"""Writes an auditfile (XAF 3.2) as a stream: no matter how many lines, only some are in memory at once."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, Party
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.accounts.rules import ROLE_NAMES, AccountKind, Role
from ledger.auditfile import queries, rules
from ledger.auditfile.rules import amount, clean, side
from ledger.books.queries import TrialLine, account_name, journal, trial_balance
from ledger.books.rules import KIND_NAMES
from ledger.closing.queries import books_kind
from ledger.closing.rules import BOOKS_SHORT, BooksKind, months
from ledger.customers.models import Customer
from ledger.customers.rules import HOME
from ledger.incoming.models import IncomingSender
from ledger.vat.rules import LABELS, RATES

NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
_MONEY = {Role.BANK.value, Role.CASH.value, Role.BLOCKED.value, Role.CLEARING.value}
_AT_ONCE = 500
_MOST_IN_MEMORY = 1 << 20


class _Writer:
    """Elements, one below the other."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def put(self, name: str, text: object) -> None:
        """An element with a text; nothing where the text is empty."""
        if text not in {None, ""}:
            self.raw(f"<{name}>{escape(str(text))}</{name}>")

    def raw(self, text: str) -> None:
        """Markup as it is."""
        self._out.write(text.encode())

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """An element around others."""
        self.raw(f"<{name}>")
        yield
        self.raw(f"</{name}>\n")

    def copy(self, part: IO[bytes]) -> None:
        """What was written elsewhere."""
        shutil.copyfileobj(part, self._out)

    def totals(self, lines: int, debit: int, credit: int) -> None:
        """How many lines, and both their sums."""
        self.put("linesCount", lines)
        self.put("totalDebit", amount(debit))
        self.put("totalCredit", amount(credit))


def write_auditfile(session: Session, party: Party, year: int, out: IO[bytes], *, at: datetime) -> None:
    """Write the euro books of a party over a calendar year."""
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    trial = [
        line for line in trial_balance(session, party.id, period).lines if line.account.currency == "EUR"
    ]
    accounts = [line.account for line in trial]
    names, writer = _Names(session, party, accounts), _Writer(out)
    writer.raw(f'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="{NAMESPACE}">')
    _header(writer, session, party, period, at)
    with writer.within("company"):
        _company(writer, party, session.get(Organisation, party.id))
        with writer.within("customersSuppliers"):
            for relation in names.relations.values():
                _relation(writer, relation)
            for sender in {each.id: each for each in names.outside.values()}.values():
                _sender(writer, sender)
        _accounts(writer, accounts)
        _vat_codes(writer, accounts, period)
        with writer.within("periods"):
            for month in reversed(months(date(year, 12, 1), 12)):
                with writer.within("period"):
                    writer.put("periodNumber", month.start.month)
                    writer.put("startDatePeriod", month.start)
                    writer.put("endDatePeriod", month.end - timedelta(days=1))
        _opening(writer, trial, period)
        _transactions(writer, session, party, period, names)
    writer.raw("</auditfile>\n")


def _header(writer: _Writer, session: Session, party: Party, period: Period, at: datetime) -> None:
    kind = books_kind(session, party.id, local_date(at)) or BooksKind.SUBLEDGER
    with writer.within("header"):
        writer.put("fiscalYear", period.start.year)
        writer.put("startDate", period.start)
        writer.put("endDate", period.end - timedelta(days=1))
        writer.put("curCode", "EUR")
        writer.put("dateCreated", local_date(at))
        writer.put("softwareDesc", f"cwb ({BOOKS_SHORT[kind]})")


def _company(writer: _Writer, party: Party, facts: Organisation | None) -> None:
    number = (facts.vat_id or facts.rsin or facts.kvk_number) if facts else None
    writer.put("companyIdent", facts.kvk_number if facts else None)
    writer.put("companyName", clean(party.name))
    writer.put("taxRegistrationCountry", "NL")
    writer.raw(f"<taxRegIdent>{escape(number or '')}</taxRegIdent>")
    _address(writer, facts)


def _country(facts: Organisation | Customer | None) -> str:
    return facts.country if isinstance(facts, Customer) else HOME


def _address(writer: _Writer, facts: Organisation | Customer | None) -> None:
    if facts is None or not facts.city:
        return
    with writer.within("streetAddress"):
        writer.put("streetname", clean(facts.street or ""))
        writer.put("number", clean(facts.house_number or "", 15))
        writer.put("city", clean(facts.city, 50))
        writer.put("postalCode", clean(facts.postcode or "", 10))
        writer.put("country", _country(facts))


def _relation(writer: _Writer, relation: queries.Relation) -> None:
    party, facts, kind = relation
    with writer.within("customerSupplier"):
        writer.put("custSupID", party.public_id.hex)
        writer.put("custSupName", clean(party.name, 50))
        if facts is not None:
            writer.put("commerceNr", facts.kvk_number)
            writer.put("taxRegistrationCountry", _country(facts))
            writer.put("taxRegIdent", facts.vat_id)
        writer.put("custSupTp", kind)
        _address(writer, facts)
        if facts is not None and facts.iban:
            with writer.within("bankAccount"):
                writer.put("bankAccNr", facts.iban)


def _sender(writer: _Writer, sender: IncomingSender) -> None:
    """A supplier from outside."""
    with writer.within("customerSupplier"):
        writer.put("custSupID", sender.public_id.hex)
        writer.put("custSupName", clean(sender.name, 50))
        writer.put("commerceNr", clean(sender.kvk))
        writer.put("taxRegistrationCountry", rules.country_of(sender.vat_id))
        writer.put("taxRegIdent", clean(sender.vat_id, 30))
        writer.put("custSupTp", rules.relation_type(customer=False, supplier=True))


def _accounts(writer: _Writer, accounts: Iterable[Account]) -> None:
    with writer.within("generalLedger"):
        for each in accounts:
            reference = rules.RGS.get(Role(each.role))
            with writer.within("ledgerAccount"):
                writer.put("accID", each.public_id.hex)
                writer.put("accDesc", clean(account_name(each)))
                writer.put("accTp", rules.account_type(each.kind))
                writer.put("leadDescription", reference.name if reference else ROLE_NAMES[Role(each.role)])
                writer.put("leadReference", reference.code if reference else None)
        with writer.within("ledgerAccount"):
            writer.put("accID", rules.CARRIED)
            writer.put("accDesc", "Resultaat van vorige jaren")
            writer.put("accTp", "B")


def _vat_codes(writer: _Writer, accounts: Iterable[Account], period: Period) -> None:
    held = {each.role: each.public_id.hex for each in accounts if not each.subkey}
    with writer.within("vatCodes"):
        for rate in RATES:
            if rate.valid_from < period.end and (rate.valid_until is None or rate.valid_until > period.start):
                with writer.within("vatCode"):
                    writer.put("vatID", f"{rate.code.value}-{rate.percent.normalize():f}")
                    writer.put("vatDesc", f"{LABELS[rate.code]} {rate.percent.normalize():f}%")
                    writer.put("vatToPayAccID", held.get(Role.VAT_OUTPUT.value))
                    writer.put("vatToClaimAccID", held.get(Role.VAT_INPUT.value))


def _opening(writer: _Writer, trial: Iterable[TrialLine], period: Period) -> None:
    """What stood on the balance sheet; the results of earlier years on one account, so that it balances."""
    lines, carried = [], 0
    for line in trial:
        if line.account.kind in {AccountKind.INCOME.value, AccountKind.EXPENSE.value}:
            carried += line.opening.minor
        elif line.opening.minor:
            lines.append((line.account.public_id.hex, line.opening.minor))
    if carried:
        lines.append((rules.CARRIED, carried))
    with writer.within("openingBalance"):
        writer.put("opBalDate", period.start)
        debit = sum(value for _, value in lines if value > 0)
        writer.totals(len(lines), debit, sum(value for _, value in lines if value < 0))
        for number, (account, value) in enumerate(lines, start=1):
            with writer.within("obLine"):
                writer.put("nr", number)
                writer.put("accID", account)
                writer.put("amnt", amount(value))
                writer.put("amntTp", side(value))


class _Names:
    """What lines call invoices and relations."""

    def __init__(self, session: Session, party: Party, accounts: Sequence[Account]) -> None:
        self.relations = queries.relations(session, accounts)
        self.outside = queries.outside(session, accounts)
        self._owners = queries.kept_for(accounts)
        self._numbers = queries.numbers(session, party.id)

    def document(self, reference: str | None) -> str:
        """The number of an invoice, else what the books call it."""
        return self._numbers.get(reference or "", reference or "-")

    def relation(self, account: Account) -> str | None:
        """Whom an account is kept for."""
        if account.id in self.outside:
            return self.outside[account.id].public_id.hex
        found = self.relations.get(self._owners.get(account.id, 0))
        return found.party.public_id.hex if found else None


def _transactions(writer: _Writer, session: Session, party: Party, period: Period, names: _Names) -> None:
    """All transfers, each in its journal. Sums come first in the file, so the lines wait on disk meanwhile."""
    lines = debit = credit = 0
    with ExitStack() as stack:
        parts = {
            kind: stack.enter_context(SpooledTemporaryFile(max_size=_MOST_IN_MEMORY))
            for kind in rules.JOURNALS
        }
        for rows in _transfers(session, party.id, period):
            moves = any(account.role in _MONEY for _, account, *_ in rows)
            kind = rules.journal_of(rows[0][0].kind, moves_bank=moves)
            _transfer(_Writer(parts[kind]), rows, names)
            lines += len(rows)
            debit += sum(max(entry.amount, 0) for _, _, entry, *_ in rows)
            credit += sum(min(entry.amount, 0) for _, _, entry, *_ in rows)
        with writer.within("transactions"):
            writer.totals(lines, debit, credit)
            for kind, name in rules.JOURNALS.items():
                with writer.within("journal"):
                    writer.put("jrnID", name)
                    writer.put("desc", name)
                    writer.put("jrnTp", kind)
                    parts[kind].seek(0)
                    writer.copy(parts[kind])


def _transfers(session: Session, party_id: int, period: Period) -> Iterator[list[Any]]:
    """The lines in euro of one transfer after another."""
    found: Iterable[Any] = session.execute(journal(party_id, period).execution_options(yield_per=_AT_ONCE))
    in_euro = (row for row in found if row[2].currency == "EUR")
    for _, rows in groupby(in_euro, key=lambda row: row[0].id):
        yield list(rows)


def _transfer(writer: _Writer, rows: Sequence[Any], names: _Names) -> None:
    transfer, note = rows[0][0], rows[0][5]
    day = local_date(transfer.effective_at)
    with writer.within("transaction"):
        writer.put("nr", transfer.public_id.hex)
        writer.put("desc", clean(note or KIND_NAMES.get(transfer.kind, transfer.kind)))
        writer.put("periodNumber", day.month)
        writer.put("trDt", day)
        for number, (_, account, entry, _, reference, _) in enumerate(rows, start=1):
            with writer.within("trLine"):
                writer.put("nr", number)
                writer.put("accID", account.public_id.hex)
                writer.put("docRef", clean(names.document(reference)))
                writer.put("effDate", day)
                writer.put("amnt", amount(entry.amount))
                writer.put("amntTp", side(entry.amount))
                writer.put("custSupID", names.relation(account))
