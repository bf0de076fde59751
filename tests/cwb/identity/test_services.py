from itertools import product
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.models import AuditRecord
from cwb.identity import errors, events, queries, rules, services
from cwb.identity.models import IbanChange, Mandate, Organisation
from cwb.identity.policy import CHANGE_IBAN, SEE_PEOPLE, may, may_grant
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine
from cwb.kernel.errors import RuleBroken
from cwb.kernel.policy import HELPERS, Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail

FACTS = {
    "name": "Schoon Samen", "kvk_number": "01234567", "legal_form": "cooperative", "street": "Voorbeeldstraat",
    "house_number": "1", "postcode": "1069ab", "city": "Amsterdam", "email": "post@voorbeeld.example",
}  # fmt: skip
IBAN, OTHER_IBAN = "NL91ABNA0417164300", "NL20INGB0001234567"


def test_registering_keeps_identifiers_in_one_form(session, at):
    made = services.register_organisation(session, **FACTS, iban="nl91 abna 0417 1643 00", at=at)
    assert (made.postcode, made.iban, made.search_name) == ("1069 AB", IBAN, "schoon samen")
    assert queries.organisation(session, str(made.public_id)) is made
    assert queries.find_organisation_by_kvk(session, "01234567") is made


def test_one_kvk_number_once(session, at):
    services.register_organisation(session, **FACTS, at=at)
    with pytest.raises(errors.KvkNumberTaken):
        services.register_organisation(session, **FACTS, at=at)


@pytest.mark.parametrize(("field", "value"), [
    ("kvk_number", "123"), ("kvk_number", "١٢٣٤٥٦٧٨"), ("postcode", "9999"), ("iban", "NL00ABNA0417164300"),
    ("vat_id", "NL1"), ("rsin", "123456789"), ("branch_number", "1"), ("email", "geen"), ("name", ""),
    ("legal_form", "piraat"),
])  # fmt: skip
def test_bad_facts_are_named_and_nothing_is_kept(session, at, field, value):
    with pytest.raises(RuleBroken) as fault:
        services.register_organisation(session, **{**FACTS, field: value}, at=at)
    assert fault.value.field == field
    assert session.scalars(select(Organisation)).all() == []


def test_a_bsn_reaches_neither_table_nor_log(session, at):
    for facts in ({"vat_id": "NL111222333B01"}, {"rsin": "111222333"}):
        with pytest.raises(RuleBroken):
            services.register_organisation(session, **{**FACTS, "legal_form": "eenmanszaak", **facts}, at=at)
    dump = session.execute(text("SELECT count(*) FROM organisation")).scalar()
    assert dump == 0
    assert session.scalars(select(AuditRecord)).all() == []


@pytest.mark.parametrize("facts", [{"vat_id": "NL111222333B01"}, {"rsin": "111222333"}])
def test_the_database_keeps_a_bsn_out_by_itself(session, at, facts):
    made = services.register_organisation(session, **{**FACTS, "legal_form": "zzp"}, at=at)
    for name, value in facts.items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError, match="no_bsn"):
        session.flush()


def test_the_new_kind_of_vat_id_passes_all_fences(session, at):
    made = services.register_organisation(
        session, **{**FACTS, "legal_form": "zzp"}, vat_id="NL000099998B57", at=at
    )
    assert made.vat_id == "NL000099998B57"


def test_not_anchor_and_programme_at_once(session, at):
    with pytest.raises(errors.AnchorCannotBeProgramme):
        services.register_organisation(session, **FACTS, anchor_type="school", is_programme=True, at=at)


def test_unknown_ids_are_not_found(session):
    for bad in ("x", "01900000-0000-7000-8000-000000000000"):
        with pytest.raises(errors.OrganisationUnknown):
            queries.organisation(session, bad)
    with pytest.raises(errors.OrganisationUnknown):
        queries.organisation_by_id(session, 0)
    with pytest.raises(errors.UserUnknown):
        queries.user(session, 0)


def test_an_address_has_one_account_whatever_its_capitals(session, at, make_user):
    user = make_user()
    with pytest.raises(errors.EmailTaken):
        services.register_user(
            session, email=user.email.upper(), name="Ander", password=None, locale="xx", at=at
        )


def test_two_registrations_of_one_address_at_once(session, at, make_user, monkeypatch):
    user = make_user()
    monkeypatch.setattr(queries, "find_user_by_email", lambda *_: None)
    with pytest.raises(errors.EmailTaken):
        services.store_user(session, email=user.email, name="A", password_hash=None, locale="nl", at=at)


def test_two_registrations_of_one_kvk_number_at_once(session, at, monkeypatch):
    services.register_organisation(session, **FACTS, at=at)
    monkeypatch.setattr(queries, "find_organisation_by_kvk", lambda *_: None)
    with pytest.raises(errors.KvkNumberTaken):
        services.register_organisation(session, **FACTS, at=at)


def test_the_person_behind_an_account_is_made_once(session, at, make_user):
    user = make_user()
    one = services.person_of(session, user=user, at=at)
    assert services.person_of(session, user=user, at=at) is one
    assert one.name == user.name


def test_mandates_are_given_once_and_checked(session, at, make_user, make_organisation):
    home, user = make_organisation(), make_user()
    give = lambda role, where: services.grant_mandate(  # noqa: E731
        session, user=user, organisation=where, role=role, granted_by=None, at=at
    )
    give(Role.MEMBER, home)
    with pytest.raises(errors.RoleAlreadyHeld):
        give(Role.MEMBER, home)
    with pytest.raises(errors.RoleNotHere):
        give(Role.PURCHASER, home)
    give(Role.BOARD, home)
    with pytest.raises(errors.RolesApart):
        give(Role.ASSESSOR, make_organisation(Side.ANCHOR))
    assert set(queries.running_roles(session, user.id)) == {Role.MEMBER, Role.BOARD}
    assert queries.people_with(session, home.id, Role.BOARD) == [user]
    assert queries.people_with(session, home.id) == [user]
    assert queries.involved_in(session, user.id, [home.id])
    assert queries.running_roles_of(session, [user.id]) == {user.id: {Role.MEMBER, Role.BOARD}}


def test_the_database_keeps_roles_apart_as_the_rule_does(session, at, make_user, make_organisation):
    user, first, second = make_user(), make_organisation(), make_organisation()

    def fits(one: Role, other: Role) -> bool:
        try:
            for role, where in ((one, first), (other, second)):
                day = local_date(at) if role in HELPERS else None
                session.add(
                    Mandate(user_id=user.id, organisation_id=where.id, role=role, granted_at=at, ends_on=day)
                )
                session.flush()
        except DBAPIError as fault:
            assert "do not go together" in str(fault)
            return False
        return True

    for one, other in product(Role, Role):
        there = session.begin_nested()
        assert fits(one, other) is not rules.incompatible(one, other), (one, other)
        there.rollback()


def test_the_last_board_member_stays_and_the_one_before_may_go(session, at, make_user, make_organisation):
    home = make_organisation()
    one, two = make_user((Role.BOARD, home)), make_user((Role.BOARD, home))
    heard = []
    session.info["cwb.listeners"] = {events.MandateEnded: [lambda _s, event: heard.append(event)]}
    first, last = (row[0] for row in queries.mandates_of_organisation(session, home.id))
    services.end_mandate(session, mandate=first, actor_id=one.id, at=at)
    with pytest.raises(errors.LastKeeper):
        services.end_mandate(session, mandate=last, actor_id=two.id, at=at)
    with pytest.raises(errors.MandateEnded):
        services.end_mandate(session, mandate=first, actor_id=one.id, at=at)
    assert [event.user_id for event in heard] == [one.id]


def actor_of(user, organisation, *roles):
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset(roles))


def test_iban_changes_by_two_people_and_is_told(session, at, make_user, make_organisation):
    home = make_organisation(iban=IBAN)
    one, two = make_user((Role.BOARD, home)), make_user((Role.BOARD, home))
    asker, second = actor_of(one, home, Role.BOARD), actor_of(two, home, Role.BOARD)
    with pytest.raises(errors.IbanSame):
        services.ask_iban_change(session, organisation=home, iban=IBAN, actor=asker, at=at)
    for bad in ("", "NL00", "NL00ABNA0417164300"):
        with pytest.raises(RuleBroken):
            services.ask_iban_change(session, organisation=home, iban=bad, actor=asker, at=at)
    change = services.ask_iban_change(session, organisation=home, iban=OTHER_IBAN, actor=asker, at=at)
    with pytest.raises(errors.IbanChangeOpen):
        services.ask_iban_change(session, organisation=home, iban=OTHER_IBAN, actor=second, at=at)
    decide = lambda actor, accepted: services.decide_iban_change(  # noqa: E731
        session, change=change, organisation=home, accepted=accepted, actor=actor, at=at
    )
    with pytest.raises(errors.SecondPersonNeeded):
        decide(asker, True)
    assert home.iban == IBAN
    decide(second, True)
    assert home.iban == OTHER_IBAN
    with pytest.raises(errors.IbanChangeDecided):
        decide(second, False)
    assert [mail.recipient for mail in session.scalars(select(Mail))] == [home.email] * 2
    with pytest.raises(errors.IbanChangeUnknown):
        queries.iban_change(session, make_organisation().id, change.public_id)


def test_who_asked_may_take_it_back(session, at, make_user, make_organisation):
    home = make_organisation(iban=IBAN)
    asker = actor_of(make_user((Role.BOARD, home)), home, Role.BOARD)
    change = services.ask_iban_change(session, organisation=home, iban=OTHER_IBAN, actor=asker, at=at)
    services.decide_iban_change(session, change=change, organisation=home, accepted=False, actor=asker, at=at)
    assert home.iban == IBAN
    assert queries.find_open_iban_change(session, home.id) is None


def test_the_database_wants_two_people_too(session, at, make_user, make_organisation):
    home = make_organisation()
    user = make_user((Role.BOARD, home))
    session.add(
        IbanChange(organisation_id=home.id, iban=IBAN, asked_by_id=user.id, asked_at=at, decided_by_id=user.id,
                   decided_at=at, accepted=True)
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="two_people"):
        session.flush()


def test_a_new_contact_address_is_told_to_the_old_one(session, at, make_user, make_organisation):
    home = make_organisation()
    old = home.email
    facts = {name: getattr(home, name) for name in ("name", "street", "house_number", "postcode", "city", "phone",
                                                    "website")}  # fmt: skip
    actor = actor_of(make_user((Role.BOARD, home)), home, Role.BOARD)
    services.change_organisation(session, organisation=home, **facts, email=old, actor=actor, at=at)
    assert session.scalars(select(Mail)).all() == []
    services.change_organisation(
        session, organisation=home, **facts, email="nieuw@x.example", actor=actor, at=at
    )
    assert [mail.recipient for mail in session.scalars(select(Mail))] == [old]


def test_policy_is_about_ones_own_organisation(session, make_user, make_organisation):
    home, other, anchor = make_organisation(), make_organisation(), make_organisation(Side.ANCHOR)
    board = actor_of(make_user(), home, Role.BOARD)
    assert may(board, CHANGE_IBAN, home)
    assert not may(board, CHANGE_IBAN, other)
    assert not may(board, SEE_PEOPLE, other)
    assert may_grant(board, home, Role.MEMBER)
    assert not may_grant(board, other, Role.MEMBER)
    administrator = actor_of(make_user(), make_organisation(Side.PROGRAMME), Role.ADMINISTRATOR)
    assert may(administrator, SEE_PEOPLE, anchor)
    assert may_grant(administrator, anchor, Role.PURCHASER)
    assert not may_grant(administrator, anchor, Role.ASSESSOR)


@pytest.mark.slow
def test_two_board_members_leaving_at_once_leave_one(database_url, at):
    """Each sees the other still there; the lock on the organisation makes the second look again."""
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session, atomic(session):
        home = services.register_organisation(session, **FACTS, at=at)
        mandates = []
        for number in (1, 2):
            user = services.register_user(
                session, email=f"m{number}@x.example", name="Mens", password=None, locale="nl", at=at
            )
            mandates.append(
                services.grant_mandate(
                    session, user=user, organisation=home, role=Role.BOARD, granted_by=None, at=at
                ).id
            )
    start, said = Barrier(2), []

    def leave(mandate_id):
        with Session(engine) as session:
            mandate = session.get_one(Mandate, mandate_id)
            start.wait()
            try:
                with atomic(session):
                    services.end_mandate(session, mandate=mandate, actor_id=None, at=at)
                said.append("left")
            except errors.LastKeeper:
                said.append("stays")

    threads = [Thread(target=leave, args=(each,)) for each in mandates]
    [each.start() for each in threads]
    [each.join() for each in threads]
    engine.dispose()
    assert sorted(said) == ["left", "stays"]
