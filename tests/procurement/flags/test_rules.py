"""Golden cases, computed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction as F

import pytest

from procurement.flags import errors, forms, rules
from procurement.flags.gateway import limits
from procurement.flags.models import FlagAnswer
from procurement.flags.rules import BidFacts, Case, Code, Outcome
from procurement.flags.services import Flagged, signals

LIMITS = rules.limits_on(limits(), date(2026, 9, 1))
START = datetime(2026, 9, 1, 10, tzinfo=UTC)
NONE = rules.Field((), {}, {})


def bids(*prices, out=()):
    """Bidders 1, 2, 3 … with these prices in euro cents; `out` are those that were disqualified."""
    return tuple(
        BidFacts(place, f"B{place}", price, place in out) for place, price in enumerate(prices, start=1)
    )


def case(
    *prices, out=(), winner=None, days=F(30), method="open", price_only=False, tender=1, buyer=100, given=None
):
    return Case(
        tender_id=tender, lot_id=tender, lot=1, number=f"T-2026-{tender:04}", title="Werk", buyer_id=buyer, buyer=f"Koper {buyer}",
        method=method, price_only=price_only, published_at=START, closes_at=START + timedelta(seconds=int(days * 86_400)),
        bids=given if given is not None else bids(*prices, out=out), winner_id=winner,
    )  # fmt: skip


def found(code, one, others=()):
    whole = rules.field_of([one, *others], LIMITS)
    return next(each for each in rules.findings(one, whole, LIMITS) if each.code is code)


def outcome(code, one, others=()):
    return found(code, one, others).outcome


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (F(14), Outcome.RAISED), (F(15), Outcome.QUIET), (F(15) - F(1, 86_400), Outcome.RAISED),
        (F(15) + F(1, 86_400), Outcome.QUIET), (F(40), Outcome.QUIET),
    ],
)  # fmt: skip
def test_r003_exactly_fifteen_days_is_enough(days, expected):
    assert outcome(Code.SHORT_PERIOD, case(1, 2, days=days)) is expected


@pytest.mark.parametrize("method", ["selective", "limited", "direct", ""])
def test_r003_is_for_open_procedures(method):
    assert outcome(Code.SHORT_PERIOD, case(1, days=F(3), method=method)) is Outcome.NOT_ASKED


def test_r018_one_bidder_where_bidders_compete():
    assert outcome(Code.SINGLE_BID, case(100)) is Outcome.RAISED
    assert outcome(Code.SINGLE_BID, case(100, method="selective")) is Outcome.RAISED
    assert outcome(Code.SINGLE_BID, case(100, 200)) is Outcome.QUIET
    assert outcome(Code.SINGLE_BID, case()) is Outcome.QUIET, "nobody is not one"
    assert outcome(Code.SINGLE_BID, case(100, method="limited")) is Outcome.NOT_ASKED


def test_r028_different_bidders_with_one_price():
    same = found(Code.SAME_PRICES, case(4_800_000, 4_700_000, 4_800_000))
    assert (same.outcome, same.about, same.values["price"]) == (Outcome.RAISED, ("B1", "B3"), F(48_000))
    assert outcome(Code.SAME_PRICES, case(4_800_000, 4_800_001)) is Outcome.QUIET
    assert outcome(Code.SAME_PRICES, case(100, 100, out=(2,))) is Outcome.RAISED, "disqualified or not"
    assert outcome(Code.SAME_PRICES, case(None, None)) is Outcome.QUIET, "damaged bids have no price"
    twice = (BidFacts(1, "B1", 100), BidFacts(1, "B1", 100))
    assert outcome(Code.SAME_PRICES, case(given=twice)) is Outcome.QUIET, "one bidder alone"


def test_r035_only_the_winner_was_left():
    left = found(Code.OTHERS_OUT, case(100, 90, 80, out=(2, 3), winner=1))
    assert (left.outcome, left.values) == (Outcome.RAISED, {"valid": 1, "out": 2, "limit": 1})
    assert outcome(Code.OTHERS_OUT, case(100, 90, 80, out=(3,), winner=1)) is Outcome.QUIET
    assert outcome(Code.OTHERS_OUT, case(100, winner=1)) is Outcome.QUIET, "nobody else came"
    assert outcome(Code.OTHERS_OUT, case(100, None, winner=1)) is Outcome.QUIET, "damaged is not disqualified"
    assert outcome(Code.OTHERS_OUT, case(100, 90, out=(2,))) is Outcome.UNKNOWN


def test_r036_the_lowest_was_out_though_price_decides():
    low = found(Code.LOWEST_OUT, case(100, 90, 80, out=(3,), winner=2, price_only=True))
    assert (low.outcome, low.about) == (Outcome.RAISED, ("B3",))
    assert outcome(Code.LOWEST_OUT, case(100, 90, 80, out=(1,), winner=3, price_only=True)) is Outcome.QUIET
    assert outcome(Code.LOWEST_OUT, case(80, 80, out=(1,), winner=2, price_only=True)) is Outcome.QUIET, (
        "the other lowest won"
    )
    assert outcome(Code.LOWEST_OUT, case(100, 90, out=(2,), winner=1)) is Outcome.NOT_ASKED, "quality counts"
    assert outcome(Code.LOWEST_OUT, case(100, 90, out=(2,), price_only=True)) is Outcome.UNKNOWN


def test_quantiles_by_hand():
    four = [F(each) for each in (4, 1, 3, 2)]
    # position (4 + 1/3)/4 + 1/3 = 17/12: between 1 and 2, 5/12 of the way; and 43/12: between 3 and 4, 7/12 of it
    assert rules.quantile(four, F(1, 4)) == F(17, 12)
    assert rules.quantile(four, F(3, 4)) == F(43, 12)
    assert rules.quantile([F(5)], F(1, 4)) == 5
    assert rules.quantile([F(5), F(7)], F(1, 4)) == 5, "position 11/12 is before the first"
    assert rules.quantile([F(5), F(7)], F(3, 4)) == 7


def test_fences_by_hand():
    around = rules.fences([F(each) for each in (1, 2, 3, 4)], LIMITS)
    # IQR = 26/12; 1.5 of it = 39/12
    assert (around.first, around.third) == (F(17, 12), F(43, 12))
    assert (around.lower, around.upper) == (F(17 - 39, 12), F(43 + 39, 12))
    assert rules.fences([F(1), F(2), F(3)], LIMITS) is None, "three values have no quartiles"


def gaps(*percents):
    """Awarded tenders in which the second asked this much more than the winner."""
    return [
        case(10_000, 10_000 + percent * 100, winner=1, tender=place, buyer=200 + place)
        for place, percent in enumerate(percents, start=10)
    ]


def test_r024_and_r058_need_four_awards():
    one = case(10_000, 10_100, winner=1)
    for code in (Code.CLOSE_PRICES, Code.DEEP_DISCOUNT):
        few = found(code, one, gaps(5, 6))
        assert (few.outcome, few.values["count"], few.values["least"]) == (Outcome.UNKNOWN, 3, 4)
        assert few.values["gap"] == F(1, 100)
        assert found(code, one, gaps(5, 6, 7)).outcome is not Outcome.UNKNOWN


def test_r024_unusually_close():
    others = gaps(10, 10, 11, 11, 12, 12)
    # with 0.01 among them: seven values 1 10 10 11 11 12 12 %, positions 13/6 and 35/6: Q1 10 %, Q3 12 - 1/6... by hand below
    near = found(Code.CLOSE_PRICES, case(10_000, 10_100, winner=1), others)
    values = sorted([F(1, 100), F(10, 100), F(10, 100), F(11, 100), F(11, 100), F(12, 100), F(12, 100)])
    first = values[1] + F(1, 6) * (values[2] - values[1])
    third = values[4] + F(5, 6) * (values[5] - values[4])
    assert (near.values["first"], near.values["third"]) == (first, third)
    assert near.values["lower"] == first - F(3, 2) * (third - first)
    assert near.outcome is Outcome.RAISED
    assert found(Code.DEEP_DISCOUNT, case(10_000, 10_100, winner=1), others).outcome is Outcome.QUIET


def test_r058_unusually_far():
    far = found(Code.DEEP_DISCOUNT, case(10_000, 15_000, winner=1), gaps(10, 10, 11, 11, 12, 12))
    assert (far.outcome, far.values["gap"]) == (Outcome.RAISED, F(1, 2))
    assert (
        found(Code.CLOSE_PRICES, case(10_000, 15_000, winner=1), gaps(10, 10, 11, 11, 12, 12)).outcome
        is Outcome.QUIET
    )


def test_the_fence_itself_is_outside():
    """Cardinal: less than or equal, greater than or equal."""
    around = rules.Fences(F(10), F(20), F(-5), F(35), 9)
    assert around.is_low(F(-5))
    assert not around.is_low(F(-5) + F(1, 1000))
    assert around.is_high(F(35))
    assert not around.is_high(F(35) - F(1, 1000))


def test_all_the_same_is_nothing_unusual():
    """Without spread every value lies on both fences: none of them stands out."""
    same = gaps(10, 10, 10, 10, 10)
    for code in (Code.CLOSE_PRICES, Code.DEEP_DISCOUNT):
        assert outcome(code, same[0], same[1:]) is Outcome.QUIET
    assert outcome(Code.CLOSE_PRICES, case(10_000, 10_500, winner=1), same) is Outcome.RAISED


@pytest.mark.parametrize(
    "one",
    [
        case(10_000, 11_000, winner=2),  # the winner is not the lowest
        case(10_000, winner=1),  # no second
        case(10_000, 11_000, out=(2,), winner=1),  # the second was out
    ],
)
def test_r024_and_r058_compare_a_lowest_winner_with_a_valid_second(one):
    for code in (Code.CLOSE_PRICES, Code.DEEP_DISCOUNT):
        assert outcome(code, one, gaps(5, 6, 7, 8)) is Outcome.NOT_ASKED


def test_before_there_is_a_winner_nothing_is_said_of_gaps():
    assert outcome(Code.CLOSE_PRICES, case(10_000, 11_000), gaps(5, 6, 7, 8)) is Outcome.UNKNOWN


def test_equal_prices_make_a_gap_of_nothing():
    assert rules.gap(case(10_000, 10_000, winner=1)) == 0


def buyer_with(buyer, out, *, tender):
    """Two tenders of a buyer with five bids each, `out` of the ten disqualified; own bidders."""
    made = []
    for turn in range(2):
        first = tender * 100 + turn * 10
        given = tuple(
            BidFacts(first + place, f"B{first + place}", 1000 + first + place, turn * 5 + place < out)
            for place in range(5)
        )
        made.append(case(given=given, tender=tender * 10 + turn, buyer=buyer))
    return made


def test_r038_a_buyer_that_disqualifies_unusually_much():
    usual = [each for place in range(5) for each in buyer_with(300 + place, 1, tender=10 + place)]
    busy = buyer_with(400, 6, tender=30)
    much = found(Code.MANY_OUT, busy[0], [busy[1], *usual])
    # ratios 1/10 ×5 and 6/10: Q1 = 1/10; position (6 + 1/3)·3/4 + 1/3 = 61/12: 1/12 of the way from the fifth to the sixth
    assert (much.outcome, much.about) == (Outcome.RAISED, ("Koper 400",))
    assert (much.values["out"], much.values["bids"], much.values["ratio"]) == (6, 10, F(6, 10))
    assert much.values["third"] == F(1, 10) + F(1, 12) * F(1, 2)
    assert outcome(Code.MANY_OUT, usual[0], [*usual[1:], *busy]) is Outcome.QUIET


def test_r038_is_told_once_per_buyer_and_year_and_one_answer_counts_for_all():
    usual = [each for place in range(5) for each in buyer_with(300 + place, 1, tender=10 + place)]
    busy = buyer_with(400, 6, tender=30)
    next_year = replace(busy[1], tender_id=900, lot_id=900, closes_at=START + timedelta(days=365))
    every = [*busy, next_year]
    told = [
        Flagged(each, [found(Code.MANY_OUT, each, [one for one in (*usual, *every) if one != each])])
        for each in every
    ]
    first, second = signals(
        told, [FlagAnswer(id=7, lot_id=busy[1].lot_id, code=Code.MANY_OUT, reason="Zo kwam het.")]
    )
    assert ([each.tender_id for each in first.tenders], first.year) == (
        [each.tender_id for each in busy],
        2026,
    )
    assert (first.answer.id, first.finding.about[0]) == (7, "Koper 400")
    assert ([each.tender_id for each in second.tenders], second.year, second.answer) == ([900], 2027, None)
    alone = [Flagged(each, [found(Code.SINGLE_BID, each)]) for each in (case(100), case(100, tender=2))]
    assert [len(each.cases) for each in signals(alone, [])] == [1, 1]


def test_r038_nobody_out_is_nothing_unusual():
    clean = [each for place in range(5) for each in buyer_with(300 + place, 0, tender=10 + place)]
    assert outcome(Code.MANY_OUT, clean[0], clean[1:]) is Outcome.QUIET


def test_r038_with_few_buyers_says_nothing():
    few = [each for place in range(3) for each in buyer_with(300 + place, 2, tender=10 + place)]
    assert outcome(Code.MANY_OUT, few[0], few[1:]) is Outcome.UNKNOWN


def test_r038_a_buyer_with_one_tender_is_left_out():
    usual = [each for place in range(4) for each in buyer_with(300 + place, 1, tender=10 + place)]
    single = buyer_with(400, 5, tender=30)[:1]
    whole = rules.field_of([*usual, *single], LIMITS)
    assert 400 not in whole.buyers
    assert outcome(Code.MANY_OUT, single[0], usual) is Outcome.QUIET


def test_r038_a_bidder_that_is_disqualified_unusually_often():
    """Eight bidders on four tenders; the eighth is out every time, the first once."""
    prices = range(100, 180, 10)
    made = [
        case(*prices, out=(8, 1) if turn == 0 else (8,), tender=50 + turn, buyer=500) for turn in range(4)
    ]
    often = found(Code.MANY_OUT, made[1], [made[0], *made[2:]])
    # ratios 0 ×6, 1/4, 1; position (8 + 1/3)·3/4 + 1/3 = 79/12: 7/12 of the way from the sixth to the seventh
    assert (often.outcome, often.about) == (Outcome.RAISED, ("B8",))
    assert (often.values["ratio"], often.values["third"], often.values["upper"]) == (1, F(7, 48), F(35, 96))


def test_every_flag_is_told_for_every_case():
    assert [each.code for each in rules.findings(case(1, 2), NONE, LIMITS)] == list(Code)


def test_limits_are_dated():
    early = rules.Limits(
        **{
            **{name: getattr(LIMITS, name) for name in LIMITS.__slots__},
            "valid_from": date(2020, 1, 1),
            "short_days": 10,
        }
    )
    assert rules.limits_on([LIMITS, early], date(2021, 1, 1)).short_days == 10
    assert rules.limits_on([LIMITS, early], date(2026, 1, 1)).short_days == 15
    with pytest.raises(errors.NoLimits):
        rules.limits_on([LIMITS], date(2019, 1, 1))
    assert all(each.source and each.certainty in {"sure", "unverified", "setting"} for each in limits())


def test_an_answer_is_in_own_words():
    assert (
        rules.check_answer("  De eisen waren nieuw voor iedereen. ") == "De eisen waren nieuw voor iedereen."
    )
    with pytest.raises(errors.AnswerTooShort):
        rules.check_answer("Toeval.")
    with pytest.raises(errors.AnswerTooLong):
        rules.check_answer("x" * 2001)


@pytest.mark.parametrize("code", sorted(rules.ABOUT_WINNER))
def test_what_led_nowhere_has_no_winner_to_ask_about(code):
    stopped = replace(case(100, 200, out=(1,), winner=2, price_only=True), led_nowhere=True)
    one = found(code, stopped)
    assert (one.outcome, dict(one.values)) == (Outcome.NOT_ASKED, {"nobody": 1})


def test_what_led_nowhere_still_asks_about_its_bids():
    stopped = replace(case(100, 100, days=F(3)), led_nowhere=True)
    assert outcome(Code.SAME_PRICES, stopped) is Outcome.RAISED
    assert outcome(Code.SHORT_PERIOD, stopped) is Outcome.RAISED
    assert rules.field_of([replace(case(100, 200), led_nowhere=True)], LIMITS).gaps == ()


def test_r038_a_joint_bid_counts_for_each_of_its_members():
    together = (("a", "A"), ("b", "B"))
    joint = BidFacts(1, "A en B (combinatie)", 100, is_out=True, members=together)
    alone = BidFacts(2, "B", 200, members=(("b", "B"),))
    cases = [case(tender=each, given=(joint,)) for each in range(1, 4)] + [case(tender=9, given=(alone,))]
    whole = rules.field_of(cases, replace(LIMITS, least_bids=1))
    assert {key: (each.name, each.out, each.bids) for key, each in whole.bidders.items()} == {
        "a": ("A", 3, 3), "b": ("B", 3, 4),
    }  # fmt: skip


def test_r018_a_joint_bid_is_one_bid():
    joint = BidFacts(1, "A en B (combinatie)", 100, members=(("a", "A"), ("b", "B")))
    assert outcome(Code.SINGLE_BID, case(given=(joint,))) is Outcome.RAISED


def test_who_often_drops_out_is_not_named_to_a_buyer_before_the_scores_stand():
    many = rules.Finding(Code.MANY_OUT, Outcome.RAISED, {"out": 3, "bids": 4}, ("Glans",))
    (shown,), (hidden,) = forms._sentences(many, names=True), forms._sentences(many, names=False)
    assert ("%(who)s" in shown, "%(who)s" in hidden) == (True, False)
