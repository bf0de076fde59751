from dataclasses import replace
from datetime import date

import pytest

from coops.support import errors, rules
from coops.support.rules import Kind, OfferFacts, RequestFacts

DAY = date(2026, 9, 1)
OFFER = OfferFacts(
    Kind.PREMISES, "Plint", "", 120, 60_00, 140_00, "Gemiddelde huur", "FB", True, date(2026, 9, 1), date(2027, 8, 31)
)  # fmt: skip
REQUEST = RequestFacts(Kind.PREMISES, "Werkplaats", 80, 70_00, "FB", date(2026, 10, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": " "}, errors.TitleMissing), ({"amount": -1}, errors.AmountWrong), ({"amount": 0}, errors.AmountWrong),
        ({"amount": rules.MOST_AMOUNT + 1}, errors.AmountWrong), ({"price": -1}, errors.PriceWrong),
        ({"price": 150_00}, errors.MarketBelowPrice), ({"market_how": " "}, errors.MarketMissing),
        ({"ends_on": date(2026, 9, 1)}, errors.TermWrong), ({"ends_on": date(2040, 1, 1)}, errors.TermWrong),
        ({"starts_on": date(2025, 1, 1), "ends_on": DAY}, errors.TermWrong),
        ({"kind": Kind.CREDIT}, errors.PriceWrong),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_is_refused(change, fault):
    rules.check_offer(OFFER, DAY)
    with pytest.raises(fault):
        rules.check_offer(replace(OFFER, **change), DAY)


def test_credit_is_offered_without_a_price():
    rules.check_offer(replace(OFFER, kind=Kind.CREDIT, price=0, market=0, market_how=""), DAY)
    with pytest.raises(errors.PriceWrong):
        rules.check_request(replace(REQUEST, most_price=-1), DAY)


def test_months_begun_count_and_worth_follows_the_kind():
    assert rules.months(date(2026, 1, 1), date(2026, 12, 31)) == 12
    assert rules.months(date(2026, 1, 15), date(2026, 2, 14)) == 1
    assert rules.months(date(2026, 1, 15), date(2026, 2, 15)) == 2
    days = date(2026, 10, 1), date(2027, 3, 31)
    assert rules.worth("premises", 80, 60_00, *days) == 80 * 60_00 // 2
    assert rules.worth("expertise", 10, 95_00, *days) == 950_00
    assert rules.worth("credit", 20_000, 750_00, *days) == 750_00
    assert (rules.to_deliver("premises", 80, *days), rules.to_deliver("training", 4, *days)) == (6, 4)


def test_a_match_says_why_and_why_not():
    assert [each.fits for each in rules.reasons(OFFER, 120, REQUEST, DAY)] == [True] * 4
    bad = replace(
        REQUEST,
        amount=121,
        place_code="FN",
        most_price=50_00,
        starts_on=date(2028, 1, 1),
        ends_on=date(2028, 2, 1),
    )
    found = list(rules.reasons(OFFER, 120, bad, DAY))
    assert [each.fits for each in found] == [False] * 4
    assert found[0].facts == {"left": 120, "asked": 121}
    anywhere = replace(REQUEST, place_code=None, most_price=None)
    assert all(each.fits for each in rules.reasons(OFFER, 120, anywhere, DAY))
