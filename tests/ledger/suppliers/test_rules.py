"""What evidence proves on a day, and who a supplier is."""

from datetime import date

import pytest

from cwb.kernel.identifiers import KvkNumber, VatId
from cwb.places.rules import Variant, Verdict
from ledger.extracts.rules import same_name
from ledger.share.rules import Standing
from ledger.suppliers import errors, rules
from ledger.suppliers.rules import FOREVER, Evidence, SupplierFacts, parts_of, ring, standings

IN, OUT, MAYBE = Verdict.INSIDE, Verdict.OUTSIDE, Verdict.UNKNOWN


def found(number, grade, verdict, since, until=None, **other):
    facts = {"variants": (verdict,), "wijk": None, "buurt": None, "obtained_on": since, **other}
    return Evidence(number, grade, verdict, valid_from=since, expires_on=until, **facts)


def told(evidence):
    return [
        (row.from_on, row.until_on, row.standing.value, row.evidence.grade) for row in standings(evidence)
    ]


JAN, MAR, JUN, DEC = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1), date(2026, 12, 1)


def test_a_register_match_proves_from_its_day_on():
    assert told([found(1, 2, IN, MAR)]) == [(MAR, FOREVER, "local", 2)]
    assert told([found(1, 2, OUT, MAR)]) == [(MAR, FOREVER, "not_local", 2)]
    assert told([found(1, 2, MAYBE, MAR)]) == [(MAR, FOREVER, "unknown", 2)]
    assert told([]) == []


def test_a_number_typed_by_a_buyer_proves_nothing():
    assert told([found(1, 1, IN, JAN, DEC)]) == [(JAN, DEC, "unknown", 1)]
    assert told([found(1, 1, OUT, JAN, DEC)]) == [(JAN, DEC, "unknown", 1)]


def test_expired_evidence_counts_for_nothing():
    rows = told([found(1, 3, IN, MAR, JUN), found(2, 1, IN, JAN, DEC)])
    assert rows == [(JAN, MAR, "unknown", 1), (MAR, JUN, "local", 3), (JUN, DEC, "unknown", 1)]


def test_the_latest_proof_decides_also_when_it_says_unsure():
    rows = told([found(1, 3, IN, JAN), found(2, 2, MAYBE, MAR), found(3, 2, OUT, JUN), found(4, 1, IN, DEC)])
    assert rows == [(JAN, MAR, "local", 3), (MAR, JUN, "unknown", 2), (JUN, FOREVER, "not_local", 2)]


def test_a_gap_in_the_evidence_stays_a_gap():
    assert told([found(1, 2, IN, JAN, MAR), found(2, 2, IN, JUN)]) == [
        (JAN, MAR, "local", 2), (JUN, FOREVER, "local", 2),
    ]  # fmt: skip


def test_pieces_of_one_look_up_with_one_outcome_are_one_verdict():
    same = {"obtained_on": JAN}
    assert told([found(1, 2, IN, JAN, MAR, **same), found(2, 2, IN, MAR, **same)]) == [
        (JAN, FOREVER, "local", 2)
    ]
    assert standings([found(1, 2, IN, JAN, MAR, **same), found(2, 2, IN, MAR, **same)])[0].evidence.id == 1
    for other in ({"wijk": "FA"}, {"obtained_on": MAR}, {"extract": 7}, {"variants": (OUT,)}):
        assert len(told([found(1, 2, IN, JAN, MAR, **same), found(2, 2, IN, MAR, **{**same, **other})])) == 2


def test_a_branch_counts_for_its_own_contract():
    rows = standings([found(1, 2, OUT, JAN), found(2, 3, IN, MAR, contract_reference="C-1")])
    assert [(row.contract_reference, row.standing) for row in rows] == [
        ("", Standing.NOT_LOCAL),
        ("C-1", Standing.LOCAL),
    ]
    assert rows[1].variants == (Standing.LOCAL,)


@pytest.mark.parametrize(
    ("grade", "day", "last"),
    [
        (1, date(2026, 1, 31), date(2027, 1, 31)), (1, date(2028, 2, 29), date(2029, 2, 28)),
        (3, date(2026, 12, 1), date(2028, 12, 1)), (2, JAN, None), (4, JAN, None),
    ],
)  # fmt: skip
def test_grades_expire(grade, day, last):
    assert rules.expiry(grade, day) == last


GOOD = {
    "kind": "seat", "grade": 2, "contract_reference": "", "worker_count": None, "valid_from": JAN, "obtained_on": MAR, "expires_on": None,
    "source": "register", "today": JUN,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"grade": 0}, errors.GradeInvalid), ({"grade": 5}, errors.GradeInvalid),
        ({"kind": "other"}, errors.ContractReferenceMissing), ({"kind": "establishment"}, errors.ContractReferenceMissing),
        ({"contract_reference": "C"}, errors.ContractReferenceMissing), ({"worker_count": 3}, errors.BranchEmpty),
        ({"source": " "}, errors.SourceMissing),
        ({"source": "x" * 301}, errors.SourceMissing), ({"obtained_on": DEC}, errors.EvidenceTermInvalid),
        ({"valid_from": JUN}, errors.EvidenceTermInvalid), ({"expires_on": JAN}, errors.EvidenceTermInvalid),
    ],
)  # fmt: skip
def test_evidence_that_cannot_be_is_refused(wrong, error):
    rules.check_evidence(**GOOD)
    with pytest.raises(error):
        rules.check_evidence(**{**GOOD, **wrong})


@pytest.mark.parametrize("workers", [None, 0, -1])
def test_attack_01_a_branch_where_nobody_works_counts_for_no_contract(workers):
    branch = GOOD | {"kind": "establishment", "contract_reference": "C-1"}
    rules.check_evidence(**branch | {"worker_count": 1})
    with pytest.raises(errors.BranchEmpty):
        rules.check_evidence(**branch | {"worker_count": workers})


def test_a_document_needs_a_second_uninvolved_person():
    rules.check_checker(3, created_by_id=1, checked_by_id=2, involved=False)
    rules.check_checker(2, created_by_id=1, checked_by_id=None, involved=False)
    for checker in (None, 1):
        with pytest.raises(errors.SecondPersonMissing):
            rules.check_checker(3, created_by_id=1, checked_by_id=checker, involved=False)
    with pytest.raises(errors.CheckerInvolved):
        rules.check_checker(3, created_by_id=1, checked_by_id=2, involved=True)


def test_a_catch_all_code_never_becomes_one_supplier():
    names = [SupplierFacts(name=f"Naam {i}", code="999982") for i in range(32)]
    assert len({each.identity for each in names}) == 32


def test_two_names_with_one_number_stay_two():
    number = KvkNumber("01234567")
    assert (
        SupplierFacts(name="CDW", kvk_number=number).identity
        != SupplierFacts(name="Softcat", kvk_number=number).identity
    )


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"name": " "}, errors.SupplierNameMissing), ({"name": "x" * 201}, errors.SupplierNameMissing),
        ({"name": "A", "street": "x" * 121}, errors.SupplierTextTooLong),
        ({"name": "A", "country": "Nederland"}, errors.CountryInvalid),
        ({"name": "A", "natural_person": True, "vat_id": VatId("NL111222333B01")}, errors.VatIdOfPerson),
    ],
)  # fmt: skip
def test_wrong_facts_are_refused(facts, error):
    with pytest.raises(error):
        SupplierFacts(**facts)


def test_a_number_that_may_hold_a_bsn_is_not_kept():
    old = VatId("NL111222333B01")
    assert SupplierFacts(name="A", vat_id=old).kept_vat_id is None
    assert SupplierFacts(name="A", vat_id=old, natural_person=False).kept_vat_id == old
    assert SupplierFacts(name="A").kept_vat_id is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Voorbeeld B.V.", "VOORBEELD bv", True), ("Coöperatie De Schoonmaak U.A.", "De Schoonmaak", True),
        ("Bank of the West", "Bank of the East", False), ("BV", "bv", False), ("مثال", "مثال", True),
    ],
)  # fmt: skip
def test_names_are_compared_without_their_legal_form(one, other, same):
    assert same_name(one, other) is same


def test_a_link_needs_a_reason():
    assert rules.check_link(" zelfde ") == "zelfde"
    for text in ("", " ", "x" * 501):
        with pytest.raises(errors.LinkReasonMissing):
            rules.check_link(text)


VARIANTS = (
    Variant("dry", "", "", "", without_wijken=("W",)), Variant("city", "", "", "", gemeenten=("1",)),
    Variant("land", "", "", "", gemeenten=("1", "2")),
)  # fmt: skip
L, N, U = "local", "not_local", "unknown"


@pytest.mark.parametrize(
    ("standing", "proven", "found"),
    [
        (L, [N, L, L], ""), (N, [N, L, L], "city"), (N, [N, N, L], "land"), (N, [N, N, N], "outside"),
        (N, [N, U, L], ""), (N, [N, N, U], ""), (U, [U, L, L], "city"), (N, [N], ""), (N, [], ""),
    ],
)  # fmt: skip
def test_how_far_off_a_supplier_is(standing, proven, found):
    assert ring(VARIANTS, Standing(standing), proven) == found
    assert parts_of(VARIANTS, proven) == (Standing(proven[0]) if proven else Standing.UNKNOWN,)
