import pytest
from sqlalchemy import select

from cwb.kernel.transaction import atomic
from ledger.accounts import services
from ledger.accounts.errors import (
    AccountClosed,
    AccountNotEmpty,
    AccountUnknown,
    CurrencyUnknown,
    LimitsInvalid,
    NameInvalid,
    PartyUnknown,
)
from ledger.accounts.models import Account, Currency
from ledger.accounts.rules import Role
from ledger.books.rules import Leg
from ledger.books.services import post


def move(session, at, key, debit, credit, amount):
    with atomic(session):
        return post(session, key=key, kind="payment", legs=[Leg(debit, amount), Leg(credit, -amount)], at=at)


def test_opening_twice_gives_one_account(session, party):
    first = services.open_account(session, party_id=party, role=Role.RECEIVABLE, subkey="party:7")
    again = services.open_account(session, party_id=party, role=Role.RECEIVABLE, subkey="party:7", floor=0)
    assert first == again
    row = session.get(Account, first)
    assert (row.kind, row.posted, row.floor) == ("asset", 0, None)


def test_role_currency_and_subkey_tell_accounts_apart(session, party, other_party):
    services.open_currency(session, code="KRE", name="Krediet", scale=2, kind="mutual")
    opened = {
        services.open_account(session, party_id=party, role=Role.WALLET),
        services.open_account(session, party_id=party, role=Role.WALLET, currency="KRE"),
        services.open_account(session, party_id=party, role=Role.WALLET, subkey="x"),
        services.open_account(session, party_id=other_party, role=Role.WALLET),
    }
    assert len(opened) == 4


def test_opening_a_currency_again_changes_nothing(session):
    services.open_currency(session, code="EUR", name="Anders", scale=0, kind="mutual")
    assert session.execute(select(Currency.name, Currency.scale).where(Currency.code == "EUR")).one() == (
        "Euro",
        2,
    )


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"currency": "QQQ"}, CurrencyUnknown),
        ({"party_id": 999_999_999}, PartyUnknown),
        ({"floor": 5}, LimitsInvalid),
        ({"ceiling": -5}, LimitsInvalid),
        ({"subkey": "k" * 121}, NameInvalid),
    ],
)
def test_an_account_that_cannot_be_opened(session, party, facts, refusal):
    with pytest.raises(refusal), atomic(session):
        services.open_account(session, **({"party_id": party, "role": Role.BANK} | facts))
    assert session.scalar(select(Account.id).where(Account.party_id == party)) is None


def test_limits_move_within_what_the_balance_allows(session, at, bank, payable):
    move(session, at, "k", bank, payable, 500)
    services.change_limits(session, account_id=bank, floor=0, ceiling=500)
    with pytest.raises(LimitsInvalid), atomic(session):
        services.change_limits(session, account_id=bank, floor=None, ceiling=499)
    with pytest.raises(LimitsInvalid):
        services.change_limits(session, account_id=bank, floor=2, ceiling=1)
    with pytest.raises(AccountUnknown):
        services.change_limits(session, account_id=999_999_999, floor=None, ceiling=None)


def test_a_closed_account_takes_nothing_and_stays_closed(session, at, bank, payable):
    move(session, at, "in", bank, payable, 500)
    with pytest.raises(AccountNotEmpty):
        services.close_account(session, account_id=bank, at=at)
    move(session, at, "out", payable, bank, 500)
    for _ in range(2):
        with atomic(session):
            services.close_account(session, account_id=bank, at=at)
    with pytest.raises(AccountClosed):
        move(session, at, "late", bank, payable, 1)
    with pytest.raises(AccountUnknown):
        services.change_limits(session, account_id=bank, floor=None, ceiling=None)
    with pytest.raises(AccountUnknown):
        services.close_account(session, account_id=999_999_999, at=at)
