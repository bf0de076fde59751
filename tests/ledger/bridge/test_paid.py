"""What the bank paid beside the lines of the ledger: VAT explains a part, the rest is said."""

from datetime import date

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.bank.services import add_account
from ledger.bridge import queries
from ledger.bridge.rules import Paid
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, STRANGE, camt, desk, row

__all__ = ["desk"]
Q3 = Period.quarter(2026, 3)
SAVINGS = "NL91ABNA0417164300"
"""Another account of the anchor itself."""


@pytest.mark.parametrize(
    ("paid", "lines", "beyond"),
    [
        (100, 100, 0), (121, 100, 0), (122, 100, 1), (99, 100, -1), (0, 0, 0), (5, 0, 5), (-100, -100, 0),
        (-121, -100, 0), (-122, -100, -1), (-99, -100, 1), (0, 100, -100),
    ],
)  # fmt: skip
def test_between_the_lines_and_their_highest_vat_nothing_is_left(paid, lines, beyond):
    assert Paid(max(paid, 0), max(-paid, 0), 0, 1).beyond(lines) == beyond


def test_the_bridge_shows_what_suppliers_were_paid(desk, session, trade, sign_in, at):
    anchor, address = trade.buyer, "/spend/bridge?period=2026-Q3"
    facts = [SupplierFacts("Alfa BV", iban=SELLERS), SupplierFacts("Bêta  bv"), SupplierFacts("Gamma BV")]
    record_spend(
        session, anchor=anchor, actor_id=None, at=at,
        lines=[LineFacts(each, "F1", date(2026, 9, 1), Money(10_000)) for each in facts],
    )  # fmt: skip
    add_account(session, party=anchor, number=SAVINGS, blocked=False, actor=trade.purchaser, at=at)
    browser = sign_in("purchaser", anchor)
    assert "nog geen bankafschrift ingelezen" in browser.get(address).get_data(as_text=True)
    desk.take(
        camt(
            "B1", "1000.00", "478.00",
            row("-121.00", iban=SELLERS, name="anders", ref="1"), row("-242.00", iban=STRANGE, name="BÊTA  BV", ref="2"),
            row("21.00", iban=SELLERS, name="Alfa BV", ref="3"), row("-80.00", iban=STRANGE, name="Vreemd", ref="4"),
            row("-100.00", iban=SAVINGS, name="Alfa BV", ref="5"), iban=BUYERS,
        ),
        party=anchor,
    )  # fmt: skip
    found = queries.reasons(session, anchor.id, Q3).paid
    assert found == Paid(36_300, 2_100, 8_000, 2)
    assert found.beyond(30_000) == 0
    page = browser.get(address).get_data(as_text=True)
    assert ["342,00" in page or "363,00" in page, "het verschil kan btw zijn" in page] == [True, True]
    assert queries.reasons(session, anchor.id, Period.quarter(2026, 2)).paid is None
    assert queries.reasons(session, trade.seller.id, Q3).paid is None


def test_who_is_known_only_by_invoices_made_here_is_a_supplier_too(desk, session, trade):
    trade.approve(trade.send())
    desk.take(
        camt(
            "B2", "1000.00", "857.00",
            row("-121.00", iban=STRANGE, name=f" {trade.seller.name.upper()} ", ref="1"),
            row("-12.00", iban=SELLERS, name="anders", ref="2"), row("-10.00", iban=STRANGE, name=trade.partner.name, ref="3"),
            iban=BUYERS,
        ),
        party=trade.buyer,
    )  # fmt: skip
    assert queries.reasons(session, trade.buyer.id, Q3).paid == Paid(13_300, 0, 1_000, 2)
