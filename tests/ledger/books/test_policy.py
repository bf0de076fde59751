from cwb.kernel.policy import Actor, Role
from ledger.books import policy


def acting(*roles):
    return Actor(1, "Voorbeeld", 7, "Coöperatie", frozenset(roles))


def test_ones_own_books():
    assert policy.may(acting(Role.BOARD), policy.SEE, 7)
    assert not policy.may(acting(Role.BOARD), policy.SEE, 8)
    assert not policy.may(acting(Role.BOARD), policy.SEE)
    assert not policy.may(acting(Role.RESIDENT), policy.SEE, 7)
    assert not policy.may(acting(Role.PROGRAMME), policy.SEE, 8)


def test_an_auditor_sees_all_books():
    assert policy.may(acting(Role.AUDITOR), policy.SEE, 8)
