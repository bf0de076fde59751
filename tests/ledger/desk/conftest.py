"""A trade whose work is done just now, and browsers of its people."""

from datetime import timedelta

import pytest

from cwb.identity.models import User
from cwb.kernel import clock


@pytest.fixture
def at():
    """Pages live now."""
    return clock.now()


@pytest.fixture
def recent(trade, at):
    """An agreement whose work is done just now."""
    today, trade.at = clock.local_date(at), at
    trade.agree(starts_on=today - timedelta(days=40), ends_on=today + timedelta(days=300))
    trade.days = {"delivered_from": today - timedelta(days=30), "delivered_until": today - timedelta(days=1)}
    trade.days_today = today
    return trade


@pytest.fixture
def sent(recent):
    return recent.send(recent.draft(**recent.days))


@pytest.fixture
def browser(recent, sign_in_user, session):
    def enter(actor):
        return sign_in_user(session.get(User, actor.user_id))

    return enter
