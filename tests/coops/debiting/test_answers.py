"""What the bank answers about a file of direct debits: refused ones are open again, once, and the member hears it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Role
from ledger.debits.models import BankDebit
from ledger.debits.rules import DebitState
from ledger.mandates.models import DebitMandate
from ledger.mandates.rules import MandateState
from ledger.verdicts import services
from ledger.verdicts.rules import Standing
from tests.coops.debiting.conftest import entry, part
from tests.coops.debiting.test_services import collections, letters
from tests.ledger.verdicts.conftest import answer, line


def take(debiting, content, **facts):
    known = {"party_id": debiting.home, "content": content, "actor": debiting.club.board, "at": debiting.at}
    return services.take_report(debiting.session, **(known | facts))


def test_a_refused_debit_is_open_again_and_its_mandate_ends_where_the_code_says_so(debiting):
    debiting.announced()
    made = debiting.file()
    one, _two = made.lines
    said = answer(made.message_id, "PART", line(one.mark.lower(), "RJCT", "AC04", one.money.plain()))
    found = take(debiting, said)
    assert (found.standing, found.refused, found.skipped) == (Standing.PARTLY, 1, [])
    assert [(each.state, each.code) for each in debiting.look(made).lines] == [
        (DebitState.REFUSED, "AC04"), (DebitState.SENT, ""),
    ]  # fmt: skip
    assert collections(debiting)[:2] == [("failed", "AC04", ""), ("sent", "", "")]
    assert debiting.owed(0) == one.amount
    mandates = debiting.session.query(DebitMandate).order_by(DebitMandate.id)
    assert [each.state for each in mandates.execution_options(populate_existing=True)] == [
        MandateState.REVOKED, MandateState.ACTIVE,
    ]  # fmt: skip
    assert letters(debiting).count("De afschrijving van uw contributie ging niet door") == 1
    assert debiting.look(made).answer == "partly"


def test_a_file_refused_whole_ends_all_and_books_nothing(debiting):
    debiting.announced()
    made = debiting.file()
    take(debiting, answer(made.message_id, "RJCT", code="TM01", group=(made.lines[0].group_mark, "RJCT")))
    assert {(each.state, each.code) for each in debiting.look(made).lines} == {(DebitState.REFUSED, "TM01")}
    assert debiting.bank() == 0
    again = take(debiting, answer(made.message_id, "RJCT", number="STS-2"))
    assert (again.refused, [why for _, why in again.skipped]) == (0, ["decided", "decided"])
    assert letters(debiting).count("De afschrijving van uw contributie ging niet door") == 2


def test_a_sum_that_waited_for_the_refusal_is_booked_and_what_came_in_stays(debiting):
    debiting.announced()
    made = debiting.file()
    one, two = made.lines
    debiting.take(entry(two.money.plain(), group=made.lines[0].group_mark, ref="A"), days=10)
    assert debiting.bank() == 0  # one amount for a group of two: it waits
    found = take(debiting, answer(made.message_id, "PART", line(one.mark, "RJCT", "AM04")))
    assert (found.refused, debiting.bank()) == (1, two.amount)
    late = take(debiting, answer(made.message_id, "PART", line(two.mark, "RJCT", "AM04"), number="STS-2"))
    assert (late.refused, late.skipped) == (0, [[two.mark, "came"]])
    assert debiting.session.get_one(BankDebit, two.id).state is DebitState.SENT


def test_a_debit_that_came_in_and_is_refused_at_once_counts_as_come_in(debiting):
    debiting.announced(1)
    made = debiting.file()
    only = made.lines[0]
    debiting.take(entry(only.money.plain(), part(only.mark, only.money.plain()), ref="A"), days=10)
    assert take(debiting, answer(made.message_id, "RJCT")).skipped == [[only.mark, "came"]]
    assert (debiting.bank(), debiting.owed(0)) == (only.amount, 0)


def test_only_the_board_reads_an_answer_about_debits(debiting):
    debiting.announced(1)
    made = debiting.file()
    with pytest.raises(Forbidden):
        take(debiting, answer(made.message_id, "RJCT"), actor=debiting.own)
    assert debiting.look(made).lines[0].state is DebitState.SENT


def test_the_page_of_the_file_says_what_the_bank_answered_and_gives_its_debits_as_a_file(debiting, sign_in):
    debiting.announced()
    made = debiting.file()
    take(debiting, answer(made.message_id, "PART", line(made.lines[0].mark, "RJCT", "AM04")))
    browser = sign_in(Role.BOARD, debiting.club.organisation)
    page = f"/capital/collections/files/{made.public_id}"
    assert "deels geweigerd" in browser.get(page).text
    rows = browser.get(f"{page}.csv").text.splitlines()
    assert rows[0].startswith("\ufeffmark,member,reference,account_ends_in,collect_on,amount,turn,state")
    assert [each.endswith(",refused,,AM04") for each in rows[1:]] == [True, False]
    assert ",5264," in rows[1]
    assert "NL39RABO0300065264" not in rows[1]


GROUPS = [
    ("AC01", "AC01", True),  # the account
    ("AC06", "AC06", False),
    ("AM04", "AM04", False),  # the money
    ("MD01", "MD01", True),  # the mandate
    ("MD07", "MD07", True),  # the payer died
    ("MS02", "MS02", False),  # the payer's own wish
    ("SL01", "SL01", True),
    ("DNOR", "DNOR", True),  # the bank of the payer
    ("TM01", "TM01", False),  # the file
    ("ZZ99", "", False),  # nothing that is known
    ("", "", False),
]
"""Reason code of a refusal (pain.002), the code that is kept, and whether the mandate ends by it: one of each group."""


@pytest.mark.parametrize(("told", "code", "ends"), GROUPS)
def test_each_group_of_reasons_opens_the_dues_and_ends_the_mandate_only_where_it_says_so(
    debiting, told, code, ends
):
    debiting.announced()
    made = debiting.file()
    one = made.lines[0]
    take(debiting, answer(made.message_id, "PART", line(one.mark, "RJCT", told, one.money.plain())))
    held = debiting.look(made).lines[0]
    assert (held.state, held.code, debiting.owed(0)) == (DebitState.REFUSED, code, one.amount)
    mandate = debiting.session.query(DebitMandate).order_by(DebitMandate.id)
    state = mandate.execution_options(populate_existing=True).first().state
    assert state is (MandateState.REVOKED if ends else MandateState.ACTIVE)
    for change in ("state = 'sent', code = '', decided_at = NULL", "code = code || 'X'"):
        with pytest.raises(DatabaseError, match="kept as it is"), debiting.session.begin_nested():
            debiting.session.execute(text(f"UPDATE bank_debit SET {change} WHERE decided_at IS NOT NULL"))
