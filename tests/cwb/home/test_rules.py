from datetime import timedelta

import pytest

from cwb.home.rules import DOORS, MOST_CARDS, NEAR, SOON, Haste, grouped, haste, in_order, journey, offered
from cwb.kernel.feature import ActionCard, Part, Task
from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role


@pytest.mark.parametrize(
    ("due", "found"),
    [
        (None, Haste.ANY_TIME),
        (timedelta(seconds=-1), Haste.LATE),
        (timedelta(0), Haste.SOON),
        (SOON, Haste.SOON),
        (SOON + timedelta(seconds=1), Haste.LATER),
    ],
)
def test_how_near_a_day_is(at, due, found):
    assert haste(None if due is None else at + due, at) is found


def test_what_is_near_comes_first_and_what_is_far_off_hides_nothing_of_today(at):
    none, late, near = Task("a", "x"), Task("b", "x", due_at=at), Task("c", "x", due_at=at + NEAR)
    far, farther = (Task("d", "x", due_at=at + NEAR * times) for times in (2, 50))
    assert in_order([farther, none, far, near, late], at) == [late, near, none, far, farther]


def test_what_people_wait_for_together_comes_before_what_is_late(at):
    late, vote = Task("a", "x", due_at=at - NEAR), Task("b", "x", at_once=True)
    assert in_order([late, vote], at) == [vote, late]


def test_what_others_wait_for_comes_before_ones_own_work_however_far_its_day(at):
    late, soon = (Task(name, "x", due_at=at + days) for name, days in (("a", -NEAR), ("b", NEAR)))
    asked, sooner = (Task("c", "x", due_at=at + NEAR * times, awaited=True) for times in (3, 2))
    vote, loose = Task("d", "x", at_once=True), Task("e", "x", awaited=True)
    assert in_order([late, soon, asked, sooner, loose, vote], at) == [vote, loose, sooner, asked, late, soon]


def test_tasks_without_a_day_stay_as_they_came(at):
    tasks = [Task(str(number), "x") for number in range(5)]
    assert in_order(tasks, at) == tasks


def test_a_newcomers_card_goes_once_one_acts_for_an_organisation():
    card = ActionCard("a", "b", "x", Action("test", SIGNED_IN), newcomers_only=True)
    other = ActionCard("a", "b", "x", Action.of("test", Role.BOARD))
    assert offered([card, other], Actor(1, "A")) == [card]
    assert offered([card, other], Actor(1, "A", 2, "B", frozenset({Role.BOARD}))) == [other]


def test_a_sleeping_role_is_offered_nothing_of_it():
    card = ActionCard("a", "b", "x", Action.of("test", Role.PURCHASER))
    assert offered([card], Actor(1, "A", 2, "B", sleeping=frozenset({Role.PURCHASER}))) == []


def test_every_door_is_for_somebody():
    assert all(door.roles for door in DOORS.values())


def test_few_cards_stand_together_and_many_under_their_headings():
    everybody, board = Action("test", SIGNED_IN), Action.of("test", Role.BOARD)
    first = [ActionCard(f"{number}", "b", "x", everybody, order=number) for number in (30, 10)]
    second = [ActionCard(f"{number}", "b", "x", board, order=number) for number in range(MOST_CARDS)]
    groups = [("Werk", first), ("Geld", second), ("Leeg", [])]
    [(title, cards)] = grouped(groups, Actor(1, "A"))
    assert (title, [card.order for card in cards]) == ("", [10, 30])
    (one, cards), (two, rest) = grouped(groups, Actor(1, "A", 2, "B", frozenset({Role.BOARD})))
    assert (one, two, len(rest)) == ("Werk", "Geld", MOST_CARDS)
    assert [card.order for card in cards] == [10, 30]
    assert grouped([("Leeg", [])], Actor(1, "A")) == ()


def test_a_door_shows_each_page_once_by_its_part_of_the_journey():
    board = Action.of("test", Role.BOARD)
    cards = [
        ActionCard("money", "b", "invoices", board, order=1, part=Part.WORK),
        ActionCard("later", "b", "join", board, order=9, part=Part.WORK),
        ActionCard("first", "b", "join", board, order=2, part=Part.BEGIN),
        ActionCard("buy", "b", "buy", Action.of("test", Role.PURCHASER), part=Part.FIND),
    ]
    shown = [(title, [card.label for card in group]) for title, group in journey(cards, DOORS["cooperative"])]
    assert shown == [(Part.BEGIN.value, ["first"]), (Part.WORK.value, ["money"])]


@pytest.mark.parametrize("door", DOORS)
def test_each_door_has_at_most_seven_headings_and_knows_where_every_card_belongs(app, door):
    cards = [card for feature in app.extensions["cwb.features"] for card in feature.actions]
    groups = journey(cards, DOORS[door])
    assert 4 <= len(groups) <= 7
    assert Part.MORE.value not in dict(groups)
    pages = [card.endpoint for _title, shown in groups for card in shown]
    assert len(pages) == len(set(pages)) > 10
