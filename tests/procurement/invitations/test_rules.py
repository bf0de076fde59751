from datetime import timedelta
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from procurement.advice.gateway import law
from procurement.invitations import errors, rules
from procurement.invitations.rules import Past

LAW = law("nieuw_west")
THREE = LAW.procedure("invited_quotes")


def test_whose_turn_it_is(at):
    least = Money.of("50000")
    everyone = [
        Past(1, "Lang geleden", Money.of("60000"), 1, at - timedelta(days=400)),
        Past(2, "Net geweest", Money.of("60000"), 1, at - timedelta(days=4)),
        Past(3, "Nog nooit", None),
        Past(4, "Te klein", Money.of("49999.99")),
        Past(5, "Aan nooit", Money.of("50000")),
    ]
    turns = rules.rotation(everyone, least)
    assert [each.past.organisation_id for each in turns] == [5, 3, 1, 2, 4]
    assert [each.fits for each in turns] == [True, None, True, True, False]
    assert [each.place for each in turns] == [1, 2, 3, 4, 5]
    assert rules.rotation(list(reversed(everyone)), least) == turns


def test_the_arithmetic_is_kept(at):
    turn = rules.rotation([Past(1, "A", Money.of("10"), 2, at)], Money.of("20"))[0]
    assert turn.kept() == {
        "place": 1, "invited": 2, "last_at": at.isoformat(), "largest_minor": 1000, "needed_minor": 2000, "fits": False,
    }  # fmt: skip


def test_capacity_is_measured_on_one_year():
    assert rules.needed(Money.of("100000"), Decimal(2), 60) == Money.of("30000")
    assert rules.needed(Money.of("100000"), Decimal("0.5"), 60) == Money.of("60000")
    assert rules.needed(Money.of("100000"), None, 60) == Money.of("60000")


@pytest.mark.parametrize(
    ("count", "refusal"),
    [(2, errors.TooFewInvited), (3, None), (5, None), (6, errors.TooManyInvited), (0, errors.TooFewInvited)],
)
def test_three_to_five(count, refusal):
    if refusal is None:
        rules.check_enough(count, THREE)
        return
    with pytest.raises(refusal):
        rules.check_enough(count, THREE)


def test_there_is_room_for_five():
    rules.check_room(4, THREE)
    with pytest.raises(errors.TooManyInvited):
        rules.check_room(5, THREE)


def test_an_open_procedure_invites_nobody():
    for row in (None, LAW.procedure("national_open"), LAW.procedure("european_restricted")):
        with pytest.raises(errors.NothingToInvite):
            rules.check_row(row)


def test_a_reason_is_words():
    assert rules.check_reason(" past goed ") == "past goed"
    with pytest.raises(errors.InvitationReasonMissing):
        rules.check_reason("  \n")
