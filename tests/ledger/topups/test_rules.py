"""Whatever the order of payments, refunds and disputes, what stands is what is covered."""

from datetime import timedelta
from random import Random

import pytest

from cwb.kernel.money import Money
from ledger.checkout.rules import OrderState
from ledger.topups import rules
from ledger.topups.errors import MethodReturnable, TopUpClosed
from ledger.topups.rules import Standing, Step
from tests.conftest import AT


def test_less_comes_out_of_the_wallet_first_and_more_settles_a_claim_first():
    whole = Standing(100, 0, 0, 0)
    assert rules.step(whole, 100, 7).empty
    assert rules.step(whole, 40, 50) == Step(take=50, claim=10)
    assert rules.step(whole, 40, -5) == Step(claim=60)
    owing = rules.after(whole, Step(take=50, claim=10))
    assert owing == Standing(50, 10, 0, 0)
    assert rules.step(owing, 100, 0) == Step(issue=50, settled=10)
    assert rules.step(Standing(50, 10, 20, 0), 45, 0) == Step(settled=10, found=15)
    assert rules.step(Standing(50, 0, 0, 50), 100, 0) == Step(
        issue=100
    )  # paid twice: it comes into the wallet


def test_after_any_story_what_stands_is_what_is_covered_and_nobody_gains():
    for seed in range(300):
        dice, standing, wallet = Random(seed), Standing(0, 0, 0, 0), 0
        for _ in range(12):
            if dice.random() < 0.4:
                wallet -= dice.randint(0, wallet)  # spent
            want = dice.choice((0, dice.randint(0, 100), 100))
            done = rules.step(standing, want, wallet)
            standing, wallet = rules.after(standing, done), wallet + done.issue - done.take
            if dice.random() < 0.2:
                standing = Standing(standing.issued, 0, standing.lost + standing.owed, standing.repaid)
            assert standing.stands == want, seed
            assert min(standing) >= 0, seed
            assert wallet >= 0, seed


def test_a_payment_covers_what_was_paid_less_what_went_or_goes_back():
    assert rules.wanted(OrderState.PAID, 100, 0, 30) == 70
    assert rules.wanted(OrderState.PART_REFUNDED, 100, 60, 50) == 0
    for state in OrderState:
        if state not in rules.STANDS:
            assert rules.wanted(state, 100, 0, 0) == 0


def test_only_a_final_way_of_paying_counts_and_practice_never_meets_real_money():
    for method in ("ideal", "wero"):
        rules.check_method(method)
    for method in ("card", "sepa_debit", ""):
        with pytest.raises(MethodReturnable):
            rules.check_method(method)
    rules.check_money("acct_practice1", live=False)
    rules.check_money("acct_1Real", live=True)
    for account, live in (("acct_practice1", True), ("acct_1Real", False)):
        with pytest.raises(TopUpClosed):
            rules.check_money(account, live=live)


def test_back_for_fourteen_days_and_no_more_than_is_there():
    def back(state=OrderState.PAID, days=14, there=30):
        return rules.back(50, there, state, AT - timedelta(days=days), AT)

    assert back() == Money(30)
    assert back(there=80) == Money(50)
    assert back(there=-1) == back(days=15) == back(OrderState.DISPUTED) == Money(0)
