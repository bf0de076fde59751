"""Components against reachability, and the share of volume inside."""

import random
from fractions import Fraction as F

from ledger.loops.rules import components, loop_share


def reached(arcs, start):
    found, work = {start}, [start]
    while work:
        here = work.pop()
        for giver, taker in arcs:
            if giver == here and taker not in found:
                found.add(taker)
                work.append(taker)
    return found


def test_two_parties_share_a_component_when_each_reaches_the_other():
    for seed in range(60):
        draw = random.Random(seed)
        names = [str(each) for each in range(draw.randrange(2, 9))]
        arcs = {tuple(draw.sample(names, 2)) for _ in range(draw.randrange(1, 16))}
        of = components(arcs)
        reach = {name: reached(arcs, name) for name in of}
        for one in of:
            for other in of:
                assert (of[one] == of[other]) == (other in reach[one] and one in reach[other]), seed


def test_a_long_chain_and_a_long_ring_need_no_depth():
    chain = [(str(place), str(place + 1)) for place in range(5000)]
    assert len(set(components(chain).values())) == 5001
    assert len(set(components([*chain, ("5000", "0")]).values())) == 1


def test_the_loop_share_is_the_volume_inside():
    volumes = {("A", "B"): 30, ("B", "A"): 20, ("B", "C"): 50}
    assert loop_share(volumes) == F(1, 2)
    assert loop_share({("A", "B"): 1}) == 0
    assert loop_share({}) is None
