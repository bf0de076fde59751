"""What the purchase ledger tells of the same kind of work counts in the sum against splitting."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from ledger.spend.queries import bought_loose
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from procurement.counsel import queries, services
from procurement.counsel.gateway import patterns
from procurement.counsel.rules import LEDGER, About, Earlier, splits


@pytest.fixture
def buy(buying):
    def act(name, euros, *, on=date(2026, 8, 1), cpv="90919300", **facts):
        line = LineFacts(
            supplier=SupplierFacts(name=name, kvk_number=KvkNumber("12345678") if name == "A" else None),
            document_number=f"{name}-{euros}-{on}", invoice_on=on, amount=Money.of(euros),
            cpv=Cpv(cpv) if cpv else None, **facts,
        )  # fmt: skip
        record_spend(buying.session, anchor=buying.buyer, lines=[line], actor_id=None, at=buying.at)

    return act


def loose(buying, since=date(2025, 9, 1), until=date(2026, 9, 1)):
    return bought_loose(
        buying.session, buying.buyer.id, cpv_group="909", category="cleaning", since=since, until=until
    )


def test_only_what_names_no_contract_counts(buying, buy):
    buy("A", "1000")
    buy("B", "2000")
    buy("B", "-500", on=date(2026, 8, 2))
    buy("A", "7", on=date(2025, 9, 1))
    buy("A", "7", on=date(2026, 9, 2))
    buy("A", "7", cpv="77310000")
    buy("A", "7", contract_reference="C-2026-0001", on=date(2026, 8, 3))
    buy("A", "7", tender_reference="T-2026-0001", on=date(2026, 8, 4))
    buy("A", "7", cpv="", on=date(2026, 8, 5))
    found = loose(buying)
    assert (found.lines, found.suppliers, found.net) == (3, 2, 2_500_00)
    assert found.last_on == date(2026, 8, 2)


def test_nothing_bought_is_nothing_told(buying):
    assert loose(buying) == (0, 0, 0, None)


def findings(buying, tender):
    return [
        each
        for each in queries.findings(buying.session, tender, buying.law, patterns(), local_date(buying.at))
        if each.about is About.SPLITTING
    ]


def test_the_ledger_counts_in_the_sum_and_an_invoice_more_does_not_ask_anew(buying, buy):
    buy("A", "150000")
    tender = buying.draft()
    [found] = findings(buying, tender)
    [line] = found.lines
    assert (line.number, line.value, line.on) == (LEDGER, Money.of("150000"), date(2026, 8, 1))
    assert line.told == "Uw inkoopboek, zonder contract (regels: 1, leveranciers: 1)"
    kept = services.answer_finding(
        buying.session, tender=tender, fingerprint=found.fingerprint, answer="Dat was ander werk, zie ons plan.",
        law=buying.law, **buying.by(),
    )  # fmt: skip
    assert kept.facts["lines"] == [[LEDGER, line.told, "150000.00", "2026-08-01"]]
    buy("B", "400", on=date(2026, 8, 20))
    assert findings(buying, tender)[0].fingerprint == found.fingerprint
    buy("B", "6000000", on=date(2026, 8, 21))
    assert findings(buying, tender)[0].fingerprint == found.fingerprint


def test_another_limit_asks_anew(buying, buy):
    limits = [Money.of("200000"), Money.of("400000")]
    loose = [Earlier(LEDGER, "x", Money.of("150000"), date(2026, 8, 1), {"lines": 1})]
    more = [replace(loose[0], value=Money.of("350000"))]
    first, second = (splits(Money.of("100000"), each, limits, 12).fingerprint for each in (loose, more))
    assert first != second


def test_long_ago_does_not_count(buying, buy):
    buy("A", "150000", on=local_date(buying.at) - timedelta(days=367))
    assert findings(buying, buying.draft()) == []
