"""A trade in which 40 % goes to the seller's G-account."""

from datetime import date
from decimal import Decimal

import pytest

from cwb.kernel.policy import Actor, Role
from ledger.agreements.queries import agreement_by_id
from ledger.chains import queries, services
from ledger.chains.rules import Basis, ChainRole

BLOCKED = "NL20INGB0001234567"


def propose(trade, **facts):
    known = {
        "agreement": agreement_by_id(trade.session, trade.agreement.id), "party_id": trade.seller.id,
        "from_on": date(2026, 8, 1), "role": ChainRole.SUBCONTRACT, "basis": Basis.INVOICE, "wage_share": None,
        "g_percentage": Decimal(40), "iban": BLOCKED, "actor": board(trade), "at": trade.at,
    }  # fmt: skip
    return services.propose_term(trade.session, **(known | facts))


def board(trade):
    """The seller's member, who sits on its board too."""
    return Actor(
        trade.member.user_id, trade.member.name, trade.seller.id, "", frozenset({Role.MEMBER, Role.BOARD})
    )


def agree(trade, term):
    held = queries.term(trade.session, term.public_id, term.agreement_id)
    services.agree_to_term(trade.session, term=held, actor=trade.purchaser, at=trade.at)
    return held


@pytest.fixture
def agreed(trade):
    agree(trade, propose(trade))
    return trade
