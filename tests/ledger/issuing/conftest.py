"""The local money of the wallets' tests."""

import pytest

from tests.ledger.wallets.conftest import build


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)
