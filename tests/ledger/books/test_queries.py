from datetime import UTC, datetime

import pytest

from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.transaction import atomic
from ledger.accounts.errors import AccountUnknown
from ledger.accounts.rules import Role
from ledger.accounts.services import change_limits, open_account
from ledger.books import queries, services
from ledger.books.errors import TransferUnknown
from ledger.books.rules import Leg


def pay(session, key, debit, credit, amount, at, **more):
    with atomic(session):
        legs = [Leg(debit, amount), Leg(credit, -amount)]
        return services.post(session, key=key, kind="payment", legs=legs, at=at, **more)


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_balance_tells_what_is_free(session, at, bank, payable):
    assert queries.balance(session, bank).available is None
    change_limits(session, account_id=bank, floor=-100, ceiling=None)
    pay(session, "k", bank, payable, 500, at)
    with atomic(session):
        services.pend(session, key="p", kind="payment", legs=[Leg(payable, 30), Leg(bank, -30)], at=at)
    found = queries.balance(session, bank)
    assert (found.posted, found.pending_out, found.available, found.version) == (
        Money(500),
        Money(30),
        Money(570),
        1,
    )
    with pytest.raises(AccountUnknown):
        queries.balance(session, 999_999_999)


def test_accounts_are_found_and_named(session, party, bank, payable):
    named = open_account(session, party_id=party, role=Role.EXPENSE, name="Huur")
    found = queries.accounts(session, party)
    assert [each.id for each in found] == [bank, payable, named]
    assert [queries.account_name(each) for each in found] == ["Bank", "Crediteuren", "Huur"]
    assert queries.account(session, found[0].public_id).id == bank
    with pytest.raises(AccountUnknown):
        queries.account(session, uuid7())


def test_a_trial_balance_counts_days_in_amsterdam(session, party, bank, payable):
    """23:30 UTC on New Year's Eve is already the new year here."""
    pay(session, "old", bank, payable, 100, day(2025, 12, 31, 22, 30))
    pay(session, "new", bank, payable, 20, day(2025, 12, 31, 23, 30))
    pay(session, "back", payable, bank, 5, day(2026, 6, 1))
    pay(session, "later", bank, payable, 7, day(2026, 12, 31, 23, 0))
    found = queries.trial_balance(session, party, Period.parse("2026"))
    assert [
        (line.opening.minor, line.debit.minor, line.credit.minor, line.closing.minor) for line in found.lines
    ] == [
        (100, 20, 5, 115),
        (-100, 5, 20, -115),
    ]
    assert found.debits == found.credits == {"EUR": Money(25)}


def test_books_without_a_posting_have_a_trial_balance(session, party, bank):
    (line,) = queries.trial_balance(session, party, Period.parse("2026")).lines
    assert (line.account.id, line.closing) == (bank, Money(0))


def test_a_statement_tells_each_line_with_its_reason(session, at, party, other_party, bank, payable):
    intent = services.state_intent(
        session, kind="invoice", reference="invoice:7", payer_id=party, payee_id=other_party
    )
    pay(session, "a", bank, payable, 10, at, intent_id=intent, note="huur")
    pay(session, "b", bank, payable, 20, at)
    rows = session.execute(queries.statement(bank)).all()
    assert [
        (entry.amount, entry.balance_after, reference, note, bool(other))
        for entry, _, reference, note, other in rows
    ] == [
        (20, 30, None, None, False),
        (10, 10, "invoice:7", "huur", True),
    ]
    own = queries.booked(session, kind="invoice", reference="invoice:7", party_id=party)
    assert [(line.role, line.amount) for line in own] == [("bank", Money(10)), ("payable", Money(-10))]
    assert queries.booked(session, kind="invoice", reference="invoice:7", party_id=other_party) == []
    assert len(queries.booked(session, kind="invoice", reference="invoice:7", party_id=None)) == 2


def test_a_transfer_shows_only_the_lines_of_ones_own_books(session, at, party, other_party, bank, payable):
    theirs = [open_account(session, party_id=other_party, role=role) for role in (Role.BANK, Role.REVENUE)]
    with atomic(session):
        legs = [Leg(payable, 5), Leg(bank, -5), Leg(theirs[0], 5), Leg(theirs[1], -5)]
        posted = services.post(session, key="k", kind="payment", legs=legs, at=at, note="dank")
        back = services.reverse(session, key="r", transfer_id=posted.transfer_id, at=at)
    own = queries.transfer(session, posted.public_id, party_id=party)
    assert {account.id for account, _, _ in own.lines} == {bank, payable}
    assert (own.note, own.reversed_by, own.ended_by) == ("dank", back.public_id, None)
    assert len(queries.transfer(session, posted.public_id, party_id=None).lines) == 4
    for public_id, reader in ((posted.public_id, 999_999_999), (uuid7(), None)):
        with pytest.raises(TransferUnknown):
            queries.transfer(session, public_id, party_id=reader)


def test_a_reservation_and_its_end_show_what_was_reserved(session, at, party, bank, payable):
    with atomic(session):
        legs = [Leg(payable, 5), Leg(bank, -5)]
        pending = services.pend(session, key="p", kind="payment", legs=legs, at=at)
        ended = services.void(session, key="v", pending_id=pending.transfer_id, at=at)
    assert queries.transfer(session, pending.public_id, party_id=party).ended_by == ended.public_id
    for public_id in (pending.public_id, ended.public_id):
        lines = queries.transfer(session, public_id, party_id=party).lines
        assert [(amount, after) for _, amount, after in lines] == [(Money(5), None), (Money(-5), None)]


def test_keepers_are_those_with_accounts(session, party, other_party, bank):
    kept = [each.id for each in session.scalars(queries.keepers())]
    assert party in kept
    assert other_party not in kept
