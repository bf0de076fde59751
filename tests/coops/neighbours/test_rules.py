"""What residents may say of themselves and to each other."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coops.exchange.errors import AdvertTextMissing
from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from coops.neighbours import errors, rules
from cwb.kernel.errors import RuleBroken

TODAY = date(2026, 9, 1)
LADDER = AdvertFacts(
    Exchange.OFFER, Item.TOOL, Deal.BORROW, "Ladder te leen", "Vier meter, in het weekend van 10-12-2026.", "FB",
    TODAY + timedelta(days=30),
)  # fmt: skip


@pytest.mark.parametrize("called", ["Samira", "Jan-Willem", "D’Arcy", "محمد", "Ö"])
def test_one_first_name_or_nickname_is_how_one_is_seen(called):
    assert rules.check_called(f" {called} ", "Samira de Vries-Bakker") == called


def test_no_name_is_a_choice_too():
    assert rules.check_called("  ", "Samira de Vries") is None


@pytest.mark.parametrize(
    "called", ["Vries", "vries", "Samira de Vries", "Sam1", "s@m", "0612345678", "S" * 21, "Sam_1", "-Sam"]
)
def test_a_surname_or_an_address_is_no_nickname(called):
    with pytest.raises(errors.CalledInvalid):
        rules.check_called(called, "Samira de Vries")


@pytest.mark.parametrize(
    "text",
    [
        "Mail sam@voorbeeld.nl", "Bel 06-12345678", "Bel 06 1234 5678", "Bel (020) 123 45 67", "Bel +31 6 12345678",
        "Zie www.voorbeeld.org/sam", "Zie voorbeeld.nl", "https://x.y", "Stuur naar @sam: s@m", "1062 AB 12",
        "1062AB", "Maak over naar NL91 ABNA 0417164300", "BSN 111222333",
    ],
)  # fmt: skip
def test_what_leads_to_a_person_is_refused_where_all_read_it(text):
    for field in ("title", "text"):
        with pytest.raises(RuleBroken) as refused:
            rules.check_advert(replace(LADDER, **{field: text}), TODAY)
        assert refused.value.field == field


@pytest.mark.parametrize(
    "text",
    [
        "Om 10.00 uur, 1.000 spijkers voor € 12,50", "Een boor uit 2026", "Van 01-12-2026 tot 31-12-2026",
        "Bezorgd in 1062", "3 x 45 cm @ elk", "Ik spreek Nederlands en Arabisch. Bel aan als u er bent.",
    ],
)  # fmt: skip
def test_ordinary_words_stand(text):
    rules.check_advert(replace(LADDER, text=text), TODAY)


def test_an_advert_says_something_and_ends_within_three_months():
    with pytest.raises(AdvertTextMissing):
        rules.check_advert(replace(LADDER, title="  "), TODAY)
    for days in (0, 93):
        with pytest.raises(errors.DayInvalid):
            rules.check_advert(replace(LADDER, expires_on=TODAY + timedelta(days=days)), TODAY)
    rules.check_advert(replace(LADDER, expires_on=TODAY + timedelta(days=92)), TODAY)


def test_numbers_are_bounded_and_who_reported_does_not_decide(at):
    rules.check_room(4)
    rules.check_pace(19)
    with pytest.raises(errors.TooMany):
        rules.check_room(5)
    with pytest.raises(errors.TooManyMessages):
        rules.check_pace(20)
    with pytest.raises(errors.TooYoung):
        rules.check_age(of_age=False)
    for closed_at, taken_away in ((at, False), (None, True)):
        with pytest.raises(errors.TalkClosed):
            rules.check_talk(closed_at=closed_at, taken_away=taken_away)
    rules.check_decision(decided=False, reported_by_id=1, user_id=2)
    for decided, reporter in ((True, 1), (False, 2)):
        with pytest.raises(errors.ReportDecided):
            rules.check_decision(decided=decided, reported_by_id=reporter, user_id=2)
