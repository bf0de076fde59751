"""Pages of who a supplier is: who decides, what is shown, what is refused, what is undone."""

import pytest
from sqlalchemy.exc import DBAPIError

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.identities.services import known_suppliers
from ledger.suppliers import queries
from ledger.suppliers.models import SupplierLink
from ledger.suppliers.rules import SupplierFacts
from tests.ledger.lookups.conftest import anchor, known, take, told

__all__ = ["anchor", "known", "take"]

KVK = KvkNumber("91234567")


def text_of(response):
    return response.get_data(as_text=True)


@pytest.fixture
def supplier(known):
    return known("Jansen Bouw", kvk_number=KVK, code="999982")


@pytest.fixture
def path(supplier):
    return f"/spend/suppliers/{supplier.public_id}"


def test_side_by_side_decided_and_undone(sign_in, session, supplier, path, known, take):
    other = known("Janssen Bouw", code="999982")
    take(told(KVK, "Bouwbedrijf Jansen"))
    browser = sign_in(Role.PROGRAMME)
    page = text_of(browser.get(f"{path}/who"))
    for said in (
        "Bouwbedrijf Jansen", "Zelfde KvK-nummer", "bouwbedrijf", "Janssen Bouw", "Dit is een verzamelcode",
    ):  # fmt: skip
        assert said in page
    good = {"who": f"k{KVK}", "answer": "yes", "reason": "uittreksel", "kvk_number": ""}
    for wrong in (
        {"answer": ""}, {"answer": "x"}, {"reason": ""}, {"reason": "x" * 501}, {"who": "other"},
        {"who": "other", "kvk_number": "12"}, {"who": "other", "kvk_number": "91234568"}, {"who": "krommel"},
        {"who": "s00000000-0000-0000-0000-000000000000"},
    ):  # fmt: skip
        assert browser.post(f"{path}/who", data=good | wrong).status_code == 422, wrong
    answer = browser.post(f"{path}/who", data=good)
    assert (answer.status_code, answer.location) == (303, path)
    assert "bewezen lokaal" not in text_of(browser.get(path)), (
        "the register has another name: two people say so"
    )
    assert sign_in(Role.PROGRAMME).post(f"{path}/who", data=good).status_code == 303
    page = text_of(browser.get(path))
    assert "bewezen lokaal" in page
    assert "Is dit KvK-nummer: 91234567" in page
    assert browser.post(f"{path}/who", data=good).status_code in {409, 422}
    assert "Maak ongedaan" in text_of(browser.get(f"{path}/undo"))
    assert browser.post(f"{path}/undo", data={"reason": ""}).status_code == 422
    assert browser.post(f"{path}/undo", data={"reason": "vergissing"}).status_code == 303
    session.refresh(supplier)
    assert supplier.register_number is None
    assert browser.get(f"{path}/undo").status_code == 303
    joined = {"who": f"s{other.public_id}", "answer": "yes", "reason": "zelfde pand"}
    assert browser.post(f"{path}/who", data=joined).location == path
    assert "Dezelfde leverancier" not in text_of(browser.get(path)), "the names differ: two people say so"
    assert sign_in(Role.PROGRAMME).post(f"{path}/who", data=joined).status_code == 303
    assert "Dezelfde leverancier staat ook zo bekend" in text_of(browser.get(path))
    assert browser.post(f"{path}/undo", data={"reason": "toch niet"}).status_code == 303
    assert browser.post(f"{path}/who", data=joined | {"answer": "no", "reason": "nee"}).status_code == 409


def test_an_organisation_of_this_house_is_linked_and_loosened(
    sign_in, session, supplier, path, make_organisation
):
    browser = sign_in(Role.PROGRAMME)
    party = make_organisation(kvk_number=KVK, name="Jansen Bouw")
    assert "organisatie van deze site" in text_of(browser.get(f"{path}/who"))
    data = {"who": f"p{party.public_id}", "answer": "no", "reason": "zelfde uittreksel"}
    assert browser.post(f"{path}/who", data=data).status_code == 409
    assert browser.post(f"{path}/who", data=data | {"answer": "yes"}).status_code == 303
    session.refresh(supplier)
    assert supplier.party_id == party.id
    assert browser.post(f"{path}/undo", data={"reason": "vergissing"}).status_code == 303
    session.refresh(supplier)
    assert supplier.party_id is None
    by_number = {"who": "other", "kvk_number": KVK, "answer": "yes", "reason": "toch wel"}
    assert browser.post(f"{path}/who", data=by_number).status_code == 303
    assert "toch wel" in text_of(browser.get(path))


def test_back_to_the_work_list_with_what_the_coverage_was(sign_in, path, take):
    take(told(KVK, "Iemand"))
    browser = sign_in(Role.PROGRAMME)
    data = {"who": f"k{KVK}", "answer": "no", "reason": "ander", "back": "work", "was": "0.71"}
    assert (
        browser.post(f"{path}/who?back=work&was=0.71", data=data).location == "/spend/suppliers/work?was=0.71"
    )
    data = {"who": f"k{KVK}", "answer": "yes", "reason": "toch", "back": "work", "was": "veel"}
    assert sign_in(Role.PROGRAMME).post(f"{path}/who", data=data).location == path, "it waits for another"
    assert browser.post(f"{path}/who", data=data).location == "/spend/suppliers/work"


def test_the_buyer_is_asked_and_answers_for_its_own_ledger_only(sign_in, session, supplier, path, anchor):
    buyer, programme, other = (
        sign_in(Role.PURCHASER, anchor),
        sign_in(Role.PROGRAMME),
        sign_in(Role.PURCHASER),
    )
    assert programme.post(f"{path}/ask").status_code == 303
    assert "Wie is uw leverancier Jansen Bouw?" in [mail.subject for mail in session.query(Mail)]
    assert "Geef het KvK-nummer" in text_of(buyer.get(path))
    for wrong in ("", "12", "x"):
        assert buyer.post(f"{path}/number", data={"kvk_number": wrong}).status_code == 422
    assert buyer.post(f"{path}/number", data={"kvk_number": "91234569"}).status_code == 303
    assert buyer.post(f"{path}/number", data={"kvk_number": "91234569"}).status_code == 409
    session.refresh(supplier)
    assert supplier.kvk_number == "91234569"
    assert other.post(f"{path}/number", data={"kvk_number": "91234568"}).status_code == 403
    for page in ("who", "undo", "catch-all"):
        assert buyer.get(f"{path}/{page}").status_code == 403
    assert buyer.post(f"{path}/ask").status_code == 403
    assert "bekend als" not in text_of(sign_in(Role.AUDITOR).get(path))


def test_a_number_is_said_to_be_of_many(sign_in, session, path, supplier, anchor, at):
    browser = sign_in(Role.PROGRAMME)
    assert "KvK-nummer 91234567" in text_of(browser.get(f"{path}/catch-all"))
    assert (
        browser.post(f"{path}/catch-all", data={"kind": "kvk", "answer": "many", "reason": ""}).status_code
        == 422
    )
    data = {"kind": "kvk", "answer": "many", "reason": "platform"}
    assert browser.post(f"{path}/catch-all", data=data).status_code == 303
    assert queries.catch_alls(session, [KVK]) == {("kvk", KVK)}
    assert browser.post(f"{path}/catch-all", data=data | {"kind": "x"}).status_code == 409
    facts = SupplierFacts(name="Zonder nummer")
    none = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[facts.identity]
    assert browser.get(f"/spend/suppliers/{none.public_id}/catch-all").status_code == 303


def test_attack_11_a_number_that_nothing_points_at_counts_once_a_second_person_says_so(
    sign_in, session, supplier, path, take
):
    take(told("90000512", "Bakkerij Heel Ergens Anders"))
    first, second = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME)
    guess = {"who": "other", "kvk_number": "90000512", "answer": "yes", "reason": "een gok van mij"}
    shown = first.post(f"{path}/who", data=guess)
    assert shown.status_code == 422, "it was never seen beside the supplier"
    for marked in ("Kijk eerst", "Bakkerij Heel", "andere naam", "ander nummer", "Een ja telt pas als twee"):
        assert marked in text_of(shown)
    guess["asked"] = "90000512"
    assert 'name="asked" type="hidden" value="90000512"' in text_of(shown)
    said = first.post(f"{path}/who?back=work&was=0.71", data=guess | {"back": "work"})
    assert said.location == path
    session.refresh(supplier)
    assert supplier.register_number is None
    assert "bewezen lokaal" not in text_of(first.get(path))
    assert first.post(f"{path}/who", data=guess).status_code == 422
    asked = f"Kijk na wie {supplier.name} is"
    assert [asked in text_of(each.get("/?lang=nl")) for each in (first, second)] == [False, True]
    page = text_of(second.get(f"{path}/who?lang=nl"))
    assert ["Een collega zei wie dit is" in page, "een gok van mij" in page, "Bakkerij" in page] == [True] * 3
    assert (
        second.post(f"{path}/who", data=guess | {"answer": "no", "reason": "klopt niet"}).status_code == 303
    )
    assert asked not in text_of(second.get("/?lang=nl"))
    assert first.post(f"{path}/who", data=guess).status_code == 303
    session.refresh(supplier)
    assert supplier.register_number is None, "a no took away what was said before"
    assert second.post(f"{path}/who", data=guess | {"who": "k90000512"}).status_code == 303
    session.refresh(supplier)
    assert supplier.register_number == "90000512"


def test_the_database_holds_the_second_person_to_what_the_first_said(session, supplier, make_user, at):
    one, two = make_user(), make_user()
    facts = {
        "supplier_id": supplier.id,
        "holds": True,
        "register_number": "90000512",
        "reason": "gok",
        "at": at,
    }
    said = SupplierLink(kind="proposed", actor_id=one.id, **facts)
    session.add(said)
    session.flush()
    for wrong in ({"actor_id": one.id}, {"actor_id": two.id, "register_number": "90000513"}):
        with pytest.raises(DBAPIError, match="second person"), session.begin_nested():
            session.add(SupplierLink(kind="register", proposal_id=said.id, **(facts | wrong)))
            session.flush()
    with pytest.raises(DBAPIError, match="subject"), session.begin_nested():
        session.add(SupplierLink(kind="proposed", actor_id=None, **facts))
        session.flush()
    with pytest.raises(DBAPIError, match="second person"), session.begin_nested():
        session.add(SupplierLink(kind="register", actor_id=two.id, **facts))
        session.flush()
