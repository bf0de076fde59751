from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from procurement.approval.services import content_of
from procurement.dividing import services
from procurement.dividing.services import LotFacts
from procurement.drafting import services as drafting
from procurement.lots import errors
from procurement.tenders import queries
from procurement.tenders.errors import DraftChanged, DraftIncomplete, NotDraft, TermReversed


def facts(title="Zwembaden", value="40000", **more):
    return LotFacts(title, "Twee baden", Money.of(value), **more)


def add(buying, tender, **more):
    return services.add_lot(buying.session, tender=tender, **buying.by(**{"facts": facts(), **more}))


def arrange(buying, tender, **more):
    return drafting.arrange_lots(buying.session, tender=tender, requirements="KvK", **buying.by(**more))


def shown(tender):
    return [(each.number, each.title, each.value_minor) for each in tender.lots]


def values(lot):
    return [each.value_minor for each in lot.criteria if each.kind == "quality"]


def test_the_first_lot_taken_out_leaves_the_rest_in_lot_1(buying):
    tender = add(buying, buying.draft())
    assert shown(tender) == [(1, "Schoonmaak buurthuizen", 6_000_000), (2, "Zwembaden", 4_000_000)]
    assert arrange(buying, tender).no_lots_reason == ""


def test_another_lot_must_fit_before_the_step_is_done(buying):
    tender = add(buying, add(buying, buying.draft()), facts=facts("Kantine", "10000"))
    with pytest.raises(errors.LotsNotAddingUp) as fault:
        arrange(buying, tender)
    assert fault.value.facts["gap"] == Money.of("10000")
    tender = services.change_lot(
        buying.session, tender=tender, number=1, **buying.by(facts=facts("Buurthuizen", "50000"))
    )
    assert arrange(buying, tender, most_lots_won=2).most_lots_won == 2
    with pytest.raises(errors.LimitInvalid):
        arrange(buying, tender, most_lots_bid=4)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (facts(" "), errors.LotTitleMissing), (facts("schoonmaak BUURTHUIZEN"), errors.LotTwice),
        (facts(value="0"), errors.LotValueInvalid), (facts(value="100000"), errors.LotTakesAll),
        (facts(starts_on=date(2028, 1, 1), ends_on=date(2028, 1, 1)), TermReversed),
    ],
)  # fmt: skip
def test_bad_lots_change_nothing(buying, wrong, fault):
    tender = buying.draft()
    with pytest.raises(fault), buying.session.begin_nested():
        add(buying, tender, facts=wrong)
    assert len(tender.lots) == 1


def test_there_is_an_end_to_the_number_of_lots(buying):
    tender = buying.draft()
    for number in range(2, 21):
        tender = add(buying, tender, facts=facts(f"Deel {number}", "1000"))
    with pytest.raises(errors.TooManyLots):
        add(buying, tender, facts=facts("Een te veel", "1000"))


def test_a_lot_put_away_moves_the_others_up_and_the_last_is_the_whole(buying):
    tender = add(buying, add(buying, buying.draft()), facts=facts("Kantine", "10000", cpv="90911200"))
    tender = arrange_limits(buying, tender)
    tender = services.remove_lot(buying.session, tender=tender, number=1, **buying.by())
    assert shown(tender) == [(1, "Zwembaden", 4_000_000), (2, "Kantine", 1_000_000)]
    assert (tender.most_lots_bid, tender.most_lots_won) == (None, None)
    tender = services.remove_lot(buying.session, tender=tender, number=1, **buying.by())
    assert shown(tender) == [(1, "Schoonmaak buurthuizen", 10_000_000)]
    assert (tender.lots[0].cpv, tender.most_lots_won) == (None, None)
    with pytest.raises(errors.LotNotFound):
        services.remove_lot(buying.session, tender=tender, number=1, **buying.by())


def arrange_limits(buying, tender):
    tender.most_lots_bid, tender.most_lots_won = 3, 2
    buying.session.flush()
    return tender


def test_criteria_follow_lot_1_by_value_until_a_lot_has_its_own(buying):
    tender = add(buying, buying.draft())
    assert [values(each) for each in tender.lots] == [[500_000], [333_300]]
    own = buying.scoring.__class__(
        method=buying.scoring.method,
        criteria=tuple(each.__class__("Veilig", "", each.max_points, each.min_points, Money.of("900"))
                       for each in buying.scoring.criteria),
    )  # fmt: skip
    with pytest.raises(errors.FirstLotLeads):
        drafting.set_scoring(buying.session, tender=tender, lot=tender.lots[0], **buying.by(scoring=own))
    tender = drafting.set_scoring(buying.session, tender=tender, lot=tender.lots[1], **buying.by(scoring=own))
    tender = drafting.set_scoring(buying.session, tender=tender, **buying.by(scoring=buying.scoring))
    assert [values(each) for each in tender.lots] == [[500_000], [90_000]]
    tender = services.follow_first(buying.session, tender=tender, number=2, **buying.by())
    assert [values(each) for each in tender.lots] == [[500_000], [333_300]]


def test_a_stale_form_and_a_published_tender_are_refused(buying):
    tender = buying.draft()
    with pytest.raises(DraftChanged):
        add(buying, tender, version=tender.version - 1)
    public = buying.published()
    with pytest.raises(NotDraft):
        add(buying, public)


def divided(buying):
    tender = arrange(buying, add(buying, buying.draft()), most_lots_won=1)
    tender = drafting.choose_procedure(
        buying.session,
        tender=tender,
        procedure="national_open",
        reason="Iedereen",
        law=buying.law,
        **buying.by(),
    )
    return buying.approved(tender)


def test_a_divided_tender_is_published_whole_and_frozen(buying):
    tender = buying.publish(divided(buying))
    assert [each.formula for each in tender.lots] == [
        "F = P - [Plan] / 10 * 5000.00; min(F)",
        "F = P - [Plan] / 10 * 3333.00; min(F)",
    ]
    assert [each["number"] for each in content_of(tender)["lots"]] == [1, 2]
    assert tender.is_divided
    for change in ("UPDATE lot SET title = 'x'", "UPDATE lot SET formula = 'x'", "DELETE FROM criterion"):
        with pytest.raises(DatabaseError, match="published"), buying.session.begin_nested():
            buying.session.execute(text(change))
    with pytest.raises(DatabaseError, match="frozen"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE tender SET most_lots_won = 2"))


def test_lots_that_do_not_add_up_are_not_published(buying):
    tender = divided(buying)
    buying.session.execute(text("UPDATE lot SET value_minor = value_minor + 1 WHERE number = 2"))
    buying.session.expire_all()
    tender = queries.tender_by_id(buying.session, tender.id)
    with pytest.raises(DraftIncomplete), buying.session.begin_nested():
        buying.publish(tender)
    with pytest.raises(DatabaseError, match="do not add up"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE lot SET formula = 'x'"))
        buying.session.execute(
            text(
                "UPDATE tender SET published_at = reviewed_at, answers_until = closes_at - interval '9 days'"
            )
        )
