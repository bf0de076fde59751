"""A loss is spread exactly: equal parts, nobody beyond what was agreed or has room for."""

import random

import pytest

from ledger.losses.errors import CoverTooSmall, MostMissing, SecondPerson
from ledger.losses.rules import check_most, check_second, spread


@pytest.mark.parametrize(
    ("amount", "room", "most", "parts"),
    [(100, {1: 500, 2: 500, 3: 500}, 500, {1: 34, 2: 33, 3: 33}), (100, {1: 10, 2: 500, 3: 500}, 500, {1: 10, 2: 45, 3: 45}),
     (100, {1: 0, 2: -5, 3: 500}, 500, {3: 100}), (100, {1: 500, 2: 500}, 50, {1: 50, 2: 50}),
     (2, {1: 9, 2: 9, 3: 9}, 9, {1: 1, 2: 1})],
)  # fmt: skip
def test_equal_parts_within_room_and_agreement(amount, room, most, parts):
    assert spread(amount, room, most) == parts


def test_any_loss_is_borne_to_the_cent_or_refused():
    draw = random.Random(7)
    for _ in range(500):
        room = {wallet: draw.randint(-50, 400) for wallet in range(1, draw.randint(2, 9))}
        amount, most = draw.randint(1, 900), draw.randint(1, 300)
        bound = {wallet: max(0, min(most, cents)) for wallet, cents in room.items()}
        if sum(bound.values()) < amount:
            with pytest.raises(CoverTooSmall):
                spread(amount, room, most)
            continue
        parts = spread(amount, room, most)
        assert sum(parts.values()) == amount
        assert all(0 < cents <= bound[wallet] for wallet, cents in parts.items())
        most_borne = max(parts.values())
        assert all(parts.get(wallet, 0) >= min(bound[wallet], most_borne - 1) for wallet in bound)


def test_something_is_agreed_and_two_people_do_it():
    with pytest.raises(MostMissing):
        check_most(0)
    with pytest.raises(SecondPerson):
        check_second(1, 1)
    check_second(1, 2)
