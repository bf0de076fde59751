from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from coops.clusters import queries as clusters
from coops.clusters import rules as clustering
from coops.clusters.errors import HoursUnknown
from coops.clusters.models import ClusterNeed, DemandCluster
from coops.commitments.services import hear_withdrawn
from coops.founders import services as founders
from coops.initiatives import errors, policy, queries, services
from coops.initiatives.rules import Step
from coops.needs import services as needs
from coops.needs.events import NeedWithdrawn
from coops.needs.models import Need, NeedShare
from coops.needs.rules import NeedFacts, Wanted
from coops.register.rules import Proof
from coops.register.services import coach_cooperative, register_cooperative
from coops.steps import services as steps
from coops.viability.gateway import settings
from cwb.identity.events import UserErased
from cwb.identity.rules import Side
from cwb.identity.services import grant_mandate
from cwb.kernel.clock import local_date
from cwb.kernel.events import listen
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail

DAY = date(2026, 9, 1)
HOURS = settings("nieuw_west").hours


@pytest.fixture
def initiative(session, people, at):
    return services.start_initiative(
        session, sentence=" Samen de was doen ", category="cleaning", user_id=people[0].id, at=at
    )


def sign(session, initiative, person, at, stands=True):
    return services.sign_intent(session, initiative=initiative, stands=stands, user_id=person.id, at=at)


def answer(session, initiative, asker, by, at, accept=True, word=""):
    about = {"initiative": initiative, "asker_id": asker.id, "accept": accept, "word": word, "at": at}
    return founders.answer_request(session, **about, user_id=by.id)


def found_with(session, initiative, first, other, at):
    sign(session, initiative, first, at)
    sign(session, initiative, other, at)
    answer(session, initiative, other, first, at)


def show(session, initiative, person, at, step="statutes", **facts):
    given = {"text": "Het ligt bij de begeleider", "reached_on": local_date(at), **facts}
    return steps.show_step(session, initiative=initiative, step=step, user_id=person.id, at=at, **given)


def extract(at):
    return Proof("", None, "other", local_date(at), "In het handelsregister")


def stands(session, initiative, day=DAY):
    session.expire_all()
    return queries.ladder_of(queries.initiative(session, initiative.public_id), day).at


def test_from_one_sentence_to_kvk_and_back_when_a_founder_leaves(session, initiative, people, deed, at):
    assert initiative.sentence == "Samen de was doen"
    assert stands(session, initiative) is Step.IDEA
    found_with(session, initiative, people[0], people[1], at)
    sign(session, initiative, people[1], at)
    assert stands(session, initiative) is Step.GROUP
    show(session, initiative, people[0], at, "statutes", file=deed)
    show(session, initiative, people[0], at, "kvk", kvk="12345678")
    assert stands(session, initiative) is Step.KVK
    sign(session, initiative, people[1], at + timedelta(hours=1), stands=False)
    assert stands(session, initiative) is Step.IDEA
    sign(session, initiative, people[2], at + timedelta(hours=2))
    answer(session, initiative, people[2], people[0], at + timedelta(hours=2))
    assert stands(session, initiative) is Step.KVK


def test_evidence_is_checked_by_a_second_person_only(session, initiative, people, programme, deed, at):
    services.coach_initiative(session, initiative=initiative, coaches=True, user_id=programme[0].id, at=at)
    shown = show(session, initiative, people[0], at, file=deed)
    for who in (people[0], programme[0]):
        with pytest.raises(errors.NoSecondPerson):
            steps.check_evidence(session, initiative=initiative, evidence=shown, user_id=who.id, at=at)
    found = queries.initiative(session, initiative.public_id)
    roles = frozenset({Role.PROGRAMME})
    may = [policy.may(Actor(each.id, "x", 1, "", roles), policy.CHECK, found, shown) for each in programme]
    assert may == [False, True]
    steps.check_evidence(session, initiative=initiative, evidence=shown, user_id=programme[1].id, at=at)
    for act, why in ((steps.check_evidence, {}), (steps.refuse_evidence, {"reason": "Toch niet"})):
        with pytest.raises(errors.EvidenceJudged):
            act(session, initiative=initiative, evidence=shown, user_id=programme[1].id, at=at, **why)
    with pytest.raises(errors.CoachThere):
        services.coach_initiative(
            session, initiative=initiative, coaches=True, user_id=programme[1].id, at=at
        )


def test_who_coached_it_judges_none_of_its_bids(session, initiative, people, programme, deed, at):
    assert queries.coaches_of(session, ["12345678"]) == set()
    services.coach_initiative(session, initiative=initiative, coaches=True, user_id=programme[0].id, at=at)
    show(session, initiative, people[0], at, "statutes", file=deed)
    show(session, initiative, people[0], at, "kvk", kvk="12345678")
    assert queries.coaches_of(session, ["12345678"]) == {programme[0].id}
    services.coach_initiative(session, initiative=initiative, coaches=False, user_id=programme[0].id, at=at)
    services.coach_initiative(session, initiative=initiative, coaches=True, user_id=programme[1].id, at=at)
    assert queries.coaches_of(session, ["12345678"]) == {each.id for each in programme}
    shown = show(session, initiative, people[0], at, file=deed)
    with pytest.raises(errors.NoSecondPerson):
        steps.check_evidence(session, initiative=initiative, evidence=shown, user_id=programme[0].id, at=at)
    assert queries.coaches_of(session, ["87654321"]) == set()


def test_the_coach_in_the_register_judges_no_bids_either(session, make_organisation, programme, people, at):
    home = make_organisation()
    profile = register_cooperative(
        session, organisation=home, kind="worker", description="x", sectors=["cleaning"], languages=["nl"],
        user_id=people[0].id, at=at,
    )  # fmt: skip
    coach_cooperative(session, cooperative=profile, coaches=True, user_id=programme[0].id, at=at)
    assert queries.coaches_of(session, [home.kvk_number]) == {programme[0].id}


def test_an_erased_account_stands_by_nothing(session, initiative, people, at):
    found_with(session, initiative, people[0], people[1], at)
    sign(session, initiative, people[2], at)
    assert queries.own_data(session, people[1].id)["signed"][0]["taken_back_at"] is None
    services.forget(session, UserErased(people[1].id, None, at + timedelta(hours=1)))
    assert stands(session, initiative) is Step.IDEA
    services.forget(session, UserErased(people[2].id, None, at + timedelta(hours=1)))
    assert queries.own_data(session, people[2].id) is None, "a question that nobody answered goes with it"


def test_the_same_person_founding_twice_is_told(session, initiative, people, at):
    sign(session, initiative, people[0], at)
    assert not queries.others_founded(session, people[0].id, but=initiative.id)
    other = services.start_initiative(
        session, sentence="Nog een", category="green", user_id=people[0].id, at=at
    )
    assert [each.id for each in queries.others_founded(session, people[0].id, but=other.id)] == [
        initiative.id
    ]


def test_tasks_are_told_to_who_does_them_and_done_once(session, initiative, people, at):
    due = local_date(at) + timedelta(days=7)
    made = services.add_task(
        session,
        initiative=initiative,
        text="Notaris bellen",
        owner="founders",
        due_on=due,
        user_id=people[0].id,
        at=at,
    )
    me = Actor(people[0].id, "x", None, "", frozenset({Role.RESIDENT}))
    going_on = "Samen de was doen"
    assert [each.facts["title"] for each in queries.tasks(session, me, at)] == [going_on, "Notaris bellen"]
    assert queries.tasks(session, Actor(people[1].id, "x", None, "", frozenset({Role.RESIDENT})), at) == []
    found = queries.task(session, initiative.id, made.public_id)
    services.finish_task(session, task=found, user_id=people[0].id, at=at)
    with pytest.raises(errors.TaskDone):
        services.finish_task(session, task=found, user_id=people[0].id, at=at)
    assert [each.facts["title"] for each in queries.tasks(session, me, at)] == [going_on]


def letters(session, subject):
    return set(session.scalars(select(Mail.recipient).where(Mail.subject == subject).order_by(Mail.id)))


def test_who_signs_and_who_guides_is_told_to_the_others_once(session, initiative, people, programme, at):
    first, second, _third = people
    for _twice in range(2):
        sign(session, initiative, second, at)
        if not _twice:
            answer(session, initiative, second, first, at)
        services.coach_initiative(
            session, initiative=initiative, coaches=True, user_id=programme[0].id, at=at
        )
    for subject in ("Iemand wil mee oprichten", "Iemand tekende mee"):
        assert letters(session, subject) == {first.email}
    assert letters(session, "Uw initiatief heeft een begeleider") == {first.email, second.email}
    sign(session, initiative, second, at, stands=False)
    sign(session, initiative, second, at)
    again = select(func.count()).where(Mail.subject == "Iemand tekende mee", Mail.recipient == first.email)
    assert session.scalar(again) == 1


def test_its_people_go_on_from_their_start_page_until_it_is_registered_or_stops(
    session, initiative, people, make_organisation, join, deed, at
):
    found_with(session, initiative, people[0], people[1], at)

    def waits(person):
        reader = Actor(person.id, "x", None, "", frozenset({Role.RESIDENT}))
        session.flush()
        return [each.facts["title"] for each in queries.tasks(session, reader, at)]

    assert [waits(each) for each in people] == [[initiative.sentence], [initiative.sentence], []]
    own = make_organisation(Side.SUPPLIER)
    show(session, initiative, people[0], at, "statutes", file=deed)
    with pytest.raises(errors.KvkOfAnother):
        show(session, initiative, people[0], at, step="kvk", kvk=own.kvk_number)
    join(people[0], own)
    show(session, initiative, people[0], at, step="kvk", kvk=own.kvk_number)
    assert waits(people[0]), "an organisation that stands in no register is no cooperative yet"
    register_cooperative(
        session, organisation=own, kind="worker", description="Wij wassen.", sectors=["cleaning"], languages=[],
        user_id=people[0].id, at=at,
    )  # fmt: skip
    session.expire_all()
    found = queries.initiative(session, initiative.public_id)
    assert queries.find_grown(session, found) is None
    assert queries.find_grown(session, found, checked=False) is own
    assert waits(people[0]) == []
    assert waits(people[1]) == []


def test_what_was_learned_is_public_and_stays(session, initiative, people, at):
    with pytest.raises(errors.LearnedMissing):
        services.tell_learned(session, initiative=initiative, text=" ", user_id=people[0].id, at=at)
    services.tell_learned(
        session, initiative=initiative, text="In maart komt er een perceel", user_id=people[0].id, at=at
    )
    ((told, _which, need),) = queries.heard(session, initiative_id=initiative.id)
    assert (told.text, need) == ("In maart komt er een perceel", None)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("DELETE FROM initiative_learned"))


@pytest.fixture
def join(session, at):
    def join(person, organisation):
        grant_mandate(
            session,
            user=person,
            organisation=organisation,
            role=Role.BOARD,
            granted_by=None,
            ends_on=None,
            at=at,
        )

    return join


def stop(session, found, person, at, reason="Geen tijd"):
    return founders.stop_initiative(session, initiative=found, reason=reason, user_id=person.id, at=at)


def test_a_stopped_initiative_keeps_what_it_was_and_takes_nothing_more(session, initiative, people, at):
    with pytest.raises(errors.ReasonMissing):
        stop(session, initiative, people[0], at, reason="")
    stop(session, initiative, people[0], at)
    for act in (
        lambda: sign(session, initiative, people[1], at),
        lambda: show(session, initiative, people[0], at, draft=True),
        lambda: stop(session, initiative, people[0], at),
    ):
        with pytest.raises(errors.InitiativeStopped):
            act()
    assert sign(session, initiative, people[1], at, stands=False).stopped_at == at
    with pytest.raises(errors.SentenceMissing):
        services.start_initiative(session, sentence=" ", category="green", user_id=people[0].id, at=at)


@pytest.fixture
def cluster(session, make_organisation, make_user, at):
    anchors = [make_organisation(Side.ANCHOR) for _number in range(3)]
    buyer = make_user((Role.PURCHASER, anchors[0]))
    for anchor, place, unit in ((anchors[0], "FM", "hour_week"), (anchors[1], "FN", "object")):
        made = needs.post_need(
            session, owner_id=anchor.id, purpose="x", category="cleaning", cpv="90910000", place_code=place,
            facts=NeedFacts("Schoon", date(2027, 1, 1), date(2027, 6, 1), volume=Decimal(45), unit=unit),
            visibility="alliance", user_id=buyer.id, at=at,
        )  # fmt: skip
        if unit == "hour_week":
            needs.join_need(
                session,
                need=made,
                organisation_id=anchors[2].id,
                part=Wanted(Decimal(20)),
                user_id=buyer.id,
                at=at,
            )
    (found,) = clustering.clusters(
        clusters.wishes(session, at),
        tiles={"FM": (4, 5), "FN": (5, 4)},
        per_unit={"meal_week": Decimal("0.1")},
    )
    return found


def test_a_cluster_is_kept_with_its_arithmetic_when_the_programme_begins(session, cluster, programme, at):
    assert (cluster.hours, cluster.unknown, len(cluster.anchors)) == (65, 1, 3)
    assumed = settings("nieuw_west").assumptions("cleaning", local_date(at))
    made = services.start_from_cluster(
        session,
        cluster=cluster,
        assumed=assumed,
        sentence="Schoonmaak in FM en FN",
        user_id=programme[0].id,
        at=at,
    )
    kept = session.get_one(DemandCluster, made.cluster_id)
    assert kept.people_low <= kept.people <= kept.people_high
    assert kept.reckoning["assumptions"]["wage"][1] == "16.50"
    assert session.query(ClusterNeed).filter_by(cluster_id=kept.id).count() == 2
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE demand_cluster SET people = 99, people_high = 99"))


def test_an_initiative_hears_that_an_anchor_takes_its_need_back_and_loses_nothing(
    session, cluster, programme, at
):
    listen(session, {NeedWithdrawn: (hear_withdrawn,)})
    assumed = settings("nieuw_west").assumptions("cleaning", local_date(at))
    made = services.start_from_cluster(
        session, cluster=cluster, assumed=assumed, sentence="Samen schoon", user_id=programme[0].id, at=at
    )
    assert clusters.kept_of(session, made.cluster_id, HOURS)[1] == []
    need = session.get_one(Need, cluster.members[0].wish.need_id)
    needs.withdraw_need(session, need=need, reason="Geen geld meer", user_id=programme[0].id, at=at)
    kept, gone = clusters.kept_of(session, made.cluster_id, HOURS)
    assert (kept.hours, [(each.then, each.now) for each in gone]) == (65, [(65, 0)])
    told = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert told.recipient == programme[0].email
    assert "Geen geld meer" in told.text
    assert "Samen schoon" in told.text


def test_who_leaves_a_joined_need_no_longer_counts_in_the_hours_of_a_kept_cluster(
    session, cluster, programme, at
):
    assumed, user_id = settings("nieuw_west").assumptions("cleaning", local_date(at)), programme[0].id
    made = services.start_from_cluster(
        session, cluster=cluster, assumed=assumed, sentence="Samen schoon", user_id=user_id, at=at
    )
    share = session.scalars(select(NeedShare)).one()
    need = session.get_one(Need, share.need_id)
    needs.leave_need(session, need=need, organisation_id=share.organisation_id, user_id=user_id, at=at)
    kept, [left] = clusters.kept_of(session, made.cluster_id, HOURS)
    assert (left.number, left.then, left.now, left.gone) == (need.number, 65, 45, 20)
    assert kept.hours == 65, "what was kept stays as it was told"


def test_a_cluster_without_hours_is_not_reckoned(session, cluster, programme, at):
    bare = clustering.Cluster("cleaning", cluster.reach, "FN", cluster.members[1:])
    assumed = settings("nieuw_west").assumptions("cleaning", local_date(at))
    with pytest.raises(HoursUnknown):
        services.start_from_cluster(
            session, cluster=bare, assumed=assumed, sentence="x", user_id=programme[0].id, at=at
        )
