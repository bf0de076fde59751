"""Parties with books to post in."""

import pytest

from ledger.accounts.rules import Role
from ledger.accounts.services import open_account


@pytest.fixture
def party(session, make_party):
    made = make_party(session)
    session.commit()  # a refusal rolls back no further than here
    return made


@pytest.fixture
def other_party(session, make_party):
    made = make_party(session, "Stichting Zorg")
    session.commit()
    return made


@pytest.fixture
def bank(session, party):
    opened = open_account(session, party_id=party, role=Role.BANK)
    session.commit()
    return opened


@pytest.fixture
def payable(session, party):
    opened = open_account(session, party_id=party, role=Role.PAYABLE)
    session.commit()
    return opened
