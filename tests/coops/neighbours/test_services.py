"""Placing, writing, reporting and leaving."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from coops.exchange.errors import MoneyUnfit, NoWalletOfMoney
from coops.exchange.rules import Deal
from coops.neighbours import errors, queries, services
from coops.neighbours.models import (
    Neighbour,
    NeighbourAdvert,
    NeighbourMessage,
    NeighbourReport,
    NeighbourTalk,
)
from cwb.identity import services as identity
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from cwb.privacy.services import erase_user
from ledger.instruments.rules import Code
from ledger.wallets.services import open_wallet
from tests.coops.neighbours.conftest import build_street


@pytest.fixture
def talk(street):
    """Karim asked for Samira's ladder."""
    _, samira, karim = street.actors
    advert = street.place(samira)
    made = services.answer(
        street.session, public_id=advert.public_id, text="Mag ik hem zaterdag?", actor=karim, at=street.at
    )
    return queries.talk(street.session, made.public_id, made.party_id)


def test_who_holds_no_wallet_neither_reads_nor_writes(street):
    noor, samira, _ = street.actors
    advert = street.place(samira)
    assert queries.find_reader(street.session, noor) is None
    for act in (
        lambda: street.join(noor, "Noor"),
        lambda: street.place(noor),
        lambda: services.answer(
            street.session, public_id=advert.public_id, text="Hallo", actor=noor, at=street.at
        ),
        lambda: services.report_advert(
            street.session, public_id=advert.public_id, reason="Onzin", actor=noor, at=street.at
        ),
    ):
        with pytest.raises(errors.NoWallet):
            act()


def test_an_advert_goes_when_its_makers_wallet_is_of_practice_that_is_over(street):
    _, samira, _ = street.actors
    advert = street.place(samira)
    today = clock.local_date(street.at)
    assert street.session.scalars(queries.running(today)).all() == [advert]
    street.session.execute(
        text("UPDATE wallet SET live = NOT live WHERE party_id = (SELECT person_id FROM neighbour n "
             "WHERE n.id = :id)"), {"id": advert.neighbour_id},
    )  # fmt: skip
    assert not street.session.scalars(queries.running(today)).all()
    with pytest.raises(errors.AdvertGone):
        queries.advert(street.session, advert.public_id, today)


def test_the_mail_of_a_message_names_nobody_and_says_nothing_of_it(street, talk):
    _, samira, _karim = street.actors
    mail = street.session.scalars(select(Mail)).one()
    assert mail.recipient == street.users[1].email
    assert "Ladder te leen" in mail.subject
    assert not any(word in mail.text for word in ("Karim", "zaterdag"))
    services.write(street.session, talk_id=talk.public_id, text="Ja hoor", actor=samira, at=street.at)
    assert [each.by_maker for each in queries.messages(street.session, talk.id)] == [False, True]
    assert len(street.session.scalars(select(Mail)).all()) == 2


def test_a_talk_is_of_two_and_either_stops_it(street, talk):
    _, samira, karim = street.actors
    stranger = street.resident("Vreemd Voorbeeld")
    for act in (
        lambda who: services.write(
            street.session, talk_id=talk.public_id, text="Ik ook", actor=who, at=street.at
        ),
        lambda who: services.close_talk(street.session, talk_id=talk.public_id, actor=who, at=street.at),
    ):
        with pytest.raises(errors.TalkUnknown):
            act(stranger)
    services.close_talk(street.session, talk_id=talk.public_id, actor=samira, at=street.at)
    for who in (samira, karim):
        with pytest.raises(errors.TalkClosed):
            services.write(street.session, talk_id=talk.public_id, text="Toch?", actor=who, at=street.at)
    with pytest.raises(errors.TalkClosed):
        services.answer(
            street.session, public_id=talk.advert.public_id, text="Toch?", actor=karim, at=street.at
        )
    with pytest.raises(IntegrityError, match="is closed"):
        street.session.execute(
            text("INSERT INTO neighbour_message (talk_id, by_maker, text, written_by_id, written_at) "
                 "VALUES (:t, true, 'Hoi', :u, now())"), {"t": talk.id, "u": samira.user_id},
        )  # fmt: skip


def test_ones_own_and_what_is_over_is_not_answered_but_a_talk_goes_on(street, talk):
    _, samira, karim = street.actors
    advert = talk.advert
    facts = {"public_id": advert.public_id, "text": "Hallo", "at": street.at}
    with pytest.raises(errors.OwnAdvert):
        services.answer(street.session, actor=samira, **facts)
    with pytest.raises(errors.AdvertGone):
        services.end_advert(street.session, public_id=advert.public_id, actor=karim, at=street.at)
    services.end_advert(street.session, public_id=advert.public_id, actor=samira, at=street.at)
    with pytest.raises(errors.AdvertGone):
        services.end_advert(street.session, public_id=advert.public_id, actor=samira, at=street.at)
    with pytest.raises(errors.AdvertGone):
        services.answer(street.session, actor=street.resident("Laat Voorbeeld"), **facts)
    services.write(street.session, talk_id=talk.public_id, text="Tot zaterdag", actor=karim, at=street.at)
    with pytest.raises(IntegrityError, match="an own one"), street.session.begin_nested():
        street.session.execute(
            text("INSERT INTO neighbour_talk (public_id, advert_id, party_id, begun_at) "
                 "VALUES (gen_random_uuid(), :a, :p, now())"),
            {"a": advert.id, "p": street.users[0].id},
        )  # fmt: skip


def test_who_chose_no_name_writes_nothing_and_a_shop_writes_under_its_own(
    street, make_organisation, make_user
):
    _, samira, _ = street.actors
    advert = street.place(samira)
    silent = street.resident("Stil Voorbeeld")
    facts = {"public_id": advert.public_id, "text": "Hallo", "at": street.at}
    with pytest.raises(errors.NotJoined):
        services.answer(street.session, actor=silent, **facts)
    with pytest.raises(errors.NotJoined):
        street.place(silent)
    shop = make_organisation(Side.SUPPLIER)
    user = make_user((Role.BOARD, shop))
    board = Actor(user.id, user.name, shop.id, shop.name, frozenset({Role.BOARD}))
    with pytest.raises(errors.NoWallet):
        services.answer(street.session, actor=board, **facts)
    open_wallet(street.session, code=Code.NWE, party=shop, actor=board, at=street.at)
    for act in (lambda: street.place(board), lambda: street.join(board)):
        with pytest.raises(Forbidden):
            act()
    services.answer(street.session, actor=board, **facts)
    found = queries.talks(street.session, street.users[1].person_id)
    assert [(each.firm, each.awaits_me) for each in found] == [(shop.name, True)]


def test_points_for_hours_buy_nothing_and_a_price_needs_the_money(street):
    _, samira, _ = street.actors
    for money in (Code.WIJK, Code.KRE):
        with pytest.raises(NoWalletOfMoney):
            street.place(samira, deal=Deal.BUY, money=money)
    with pytest.raises(MoneyUnfit):
        street.place(samira, money=Code.NWE)
    made = street.place(samira, deal=Deal.BUY, money=Code.NWE, price=Money(2_50))
    assert made.facts.price == Money(2_50)
    for wrong in ("instrument_code = 'WIJK'", "price = 0", "deal = 'receive-donate'", "text = 'sam@post'"):
        with pytest.raises(IntegrityError), street.session.begin_nested():
            street.session.execute(text(f"UPDATE neighbour_advert SET {wrong}"))


def test_who_is_too_young_is_kept_out_by_the_database_too(street):
    _, samira, _ = street.actors
    with pytest.raises(errors.TooYoung):
        services.join(street.session, called="", place_code=None, of_age=False, actor=samira, at=street.at)
    with pytest.raises(IntegrityError, match="of_age"), street.session.begin_nested():
        street.session.execute(text("UPDATE neighbour SET of_age = false"))


def test_a_message_is_read_by_the_programme_once_it_was_handed_over(
    street, talk, make_user, make_organisation
):
    _, samira, karim = street.actors
    home = make_organisation(Side.PROGRAMME)
    one, other = (
        Actor(make_user((Role.PROGRAMME, home)).id, "", home.id, "", frozenset({Role.PROGRAMME}))
        for _ in range(2)
    )
    first = queries.messages(street.session, talk.id)[0]
    facts = {"talk_id": talk.public_id, "message_id": first.id, "reason": "Dreigt", "at": street.at}
    with pytest.raises(errors.OwnAdvert):
        services.report_message(street.session, actor=karim, **facts)
    made = services.report_message(street.session, actor=samira, **facts)
    with pytest.raises(errors.AlreadyReported):
        services.report_message(street.session, actor=samira, **facts)
    with pytest.raises(Forbidden):
        services.decide_report(street.session, report_id=made.id, take_away=True, actor=samira, at=street.at)
    services.decide_report(street.session, report_id=made.id, take_away=True, actor=one, at=street.at)
    assert first.removed_at
    assert talk.closed_at
    told = street.session.scalars(select(Mail).where(Mail.recipient == street.users[2].email)).all()
    assert [("Samira" in each.text, "haalde het weg" in each.text) for each in told] == [(False, True)]
    with pytest.raises(errors.ReportDecided):
        services.decide_report(street.session, report_id=made.id, take_away=False, actor=other, at=street.at)
    for wrong, match in (
        ("neighbour_report SET taken_away = false", "kept as it is"),
        ("neighbour_message SET text = 'Lief'", "kept as it is"),
    ):
        with pytest.raises(DatabaseError, match=match), street.session.begin_nested():
            street.session.execute(text(f"UPDATE {wrong}"))


def test_an_advert_that_the_programme_takes_away_is_found_by_nobody(
    street, talk, make_user, make_organisation
):
    _, samira, karim = street.actors
    home = make_organisation(Side.PROGRAMME)
    one = Actor(make_user((Role.PROGRAMME, home)).id, "", home.id, "", frozenset({Role.PROGRAMME}))
    advert = talk.advert
    with pytest.raises(errors.OwnAdvert):
        services.report_advert(
            street.session, public_id=advert.public_id, reason="Zelf", actor=samira, at=street.at
        )
    made = services.report_advert(
        street.session, public_id=advert.public_id, reason="Vals", actor=karim, at=street.at
    )
    services.decide_report(street.session, report_id=made.id, take_away=True, actor=one, at=street.at)
    assert (advert.taken_away, advert.ended_at) == (True, street.at)
    assert not street.session.scalars(queries.running(clock.local_date(street.at))).all()
    with pytest.raises(errors.TalkClosed):
        services.write(street.session, talk_id=talk.public_id, text="Waarom?", actor=karim, at=street.at)


def test_what_one_placed_and_wrote_goes_with_the_account_or_before(street, talk):
    _, _, karim = street.actors
    services.report_advert(
        street.session, public_id=talk.advert.public_id, reason="Vals", actor=karim, at=street.at
    )
    told = queries.own_data(street.session, karim.user_id)
    assert [each["text"] for each in told["messages"]] == ["Mag ik hem zaterdag?"]
    services.leave(street.session, actor=karim)
    street.session.expire_all()
    assert not street.session.scalars(select(NeighbourTalk)).all()
    assert queries.own_data(street.session, karim.user_id) is None
    erase_user(street.session, user=street.users[1], by=None, at=street.at)
    for table in (Neighbour, NeighbourAdvert, NeighbourMessage, NeighbourReport):
        assert not street.session.scalars(select(table)).all(), table


def test_three_months_after_its_end_it_is_forgotten_but_not_while_a_report_waits(street, talk):
    _, samira, karim = street.actors
    other = street.place(samira, title="Boor te leen")
    services.report_advert(
        street.session, public_id=other.public_id, reason="Kapot", actor=karim, at=street.at
    )
    services.end_advert(street.session, public_id=other.public_id, actor=samira, at=street.at)
    services.forget_old(street.session, at=street.at + timedelta(days=119))
    assert len(street.session.scalars(select(NeighbourAdvert)).all()) == 2
    services.forget_old(street.session, at=street.at + timedelta(days=122))
    street.session.expire_all()
    assert [each.id for each in street.session.scalars(select(NeighbourAdvert))] == [other.id]
    assert not street.session.scalars(select(NeighbourMessage)).all()


def test_nobody_writes_to_the_whole_neighbourhood(street, talk):
    _, _, karim = street.actors
    for number in range(19):
        services.write(
            street.session, talk_id=talk.public_id, text=f"Hoi {number}", actor=karim, at=street.at
        )
    with pytest.raises(errors.TooManyMessages):
        services.write(street.session, talk_id=talk.public_id, text="Hoi", actor=karim, at=street.at)
    later = street.at + timedelta(days=1)
    services.write(street.session, talk_id=talk.public_id, text="Morgen", actor=karim, at=later)


def test_adverts_placed_together_and_answers_tapped_twice_are_counted(at_once):
    at = clock.now()
    with at_once.atomic() as session:
        keeper = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="foundation", street="S", house_number="1",
            postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type=None, is_programme=False,
            at=at,
        )  # fmt: skip
        made = build_street(session, keeper.kvk_number, at)
        _, samira, karim = made.actors
        facts, advert = made.facts(), made.place(samira).public_id

    def place(session):
        services.place_advert(session, facts=facts, actor=samira, at=at)

    def answer(session):
        services.answer(session, public_id=advert, text="Hallo daar", actor=karim, at=at)

    assert at_once.run(*[place] * 6) == ["TooMany"] * 2 + ["done"] * 4
    assert at_once.run(answer, answer) == ["done", "done"]
    with at_once.atomic() as session:
        assert len(session.scalars(select(NeighbourTalk)).all()) == 1
        assert len(session.scalars(select(NeighbourMessage)).all()) == 2
