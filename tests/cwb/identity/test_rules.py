import pytest

from cwb.identity import errors, rules
from cwb.identity.rules import Side
from cwb.kernel.policy import SECOND_FACTOR_ROLES, Role


@pytest.mark.parametrize(("anchor", "programme", "side"), [
    ("school", False, Side.ANCHOR), (None, True, Side.PROGRAMME), (None, False, Side.SUPPLIER),
])  # fmt: skip
def test_side(anchor, programme, side):
    assert rules.side_of(anchor, programme) is side


def test_apart_is_the_same_both_ways_and_nobody_is_apart_from_themselves():
    for one in Role:
        assert not rules.incompatible(one, one)
        for other in Role:
            assert rules.incompatible(one, other) == rules.incompatible(other, one)


@pytest.mark.parametrize(("one", "other", "apart"), [
    (Role.AUDITOR, Role.PROGRAMME, True), (Role.AUDITOR, Role.RESIDENT, False),
    (Role.FELLOW, Role.PROGRAMME, True), (Role.FELLOW, Role.AUDITOR, True), (Role.FELLOW, Role.BOARD, False),
    (Role.COACH, Role.PROGRAMME, True), (Role.COACH, Role.ASSESSOR, True), (Role.COACH, Role.MEMBER, False),
    (Role.PURCHASER, Role.BOARD, True), (Role.PURCHASER, Role.MEMBER, False),
    (Role.PURCHASER, Role.ASSESSOR, False), (Role.PROGRAMME, Role.ADMINISTRATOR, False),
])  # fmt: skip
def test_who_coaches_does_not_verify_and_who_buys_does_not_sell(one, other, apart):
    assert rules.incompatible(one, other) is apart


def test_side_interest_is_flagged_not_refused():
    assert rules.flagged([Role.PURCHASER, Role.MEMBER])
    assert rules.flagged([Role.ASSESSOR, Role.FELLOW])
    assert not rules.flagged([Role.PURCHASER, Role.ASSESSOR])


@pytest.mark.parametrize(("role", "side", "held", "fault"), [
    (Role.PURCHASER, Side.SUPPLIER, [], errors.RoleNotHere),
    (Role.BOARD, Side.ANCHOR, [], errors.RoleNotHere),
    (Role.PROGRAMME, Side.SUPPLIER, [], errors.RoleNotHere),
    (Role.BOARD, Side.SUPPLIER, [Role.MEMBER, Role.PURCHASER], errors.RolesApart),
])  # fmt: skip
def test_a_role_that_does_not_fit_is_refused(role, side, held, fault):
    with pytest.raises(fault):
        rules.check_role(role, side, held)


def test_a_role_that_fits():
    rules.check_role(Role.BOARD, Side.SUPPLIER, [Role.MEMBER])


def test_every_side_has_a_keeper_among_its_roles():
    assert all(rules.KEEPER[side] in rules.ROLES_OF[side] for side in Side)
    assert set(rules.ROLE_TEXT) == set(rules.ROLE_HINT) == set(Role)


def test_keepers_give_roles_at_home_only():
    assert rules.grantable([Role.BOARD], same_organisation=True, side=Side.SUPPLIER) == (
        Role.BOARD, Role.MEMBER, Role.FELLOW, Role.RESIDENT, Role.BID_HELPER, Role.INVOICE_HELPER, Role.REGISTER_HELPER,
    )  # fmt: skip
    assert rules.grantable([Role.PURCHASER], same_organisation=True, side=Side.ANCHOR) == (
        Role.PURCHASER, Role.ASSESSOR,
    )  # fmt: skip
    assert rules.grantable([Role.BOARD], same_organisation=False, side=Side.SUPPLIER) == ()
    assert rules.grantable([Role.PURCHASER], same_organisation=False, side=Side.ANCHOR) == ()
    assert rules.grantable([Role.MEMBER], same_organisation=True, side=Side.SUPPLIER) == ()


def test_the_programme_does_not_pick_its_own_controller():
    assert rules.grantable([Role.PROGRAMME], same_organisation=True, side=Side.PROGRAMME) == ()
    assert Role.AUDITOR in rules.grantable([Role.ADMINISTRATOR], same_organisation=True, side=Side.PROGRAMME)


def test_an_administrator_gives_the_first_keeper_elsewhere_and_no_more():
    assert rules.grantable([Role.ADMINISTRATOR], same_organisation=False, side=Side.ANCHOR) == (
        Role.PURCHASER,
    )
    assert rules.grantable([Role.ADMINISTRATOR], same_organisation=False, side=Side.SUPPLIER) == (
        Role.BOARD, Role.COACH, Role.AUDITOR,
    )  # fmt: skip


def test_the_last_keeper_stays():
    with pytest.raises(errors.LastKeeper):
        rules.check_keepers(Side.SUPPLIER, Role.BOARD, 0)
    rules.check_keepers(Side.SUPPLIER, Role.BOARD, 1)
    rules.check_keepers(Side.SUPPLIER, Role.MEMBER, 0)


@pytest.mark.parametrize(("text", "code"), [
    ("cooperative", "cooperative"), ("Coöperatie U.A.", "cooperative"), ("BV", "private_company"),
    ("B.V.", "private_company"), (" Stichting ", "foundation"), ("ZZP", "sole_trader"), ("gemeente", "public_body"),
])  # fmt: skip
def test_legal_forms_as_people_write_them(text, code):
    assert rules.legal_form(text) == code


@pytest.mark.parametrize("text", ["", "iets", "تعاونية", "x" * 5000])
def test_other_legal_forms_are_refused(text):
    with pytest.raises(errors.LegalFormUnknown):
        rules.legal_form(text)


OLD_VAT = "NL111222333B01"  # nine digits that pass the eleven test: the kind that held a BSN
NEW_VAT = "NL000099998B57"  # passes mod 97-10 and not the eleven test


@pytest.mark.parametrize("form", ["sole_trader", "partnership", "professional_partnership"])
def test_a_bsn_is_kept_out_and_never_repeated(form):
    with pytest.raises(errors.VatIdHidesBsn) as fault:
        rules.check_natural_person(form, rsin=None, vat_id=OLD_VAT)
    assert "111222333" not in str(fault.value)
    with pytest.raises(errors.RsinOfNaturalPerson) as fault:
        rules.check_natural_person(form, rsin="111222333", vat_id=None)
    assert "111222333" not in str(fault.value)


def test_other_numbers_pass():
    rules.check_natural_person("sole_trader", rsin=None, vat_id=NEW_VAT)
    rules.check_natural_person("sole_trader", rsin=None, vat_id=None)
    rules.check_natural_person("private_company", rsin="111222333", vat_id=OLD_VAT)


def test_email_addresses():
    assert rules.email_address(" Noor@Voorbeeld.EXAMPLE ") == "Noor@voorbeeld.example"
    for bad in (
        "",
        "noor",
        "noor@",
        "@x.nl",
        "a b@x.nl",
        "noor@x..nl",
        "a" * 300 + "@x.nl",
        "noor@x.nl\nBcc: y@z.nl",
    ):
        with pytest.raises(errors.EmailInvalid):
            rules.email_address(bad)


def test_a_long_but_valid_address_is_refused():
    domain = ".".join(["b" * 60] * 3) + ".nl"
    with pytest.raises(errors.EmailInvalid):
        rules.email_address("a" * 60 + "@" + domain)


@pytest.mark.parametrize("name", ["Noor", "نور الدين", "李明", "O'Brien-van 't Hof", "Jürgen"])
def test_names_in_any_script(name):
    assert rules.person_name(f"  {name}\x00 ") == name


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "!!!"])
def test_names_without_a_letter_are_refused(name):
    with pytest.raises(errors.NameMissing):
        rules.person_name(name)


def test_names_of_201_signs_are_refused():
    assert rules.person_name("a" * 200)
    with pytest.raises(errors.NameTooLong):
        rules.person_name("a" * 201)


@pytest.mark.parametrize(
    "text", ["vier losse woorden hier", "كلمة سر طويلة جدا", "q7!Lm2#pXz9&", "847362910473"]
)
def test_good_passwords(text):
    assert rules.password(text, about=("noor@voorbeeld.example", "Noor"))


@pytest.mark.parametrize(("text", "fault"), [
    ("kort", errors.PasswordTooShort), ("x" * 201, errors.PasswordTooLong),
    ("aaaaaaaaaaaaaaa", errors.PasswordGuessable), ("wachtwoord123", errors.PasswordGuessable),
    ("Amsterdam2026!", errors.PasswordGuessable), ("Noor-Voorbeeld-1", errors.PasswordGuessable),
])  # fmt: skip
def test_bad_passwords(text, fault):
    with pytest.raises(fault):
        rules.password(text, about=("noor@voorbeeld.example", "Noor Voorbeeld"))


def test_weighty_roles_need_the_second_factor():
    assert {
        Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.ALLIANCE, Role.ADMINISTRATOR,
    } == SECOND_FACTOR_ROLES  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Groen Osdorp Midden", "Groen Osdorp-Midden (voorbeeld)", True),
        ("Coöperatie Schoon Samen U.A.", "Schoon Samen", True),
        ("Schoon Samen", "Samen Schoon", True),
        ("Schoon", "Schoon Samen", False),
        ("Bloeiend Osdorp-Midden (voorbeeld)", "Groen Osdorp-Midden (voorbeeld)", False),
        ("Groen Osdorp", "Groen Osdorp Midden Oost", False),
        ("Coöperatie U.A.", "Stichting", False),
    ],
)
def test_names_that_may_be_the_same_are_proposed(one, other, are):
    assert rules.alike(one, other) is are
    assert rules.alike(other, one) is are
