"""Lineage: the golden sums of the definition, and a reference that follows every single cent."""

from collections import defaultdict
from fractions import Fraction as F
from operator import itemgetter

import pytest

from ledger.flows.rules import Kind, Transfer, arranged
from ledger.lineage.rules import SCALE, Proportional, Queues, Step, followed, step, steps
from tests.flows import some_transfers

K = Kind


def flows(*rows):
    made, faults = arranged(Transfer(*each, row=place) for place, each in enumerate(rows))
    assert not faults
    return made


def follow(made, last, book):
    return followed(made, steps(made, last), 0, book)


def at_hop(book, name):
    """Cents at hop 0, 1 and 2, and of the rest cents and their hop."""
    _, hops, *known = (F(each, SCALE) for each in book.sums[name])
    rest = book.cents[name] - sum(known)
    return [*known, (rest, (hops - known[1] - 2 * known[2]) / rest)]


MIXED = (
    (0, "I", "P", 6000, K.ISSUE),
    (1, "I", "Q", 4000, K.ISSUE),
    (2, "P", "A", 6000, K.PAYMENT),
    (3, "Q", "R", 4000, K.PAYMENT),
    (4, "R", "S", 4000, K.PAYMENT),
    (5, "S", "A", 4000, K.PAYMENT),
    (6, "A", "B", 5000, K.PAYMENT),
)


def test_sixty_at_hop_one_and_forty_at_three_paying_fifty_send_thirty_at_two_and_twenty_at_four():
    book = Proportional()
    made = flows(*MIXED)
    follow(made, 6, book)
    assert at_hop(book, "A") == [0, 6000, 0, (4000, 3)]
    book = Proportional()
    follow(made, 7, book)
    assert at_hop(book, "B") == [0, 0, 3000, (2000, 4)]
    assert at_hop(book, "A") == [0, 3000, 0, (2000, 3)]


def test_first_in_first_out_sends_fifty_at_two():
    book = Queues()
    follow(flows(*MIXED), 7, book)
    assert list(book.lots["B"]) == [(5000, 6, 2)]
    assert list(book.lots["A"]) == [(1000, 2, 1), (4000, 5, 3)]


def test_rounds_are_what_is_spent_at_each_hop():
    for book in (Proportional(), Queues()):
        tally = follow(flows(*MIXED), 7, book)
        assert tally.paid == 6000 + 4000 * 3 + 5000
        assert tally.rounds == (
            [10000, 7000, 4000] if isinstance(book, Proportional) else [10000, 9000, 4000]
        )


def test_units_held_count_from_the_last_payment():
    tally = follow(flows((0, "I", "A", 100, K.ISSUE), (7, "A", "B", 100, K.PAYMENT)), 2, Proportional())
    assert (tally.paid, tally.held) == (100, 700)


def test_an_own_move_keeps_hop_and_age_clearing_keeps_the_hop():
    moved = flows((0, "I", "A", 100, K.ISSUE), (5, "A", "a", 100, K.INTERNAL), (9, "a", "B", 100, K.PAYMENT))
    cleared = flows(
        (0, "I", "A", 100, K.ISSUE), (5, "A", "a", 100, K.CLEARING), (9, "a", "B", 100, K.PAYMENT)
    )
    for make in (Proportional, Queues):
        assert follow(moved, 3, make()).held == 900
        assert follow(cleared, 3, make()).held == 400
        assert follow(cleared, 3, make()).hops_there == 100


def test_a_redemption_that_is_reversed_brings_its_lineage_back():
    made = flows(
        (0, "I", "A", 100, K.ISSUE), (1, "A", "B", 100, K.PAYMENT), (2, "B", "I", 100, K.REDEEM, "r"),
        (3, "I", "B", 100, K.REVERSAL, "", "r"), (6, "B", "C", 100, K.PAYMENT),
    )  # fmt: skip
    for make in (Proportional, Queues):
        tally = follow(made, 5, make())
        assert (tally.redeemed, tally.rounds, tally.held) == (0, [100, 100, 0], 100 + 500)


def test_a_payment_that_is_reversed_makes_no_hop_and_no_new_holding():
    made = flows(
        (0, "I", "A", 100, K.ISSUE), (1, "A", "B", 100, K.PAYMENT, "p"), (2, "B", "A", 100, K.REVERSAL, "", "p"),
        (6, "A", "C", 100, K.PAYMENT),
    )  # fmt: skip
    for make in (Proportional, Queues):
        tally = follow(made, 4, make())
        assert (tally.paid, tally.rounds, tally.held) == (100, [100, 0, 0], 600)


class Reference:
    """Follows units one by one: {(since, hop): cents} of each account, or every cent in a queue."""

    def __init__(self, fifo):
        self.fifo = fifo
        self.units = defaultdict(list)
        self.gone = {}
        self.paid = self.held = self.redeemed = self.hops_redeemed = F(0)
        self.rounds = [F(0)] * 3

    def take(self, name, cents):
        if self.fifo:
            self.units[name].sort(key=lambda unit: unit[1])
            taken, self.units[name] = self.units[name][:cents], self.units[name][cents:]
            return taken
        there = sum(unit[0] for unit in self.units[name])
        taken = [(size * cents / there, since, hop) for size, since, hop in self.units[name]]
        self.units[name] = [
            (size - size * cents / there, since, hop) for size, since, hop in self.units[name]
        ]
        return taken

    def put(self, name, units):
        self.units[name] += units
        if not self.fifo:
            joined = defaultdict(F)
            for size, since, hop in self.units[name]:
                joined[since, hop] += size
            self.units[name] = [(size, *key) for key, size in joined.items() if size]

    def run(self, made):
        for place, each in enumerate(made.transfers):
            now, what = each.at - made.transfers[0].at, step(made, place)
            if what is Step.NONE:
                continue
            if what is Step.IN:
                new = [(F(1), now, 0)] * each.amount if self.fifo else [(F(each.amount), now, 0)]
                self.put(each.taker, new)
            elif what is Step.BACK:
                self.put(each.taker, self.gone[made.partner[place]])
            else:
                self.go(made, place, what, now)
        return self

    def go(self, made, place, what, now):
        each = made.transfers[place]
        taken = self.take(each.giver, each.amount)
        if what is Step.OUT:
            self.gone[place] = taken
            if each.kind is K.REDEEM and made.partner[place] < 0:
                self.redeemed += each.amount
                self.hops_redeemed += sum(size * hop for size, _, hop in taken)
            return
        if what is Step.HOP:
            self.paid += each.amount
            self.held += sum(size * (now - since) for size, since, _ in taken)
            for size, _, hop in taken:
                if hop < 3:
                    self.rounds[hop] += size
            taken = [(size, now, hop + 1) for size, _, hop in sorted(taken, key=itemgetter(2))]
        elif what is Step.RENEW:
            taken = [(size, now, hop) for size, _, hop in sorted(taken, key=itemgetter(2))]
        self.put(each.taker, taken)


@pytest.mark.parametrize("fifo", [False, True])
def test_agrees_with_following_every_cent(fifo):
    for seed in range(25):
        made = flows(*some_transfers(seed, 40))
        book = Queues() if fifo else Proportional()
        tally = follow(made, len(made.transfers), book)
        wanted = Reference(fifo).run(made)
        left = [unit for units in wanted.units.values() for unit in units]
        pairs = [
            (tally.paid, wanted.paid), (tally.held, wanted.held), (tally.redeemed, wanted.redeemed),
            (tally.hops_redeemed, wanted.hops_redeemed), *zip(tally.rounds, wanted.rounds, strict=True),
            (tally.hops_there, sum(size * hop for size, _, hop in left)),
            (tally.never_paid_on, sum(size for size, _, hop in left if not hop)),
        ]  # fmt: skip
        for ours, theirs in pairs:
            assert abs(ours - theirs) <= (0 if fifo else F(1, 10**9)), seed
        if fifo:
            assert sum(lot[0] for lot in tally.lots) == sum(size for size, _, _ in left)
