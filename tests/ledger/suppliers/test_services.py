"""Suppliers through the services: known, linked, proven, and undone."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from cwb.municipalities.rules import AddressTable, Municipalities
from cwb.places.gateway import area_pack
from ledger.extracts.rules import Branch, Extract
from ledger.identities.services import known_suppliers, link_supplier
from ledger.lookups.services import take_extracts
from ledger.suppliers import errors, queries
from ledger.suppliers.models import SupplierEvidence, SupplierLink
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier, place_anew


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def cooperative(make_organisation):
    return make_organisation(name="Coöperatie Het Voorbeeld U.A.", postcode="1061 AB", kvk_number="91234567")


def known(session, anchor, at, **facts):
    given = SupplierFacts(**{"name": "Leverancier", "postcode": "1063 AA", **facts})
    return known_suppliers(session, anchor=anchor, facts=[given], actor_id=None, at=at)[given.identity]


def looked_up(session, number, name, at, **facts):
    seat = Branch(
        number=None, main=True, started_on=date(2020, 1, 1), from_on=date(2024, 1, 1), street="Weg", house_number="1",
        postcode="1063 AA",
    )  # fmt: skip
    extract = Extract(**({"kvk_number": KvkNumber(number), "name": name, "branches": (seat,)} | facts))
    return take_extracts(
        session,
        extracts=[extract],
        looked_up_on=local_date(at),
        via="api",
        source="KvK",
        actor_id=None,
        at=at,
    )


def standing(session, supplier):
    return [(row.standing, row.grade) for row in queries.standings_of(session, [supplier.id])]


def test_an_address_in_a_ledger_is_self_declared(session, anchor, at):
    supplier = known(session, anchor, at)
    assert standing(session, supplier) == [("unknown", 1)]
    assert known(session, anchor, at) is supplier
    assert queries.evidence_of(session, [supplier.id])[0].expires_on == date(2027, 9, 1)
    assert standing(session, known(session, anchor, at, name="Zonder adres", postcode="")) == []


def test_a_register_match_proves(session, anchor, at, make_user):
    supplier = known(session, anchor, at)
    user = make_user()
    made = add_evidence(
        session, supplier=supplier, grade=2, postcode="1063aa", house_number="1", valid_from=date(2020, 1, 1),
        source="KvK", actor_id=user.id, at=at,
    )  # fmt: skip
    assert (made.verdict, made.basis, made.wijk) == ("unknown", "no_register_for_date", None)
    made = add_evidence(
        session, supplier=supplier, grade=2, postcode="1063aa", house_number="1", valid_from=date(2024, 1, 1),
        source="KvK", actor_id=user.id, at=at,
    )  # fmt: skip
    assert (made.verdict, made.postcode, made.area_version) == ("inside", "1063 AA", "2022-03-24.2")
    assert standing(session, supplier)[0] == ("local", 2)
    assert queries.standings_of(session, [supplier.id])[0].variants == ["local", "unknown", "local", "local"]


def test_nor_does_the_database_keep_a_branch_where_nobody_works(session, anchor, at):
    made = add_evidence(
        session, supplier=known(session, anchor, at), kind="establishment", contract_reference="C-1", worker_count=4,
        grade=2, postcode="1063 AA", source="KvK", actor_id=None, at=at,
    )  # fmt: skip
    facts = {each.key: getattr(made, each.key) for each in inspect(SupplierEvidence).column_attrs}
    for workers, fence in ((None, "nobody works at this branch"), (0, "ck_supplier_evidence_workers")):
        with pytest.raises(DBAPIError, match=fence), session.begin_nested():
            session.add(
                SupplierEvidence(**facts | {"id": None, "public_id": uuid4(), "worker_count": workers})
            )
            session.flush()


def test_evidence_never_outlives_its_grade(session, anchor, at, make_user):
    supplier, checker = known(session, anchor, at), make_user()
    made = add_evidence(
        session, supplier=supplier, grade=3, postcode="1063 AA", source="akte", checked_by_id=checker.id, actor_id=None,
        expires_on=date(2050, 1, 1), at=at,
    )  # fmt: skip
    assert made.expires_on == date(2028, 9, 1)


def test_the_second_person_is_of_neither_side(session, anchor, at, make_user):
    supplier = known(session, anchor, at)
    insider = make_user((Role.PURCHASER, anchor))
    with pytest.raises(errors.CheckerInvolved):
        add_evidence(
            session, supplier=supplier, grade=3, postcode="1063 AA", source="akte", checked_by_id=insider.id,
            actor_id=None, at=at,
        )  # fmt: skip
    assert standing(session, supplier) == [("unknown", 1)]


def test_linking_shares_the_evidence_of_the_party_and_undoing_takes_it_back(
    session, anchor, cooperative, at, make_user
):
    user = make_user()
    supplier = known(session, anchor, at)
    own = party_supplier(session, organisation=cooperative, at=at)
    assert party_supplier(session, organisation=cooperative, at=at) is own
    add_evidence(session, supplier=own, grade=2, postcode="1063 AA", source="KvK", actor_id=user.id, at=at)
    link_supplier(session, supplier=supplier, party=cooperative, reason="zelfde", actor_id=None, at=at)
    assert standing(session, supplier)[0] == ("local", 2)
    link_supplier(session, supplier=supplier, party=None, reason="toch niet", actor_id=user.id, at=at)
    assert standing(session, supplier) == [("unknown", 1)]
    assert standing(session, own)[0] == ("local", 2)
    assert [link.reason for link in queries.links_of(session, supplier.id)] == ["toch niet", "zelfde"]


def test_evidence_found_at_the_anchors_own_name_counts_for_the_party(
    session, anchor, cooperative, at, make_user
):
    user = make_user()
    supplier = known(session, anchor, at)
    link_supplier(session, supplier=supplier, party=cooperative, reason="zelfde", actor_id=None, at=at)
    add_evidence(
        session, supplier=supplier, grade=2, postcode="1063 AA", source="KvK", actor_id=user.id, at=at
    )
    own = queries.find_party_supplier(session, cooperative.id)
    assert standing(session, own)[0] == ("local", 2)


def test_links_that_change_nothing_or_cannot_be_are_refused(session, anchor, cooperative, at, make_user):
    user = make_user()
    supplier = known(session, anchor, at)
    with pytest.raises(errors.LinkUnchanged):
        link_supplier(session, supplier=supplier, party=None, reason="x", actor_id=user.id, at=at)
    with pytest.raises(errors.LinkReasonMissing):
        link_supplier(session, supplier=supplier, party=cooperative, reason=" ", actor_id=user.id, at=at)
    own = party_supplier(session, organisation=cooperative, at=at)
    with pytest.raises(errors.OwnSupplier):
        link_supplier(session, supplier=own, party=None, reason="x", actor_id=user.id, at=at)


def test_a_typed_number_links_by_itself_only_when_a_register_confirmed_it_and_names_agree(
    session, anchor, cooperative, at
):
    number = KvkNumber("91234567")
    early = known(session, anchor, at, name="Het Voorbeeld", kvk_number=number)
    assert early.party_id is None
    own = party_supplier(session, organisation=cooperative, at=at)
    add_evidence(session, supplier=own, grade=2, postcode="1063 AA", source="KvK", actor_id=None, at=at)
    assert known(session, anchor, at, name="Iemand Anders", kvk_number=number).party_id is None
    later = known(session, anchor, at, name="HET VOORBEELD coöperatie", kvk_number=number)
    assert later.party_id == cooperative.id
    assert standing(session, later)[0] == ("local", 2)


def test_a_register_confirms_a_number_for_the_same_name_only(session, anchor, at, make_organisation):
    number = KvkNumber("91234567")
    one = known(session, anchor, at, name="CDW B.V.", kvk_number=number)
    two = known(session, make_organisation(Side.ANCHOR), at, name="cdw", kvk_number=number)
    other = known(session, anchor, at, name="Softcat", kvk_number=number)
    done = looked_up(session, number, "CDW", at)
    assert (done.found, done.waiting) == (2, 1)
    assert [each.kvk_confirmed_on for each in (one, two, other)] == [date(2026, 9, 1), date(2026, 9, 1), None]
    assert standing(session, two)[0] == ("local", 2)
    assert standing(session, other) == [("unknown", 1)]


def test_links_and_evidence_are_only_added_to(session, anchor, at):
    known(session, anchor, at)
    for statement in (
        "UPDATE supplier_evidence SET grade = 4",
        "DELETE FROM supplier_evidence",
        "DELETE FROM supplier_link",
    ):
        if "link" in statement:
            supplier = known(session, anchor, at + timedelta(1))
            session.add(
                SupplierLink(
                    supplier_id=supplier.id, kind="party", holds=False, party_id=None, reason="x", at=at
                )
            )
            session.flush()
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert session.scalar(select(SupplierEvidence.grade)) == 1


def test_who_is_one_in_several_ledgers_is_listed_once_with_its_buyers(session, anchor, make_organisation, at):
    other, party = make_organisation(Side.ANCHOR, name="Aap Koper"), make_organisation()
    mine, theirs = known(session, anchor, at, name="Groen"), known(session, other, at, name="Groen bv")
    alone = known(session, other, at, name="Los")
    for each in (mine, theirs):
        link_supplier(session, supplier=each, party=party, reason="zelfde", actor_id=None, at=at)
    listed = session.scalars(queries.each_once(queries.suppliers())).all()
    assert listed == [mine, alone]
    assert queries.buyers_of(session, listed) == {
        mine.id: sorted([other.name, anchor.name]), alone.id: [other.name],
    }  # fmt: skip
    assert queries.buyers_of(session, [mine], anchor.id) == {mine.id: [anchor.name]}
    assert session.scalars(queries.each_once(queries.suppliers(text="groen bv"))).all() == [theirs]


def test_searching_suppliers(session, anchor, at):
    one = known(session, anchor, at, name="Café 100%", kvk_number=KvkNumber("12345678"))
    for wanted in ("cafe", "100%", "12345678"):
        assert session.scalars(queries.suppliers(anchor_id=anchor.id, text=wanted, only_open=True)).all() == [
            one
        ]
    assert session.scalars(queries.suppliers(text="_")).all() == []
    assert queries.supplier(session, str(one.public_id)) is one
    for wrong in ("rubbish", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(errors.SupplierUnknown):
            queries.supplier(session, wrong)
    with pytest.raises(errors.SupplierUnknown):
        queries.supplier_by_id(session, 0)


def placed(session, supplier):
    newest = queries.standings_of(session, [supplier.id])[0]
    return newest.standing, newest.variants[-2:], newest.wijk


def test_a_new_table_of_addresses_places_suppliers_anew_and_keeps_what_was_said(
    session, anchor, at, make_user
):
    near, far = known(session, anchor, at), known(session, anchor, at, name="Verder weg", kvk_number=None)
    for supplier, postcode in ((near, "1061 AB"), (far, "1012 AB")):
        add_evidence(
            session, supplier=supplier, grade=2, postcode=postcode, house_number="12", valid_from=date(2024, 1, 1),
            source="KvK", actor_id=make_user().id, at=at,
        )  # fmt: skip
    assert placed(session, near) == ("unknown", ["local", "local"], None)
    assert placed(session, far) == ("not_local", ["unknown", "unknown"], None)
    area = replace(
        area_pack(),
        addresses=AddressTable("CBS", date(2025, 8, 1), {("1061 AB", 12): "FM02"}),
        municipalities=Municipalities("CBS", date(2025, 8, 1), {"1012": frozenset({"0363"})}),
    )
    everyone = [near.id, far.id]
    before = {each.id: each.verdict for each in queries.evidence_of(session, everyone)}
    assert place_anew(session, supplier_ids=everyone, area=area, at=at) > 0
    session.expire_all()
    assert placed(session, near) == ("local", ["local", "local"], "FM")
    assert placed(session, far) == ("not_local", ["local", "local"], None)
    assert [(row.from_on, row.standing) for row in queries.standings_of(session, [near.id])][:2] == [
        (date(2025, 8, 1), "local"), (date(2024, 1, 1), "unknown"),
    ]  # fmt: skip
    found = [each for each in queries.evidence_of(session, [near.id]) if each.grade == 2]
    tables = {each.verdict: each.area_version for each in found}
    assert tables == {"unknown": "2022-03-24.2", "inside": "2022-03-24.2+2025-08-01"}, (
        "a verdict names its table"
    )
    assert (
        before.items() <= {each.id: each.verdict for each in queries.evidence_of(session, everyone)}.items()
    )
    assert place_anew(session, supplier_ids=everyone, area=area, at=at) == 0, "nothing is said twice"
    assert place_anew(session, supplier_ids=everyone, at=at) > 0, "the table is taken away again"
    session.expire_all()
    assert [(row.from_on, row.standing) for row in queries.standings_of(session, [near.id])][:1] == [
        (date(2024, 1, 1), "unknown")
    ], "no cut is left: the supplier is one unit of the measure again"
