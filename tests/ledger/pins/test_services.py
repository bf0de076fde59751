"""Choosing and trying a PIN, in the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.identity.events import UserErased
from ledger.pins import errors, queries, services
from ledger.pins.rules import TRIES, Outcome, Tried

UNSET = Tried(Outcome.UNSET)


@pytest.fixture
def own(trade):
    def choose(pin="27182", old=UNSET, **more):
        facts = {"again": pin, "opened_at": trade.at, "at": trade.at} | more
        services.choose(trade.session, user_id=trade.member.user_id, pin=pin, old=old, **facts)

    return choose


def tried(trade, pin):
    return services.try_pin(trade.session, user_id=trade.member.user_id, pin=pin, at=trade.at)


def test_only_a_hash_is_kept_and_the_right_digits_fit_it(trade, own):
    assert tried(trade, "27182") == UNSET
    own()
    assert queries.find_pin(trade.session, trade.member.user_id).pin_hash.startswith("$argon2id$")
    assert tried(trade, "27182") == Tried(Outcome.RIGHT)
    assert tried(trade, "27183") == Tried(Outcome.WRONG, 4)
    assert tried(trade, "") == Tried(Outcome.EMPTY, 4)
    assert tried(trade, "27182") == Tried(Outcome.RIGHT)
    assert tried(trade, "27183") == Tried(Outcome.WRONG, 4)  # a right one begins anew


def test_after_five_wrong_tries_not_even_the_right_one_works(trade, own):
    own()
    outcomes = [tried(trade, "31415").outcome for _ in range(TRIES)]
    assert outcomes == [Outcome.WRONG] * 4 + [Outcome.LOCKED]
    assert tried(trade, "27182") == Tried(Outcome.LOCKED, 0)
    with pytest.raises(errors.PinLocked):
        own("31415", old=tried(trade, "27182"))


def test_another_pin_is_chosen_by_who_knows_the_old_one(trade, own):
    own()
    for old, fault in ((UNSET, errors.OldPinNeeded), (Tried(Outcome.WRONG, 4), errors.PinWrong)):
        with pytest.raises(fault):
            own("31415", old=old)
    with pytest.raises(errors.PinsDiffer):
        own("31415", old=Tried(Outcome.RIGHT), again="31416")
    own("31415", old=Tried(Outcome.RIGHT))
    assert tried(trade, "31415").outcome is Outcome.RIGHT


def test_the_database_keeps_the_count_and_no_bare_digits(trade, own):
    own()
    for change in ("tries = 6", "tries = -1", "pin_hash = '27182'"):
        with pytest.raises(DatabaseError), trade.session.begin_nested():
            trade.session.execute(text(f"UPDATE wallet_pin SET {change}"))


def test_it_goes_with_the_account(trade, own):
    own()
    services.hear_erased(trade.session, UserErased(trade.member.user_id, None, trade.at))
    assert queries.find_pin(trade.session, trade.member.user_id) is None


@pytest.mark.slow
def test_twelve_guesses_at_once_are_five(at_once, build_trade, at):
    with at_once.atomic() as session:
        user_id = build_trade(session, at).member.user_id
        services.put(session, user_id=user_id, pin="27182", by_id=user_id, at=at)
    answers = at_once.run(
        *[
            lambda session: services.try_pin(session, user_id=user_id, pin="31415", at=at).outcome
            for _ in range(12)
        ]
    )
    assert answers.count(Outcome.WRONG) == TRIES - 1
    assert answers.count(Outcome.LOCKED) == 12 - TRIES + 1
