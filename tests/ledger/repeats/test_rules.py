"""Which stored line a line of a file is once more."""

from ledger.repeats.rules import Again, again

A, B = b"a" * 16, b"b" * 16


def test_the_first_of_a_file_is_the_first_that_stands_over_all_batches():
    seen = {A: 3, B: 1}.__getitem__
    assert again([A, B, A], [None, 1, None], seen) == [Again(0, 2), Again(2, 3)]
    assert again([A, B, A], [None, None, 4], seen) == [Again(0, 2), Again(1, 1)]
    assert again([A, B], [1, 2], seen) == []
