"""What the database itself refuses of direct debits, and a mandate that belongs at the provider."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from coops.debiting import services
from cwb.kernel.clock import local_date
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.debits import errors
from ledger.debits import services as debits
from ledger.debits.models import BankDebit
from ledger.debits.rules import Wanted
from ledger.debits.services import end_debit
from ledger.mandates.models import DebitMandate
from ledger.mandates.queries import locked


def refused(debiting, statement, match):
    """That the database does not take it."""
    with pytest.raises(DatabaseError, match=match), debiting.session.begin_nested():
        debiting.session.execute(text(statement))


def test_a_mandate_at_the_provider_is_in_no_file_of_ours(debiting):
    debiting.paper()
    made = DebitMandate(
        organisation_id=debiting.home, payer_id=debiting.club.user.id, subject="elders", wording="x", till="",
        asked_at=debiting.at, method="pm_1", mandate="mandate_1", reference="ELDERS-1",
        given_on=local_date(debiting.at),
    )  # fmt: skip
    debiting.session.add(made)
    debiting.session.flush()
    account = open_account(debiting.session, party_id=debiting.home, role=Role.CLEARING)
    wanted = Wanted(made.id, "x", account, "dues_collected", 25_00, local_date(debiting.at), "Contributie")
    with pytest.raises(errors.AccountInvalid):
        debits.make_file(
            debiting.session, organisation_id=debiting.home, wanted=[wanted], actor=debiting.club.board,
            at=debiting.at,
        )  # fmt: skip
    assert made.last_used_on is None


def test_the_mandate_keeps_the_day_of_the_last_debit(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    assert locked(debiting.session, one.mandate_id).last_used_on == one.collect_on


def test_a_debit_ends_once(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    facts = {"debit": one, "returned": False, "at": debiting.at}
    end_debit(debiting.session, code="AM04", **facts)
    with pytest.raises(errors.DebitDecided):
        end_debit(debiting.session, code="AC04", **facts)
    debiting.session.refresh(one, ["state", "code"])
    assert (one.state, one.code) == ("refused", "AM04")


def test_what_was_decided_is_never_decided_anew(debiting):
    debiting.announced()
    made = debiting.file()
    first, second = made.lines
    services.refuse(debiting.session, debit=first, code="AM04", actor=debiting.club.board, at=debiting.at)
    with pytest.raises(errors.FileUsed):
        services.withdraw_file(
            debiting.session, file=debiting.look(made), actor=debiting.club.board, at=debiting.at
        )
    debiting.session.refresh(second, ["state"])
    assert (made.withdrawn_at, second.state) == (None, "sent")
    debiting.session.commit()
    refused(debiting, f"UPDATE bank_debit SET code = 'AC04' WHERE id = {first.id}", "kept as it is")
    refused(
        debiting, f"UPDATE bank_debit SET state = 'sent', code = '', decided_at = NULL WHERE id = {first.id}", "kept"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fence"),
    [
        ("state = 'withdrawn'", "decided"),
        ("decided_at = now()", "decided"),
        ("state = 'withdrawn', decided_at = now(), code = 'AM04'", "code"),
        ("state = 'gone', decided_at = now()", "state"),
    ],
)
def test_a_debit_says_how_and_when_it_ended(debiting, change, fence):
    debiting.announced(1)
    debiting.file()
    debiting.session.commit()
    refused(debiting, f"UPDATE bank_debit SET {change}", fence)


@pytest.mark.parametrize(
    ("column", "value", "fence"),
    [("amount", "0", "amount"), ("turn", "'FNAL'", "turn"), ("mark", "mark", "mark")],
)
def test_a_debit_that_makes_no_sense_is_not_written_down(debiting, column, value, fence):
    debiting.announced(1)
    debiting.file()
    debiting.session.commit()
    columns = [each.key for each in BankDebit.__table__.columns if each.key != "id"]
    new = {"mark": "'DDX'", "about": "'else'"} | {column: value}
    row = ", ".join(new.get(each, each) for each in columns)
    refused(debiting, f"INSERT INTO bank_debit ({', '.join(columns)}) SELECT {row} FROM bank_debit", fence)


def test_a_creditor_has_an_identifier_and_a_booking_of_a_debit_its_debit(debiting):
    refused(debiting, "UPDATE debit_creditor SET creditor_id = 'NL69'", "creditor_id")
    debiting.take()
    debiting.announced(1)
    one = debiting.file().lines[0]
    debiting.session.commit()
    row = "kind, entry_id, amount, why, role, made_at, transfer_id, debit_id"
    for kind, debit, fence in (("debit", "NULL", "debit"), ("other", str(one.id), "debit")):
        refused(
            debiting,
            f"INSERT INTO bank_booking ({row}) VALUES ('{kind}', 1, 100, 'debit', '', now(), 1, {debit})",
            fence,
        )
