"""One transfer for several receipts of a member: proposed where the sum fits, chosen by hand, and never too much."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.bank.services import add_account
from ledger.receipts import errors, queries, rules, services
from ledger.receipts.rules import MOST_TOGETHER, PaidBy, is_near, together
from ledger.takeback.services import take_back
from tests.ledger.bankdesk.conftest import SELLERS, Desk, camt, row
from tests.ledger.receipts.test_receipts import DAY, books, bring, picture

SIXTY = {"high": Money(6_050), "low": Money(0), "none": Money(0)}


def test_sets_of_two_or_more_that_make_the_amount_in_their_order():
    assert together(12_100, [6_050, 6_050]) == [(0, 1)]
    assert together(100, [60, 40, 40]) == [(0, 1), (0, 2)]
    assert together(100, [100]) == []
    assert together(100, [99, 2]) == []
    assert together(6, [1, 2, 3]) == [(0, 1, 2)]


def test_of_very_many_only_all_together_or_the_first_ones_and_never_more_than_are_shown():
    many = [1] * (MOST_TOGETHER + 8)
    assert together(len(many), many) == [tuple(range(len(many)))]
    assert len(together(3, many)) == rules.MOST_WAYS
    assert together(MOST_TOGETHER + 1, many) == []


@pytest.mark.parametrize(
    ("paid", "near"), [(-4, False), (-3, True), (60, True), (80, True), (90, True), (141, False)]
)
def test_a_receipt_is_near_from_when_it_was_bought_until_long_after_it_was_brought(paid, near):
    bought, brought = date(2026, 6, 1), date(2026, 8, 20)
    assert is_near(bought + timedelta(days=paid), bought_on=bought, brought_on=brought) is near


@pytest.fixture
def till(trade):
    """The seller's bank."""
    made = Desk(trade)
    add_account(
        trade.session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
    )
    return made


def paid(till, amount="121.00"):
    """A transfer to a member."""
    till.take(camt("S1", "0.00", f"-{amount}", row(f"-{amount}", ref="A", name="Lid")))
    return till.entry()


def two(trade, **facts):
    """Two receipts of € 60.50 of one member, one of them old and brought only now."""
    first = bring(trade, **SIXTY, bought_on=DAY - timedelta(days=75), supplier="Oud", **facts)
    return [first, bring(trade, **SIXTY, supplier="Nieuw", photo=picture(side=3), **facts)]


def sets(trade, entry):
    """What is proposed together."""
    found = queries.like(trade.session, trade.seller.id, [entry]).get(entry.id, queries.Like())
    return [[each.supplier for each in those] for those in found.sets]


def test_two_receipts_of_one_member_are_proposed_and_booked_with_the_transfer(trade, till):
    those, entry = two(trade), paid(till)
    assert sets(trade, entry) == [["Oud", "Nieuw"]]
    services.paid_together(trade.session, receipts=those, entry=entry, actor=trade.member, at=trade.at)
    assert all(queries.is_paid(trade.session, each) for each in those)
    assert books(trade)["bank"] == -12_100
    assert books(trade).get("payable", 0) == 0
    with pytest.raises(errors.AlreadyPaidBack):
        services.paid_together(trade.session, receipts=those, entry=entry, actor=trade.member, at=trade.at)


def test_what_two_members_advanced_or_the_pass_paid_is_not_one_set(trade, till):
    bring(trade, **SIXTY)
    bring(trade, **SIXTY, supplier="Ander", actor=trade.partner_member, photo=picture(side=3))
    bring(trade, **SIXTY, supplier="Pas", paid_by=PaidBy.BANK, photo=picture(side=8))
    assert sets(trade, paid(till)) == []


def test_more_than_one_set_is_said(trade, till):
    two(trade)
    bring(trade, **SIXTY, supplier="Derde", photo=picture(side=8))
    assert sets(trade, paid(till)) == [["Oud", "Nieuw"], ["Oud", "Derde"], ["Nieuw", "Derde"]]


def test_another_sum_books_nothing_and_the_database_holds_it(trade, till):
    those, entry = two(trade), paid(till, "60.50")
    facts = {"actor": trade.member, "at": trade.at}
    with pytest.raises(errors.SumDiffers):
        services.paid_together(trade.session, receipts=those, entry=entry, **facts)
    services.paid_together(trade.session, receipts=those[:1], entry=entry, **facts)
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.session.execute(text(f"UPDATE receipt SET entry_id = {entry.id}"))


def test_taken_back_all_wait_again_and_other_receipts_may_take_their_place(trade, till):
    those, entry = two(trade), paid(till)
    facts = {"actor": trade.member, "at": trade.at}
    services.paid_together(trade.session, receipts=those, entry=entry, **facts)
    take_back(trade.session, entry=entry, **facts)
    assert not any(queries.is_paid(trade.session, each) for each in those)
    third = bring(trade, **(SIXTY | {"high": Money(12_100)}), supplier="Derde", photo=picture(side=8))
    services.paid_by_entry(trade.session, receipt=third, entry=entry, **facts)
    assert [queries.is_paid(trade.session, each) for each in (*those, third)] == [False, False, True]


def test_from_the_entry_to_the_choice_on_the_page(trade, till, sign_in):
    those, entry = two(trade), paid(till)
    board = sign_in(Role.BOARD, trade.seller)
    place = f"/receipts/together/{entry.public_id}"
    page = board.get(f"/bank/entries/{entry.public_id}").text
    assert ("Bonnen die samen dit bedrag zijn" in page, f"{place}?pick=" in page) == (True, True)
    assert "Bonnen van" in board.get("/bank/work").text
    picked = "&".join(f"pick={each.public_id}" for each in those)
    assert board.get(f"{place}?{picked}").text.count(" checked") == 2
    refused = board.post(place, data={"chosen": [str(those[0].public_id)]})
    assert (refused.status_code, "Samen is dit" in refused.text) == (422, True)
    assert board.post(place, data={"chosen": ["x"]}).status_code == 422
    done = board.post(place, data={"chosen": [str(each.public_id) for each in those]})
    assert done.status_code == 303
    assert board.get(place).status_code == 303
    assert sign_in(Role.BOARD, trade.partner).get(place).status_code == 404
