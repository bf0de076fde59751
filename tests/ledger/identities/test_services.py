"""Who a supplier is: decided with a reason, undone, and remembered."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.identities import queries as who
from ledger.identities import services
from ledger.identities.services import identify_supplier, join_suppliers, say_who
from ledger.suppliers import errors, queries
from ledger.suppliers.models import SupplierLink
from ledger.suppliers.services import mark_catch_all, party_supplier
from tests.ledger.lookups.conftest import INSIDE, OUTSIDE, anchor, known, take, told

__all__ = ["anchor", "known", "take"]

KVK, OTHER = KvkNumber("91234567"), KvkNumber("91234568")


@pytest.fixture
def decide(session, at, make_user):
    user = make_user()

    def act(what, supplier, holds=True, reason="uittreksel gezien", **facts):
        return what(session, supplier=supplier, holds=holds, reason=reason, actor_id=user.id, at=at, **facts)

    return act


@pytest.fixture
def agree(session, at, make_user):
    """Two people say the same of a supplier."""
    users = make_user(), make_user()

    def act(supplier, who):
        told = [
            say_who(session, supplier=supplier, who=who, reason="nagevraagd", actor_id=user.id, at=at)
            for user in users
        ]
        assert told == [False, True]

    return act


def standing(session, supplier):
    return [row.standing for row in queries.standings_of(session, [supplier.id]) if row.grade > 1]


def test_a_person_says_which_legal_person_it_is_and_undoes_it(session, known, take, decide):
    supplier = known("Bouwbedrijf Jansen")
    take(told(KVK, "Bouwbedrijf Jansen"))
    assert supplier.register_number is None, "a name only proposes"
    decide(identify_supplier, supplier, number=KVK)
    assert (queries.whose(supplier), standing(session, supplier)) == (f"k{KVK}", ["local"])
    decide(identify_supplier, supplier, holds=False, number=KVK, reason="toch niet")
    assert (supplier.register_number, supplier.kvk_confirmed_on, standing(session, supplier)) == (
        None,
        None,
        [],
    )
    links = queries.links_of(session, supplier.id)
    assert [(each.holds, each.reason) for each in links] == [
        (False, "toch niet"),
        (True, "uittreksel gezien"),
    ]
    decide(identify_supplier, supplier, number=KVK, reason="toch wel")
    assert standing(session, supplier) == ["local"]


def test_a_program_never_overrules_a_person(session, known, take, decide):
    supplier = known("Voorbeeld", kvk_number=KVK)
    take(told(KVK, "Voorbeeld"))
    decide(identify_supplier, supplier, holds=False, number=KVK)
    done = take(told(KVK, "Voorbeeld"))
    assert (done.found, done.waiting, supplier.register_number) == (0, 1, None)


def test_a_no_before_any_yes_keeps_programs_off(known, take, decide):
    supplier = known("Ander", kvk_number=KVK)
    take(told(KVK, "Voorbeeld"))
    decide(identify_supplier, supplier, holds=False, number=KVK)
    take(told(KVK, "Ander"))
    assert supplier.register_number is None


def test_decisions_that_change_nothing_or_cannot_be_are_refused(
    session, known, take, decide, make_organisation, at
):
    supplier = known("Voorbeeld", kvk_number=KVK)
    with pytest.raises(errors.NumberNotLookedUp):
        decide(identify_supplier, supplier, number=OTHER)
    take(told(KVK, "Voorbeeld"), told(OTHER, "Ander"))
    for reason in ("", " ", "x" * 501):
        with pytest.raises(errors.LinkReasonMissing):
            decide(identify_supplier, supplier, number=OTHER, reason=reason)
    with pytest.raises(errors.LinkUnchanged):
        decide(identify_supplier, supplier, number=KVK)
    decide(identify_supplier, supplier, holds=False, number=OTHER)
    with pytest.raises(errors.LinkUnchanged):
        decide(identify_supplier, supplier, holds=False, number=OTHER)
    own = party_supplier(session, organisation=make_organisation(), at=at)
    for what, facts in (
        (identify_supplier, {"number": KVK}), (join_suppliers, {"other": supplier}),
    ):  # fmt: skip
        with pytest.raises(errors.OwnSupplier):
            decide(what, own, **facts)


def test_two_names_no_register_knows_are_joined_and_parted(session, known, decide, agree, make_organisation):
    one = known("Müller GmbH", country="DE", postcode="50667")
    two = known("Mueller", make_organisation(Side.ANCHOR), country="DE", postcode="50667")
    three = known("Muller", code="9", country="DE", postcode="50667")
    agree(two, one)
    decide(join_suppliers, three, other=two)
    assert {queries.whose(each) for each in (one, two, three)} == {f"s{one.id}"}
    with pytest.raises(errors.LinkUnchanged):
        decide(join_suppliers, three, other=one)
    decide(join_suppliers, two, holds=False, other=one)
    assert queries.whose(two) == f"s{two.id}"
    assert queries.whose(three) == f"s{one.id}"
    with pytest.raises(errors.LinkUnchanged):
        decide(join_suppliers, two, holds=False, other=one)
    for wrong in (one, two):
        with pytest.raises((errors.SuppliersKnownApart, errors.LinkUnchanged)):
            decide(join_suppliers, wrong, other=wrong)


def test_joining_takes_along_all_that_were_joined_to_it(known, agree):
    one, two, three = known("Een"), known("Twee"), known("Drie")
    agree(three, two)
    agree(two, one)
    assert {queries.whose(each) for each in (one, two, three)} == {f"s{one.id}"}


def test_who_is_found_already_is_not_joined(known, take, decide):
    one, two = known("Voorbeeld", kvk_number=KVK), known("Ander")
    take(told(KVK, "Voorbeeld"))
    for pair in ((one, two), (two, one)):
        with pytest.raises(errors.SuppliersKnownApart):
            decide(join_suppliers, pair[0], other=pair[1])


def test_evidence_is_shared_by_all_who_are_one_and_taken_back(session, known, take, decide, agree):
    one, two = known("Voorbeeld", kvk_number=KVK), known("Voorbeelt", code="7")
    take(told(KVK, "Voorbeeld"))
    agree(two, KVK)
    assert standing(session, two) == ["local"]
    take(told(KVK, "Voorbeeld", postcode=OUTSIDE))
    assert standing(session, one) == standing(session, two) == ["not_local"]
    decide(identify_supplier, two, holds=False, number=KVK)
    assert (standing(session, one), standing(session, two)) == (["not_local"], [])


def test_a_number_of_many_suppliers_finds_nobody_until_people_say_otherwise(
    session, known, take, at, make_user
):
    user = make_user()
    mark = {"kind": "kvk", "value": KVK, "actor_id": user.id, "at": at}
    mark_catch_all(session, holds=True, reason="platform", **mark)
    with pytest.raises(errors.LinkUnchanged):
        mark_catch_all(session, holds=True, reason="platform", **mark)
    supplier = known("Bloom", kvk_number=KVK)
    assert take(told(KVK, "Bloom")).found == 0
    mark_catch_all(session, holds=False, reason="toch niet", **mark)
    assert take(told(KVK, "Bloom")).found == 1
    assert supplier.register_number == KVK


def test_candidates_say_why_and_likest_first(session, known, take):
    supplier = known("Bank of the West", kvk_number=KVK)
    known("Bank of the East", code="3")
    known("Softcat", code="4")
    take(told(KVK, "CDW"), told(OTHER, "Bank of the Wests"))
    found = who.candidates(session, supplier, who.pointed_at(session, supplier))
    assert [(each.key[0], each.name, [k.by for k in each.by]) for each in found] == [
        ("k", "CDW", ["kvk"]), ("k", "Bank of the Wests", []), ("s", "Bank of the East", []),
    ]  # fmt: skip
    assert found[2].names.only_other == ("east",)
    assert not found[0].by[0].agrees


def test_an_organisation_of_this_house_is_named_first(session, known, make_organisation):
    party = make_organisation(name="Voorbeeld", kvk_number=KVK)
    supplier = known("Iets", kvk_number=KVK)
    found = who.candidates(session, supplier, {})
    assert [(each.key, each.kind) for each in found] == [(f"p{party.public_id}", "party")]
    services.link_supplier(
        session, supplier=supplier, party=party, reason="x", actor_id=None, at=party.created_at
    )
    assert who.candidates(session, supplier, {}) == []


def test_the_buyer_is_asked_once_a_day_and_gives_a_number(session, known, take, at, make_user, anchor):
    purchaser, user = make_user((Role.PURCHASER, anchor)), make_user()
    supplier = known("Voorbeeld")
    for _again in range(2):
        services.ask_buyer(session, supplier=supplier, link="/x", actor_id=user.id, at=at)
    mails = [mail for mail in session.query(Mail).order_by(Mail.id) if mail.recipient == purchaser.email]
    assert [mail.subject for mail in mails] == ["Wie is uw leverancier Voorbeeld?"]
    take(told(KVK, "Voorbeeld"))
    services.give_number(session, supplier=supplier, number=KVK, actor_id=purchaser.id, at=at)
    assert (supplier.kvk_number, supplier.register_number) == (KVK, KVK)
    with pytest.raises(errors.LinkUnchanged):
        services.give_number(session, supplier=supplier, number=KVK, actor_id=purchaser.id, at=at)
    actions = [each.action for each in session.query(AuditRecord).order_by(AuditRecord.id)]
    assert {"supplier.asked", "supplier.number_given"} <= set(actions)


def test_nobody_is_asked_about_an_organisation_of_this_house(session, make_organisation, at):
    own = party_supplier(session, organisation=make_organisation(), at=at)
    with pytest.raises(errors.OwnSupplier):
        services.ask_buyer(session, supplier=own, link="/x", actor_id=None, at=at)


def test_the_database_holds_what_a_decision_is_about(session, known):
    supplier = known()
    for columns, values in (
        ("kind, holds", "'register', true"), ("kind, holds, register_number, other_id", f"'same', true, '91234567', {supplier.id}"),
        ("kind, holds", "'party', true"), ("kind, holds", "'ander', false"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(
                text(
                    f"INSERT INTO supplier_link (supplier_id, reason, at, {columns}) "
                    f"VALUES ({supplier.id}, 'x', now(), {values})"
                )
            )
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE supplier SET register_number = '91234567'"))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE supplier SET same_as_id = id"))
    assert session.query(SupplierLink).count() == 0
    assert supplier.postcode == INSIDE
