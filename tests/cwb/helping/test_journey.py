"""A board asks somebody to help, they say yes, what they do is read, and the help ends."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from cwb.helping import queries, services
from cwb.helping.errors import AlreadyInside
from cwb.helping.models import HelpAct
from cwb.helping.views import _called
from cwb.identity import queries as people
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail


def actor_of(browser, *roles):
    user, home = browser.user, browser.organisation
    return Actor(user.id, user.name, home.id, home.name, frozenset(roles))


@pytest.fixture
def board(sign_in):
    return sign_in(Role.BOARD)


def test_from_asking_to_the_end(app, session, board):
    until = clock.local_date(clock.now()) + timedelta(days=30)
    given = {
        "email": "nicht@voorbeeld.example",
        "roles": ["invoice_helper", "register_helper"],
        "ends_on": until.isoformat(),
    }
    asked = board.post("/helpers/ask", data=given)
    assert asked.status_code == 303, asked.text
    letter = (
        session.execute(text("SELECT row_to_json(mail)::text FROM mail ORDER BY id DESC")).scalars().first()
    )
    helper, link = app.test_client(), re.search(r"/invitations/[\w-]+", letter)[0]
    assert "Ziet facturen" in helper.get(link).text
    assert helper.post(link, data={"name": "Voorbeeld Nicht"}).status_code == 303
    for address, answer in {
        "/invoices": 200,
        "/members": 403,
        "/tenders": 200,
        "/helpers/ask": 403,
    }.items():
        assert helper.get(address).status_code == answer, address
    user = people.find_user_by_email(session, "nicht@voorbeeld.example")
    helper.get("/invoices")
    assert helper.get(f"/invoices/{uuid4()}").status_code == 404  # what was not shown is not told
    lines = session.scalars(queries.log(board.organisation.id, user.id)).all()
    assert [(each.deed, each.page, each.role) for each in lines] == [
        ("looked", "/invoices", "invoice_helper")
    ]
    seen = board.get("/helpers").text
    assert all(said in seen for said in ("Voorbeeld Nicht", '"/invoices"><bdi>Facturen</bdi>', "keek"))
    assert "/invoices" in board.get("/helpers/log.csv").text
    assert board.post(f"/helpers/{user.public_id}/end").status_code == 303
    assert helper.get("/invoices").status_code == 403
    assert board.post(f"/helpers/{user.public_id}/end").status_code == 404


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("/tenders/T-2026-0035/bid/price", "Inschrijvingen T-2026-0035"),
        ("/bids", "Inschrijvingen"),
        ("/geen-bladzijde", "/geen-bladzijde"),
    ],
)
def test_a_page_of_the_log_is_called_as_people_call_it(app, page, name):
    with app.test_request_context("/helpers?lang=nl"):
        assert _called(page) == name


def test_a_helper_at_the_register_begins_from_its_start_page(sign_in):
    page = sign_in(Role.REGISTER_HELPER).get("/").text
    for there in ("/cooperatives/join", "/cooperatives/papers", "/experience"):
        assert f'href="{there}"' in page, there
    assert 'href="/cooperatives/papers"' not in sign_in(Role.INVOICE_HELPER).get("/").text


def test_what_is_sent_is_written_down_with_the_act_or_not_at_all(session, sign_in):
    helper = sign_in(Role.REGISTER_HELPER)
    did = select(HelpAct.page).where(HelpAct.deed == "did")
    assert helper.post("/cooperatives/join/capacity", data={"weekly_hours": "rubbish"}).status_code == 422
    assert helper.post("/cooperatives/join/check", data={}).status_code in {303, 422}
    session.rollback()  # the end of a request whose act was refused
    own = {"title": "Licht", "text": "Meer licht op het plein."}
    assert (
        helper.post("/wijken/FB/item", data=own).status_code == 303
    )  # for oneself: no business of the board
    assert session.scalars(did).all() == []
    answer = helper.post("/cooperatives/join/where", data={})
    assert answer.status_code == 303, answer.text
    assert session.scalars(did).all() == ["/cooperatives/join/where"]


def test_help_ends_on_its_day_and_by_either_side(session, sign_in, board, at):
    helper = sign_in(Role.INVOICE_HELPER, board.organisation)
    session.execute(text("UPDATE mandate SET ends_on = ends_on - 1 WHERE role = 'invoice_helper'"))
    session.commit()
    assert helper.get("/invoices").status_code == 403
    assert services.end_what_is_over(session, at=clock.now()) == 1
    told = session.scalars(select(Mail.recipient).where(Mail.text.contains("De laatste dag"))).all()
    assert sorted(told) == sorted([helper.user.email, board.user.email])
    again, home = sign_in(Role.BID_HELPER, board.organisation), board.organisation
    found, other = queries.running(session, home.id, again.user.public_id), sign_in(Role.BOARD)
    with pytest.raises(Forbidden):
        services.end_help(
            session, organisation=home, mandates=found, actor=actor_of(other, Role.BOARD), at=at
        )
    assert again.post(f"/helpers/{again.user.public_id}/end").status_code == 303
    day = timedelta(days=1)
    assert queries.helped_since(session, [home.id], clock.now() - day) == {helper.user.id, again.user.id}
    assert queries.helped_since(session, [home.id], clock.now() + day) == set()


def test_who_belongs_to_it_does_not_help_and_the_database_holds_the_last_day(session, sign_in, board):
    member, now = sign_in(Role.MEMBER, board.organisation), clock.now()
    with pytest.raises(AlreadyInside):
        services.ask_help(
            session, organisation=board.organisation, email=member.user.email, roles=[Role.BID_HELPER],
            ends_on=clock.local_date(now), actor=actor_of(board, Role.BOARD), locale="nl", at=now,
        )  # fmt: skip
    for wrong in ("SET ends_on = current_date", "SET role = 'bid_helper'"):
        with pytest.raises(IntegrityError, match="ck_mandate_ends_on"), session.begin_nested():
            session.execute(text(f"UPDATE mandate {wrong} WHERE user_id = {member.user.id}"))


def test_where_nobody_helps_the_page_asks_once(board):
    assert board.get("/helpers").text.count('href="/helpers/ask"') == 1
