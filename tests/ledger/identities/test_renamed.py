"""A supplier under another name: a number in common proposes, people decide, and it can be undone."""

from datetime import date

import pytest

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from ledger.identities import queries
from ledger.suppliers.queries import links_of
from ledger.suppliers.services import mark_catch_all
from tests.ledger.spend.conftest import spend

__all__ = ["spend"]

KVK = KvkNumber("91234567")


@pytest.fixture
def renamed(spend):
    """One supplier with the same code and number under an old and a new name."""
    number = {"supplier_code": "77", "supplier_kvk_number": KVK}
    old = spend.line("Veldkamp Groen", "100.00", "A1", date(2026, 2, 1), **number)
    new = spend.line("Zonneveld Diensten", "60.00", "B1", date(2026, 8, 1), **number)
    spend.record(old, new)
    return spend.supplier(old), spend.supplier(new)


def offered(session, one):
    return queries.candidates(session, one, queries.pointed_at(session, one))


def test_a_number_in_common_proposes_another_name_with_years_and_amounts_and_joins_nobody(session, renamed):
    old, new = renamed
    found = offered(session, new)
    assert [(each.name, [by.by for by in each.by]) for each in found] == [("Veldkamp Groen", ["kvk", "code"])]
    assert [(year, net.minor) for year, net in found[0].bought] == [(2026, 10_000)]
    assert old.same_as_id is None
    assert new.same_as_id is None


def test_a_number_or_code_of_many_does_not_pass_for_one_supplier(session, spend, renamed, make_user):
    _old, new = renamed
    spend.record(spend.line("Heel Iemand Anders", "5.00", supplier_code="77"))
    mark_catch_all(
        session, kind="kvk", value=KVK, holds=True, reason="een platform", actor_id=make_user().id, at=spend.at
    )  # fmt: skip
    assert [(each.name, each.by[0].catch_all) for each in offered(session, new)] == [("Veldkamp Groen", True)]


def test_people_say_yes_or_no_on_the_page_and_undo_it(sign_in, session, renamed):
    old, new = renamed
    session.commit()
    browser = sign_in(Role.PROGRAMME)
    path = f"/spend/suppliers/{new.public_id}"
    page = browser.get(f"{path}/who").get_data(as_text=True)
    for said in (
        "Veldkamp Groen",
        "Zelfde KvK-nummer",
        "Zelfde nummer in de administratie",
        "100,00",
        "60,00",
    ):
        assert said in page, said
    data = {
        "who": f"s{old.public_id}",
        "answer": "yes",
        "reason": "nieuwe naam, zelfde bedrijf",
        "kvk_number": "",
    }
    assert browser.post(f"{path}/who", data=data).status_code == 303
    session.refresh(new)
    assert new.same_as_id is None, "a number typed by hand under another name: a second person says so too"
    second = sign_in(Role.PROGRAMME)
    assert "nieuwe naam, zelfde bedrijf" in second.get(f"{path}/who?lang=nl").get_data(as_text=True)
    assert second.post(f"{path}/who", data=data).status_code == 303
    session.refresh(new)
    assert new.same_as_id == old.id
    assert browser.post(f"{path}/undo", data={"reason": "toch niet"}).status_code == 303
    session.refresh(new)
    assert new.same_as_id is None
    assert [each.holds for each in links_of(session, new.id)] == [False, True, True]
    assert [each.by for each in offered(session, new)] == [()]
