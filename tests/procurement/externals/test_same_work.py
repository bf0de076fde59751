"""Contracts made elsewhere, and those made here before the period, count in the warning against splitting."""

from datetime import timedelta

import pytest

from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from procurement.counsel import queries as counsel
from procurement.counsel.gateway import patterns
from procurement.counsel.rules import About
from procurement.externals import services
from procurement.externals.rules import Facts

DAY = timedelta(days=1)


@pytest.fixture
def buyer(buying):
    return Actor(buying.author.id, "", buying.buyer.id, "", frozenset({Role.PURCHASER}))


def enter(buying, actor, days, cpv=None, euro=90_000):
    """A contract that began so many days ago, in the kind of work of the draft."""
    starts = local_date(buying.at) - timedelta(days=days)
    facts = Facts(
        f"Werk {days}",
        "Voorbeeld BV",
        Money(euro * 100),
        starts,
        starts + 400 * DAY,
        cpv=Cpv(cpv or buying.cpv),
    )
    return services.enter(buying.session, facts=facts, actor=actor, at=buying.at)


def counted(buying, tender):
    return [
        each.number for each in counsel.earlier(buying.session, tender, buying.law, local_date(buying.at))
    ]


def test_a_contract_made_elsewhere_counts(buying, buyer):
    draft = buying.draft("130000")
    on = local_date(buying.at)
    assert counsel.findings(buying.session, draft, buying.law, patterns(), on) == ()
    made = enter(buying, buyer, 200)
    (found,) = counsel.findings(buying.session, draft, buying.law, patterns(), on)
    assert found.about is About.SPLITTING
    assert [(each.number, each.value) for each in found.lines] == [(made.number, Money(90_000_00))]
    services.withdraw(
        buying.session, contract=made, reason="Dit was dubbel ingevoerd.", actor=buyer, at=buying.at
    )
    assert counted(buying, draft) == []


def test_other_work_other_years_and_other_buyers_do_not_count(buying, buyer, make_organisation):
    draft = buying.draft()
    enter(buying, buyer, 400)
    enter(buying, buyer, -400)
    enter(buying, buyer, 10, cpv="55510000")
    other = Actor(buyer.user_id, "", make_organisation(Side.ANCHOR).id, "", buyer.roles)
    enter(buying, other, 10)
    assert counted(buying, draft) == []
