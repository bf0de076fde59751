from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from coops.papers.errors import PaperNotFound
from coops.papers.models import CooperativePaper
from coops.register import errors, queries, rules, services
from coops.register.models import Cooperative, Verification
from coops.unchecked import queries as unchecked
from cwb.audit.models import AuditRecord
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from tests.proving import prove, seen, verify

FACTS = {
    "kind": "worker", "description": "Wij maken schoon.", "sectors": ["cleaning"], "languages": ["nl", "tr"],
    "place_code": "FB", "weekly_hours": 40, "people": 5, "largest": Money.of("12000"),
    "claims": {"surplus": "members", "votes_workers": "80", "open_entry": "", "legal_form": "Coöperatie U.A."},
}  # fmt: skip


@pytest.fixture
def board(make_organisation, make_user):
    home = make_organisation(name="Voorbeeld Schoon")
    return make_user((Role.BOARD, home)), home


@pytest.fixture
def programme(make_organisation, make_user):
    home = make_organisation(Side.PROGRAMME)
    return make_user((Role.PROGRAMME, home)), home


@pytest.fixture
def cooperative(session, board, at):
    user, home = board
    return services.register_cooperative(session, organisation=home, user_id=user.id, at=at, **FACTS)


def test_registering_keeps_what_was_said_and_leaves_out_what_was_not(session, cooperative, board, at):
    assert {claim.code: claim.value for claim in cooperative.claims} == {
        "surplus": "members", "votes_workers": "80", "legal_form": "Coöperatie U.A.",
    }  # fmt: skip
    assert cooperative.largest_minor == 1_200_000
    assert not queries.is_verified(session, board[1].id, at)
    written = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id.desc())).first()
    assert written == "cooperative.registered"


def test_a_second_registration_changes_the_first(session, cooperative, board, at):
    later = at + timedelta(days=1)
    changed = services.register_cooperative(
        session, organisation=board[1], user_id=board[0].id, at=later,
        **{**FACTS, "sectors": ["green", "green"], "claims": {"surplus": "members", "votes_workers": "81"}},
    )  # fmt: skip
    assert changed.id == cooperative.id
    assert changed.sectors == ["green"]
    assert {claim.code: claim.declared_at for claim in changed.claims} == {
        "surplus": at,
        "votes_workers": later,
    }


def test_a_stale_form_changes_nothing(session, cooperative, board, at):
    with pytest.raises(errors.ProfileChanged):
        services.register_cooperative(
            session, organisation=board[1], user_id=board[0].id, at=at, version=0, **FACTS
        )


def test_saying_the_same_after_a_year_renews_it(session, cooperative, board, at):
    later = at + rules.DECLARED_FOR
    services.register_cooperative(session, organisation=board[1], user_id=board[0].id, at=later, **FACTS)
    facts = {fact.code: fact.grade for fact in queries.facts_of(session, cooperative, later)}
    assert facts["surplus"] is rules.Grade.DECLARED


def test_bad_facts_are_refused(session, board, at):
    with pytest.raises(errors.SectorMissing):
        services.register_cooperative(
            session, organisation=board[1], user_id=board[0].id, at=at, **{**FACTS, "sectors": []}
        )
    assert session.scalar(select(Cooperative.id)) is None


def test_the_programme_verifies_what_it_saw(session, cooperative, board, programme, at):
    decision = verify(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    assert decision.claims == ["surplus"]
    assert queries.is_verified(session, board[1].id, at)
    grades = {fact.code: fact.grade.value for fact in queries.facts_of(session, cooperative, at)}
    assert grades == {"surplus": "e3", "votes_workers": "e1", "legal_form": "e1"}
    assert not queries.is_verified(session, board[1].id, at + rules.VERIFIED_FOR)
    assert session.scalars(select(Mail.recipient)).all() == [board[0].email]


def test_a_refusal_takes_the_verification_away(session, cooperative, board, programme, at):
    verify(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    services.verify_cooperative(
        session, cooperative=cooperative, verified=False, note="Gezien", user_id=programme[0].id,
        at=at + timedelta(days=1),
    )  # fmt: skip
    assert queries.is_verified(session, board[1].id, at)
    assert not queries.is_verified(session, board[1].id, at + timedelta(days=1))


def test_a_proven_fact_that_changes_takes_the_verification_away(session, cooperative, board, programme, at):
    verify(session, cooperative, "votes_workers", user_id=programme[0].id, at=at)
    later = at + timedelta(days=2)
    for claims, holds in (
        ({"surplus": "reserve", "votes_workers": "80"}, True),
        ({"votes_workers": "95"}, False),
    ):
        services.register_cooperative(
            session, organisation=board[1], user_id=board[0].id, at=later, **{**FACTS, "claims": claims}
        )
        last = queries.find_verdict(session, cooperative.id, later)
        assert last.verdict(cooperative.claims).holds(later) is holds
        assert queries.is_verified(session, board[1].id, later) is holds
    assert queries.is_verified(session, board[1].id, at + timedelta(days=1))
    checker = Actor(programme[0].id, "x", programme[1].id, "", frozenset({Role.PROGRAMME}))
    assert [task.endpoint for task in queries.tasks(session, checker, later)] == ["cooperatives.verify"]


@pytest.mark.parametrize("verified", [True, False])
def test_a_decision_has_a_note(session, cooperative, programme, at, verified):
    prove(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    with pytest.raises(errors.ReasonMissing):
        services.verify_cooperative(
            session, cooperative=cooperative, verified=verified, note="  ", user_id=programme[0].id, at=at
        )


def test_a_profile_of_which_nothing_is_proven_is_not_verified(session, cooperative, board, programme, at):
    judge(session, cooperative, programme[0], at, code="legal_form", grade=rules.Grade.MATCHED)
    with pytest.raises(errors.InNoRegister):
        judge(session, cooperative, programme[0], at, grade=rules.Grade.MATCHED)
    with pytest.raises(errors.NothingProven) as refused:
        services.verify_cooperative(
            session, cooperative=cooperative, verified=True, note="ok", user_id=programme[0].id, at=at
        )
    assert refused.value.field == "verdict"
    assert session.scalar(select(func.count()).select_from(Verification)) == 0
    for claims in ("[]", '["votes_workers"]', '["surplus"]'):
        with pytest.raises(DatabaseError, match="proven by a paper"), session.begin_nested():
            verified_by_hand(session, cooperative, programme[0], at, claims)
    prove(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    verified_by_hand(session, cooperative, programme[0], at, '["surplus"]')
    assert queries.is_verified(session, board[1].id, at)


def verified_by_hand(session, cooperative, user, at, claims):
    session.execute(
        text("INSERT INTO cooperative_verification (cooperative_id, decided_at, decided_by_id, verified, claims, note, "
             "valid_until) VALUES (:coop, :at, :user, true, CAST(:claims AS jsonb), 'x', :at + interval '1 day')"),
        {"coop": cooperative.id, "user": user.id, "at": at, "claims": claims},
    )  # fmt: skip


def test_a_verification_of_before_without_any_fact_counts_for_nothing(
    session, cooperative, board, programme, at
):
    session.execute(
        text("ALTER TABLE cooperative_verification DISABLE TRIGGER keep_cooperative_verification")
    )
    verified_by_hand(session, cooperative, programme[0], at, "[]")
    session.execute(text("ALTER TABLE cooperative_verification ENABLE TRIGGER keep_cooperative_verification"))
    assert not queries.is_verified(session, board[1].id, at)
    last = queries.find_verdict(session, cooperative.id, at)
    assert not last.verdict(cooperative.claims).holds(at)


def test_a_coach_does_not_verify_and_may_step_back(session, cooperative, programme, at):
    user = programme[0].id
    services.coach_cooperative(session, cooperative=cooperative, coaches=True, user_id=user, at=at)
    with pytest.raises(errors.NoSecondPerson):
        services.verify_cooperative(
            session, cooperative=cooperative, verified=True, note="x", user_id=user, at=at
        )
    services.coach_cooperative(session, cooperative=cooperative, coaches=False, user_id=user + 1, at=at)
    assert cooperative.coach_id == user
    services.coach_cooperative(session, cooperative=cooperative, coaches=False, user_id=user, at=at)
    assert cooperative.coach_id is None


def test_the_database_too_wants_a_second_person(session, cooperative, board, at):
    statement = text(
        "INSERT INTO cooperative_verification (cooperative_id, decided_at, decided_by_id, verified, claims, note, "
        "valid_until) VALUES (:coop, now(), :user, true, '[]', 'x', now() + interval '1 day')"
    )
    with pytest.raises(DatabaseError, match="second person"), session.begin_nested():
        session.execute(statement, {"coop": cooperative.id, "user": board[0].id})


def test_a_decision_is_never_changed(session, cooperative, programme, at):
    verify(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE cooperative_verification SET verified = false"))


def test_tasks_lead_to_the_next_act(session, cooperative, board, programme, at, make_organisation, make_user):
    checker = Actor(programme[0].id, "x", programme[1].id, "", frozenset({Role.PROGRAMME}))
    [told] = [*queries.tasks(session, checker, at), *unchecked.tasks(session, checker, at)]
    assert (told.endpoint, told.facts["num"]) == ("unchecked.index", 1), "without a paper: nothing to check"
    prove(session, cooperative, "surplus", user_id=programme[0].id, at=at)
    assert [task.endpoint for task in queries.tasks(session, checker, at)] == ["cooperatives.verify"]
    member = Actor(board[0].id, "x", board[1].id, "", frozenset({Role.BOARD}))
    assert queries.tasks(session, member, at) == []
    new = Actor(board[0].id, "x", make_organisation().id, "", frozenset({Role.BOARD}))
    assert [task.endpoint for task in queries.tasks(session, new, at)] == ["enrolment.index"]
    assert queries.panel(session, checker, at) == {"total": 1, "verified": 0}
    assert queries.panel(session, member, at) is None


def test_a_wijk_that_is_said_is_one(session, cooperative):
    with pytest.raises(DatabaseError, match="ck_cooperative_place_said"), session.begin_nested():
        session.execute(text("UPDATE cooperative SET place_said = true, place_code = NULL"))


def judge(session, cooperative, user, at, *, code="surplus", grade=rules.Grade.VERIFIED, reason=""):
    proof = seen(at) if grade is not rules.Grade.NONE else rules.Proof()
    return services.judge_claim(
        session,
        cooperative=cooperative,
        code=code,
        grade=grade,
        proof=proof,
        reason=reason,
        user_id=user.id,
        at=at,
    )


def standing(session, cooperative, at, code="surplus"):
    return next(each for each in queries.facts_of(session, cooperative, at) if each.code == code)


def test_each_fact_is_judged_apart_and_falls_by_itself(session, cooperative, programme, at):
    judge(session, cooperative, programme[0], at)
    judge(session, cooperative, programme[0], at, code="legal_form", grade=rules.Grade.MATCHED)
    later = at + timedelta(days=400)
    assert standing(session, cooperative, later).grade is rules.Grade.VERIFIED
    fell = standing(session, cooperative, later, "legal_form")
    assert (fell.grade, fell.standing.fell_from) == (rules.Grade.DECLARED, rules.Grade.MATCHED)
    assert not queries.is_verified(session, cooperative.organisation_id, at)


def test_a_refused_fact_is_declared_and_told_with_its_reason(session, cooperative, programme, at):
    judge(session, cooperative, programme[0], at)
    judge(
        session, cooperative, programme[0], at + timedelta(days=1), grade=rules.Grade.NONE, reason="Artikel 7 ontbreekt."
    )  # fmt: skip
    fact = standing(session, cooperative, at + timedelta(days=1))
    assert (fact.grade, fact.is_refused) == (rules.Grade.DECLARED, True)
    assert "Artikel 7 ontbreekt." in session.scalars(select(Mail.text)).one()


def test_what_is_said_otherwise_and_back_again_needs_a_new_look(session, cooperative, board, programme, at):
    judge(session, cooperative, programme[0], at)
    for days, value in ((1, "reserve"), (2, "members")):
        services.register_cooperative(
            session, organisation=board[1], user_id=board[0].id, at=at + timedelta(days=days),
            **{**FACTS, "claims": {"surplus": value}},
        )  # fmt: skip
    fact = standing(session, cooperative, at + timedelta(days=3))
    assert (fact.grade, fact.judgement) == (rules.Grade.DECLARED, None)


def test_saying_the_same_again_keeps_what_was_proven(session, cooperative, board, programme, at):
    judge(session, cooperative, programme[0], at)
    later = at + rules.DECLARED_FOR
    services.register_cooperative(session, organisation=board[1], user_id=board[0].id, at=later, **FACTS)
    assert standing(session, cooperative, later).grade is rules.Grade.VERIFIED


def test_who_filled_it_in_judges_nothing_and_nothing_unsaid_is_judged(
    session, cooperative, board, programme, at
):
    with pytest.raises(errors.NoSecondPerson):
        judge(session, cooperative, board[0], at)
    with pytest.raises(errors.ClaimNotStated):
        judge(session, cooperative, programme[0], at, code="open_entry")


def test_what_was_seen_is_what_is_judged_on_a_paper_of_its_own(
    session, cooperative, programme, at, make_organisation
):
    stranger = CooperativePaper(
        organisation_id=make_organisation().id, kind="statutes", name="a.pdf", file_kind="pdf", size=1, digest="x",
        content=b"x", content_key="x", added_by_id=programme[0].id, added_at=at,
    )  # fmt: skip
    session.add(stranger)
    session.flush()
    facts = {
        "cooperative": cooperative, "code": "surplus", "grade": rules.Grade.VERIFIED,
        "user_id": programme[0].id, "at": at,
    }  # fmt: skip
    with pytest.raises(errors.ClaimChanged):
        services.judge_claim(session, proof=seen(at), seen="reserve", **facts)
    with pytest.raises(PaperNotFound):
        services.judge_claim(session, proof=rules.Proof("Artikel 7", stranger.id), seen="members", **facts)
    stranger.organisation_id, stranger.kind = cooperative.organisation_id, "pay"
    with pytest.raises(errors.PaperShowsNot):
        services.judge_claim(session, proof=rules.Proof("Blad 2", stranger.id), seen="members", **facts)
    made = services.judge_claim(session, proof=seen(at), seen="members", **facts)
    assert (made.grade, made.paper_kind, made.paper_place) == ("e3", "statutes", "Bij de notaris")


def test_the_database_keeps_judgements_and_wants_a_second_person(session, cooperative, board, programme, at):
    judge(session, cooperative, programme[0], at)
    for statement in ("UPDATE cooperative_judgement SET grade = 'e4'", "DELETE FROM cooperative_judgement"):
        with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
            session.execute(text(statement))
    with pytest.raises(DatabaseError, match="second person"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO cooperative_judgement (public_id, cooperative_id, code, value, grade, paper, reason, "
                "decided_by_id, decided_at, falls_at) VALUES (gen_random_uuid(), :coop, 'surplus', 'members', 'e3', "
                "'x', '', :user, now(), now() + interval '1 day')"
            ),
            {"coop": cooperative.id, "user": board[0].id},
        )


def test_the_database_too_wants_a_paper_of_its_own_for_what_is_proven(
    session, cooperative, programme, at, make_organisation
):
    strange = CooperativePaper(
        organisation_id=make_organisation().id, kind="statutes", name="a.pdf", file_kind="pdf", size=1, digest="x",
        content=b"x", content_key="x", added_by_id=programme[0].id, added_at=at,
    )  # fmt: skip
    session.add(strange)
    session.flush()
    for grade, named, match in (
        ("e3", "NULL, NULL, NULL, NULL", "named paper"),
        ("e2", "NULL, NULL, NULL, NULL", "named paper"),
        ("e3", "NULL, 'statutes', NULL, 'Bij de notaris'", "ck_cooperative_judgement_paper"),
        ("e3", "NULL, 'statutes', '2026-01-01', ''", "ck_cooperative_judgement_elsewhere"),
        ("e3", f"{strange.id}, NULL, NULL, NULL", "its own cooperative"),
        ("e2", "NULL, 'other', '2026-01-01', 'Op de website'", "no public register holds"),
    ):
        with pytest.raises(DatabaseError, match=match), session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO cooperative_judgement (public_id, cooperative_id, code, value, grade, paper, reason, "
                    "decided_by_id, decided_at, falls_at, paper_id, paper_kind, paper_dated_on, paper_place) VALUES "
                    "(gen_random_uuid(), :coop, 'surplus', 'members', :grade, 'x', '', :user, now(), "
                    f"now() + interval '1 day', {named})"
                ),
                {"coop": cooperative.id, "user": programme[0].id, "grade": grade},
            )


def test_a_board_hears_once_that_evidence_will_fall(session, cooperative, board, programme, at):
    made = judge(session, cooperative, programme[0], at)
    soon = made.falls_at - timedelta(days=10)
    assert services.remind_of_falling(session, at=soon - timedelta(days=30)) == 0
    for moment in (soon, soon + timedelta(days=1)):
        assert services.remind_of_falling(session, at=moment) == 1
    assert len(session.scalars(select(Mail).where(Mail.recipient == board[0].email)).all()) == 1
    judge(session, cooperative, programme[0], soon + timedelta(days=2))
    assert services.remind_of_falling(session, at=soon + timedelta(days=3)) == 0


def test_an_organisation_says_how_many_members_it_has(session, board, at):
    made = services.register_cooperative(
        session, organisation=board[1], user_id=board[0].id, at=at, members=3, serves=["FB", "FB"], **FACTS
    )
    assert (made.members, made.serves) == (3, ["FB"])
    with pytest.raises(errors.CapacityInvalid):
        services.register_cooperative(
            session, organisation=board[1], user_id=board[0].id, at=at, members=-1, **FACTS
        )


def test_the_directory_is_narrowed_by_what_facts_make_of_it_and_how_sure_that_is(
    session, board, programme, at
):
    claims = {"votes_workers": "60", "work_by_members": "80"}
    made = services.register_cooperative(
        session, organisation=board[1], user_id=board[0].id, at=at, kind="residents", weekly_hours=40,
        description="Wij werken.", sectors=["cleaning"], languages=["nl"], claims=claims,
    )  # fmt: skip

    def found(**sought):
        return [each.id for each, _ in session.execute(queries.directory(at, queries.Sought(**sought)))]

    assert found(computed="worker", hours=40) == [made.id]
    assert found(computed="residents") == found(hours=41) == found(computed="worker", sure="e2") == []
    for code in claims:
        judge(session, made, programme[0], at, code=code)
    assert found(computed="worker", sure="e3") == [made.id]
    services.count_again(session, at=at + 3 * rules.VERIFIED_FOR)
    assert found(computed="worker") == []
    assert (made.computed_kind, made.computed_grade) == ("other", "e0")
