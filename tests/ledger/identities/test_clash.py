"""What contradicts in name, number or postcode is said by two people; the database holds it where none is named."""

from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.identifiers import KvkNumber
from ledger.extracts.rules import bare_name
from ledger.identities import queries, services
from ledger.identities.rules import Side, clashes, one_is_enough, told_number
from ledger.suppliers.errors import SaidBefore
from ledger.suppliers.models import SupplierLink
from ledger.suppliers.services import mark_catch_all
from tests.ledger.lookups.conftest import INSIDE, OUTSIDE, anchor, known, take, told

__all__ = ["anchor", "known", "take"]

KVK, OTHER = KvkNumber("91234567"), KvkNumber("91234568")


def test_what_one_of_two_lacks_contradicts_nothing():
    mine = Side(("Veldkamp bv",), "91234567", None, "1063 AA")
    assert clashes(mine, Side(("Iets", "VELDKAMP"), "91234567", "NL1", "1063aa")) == ()
    assert clashes(mine, Side(("Veldkamp",))) == ()
    assert clashes(mine, Side(("Veldkamp Groen",), "91234568", None, "1064 AA")) == (
        "name",
        "number",
        "postcode",
    )
    assert [one_is_enough(by_number=by, differs=found) for by, found in product((True, False), ((), ("name",)))] == [
        True, False, True, False,
    ]  # fmt: skip
    assert one_is_enough(by_number=True, differs=("postcode",)), "a seat elsewhere than the bill says"
    assert one_is_enough(by_number=False, differs=("name",), confirmed=True)
    assert [told_number(each) for each in ("91234567", "9123456", "91234567\n", "\x00", "", None)] == [
        "91234567", "", "", "", "", "",
    ]  # fmt: skip


def test_the_database_compares_names_as_the_rule_does(session):
    names = (
        "Bakkerij De Ster B.V.", "bakkerij de ster", "Straße & Söhne GmbH", "Coöperatie Ons Werk U.A.", "İzmir Market",
        "Çelik Vloeren V.O.F.", "bvba Jansen", "Stichting", "  ", "Ångström—Œuvre", "\u0645\u062e\u0628\u0632", "B.V. van der Meer",
        "n.v.t.", "L\u2019Étoile c.v.", "\ufb01rma 2 bv", "Ltd. Limited", "A1 plc.", "co-operatie", "NV Nuon", "ǅ x",
    )  # fmt: skip
    for name in names:
        assert session.scalar(text("SELECT bare_name(:name)"), {"name": name}) == bare_name(name), name


@pytest.fixture
def say(session, at, make_user):
    users = [make_user(), make_user()]

    def act(person, supplier, who):
        return services.say_who(
            session, supplier=supplier, who=who, reason="nagevraagd", actor_id=users[person].id, at=at
        )

    return act


def test_attack_11_another_supplier_of_another_name_number_or_postcode_takes_two(session, known, say):
    one = known("Veldkamp", code="1", kvk_number=KVK)
    alike = known("Veldkamp bv", code="2", kvk_number=KVK)
    others = [
        known("Zonneveld", code="3", kvk_number=KVK), known("Veldkamp", code="4", kvk_number=OTHER),
        known("Veldkamp", code="5", postcode=OUTSIDE),
    ]  # fmt: skip
    assert say(0, alike, one)
    for other in others:
        assert not say(0, other, one)
        with pytest.raises(SaidBefore):
            say(0, other, alike)
        assert (other.same_as_id, len(queries.proposals(session, other))) == (None, 1)
        assert say(1, other, alike), "who joined another is that other"
        assert (other.same_as_id, queries.proposals(session, other)) == (one.id, [])


def test_a_name_alone_does_not_point_at_another_number_or_postcode(known, take, say):
    take(told(KVK, "Veldkamp"), told(OTHER, "Zonneveld", postcode=OUTSIDE))
    assert not say(0, known("Veldkamp", code="1", kvk_number=OTHER), KVK)
    assert not say(0, known("Zonneveld", code="2", postcode=INSIDE), OTHER)
    assert say(0, known("Zonneveld", code="3", postcode=OUTSIDE), OTHER)
    assert not say(0, known("Heel anders", code="4", kvk_number=OTHER), OTHER), "mistyped, or a new name"


def test_who_gave_the_number_is_not_alone_who_says_it_is_that_one(session, known, take, make_user, at):
    supplier, one, two = known("Kantoorartikelen", postcode=OUTSIDE), make_user(), make_user()
    take(told(KVK, "Boekhandel"))
    services.give_number(session, supplier=supplier, number=KVK, actor_id=one.id, at=at)
    said = [
        services.say_who(session, supplier=supplier, who=KVK, reason="gok", actor_id=user.id, at=at)
        for user in (one, two)
    ]
    assert said == [False, True]
    facts = {
        "supplier_id": supplier.id,
        "kind": "register",
        "holds": True,
        "register_number": KVK,
        "reason": "gok",
    }
    with pytest.raises(DBAPIError, match="second person"), session.begin_nested():
        session.add(SupplierLink(actor_id=one.id, at=at, **facts))
        session.flush()


def test_the_database_refuses_one_person_wherever_the_rule_does(
    session, known, take, make_user, make_organisation, at
):
    take(told(KVK, "Veldkamp"), told(OTHER, "Zonneveld", postcode=OUTSIDE))
    user = make_user()
    party = make_organisation(name="Zonneveld", kvk_number=OTHER, postcode=OUTSIDE)
    many = KvkNumber("91234560")
    take(told(many, "Platform"))
    mark_catch_all(session, kind="kvk", value=many, holds=True, reason="x", actor_id=user.id, at=at)
    suppliers = [
        known("Veldkamp", code="a"), known("Veldkamp", code="b", kvk_number=OTHER), known("Anders", code="c", kvk_number=KVK),
        known("Zonneveld bv", code="d", postcode=OUTSIDE), known("Zonneveld", code="e"),
        known("Anders", code="f", kvk_number=many), known("PLATFORM", code="g", kvk_number=many, postcode=""),
    ]  # fmt: skip
    told_by_rule, told_by_database = [], []
    for supplier, who in product(suppliers, (KVK, OTHER, many, party, suppliers[0])):
        if who is supplier:
            continue
        subject = services._subject(known(f"Los {supplier.id}", code="los"), who)
        kind = "party" if who is party else "register" if isinstance(who, str) else "same"
        link = SupplierLink(
            supplier_id=supplier.id, kind=kind, holds=True, reason="x", actor_id=user.id, at=at, **subject
        )
        told_by_rule.append(queries.one_is_enough(session, supplier, who, user.id))
        try:
            with session.begin_nested():
                session.add(link)
                session.flush()
            told_by_database.append(True)
        except DBAPIError:
            told_by_database.append(False)
    assert told_by_rule == told_by_database
    assert (told_by_rule.count(True), told_by_rule.count(False)) == (5, 29)
