"""The constructed checks of the definition, as whoever reads the pages meets them."""

from datetime import date

import pytest

from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.declarations.models import Declaration
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.queries import known_by_identity
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier

FIVE = {
    "A": (20_000, "1063 AA"), "B": (40_000, "3011 AA"), "C": (10_000, None), "D": (-2_000, None), "E": (8_000, "1061"),
}  # fmt: skip
"""Euros of each of five suppliers, so that they may be shown, and where a register says they are."""


def plain(response):
    return response.get_data(as_text=True).replace("\xa0", " ")


def test_constructed_check_1_on_the_page_everybody_reads(client, sign_in, session, make_organisation, at):
    anchor = make_organisation(Side.ANCHOR)
    lines = [
        LineFacts(SupplierFacts(name=f"{name} {number}"), f"{name}{number}", date(2026, 5, 5), Money.of(str(euros)))
        for name, (euros, _place) in FIVE.items() for number in range(5)
    ]  # fmt: skip
    record_spend(session, anchor=anchor, lines=lines, actor_id=None, at=at)
    known = known_by_identity(session, anchor.id, [each.supplier.identity for each in lines])
    for each in lines:
        place = FIVE[each.supplier.name[0]][1]
        if place:
            add_evidence(
                session, supplier=known[each.supplier.identity], grade=2, postcode=place,
                valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at,
            )  # fmt: skip
    session.commit()
    told = plain(client.get("/spend?period=2026-Q2&lang=nl"))
    assert all(each in told for each in ("23,7 %", "50,0 %", "75,0 %")), "before a signature"
    assert "380.000" not in told
    page = plain(sign_in(Role.ALLIANCE).get("/spend?period=2026-Q2&lang=nl"))
    for said in (
        "tussen 23,7 % en 50,0 %",
        "bekend: 75,0 %",
        "€ 380.000,00",
        "Dit cijfer is nog onvoldoende",
    ):
        assert said in page, said


def declare(browser, **facts):
    """Declare 2025 over a turnover of 100,000 in steps; what the page says lands of every 100 euro."""
    start = browser.post("/spend/declarations/new", data={"year": "2025", "turnover": "100.000"})
    address = start.location.removesuffix("/wages")
    for step, data in facts.items():
        assert browser.post(f"{address}/{step}", data=data).status_code == 303, step
    assert browser.post(f"{address}/send").status_code == 303
    return address


@pytest.mark.parametrize("cooperative", [True, False])
def test_constructed_check_3_a_cooperative_lands_59_and_a_mailbox_2_of_every_100_euro(
    sign_in, session, make_organisation, at, cooperative
):
    near = make_organisation(name="Buur", kvk_number="91234567", postcode="1063 AA")
    add_evidence(
        session, supplier=party_supplier(session, organisation=near, at=at), grade=2, postcode="1063 AA",
        valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at,
    )  # fmt: skip
    session.commit()
    browser = sign_in(Role.MEMBER, make_organisation(postcode="1043 AA"))
    payroll = {"payroll": "1063 AB 12", "source": "loonstaat"}
    steps = {"wages": {"wages": "45.000" if cooperative else "2.000", **payroll}}
    if cooperative:
        bought = {"kvk_number": KvkNumber("91234567"), "name": "Buur", "amount": "10.000"}
        steps |= {
            "purchases": bought, "surplus": {"surplus": "5.000", "members": "100", "resident_members": "80"},
        }  # fmt: skip
    address = declare(browser, **steps)
    said = "€ 59,00" if cooperative else "€ 2,00"
    assert said in plain(browser.get(f"{address}?lang=nl"))
    judged = {"answer": "yes", "grade": "3", "reason": "loonstaat gezien"}
    assert sign_in(Role.AUDITOR).post(f"{address}/check", data=judged).status_code == 303
    assert session.query(Declaration).one().sent_at
    assert said in plain(browser.get(f"{address}?lang=nl"))
