"""A code at the staff desk: for whom, with whom, how often and how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.passkeys.models import Passkey
from cwb.sign_in.models import UserSession
from cwb.sign_in.services import open_session
from ledger.pins import queries as pins
from ledger.pins import services as pin_services
from ledger.pins.rules import Outcome
from ledger.recovery import errors, queries, rules, services
from ledger.recovery.rules import Checked


class Desk:
    def __init__(self, circle):
        self.circle, self.session, self.user = circle, circle.session, circle.user

    def give(self, lost=False, **more):
        facts = {"user": self.user} | self.circle.facts() | more
        return services.give(self.session, checked=Checked.CARD, lost=lost, **facts)

    def tried(self, code, at=None):
        return services.try_code(self.session, user_id=self.user.id, typed=code, at=at or self.circle.at)

    def use(self, right, at=None, pin="27182"):
        facts = {"user_id": self.user.id, "pin": pin, "again": pin, "at": at or self.circle.at}
        services.use(self.session, right=right, **facts)


@pytest.fixture
def desk(circle):
    return Desk(circle)


def test_with_the_code_somebody_chooses_a_new_pin_once(desk):
    pin_services.put(desk.session, user_id=desk.user.id, pin="31415", by_id=desk.user.id, at=desk.circle.at)
    given = desk.give()
    assert given.code not in given.recovery.code_hash
    assert desk.tried(given.code.lower())
    desk.use(True)
    tried = pin_services.try_pin(desk.session, user_id=desk.user.id, pin="27182", at=desk.circle.at)
    assert tried.outcome is Outcome.RIGHT
    assert not desk.tried(given.code)
    with pytest.raises(errors.CodeWrong):
        desk.use(True)


def test_a_code_ends_after_five_wrong_ones_a_day_or_a_newer_one(desk):
    one, other = desk.give().code, desk.give().code
    assert not desk.tried(one)
    later = desk.circle.at + rules.LIFE
    assert desk.tried(other, later - timedelta(seconds=1))
    assert not desk.tried(other, later)
    for _ in range(rules.TRIES - 1):
        assert not desk.tried(one)
    assert not desk.tried(other)
    with pytest.raises(errors.CodeWrong):
        desk.use(True)


def test_a_typing_error_costs_no_try(desk):
    code = desk.give().code
    for wrong in ("", "nonsense", code[:-1], code[::-1][:8]):
        if wrong != code:
            desk.tried(wrong)
    assert queries.latest(desk.session, desk.user.id).tries <= 1
    assert desk.tried(code)


def test_a_lost_phone_is_shut_at_once(desk):
    open_session(desk.session, user=desk.user, at=desk.circle.at)
    desk.session.add(
        Passkey(
            user_id=desk.user.id,
            credential_id=b"1",
            public_key=b"2",
            sign_count=0,
            name="t",
            made_at=desk.circle.at,
        )
    )
    pin_services.put(desk.session, user_id=desk.user.id, pin="31415", by_id=desk.user.id, at=desk.circle.at)
    desk.give(lost=True)
    assert desk.session.query(UserSession).filter_by(user_id=desk.user.id).count() == 0
    assert desk.session.query(Passkey).filter_by(user_id=desk.user.id).count() == 0
    assert pins.find_pin(desk.session, desk.user.id) is None


def test_above_an_amount_a_second_person_looks_along(desk, trade):
    desk.circle.issue(desk.circle.mine, "100.01")
    given = desk.give()
    assert given.recovery.needs_second
    assert desk.tried(given.code)
    with pytest.raises(errors.SecondMissing):
        desk.use(True)
    agree = {"public_id": given.recovery.public_id, "at": desk.circle.at}
    with pytest.raises(errors.SecondPerson):
        services.agree(desk.session, actor=desk.circle.actor, **agree)
    with pytest.raises(errors.SecondPerson):  # the person themselves
        services.agree(desk.session, actor=replace(desk.circle.actor, user_id=desk.user.id), **agree)
    services.agree(desk.session, actor=trade.colleague, **agree)
    with pytest.raises(errors.NotWaiting):
        services.agree(desk.session, actor=trade.colleague, **agree)
    desk.use(True)


def test_what_little_is_there_needs_no_second_and_nobody_helps_themselves(desk):
    desk.circle.issue(desk.circle.mine, "100.00")
    assert not desk.give().recovery.needs_second
    with pytest.raises(errors.OwnPhone):
        desk.give(actor=replace(desk.circle.actor, user_id=desk.user.id))


def test_the_database_keeps_who_helped_whom(desk):
    given = desk.give()
    for change in (
        "made_by_id = user_id",
        "code_hash = 'x'",
        "tries = tries - 1",
        "second_by_id = made_by_id, second_at = now()",
        "needs_second = NOT needs_second",
        "expires_at = made_at + interval '25 hours'",
    ):
        with pytest.raises(DatabaseError), desk.session.begin_nested():
            desk.session.execute(text(f"UPDATE wallet_recovery SET {change}"))
    desk.use(desk.tried(given.code))
    for change in ("UPDATE wallet_recovery SET used_at = NULL", "DELETE FROM wallet_recovery"):
        with pytest.raises(DatabaseError), desk.session.begin_nested():
            desk.session.execute(text(change))
