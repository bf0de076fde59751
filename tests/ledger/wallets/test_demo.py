"""The demo's local money, lived by the trade of the tests."""

from pathlib import Path

from cwb.demo.rules import Agenda
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.wallets import demo
from ledger.wallets.models import Refund, Wallet, WalletPayment


def test_the_demo_ends_with_sound_books_whole_backing_and_a_request_that_waits(trade):
    cooperatives = {"a": trade.seller, "b": trade.partner, "c": trade.buyer}
    cast = {key: each.id for key, each in cooperatives.items()} | {
        f"{key}/board": trade.member.user_id for key in cooperatives
    }
    facts = {"cooperatives": [{"key": key, "verified": True} for key in cooperatives]}
    agenda = Agenda(
        trade.at, facts, Path(), cast | {"programma": None, "programma/programme": trade.purchaser.user_id}
    )
    demo.story(agenda)
    while moment := agenda.next_moment():
        moment[1](trade.session, moment[0])
    found = instruments.instrument(trade.session, Code.NWE)
    assert not found.live
    assert not found.stopped
    assert instruments.supply(trade.session, found) == instruments.backing(trade.session, found)
    counts = [trade.session.query(each).count() for each in (Wallet, WalletPayment, Refund)]
    assert counts == [6, len(demo.PAID) + 1, 1]
    assert verdict(trade.session).sound
