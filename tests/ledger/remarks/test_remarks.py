"""What is told before a signature: never more than is so, and never in its way."""

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.bridge.services import declare_total
from ledger.publication import queries
from ledger.remarks.rules import Quarter, remarks

FINE = Quarter("A", "2026-Q2", 1000, 1000, handed_in=True, nothing=False, owes=True)


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"declared": 1001}, ["difference"]),
        ({"declared": None}, ["no_total"]),
        ({"handed_in": False, "declared": None}, ["missing"]),
        ({"handed_in": False}, ["missing"]),
        ({"handed_in": False, "declared": 5}, ["missing", "difference"]),
        ({"handed_in": False, "declared": None, "nothing": True}, []),
        ({"handed_in": False, "declared": None, "owes": False}, []),
        ({"undecided": 3}, ["undecided"]),
        ({"double": 2}, ["double"]),
    ],
)
def test_each_state_of_a_quarter_is_told(changes, kinds):
    assert [each["kind"] for each in remarks([FINE._replace(**changes)], insufficient=None)] == kinds


def test_what_is_told_stands_with_the_signature_and_on_the_page_before_it(
    session, desk, sign_in_user, make_organisation
):
    desk.buy("Zonder bewijs", euros="2000")
    quarter = Period.parse("2026-Q2")
    facts = {"period": quarter, "source": "proefbalans", "actor_id": None, "at": desk.at}
    declare_total(session, anchor=desk.anchor, amount=Money.of("3100.50"), **facts)
    prepared = desk.prepare()
    page = sign_in_user(desk.people[1]).get(f"/spend/published/prepared/{prepared.public_id}").text
    assert "Lees dit voor het tekenen" in page
    assert "€\xa0100,50</bdi> meer dan de regels" in page
    signed = desk.sign(prepared)
    assert signed.told == [
        {
            "kind": "silent",
            "anchor": desk.anchor.name,
            "quarter": "2026-Q2",
            "months": ["2026-04", "2026-06"],
        },
        {"kind": "difference", "anchor": desk.anchor.name, "quarter": "2026-Q2", "cents": 10_050},
    ]
    assert queries.find_latest(session, "2026-Q2").told == signed.told


def test_a_figure_of_the_version_that_stands_that_is_gone_is_told_before_the_signature(
    session, desk, sign_in_user
):
    desk.publish()
    desk.buy("Terug", euros="-2000")
    prepared = desk.prepare(reason="een grote creditnota kwam te laat")
    page = sign_in_user(desk.people[1]).get(f"/spend/published/prepared/{prepared.public_id}").text
    assert "“Deel lokaal, minstens” stond in de vorige versie. Nu is er geen cijfer." in page
    told = [each for each in desk.sign(prepared).told if each["kind"] == "gone"]
    assert [(each["anchor"], each["part"]) for each in told] == [("", "lo"), (desk.anchor.name, "lo")]
