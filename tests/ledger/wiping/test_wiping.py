"""Names and numbers of payers and payees go after their time, not a day before, and the audit chain tells how many."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.audit.models import AuditRecord
from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from ledger.bank import services as bank
from ledger.batches import queries as batches
from ledger.batches.services import close_batch, make_batch
from ledger.feature import FEATURE
from ledger.wiping import commands, jobs, queries, rules, services
from tests.ledger.bankdesk.conftest import BUYERS, Desk, camt, desk, row  # noqa: F401 (a fixture)

NONE = dict.fromkeys(
    (
        "debit_mandate", "debit_file", "payment_batch", "batch_transfer", "bank_entry", "incoming_invoice",
        "incoming_account", "ahead_payback", "customer",
    ),
    0,
)  # fmt: skip


def back_date(session, table, **columns):
    """Let rows be of another day than they are."""
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    settings = ", ".join(f"{name} = :{name}" for name in columns)
    session.execute(text(f"UPDATE {table} SET {settings}"), columns)
    session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    session.expire_all()


def over(at):
    """The last day of what is wiped now, and the first that stays."""
    first = rules.books_before(local_date(at))
    return first - timedelta(days=1), first


def test_seven_whole_years_and_thirteen_months():
    assert rules.books_before(date(2026, 11, 29)) == rules.books_before(date(2026, 1, 1)) == date(2019, 1, 1)
    assert rules.mandates_before(date(2026, 11, 29)) == date(2025, 10, 29)
    assert rules.mandates_before(date(2026, 3, 31)) == date(2025, 2, 28)
    assert rules.mandates_before(date(2026, 1, 15)) == date(2024, 12, 15)


def test_an_entry_of_the_bank_loses_name_number_and_words_and_keeps_its_amount(desk):  # noqa: F811
    session, at = desk.trade.session, clock.now()
    desk.take(camt("1", "0.00", "10.00", row("10.00", text="Dank u", name="Els Voorbeeld")))
    [waits] = desk.rows()
    last, first = over(at)
    back_date(session, "bank_entry", booked_on=last)
    assert services.wipe_numbers(session, at=at) == NONE  # it still waits for a person
    bank.leave(session, entry=desk.entry(), reason="Oud", actor=desk.trade.member, at=at)
    back_date(session, "bank_entry", booked_on=first)
    assert services.wipe_numbers(session, at=at) == NONE
    with pytest.raises(DatabaseError, match="kept as it is"), session.begin_nested():
        session.execute(text("UPDATE bank_entry SET name = '', iban = '', text = ''"))
    back_date(session, "bank_entry", booked_on=last)
    with pytest.raises(DatabaseError, match="kept as it is"), session.begin_nested():
        session.execute(text("UPDATE bank_entry SET name = 'Ander', iban = '', text = ''"))
    with pytest.raises(DatabaseError, match="kept as it is"), session.begin_nested():
        session.execute(text("UPDATE bank_entry SET name = '', iban = '', text = '', amount = 1"))
    assert queries.due(session, local_date(at)) == NONE | {"bank_entry": 1}
    assert desk.rows()[0].name == "Els Voorbeeld"  # counting wipes nothing
    jobs.wipe(session, at)
    found = desk.rows()[0]
    assert (found.name, found.iban, found.text, found.amount, found.id) == ("", "", "", 10_00, waits.id)
    [told] = session.query(AuditRecord).filter(AuditRecord.action == "retention.wiped")
    assert told.facts == NONE | {"bank_entry": 1}
    assert "Els" not in json.dumps(told.facts)
    assert services.wipe_numbers(session, at=at) == NONE
    assert session.query(AuditRecord).filter(AuditRecord.action == "retention.wiped").count() == 1


def test_a_file_of_transfers_keeps_its_checksum_and_loses_whom_it_paid(trade):
    session, at = trade.session, clock.now()
    session.get(Organisation, trade.buyer.id).iban = BUYERS
    trade.approve(trade.send())
    made = make_batch(session, payer=trade.buyer, actor=trade.purchaser, at=trade.at, faults=[])
    last, _first = over(at)
    old = {"made_at": f"{last}T12:00:00Z"}
    back_date(session, "payment_batch", **old)
    back_date(session, "batch_transfer", pays_on=last)
    assert services.wipe_numbers(session, at=at) == NONE  # it is open
    made = batches.batch(session, made.public_id, trade.buyer.id)
    close_batch(session, batch=made, actor=trade.purchaser, at=trade.at)
    done = services.wipe_numbers(session, at=at)
    assert done == NONE | {"payment_batch": 1, "batch_transfer": 1}
    held = session.execute(text("SELECT content, checksum, amount FROM payment_batch")).one()
    assert (held.content, len(held.checksum), held.amount > 0) == ("", 64, True)
    assert session.execute(text("SELECT name, iban FROM batch_transfer")).one() == ("", "")


def test_the_worker_does_so_every_night_and_the_command_counts():
    assert FEATURE.timers["ledger.wipe_numbers"].endswith("* * *")
    assert FEATURE.jobs["ledger.wipe_numbers"] is jobs.wipe
    assert commands.payments.commands["wipe"].params[0].name == "dry_run"
