"""A payment that was matched or written down by mistake is taken back: invoice, books, ageing and reminders follow."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel import events
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.ageing.queries import ageing, open_items, steps
from ledger.ageing.rules import Side
from ledger.agreements.errors import TextMissing
from ledger.bank import services
from ledger.closing.services import close_period
from ledger.feature import FEATURE
from ledger.invoicing.errors import RefundFirst
from ledger.invoicing.services import credit_invoice
from ledger.payments import errors, queries
from ledger.payments.events import PaymentUndone
from ledger.payments.models import Payment, PaymentUndo
from ledger.payments.services import drop_undo, record_refund
from ledger.reminders.queries import late
from ledger.takeback import services as takeback
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, camt, row

END = date(2026, 12, 31)
LARGE = "200"
"""Hours of which the invoice is above the limit for four eyes."""


def approved(desk, quantity="10"):
    trade = desk.trade
    held = trade.send(trade.draft(quantity))
    trade.approve(held)
    if held.approved_at is None:
        trade.approve(held, actor=trade.colleague)
    return held


def back(desk, payment, actor=None, reason="Verkeerde factuur"):
    trade = desk.trade
    return takeback.take_payment_back(
        trade.session, payment=payment, reason=reason, actor=actor or trade.purchaser, at=trade.at
    )


def state(desk, held):
    desk.trade.session.flush()
    desk.trade.force()
    desk.trade.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    desk.trade.session.refresh(held)
    return held.state.value, held.open, held.paid_on


def books(desk, party):
    found = desk.trade.session.query(Account).filter_by(party_id=party.id)
    return {each.role: each.posted for each in found if each.posted}


def ties(desk):
    """The ageing of both sides says what the accounts say."""
    trade = desk.trade
    both = ((trade.seller, Side.RECEIVABLE), (trade.buyer, Side.PAYABLE))
    found = [ageing(trade.session, party.id, side, END) for party, side in both]
    assert [(each.difference, each.others) for each in found] == [(Money(0), [])] * 2
    return [each.total for each in found]


def test_paid_by_mistake_and_taken_back_an_invoice_is_open_again_in_all_books(desk):
    held = approved(desk)
    before = [books(desk, each) for each in (desk.trade.seller, desk.trade.buyer)]
    heard = []
    listeners = {**FEATURE.listeners, PaymentUndone: [lambda _session, event: heard.append(event.invoice_id)]}
    events.listen(desk.trade.session, listeners)
    paid = desk.trade.pay(held)
    assert state(desk, held)[0] == "paid"
    assert back(desk, paid)
    assert state(desk, held) == ("approved", Money(39_325), None)
    assert [books(desk, each) for each in (desk.trade.seller, desk.trade.buyer)] == before
    assert ties(desk) == [Money(39_325)] * 2
    assert heard == [held.id]
    last = steps(desk.trade.session, desk.trade.seller.id, Side.RECEIVABLE, desk.trade.buyer.id, END)[-1]
    assert (last[0].kind, last[1]) == ("undone", Money(39_325))
    with pytest.raises(errors.AlreadyUndone):
        back(desk, paid)


def test_taken_back_in_part_it_is_partly_paid_and_may_be_paid_again_with_the_same_mark(desk):
    held = approved(desk)
    first = desk.trade.pay(held, "100.00", reference="X")
    desk.trade.pay(held, reference="Y")
    back(desk, first)
    assert state(desk, held)[:2] == ("approved", Money(10_000))
    desk.trade.pay(held, "100.00", reference="X")
    assert state(desk, held)[0] == "paid"


def test_a_payment_of_which_something_was_paid_back_waits_for_that(desk):
    held, trade = approved(desk), desk.trade
    paid = trade.pay(held)
    credit_invoice(
        trade.session, invoice=held, quantities={held.lines[0].id: held.lines[0].quantity}, reason="Niet gedaan",
        actor=trade.member, at=trade.at,
    )  # fmt: skip
    refund = record_refund(
        trade.session, invoice=held, amount=Money(39_325), paid_on=date(2026, 9, 1), reference="", key="r",
        actor=trade.purchaser, at=trade.at,
    )  # fmt: skip
    assert state(desk, held)[0] == "credited"
    with pytest.raises(RefundFirst), trade.session.begin_nested():
        back(desk, paid)
    back(desk, refund)
    assert state(desk, held)[:2] == ("paid", Money(-39_325))
    back(desk, paid)
    assert state(desk, held)[:2] == ("credited", Money(0))


def test_above_the_limit_a_colleague_confirms_and_what_was_only_asked_may_be_dropped(desk):
    held, trade = approved(desk, LARGE), desk.trade
    paid = trade.pay(held)
    assert not back(desk, paid)
    assert state(desk, held)[0] == "paid"
    with pytest.raises(errors.ColleagueConfirms):
        back(desk, paid)
    drop_undo(trade.session, payment=paid)
    assert queries.asked_undos(trade.session, [paid.id]) == {}
    assert not back(desk, paid)
    assert back(desk, paid, trade.colleague)
    assert state(desk, held)[0] == "approved"
    with pytest.raises(errors.AlreadyUndone):
        drop_undo(trade.session, payment=paid)


def test_a_match_of_the_bank_is_taken_back_with_a_reason_and_the_entry_waits_and_may_be_booked_anew(desk):
    held, trade = approved(desk), desk.trade
    desk.take(camt("S1", "0.00", "393.25", row("393.25", held.payment_reference, ref="A")))
    (paid,) = trade.session.scalars(select(Payment))
    with pytest.raises(errors.OnStatement):
        back(desk, paid)
    facts = {"actor": trade.member, "at": trade.at}
    with pytest.raises(TextMissing):
        takeback.take_back(trade.session, entry=desk.entry(), **facts)
    assert takeback.take_back(trade.session, entry=desk.entry(), reason="Andere klant", **facts)
    assert (state(desk, held)[0], desk.entry().state.value) == ("approved", "open")
    services.choose_invoice(trade.session, entry=desk.entry(), number=held.number, **facts)
    assert (state(desk, held)[0], desk.entry().state.value) == ("paid", "booked")
    assert ties(desk) == [Money(0)] * 2


def test_what_was_known_before_the_bank_told_of_it_stays_paid(desk):
    held, trade = approved(desk), desk.trade
    trade.pay(held)
    desk.take(camt("S1", "0.00", "393.25", row("393.25", held.payment_reference, ref="A")))
    assert desk.bookings() == [("payment", 39_325, "known")]
    takeback.take_back(trade.session, entry=desk.entry(), actor=trade.member, at=trade.at)
    assert (state(desk, held)[0], desk.entry().state.value) == ("paid", "open")


def test_where_the_other_bank_told_of_it_too_that_entry_waits_again(desk):
    held, trade = approved(desk), desk.trade
    desk.take(camt("S1", "0.00", "393.25", row("393.25", held.payment_reference, ref="A")))
    desk.take(
        camt(
            "B1",
            "0.00",
            "-393.25",
            row("-393.25", held.payment_reference, ref="B", iban=SELLERS),
            iban=BUYERS,
        )
    )
    first, second = desk.rows()
    assert second.twin_id == first.id
    facts = {"actor": trade.member, "at": trade.at, "reason": "Andere factuur"}
    takeback.take_back(trade.session, entry=desk.entry(0), **facts)
    assert [each.state.value for each in desk.rows()] == ["open", "open"]
    assert state(desk, held)[0] == "approved"


def test_above_the_limit_a_match_waits_for_a_second_person(desk):
    held, trade = approved(desk, LARGE), desk.trade
    amount = held.total.plain()
    desk.take(camt("S1", "0.00", amount, row(amount, held.payment_reference, ref="A")))
    facts = {"at": trade.at, "reason": "Andere klant"}
    assert not takeback.take_back(trade.session, entry=desk.entry(), actor=trade.member, **facts)
    assert (state(desk, held)[0], desk.entry().state.value) == ("paid", "booked")
    other = replace(trade.member, user_id=trade.partner_member.user_id)
    assert takeback.take_back(trade.session, entry=desk.entry(), actor=other, **facts)
    assert (state(desk, held)[0], desk.entry().state.value) == ("approved", "open")


def test_money_ahead_goes_with_the_payment_it_came_with(desk):
    held, trade = approved(desk), desk.trade
    desk.take(camt("S1", "0.00", "400.00", row("400.00", held.payment_reference, ref="A")))
    assert books(desk, trade.seller)["advance_received"] == -675
    facts = {"actor": trade.member, "at": trade.at, "reason": "Andere klant"}
    takeback.take_back(trade.session, entry=desk.entry(), **facts)
    assert "advance_received" not in books(desk, trade.seller)
    assert "bank" not in books(desk, trade.seller)


def test_in_a_closed_period_the_opposite_counts_on_the_first_open_day(desk):
    trade = desk.trade
    held = approved(desk)
    trade.session.execute(text("SELECT 1"))
    paid = trade.pay(held, paid_on=date(2026, 9, 1))
    later = trade.at.replace(month=10, day=5)
    period = Period.parse("2026-09-01/2026-10-01")
    close_period(trade.session, party_id=trade.buyer.id, period=period, actor=trade.purchaser, at=later)
    takeback.take_payment_back(trade.session, payment=paid, reason="Fout", actor=trade.purchaser, at=later)
    assert state(desk, held)[0] == "approved"
    on = [
        bool(open_items(trade.session, trade.buyer.id, Side.PAYABLE, day)) for day in (date(2026, 9, 30), END)
    ]
    assert on == [False, True]
    assert ties(desk) == [Money(39_325)] * 2


def test_late_interest_runs_on_as_if_it_was_never_paid(desk):
    held, trade = approved(desk), desk.trade
    never = late(trade.session, [held], END)[held.id]
    paid = trade.pay(held)
    assert late(trade.session, [held], END)[held.id] is None
    back(desk, paid)
    trade.session.refresh(held)
    assert late(trade.session, [held], END)[held.id] == never
    assert never is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment SET undone_at = NULL", "UPDATE payment SET amount = amount + 1",
        "UPDATE payment_undo SET reason = 'x'", "DELETE FROM payment_undo", "DELETE FROM payment",
        "UPDATE invoice SET state = 'paid'",
    ],
)  # fmt: skip
def test_the_database_keeps_what_was_taken_back(desk, statement):
    back(desk, desk.trade.pay(approved(desk)))
    with pytest.raises(DatabaseError), desk.trade.session.begin_nested():
        desk.trade.force(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment SET undone_at = now()",
        "UPDATE invoice SET state = 'approved'",
        "UPDATE invoice SET state = 'approved', paid_amount = 0, paid_on = NULL",
    ],
)
def test_the_database_takes_nothing_back_without_a_reason_and_a_transfer(desk, statement):
    desk.trade.pay(approved(desk))
    with pytest.raises(DatabaseError), desk.trade.session.begin_nested():
        desk.trade.force(statement)


def test_two_people_are_two_in_the_database_too(desk):
    paid = desk.trade.pay(approved(desk, LARGE))
    back(desk, paid)
    asked = desk.trade.session.get_one(PaymentUndo, paid.id)
    with pytest.raises(DatabaseError), desk.trade.session.begin_nested():
        desk.trade.force(
            "UPDATE payment_undo SET done_by_id = asked_by_id, done_at = now(), transfer_id = :t",
            t=paid.transfer_id,
        )
    assert asked.two
