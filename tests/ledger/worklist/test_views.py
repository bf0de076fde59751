"""The page of the work list: whose, in which order, where each answer is given."""

from datetime import date

import pytest

from cwb.kernel.clock import local_date, now
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from tests.ledger.lookups.conftest import take, told
from tests.ledger.spend.conftest import spend

__all__ = ["spend", "take"]

PATH = "/spend/suppliers/work"


def text_of(response):
    return response.get_data(as_text=True)


@pytest.fixture
def bought(spend, take):
    spend.some("local", 7, "100.00")
    spend.record(
        spend.line("Grootste", "160.00", supplier_kvk_number=KvkNumber("91234567")), spend.line("Middel", "90.00"),
        spend.line("Zoek mij", "40.00", supplier_kvk_number=KvkNumber("91234568")),
    )  # fmt: skip
    spend.record(spend.line("Andere koper", "10.00"), anchor=spend.other)
    take(told("91234567", "Iemand anders"))
    return spend


def test_most_money_first_and_where_the_answer_is_given(sign_in, bought):
    browser = sign_in(Role.PROGRAMME)
    page = text_of(browser.get(f"{PATH}?period=2026-Q3"))
    assert [page.index(name) for name in ("Grootste", "Middel", "Zoek mij")] == sorted(
        page.index(name) for name in ("Grootste", "Middel", "Zoek mij")
    )
    for said in (
        "70,0",
        "Beslis wie dit is",
        "Vraag wie dit is",
        "Neem het uittreksel over",
        "/spend/register/extract?number=91234568&amp;name=Zoek+mij",
        "/who?back=work&amp;was=0.7",
    ):
        assert said in page, said
    assert "De dekking was" not in page
    assert "De dekking was 65,0" in text_of(browser.get(f"{PATH}?was=0.65"))
    fallen = text_of(browser.get(f"{PATH}?was=0.75"))
    assert ["Uw antwoord telt mee" in fallen, "Zij daalde" in fallen] == [False, True]
    assert "De dekking was" not in text_of(browser.get(f"{PATH}?was=veel"))
    assert "De dekking was" not in text_of(browser.get(f"{PATH}?was=NaN"))
    lines = text_of(browser.get(f"{PATH}/export.csv?period=2026-Q3")).splitlines()
    assert lines[1].startswith("Grootste,,91234567,")
    assert lines[1].endswith(",160.00,0.860000")
    assert lines[-1].endswith(",1.000000")


def test_a_place_that_was_proven_later_says_since_when(sign_in, bought):
    late = bought.line("Laat", "500.00")
    bought.record(late)
    bought.prove(late, "local", valid_from=date(2026, 8, 15))
    page = text_of(sign_in(Role.PROGRAMME).get(f"{PATH}?period=2026-Q3"))
    assert "Het bewijs begint pas op 15 aug 2026" in page


def test_an_anchor_sees_what_is_open_in_its_own_ledger(sign_in, bought):
    own = sign_in(Role.PURCHASER, bought.other)
    page = text_of(own.get(f"{PATH}?period=2026-Q3&anchor={bought.anchor.public_id}"))
    assert "Andere koper" in page
    assert "Grootste" not in page
    assert "Geef het KvK-nummer" in page
    mine = text_of(sign_in(Role.PURCHASER, bought.anchor).get(f"{PATH}?period=2026-Q3"))
    assert [
        mine.count(f">{said}</a>") for said in ("Geef het KvK-nummer", "Het programma zoekt het nummer op")
    ] == [1, 1]
    assert "Grootste" not in text_of(own.get(f"{PATH}/export.csv"))
    assert own.get(f"{PATH}/new").status_code == 403
    stranger = sign_in(Role.PURCHASER)
    assert "Alles is bekend" in text_of(stranger.get(PATH))
    asked = text_of(sign_in(Role.PROGRAMME).get(f"{PATH}?anchor={bought.other.public_id}"))
    assert "Andere koper" in asked
    assert "Grootste" not in asked


def test_new_and_existing_local_are_told_apart(sign_in, bought):
    page = text_of(sign_in(Role.AUDITOR).get(f"{PATH}/new?period=2026-Q3"))
    assert "Niet bekend sinds wanneer" in page
    assert "Nog niets" in text_of(sign_in(Role.AUDITOR).get(f"{PATH}/new?period=2020-Q1"))
    for rubbish in ("2026-Q9", "x"):
        assert sign_in(Role.AUDITOR).get(f"{PATH}/new?period={rubbish}").status_code == 404


def test_it_opens_on_the_newest_quarter_that_is_over(sign_in, bought):
    today = local_date(now())
    bought.record(bought.line("Van nu", "900.00", on=today))
    page = text_of(sign_in(Role.PROGRAMME).get(PATH))
    assert "Van nu" not in page, "what runs is signed later"
    assert "Grootste" in page
    assert "Van nu" in text_of(sign_in(Role.PROGRAMME).get(f"{PATH}?period={Period.quarter_of(today)}"))


def test_without_any_lines_nothing_is_open(sign_in):
    assert "Alles is bekend" in text_of(sign_in(Role.PROGRAMME).get(PATH))
    assert "Nog niets" in text_of(sign_in(Role.PROGRAMME).get(f"{PATH}/new"))
