from dataclasses import replace
from datetime import date

import pytest

from coops.exchange import errors, rules
from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item

TODAY = date(2026, 12, 1)
FACTS = AdvertFacts(
    Exchange.OFFER, Item.TOOL, Deal.BORROW, "Bakfiets te leen", "Op maandag", "FB", date(2027, 1, 1)
)


def test_an_advert_has_words_and_a_day():
    rules.check_advert(FACTS, TODAY)
    for name in ("title", "text"):
        with pytest.raises(errors.AdvertTextMissing):
            rules.check_advert(replace(FACTS, **{name: "  "}), TODAY)
    for day in (TODAY, date(2026, 11, 1), date(2027, 12, 3)):
        with pytest.raises(errors.AdvertDayInvalid):
            rules.check_advert(replace(FACTS, expires_on=day), TODAY)
    rules.check_advert(replace(FACTS, expires_on=date(2027, 12, 2)), TODAY)


def test_a_want_answers_an_offer_of_the_same_kind_and_place():
    want = replace(FACTS, exchange=Exchange.WANT)
    assert rules.answers(FACTS, want)
    assert not rules.answers(FACTS, FACTS)
    assert not rules.answers(FACTS, replace(want, item=Item.SPACE))
    assert not rules.answers(FACTS, replace(want, place_code="FC"))
    assert rules.answers(FACTS, replace(want, place_code=None))
    assert rules.answers(replace(FACTS, place_code=None), replace(want, place_code="FC"))


def test_twenty_is_enough():
    rules.check_room(19)
    with pytest.raises(errors.TooManyAdverts):
        rules.check_room(20)


def test_the_open_shape_is_what_its_schema_asks():
    """Required fields, enumerations and types of offers_wants v0.1.0, as read there; what is ours stands apart."""
    needed = {
        "linked_schemas", "exchange_type", "transaction_type", "tags", "title", "description", "geographic_scope",
        "contact_details",
    }  # fmt: skip
    for item in Item:
        facts = replace(FACTS, item=item)
        made = rules.murmuration(facts, url="https://voorbeeld.example/x", organisation="O", expires_at=1)
        assert needed <= set(made) <= needed | {"item_type", "details_url", "expires_at", "cwb"}
        assert made["linked_schemas"] == ["offers_wants_schema-v0.1.0"]
        assert made.get("item_type", "good") in {"good", "service"}
        assert (made["exchange_type"], made["transaction_type"]) == ("offer", ["borrow-lend"])
        assert None not in made.values()
