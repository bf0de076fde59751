from uuid import uuid4

import pytest

from cwb.identity.models import Party
from cwb.kernel.policy import Role as Duty
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services
from ledger.books.rules import Leg


@pytest.fixture
def board(sign_in):
    return sign_in(Duty.BOARD)


@pytest.fixture
def books(session, at, board):
    """The addresses of the organisation's books, an account and a transfer."""
    party = board.organisation.id
    bank, revenue = (open_account(session, party_id=party, role=role) for role in (Role.BANK, Role.REVENUE))
    with atomic(session):
        legs = [Leg(bank, 123_456), Leg(revenue, -123_456)]
        posted = services.post(session, key="k", kind="payment", legs=legs, at=at, note="<b>Kas</b>")
    own = session.get(Party, party).public_id
    account = session.get(Account, bank).public_id
    return {
        "trial": f"/books/{own}?period=2026",
        "trial_csv": f"/books/{own}.csv?period=2026",
        "journal": f"/books/{own}/journal.csv?period=2026",
        "account": f"/books/accounts/{account}",
        "account_csv": f"/books/accounts/{account}.csv",
        "transfer": f"/books/transfers/{posted.public_id}",
    }


def test_every_figure_opens_its_lines(board, books):
    assert board.get("/books").location == books["trial"].partition("?")[0]
    trial = board.get(books["trial"]).text
    assert "1.234,56" in trial
    assert books["account"] in trial
    account = board.get(books["account"]).text
    assert books["transfer"] in account
    assert "&lt;b&gt;Kas" in account
    assert "Omzet" in board.get(books["transfer"]).text


def test_the_same_as_files(board, books):
    trial = board.get(books["trial_csv"]).text.splitlines()
    assert trial[1].endswith("EUR,0.00,1234.56,0.00,1234.56")
    assert "1234.56,1234.56" in board.get(books["account_csv"]).text
    journal = board.get(books["journal"]).text.splitlines()
    assert [line.split(",", 4)[4] for line in journal[1:]] == [
        "Bank,1234.56,0.00,EUR,,,<b>Kas</b>", "Omzet,0.00,1234.56,EUR,,,<b>Kas</b>",
    ]  # fmt: skip
    assert board.get("/books/journal.csv?period=2026").text.splitlines() == journal
    assert len(board.get(books["journal"].replace("2026", "2025")).text.splitlines()) == 1


def test_others_stay_out(sign_in, books, client):
    for role in (Duty.BOARD, Duty.PURCHASER, Duty.PROGRAMME, Duty.ADMINISTRATOR):
        browser = sign_in(role)
        assert {browser.get(address).status_code for address in books.values()} <= {403, 404}
    assert client.get(books["trial"]).status_code == 303


def test_an_auditor_reads_all(sign_in, books):
    auditor = sign_in(Duty.AUDITOR)
    assert {auditor.get(address).status_code for address in books.values()} == {200}
    assert books["trial"].partition("?")[0] in auditor.get("/books").text


def test_what_is_not_there_is_not_found(board, sign_in):
    for address in ("/books/{}", "/books/accounts/{}", "/books/transfers/{}"):
        assert board.get(address.format(uuid4())).status_code == 404
    assert board.get(board.get("/books").location).status_code == 200


def test_rubbish_for_a_period_is_this_year(board, books):
    assert board.get(books["trial"].replace("2026", "nooit")).status_code == 200
