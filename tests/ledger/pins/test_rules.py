"""When a payment is confirmed, and which PINs are none."""

from datetime import timedelta

import pytest

from cwb.kernel.money import Money
from ledger.pins import errors, rules
from ledger.pins.rules import Hand, How, Outcome, Tried

ABOVE = Money(25_00)


@pytest.mark.parametrize(
    ("amount", "before", "asked"),
    [(25_00, 0, False), (25_01, 0, True), (25_00, 25_00, False), (25_00, 25_01, True), (1, 50_00, True)],
)
def test_a_pin_is_asked_above_the_amount_and_above_twice_of_it_in_a_day(amount, before, asked):
    assert rules.needed(Money(amount), Money(before), ABOVE) is asked


def test_nothing_small_means_that_everything_is_asked():
    assert rules.needed(Money(1), Money(0), Money(0))


@pytest.mark.parametrize(
    ("tried", "fault"),
    [
        (Tried(Outcome.EMPTY), errors.PinMissing),
        (Tried(Outcome.UNSET), errors.PinNotSet),
        (Tried(Outcome.WRONG, 3), errors.PinWrong),
        (Tried(Outcome.LOCKED, 0), errors.PinLocked),
    ],
)
def test_what_is_not_confirmed_is_refused_and_a_wrong_pin_refuses_a_small_payment_too(tried, fault):
    with pytest.raises(fault):
        rules.check_hand(Hand(How.NONE, ABOVE, tried), Money(26_00), Money(0))
    small = (Money(1_00), Money(0))
    if tried.outcome in {Outcome.EMPTY, Outcome.UNSET}:
        rules.check_hand(Hand(How.NONE, ABOVE, tried), *small)
    else:
        with pytest.raises(fault):
            rules.check_hand(Hand(How.NONE, ABOVE, tried), *small)


@pytest.mark.parametrize("how", [How.PIN, How.PASSKEY])
def test_what_is_confirmed_may_be_any_amount(how):
    rules.check_hand(Hand(how, ABOVE), Money(10**12), Money(10**12))


@pytest.mark.parametrize("pin", ["", "1234", "123456", "12a45", "١٢٣٤٦", "12 45", "²2222"])
def test_five_digits_are_five_digits(pin):
    with pytest.raises(errors.PinBad):
        rules.check_pin(pin)


@pytest.mark.parametrize("pin", ["00000", "12345", "98765", "56789"])
def test_what_everybody_guesses_is_none(pin):
    with pytest.raises(errors.PinEasy):
        rules.check_pin(pin)
    rules.check_pin("12435")


def test_a_finder_of_an_open_phone_chooses_no_first_pin(at):
    rules.check_fresh(at - rules.FRESH, at)
    with pytest.raises(errors.SignInAgain):
        rules.check_fresh(at - rules.FRESH - timedelta(seconds=1), at)
