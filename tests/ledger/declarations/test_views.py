"""Declaring and checking on the pages, as a supplier, the programme and an auditor do it."""

import pytest

from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.declarations.models import Declaration, DeclarationCheck
from ledger.suppliers.services import party_supplier


@pytest.fixture
def cooperative(make_organisation):
    return make_organisation(name="Coöperatie Het Voorbeeld", postcode="1063 AA")


WAGES = {"wages": "45.000,00", "payroll": "1063 AB 12", "source": "loonstaat"}


def last(session):
    return session.query(Declaration).order_by(Declaration.id.desc()).first()


def test_a_supplier_declares_in_steps_and_somebody_else_checks(
    sign_in, session, cooperative, make_organisation
):
    browser = sign_in(Role.MEMBER, cooperative)
    assert browser.post("/spend/declarations/new", data={"year": "1999", "turnover": "1"}).status_code == 422
    assert "Er is al een opgave" not in browser.get("/spend/declarations/new").text
    start = browser.post("/spend/declarations/new", data={"year": "2026", "turnover": "100.000,00"})
    assert start.location.endswith("/wages")
    address = start.location.removesuffix("/wages")
    assert 'per postcode <span class="cwb-optional">' not in browser.get(f"{address}/wages").text
    assert browser.post(f"{address}/wages", data=WAGES | {"payroll": "1081 AB 3"}).status_code == 422
    few = WAGES | {"payroll": "1063 AB 12\n1063 AC 3"}
    assert browser.post(f"{address}/wages", data=few).location.endswith("/purchases")
    again = browser.get(f"{address}/wages").text
    assert "1063 AB 12" in again
    assert (
        browser.post(f"{address}/wages", data=WAGES | {"payroll": "1063 AB 12\noverig 3"}).status_code == 303
    )
    assert browser.post(f"{address}/wages", data=WAGES).location.endswith("/purchases")
    named = {"kvk_number": "12345678", "name": "Buur", "amount": "10.000"}
    assert browser.post(f"{address}/purchases", data=named).status_code == 303
    assert browser.post(f"{address}/purchases", data=named).status_code == 422
    assert "niet bewezen" in browser.get(f"{address}/purchases?lang=nl").text
    assert browser.post(f"{address}/purchases/12345678/drop").status_code == 303
    surplus = {"surplus": "5000", "members": "100", "resident_members": "80"}
    assert browser.post(f"{address}/surplus", data=surplus | {"members": "79"}).status_code == 422
    assert browser.post(f"{address}/surplus", data=surplus).location.endswith("/work")
    assert browser.post(f"{address}/work", data={"hours": "10", "local_hours": "4"}).status_code == 303
    assert "€ 49,00" in browser.get(f"{address}?lang=nl").text.replace("\xa0", " ")
    assert "Er is al een opgave" not in browser.get("/spend/declarations/new").text, "a draft counts nowhere"
    assert browser.post(f"{address}/send").status_code == 303
    again = browser.get("/spend/declarations/new").text
    assert "Er is al een opgave" in again
    assert f'href="{address}"' in again
    assert (
        "Er is al een opgave"
        not in sign_in(Role.MEMBER, make_organisation()).get("/spend/declarations/new").text
    )
    assert browser.get(f"{address}/wages").status_code == 303
    assert browser.get(f"{address}/check").status_code == 403
    checker = sign_in(Role.AUDITOR)
    judged = {"answer": "yes", "grade": "3", "reason": "gezien"}
    assert checker.post(f"{address}/check", data=judged | {"grade": "2"}).status_code == 422
    assert checker.post(f"{address}/check", data=judged).status_code == 303
    assert session.query(DeclarationCheck).one().accepted
    assert checker.get(f"{address}/check").status_code == 303
    assert browser.post(f"{address}/correct").location.endswith("/wages")
    assert last(session).replaces_id is not None


def test_a_draft_is_nobody_elses_business(sign_in, cooperative, make_organisation):
    browser = sign_in(Role.MEMBER, cooperative)
    start = browser.post("/spend/declarations/new", data={"year": "2026", "turnover": "100"})
    address = start.location.removesuffix("/wages")
    for other in (sign_in(Role.MEMBER, make_organisation()), sign_in(Role.AUDITOR), sign_in(Role.PROGRAMME)):
        assert other.get(address).status_code == 404


def test_the_programme_declares_on_paper_and_a_colleague_checks(
    sign_in_user, session, make_user, make_organisation, cooperative, at
):
    bureau = make_organisation(Side.PROGRAMME)
    one, colleague = (sign_in_user(make_user((Role.PROGRAMME, bureau))) for _ in range(2))
    supplier = party_supplier(session, organisation=cooperative, at=at)
    session.commit()
    assert one.get("/spend/declarations/new").status_code == 404
    start = one.post(
        f"/spend/declarations/new?supplier={supplier.public_id}", data={"year": "2026", "turnover": "100"}
    )
    address = start.location.removesuffix("/wages")
    assert colleague.get(f"{address}/wages").status_code in {403, 404}
    one.post(f"{address}/wages", data=WAGES | {"wages": "10"})
    assert one.post(f"{address}/send").status_code == 303
    assert colleague.get(f"{address}/surplus").status_code == 403
    assert "Kijk de opgave van" in colleague.get("/").text
    assert "Kijk de opgave van" not in one.get("/").text
    judged = {"answer": "yes", "grade": "3", "reason": "gezien"}
    assert one.post(f"{address}/check", data=judged).status_code == 303
    assert session.query(DeclarationCheck).count() == 0
    assert colleague.post(f"{address}/check", data=judged).status_code == 303
    assert session.query(DeclarationCheck).count() == 1
