"""An invoice made here and its parts in files: whatever comes and goes, and in any order, it counts once."""

from itertools import permutations
from random import Random

import pytest

from cwb.kernel.policy import Role
from ledger.conflicts import queries as conflicts
from ledger.conflicts.errors import ConflictDecided
from ledger.conflicts.services import decide
from ledger.repeats.queries import comes_back
from ledger.spend.models import SpendImport
from ledger.spend.services import record_invoice
from ledger.uploads.queries import effects

WHOLE, FIRST, REST = 32_500, 20_000, 12_500
FILES = {"A": (FIRST,), "B": (FIRST, REST), "C": (REST,)}
"""The parts of each file, in cents."""


def orders(*names):
    """All orders of approving the invoice, booking these files and taking each back after it was booked."""
    acts = ["I", *names, *(f"-{name}" for name in names)]
    return [
        order
        for order in permutations(acts)
        if all(order.index(name) < order.index(f"-{name}") for name in names)
    ]


@pytest.fixture
def act(session, trade, spend, book, take_back):
    """Do one act; what it was announced to change, in cents, if it was."""
    sent = trade.send()
    facts = {"number": sent.number, "supplier_kvk_number": trade.seller.kvk_number}
    parts = {
        cents: spend.line(trade.seller.name, f"{cents / 100:.2f}", description=str(cents), **facts)
        for cents in (FIRST, REST)
    }
    whole = spend.line(trade.seller.name, "325.00", sent.number)
    session.flush()
    invoice_id = sent.id

    def act(name, made):
        if name == "I":
            record_invoice(
                session, anchor=trade.buyer, seller=trade.seller, line=whole, invoice_id=invoice_id, at=spend.at
            )  # fmt: skip
            return None
        if name in FILES:
            lines = [parts[cents] for cents in FILES[name]]
            made[name] = book(*lines, name=f"{name}.csv", anchor=trade.buyer).id
            return None
        one = session.get_one(SpendImport, made.pop(name[1:]))
        goes = sum(each.net for each in effects(session, one.id))
        comes = sum(net for *_, net in comes_back(session, one.anchor_id, one.id))
        take_back(one)
        return comes - goes

    return act


@pytest.fixture
def play(session, trade, act, counts):
    """Do these acts one after the other, and look at what counts after each; all is undone then."""

    def played(order, made):
        approved, before = False, 0
        for name in order:
            announced, approved = act(name, made), approved or name == "I"
            held, found = sum({cents for file in made for cents in FILES[file]}), counts()
            assert announced is None or found == before + announced, (order, name)
            if not approved:
                assert found == held or {"A", "C"} <= set(order), (order, name)
            elif held in (0, WHOLE):
                assert found == WHOLE, (order, name)
                assert conflicts.clashes(session, trade.buyer.id) == [], (order, name)
            else:
                assert found in (WHOLE, held), (order, name)
            before = found

    def play(order):
        undo = session.begin_nested()
        try:
            played(order, {})
        finally:
            undo.rollback()
            session.expire_all()

    return play


def test_two_files_in_all_orders(play):
    for order in orders("A", "B"):
        play(order)


def test_three_files_in_some_orders(play):
    another_amount = [
        ("A", "C", "-A", "I", "-C"),
        ("A", "C", "I", "-A", "-C"),
        ("C", "A", "I", "B", "-A", "-B"),
    ]
    for order in [*another_amount, *Random(5).sample(orders("A", "B", "C"), 8)]:
        play(order)


def test_a_question_about_a_part_closes_when_the_whole_came_and_opens_when_it_went(
    session, trade, spend, book, counts, take_back, make_user, sign_in
):
    sent = trade.approve(trade.send())
    facts = {"supplier_kvk_number": trade.seller.kvk_number}
    first, rest = (
        spend.line(trade.seller.name, euros, sent.number, **facts) for euros in ("200.00", "125.00")
    )
    book(first, anchor=trade.buyer)
    (asked,) = conflicts.clashes(session, trade.buyer.id)
    whole = book(first, rest, name="b.csv", anchor=trade.buyer)
    assert (counts(), conflicts.clashes(session, trade.buyer.id)) == (WHOLE, [])
    answer = {"anchor": trade.buyer, "clash": asked.public_id, "actor_id": make_user().id, "at": spend.at}
    with pytest.raises(ConflictDecided):
        decide(session, same=False, reason="twee aankopen", **answer)
    session.commit()
    buyer = sign_in(Role.PURCHASER, trade.buyer)
    assert "misschien dubbel zijn" not in buyer.get("/").text
    closed = buyer.get(f"/spend/conflicts/{asked.public_id}", follow_redirects=True)
    assert "Hierover hoeft u niet meer te beslissen." in closed.text
    take_back(session.merge(whole))
    assert [each.waiting for each in conflicts.clashes(session, trade.buyer.id)] == [FIRST]
    decide(session, same=False, reason="twee aankopen", **answer)
    assert counts() == WHOLE + FIRST
    book(first, rest, name="c.csv", anchor=trade.buyer)
    assert [each.waiting for each in conflicts.clashes(session, trade.buyer.id)] == [REST], (
        "what is another purchase is no part of this one"
    )
