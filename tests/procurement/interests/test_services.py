from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from cwb.identity.events import UserErased
from cwb.identity.models import Mandate, User
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.exclusions.models import Exclusion
from procurement.interests import errors, queries, rules, services
from procurement.interests.rules import About, Found, Often, Wish

FOUND = Found(About.TENDERS, "90919200", "WA", "schoonmaak van het buurthuis", Money(100), Money(100))


@pytest.mark.parametrize(
    ("wish", "hit"),
    [
        (Wish(), True), (Wish(About.NEEDS), False), (Wish(cpv_groups=("909",)), True), (Wish(cpv_groups=("773",)), False),
        (Wish(place_code="WA"), True), (Wish(place_code="WB"), False), (Wish(words="BUURTHUIS schoon"), True), (Wish(words="tuin"), False),
        (Wish(low=Money(100)), True), (Wish(low=Money(101)), False), (Wish(high=Money(100)), True), (Wish(high=Money(99)), False),
        (Wish(words="100% _"), False),
    ],
)  # fmt: skip
def test_what_matches(wish, hit):
    assert rules.matches(wish, FOUND) is hit


def test_a_cooperative_hears_nothing_of_what_it_may_not_bid_on_until_it_may(world, save):
    barred, free = world.supplier(), world.supplier("Andere coöperatie")
    for who in (barred, free):
        save(user_id=who.user_id)
    day = local_date(world.at)
    with atomic(world.session) as session:
        session.add(
            Exclusion(
                buyer_id=world.tender.buyer_id, organisation_id=barred.organisation_id, reason="Fraude", starts_on=day,
                ends_on=day + timedelta(days=1), decided_by_id=world.anna.user_id, decided_at=world.at,
            )
        )  # fmt: skip
    assert send(world) == 1
    assert [each.recipient for each in letters(world)] == [world.session.get(User, free.user_id).email]
    with atomic(world.session) as session:
        session.execute(text("DELETE FROM exclusion"))
    assert send(world) == 1, "it is told when nothing stands in the way any more"
    assert send(world) == 0


def test_who_also_sits_on_the_board_of_another_cooperative_hears_it_for_that_one(world, save):
    own = world.supplier()
    save(user_id=own.user_id)
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET buyer_id = :id"), {"id": own.organisation_id})
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    world.session.expire_all()
    assert send(world) == 0, "the own tender is no opportunity"
    with atomic(world.session) as session:
        other = world.supplier("Derde coöperatie").organisation_id
        session.add(Mandate(user_id=own.user_id, organisation_id=other, role=Role.BOARD, granted_at=world.at))
    assert send(world) == 1


def test_what_has_no_public_value_or_place_matches_any():
    bare = Found(About.NEEDS, "", None, "", None, None)
    assert rules.matches(Wish(place_code="WA", low=Money(5), high=Money(6)), bare)


@pytest.mark.parametrize(
    ("typed", "groups"),
    [("909, 7731;45000000", ["45", "7731", "909"]), ("", []), ("90910000-9", ["9091"]), ("30000000", ["30"])],
)
def test_groups_as_typed(typed, groups):
    assert rules.cpv_groups(typed) == groups


@pytest.mark.parametrize("typed", ["9", "abc", "909%", "123456789", "9 0"])
def test_rubbish_groups(typed):
    with pytest.raises(errors.CpvGroupInvalid):
        rules.cpv_groups(typed)


def test_mornings_and_mondays():
    at = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)  # Thursday half past six in Amsterdam
    assert rules.next_at(Often.DAILY, at) == datetime(2026, 11, 26, 6, tzinfo=UTC)
    assert rules.next_at(Often.DAILY, at + timedelta(hours=1)) == datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert rules.next_at(Often.WEEKLY, at) == datetime(2026, 11, 30, 6, tzinfo=UTC)
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert rules.next_at(Often.WEEKLY, monday) == monday + timedelta(days=7)
    assert rules.next_at(Often.DAILY, datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(
        2026, 3, 29, 5, tzinfo=UTC
    )


@pytest.fixture
def save(world):
    def make(**facts):
        given = {
            "user_id": world.anna.user_id, "name": "Schoon", "about": About.BOTH, "cpv_groups": ["909"], "place_code": None,
            "words": "", "low": None, "high": None, "often": Often.AT_ONCE, "at": world.at - timedelta(days=40), **facts,
        }  # fmt: skip
        with atomic(world.session) as session:
            return services.save_interest(session, **given)

    return make


def letters(world):
    return world.session.scalars(select(Mail).where(Mail.key.like("interest-%")).order_by(Mail.id)).all()


def send(world, at=None):
    with atomic(world.session) as session:
        return services.send_due(session, at=at or world.at)


def test_what_is_new_is_told_once_with_a_way_to_stop(world, save):
    interest = save()
    assert send(world) == 1
    letter = letters(world)[0]
    assert world.tender.title in letter.subject
    assert (
        letter.unsubscribe
        == f"/interests/{interest.public_id}/stop/{rules.token(interest.secret, 'stop')}/now"
    )
    assert send(world) == 0
    assert send(world, world.at + timedelta(minutes=5)) == 0
    assert len(letters(world)) == 1


def test_each_thing_in_a_digest_has_its_own_page():
    assert rules.listing([("Werk (T-1)", "/tenders/T-1")]) == "- Werk (T-1)"
    both = rules.listing([("Werk (T-1)", "/tenders/T-1"), ("Nood (B-2)", "/needs/B-2")])
    assert both == "- Werk (T-1)\n/tenders/T-1\n- Nood (B-2)\n/needs/B-2"


def test_what_was_there_before_is_no_news(world, save):
    save(at=world.at)
    assert send(world) == 0


def test_nothing_that_is_not_asked(world, save):
    save(cpv_groups=["773"])
    assert send(world) == 0


def test_a_quote_by_invitation_is_told_to_nobody(world, save):
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET access = 'invited'"))
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    save()
    assert send(world) == 0


def test_a_killed_round_is_done_again_whole(world, save, monkeypatch):
    save()
    real = services.send_mail

    def killed(*args, **facts):
        real(*args, **facts)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "send_mail", killed)
    with pytest.raises(KeyboardInterrupt):
        send(world)
    monkeypatch.setattr(services, "send_mail", real)
    assert letters(world) == []
    assert send(world) == 1
    assert len(letters(world)) == 1


def test_paused_sends_nothing_and_afterwards_what_is_still_open(world, save):
    interest = save()
    services.pause(world.session, interest=interest, paused=True, at=world.at)
    assert send(world) == 0
    services.pause(world.session, interest=interest, paused=False, at=world.at)
    assert send(world) == 1


def test_daily_waits_for_the_morning(world, save):
    interest = save(often=Often.DAILY)
    assert interest.next_at < world.at
    assert send(world) == 1
    assert world.at < interest.next_at <= world.at + timedelta(days=1)


def test_an_erased_account_leaves_none(world, save):
    save()
    send(world)
    services.forget_user(world.session, UserErased(world.anna.user_id, 0, world.at))
    assert queries.count(world.session, world.anna.user_id) == 0


@pytest.mark.parametrize(
    ("facts", "fault"),
    [({"name": " "}, errors.NameMissing), ({"low": Money(2), "high": Money(1)}, errors.ValueReversed)],
)
def test_bad_interests(save, facts, fault):
    with pytest.raises(fault):
        save(**facts)


def test_enough_is_enough(save):
    for _ in range(rules.MOST_INTERESTS):
        save()
    with pytest.raises(errors.TooMany):
        save()


def test_in_the_language_of_the_reader(world, save):
    world.session.get(User, world.anna.user_id).locale = "en"
    save()
    send(world)
    assert letters(world)[0].subject.startswith("New")
