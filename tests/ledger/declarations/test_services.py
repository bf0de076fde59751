"""Declaring through the services: in steps, sent once, corrected by a new one, checked by a second person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.declarations import errors, queries, services
from ledger.declarations.models import Declaration, DeclarationCheck
from ledger.exports.gateway import export
from ledger.identities.services import known_suppliers, link_supplier
from ledger.share.rules import Standing
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier

Q3 = Period.parse("2026-Q3")
COLUMNS = "declaration_id, accepted, grade, purchases_amount, expires_on, reason, at"
BY_THE_DECLARER = (
    "SELECT id, true, 3, 0, '2028-01-01', 'x', now(), declared_by_id FROM landing_declaration WHERE id = :id"
)


@pytest.fixture
def cooperative(make_organisation):
    return make_organisation(name="Coöperatie Het Voorbeeld U.A.", postcode="1063 AA")


@pytest.fixture
def member(make_user, cooperative):
    return make_user((Role.MEMBER, cooperative))


@pytest.fixture
def checker(make_user, make_organisation):
    return make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME)))


@pytest.fixture
def draft(session, cooperative, member, at):
    made = services.start_declaration(
        session,
        supplier=party_supplier(session, organisation=cooperative, at=at),
        year=2026,
        turnover=10_000_000,
        actor_id=member.id,
        at=at,
    )
    session.refresh(made, ["supplier", "purchases", "check"])
    services.write_wages(session, declaration=made, wages=4_500_000, payroll="1063 AB 12", source="loonstaat")
    return made


@pytest.fixture
def sent(session, draft, member, at):
    services.send_declaration(session, declaration=draft, actor_id=member.id, at=at)
    return draft


def check(session, one, user, at, **facts):
    given = {"accepted": True, "grade": 3, "reason": "loonstaat gezien", "actor_id": user.id, "at": at}
    return services.check_declaration(session, declaration=one, **(given | facts))


def known(session, at, anchor, name, kvk, postcode):
    facts = SupplierFacts(name=name, kvk_number=KvkNumber.parse(kvk), postcode=postcode)
    made = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[facts.identity]
    add_evidence(
        session, supplier=made, grade=2, postcode=postcode, valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at
    )  # fmt: skip
    return made


def test_purchases_count_only_from_whom_a_register_proves_here(
    session, draft, member, checker, make_organisation, at
):
    anchor = make_organisation(Side.ANCHOR)
    known(session, at, anchor, "Dichtbij", "11111111", "1063 AA")
    known(session, at, anchor, "Ver weg", "22222222", "3011 AA")
    for number, name in (("11111111", "Dichtbij"), ("22222222", "Ver weg"), ("33333333", "Onbekend")):
        services.add_purchase(
            session, declaration=draft, kvk_number=KvkNumber.parse(number), name=name, amount=1_000_000
        )
    places = services.proven_places(session, draft)
    assert places == {"11111111": Standing.LOCAL, "22222222": Standing.NOT_LOCAL}
    services.write_surplus(session, declaration=draft, surplus=500_000, members=100, resident_members=80)
    services.send_declaration(session, declaration=draft, actor_id=member.id, at=at)
    assert check(session, draft, checker, at).purchases_amount == 1_000_000
    assert [(each.landed, each.turnover) for each in queries.landings(session)] == [(5_900_000, 10_000_000)]


def test_parts_above_the_turnover_are_refused_at_every_step(session, draft):
    with pytest.raises(errors.PartsTooLarge):
        services.add_purchase(
            session, declaration=draft, kvk_number=KvkNumber.parse("11111111"), name="x", amount=5_500_001
        )
    with pytest.raises(errors.PartsTooLarge), session.begin_nested():
        services.write_surplus(session, declaration=draft, surplus=5_500_001, members=1, resident_members=1)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"payroll": ""}, errors.PayrollMissing),
        ({"source": ""}, errors.SourceMissing),
        ({"payroll": "1081 AB 9"}, errors.PayrollOutside),
        ({"wages": 10_000_001}, errors.PartsTooLarge),
    ],
)
def test_attack_14_wages_without_people_or_papers_are_not_kept(session, draft, facts, error):
    given = {"wages": 1, "payroll": "1063 AB 9", "source": "loonstaat"}
    with pytest.raises(error):
        services.write_wages(session, declaration=draft, **(given | facts))


def test_a_supplier_is_named_once_and_may_be_taken_off(session, draft):
    facts = {"declaration": draft, "kvk_number": KvkNumber.parse("11111111"), "name": "x", "amount": 5}
    services.add_purchase(session, **facts)
    with pytest.raises(errors.PurchaseTwice):
        services.add_purchase(session, **facts)
    services.drop_purchase(session, declaration=draft, kvk_number="11111111")
    assert draft.purchases == []


def test_what_was_sent_stands(session, sent, member, at):
    for act in (
        lambda: services.write_wages(session, declaration=sent, wages=1, payroll="1063 AB 9", source="s"),
        lambda: services.write_work(
            session, declaration=sent, hours=1, local_hours=1, votes=1, resident_votes=1, ownership_source=""
        ),
        lambda: services.send_declaration(session, declaration=sent, actor_id=member.id, at=at),
    ):
        with pytest.raises(errors.DeclarationSent):
            act()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE landing_declaration SET wages_amount = 9 WHERE id = :id",
        "DELETE FROM landing_declaration WHERE id = :id",
        "INSERT INTO landing_purchase (declaration_id, kvk_number, name, amount) VALUES (:id, '11111111', 'x', 1)",
        f"INSERT INTO landing_check ({COLUMNS}, checker_id) {BY_THE_DECLARER}",
        f"INSERT INTO landing_check ({COLUMNS}) VALUES (:id, true, 3, 5500001, '2028-01-01', 'x', now())",
    ],
)
def test_the_database_keeps_what_was_sent_and_who_checks(session, sent, statement):
    with pytest.raises(DBAPIError, match=r"stays as it is|second person"), session.begin_nested():
        session.execute(text(statement), {"id": sent.id})


def test_attack_14_nobody_checks_their_own_and_no_anchor_checks(
    session, sent, member, make_user, make_organisation, cooperative, at
):
    buyer = make_user((Role.PURCHASER, make_organisation(Side.ANCHOR)))
    board = make_user((Role.BOARD, cooperative))
    for user in (member, board, buyer):
        with pytest.raises(errors.CheckerInvolvedHere):
            check(session, sent, user, at)


def test_a_declaration_is_checked_once_and_counts_from_then_on(session, sent, checker, at):
    assert queries.landings(session) == []
    made = check(session, sent, checker, at)
    assert made.expires_on == date(2028, 9, 1)
    with pytest.raises(errors.DeclarationChecked):
        check(session, sent, checker, at)
    assert len(queries.landings(session)) == 1


def test_a_refused_declaration_does_not_count(session, sent, checker, at):
    assert check(session, sent, checker, at, accepted=False).expires_on is None
    assert queries.landings(session) == []


def test_a_draft_is_not_checked(session, draft, checker, at):
    with pytest.raises(errors.DeclarationChecked):
        check(session, draft, checker, at)


def test_a_correction_takes_the_place_when_it_is_sent(session, sent, member, checker, at):
    check(session, sent, checker, at)
    new = services.correct_declaration(session, declaration=sent, actor_id=member.id, at=at)
    assert len(queries.landings(session)) == 1
    with pytest.raises(errors.DeclarationReplaced):
        services.correct_declaration(session, declaration=sent, actor_id=member.id, at=at)
    session.refresh(new, ["supplier", "purchases", "check"])
    services.write_wages(session, declaration=new, wages=100, payroll="1063 AB 12", source="loonstaat")
    services.send_declaration(session, declaration=new, actor_id=member.id, at=at + timedelta(days=1))
    assert queries.landings(session) == []
    check(session, new, checker, at)
    assert [each.landed for each in queries.landings(session)] == [100]
    assert session.scalar(select(Declaration.wages_amount).where(Declaration.id == sent.id)) == 4_500_000


def test_the_turnover_of_a_draft_may_be_mended_and_stays_above_its_parts(session, draft):
    facts, before = {"payroll": "1063 AB 12", "source": "loonstaat"}, draft.turnover_amount
    services.write_wages(session, declaration=draft, wages=100, turnover=before * 10, **facts)
    assert (draft.wages_amount, draft.turnover_amount) == (100, before * 10)
    services.write_wages(session, declaration=draft, wages=100, **facts)
    assert draft.turnover_amount == before * 10, "nothing said, nothing changed"
    with pytest.raises(errors.PartsTooLarge):
        services.write_wages(session, declaration=draft, wages=100, turnover=99, **facts)


def test_attack_12_votes_say_who_decides_and_the_legal_form_says_nothing(session, draft, cooperative):
    assert (draft.vote_count, draft.resident_vote_count) == (0, 0)
    services.write_work(
        session, declaration=draft, hours=100, local_hours=40, votes=12, resident_votes=3,
        ownership_source="ledenlijst en notulen van 3 maart",
    )  # fmt: skip
    assert draft.amounts(0).landed == 4_500_000


def test_a_declaration_of_somebody_else_is_not_there(session, sent, draft, make_organisation):
    other = make_organisation()
    with pytest.raises(errors.DeclarationUnknown):
        queries.declaration(session, sent.public_id, party_id=other.id)
    with pytest.raises(errors.DeclarationUnknown):
        queries.declaration(session, "geen id")
    assert queries.declaration(session, sent.public_id).id == sent.id


def test_the_export_holds_the_floor_and_recomputes(session, make_organisation, make_user, checker, at):
    anchor = make_organisation(Side.ANCHOR)
    lines = []
    for number in range(12):
        name = f"Leverancier {number}"
        lines.append(LineFacts(SupplierFacts(name=name), f"F{number}", date(2026, 8, 1), Money.of("1000")))
    record_spend(session, anchor=anchor, lines=lines, actor_id=None, at=at)
    before = export(session, Q3, area_pack())
    assert before["figures"]["landed_share"]["measured"] is False
    for number in range(5):
        organisation = make_organisation(name=f"Coöperatie {number}")
        facts = SupplierFacts(name=f"Leverancier {number}")
        supplier = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[
            facts.identity
        ]
        party_supplier(session, organisation=organisation, at=at)
        link_supplier(session, supplier=supplier, party=organisation, reason="zelfde", actor_id=None, at=at)
        one = services.start_declaration(
            session,
            supplier=party_supplier(session, organisation=organisation, at=at),
            year=2026,
            turnover=100_00,
            actor_id=None,
            at=at,
        )
        session.refresh(one, ["supplier", "purchases", "check"])
        services.write_wages(session, declaration=one, wages=60_00, payroll="1063 AB 12", source="loonstaat")
        services.send_declaration(session, declaration=one, actor_id=None, at=at)
        check(session, one, checker, at)
    after = export(session, Q3, area_pack())
    landed = after["figures"]["landed_share"]
    assert (landed["floor"], landed["coverage"], landed["total"]) == ("0.2500", "0.4167", "12000.00")
    assert session.scalar(select(DeclarationCheck.grade).limit(1)) == 3
