"""Local money whose conditions were voted on long ago, and short ways to act."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.charges import services as charges
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.conditions.rules import BEGUN, Every
from ledger.instruments.rules import Code
from tests.ledger.wallets.conftest import build

TERMS = {"demurrage_every": Every.QUARTER, "demurrage_rate": 200, "lapse_months": 24}


def propose(
    circle, *, starts_on=date(2026, 1, 1), days=300, words="Wie lang niets doet, betaalt 2%.", **terms
):
    return versions.propose(
        circle.session, code=Code.NWE, words=words, terms=replace(BEGUN[Code.NWE], **(terms or TERMS)),
        starts_on=starts_on, actor=circle.actor, at=circle.at - timedelta(days=days),
    )  # fmt: skip


def vote(circle, version, days=300, **facts):
    facts = {"document": "Notulen 4", "votes_for": 12, "votes_against": 3} | facts
    at = circle.at - timedelta(days=days)
    versions.record_vote(
        circle.session, version=version, decided_on=at.date(), actor=circle.actor, at=at, **facts
    )


def adopt(circle, version, days=300, *, actor=None):
    at = circle.at - timedelta(days=days)
    found = conditions.version(circle.session, version.public_id, lock=True)
    versions.adopt(circle.session, version=found, actor=actor or circle.other, at=at)


def decided(circle, days=300, **facts):
    """A version that went the whole way."""
    version = propose(circle, days=days, **facts)
    version = conditions.version(circle.session, version.public_id)
    vote(circle, version, days)
    charges.work_out(circle.session, version=version, at=circle.at - timedelta(days=days))
    adopt(circle, version, days)
    return version


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)


@pytest.fixture
def ruled(circle):
    """Rules since January; the shop holds 120 that lay still from March and 80 of June, the resident 100 of March."""
    decided(circle)
    for wallet, amount, day in (
        (circle.shop, "120.00", date(2026, 3, 1)),
        (circle.mine, "100.00", date(2026, 3, 1)),
        (circle.shop, "80.00", date(2026, 6, 20)),
    ):
        circle.issue(wallet, amount, at=circle.at.replace(month=day.month, day=day.day))
    return circle
