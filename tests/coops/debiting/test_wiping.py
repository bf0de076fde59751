"""A mandate of the own bank loses name and account thirteen months after its last use; the file after seven years."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from coops.debiting import services as debiting_services
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from ledger.wiping import rules, services
from tests.ledger.wiping.test_wiping import NONE, back_date, over


def test_a_mandate_and_a_file_are_wiped_in_their_own_time(debiting):
    session, at = debiting.session, clock.now()
    debiting.announced(count=1)
    made = debiting.file()
    member = debiting.club.members[0]
    before = rules.mandates_before(local_date(at)) - timedelta(days=1)
    ended = f"{before}T10:00:00Z"
    back_date(session, "debit_mandate", last_used_on=before)
    assert services.wipe_numbers(session, at=at) == NONE  # it holds
    debiting_services.end_mandate(session, member=member, actor=debiting.club.board, at=debiting.at)
    assert services.wipe_numbers(session, at=at) == NONE  # it ended just now
    with pytest.raises(DatabaseError, match="debit mandate"), session.begin_nested():
        session.execute(text("UPDATE debit_mandate SET iban = '–', holder = '–'"))
    back_date(session, "debit_mandate", ended_at=ended)
    with pytest.raises(DatabaseError, match="debit mandate"), session.begin_nested():
        session.execute(text("UPDATE debit_mandate SET iban = 'NL69INGB0123456789', holder = '–'"))
    assert services.wipe_numbers(session, at=at) == NONE | {"debit_mandate": 1}
    held = session.execute(text("SELECT iban, holder, last4, reference FROM debit_mandate")).one()
    assert held == ("–", "–", "5264", "LID1-B1")
    last, first = over(at)
    back_date(session, "debit_file", made_at=f"{first}T10:00:00Z")
    assert services.wipe_numbers(session, at=at) == NONE
    back_date(session, "debit_file", made_at=f"{last}T10:00:00Z")
    assert services.wipe_numbers(session, at=at) == NONE | {"debit_file": 1}
    assert session.execute(text("SELECT content FROM debit_file")).scalar_one() == ""
    assert made.checksum
