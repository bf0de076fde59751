"""Parties with accounts to post between."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from cwb.identity.models import Party
from cwb.kernel.ids import uuid7
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def make_party(session, name="Coöperatie Groen"):
    """The id of a bare party."""
    return session.scalar(
        insert(Party.__table__)
        .values(
            public_id=uuid7(), kind="organisation", name=name, search_name=name.casefold(), created_at=SINCE
        )
        .returning(Party.__table__.c.id)
    )


@pytest.fixture
def party(session):
    return make_party(session)


@pytest.fixture
def bank(session, party):
    return open_account(session, party_id=party, role=Role.BANK)


@pytest.fixture
def payable(session, party):
    return open_account(session, party_id=party, role=Role.PAYABLE)
