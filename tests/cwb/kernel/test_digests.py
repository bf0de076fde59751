"""Millions of digests in little memory: told apart like a set does, also where one lies across two others."""

import tracemalloc
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.digests import Digests


@given(st.lists(st.binary(min_size=4, max_size=4).map(lambda one: bytes(byte % 2 for byte in one))))
def test_it_holds_what_a_set_holds(digests):
    mine, theirs = Digests(4), set()
    for each in digests:
        assert (each in mine) == (each in theirs)
        if each not in mine:
            mine.again([each])
        theirs.add(each)


@given(st.lists(st.lists(st.binary(min_size=4, max_size=4).map(lambda one: bytes(byte % 2 for byte in one)))))
def test_it_tells_which_came_before_within_a_part_and_in_those_before_it(parts):
    mine, theirs = Digests(4), set()
    for part in parts:
        assert mine.again(part) == [
            place for place, each in enumerate(part) if each in theirs or each in part[:place]
        ]
        theirs.update(part)


def test_one_that_lies_across_two_others_is_not_among_them():
    found = Digests(4)
    found.again([b"aaxy", b"aazw"])
    assert [each in found for each in (b"aaxy", b"aazw", b"aayz", b"bbxy")] == [True, True, False, False]


def test_where_many_begin_alike_a_digest_takes_little_more_than_its_bytes():
    tracemalloc.start()
    try:
        found = Digests(16)
        before = tracemalloc.get_traced_memory()[0]
        for number in range(20_000):
            found.again([bytes([0, number % 64]) + sha256(b"%d" % number).digest()[:14]])
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert used / 20_000 < 20
