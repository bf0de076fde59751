"""Inviting, accepting, leaving."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cwb.identity import queries as identity
from cwb.identity import services as identity_services
from cwb.identity.models import Mandate, User
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine
from cwb.kernel.errors import RuleBroken
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from cwb.people import rules, services
from cwb.people.models import Invitation

NEW = "nieuw@voorbeeld.example"


def last_mail(session):
    return session.scalars(select(Mail).order_by(Mail.id.desc())).first()


def people(organisation):
    return f"/organisations/{organisation.public_id}/people"


def invite(browser, organisation, email=NEW, role=Role.MEMBER):
    return browser.post(f"{people(organisation)}/invite", data={"email": email, "role": role.value})


@pytest.fixture
def board(sign_in):
    return sign_in(Role.BOARD)


def test_a_new_person_accepts(board, session, client):
    home = board.organisation
    assert invite(board, home).status_code == 303
    letter = last_mail(session)
    assert letter.recipient == NEW
    assert client.get(letter.link).status_code == 200
    done = client.post(letter.link, data={"name": "Nieuw Mens", "password": ""})
    assert done.status_code == 303
    user = identity.find_user_by_email(session, NEW)
    assert identity.people_with(session, home.id, Role.MEMBER) == [user]
    assert home.name in client.get("/account").text
    assert client.get(letter.link).status_code == 410


def test_somebody_with_an_account_signs_in_first(board, session, client, make_user, sign_in_user):
    user = make_user()
    invite(board, board.organisation, email=user.email)
    link = last_mail(session).link
    assert "Log eerst in" in client.get(link).text
    assert client.post(link, data={"name": "Dief"}).status_code == 422
    passed_on = sign_in_user(make_user())
    assert "voor een ander e-mailadres" in passed_on.get(link).text
    assert (passed_on.post(link).status_code, identity.people_with(session, board.organisation.id, Role.MEMBER)) == (
        422, [],
    )  # fmt: skip
    own = sign_in_user(user)
    assert own.get(link).status_code == 200
    assert own.post(link).status_code == 303
    assert identity.people_with(session, board.organisation.id, Role.MEMBER) == [user]


def test_a_role_that_does_not_go_together_is_refused_at_accepting(board, session, make_user, make_organisation,
                                                                  sign_in_user):  # fmt: skip
    user = make_user((Role.AUDITOR, make_organisation(Side.PROGRAMME)))
    invite(board, board.organisation, email=user.email)
    answer = sign_in_user(user).post(last_mail(session).link)
    assert answer.status_code == 422
    assert "gaat" in answer.text
    session.expire_all()
    assert session.scalars(select(Invitation)).one().accepted_at is None


@pytest.mark.parametrize("data", [
    {}, {"email": "geen adres", "role": "cooperative_member"}, {"email": NEW, "role": "purchaser"},
    {"email": NEW, "role": "koning"}, {"email": "x" * 400 + "@x.nl", "role": "cooperative_member"},
    {"email": "نور", "role": "cooperative_member"},
])  # fmt: skip
def test_bad_input_invites_nobody(board, session, data):
    assert board.post(f"{people(board.organisation)}/invite", data=data).status_code == 422
    assert session.scalars(select(Invitation)).all() == []


def test_not_twice_not_yourself_not_who_is_there(board, session, make_user):
    home = board.organisation
    invite(board, home)
    assert "al uitgenodigd" in invite(board, home, email=NEW.upper()).text
    assert "uzelf geen rol" in invite(board, home, email=board.user.email).text
    other = make_user((Role.MEMBER, home))
    assert "heeft deze rol al" in invite(board, home, email=other.email).text


def test_other_organisations_are_closed(board, session, make_organisation, sign_in):
    other = sign_in(Role.BOARD)
    invite(other, other.organisation)
    waiting = session.scalars(select(Invitation)).one()
    theirs = people(other.organisation)
    assert board.get(theirs).status_code == 403
    assert board.get(f"{theirs}.csv").status_code == 403
    assert (
        board.post(f"{theirs}/invite", data={"email": NEW, "role": "cooperative_member"}).status_code == 403
    )
    mine = f"/organisations/{board.organisation.public_id}/invitations/{waiting.public_id}"
    assert board.post(f"{mine}/withdraw").status_code == 404
    theirs_id = identity.mandates_of_organisation(session, other.organisation.id)[0][0].public_id
    assert board.get(f"{people(board.organisation)}/{theirs_id}/end").status_code == 404
    assert board.post(f"{theirs}/{theirs_id}/end").status_code == 403


def test_members_see_people_and_manage_nobody(sign_in, make_user):
    member = sign_in(Role.MEMBER)
    make_user((Role.BOARD, member.organisation))
    assert member.get(people(member.organisation)).status_code == 200
    assert invite(member, member.organisation).status_code == 403


def test_resending_kills_the_old_link_and_ends_after_five(board, session, client):
    home = board.organisation
    invite(board, home)
    old = last_mail(session).link
    waiting = session.scalars(select(Invitation)).one()
    again = f"/organisations/{home.public_id}/invitations/{waiting.public_id}/resend"
    assert board.post(again).status_code == 303
    assert client.get(old).status_code == 404
    assert client.get(last_mail(session).link).status_code == 200
    for _ in range(3):
        assert board.post(again).status_code == 303
    board.post(again)
    session.refresh(waiting)
    assert waiting.sent_count == 5


def test_a_withdrawn_or_expired_invitation_is_over(board, session, client):
    home = board.organisation
    invite(board, home)
    link = last_mail(session).link
    session.execute(text("UPDATE invitation SET expires_at = now() - interval '1 day'"))
    session.commit()
    assert client.get(link).status_code == 410
    assert client.post(link, data={"name": "Laat"}).status_code == 422
    waiting = session.scalars(select(Invitation)).one()
    take_back = f"/organisations/{home.public_id}/invitations/{waiting.public_id}/withdraw"
    assert board.post(take_back).status_code == 303
    assert "De uitnodiging is ingetrokken" in client.get(link).text
    assert board.post(take_back).status_code == 409


def test_leaving_and_the_last_one_staying(board, session, make_user, sign_in_user):
    home = board.organisation
    own = identity.mandates_of_organisation(session, home.id)[0][0]
    stay = board.post(f"{people(home)}/{own.public_id}/end")
    assert stay.status_code == 422
    assert "laatste persoon" in stay.text
    second = make_user((Role.BOARD, home))
    theirs = next(m for m, u in identity.mandates_of_organisation(session, home.id) if u is second)
    assert board.get(f"{people(home)}/{theirs.public_id}/end").status_code == 200
    assert board.post(f"{people(home)}/{theirs.public_id}/end").status_code == 303
    assert last_mail(session).recipient == second.email
    assert board.post(f"{people(home)}/{theirs.public_id}/end").status_code == 409
    assert "Vroeger" in board.get(people(home)).text


def test_an_ended_mandate_closes_the_pages_at_once(board, session, make_user, sign_in_user):
    home = board.organisation
    second = make_user((Role.BOARD, home))
    other = sign_in_user(second)
    theirs = next(m for m, u in identity.mandates_of_organisation(session, home.id) if u is second)
    board.post(f"{people(home)}/{theirs.public_id}/end")
    assert other.get(people(home)).status_code == 403


def test_an_administrator_admits_an_anchor_and_its_first_purchaser(sign_in, session):
    admin = sign_in(Role.ADMINISTRATOR)
    facts = {
        "kvk_number": "12345678", "name": "Voorbeeldschool", "legal_form": "foundation", "anchor_type": "school",
        "street": "Laan", "house_number": "1", "postcode": "1069 AB", "city": "Amsterdam", "email": "s@x.example",
    }  # fmt: skip
    answer = admin.post("/organisations/new", data=facts)
    assert answer.status_code == 303
    school = identity.find_organisation_by_kvk(session, "12345678")
    assert school.anchor_type == "school"
    assert invite(admin, school, role=Role.PURCHASER).status_code == 303
    assert [mail.recipient for mail in session.scalars(select(Mail).order_by(Mail.id))] == [NEW, school.email]
    assert invite(admin, school, email="b@x.example", role=Role.ASSESSOR).status_code == 422
    assert "Voorbeeldschool" in admin.get("/organisations").text
    assert "12345678" in admin.get("/organisations/all.csv").text


def test_the_list_as_a_file(board):
    assert board.user.email in board.get(f"{people(board.organisation)}.csv").text


def test_a_side_interest_is_shown(sign_in, make_organisation, session, at):
    buyer = sign_in(Role.PURCHASER)
    identity_services.grant_mandate(
        session, user=buyer.user, organisation=make_organisation(), role=Role.MEMBER, granted_by=None, at=at
    )
    session.commit()
    assert "nevenrol" in buyer.get(people(buyer.organisation)).text


def test_unknown_links_are_not_found(client):
    assert client.get("/invitations/onzin").status_code == 404
    assert client.post(f"/invitations/{uuid4()}").status_code == 404


def test_states(at):
    state = lambda **facts: rules.state(  # noqa: E731
        **{"accepted_at": None, "withdrawn_at": None, "expires_at": at, "at": at, **facts}
    )
    assert state(accepted_at=at) is rules.State.ACCEPTED
    assert state(withdrawn_at=at) is rules.State.WITHDRAWN
    assert state() is rules.State.EXPIRED
    assert state(expires_at=at + timedelta(seconds=1)) is rules.State.OPEN


@pytest.mark.slow
def test_ten_clicks_on_one_invitation_make_one_account_and_one_mandate(database_url, at):
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session, atomic(session):
        home = identity_services.register_organisation(
            session, name="Coop", kvk_number="01234567", legal_form="cooperative", street="S", house_number="1",
            postcode="1069 AB", city="A", email="c@x.example", at=at,
        )  # fmt: skip
        user = identity_services.register_user(
            session, email="b@x.example", name="Board", password=None, locale="nl", at=at
        )
        identity_services.grant_mandate(
            session, user=user, organisation=home, role=Role.BOARD, granted_by=None, at=at
        )
        actor = Actor(user.id, user.name, home.id, home.name, frozenset({Role.BOARD}))
        services.invite(
            session, organisation=home, email=NEW, role=Role.MEMBER, actor=actor, locale="nl", at=at
        )
        token = last_mail(session).link.rpartition("/")[2]
    start, said = Barrier(10), []

    def click():
        with Session(engine) as session:
            start.wait()
            try:
                with atomic(session):
                    services.accept_as_new(session, token=token, name="N", password=None, locale="nl", at=at)
                said.append("in")
            except RuleBroken as fault:
                said.append(type(fault).__name__)

    threads = [Thread(target=click) for _ in range(10)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    with Session(engine) as session:
        assert len(session.scalars(select(User).where(User.email == NEW)).all()) == 1
        assert len(session.scalars(select(Mandate).where(Mandate.role == Role.MEMBER)).all()) == 1
    engine.dispose()
    assert said.count("in") == 1


def test_who_is_asked_to_help_finds_it_on_the_start_page_and_in_the_letter(
    board, session, make_user, sign_in_user
):
    niece, until = make_user(), local_date(clock.now()) + timedelta(days=30)
    asked = {"email": niece.email, "roles": ["bid_helper", "register_helper"], "ends_on": until.isoformat()}
    assert board.post("/helpers/ask", data=asked).status_code == 303
    letter = last_mail(session)
    assert letter.subject == f"{board.organisation.name} vraagt uw hulp"
    assert "Vult inschrijvingen in." in letter.text
    assert str(until.year) in letter.text
    own = sign_in_user(niece)
    start = own.get("/").text
    assert f"vraagt uw hulp bij inschrijvingen en het profiel, tot en met {until:%d-%m-%Y}." in start
    link = re.search(r"/invitations/[0-9a-f-]{36}/answer", start)[0]
    shown = own.get(link).text
    assert "Vult het profiel, de stukken en eerder werk in." in shown
    stranger = sign_in_user(make_user())
    assert "vraagt uw hulp" not in stranger.get("/").text
    assert stranger.get(link).status_code == 404
    assert own.post(link).status_code == 303
    assert identity.people_with(session, board.organisation.id, Role.REGISTER_HELPER) == [niece]
    assert link not in own.get("/").text
    assert own.get(link).status_code == 410


def test_who_says_no_is_asked_no_more_and_who_asked_hears_it(board, session, make_user, sign_in_user):
    user = make_user()
    invite(board, board.organisation, email=user.email)
    made = session.scalars(select(Invitation)).one()
    own, no = sign_in_user(user), f"/invitations/{made.public_id}/no"
    assert f"{board.organisation.name} nodigt u uit" in own.get("/").text
    assert sign_in_user(make_user()).post(no).status_code == 404
    assert own.post(no).status_code == 303
    assert (last_mail(session).recipient, last_mail(session).subject) == (
        board.user.email, f"{user.name} doet niet mee",
    )  # fmt: skip
    assert "nodigt u uit" not in own.get("/").text
    assert own.post(f"/invitations/{made.public_id}/answer").status_code == 422
    assert identity.people_with(session, board.organisation.id, Role.MEMBER) == []


def test_who_is_not_signed_in_says_no_with_the_letter(board, session, client, make_user):
    for number, email in enumerate((NEW, make_user().email), start=1):
        invite(board, board.organisation, email=email)
        link = last_mail(session).link
        path = f"/invitations/{link.rpartition('/')[2]}/decline"
        assert path in client.get(link).text
        for _again in range(2):
            assert client.post(path).status_code == 303
            assert "U doet niet mee" in client.get("/").text
        told = session.scalars(select(Mail).where(Mail.recipient == board.user.email).order_by(Mail.id)).all()
        assert [each.subject for each in told][number - 1 :] == [f"{email} doet niet mee"], "told once"
        assert client.get(link).status_code == 410
    assert client.post("/invitations/nietbestaand/decline").status_code == 404


def test_a_letter_that_was_accepted_or_is_old_says_no_to_nothing(board, session, client):
    invite(board, board.organisation)
    link = last_mail(session).link
    session.execute(text("UPDATE invitation SET expires_at = sent_at"))
    session.expire_all()
    client.post(f"/invitations/{link.rpartition('/')[2]}/decline")
    assert session.scalars(select(Invitation.withdrawn_at)).one() is None
    assert not session.scalars(select(Mail).where(Mail.recipient == board.user.email)).all()
