"""Targets: a second person agrees, the lower bound decides, nothing changes afterwards."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.exports.gateway import export
from ledger.share.rules import Share
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.queries import known_by_identity
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence
from ledger.targets import errors, queries, rules, services
from ledger.targets.rules import Verdict, judge

BY_WHO_PROPOSED = "SELECT id, true, 'x', proposed_by_id, now() FROM spend_target WHERE id = :id"
Q3 = Period.parse("2026-Q3")


def share(lo, hi="1"):
    return Share(Fraction(lo), Fraction(hi), Fraction(1, 2), 1, 1)


def test_attack_05_withholding_evidence_never_reaches_a_target():
    assert judge(2_500, share("1/4")) is Verdict.MET
    assert judge(2_500, share("2499999/10000000", "1")) is Verdict.NOT_MET
    assert judge(2_500, None) is Verdict.NO_FIGURE
    assert judge(2_500, Share(None, None, None, 0, 0)) is Verdict.NO_FIGURE


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"first_year": 2022}, errors.ProgrammeInvalid), ({"first_year": 2028}, errors.ProgrammeInvalid),
        ({"measure": "lm3"}, errors.ProgrammeInvalid), ({"share": 0}, errors.ShareInvalid),
        ({"share": 10_001}, errors.ShareInvalid), ({"reason": " "}, errors.TargetReasonMissing),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_is_refused(facts, error):
    given = {"first_year": 2026, "measure": "supplier", "share": 2_500, "reason": "convenant"} | facts
    with pytest.raises(error):
        rules.check_target(**given, this_year=2026)


def test_nobody_reaches_a_target_with_a_period_that_was_over_when_it_was_agreed():
    on = date(2026, 10, 1)
    assert judge(1, share("1"), agreed_on=on, period=Q3) is Verdict.AFTERWARDS
    assert judge(1, share("1"), agreed_on=date(2026, 9, 30), period=Q3) is Verdict.MET
    assert rules.after_the_beginning(2026, date(2026, 1, 1))
    assert not rules.after_the_beginning(2026, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("first_year", "agreed_on", "span"),
    [
        (2026, date(2025, 12, 1), "2026-01-01/2026-10-01"), (2023, date(2026, 5, 5), "2026-04-01/2026-10-01"),
        (2026, date(2026, 9, 30), "2026-Q3"), (2026, date(2026, 10, 1), "None"),
    ],
)  # fmt: skip
def test_a_programme_is_judged_from_the_quarter_in_which_its_target_was_agreed(first_year, agreed_on, span):
    assert str(rules.so_far(first_year, agreed_on, Q3)) == span


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def people(make_user, make_organisation, anchor):
    alliance = make_organisation(Side.PROGRAMME)
    return [make_user((Role.ALLIANCE, alliance)), make_user((Role.ALLIANCE, alliance))]


def propose(session, people, at, **facts):
    given = {
        "first_year": 2026,
        "anchor_id": None,
        "measure": "supplier",
        "share": 2_500,
        "reason": "convenant",
    }
    return services.propose_target(session, **(given | facts), actor_id=people[0].id, at=at)


def decide(session, target, user, at, **facts):
    return services.decide_target(
        session, target=target, actor_id=user.id, at=at, **({"accepted": True, "reason": "eens"} | facts)
    )


def test_a_second_person_decides_once(session, people, at):
    target = propose(session, people, at)
    with pytest.raises(errors.SecondPersonNeeded):
        decide(session, target, people[0], at)
    decide(session, target, people[1], at)
    with pytest.raises(errors.TargetDecided):
        decide(session, target, people[1], at)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE spend_target SET share = 1 WHERE id = :id",
        "DELETE FROM spend_target WHERE id = :id",
        "INSERT INTO spend_target_decision (target_id, accepted, reason, decided_by_id, at) "
        + BY_WHO_PROPOSED,
    ],
)
def test_the_database_keeps_targets_and_asks_for_a_second_person(session, people, at, statement):
    target = propose(session, people, at)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement), {"id": target.id})


def test_the_latest_that_was_agreed_to_holds(session, people, at):
    first, second, third = (propose(session, people, at, share=each) for each in (1_000, 2_000, 3_000))
    for each, accepted in ((second, True), (first, True), (third, False)):
        decide(session, each, people[1], at, accepted=accepted)
    assert [each.share for each in queries.standing(queries.targets(session))] == [1_000]


def test_targets_of_one_measure_and_buyer_do_not_overlap(session, anchor, people, at):
    first = propose(session, people, at)
    with pytest.raises(errors.TargetOverlaps) as refused:
        propose(session, people, at, first_year=2024)
    assert "2026–2029" in str(refused.value.text())
    decide(session, first, people[1], at, accepted=False)
    second = propose(session, people, at, first_year=2024)
    third = propose(session, people, at, first_year=2024, share=3_000)
    for facts in ({"measure": "landed"}, {"anchor_id": anchor.id}):
        propose(session, people, at, **facts)
    session.execute(
        text(
            "INSERT INTO spend_target (public_id, first_year, measure, share, reason, proposed_by_id, at)"
            " VALUES (gen_random_uuid(), 2027, 'supplier', 1, 'x', :by, now())"
        ),
        {"by": people[0].id},
    )
    decide(session, second, people[1], at)
    decide(session, third, people[1], at)
    late = next(each for each in queries.targets(session) if each.first_year == 2027)
    with pytest.raises(errors.TargetOverlaps):
        decide(session, late, people[1], at)
    with pytest.raises(DBAPIError, match="another target holds"), session.begin_nested():
        session.execute(
            text("INSERT INTO spend_target_decision (target_id, accepted, reason, decided_by_id, at)"
                 " VALUES (:id, true, 'x', :by, now())"),
            {"id": late.id, "by": people[1].id},
        )  # fmt: skip


def bought(session, anchor, at):
    lines = [
        LineFacts(
            SupplierFacts(name=f"Leverancier {number}"), f"F{number}", date(2026, 8, 1), Money.of("100")
        )
        for number in range(20)
    ]
    record_spend(session, anchor=anchor, lines=lines, actor_id=None, at=at)
    known = known_by_identity(session, anchor.id, [each.supplier.identity for each in lines])
    for line in lines[:5]:
        add_evidence(
            session, supplier=known[line.supplier.identity], grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1),
            source="KvK", actor_id=None, at=at,
        )  # fmt: skip


def test_targets_are_judged_on_the_figure_of_all_and_of_one(session, anchor, people, at):
    bought(session, anchor, at)
    for facts in (
        {"share": 2_500},
        {"share": 2_501, "anchor_id": anchor.id},
        {"share": 1, "measure": "landed"},
    ):
        decide(session, propose(session, people, at, **facts), people[1], at)
    every = queries.targets(session)
    found = services.judged_by(every, Q3, lambda: export(session, Q3, area_pack()))
    assert {(each.target.share, each.verdict) for each in found} == {
        (2_500, Verdict.MET), (2_501, Verdict.NOT_MET), (1, Verdict.NOT_MET),
    }  # fmt: skip
    assert {each.since for each in found} == {at.date()}
    assert services.judged(session, every, Q3) == [], "nobody signed it"


def test_a_programme_so_far_is_its_signed_quarters_together_and_names_the_others(desk, people):
    """Two signed quarters of 5 local of 10 and 5 of 20 are 10 of 30; of an unsigned one nothing is in it."""
    session, early = desk.session, datetime(2026, 1, 5, 12, tzinfo=UTC)
    for facts in ({"share": 3_333}, {"share": 3_334, "anchor_id": desk.anchor.id}):
        decide(session, propose(session, people, early, **facts), people[1], early)
    desk.publish()
    bought(session, desk.anchor, desk.at)
    later = datetime(2026, 10, 9, 12, tzinfo=UTC)
    desk.sign(desk.prepare(period=Q3, at=later), at=later)
    every = queries.targets(session)
    found = services.judged(session, every, Q3)
    assert {(each.target.share, each.whole.share.lo, each.whole.verdict) for each in found} == {
        (3_333, Fraction(1, 3), Verdict.MET), (3_334, Fraction(1, 3), Verdict.NOT_MET),
    }  # fmt: skip
    assert {(str(each.whole.since), tuple(each.whole.without)) for each in found} == {
        ("2026-01-01", ("2026-Q1",))
    }
    assert {each.found.lo for each in found} == {Fraction(1, 4)}
    assert services.judged(session, every, Period.parse("2030-Q1")) == []


def test_proposing_and_deciding_on_the_pages(sign_in, sign_in_user, client, session, people, anchor, at):
    browser = sign_in(Role.ALLIANCE)
    data = {"measure": "supplier", "first_year": "2026", "share": "25", "reason": "convenant"}
    assert browser.post("/spend/targets/new", data=data | {"share": "101"}).status_code == 422
    assert browser.post("/spend/targets/new", data=data | {"first_year": "1999"}).status_code == 422
    assert browser.post("/spend/targets/new", data=data).status_code == 303
    target = queries.targets(session)[0]
    address = f"/spend/targets/{target.public_id}/decide"
    assert browser.get(address).status_code == 403
    other = sign_in_user(people[1])
    assert other.post(address, data={"answer": "yes", "reason": "eens"}).status_code == 303
    assert other.get(address).status_code == 303
    assert "25,00" in client.get("/spend/targets?lang=nl").text
    buyer = sign_in(Role.PURCHASER, anchor)
    assert buyer.post("/spend/targets/new", data=data).status_code == 303
    assert queries.targets(session)[0].anchor_id == anchor.id
    assert other.get(f"/spend/targets/{queries.targets(session)[0].public_id}/decide").status_code == 403


def test_until_a_quarter_is_signed_no_target_is_judged(desk, client, people):
    target = propose(desk.session, people, desk.at)
    decide(desk.session, target, people[1], desk.at)
    page = client.get("/spend/targets?lang=nl").text
    assert ["Er is nog geen kwartaal getekend" in page, "50,00" in page] == [True, False]
    desk.publish()
    page = client.get("/spend/targets?lang=nl").text
    assert ["Er is nog geen kwartaal getekend" in page, "50,00" in page] == [False, True]


def test_what_is_booked_after_the_signature_moves_no_target_and_the_first_page_shows_what_was_signed(
    desk, client, people
):
    target = propose(desk.session, people, desk.at, share=4_000)
    decide(desk.session, target, people[1], desk.at)
    desk.publish()

    def stands():
        every = queries.targets(desk.session)
        (found,) = services.judged(desk.session, every, Period.parse("2026-Q2"))
        return found.found.lo

    before = stands()
    later = LineFacts(SupplierFacts("Later"), "L1", date(2026, 8, 5), Money.of("10"))
    record_spend(desk.session, anchor=desk.anchor, lines=[later], actor_id=None, at=desk.at)
    desk.buy(*(f"Ver {number}" for number in range(9)), local=False)
    assert stands() == before
    desk.session.commit()
    page = client.get("/spend/targets?lang=nl").text
    assert "Sinds de handtekening is er iets veranderd" in page
    assert 'href="/spend?period=2026-Q2"' in page
    assert re.search(r"Nog niet getekend, en hier dus niet bij:.*2026-Q3", page)
    assert "Periode 2026-Q2" in client.get("/spend?lang=nl").text
    assert "Periode 2026-Q3" in client.get("/spend?period=2026-Q3&lang=nl").text
