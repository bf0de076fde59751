from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from coops.aid.services import declare, take_back
from coops.arrangements import errors, queries, services
from coops.arrangements.models import SupportAgreement
from coops.commitments.rules import Kept
from coops.initiatives import services as initiatives
from coops.register.rules import Proof
from coops.register.services import register_cooperative
from coops.steps import services as steps
from coops.support import services as support
from coops.support.errors import Closed, TooMany
from coops.support.queries import Sought, open_offers, open_requests, successor
from coops.support.rules import MOST_OPEN, Kind, RequestFacts
from cwb.files.gateway import HouseKeys
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from tests.cwb.files.test_gateway import PDF

from .conftest import CEILINGS, FIRST, LAST, actor, seat, sit

AFTER = date(2027, 3, 2)


def waiting(table, who):
    return [each.text for each in queries.tasks(table.session, who, table.at)]


def deliver(table, found, amount=4, **facts):
    return services.deliver(
        table.session, agreement=found, text="Statuten",
        **{"actor": table.giver, "at": table.at, "amount": amount, "delivered_on": FIRST, **facts},
    )  # fmt: skip


def answer(table, found, line, actor, *, confirmed=True, reason=""):
    return services.answer_delivery(
        table.session, agreement=found, public_id=line.public_id, confirmed=confirmed, reason=reason, actor=actor,
        at=table.at,
    )  # fmt: skip


def test_from_proposal_to_a_promise_kept(table, session):
    offer, request = table.offer(), table.request()
    assert waiting(table, table.giver) == ["Een vraag past bij uw aanbod: %(title)s"]
    proposed = table.propose(offer, request)
    assert waiting(table, table.receiver) == ["Beantwoord een voorstel voor steun: %(title)s"]
    with pytest.raises(errors.NotYours):
        services.agree(
            session, agreement=proposed, ceilings=CEILINGS, understood=False, actor=table.giver, at=table.at
        )
    with pytest.raises(errors.NotRunning):
        deliver(table, proposed)
    found = table.agree(proposed)
    assert (found.price, found.market, found.aid_before, found.over_ceiling) == (0, 950_00, 0, False)
    with pytest.raises(errors.AlreadyAnswered):
        table.agree(found)
    assert waiting(table, table.giver) == ["Schrijf op wat u leverde: %(title)s"]
    first = deliver(table, found)
    assert waiting(table, table.receiver) == ["Bevestig een levering: %(title)s"]
    with pytest.raises(errors.NotYours):
        answer(table, found, first, table.giver)
    answer(table, found, first, table.second)
    with pytest.raises(errors.AlreadyAnswered):
        answer(table, found, first, table.second)
    wrong = services.correct(
        session, agreement=found, public_id=first.public_id, right=3, text="Een uur minder", actor=table.giver,
        at=table.at,
    )  # fmt: skip
    assert (wrong.amount, wrong.corrects_id) == (-1, first.id)
    answer(table, found, wrong, table.receiver)
    with pytest.raises(errors.TooMuchDelivered):
        deliver(table, found, 8)
    denied = deliver(table, found, 7)
    with pytest.raises(errors.ReasonMissing):
        answer(table, found, denied, table.second, confirmed=False)
    answer(table, found, denied, table.second, confirmed=False, reason="Niemand kwam")
    assert queries.state_of(queries.held(session, found.id), AFTER) is Kept.BROKEN
    answer(table, found, deliver(table, found, 7), table.second)
    found = queries.held(session, found.id)
    assert queries.done(found) == (10, 10, FIRST)
    assert queries.state_of(found, AFTER) is Kept.KEPT
    assert waiting(table, table.giver) == []
    assert queries.told(session, AFTER) == [("expertise", table.users.anchor.name, 10, 950_00, Kept.KEPT)]


def test_who_delivers_or_coaches_confirms_nothing(table, session, make_organisation, make_user):
    coop, helper = table.users.coop, make_organisation()
    double, table.giver = (
        make_user((Role.BOARD, coop), (Role.BOARD, helper)),
        actor(make_user((Role.BOARD, helper)), helper, Role.BOARD),
    )
    found = table.agreed()
    line = deliver(table, found)
    with pytest.raises(errors.NotImpartial):
        answer(table, found, line, actor(double, coop, Role.BOARD))
    profile = register_cooperative(
        session, organisation=coop, kind="worker", description="x", sectors=["cleaning"], languages=["nl"],
        place_code=None, weekly_hours=1, people=1, members=3, largest=Money(1), claims={}, user_id=table.second.user_id,
        at=table.at,
    )  # fmt: skip
    profile.coach_id = table.second.user_id
    session.flush()
    with pytest.raises(errors.NotImpartial):
        answer(table, found, line, table.second)
    answer(table, found, line, table.receiver)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE support_delivery SET answered_by_id = recorded_by_id"))


def test_an_initiative_receives_through_its_founders_and_keeps_its_aid_as_a_cooperative(
    table, session, make_user, tmp_path
):
    starter, other = make_user((Role.MEMBER, table.users.coop)), make_user()
    began = initiatives.start_initiative(
        session, sentence="Samen schoonmaken", category="cleaning", user_id=starter.id, at=table.at
    )
    facts = RequestFacts(Kind.EXPERTISE, "Hulp", 10, None, None, FIRST, LAST)
    who, stranger = (Actor(each.id, "", None, "", frozenset({Role.RESIDENT})) for each in (starter, other))
    with pytest.raises(Forbidden):
        support.ask_support(session, facts=facts, initiative=began, actor=stranger, at=table.at)
    with pytest.raises(Forbidden):
        support.ask_support(session, facts=facts, initiative=None, actor=who, at=table.at)
    asked = support.ask_support(session, facts=facts, initiative=began, actor=who, at=table.at)
    proposed = table.propose(table.offer(), asked)
    assert waiting(table, who) == ["Beantwoord een voorstel voor steun: %(title)s"]
    assert waiting(table, stranger) == []
    for nobody in (stranger, table.receiver):
        with pytest.raises(errors.NotYours):
            services.agree(
                session, agreement=proposed, ceilings=CEILINGS, understood=False, actor=nobody, at=table.at
            )
    services.agree(session, agreement=proposed, ceilings=CEILINGS, understood=False, actor=who, at=table.at)
    assert queries.grants_of(session, table.users.coop.id) == []
    deed = steps.Upload("akte.pdf", PDF, HouseKeys(tmp_path))
    steps.show_step(
        session, initiative=began, step="statutes", text="De akte", reached_on=local_date(table.at), file=deed,
        user_id=starter.id, at=table.at,
    )  # fmt: skip
    shown = steps.show_step(
        session, initiative=began, step="kvk", text="Uittreksel", reached_on=local_date(table.at),
        kvk=table.users.coop.kvk_number, user_id=starter.id, at=table.at,
    )  # fmt: skip
    assert queries.grants_of(session, table.users.coop.id) == []
    paper = Proof("", None, "other", local_date(table.at), "In het handelsregister")
    steps.check_evidence(
        session, initiative=began, evidence=shown, proof=paper, user_id=other.id, at=table.at
    )
    assert [each.amount for each in queries.grants_of(session, table.users.coop.id)] == [950_00]


def test_who_asked_hears_of_an_offer_that_fits_until_something_is_proposed(table):
    request = table.request()
    assert waiting(table, table.receiver) == []
    table.offer(Kind.TRAINING)
    assert waiting(table, table.receiver) == []
    offer = table.offer()
    assert waiting(table, table.receiver) == ["Een aanbod past bij uw vraag om steun: %(title)s"]
    table.propose(offer, request)
    assert waiting(table, table.receiver) == ["Beantwoord een voorstel voor steun: %(title)s"]


def test_only_who_can_answer_is_written_to(table, session, at):
    member, _coop = seat(session, at, 4, "lid", Role.MEMBER, table.users.coop)
    table.propose(table.offer(), table.request())
    told = set(session.scalars(select(Mail.recipient).where(Mail.subject == "Een voorstel voor steun")))
    assert told == {table.users.receiver.email, table.users.second.email} != {member.email}


def test_the_ceiling_warns_and_people_decide(table, session):
    told = declare(
        session, amount=Money(299_500_00), granted_on=date(2025, 1, 1), giver="Rijk", what="Subsidie",
        actor=table.receiver, at=table.at,
    )  # fmt: skip
    found = table.propose(table.offer(), table.request())
    with pytest.raises(errors.CeilingPassed) as refused:
        table.agree(found)
    assert refused.value.field == "understood"
    take_back(session, public_id=told.public_id, actor=table.receiver, at=table.at)
    assert not services.reckoning(session, found, CEILINGS, FIRST).passes
    declare(
        session, amount=Money(299_500_00), granted_on=date(2025, 1, 1), giver="Rijk", what="Subsidie",
        actor=table.receiver, at=table.at,
    )  # fmt: skip
    found = table.agree(found, understood=True)
    assert (found.over_ceiling, found.aid_before) == (True, 299_500_00)
    answer(table, found, deliver(table, found, 4), table.second)
    services.close(session, agreement=found, reason="Te veel steun", actor=table.receiver, at=table.at)
    assert [each.amount for each in queries.grants_of(session, table.users.coop.id)] == [380_00, 299_500_00]


def test_what_does_not_go_together_is_refused(table, session, make_organisation, make_user):
    offer, request = table.offer(amount=12), table.request()
    with pytest.raises(errors.OtherKind):
        table.propose(offer, table.request(Kind.ADMINISTRATION))
    with pytest.raises(errors.OverCapacity):
        table.propose(offer, request, 13)
    home = make_organisation()
    stranger = Actor(make_user((Role.BOARD, home)).id, "", home.id, "", frozenset({Role.BOARD}))
    for act in (support.close_offer, support.close_request):
        with pytest.raises(Forbidden):
            act(session, **{act.__name__.removeprefix("close_"): offer if act is support.close_offer else request},
                actor=stranger, at=table.at)  # fmt: skip
    with pytest.raises(Forbidden):
        services.propose(
            session, offer=offer, request=request, actor=stranger, at=table.at,
            terms=services.Terms(1, FIRST, LAST, 0, 95_00, "Tarief"),
        )  # fmt: skip
    proposed = table.propose(offer, request)
    support.close_request(session, request=request, actor=table.receiver, at=table.at)
    with pytest.raises(Closed):
        table.agree(proposed)
    with pytest.raises(Closed):
        support.close_request(session, request=request, actor=table.receiver, at=table.at)
    with pytest.raises(errors.ReasonMissing):
        services.close(session, agreement=proposed, reason=" ", actor=table.giver, at=table.at)
    services.close(session, agreement=proposed, reason="Ingetrokken", actor=table.giver, at=table.at)
    with pytest.raises(errors.AlreadyAnswered):
        table.agree(proposed)
    with pytest.raises(TooMany):
        for _ in range(MOST_OPEN + 1):
            table.offer()


def test_the_database_holds_capacity_units_and_what_was_said(table, session):
    found = table.agreed()
    line = deliver(table, found)
    other = table.propose(found.offer, found.request, 30)
    for statement, fault in (
        (f"UPDATE support_agreement SET amount = 1 WHERE id = {found.id}", DBAPIError),
        (f"DELETE FROM support_agreement WHERE id = {found.id}", DBAPIError),
        (f"UPDATE support_delivery SET amount = 1 WHERE id = {line.id}", DBAPIError),
        (f"UPDATE support_offer SET price = 1 WHERE id = {found.offer_id}", DBAPIError),
        (("UPDATE support_agreement SET agreed_at = now(), aid_before = 0, agreed_by_id = proposed_by_id "
          f"WHERE id = {other.id}"), IntegrityError),
    ):  # fmt: skip
        with pytest.raises(fault), session.begin_nested():
            session.execute(text(statement))
    session.execute(
        text(
            "INSERT INTO support_agreement (public_id, offer_id, request_id, amount, units, price, market, market_how,"
            " starts_on, ends_on, proposed_side, proposed_by_id, proposed_at, over_ceiling, close_reason, public_money)"
            " SELECT gen_random_uuid(), offer_id, request_id, 31, 31, 0, 0, 'x', starts_on, ends_on, 'giver',"
            f" proposed_by_id, proposed_at, false, '', true FROM support_agreement WHERE id = {found.id}"
        )
    )
    with pytest.raises(DBAPIError, match="10 of 40 is taken"), session.begin_nested():
        session.execute(
            text(
                "UPDATE support_agreement SET agreed_at = now(), aid_before = 0, "
                f"agreed_by_id = {table.receiver.user_id} WHERE amount = 31"
            )
        )
    with pytest.raises(DBAPIError, match="11 of 10 was agreed"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO support_delivery (public_id, agreement_id, amount, delivered_on, text, recorded_by_id,"
                f" recorded_at, refuse_reason) VALUES (gen_random_uuid(), {found.id}, 7, now(), '',"
                f" {table.giver.user_id}, now(), '')"
            )
        )


def test_the_last_seat_is_given_once_when_two_say_yes_at_once(at_once, at):
    with at_once.atomic() as session:
        table = sit(session, at)
        offer = table.offer(Kind.TRAINING, amount=1)
        both = [table.propose(offer, table.request(Kind.TRAINING, amount=1), 1) for _ in range(2)]
        session.expunge_all()

    def yes(found):
        return lambda session: services.agree(
            session, agreement=found, ceilings=CEILINGS, understood=False, actor=table.receiver, at=at
        )

    assert at_once.run(*(yes(each) for each in both)) == ["OverCapacity", "done"]
    with at_once.atomic() as session:
        agreed = select(func.count()).where(SupportAgreement.agreed_at.is_not(None))
        assert session.scalar(agreed) == 1


@pytest.mark.parametrize(
    ("words", "found"), [("statuten", 1), ("STATÚTEN hulp", 1), ("", 1), ("boeken", 0), ("%", 0)]
)
def test_requests_are_found_by_word_whatever_the_accents(table, words, found):
    table.request()
    asked = open_requests(table.first, Sought(text=words))
    assert len(table.session.scalars(asked).all()) == found


@pytest.mark.parametrize(("words", "found"), [("cooperatie", 1), ("Coöperatie", 1), ("ruimte", 0)])
def test_offers_are_found_by_word_whatever_the_accents(table, words, found):
    facts = replace(table.offer().facts, title="Uren voor een coöperatie")
    support.offer_support(table.session, facts=facts, actor=table.giver, at=table.at)
    assert len(table.session.scalars(open_offers(table.first, Sought(text=words))).all()) == found


def test_what_is_paid_at_the_market_or_holds_no_public_money_is_no_aid(table):
    offer, request = table.offer(), table.request()
    table.users.anchor.legal_form, table.users.anchor.anchor_type = "foundation", "welfare"
    table.session.flush()
    for price, public, aid in ((95_00, True, 0), (60_00, True, 35_000), (0, False, 0), (0, True, 95_000)):
        terms = services.Terms(10, table.first, table.last, price, 95_00, "Tarief", public)
        found = services.propose(
            table.session, offer=offer, request=request, terms=terms, actor=table.giver, at=table.at
        )
        assert found.aid == aid
        table.agree(found)
    assert sum(each.amount for each in queries.grants(table.session, request)) == 130_000


def test_a_public_body_gives_public_money(table):
    terms = services.Terms(10, table.first, table.last, 0, 95_00, "Tarief", public_money=False)
    facts = {"offer": table.offer(), "request": table.request(), "terms": terms}
    with pytest.raises(errors.PublicMoney):
        services.propose(table.session, actor=table.giver, at=table.at, **facts)


def test_who_became_a_public_body_says_no_yes_to_other_money(table, session):
    terms = services.Terms(10, table.first, table.last, 0, 95_00, "Tarief", public_money=False)
    facts = {"offer": table.offer(), "request": table.request(), "terms": terms}
    giver = session.get_one(Organisation, facts["offer"].organisation_id)
    before, giver.legal_form = giver.legal_form, "foundation"
    giver_type, giver.anchor_type = giver.anchor_type, None
    session.flush()
    found = services.propose(table.session, actor=table.giver, at=table.at, **facts)
    giver.legal_form, giver.anchor_type = before, giver_type
    session.flush()
    with pytest.raises(errors.PublicMoney):
        table.agree(found)
    with pytest.raises(DBAPIError, match="public money"), session.begin_nested():
        session.execute(
            text(
                "UPDATE support_agreement SET agreed_at = now(), aid_before = 0, "
                f"agreed_by_id = {table.receiver.user_id} WHERE id = {found.id}"
            )
        )


def test_a_changed_offer_takes_the_place_of_the_old_one(table):
    offer, request = table.offer(), table.request()
    kept, waits = table.agree(table.propose(offer, request)), table.propose(offer, request)
    change = {"offer": offer, "facts": replace(offer.facts, amount=20, price=10_00), "at": table.at}
    with pytest.raises(Forbidden):
        services.change_offer(table.session, actor=table.receiver, **change)
    made = services.change_offer(table.session, actor=table.giver, **change)
    assert (made.price, made.amount, made.replaces_id, offer.price) == (10_00, 20, offer.id, 0)
    assert successor(table.session, offer) is made
    assert queries.held(table.session, waits.id).close_reason == services.CHANGED
    assert queries.held(table.session, kept.id).closed_at is None
    with pytest.raises(Closed):
        services.change_offer(table.session, actor=table.giver, **change)
