"""Taking bank statements in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.bulk import insert_new
from cwb.kernel.collecting import drop_circles, without_collecting
from cwb.kernel.errors import RuleBroken
from cwb.kernel.ids import uuid7s
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.ahead import services as ahead
from ledger.ahead.rules import MARK
from ledger.bank import queries, rules
from ledger.bank.errors import (
    AccountOfNobody,
    AccountOfOther,
    NothingInFile,
    OpeningDiffers,
    StatementRefused,
)
from ledger.bank.models import BankAccount, BankEntry, BankStatement
from ledger.bank.rules import Claims, EntryState, Match
from ledger.bank.services import add_account, book_match, join_told
from ledger.bankdesk.queries import perhaps_told
from ledger.bankfiles.rules import Entry, Item, Statement, Survey
from ledger.collected.rules import marks
from ledger.collected.services import take_in
from ledger.payouts.rules import names_provider
from ledger.payouts.services import bring_home

_PIECE = 500
"""Entries written down at once."""


@dataclass(slots=True)
class Taken:
    """What an import did: entries that are new, and of all in the file those that are booked now."""

    found: Survey = field(default_factory=Survey)
    added: int = 0
    matched: int = 0


def import_statements(
    session: Session, items: Iterable[Item], *, checksum: str, party: Organisation | None, actor: Actor | None,
    at: datetime, taken: Taken,
) -> None:  # fmt: skip
    """Take in all statements of a file, or nothing. What is there already is recognised and adds nothing.

    `party`: whose accounts these must be; None for an operator: then an account nobody has is kept for later. `taken`
    is filled while it goes, so that a refusal can be explained.

    Raises:
        StatementRefused: a fault with which the file cannot be trusted.
        OpeningDiffers, AccountOfOther, NothingInFile: refused.
    """
    work = _Import(session, checksum, party, actor, at, taken)
    with without_collecting():
        for item in items:
            if isinstance(item, Statement):
                work.end()
            taken.found.see(item)
            if isinstance(item, Entry):
                work.take(item)
    work.end()
    taken.found.close()
    if not taken.found.statements:
        raise NothingInFile
    if taken.found.blocking is not None:
        line, _, what = taken.found.blocking
        raise StatementRefused(line=line, fault=what)
    if work.refused is not None:
        raise work.refused
    taken.matched += sum(_join_all(session, party_id, actor, at) for party_id in sorted(work.owners))
    for party_id in sorted(work.parties):
        taken.matched += bring_home(session, party_id=party_id, actor=actor, at=at)
    for party_id in sorted(work.returning):
        taken.matched += ahead.take_in(session, party_id=party_id, actor=actor, at=at)
    for party_id in sorted(work.debiting):
        taken.matched += take_in(session, party_id=party_id, actor=actor, at=at)
    record(
        session, action="bank.imported", subject=f"bank_file:{checksum[:32]}",
        actor_id=actor.user_id if actor else None, facts={"added": taken.added, "matched": taken.matched}, at=at,
    )  # fmt: skip


def _join_all(session: Session, party_id: int, actor: Actor | None, at: datetime) -> int:
    """Join what waits with what other banks told of the same money; how many."""
    found = perhaps_told(session, party_id)
    return sum(join_told(session, entry=each, actor=actor, at=at) for each in found)


class _Under(NamedTuple):
    """The statement that entries are being written under."""

    account: BankAccount
    row_id: int
    ends: queries.Ends | None


class _Import:
    """One file on its way in."""

    def __init__(
        self, session: Session, checksum: str, party: Organisation | None, actor: Actor | None, at: datetime,
        taken: Taken,
    ) -> None:  # fmt: skip
        self.session, self.checksum, self.party, self.actor, self.at = session, checksum, party, actor, at
        self.taken = taken
        self.refused: RuleBroken | None = None
        self._under: _Under | None = None
        self._seen: dict[int, Counter[str]] = {}
        self._claims: dict[tuple[int, bool], Claims] = {}
        self._piece: list[Entry] = []
        self._moved = self._new = 0
        self.owners: set[int] = set()
        """Whose accounts got entries that are new."""
        self.parties: set[int] = set()
        """Whose accounts hold an entry that names the provider of online payments."""
        self.debiting: set[int] = set()
        """Whose accounts hold an entry that names a direct debit of ours."""
        self.returning: set[int] = set()
        """Whose accounts hold an entry with the mark of a repayment of money ahead."""

    def take(self, entry: Entry) -> None:
        """The next entry; of a file that will be refused none is written down any more."""
        if entry.amount:
            self._piece.append(entry)
        if len(self._piece) >= _PIECE:
            self._write()
            drop_circles()

    def end(self) -> None:
        """A statement is over: does it go on where what is known ends, or end where that begins?"""
        if not self.taken.found.statements:
            return
        self._write()
        said, under = self.taken.found.statements[-1], self._under
        if under is not None and under.ends is not None and self._new and said.closing is not None:
            goes_on = said.closing - self._moved == under.ends.closing
            comes_before = self._new == said.entries and said.closing == under.ends.opening
            if not goes_on and not comes_before and said.balanced:
                expected = Money(under.ends.closing)
                opening = Money(said.opening or 0)
                self.refused = self.refused or OpeningDiffers(opening=opening, expected=expected)
        self._under, self._moved, self._new = None, 0, 0

    def _write(self) -> None:
        piece, self._piece = self._piece, []
        said = self.taken.found.statements[-1]
        if (
            self.refused is not None
            or self.taken.found.blocking is not None
            or next(said.head_faults(), None)
        ):
            return
        self._under = self._under or self._begin(said)
        if self._under is None or not piece:
            return
        account = self._under.account
        seen = self._seen.setdefault(account.id, Counter())
        keyed = {rules.key_of(each, seen): each for each in piece}
        found = {key: self._match(account, each) for key, each in keyed.items()}
        if account.party_id and any(
            each.amount > 0 and names_provider(each.name, each.text) for each in piece
        ):
            self.parties.add(account.party_id)
        if account.party_id and any(each.references and marks(each.references) for each in piece):
            self.debiting.add(account.party_id)
        if account.party_id and any(each.end_to_end.startswith(MARK) for each in piece):
            self.returning.add(account.party_id)
        public_ids = uuid7s(len(keyed))
        rows = [
            {
                "public_id": public_id, "account_id": account.id, "statement_id": self._under.row_id, "key": key,
                "line": each.line, "amount": each.amount, "currency": each.currency, "booked_on": each.booked_on,
                "bank_reference": each.bank_reference, "name": each.name, "iban": each.iban,
                "end_to_end": each.end_to_end, "text": each.text, "marks": [list(mark) for mark in each.references],
                "state": EntryState.OPEN, "note": "",
                "fault": type(found[key].waits).__name__ if found[key].waits else "",
            }
            for public_id, (key, each) in zip(public_ids, keyed.items(), strict=True)
        ]  # fmt: skip
        new = insert_new(self.session, BankEntry, rows, by=("account_id", "key"))
        self._new += len(new)
        if new and account.party_id:
            self.owners.add(account.party_id)
        self._moved += sum(keyed[key].amount for key in new)
        self.taken.added += len(new)
        old = [key for key in keyed if key not in new]
        states = queries.states(self.session, account.id, old) if old else []
        self.taken.matched += sum(state is EntryState.BOOKED for state in states)
        self._book([new[key] for key in keyed if key in new and self._may_book(found[key])])

    @staticmethod
    def _may_book(found: Match) -> bool:
        return any(each.why in rules.BY_REFERENCE for each in (*found.shares, *found.suggestions))

    def _match(self, account: BankAccount, entry: Entry) -> Match:
        if account.party_id is None:
            return Match(waits=AccountOfNobody())
        return rules.match(entry, self._claims_of(account.party_id, entry), 0)

    def _claims_of(self, party_id: int, entry: Entry) -> Claims:
        side = party_id, entry.amount > 0
        if side not in self._claims:
            self._claims[side] = queries.claims(self.session, party_id, incoming=side[1])
        return self._claims[side]

    def _book(self, ids: list[int]) -> None:
        """Book what references tell, one by one: what an earlier one paid is not open any more."""
        for entry_id in ids:
            row = self.session.scalars(
                select(BankEntry).where(BankEntry.id == entry_id).options(joinedload(BankEntry.account))
            ).one()
            entry = queries.as_read(row)
            claims = self._claims_of(row.account.party_id or 0, entry)
            found = rules.match(entry, claims, 0)
            if book_match(self.session, entry=row, found=found, actor=self.actor, at=self.at):
                self.taken.matched += 1
                for share in found.shares:
                    if not share.credit:
                        claims.change(share.claim, share.claim.open - share.amount)

    def _begin(self, said: Statement) -> _Under | None:
        account = self._whose(said)
        if account is None or said.opens_on is None or said.closes_on is None:
            return None
        closes_on = max(said.opens_on, said.closes_on)
        number = (said.number or self.checksum[:16])[:140]
        known = queries.ends(self.session, account.id)
        row = queries.find_statement(self.session, account.id, number, closes_on)
        if row is None:
            row = BankStatement(
                account_id=account.id, number=number, currency=said.currency or "EUR", opens_on=said.opens_on,
                closes_on=closes_on, opening=said.opening, closing=said.closing,
                checksum=self.checksum, imported_at=self.at, imported_by_id=self.actor.user_id if self.actor else None,
            )  # fmt: skip
            self.session.add(row)
            self.session.flush()
        return _Under(account, row.id, known)

    def _whose(self, said: Statement) -> BankAccount | None:
        """The account of a statement; one that nobody gave yet is its owner's where one organisation has the IBAN."""
        account = queries.find_account(self.session, said.account)
        if account is None:
            owners = queries.owners(self.session, said.account)
            mine = self.party is not None and self.party.id in owners
            if self.party is None or mine:
                owner = self.party.id if self.party else owners[0] if len(owners) == 1 else None
                account = BankAccount(
                    number=said.account, party_id=owner, blocked=False, added_at=self.at,
                    added_by_id=self.actor.user_id if self.actor else None,
                )  # fmt: skip
                self.session.add(account)
                self.session.flush()
        if self.party is not None and (account is None or account.party_id != self.party.id):
            self.refused = AccountOfOther(account=said.account)
            return None
        return account


def claim_accounts(session: Session, *, party: Organisation, items: Iterable[Item], at: datetime) -> None:
    """An operator says that the accounts in a file are an organisation's, and what waited for that is looked at.

    Raises:
        AccountTaken: one is another's.
    """
    numbers = dict.fromkeys(each.account for each in items if isinstance(each, Statement) and each.account)
    for number in numbers:
        held = queries.find_account(session, number)
        if held is not None and held.party_id == party.id:
            continue
        made = add_account(session, party=party, number=number, blocked=False, actor=None, at=at)
        match_again(session, account=made, actor=None, at=at)


def match_again(session: Session, *, account: BankAccount, actor: Actor | None, at: datetime) -> int:
    """Look anew at what waits on an account: an invoice may have been approved since. How many were booked."""
    waiting = session.scalars(
        select(BankEntry)
        .where(BankEntry.account_id == account.id, BankEntry.state == EntryState.OPEN)
        .options(joinedload(BankEntry.account))
        .order_by(BankEntry.booked_on, BankEntry.id)
        .with_for_update(of=BankEntry)
    ).all()
    booked = 0
    for row in waiting:
        entry = queries.as_read(row)
        claims = queries.claims(session, account.party_id or 0, incoming=entry.amount > 0)
        found = rules.match(entry, claims, 0)
        booked += book_match(session, entry=row, found=found, actor=actor, at=at)
    session.flush()
    if account.party_id is not None:
        booked += bring_home(session, party_id=account.party_id, actor=actor, at=at)
        booked += take_in(session, party_id=account.party_id, actor=actor, at=at)
        booked += ahead.take_in(session, party_id=account.party_id, actor=actor, at=at)
    return booked
