"""Whatever is paid too much, set off, paid back and taken back: what stands ahead is what both sets of books say."""

from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select, text

from cwb.kernel.errors import Refusal
from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.ageing.queries import ageing, ahead_by_age
from ledger.ageing.rules import Side
from ledger.ahead import queries, services
from ledger.ahead.models import AheadPayback
from ledger.bank.models import BankEntry
from ledger.bank.queries import entry as entry_of
from ledger.takeback import services as takeback
from ledger.takeback.services import take_payment_back

STEPS = 14


def posted(session, party, role):
    """What the accounts of a role of a party say."""
    of = select(func.coalesce(func.sum(Account.posted), 0)).where(
        Account.party_id == party.id, Account.role == role
    )
    return int(session.scalar(of))


def step(ahead, rng):
    """One act that fits what is there now; one that is refused changes nothing."""
    trade, session = ahead.trade, ahead.session
    held = queries.balances(session, trade.seller.id, holds=True)
    one = rng.choice(held) if held else None
    act = rng.choice(["over", "before", "invoice", "set_off", "set_off", "back", "undo", "told", "entry"])
    if act == "over" or one is None:
        ahead.over(f"{rng.randint(1, 90_000) / 100:.2f}")
    elif act == "before":
        entry = ahead.money(f"{rng.randint(1, 90_000) / 100:.2f}")
        services.book_ahead(session, entry=entry, other_id=trade.buyer.id, actor=trade.member, at=trade.at)
    elif act == "invoice":
        trade.approve(trade.send(quantity=str(rng.randint(1, 20))))
    elif act == "set_off":
        if fitting := queries.proposals(session, one.between):
            ahead.set_off(one, rng.choice(fitting))
    elif act == "back":
        ahead.back(one, Money(rng.randint(1, max(one.free, 1))))
    elif act == "undo":
        for paid in [each for each in queries.uses(session, one.booking_id) if each.undone_at is None][:1]:
            take_payment_back(session, payment=paid, reason="Fout", actor=trade.purchaser, at=trade.at)
    elif act == "told":
        for back in session.scalars(queries.paybacks(trade.seller.id)):
            if back.state == "agreed":
                ahead.money(f"-{back.money.plain()}", mark=back.mark)
                break
    else:
        row = session.scalars(select(BankEntry).where(BankEntry.public_id == one.entry)).one()
        held_entry = entry_of(session, row.public_id, trade.seller.id, lock=True)
        takeback.take_back(session, entry=held_entry, reason="Fout", actor=trade.member, at=trade.at)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_acts_leave_books_that_tie_and_lose_nothing(ahead, seed):
    rng, trade, session = Random(seed), ahead.trade, ahead.session
    done = 0
    for _ in range(STEPS):
        try:
            step(ahead, rng)
            done += 1
        except Refusal:
            session.flush()
        held = queries.balances(session, trade.seller.id, holds=True)
        left = sum(each.left for each in held)
        assert all(0 <= each.free <= each.left <= each.amount for each in held)
        assert posted(session, trade.seller, Role.ADVANCE_RECEIVED) == -left
        assert posted(session, trade.buyer, Role.ADVANCE_GIVEN) == left
        assert queries.balances(session, trade.buyer.id, holds=False) == held
    assert done > STEPS // 2
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for party, side in ((trade.seller, Side.RECEIVABLE), (trade.buyer, Side.PAYABLE)):
        assert session.scalar(select(func.sum(Account.posted)).where(Account.party_id == party.id)) == 0
        (line,) = ahead_by_age(session, party.id, side, date(2026, 12, 31)) or [None]
        assert line is None or (line.difference, line.total.minor) == (Money(0), left)
        assert ageing(session, party.id, side, date(2026, 12, 31)).difference == Money(0)
    came = session.scalar(select(func.sum(BankEntry.amount)).where(BankEntry.state == "booked"))
    assert posted(session, trade.seller, Role.BANK) == int(came or 0)
    paid_back = session.scalars(select(AheadPayback)).all()
    assert all(each.amount > 0 for each in paid_back)
