"""Looking up through the services: what counts, for whom, since when, and what waits for a person."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, VatId
from cwb.kernel.policy import Role
from ledger.extracts import queries as extracts
from ledger.extracts.errors import NumberNotInRegister, RegisterFileUnreadable
from ledger.extracts.gateway import KvkRegister
from ledger.extracts.models import RegisterExtract
from ledger.extracts.rules import Branch
from ledger.lookups import errors, services
from ledger.suppliers import queries
from ledger.suppliers.errors import CheckerInvolved
from ledger.suppliers.models import SupplierEvidence
from tests.ledger.lookups.conftest import INSIDE, OUTSIDE, SPLIT, told

KVK, OTHER = KvkNumber("91234567"), KvkNumber("91234568")
IBAN, VAT = Iban("NL91ABNA0417164300"), VatId("NL000099998B57")
BRANCH = BranchNumber("000012345678")
D20, D24, D25 = date(2020, 1, 1), date(2024, 1, 1), date(2025, 1, 1)


def standing(session, supplier):
    rows = reversed(queries.standings_of(session, [supplier.id]))
    return [(row.from_on, row.standing, row.grade) for row in rows if row.grade > 1]


def test_a_number_the_register_confirmed_with_the_same_name_counts(session, known, take):
    supplier = known("Voorbeeld bv", kvk_number=KVK)
    assert standing(session, supplier) == []
    done = take(told(KVK, "VOORBEELD B.V."))
    assert (done.found, done.renewed, done.waiting) == (1, 0, 0)
    assert standing(session, supplier) == [(D24, "local", 2)]
    assert (supplier.register_number, supplier.kvk_confirmed_on) == (KVK, date(2026, 9, 1))
    link = queries.links_of(session, supplier.id)[0]
    assert (link.kind, link.holds, link.actor_id) == ("register", True, None)


def test_attack_11_two_names_with_one_number_never_become_one(session, known, take):
    cdw, softcat = known("CDW", kvk_number=KVK), known("Softcat", kvk_number=KVK)
    done = take(told(KVK, "CDW Limited"))
    assert (done.found, done.waiting) == (1, 1)
    assert (cdw.register_number, softcat.register_number) == (KVK, None)
    assert queries.whose(cdw) != queries.whose(softcat)
    assert standing(session, softcat) == []


def test_attack_11_a_catch_all_code_never_becomes_one_supplier(session, known, take):
    some = [known(f"Naam {i}", code="999982", kvk_number=KVK) for i in range(32)]
    take(told(KVK, "Naam 7"))
    assert len({queries.whose(each) for each in some}) == 32
    assert [each.name for each in some if each.register_number] == ["Naam 7"]
    assert queries.names_under_code(session, some[0]) == 32


@pytest.mark.parametrize(
    "numbers", [{"branch_number": BRANCH}, {"vat_id": VAT, "natural_person": False}, {"iban": IBAN}]
)
def test_a_branch_number_an_iban_or_a_vat_id_finds_the_same_supplier(session, known, take, numbers):
    supplier = known("Voorbeeld bv", **numbers)
    seat = Branch(number=BRANCH, main=True, started_on=D20, from_on=D24, postcode=INSIDE)
    take(told(KVK, "Voorbeeld", seat, vat_id=VAT, iban=IBAN))
    assert supplier.register_number == KVK
    assert standing(session, supplier) == [(D24, "local", 2)]
    later = known("Voorbeeld", code="8", **numbers)
    assert later.register_number == KVK
    assert queries.whose(later) == queries.whose(supplier)


def test_a_number_that_many_names_use_finds_nobody_by_itself(known, take):
    one, two = known("Voorbeeld bv", iban=IBAN), known("Heel iemand anders", iban=IBAN)
    done = take(told(KVK, "Voorbeeld", iban=IBAN))
    assert (done.found, one.register_number, two.register_number) == (0, None, None)


def test_numbers_that_point_at_two_legal_persons_find_nobody(known, take):
    supplier = known("Voorbeeld bv", kvk_number=KVK, iban=IBAN)
    take(told(KVK, "Voorbeeld"), told(OTHER, "Voorbeeld", iban=IBAN))
    assert supplier.register_number is None


def test_attack_03_a_branch_in_the_area_is_no_seat_in_it(session, known, take):
    supplier = known(kvk_number=KVK)
    branches = [
        Branch(number=None, main=True, started_on=D20, from_on=D20, postcode=OUTSIDE),
        Branch(number=BRANCH, main=False, started_on=D24, from_on=D24, postcode=INSIDE, workers=5),
    ]
    take(told(KVK, "Voorbeeld", *branches))
    assert [each[1] for each in standing(session, supplier)][-1] == "not_local"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"street": "Postbus", "house_number": "12", "postcode": INSIDE}, "postbox"),
        ({"street": "c/o Kantoor", "postcode": INSIDE}, "care_of"), ({"postcode": ""}, "no_address"),
        ({"postcode": INSIDE, "shielded": True}, "shielded"),
    ],
)  # fmt: skip
def test_attack_01_a_mailbox_seat_proves_nothing(session, known, take, facts, why):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld", Branch(number=None, main=True, started_on=D20, from_on=D24, **facts)))
    assert standing(session, supplier) == [(D24, "unknown", 2)]
    assert queries.evidence_of(session, [supplier.id])[0].basis == why


def test_attack_10_a_split_postcode_alone_proves_nothing(session, known, take):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld", postcode=SPLIT))
    assert standing(session, supplier) == [(D24, "unknown", 2)]
    found = queries.evidence_of(session, [supplier.id])[0]
    assert (found.basis, found.area_version) == ("split_postcode", "2022-03-24.2")


def test_attack_12_a_cooperative_abroad_from_the_area_is_not_local_by_its_form(session, known, take):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld", postcode=OUTSIDE, legal_form="Coöperatie U.A."))
    assert standing(session, supplier) == [(D24, "not_local", 2)]


def test_a_moved_supplier_keeps_its_old_place_for_old_lines(session, known, take, at):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld", dated=False))
    done = take(told(KVK, "Voorbeeld", postcode=OUTSIDE, dated=False), moment=at + timedelta(days=30))
    assert (done.found, done.renewed) == (0, 1)
    assert standing(session, supplier) == [(D24, "local", 2), (date(2026, 10, 1), "not_local", 2)]


def test_a_dissolved_supplier_proves_nothing_from_that_day(session, known, take, at):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld"))
    take(told(KVK, "Voorbeeld", ended_on=D25), moment=at + timedelta(days=1))
    assert standing(session, supplier) == [(D24, "local", 2), (D25, "unknown", 2)]
    assert queries.evidence_of(session, [supplier.id])[0].basis in {"gone", "postcode"}


def test_the_latest_look_up_tells_the_whole_story_also_of_earlier_days(session, known, take, at):
    supplier = known(kvk_number=KVK)
    take(told(KVK, "Voorbeeld"))
    moved = Branch(number=None, main=True, started_on=D20, from_on=D20, postcode=OUTSIDE)
    take(told(KVK, "Voorbeeld", moved), moment=at + timedelta(days=1))
    first_day = date(2022, 3, 24)
    assert standing(session, supplier) == [(D20, "unknown", 2), (first_day, "not_local", 2)]
    take(told(KVK, "Voorbeeld"), on=date(2026, 8, 1), moment=at + timedelta(days=2))
    assert "local" not in {each[1] for each in standing(session, supplier)}, "an older look-up comes too late"


def test_a_renamed_supplier_stays_itself_under_the_old_name_and_is_found_under_the_new(
    session, known, take, at
):
    old = known("Oude Naam bv", kvk_number=KVK)
    take(told(KVK, "Oude Naam"))
    take(told(KVK, "Nieuwe Naam", trade_names=("Oude Naam",)), moment=at + timedelta(days=1))
    new = known("Nieuwe Naam", kvk_number=KVK)
    assert queries.whose(old) == queries.whose(new) == f"k{KVK}"
    assert standing(session, new) == standing(session, old) == [(D24, "local", 2)]
    assert [each.name for each in extracts.history(session, KVK)] == ["Nieuwe Naam", "Oude Naam"]


def test_an_extract_on_paper_needs_a_second_uninvolved_person_and_expires(
    session, known, take, make_user, anchor
):
    supplier, actor, second = known(kvk_number=KVK), make_user(), make_user()
    insider = make_user((Role.PURCHASER, anchor))
    for checker, error in (
        (None, errors.SecondReaderMissing), (actor.id, errors.SecondReaderMissing), (insider.id, CheckerInvolved),
    ):  # fmt: skip
        with pytest.raises(error):
            take(told(KVK, "Voorbeeld"), via="document", checked_by_id=checker, actor_id=actor.id)
    assert session.scalar(select(func.count()).select_from(RegisterExtract)) == 0
    take(told(KVK, "Voorbeeld"), via="document", checked_by_id=second.id, actor_id=actor.id)
    assert standing(session, supplier) == [(D24, "local", 3)]
    found = queries.evidence_of(session, [supplier.id])[0]
    assert (found.expires_on, found.checked_by_id) == (date(2028, 9, 1), second.id)


def test_a_look_up_says_when_and_where_and_not_in_the_future(take):
    with pytest.raises(errors.LookUpDayInvalid):
        take(told(KVK, "Voorbeeld"), on=date(2026, 9, 2))
    with pytest.raises(errors.LookUpSourceMissing):
        take(told(KVK, "Voorbeeld"), source=" ")


def test_a_party_here_with_that_number_and_name_is_linked_too(session, known, take, make_organisation):
    party = make_organisation(name="Coöperatie Het Voorbeeld U.A.", kvk_number=KVK)
    supplier, other = known("Het Voorbeeld", kvk_number=KVK), known("Iets anders", kvk_number=KVK)
    assert supplier.party_id is None
    take(told(KVK, "Het Voorbeeld"))
    assert (supplier.party_id, other.party_id) == (party.id, None)


def test_extracts_are_only_added_to(session, take):
    take(told(KVK, "Voorbeeld"))
    for statement in ("UPDATE register_extract SET name = 'x'", "DELETE FROM register_branch"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


def staged(session, at, actor, content):
    return services.stage_file(
        session,
        file_name="register.csv",
        content=content,
        looked_up_on=None,
        source="KvK",
        actor_id=actor.id,
        at=at,
    )


GOOD = b"kvk,naam,postcode,adres vanaf,startvestiging\n91234567,Voorbeeld,1063AA,2024-01-01,2020-01-01\n"


def test_a_file_counts_once_a_second_person_confirms_it(session, known, at, make_user):
    supplier, clash, actor, second = (
        known(kvk_number=KVK), known("Ander", kvk_number=KVK), make_user(), make_user()
    )  # fmt: skip
    upload = staged(session, at, actor, GOOD)
    seen = services.preview(session, upload=upload)
    assert (seen.same_name, seen.other_name, supplier.register_number) == (1, 1, None)
    (change,) = seen.first
    assert [(stay.from_on, verdict.value) for stay, verdict in change.places] == [(D24, "inside")]
    assert [(one.name, agrees) for one, _now, agrees in change.suppliers] == [
        ("Voorbeeld bv", True), ("Ander", False),
    ]  # fmt: skip
    with pytest.raises(errors.OwnRegisterFile):
        services.take_file(session, public_id=upload.public_id, actor_id=actor.id, at=at)
    assert session.scalar(select(func.count()).select_from(RegisterExtract)) == 0, "one person proves nothing"
    done = services.take_file(session, public_id=upload.public_id, actor_id=second.id, at=at)
    assert (done.found, done.waiting, clash.register_number) == (1, 1, None)
    kept = session.scalars(select(RegisterExtract)).one()
    assert (kept.created_by_id, kept.checked_by_id) == (actor.id, second.id)
    assert sha256(GOOD).hexdigest() in kept.source
    again = staged(session, at, actor, GOOD).public_id
    done = services.take_file(session, public_id=again, actor_id=second.id, at=at)
    assert (done.found, done.renewed) == (0, 1)
    assert standing(session, supplier) == [(D24, "local", 2)]


def test_what_a_seat_proves_is_told_of_now_and_not_of_days_before_the_area_was_known(session, at, make_user):
    early = GOOD.replace(b"2024-01-01,2020-01-01", b"2020-01-01,2020-01-01")
    (change,) = services.preview(session, upload=staged(session, at, make_user(), early)).first
    assert [(stay.from_on.year, verdict.value) for stay, verdict in change.places] == [(2020, "inside")]


def test_a_buyer_in_the_file_may_not_confirm_it(session, known, at, make_user, anchor):
    known(kvk_number=KVK)
    upload, insider = staged(session, at, make_user(), GOOD), make_user((Role.PURCHASER, anchor))
    with pytest.raises(CheckerInvolved):
        services.take_file(session, public_id=upload.public_id, actor_id=insider.id, at=at)


@pytest.mark.parametrize(
    "change", ["checked_by_id = NULL", "created_by_id = NULL", "looked_up_on = '2012-12-31'", "looked_up_on = '2027-01-01'"]
)  # fmt: skip
def test_the_database_holds_a_file_to_two_persons_and_a_possible_day(session, take, make_user, change):
    take(told(KVK, "Voorbeeld"), via="file", actor_id=make_user().id, checked_by_id=make_user().id)
    session.execute(text("ALTER TABLE register_extract DISABLE TRIGGER register_extract_append_only"))
    with pytest.raises(DBAPIError, match=r"second person|between 2013"), session.begin_nested():
        session.execute(text(f"UPDATE register_extract SET {change}"))
    session.execute(text("UPDATE register_extract SET source = 'x'"))


def test_a_file_with_a_fault_changes_nothing(session, known, at, make_user):
    supplier, actor = known(kvk_number=KVK), make_user()
    upload = staged(session, at, actor, GOOD + b"1,Fout,,,\n")
    with pytest.raises(errors.RegisterFileHasFaults):
        services.take_file(session, public_id=upload.public_id, actor_id=make_user().id, at=at)
    assert supplier.register_number is None
    with pytest.raises(RegisterFileUnreadable):
        staged(session, at, actor, b"niets")
    for day in (date(2027, 1, 1), date(2012, 12, 31), date(1900, 1, 1)):
        with pytest.raises(errors.LookUpDayInvalid):
            services.stage_file(
                session, file_name="x", content=GOOD, looked_up_on=day, source="x", actor_id=actor.id, at=at
            )
    with pytest.raises(errors.LookUpSourceMissing):
        services.stage_file(
            session, file_name="x", content=GOOD, looked_up_on=None, source=" ", actor_id=actor.id, at=at
        )


def test_the_api_is_asked_for_the_number_and_the_branches_ledgers_name(session, known, at):
    known(kvk_number=KVK, branch_number=BRANCH)
    asked = []

    class Told(KvkRegister):
        def look_up(self, number, branches=()):
            asked.append((number, list(branches)))
            if number != KVK:
                raise NumberNotInRegister
            return told(KVK, "Voorbeeld", dated=False)

    done = services.look_up(session, register=Told("", "x"), number=KVK, actor_id=None, at=at)
    assert (done.found, asked) == (1, [(KVK, [BRANCH])])
    with pytest.raises(NumberNotInRegister):
        services.look_up(session, register=Told("", "x"), number=OTHER, actor_id=None, at=at)


def test_another_anchor_may_check_a_paper(session, known, take, make_user, make_organisation):
    known(kvk_number=KVK)
    elsewhere = make_user((Role.PURCHASER, make_organisation(Side.ANCHOR)))
    take(told(KVK, "Voorbeeld"), via="document", checked_by_id=elsewhere.id, actor_id=make_user().id)
    assert session.scalar(select(func.max(SupplierEvidence.grade))) == 3
