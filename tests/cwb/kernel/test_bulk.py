"""Many rows in one statement: each value as the table has it, every check as ever."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cwb.kernel.bulk import insert_rows
from cwb.notifications.models import Mail

AT = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=UTC)
ROW = {
    "key": "one", "recipient": "anna@voorbeeld.example", "locale": "nl", "subject": 'a "b" \\ é\t', "text": "null",
    "link": None, "created_at": AT, "attempts": 2**62, "next_try_at": AT, "fault": "",
}  # fmt: skip


def rows(session):
    return session.scalars(select(Mail).order_by(Mail.id)).all()


def test_rows_stand_as_they_were_given(session):
    insert_rows(session, Mail, [ROW, ROW | {"key": None, "fault": None}])
    first, second = rows(session)
    assert {name: getattr(first, name) for name in ROW} == ROW
    assert (second.key, second.fault, second.sent_at) == (None, None, None)


def test_one_wrong_row_stores_none_and_no_rows_are_no_statement(session):
    with pytest.raises(IntegrityError, match="uq_mail_key"), session.begin_nested():
        insert_rows(session, Mail, [ROW, ROW])
    insert_rows(session, Mail, [])
    assert rows(session) == []
