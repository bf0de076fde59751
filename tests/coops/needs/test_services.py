from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from coops.needs import errors, queries, services
from coops.needs.models import Need, NeedInterest, NeedShare
from coops.needs.rules import NeedFacts, Wanted
from cwb.identity import services as identity
from cwb.identity.rules import Side
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic

FACTS = NeedFacts(title="Schoonmaak", wanted_from=date(2027, 1, 1), expires_on=date(2026, 12, 31))


@pytest.fixture
def anchor(make_organisation, make_user):
    home = make_organisation(Side.ANCHOR)
    return make_user((Role.PURCHASER, home)), home


def vars_of(facts):
    return {each.name: getattr(facts, each.name) for each in fields(facts)}


def post(session, anchor, at, facts=FACTS, **more):
    return services.post_need(
        session, owner_id=anchor[1].id, facts=facts, purpose="Drie buurthuizen", category="cleaning", cpv="90910000",
        user_id=anchor[0].id, at=at, **more,
    )  # fmt: skip


def test_numbers_follow_each_other_per_year(session, anchor, at):
    assert [post(session, anchor, at).number for _ in range(3)] == [
        "N-2026-0001",
        "N-2026-0002",
        "N-2026-0003",
    ]
    new_year = at.replace(month=12, day=31, hour=23)
    late = NeedFacts(title="x", wanted_from=date(2027, 2, 1), expires_on=date(2027, 3, 1))
    assert post(session, anchor, new_year, late).number == "N-2027-0001"


def test_a_refused_need_takes_no_number(session, anchor, at):
    with pytest.raises(errors.WantedInPast):
        post(
            session,
            anchor,
            at,
            NeedFacts(title="x", wanted_from=date(2026, 8, 1), expires_on=date(2026, 12, 1)),
        )
    assert post(session, anchor, at).number == "N-2026-0001"


def test_only_the_alliance_sees_what_is_for_the_alliance(session, anchor, at):
    post(session, anchor, at, visibility="alliance")
    member = Actor(1, "x", 2, "", frozenset({Role.BOARD}))
    buyer = Actor(1, "x", 2, "", frozenset({Role.PURCHASER}))
    for reader in (None, member):
        assert session.scalars(queries.calendar(at, reader)).all() == []
        assert shown(session, at, reader) == 0
        with pytest.raises(errors.NeedNotFound):
            queries.need(session, "N-2026-0001", reader)
    assert len(session.scalars(queries.calendar(at, buyer)).all()) == 1
    assert shown(session, at, buyer) == 1


def shown(session, at, reader) -> int:
    """How many needs the page shows."""
    asked, values = queries.listing(queries.Sought(), reader, at)
    found = len(asked.rows.all(session, size=9, skipped=0, **values))
    assert asked.total.one(session, **values) == found
    return found


def test_filters_narrow_and_closed_ones_stay_away(session, anchor, at):
    need = post(session, anchor, at, place_code="FB")
    for filters, count in (
        ({"search": "SCHOONMAAK"}, 1), ({"search": "%"}, 0), ({"category": "green"}, 0), ({"place": "FB"}, 1),
        ({"owner": "voorbeeld"}, 1), ({"before": date(2027, 1, 1)}, 0), ({"before": date(2027, 1, 2)}, 1),
    ):  # fmt: skip
        sought = queries.Sought(**filters)
        assert len(session.scalars(queries.calendar(at, None, sought)).all()) == count, filters
        asked, values = queries.listing(sought, None, at)
        assert len(asked.rows.all(session, size=9, skipped=0, **values)) == count, filters
    services.withdraw_need(session, need=need, reason="Budget weg", user_id=anchor[0].id, at=at)
    assert session.scalars(queries.calendar(at, None)).all() == []
    assert len(session.scalars(queries.calendar(at, None, queries.Sought(everything=True))).all()) == 1


def test_a_change_of_a_stale_form_is_refused(session, anchor, at):
    need = post(session, anchor, at)
    kwargs = {
        "facts": FACTS,
        "purpose": "Anders",
        "category": "cleaning",
        "cpv": "90910000",
        "user_id": anchor[0].id,
    }
    services.change_need(session, need=need, version=1, at=at, **kwargs)
    assert need.purpose == "Anders"
    with pytest.raises(errors.NeedChanged):
        services.change_need(session, need=need, version=1, at=at, **kwargs)


def test_a_withdrawn_need_stays_as_it_was(session, anchor, at):
    need = post(session, anchor, at)
    with pytest.raises(errors.WithdrawReasonMissing):
        services.withdraw_need(session, need=need, reason=" ", user_id=1, at=at)
    services.withdraw_need(session, need=need, reason="Budget weg", user_id=anchor[0].id, at=at)
    with pytest.raises(errors.NeedClosed):
        services.withdraw_need(session, need=need, reason="Nog eens", user_id=anchor[0].id, at=at)
    with pytest.raises(errors.NeedClosed):
        services.convert_need(session, need_id=need.id, at=at)


def test_interest_is_one_click_and_back(session, anchor, at, make_organisation, make_user):
    need, coop = post(session, anchor, at), make_organisation()
    user = make_user((Role.BOARD, coop))
    say = {"need": need, "organisation_id": coop.id, "user_id": user.id, "at": at}
    for _ in range(2):
        services.show_interest(session, interested=True, **say)
    assert [each.id for each in queries.interested(session, need.id)] == [coop.id]
    assert queries.is_interested(session, need.id, coop.id)
    services.show_interest(session, interested=False, **say)
    assert session.scalars(select(NeedInterest)).all() == []
    with pytest.raises(errors.NeedClosed):
        services.show_interest(session, interested=True, **{**say, "at": at + timedelta(days=400)})


def test_converting_keeps_the_first_moment(session, anchor, at):
    need = post(session, anchor, at)
    services.convert_need(session, need_id=need.id, at=at)
    again = services.convert_need(session, need_id=need.id, at=at + timedelta(days=1))
    assert again.converted_at == at


def test_the_owner_is_reminded_of_notice_and_expiry(session, anchor, at):
    actor = Actor(anchor[0].id, "x", anchor[1].id, "", frozenset({Role.PURCHASER}))
    far = NeedFacts(title="x", wanted_from=date(2027, 9, 1), expires_on=date(2027, 9, 1))
    post(session, anchor, at, far)
    assert queries.tasks(session, actor, at) == []
    soon = NeedFacts(
        title="x", wanted_from=date(2027, 1, 1), expires_on=date(2026, 12, 31), contract_ends_on=date(2027, 1, 1),
        notice_on=date(2026, 10, 1),
    )  # fmt: skip
    post(session, anchor, at, soon)
    assert [task.values for task in queries.tasks(session, actor, at)] == [{"number": "N-2026-0002"}]
    shown = queries.panel(session, actor, at)
    assert len(shown["needs"]) == 2
    member = Actor(1, "x", 2, "", frozenset({Role.BOARD}))
    assert queries.tasks(session, member, at) == []
    shown = queries.panel(session, member, at)
    assert shown["own"] is False
    assert queries.panel(session, Actor(1, "x", 2, "", frozenset({Role.RESIDENT})), at) is None


@pytest.mark.slow
def test_ten_at_once_get_ten_numbers_without_a_gap(database_url, at):
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session, atomic(session):
        home = identity.register_organisation(
            session, name="Voorbeeld anker", kvk_number="90000001", legal_form="public_body", street="A",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example",
            anchor_type="municipality", at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="u@voorbeeld.example", name="U", password=None, locale="nl", at=at
        )
        owner, author = home.id, user.id

    def work() -> None:
        with sessions() as session, atomic(session):
            services.post_need(
                session, owner_id=owner, facts=FACTS, purpose="x", category="cleaning", cpv="90910000", user_id=author,
                at=at,
            )  # fmt: skip

    threads = [Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with sessions() as session:
        numbers = session.scalars(select(Need.number).order_by(Need.number)).all()
    engine.dispose()
    assert numbers == [f"N-2026-{n:04}" for n in range(1, 11)]


def test_another_anchor_joins_with_its_part_and_the_owner_does_not(
    session, anchor, at, make_organisation, make_user
):
    need = post(
        session, anchor, at, NeedFacts(**{**vars_of(FACTS), "volume": Decimal(40), "unit": "hour_week"})
    )
    other = make_organisation(Side.ANCHOR)
    user = make_user((Role.PURCHASER, other))
    join = {"need": need, "organisation_id": other.id, "user_id": user.id, "at": at}
    for volume in (10, 15):
        services.join_need(session, part=Wanted(Decimal(volume)), note="later", **join)
    assert [(each.organisation.name, each.volume) for each in queries.shares(session, need.id)] == [
        (other.name, 15)
    ]
    assert session.scalars(queries.calendar(at, None, queries.Sought(owner=other.name))).all() == [need]
    with pytest.raises(errors.OwnNeed):
        services.join_need(session, part=Wanted(), **{**join, "organisation_id": anchor[1].id})
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(NeedShare).values(organisation_id=anchor[1].id))
    services.leave_need(session, **join)
    services.leave_need(session, **join)
    assert queries.shares(session, need.id) == []
    with pytest.raises(errors.NeedClosed):
        services.join_need(session, part=Wanted(), **{**join, "at": at + timedelta(days=400)})
