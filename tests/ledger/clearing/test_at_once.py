"""A round beside other acts: whole, once, or not at all."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cwb.kernel.money import Money
from ledger.clearing import queries, services
from ledger.clearing.models import ClearingRound
from ledger.invoicing.models import Invoice
from ledger.payments.models import Payment
from ledger.payments.services import record_payment
from tests.conftest import AT
from tests.ledger.clearing.test_services import Loops

pytestmark = pytest.mark.slow


def test_a_round_is_whole_or_nothing_beside_a_payment_a_second_click_and_a_crash(
    at_once, build_trade, monkeypatch
):
    with at_once.atomic() as session:
        loops = Loops(build_trade(session, AT))
        for pair, hours in (("AB", "10"), ("BC", "8"), ("CA", "7")):
            loops.owe(*pair, hours)
        loops.join()
        held = loops.begin()
        loops.say(held)
        number, owed, actor, at = held.public_id, loops.owed["CA"].id, loops.trade.colleague, loops.at

    def carry_out(session):
        found = queries.round_of(session, number)
        return services.carry_out(session, held=found, actor=actor, at=at).cleared_amount

    def pay(session):
        invoice = session.get_one(Invoice, owed)
        return record_payment(
            session, invoice=invoice, amount=Money(20_000), paid_on=at.date(), reference="", key="bank:1",
            actor=replace(actor), at=at,
        ).amount  # fmt: skip

    with monkeypatch.context() as broken:
        broken.setattr(services, "_tell_outcome", lambda *_: 1 / 0)
        assert at_once.run(carry_out) == ["ZeroDivisionError"]
    with at_once.sessions() as session:
        assert session.scalars(select(Payment.id)).all() == []
        assert session.scalars(select(ClearingRound.state)).all() == ["asked"]

    first, second, paid = at_once.run(carry_out, carry_out, pay)
    cleared = next(each for each in (first, second) if isinstance(each, int))
    assert {first, second} == {cleared, "RoundDone"}
    assert (cleared, paid) in {(82_584, "PaymentAboveOpen"), (82_584, "AlreadyPaid"), (22_584, 20_000)}
    with at_once.sessions() as session:
        assert session.get_one(Invoice, owed).open == Money(0)
