"""The page of one supplier: each name and each piece of evidence once, and who it is in the register."""

from datetime import date, timedelta

from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from ledger.suppliers.services import add_evidence
from tests.ledger.lookups.conftest import anchor, known, take, told

__all__ = ["anchor", "known", "take"]

KVK = KvkNumber("91234567")


def test_what_several_buyers_have_alike_stands_once(sign_in, known, take, anchor, make_organisation):
    others = [make_organisation(Side.ANCHOR) for _number in range(3)]
    one = known("Bakkerij De Ster", kvk_number=KVK)
    for each in others:
        known("Bakkerij De Ster", each, kvk_number=KVK)
    take(told(KVK, "Bakkerij De Ster bv"))
    address = f"/spend/suppliers/{one.public_id}"
    page = sign_in(Role.PROGRAMME).get(address).get_data(as_text=True)
    names = page[page.index("Dezelfde leverancier") : page.index("Wat is bewezen")]
    assert names.count("<li>") == 1
    assert all(each.name in names for each in others)
    assert page.count(">KvK</bdi>") == 1, "the register was asked once"
    assert page.count("in 4 administraties") == 2, "the register's evidence and the ledgers' own, each once"
    assert "Bakkerij De Ster bv, in het register" in page
    assert "/spend/register/" in page[: page.index("Dezelfde leverancier")]
    own = sign_in(Role.PURCHASER, anchor).get(address).get_data(as_text=True)
    assert not any(each.name in own for each in others), "who else buys there is no buyer's business"


def test_what_is_found_again_each_month_stands_once_with_its_first_and_last_day(session, sign_in, known, at):
    one = known("Bakkerij De Ster")
    for days in (0, 31, 62, 62):
        add_evidence(
            session, supplier=one, grade=2, postcode="1063 AA", house_number="9", valid_from=date(2024, 1, 1),
            obtained_on=date(2026, 1, 5) + timedelta(days=days), source="Adresboek", actor_id=None, at=at,
        )  # fmt: skip
    page = sign_in(Role.PROGRAMME).get(f"/spend/suppliers/{one.public_id}").get_data(as_text=True)
    assert page.count(">Adresboek</bdi>") == 1
    assert "5 jan 2026 – 8 mrt 2026<br>3 keer" in page
    happened = page[page.index("Wat er gebeurde") :]
    assert happened.count("1063 AA (Adresboek)") == 1
    assert "1063 AA (Adresboek), laatst op 8 mrt 2026" in happened
