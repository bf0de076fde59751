"""Passing on through the services: at most what was paid, counted once agreed; flags and levels from what is stored."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from cwb.files.errors import FileDisguised, FileKindRefused, HouseKeyMissing
from cwb.files.gateway import HouseKeys
from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from cwb.kernel.words import ReasonTooShort
from cwb.places.gateway import area_pack
from ledger.declarations import errors
from ledger.declarations.models import Subcontract, SubcontractCheck, SubcontractWithdrawal
from ledger.declarations.queries import MARKS
from ledger.declarations.services import (
    add_purchase,
    check_declaration,
    send_declaration,
    start_declaration,
    write_wages,
    write_work,
)
from ledger.identities.services import known_suppliers, link_supplier
from ledger.landing import errors as faults
from ledger.landing import queries, services
from ledger.landing.models import SubcontractPaper
from ledger.receipts.demo import blank
from ledger.rollups.queries import purchases
from ledger.share.rules import Standing
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier

Q3 = Period.parse("2026-Q3")


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def prime(session, make_organisation, anchor, at):
    """A supplier from elsewhere, paid 1000 in the quarter."""
    organisation = make_organisation(name="Groot Onderhoud", postcode="3011 AA")
    facts = SupplierFacts(name="Groot Onderhoud")
    line = LineFacts(facts, "F1", date(2026, 8, 1), Money.of("1000"))
    record_spend(session, anchor=anchor, lines=[line], actor_id=None, at=at)
    supplier = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[facts.identity]
    party_supplier(session, organisation=organisation, at=at)
    link_supplier(session, supplier=supplier, party=organisation, reason="zelfde", actor_id=None, at=at)
    return organisation


@pytest.fixture
def sub(session, make_organisation, at):
    """A cooperative of the area, proven."""
    organisation = make_organisation(name="Coöperatie Dichtbij", kvk_number="91234567", postcode="1063 AA")
    supplier = party_supplier(session, organisation=organisation, at=at)
    add_evidence(
        session, supplier=supplier, grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at
    )  # fmt: skip
    return organisation


@pytest.fixture
def checker(make_user, make_organisation):
    return make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME)))


@pytest.fixture
def show(session, prime, make_user, tmp_path, at):
    """Adds a paper with what was passed on, by the board of the prime."""
    board = make_user((Role.BOARD, prime))
    actor = Actor(board.id, "", prime.id, "", frozenset({Role.BOARD}))
    facts = {"name": "factuur.png", "content": blank(), "keys": HouseKeys(tmp_path), "actor": actor, "at": at}

    def add(one, **other):
        session.refresh(one, ["prime"])
        return services.add_paper(session, subcontract=one, **(facts | other))

    add.board = actor
    return add


def passing(session, anchor, prime, at, **facts):
    given = {"period": Q3, "kvk_number": KvkNumber.parse("91234567"), "amount": 40_000, "actor_id": None}
    return services.pass_on(session, organisation=prime, anchor=anchor, at=at, **(given | facts))


def sums(session):
    found = {}
    for each in purchases(session, Q3, area_pack()):
        found[each.standing] = found.get(each.standing, 0) + each.amount
    return found


def test_attack_09_what_was_passed_on_counts_at_the_subcontractor_once_agreed(
    session, anchor, prime, sub, checker, show, at
):
    one = passing(session, anchor, prime, at)
    show(one)
    assert queries.rounds_with(session, one) == []
    assert sums(session) == {Standing.UNKNOWN: 100_000}
    services.check_pass(
        session, subcontract=one, accepted=True, reason="factuur gezien", actor_id=checker.id, at=at
    )
    assert sums(session) == {Standing.UNKNOWN: 60_000, Standing.LOCAL: 40_000}
    with pytest.raises(errors.DeclarationChecked):
        services.check_pass(session, subcontract=one, accepted=True, reason="x", actor_id=checker.id, at=at)


def test_never_more_than_the_anchor_paid_and_a_refusal_makes_room(session, anchor, prime, sub, checker, at):
    one = passing(session, anchor, prime, at, amount=100_000)
    with pytest.raises(errors.SubcontractTooLarge):
        passing(session, anchor, prime, at, amount=1)
    services.check_pass(
        session, subcontract=one, accepted=False, reason="geen factuur", actor_id=checker.id, at=at
    )
    passing(session, anchor, prime, at, amount=100_000)
    with pytest.raises(errors.SubcontractTooLarge):
        passing(session, anchor, prime, at, period=Period.parse("2026-Q2"))
    assert sums(session) == {Standing.UNKNOWN: 100_000}


def test_the_same_twice_is_asked_about_and_never_stored_without_an_answer(
    session, anchor, prime, sub, checker, at
):
    first = passing(session, anchor, prime, at)
    with pytest.raises(faults.PassedAgain):
        passing(session, anchor, prime, at, invoice_number="O-2")
    with pytest.raises(DBAPIError, match="another one"), session.begin_nested():
        session.add(Subcontract(**{
            each.name: getattr(first, each.name) for each in Subcontract.__table__.columns
            if each.name not in {"id", "public_id"}
        }))  # fmt: skip
        session.flush()
    assert passing(session, anchor, prime, at, amount=40_001).another_of_id is None
    second = passing(session, anchor, prime, at, amount=5_000)
    other = passing(session, anchor, prime, at, amount=5_000, is_another=True)
    assert (other.another_of_id, session.query(Subcontract).count()) == (second.id, 4)
    changed = passing(session, anchor, prime, at, replaces=first, invoice_number="O-3")
    assert changed.another_of_id is None, "what it changes is withdrawn"
    services.check_pass(
        session, subcontract=changed, accepted=False, reason="geen factuur", actor_id=checker.id, at=at
    )
    assert passing(session, anchor, prime, at).another_of_id is None, "refused before: declared anew"


def test_passing_on_that_cannot_be_is_refused(session, anchor, prime, sub, at):
    for facts, error in (
        ({"kvk_number": KvkNumber.parse("12345678")}, errors.SubcontractorUnknown),
        ({"kvk_number": KvkNumber(prime.kvk_number)}, errors.SubcontractSelf),
        ({"certificate_expires_on": date(2026, 6, 30)}, errors.CertificateExpired),
        ({"certificate": "x" * 121}, errors.DeclarationTextTooLong),
    ):
        with pytest.raises(error):
            passing(session, anchor, prime, at, **facts)


def test_the_second_person_belongs_to_neither_side(session, anchor, prime, sub, make_user, at):
    one = passing(session, anchor, prime, at)
    for user in (
        make_user((Role.BOARD, prime)),
        make_user((Role.BOARD, sub)),
        make_user((Role.PURCHASER, anchor)),
    ):
        with pytest.raises(errors.CheckerInvolvedHere):
            services.check_pass(session, subcontract=one, accepted=True, reason="x", actor_id=user.id, at=at)


def test_what_waits_is_changed_or_taken_back_by_who_said_it(session, anchor, prime, sub, checker, show, at):
    first = passing(session, anchor, prime, at, amount=100_000)
    paper = show(first)
    second = passing(session, anchor, prime, at, amount=90_000, invoice_number="O-7", replaces=first)
    session.refresh(second, ["check", "withdrawal"])
    assert [first.waits, second.waits, second.replaces_id, second.invoice_number] == [
        False, True, first.id, "O-7",
    ]  # fmt: skip
    with pytest.raises(errors.DeclarationChecked):
        services.check_pass(session, subcontract=first, accepted=True, reason="x", actor_id=checker.id, at=at)
    assert [queries.papers(session, first), queries.papers(session, second)] == [[], [paper]]
    services.check_pass(session, subcontract=second, accepted=True, reason="x", actor_id=checker.id, at=at)
    for waits_no_more in (first, second):
        with pytest.raises(errors.SubcontractChecked):
            services.take_back(session, subcontract=waits_no_more, actor_id=None, at=at)
    third = passing(session, anchor, prime, at, amount=5_000)
    show(third)
    services.take_back(session, subcontract=third, actor_id=None, at=at)
    assert queries.papers(session, third) == []
    assert queries.passed_by(session, anchor.id, third.prime_id, Q3) == 90_000


def test_an_approval_is_withdrawn_with_a_reason_and_the_figure_follows(
    session, anchor, prime, sub, checker, show, make_user, at
):
    one = passing(session, anchor, prime, at)
    show(one)
    marks = session.execute(select(*MARKS)).one()
    withdrawn = {"subcontract": one, "at": at, "reason": "De factuur bleek vals"}
    with pytest.raises(errors.ApprovalGone):
        services.withdraw_approval(session, **withdrawn, actor_id=checker.id)
    services.check_pass(session, subcontract=one, accepted=True, reason="x", actor_id=checker.id, at=at)
    for wrong, error in (
        ({"reason": "kort"}, ReasonTooShort),
        ({"actor_id": make_user((Role.PURCHASER, anchor)).id}, errors.CheckerInvolvedHere),
    ):
        with pytest.raises(error):
            services.withdraw_approval(session, **(withdrawn | {"actor_id": checker.id} | wrong))
    services.withdraw_approval(session, **withdrawn, actor_id=checker.id)
    assert sums(session) == {Standing.UNKNOWN: 100_000}
    assert session.execute(select(*MARKS)).one() != marks
    assert [one.check.accepted, one.counts] == [True, False]
    with pytest.raises(errors.ApprovalGone):
        services.withdraw_approval(session, **withdrawn, actor_id=checker.id)


def test_the_database_holds_what_a_withdrawal_is(session, anchor, prime, sub, checker, show, make_user, at):
    board = make_user((Role.BOARD, prime))
    facts = {"at": at, "by_id": checker.id, "reason": "vals stuk"}
    agreed, refused, gone = (
        passing(session, anchor, prime, at, amount=1_000 + each, actor_id=board.id) for each in range(3)
    )
    show(agreed)
    for one, accepted in ((agreed, True), (refused, False)):
        services.check_pass(
            session, subcontract=one, accepted=accepted, reason="x", actor_id=checker.id, at=at
        )
    services.take_back(session, subcontract=gone, actor_id=board.id, at=at)
    for row in (
        SubcontractWithdrawal(subcontract_id=agreed.id, **(facts | {"reason": ""})),
        SubcontractWithdrawal(subcontract_id=agreed.id, **(facts | {"by_id": board.id})),
        SubcontractWithdrawal(subcontract_id=refused.id, **facts),
        SubcontractCheck(subcontract_id=gone.id, accepted=True, reason="x", checker_id=checker.id, at=at),
    ):
        with pytest.raises(DBAPIError, match="withdraw"), session.begin_nested():
            session.add(row)
            session.flush()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(delete(SubcontractWithdrawal))


def test_what_counts_rests_on_a_paper_that_can_be_read_again(
    session, anchor, prime, sub, checker, show, tmp_path, at
):
    one = passing(session, anchor, prime, at)
    looked = {"subcontract": one, "reason": "gezien", "actor_id": checker.id, "at": at}
    with pytest.raises(faults.PassedWithoutPaper):
        services.check_pass(session, accepted=True, **looked)
    with pytest.raises(DBAPIError, match="rests on a paper"), session.begin_nested():
        session.add(
            SubcontractCheck(subcontract_id=one.id, accepted=True, reason="x", checker_id=checker.id, at=at)
        )
        session.flush()
    session.refresh(one, ["check"])
    for wrong, error in (
        ({"name": "factuur.docx"}, faults.PaperKindRefused), ({"name": "factuur"}, FileKindRefused),
        ({"name": "factuur.pdf"}, FileDisguised),
    ):  # fmt: skip
        with pytest.raises(error):
            show(one, **wrong)
    paper = show(one)
    assert [show(one), paper.content == blank(), b"IHDR" in paper.content] == [paper, False, False]
    for number in range(4):
        show(one, content=blank(number + 9))
    with pytest.raises(faults.PapersEnough):
        show(one, content=blank(20))
    services.remove_paper(
        session,
        subcontract=one,
        public_id=queries.papers(session, one)[-1].public_id,
        actor=show.board,
        at=at,
    )
    with pytest.raises(faults.PaperUnknown):
        queries.paper(session, one, one.public_id)
    keys = HouseKeys(tmp_path)
    keys.rotate()
    assert services.relock(session, keys=keys) == 4
    auditor = Actor(checker.id, "", checker.id, "", frozenset({Role.AUDITOR}))
    facts = {"subcontract": one, "keys": keys, "actor": auditor, "at": at}
    assert services.read_paper(session, paper=paper, **facts) == blank()
    with pytest.raises(HouseKeyMissing):
        services.read_paper(session, paper=paper, **(facts | {"keys": HouseKeys(tmp_path / "elders")}))
    services.check_pass(session, accepted=True, **looked)
    for act in (
        lambda: show(one, content=blank(30)),
        lambda: services.remove_paper(
            session, subcontract=one, public_id=paper.public_id, actor=show.board, at=at
        ),
    ):
        with pytest.raises(faults.PaperFixed):
            act()


def test_the_database_keeps_the_paper_of_what_was_checked(session, anchor, prime, sub, checker, show, at):
    one, other = (passing(session, anchor, prime, at, amount=amount) for amount in (1_000, 1_001))
    paper = show(one)
    services.check_pass(session, subcontract=one, accepted=True, reason="gezien", actor_id=checker.id, at=at)
    mine = SubcontractPaper.id == paper.id
    copied = {
        name: getattr(paper, name)
        for name in ("name", "kind", "size", "content", "content_key", "added_by_id")
    }
    for act, match in (
        (delete(SubcontractPaper).where(mine), "stays"),
        (update(SubcontractPaper).where(mine).values(subcontract_id=other.id), "stays"),
        (update(SubcontractPaper).where(mine).values(name="ander.png"), "stays"),
        (
            insert(SubcontractPaper).values(
                **copied, subcontract_id=one.id, digest="x", added_at=at, public_id=one.public_id
            ),
            "still waits",
        ),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=match), session.begin_nested():
            session.execute(act)
    loose = show(other)
    with pytest.raises(DBAPIError, match="nowhere else"), session.begin_nested():
        session.execute(
            update(SubcontractPaper).where(SubcontractPaper.id == loose.id).values(name="ander.png")
        )


def declared(session, organisation, checker, at, buys_from=None):
    one = start_declaration(
        session,
        supplier=party_supplier(session, organisation=organisation, at=at),
        year=2026,
        turnover=100_000,
        actor_id=None,
        at=at,
    )
    session.refresh(one, ["supplier", "purchases", "check"])
    write_wages(session, declaration=one, wages=2_000, payroll="1063 AB 12", source="loonstaat")
    write_work(
        session,
        declaration=one,
        hours=100,
        local_hours=25,
        votes=4,
        resident_votes=3,
        ownership_source="notulen",
    )
    if buys_from:
        add_purchase(session, declaration=one, kvk_number=KvkNumber(buys_from), name="Terug", amount=5_000)
    send_declaration(session, declaration=one, actor_id=None, at=at)
    check_declaration(
        session, declaration=one, accepted=True, grade=3, reason="gezien", actor_id=checker.id, at=at
    )
    return one


def test_attack_09_money_that_comes_back_and_passing_on_most_are_flagged_and_change_nothing(
    session, anchor, prime, sub, checker, at
):
    declared(session, sub, checker, at, buys_from=anchor.kvk_number)
    one = passing(session, anchor, prime, at, amount=90_000)
    found = queries.flags(session, Q3)
    told = {each.kind: [found.names.get(key, key) for key in each.parties] for each in found.found}
    assert set(told) == {"cycle", "passed_on"}
    assert set(told["cycle"]) == {anchor.name, "Groot Onderhoud", "Coöperatie Dichtbij"}
    assert queries.rounds_with(session, one) == [each for each in found.found if each.kind == "cycle"]
    assert sums(session) == {Standing.UNKNOWN: 100_000}


def test_levels_are_told_one_by_one(session, sub, checker, at):
    declared(session, sub, checker, at)
    found = {
        each.level: (each.grade, each.part, each.local)
        for each in queries.levels_of(session, sub.id, date(2026, 9, 1))
    }
    assert found["L1a"] == (2, None, True)
    assert "L1b" not in found
    assert {level: float(found[level][1]) for level in ("L2", "L3", "L4", "L5")} == {
        "L2": 0.25, "L3": 0.02, "L4": 0.75, "L5": 0.0,
    }  # fmt: skip
    assert queries.levels_of(session, sub.id, date(2030, 1, 1))[0].level == "L1a"


def test_attack_12_a_cooperative_without_papers_has_no_ownership_proven(session, make_organisation, at):
    tax = make_organisation(name="Coöperatie Brievenbus U.A.", legal_form="cooperative")
    party_supplier(session, organisation=tax, at=at)
    assert "L4" not in {each.level for each in queries.levels_of(session, tax.id, date(2026, 9, 1))}
