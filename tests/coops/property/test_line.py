from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from coops.initiatives import services as initiatives
from coops.property import errors, queries, services
from coops.property.gateway import windows
from coops.property.models import PropertyNotice
from coops.property.rules import CriterionTest, Deal, Demand, NoticeFacts, Stage, to_test
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail

LONG = "Huur voor buurtwerk telt 60, ervaring telt 40, elk met punten."
FACTS = NoticeFacts(Deal.LEASE, "Plein 1", "FB", 240, "Buurtwerk", LONG, "")
WINDOWS = windows("nieuw_west")


def found_fit(notice, **change):
    """Every criterion is what it must be, or the first is what `change` says."""
    facts = {"meets": frozenset(Demand), "note": "Punten zijn na te rekenen."}
    wanted = to_test(notice.criteria, notice.sole_reason)
    return [
        CriterionTest(each, **(facts | (change if place == 0 else {}))) for place, each in enumerate(wanted)
    ]


class Cast:
    """Two people of an owner, a board, a group."""

    def __init__(self, session, make_organisation, make_user):
        self.session = session
        self.owner, self.coop = make_organisation(Side.ANCHOR), make_organisation()
        self.users = [make_user((Role.PURCHASER, self.owner)) for _ in range(2)]
        self.first, self.second = (self.actor(each, self.owner, Role.PURCHASER) for each in self.users)
        self.board_user, self.resident = make_user((Role.BOARD, self.coop)), make_user()
        self.board = self.actor(self.board_user, self.coop, Role.BOARD)
        self.group_actor = Actor(self.resident.id, "", None, "", frozenset({Role.RESIDENT}))

    @staticmethod
    def actor(user, home, role):
        return Actor(user.id, "", home.id, home.name, frozenset({role}))

    def group(self, at):
        return initiatives.start_initiative(
            self.session, sentence="Buurtkeuken", category="catering", user_id=self.resident.id, at=at
        )

    def published(self, at):
        made = services.announce(self.session, facts=FACTS, actor=self.first, at=at)
        return self.test(made, at)

    def test(self, notice, at, tests=None, **who):
        return services.publish(
            self.session, notice=notice, tests=found_fit(notice) if tests is None else tests, windows=WINDOWS, at=at,
            **{"actor": self.second, **who},
        )  # fmt: skip

    def interest(self, notice, at, **who):
        return services.show_interest(
            self.session, notice=notice, text=LONG, at=at, **{"initiative": None, "actor": self.board, **who}
        )


@pytest.fixture
def cast(session, make_organisation, make_user):
    return Cast(session, make_organisation, make_user)


def propose(cast, notice, at, chosen="", actor=None):
    return services.propose_decision(
        cast.session, notice=notice, chosen=chosen, reasons=LONG, actor=actor or cast.first, at=at
    )


def test_two_people_publish_and_decide_and_interest_is_in_time_or_not_at_all(cast, session, at):
    made = services.announce(session, facts=FACTS, actor=cast.first, at=at)
    with pytest.raises(errors.SecondPerson):
        cast.test(made, at, actor=cast.first)
    with pytest.raises(errors.WrongMoment):
        cast.interest(made, at)
    with pytest.raises(Forbidden):
        cast.test(made, at, actor=cast.board)
    cast.test(made, at)
    slip = cast.interest(made, at)
    with pytest.raises(errors.AlreadyInterested):
        cast.interest(made, at)
    services.withdraw_interest(session, notice=made, public_id=str(slip.public_id), actor=cast.board, at=at)
    board = cast.interest(made, at)
    group = cast.group(at)
    with pytest.raises(Forbidden):
        cast.interest(made, at, initiative=group)
    theirs = cast.interest(made, at, initiative=group, actor=cast.group_actor)
    with pytest.raises(Forbidden):
        services.withdraw_interest(
            session, notice=made, public_id=str(theirs.public_id), actor=cast.board, at=at
        )
    with pytest.raises(errors.WrongMoment):
        propose(cast, made, at)
    late = at + timedelta(days=43)
    with pytest.raises(errors.WrongMoment):
        cast.interest(made, late)
    with pytest.raises(errors.InterestNotFound):
        propose(cast, made, late, chosen="bestaat-niet")
    propose(cast, made, late, chosen=str(board.public_id))
    with pytest.raises(errors.SecondPerson):
        services.decide(session, notice=made, agrees=True, actor=cast.first, at=late)
    services.decide(session, notice=made, agrees=False, actor=cast.second, at=late)
    propose(cast, made, late, chosen=str(board.public_id))
    services.withdraw_interest(
        session, notice=made, public_id=str(board.public_id), actor=cast.board, at=late
    )
    assert queries.held(session, made.id).proposed_at is None
    propose(cast, made, late, chosen=str(theirs.public_id), actor=cast.second)
    found = services.decide(session, notice=made, agrees=True, actor=cast.first, at=late)
    assert (found.stage(late), found.chosen_id) == (Stage.DECIDED, theirs.id)
    told = set(session.scalars(select(Mail.recipient).where(Mail.subject.contains("Besluit"))))
    assert told == {cast.board_user.email, cast.resident.email}
    with pytest.raises(errors.WrongMoment):
        services.withdraw_notice(session, notice=made, reason=LONG, actor=cast.first, at=late)


def test_the_database_keeps_what_was_told_and_the_term(cast, session, at):
    made = cast.published(at)
    board = cast.interest(made, at)
    for statement in (
        f"UPDATE property_notice SET criteria = criteria || '!' WHERE id = {made.id}",
        f"UPDATE property_notice SET closes_on = closes_on + 1 WHERE id = {made.id}",
        f"DELETE FROM property_notice WHERE id = {made.id}",
        f"UPDATE property_notice SET proposed_at = made_at, proposed_by_id = made_by_id, reasons = 'x' WHERE id = {made.id}",
        f"UPDATE property_interest SET text = text || '!' WHERE id = {board.id}",
        ("INSERT INTO property_interest (public_id, notice_id, organisation_id, text, made_by_id, made_at) "
        f"SELECT gen_random_uuid(), notice_id, {cast.owner.id}, text, made_by_id, made_at + interval '43 days' "
        f"FROM property_interest WHERE id = {board.id}"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    late = at + timedelta(days=43)
    propose(cast, made, late)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text("UPDATE property_notice SET decided_at = proposed_at, decided_by_id = proposed_by_id")
        )


def sent_back_changed_and_published(first, second, client, page, data):
    assert LONG in second.get(f"{page}/publish").text
    judged = {
        "tests-0-criterion": LONG,
        "tests-0-note": "De punten staan erbij.",
        "tests-0-meets": ["objective"],
    }
    assert second.post(f"{page}/publish", data=judged | {"tests-0-note": ""}).status_code == 422
    assert second.post(f"{page}/publish", data=judged | {"tests-0-criterion": "Anders"}).status_code == 409
    assert second.post(f"{page}/publish", data=judged).status_code == 303
    assert client.get(page).status_code == 404
    assert "Pas een voornemen aan" in first.get("/").text
    assert "Toetsbaar: een ander kan het nameten" in first.get(page).text
    assert second.post(f"{page}/publish", data=judged).status_code == 409
    assert "Gymzaal" in first.get(f"{page}/change").text
    assert first.post(f"{page}/change", data=data | {"area": "0"}).status_code == 422
    assert first.post(f"{page}/change", data=data).status_code == 303
    judged["tests-0-meets"] = [each.value for each in Demand]
    assert second.post(f"{page}/publish", data=judged).status_code == 303
    assert second.get(f"{page}/change").status_code == 409


def test_the_pages_show_each_what_is_theirs(cast, session, sign_in_user, client):
    now = clock.now()
    old = cast.published(now - timedelta(days=50))
    cast.interest(old, now - timedelta(days=49))
    session.commit()
    first, second = (sign_in_user(each) for each in cast.users)
    board = sign_in_user(cast.board_user)
    data = {
        "deal": "lease",
        "title": "Gymzaal",
        "place": "FB",
        "area": "240",
        "use": "Sport",
        "criteria": LONG,
        "sole_reason": "",
    }
    for bad in ({"area": "-4"}, {"criteria": "kort"}, {"place": "XX"}, {"deal": ""}):
        assert first.post("/property/new", data=data | bad).status_code == 422
    assert first.post("/property/new", data=data).status_code == 303
    fresh = session.scalars(select(PropertyNotice).where(PropertyNotice.title == "Gymzaal")).one()
    page, before = f"/property/{fresh.public_id}", f"/property/{old.public_id}"
    assert client.get(page).status_code == 404
    assert "Gymzaal" not in client.get("/property").text
    assert first.post(f"{page}/publish").status_code == 403
    assert "Toets de criteria van een voornemen" in second.get("/").text
    sent_back_changed_and_published(first, second, client, page, data)
    assert "Het is geen wet" in client.get(page).text
    assert "De punten staan erbij." in client.get(page).text
    assert board.post(f"{page}/interest", data={"party": "cooperative", "text": "kort"}).status_code == 422
    assert board.post(f"{page}/interest", data={"party": "cooperative", "text": LONG}).status_code == 303
    assert board.post(f"{page}/interest", data={"party": "cooperative", "text": LONG}).status_code == 409
    assert cast.coop.name not in first.get(page).text
    assert first.get(f"{page}/propose").status_code == 409
    assert cast.coop.name in first.get(before).text
    assert cast.coop.name not in client.get(before).text
    assert board.get(f"{before}/propose").status_code == 403
    key = queries.notice(session, old.public_id).interests[0].public_id
    assert first.post(f"{before}/propose", data={"chosen": str(key), "reasons": LONG}).status_code == 303
    assert first.post(f"{before}/decide", data={"agrees": "yes"}).status_code == 403
    assert second.post(f"{before}/decide", data={"agrees": "yes"}).status_code == 303
    assert cast.coop.name in client.get(before).text
    assert "decided" in client.get("/property/list.csv").text
    assert second.post(f"{page}/withdraw", data={"reason": "kort"}).status_code == 422
    assert second.post(f"{page}/withdraw", data={"reason": LONG}).status_code == 303
    assert "Ingetrokken op" in client.get(page).text


def test_a_criterion_that_cannot_be_tested_goes_back_with_the_reason(cast, session, at):
    pleases = "Wie ons het best bevalt, want wij werken graag prettig samen."
    facts = replace(FACTS, criteria=f"{pleases}\r\n\n  Huur: 40 punten")
    made = services.announce(session, facts=facts, actor=cast.first, at=at)
    assert made.criteria == f"{pleases}\nHuur: 40 punten"
    for tests, fault in (
        ([], errors.CriteriaChanged), (found_fit(made)[:1], errors.CriteriaChanged),
        (found_fit(made, note="ja"), errors.NoteTooShort),
    ):  # fmt: skip
        with pytest.raises(fault):
            cast.test(made, at, tests)
    cast.test(made, at, found_fit(made, meets=frozenset(), note="Dit kan niemand nameten."))
    assert (made.stage(at), made.published_at) == (Stage.RETURNED, None)
    letter = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert letter.recipient == cast.users[0].email
    assert f"{pleases}: Dit kan niemand nameten." in letter.text
    with pytest.raises(errors.WrongMoment):
        cast.test(made, at)
    later = at + timedelta(days=1)
    services.change(session, notice=made, facts=FACTS, actor=cast.second, at=later)
    with pytest.raises(errors.SecondPerson):  # who changed it is the first person now
        cast.test(made, later)
    assert cast.test(made, later, actor=cast.first).stage(later) is Stage.OPEN
    assert [each.lacks for each in made.latest] == [[]]


def test_the_database_publishes_nothing_that_was_not_found_fit(cast, session, at):
    made = services.announce(session, facts=FACTS, actor=cast.first, at=at)
    publish = text(
        "UPDATE property_notice SET published_at = made_at, published_by_id = :who, closes_on = :day, decide_by = :day + 1"
    )
    found = {"who": cast.second.user_id, "day": at.date()}
    row = text(
        "INSERT INTO property_test (notice_id, criterion, objective, testable, reasonable, note, tested_by_id, tested_at)"
        " VALUES (:notice, :said, true, :ok, true, 'Wij keken ernaar.', :who, :at)"
    )
    told = {"notice": made.id, "said": LONG, "ok": False, "who": cast.second.user_id, "at": at}
    with pytest.raises(DBAPIError, match="second person"), session.begin_nested():
        session.execute(row, told | {"who": cast.first.user_id})
    session.execute(row, told)
    with pytest.raises(DBAPIError, match="not found fit"), session.begin_nested():
        session.execute(publish, found)
    session.execute(row, told | {"ok": True})
    session.execute(publish, found)
    for change in ("DELETE FROM property_test", "UPDATE property_test SET note = note || '!'"):
        with pytest.raises(DBAPIError, match="it stays"), session.begin_nested():
            session.execute(text(change))
    assert session.scalar(text("SELECT count(*) FROM property_test")) == 2
