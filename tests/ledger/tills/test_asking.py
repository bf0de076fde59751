"""A payer sees what was paid, asks it back once, and reads the answer; the board reads why and until when."""

from datetime import timedelta

import pytest

from cwb.kernel.money import Money
from ledger.checkout.models import PaymentIssue
from ledger.checkout.rules import OrderState
from ledger.tills import rules
from ledger.tills.errors import AskedBefore, NotToAsk
from tests.conftest import AT
from tests.ledger.tills.test_views import board, home, member, practise, start  # noqa: F401 (fixtures)


def test_what_may_be_asked_back():
    def may(state=OrderState.PAID, kind="dues_paid_online", rest=1, days=60, *, debit=False):
        return rules.may_ask(state, kind, Money(rest), AT - timedelta(days=days), AT, debit=debit)

    assert may()
    assert may(OrderState.PART_REFUNDED)
    assert not any((
        may(OrderState.DISPUTED), may(OrderState.CREATED), may(kind="voucher_topped_up"), may(rest=0), may(days=61),
        may(debit=True),
    ))  # fmt: skip
    rules.check_ask(True, False)
    with pytest.raises(AskedBefore):
        rules.check_ask(True, True)
    with pytest.raises(NotToAsk):
        rules.check_ask(False, False)


def test_a_member_asks_once_and_reads_the_answer(session, member, board, sign_in):  # noqa: F811
    page = start(member)
    assert member.get(f"{page}/ask-back").status_code == 303  # nothing is paid yet
    practise(member, page, "now")
    listed = member.get("/online-payments/mine").text
    assert "12,50" in listed
    assert page in listed
    assert "12.50" in member.get("/online-payments/mine.csv").text
    assert "12,50" not in board.get("/online-payments/mine").text  # the board did not pay
    assert "Vraag dit terug" in member.get(page).text
    assert "Vraag dit terug" not in board.get(page).text
    assert board.post(f"{page}/ask-back", data={"why": "Dat wil ik"}).status_code == 409
    assert member.post(f"{page}/ask-back", data={"why": "x"}).status_code == 422
    assert member.post(f"{page}/ask-back", data={"why": "Ik betaalde dubbel"}).status_code == 303
    assert "Het bestuur kijkt ernaar" in member.get(page).text
    assert member.post(f"{page}/ask-back", data={"why": "Nog eens"}).status_code == 409
    assert "Ik betaalde dubbel" in board.get("/online-payments").text
    point = session.query(PaymentIssue).one()
    board.post(f"/online-payments/issues/{point.public_id}", data={"note": "Nee: u was het schuldig."})
    assert "u was het schuldig" in member.get(page).text


def test_the_board_reads_on_the_payment_until_when_it_may_answer_the_bank(session, member, board):  # noqa: F811
    page = start(member)
    checkout = practise(member, page, "now")
    answer = member.post(checkout, data={"how": "dispute"})
    member.get(answer.location)
    assert "Laatste dag om te antwoorden" in board.get(page).text
    assert "Laatste dag" not in member.get(page).text
