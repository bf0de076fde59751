"""A set of millions of digests in little memory."""

from collections import defaultdict
from collections.abc import Sequence

_HEAD = 2


class Digests:
    """Digests of one length, one after the other behind those that begin alike.

    They take little more than their own bytes, where a set takes a hundred bytes for each: a file of millions of
    lines is told apart in the memory of a small process, at half a microsecond a line.
    """

    def __init__(self, length: int) -> None:
        self._step = length - _HEAD
        self._tails: dict[bytes, bytearray] = defaultdict(bytearray)

    def __contains__(self, digest: bytes) -> bool:
        tails, tail = self._tails.get(digest[:_HEAD], b""), digest[_HEAD:]
        place = tails.find(tail)
        while place > 0 and place % self._step:
            place = tails.find(tail, place + 1)
        return place >= 0

    def again(self, digests: Sequence[bytes]) -> list[int]:
        """The places of those that are among them, or came before among these; all are from now on."""
        tails_of, step, found = self._tails, self._step, list[int]()
        for number, digest in enumerate(digests):
            tails, tail = tails_of[digest[:_HEAD]], digest[_HEAD:]
            place = tails.find(tail)
            while place > 0 and place % step:
                place = tails.find(tail, place + 1)
            if place < 0:
                tails += tail
            else:
                found.append(number)
        return found
