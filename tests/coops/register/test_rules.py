from datetime import UTC, date, datetime, timedelta

import pytest

from coops.register import errors, rules
from coops.register.rules import Claim, Grade, Verdict

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)


def verdict(*, verified=True, at=AT):
    return Verdict(at, verified, at + rules.VERIFIED_FOR)


@pytest.mark.parametrize("value", ["101", "-1", "half", "", "1.5", "٣"])
def test_a_share_is_a_percentage(value):
    with pytest.raises(errors.SharesInvalid) as refused:
        rules.check_claims({Claim.VOTES_WORKERS: value}, on=AT.date())
    assert refused.value.field == "votes_workers"


def test_facts_that_can_be_are_accepted():
    rules.check_claims(
        {Claim.VOTES_WORKERS: "100", Claim.SURPLUS: "members", Claim.LAST_MEETING: "2026-09-01"}, on=AT.date()
    )


def test_a_meeting_in_the_future_was_not_held():
    with pytest.raises(errors.MeetingInFuture):
        rules.check_claims({Claim.LAST_MEETING: "2026-09-02"}, on=date(2026, 9, 1))


def test_a_profile_names_work_and_counts_from_nought():
    with pytest.raises(errors.SectorMissing):
        rules.check_profile([], None, None)
    with pytest.raises(errors.CapacityInvalid) as refused:
        rules.check_profile(["green"], 0, -1)
    assert refused.value.field == "people"
    rules.check_profile(["green"], 0, None)


def test_verified_from_the_decision_until_two_years_later():
    last = verdict()
    assert rules.is_verified(last, AT)
    assert rules.is_verified(last, AT + rules.VERIFIED_FOR - timedelta(seconds=1))
    assert not rules.is_verified(last, AT + rules.VERIFIED_FOR)
    assert not rules.is_verified(last, AT - timedelta(seconds=1))
    assert not rules.is_verified(verdict(verified=False), AT)
    assert not rules.is_verified(None, AT)


DAY = timedelta(days=1)


def found(at, *, given=None, decided_at=AT, since=AT - DAY, declared_at=None):
    last = None if given is None else rules.Judged(given, decided_at)
    return rules.standing(since=since, declared_at=declared_at or since, last=last, at=at)


@pytest.mark.parametrize(
    ("given", "after", "grade", "fell_from"),
    [
        (None, 0, Grade.DECLARED, None),
        (None, 364, Grade.NONE, Grade.DECLARED),
        (Grade.NONE, 0, Grade.DECLARED, None),
        (Grade.MATCHED, 0, Grade.MATCHED, None),
        (Grade.MATCHED, 365, Grade.DECLARED, Grade.MATCHED),
        (Grade.MATCHED, 730, Grade.NONE, Grade.MATCHED),
        (Grade.VERIFIED, 730, Grade.VERIFIED, None),
        (Grade.VERIFIED, 731, Grade.DECLARED, Grade.VERIFIED),
        (Grade.VERIFIED, 731 + 365, Grade.NONE, Grade.VERIFIED),
        (Grade.ASSURED, 364, Grade.ASSURED, None),
        (Grade.ASSURED, 365, Grade.VERIFIED, Grade.ASSURED),
        (Grade.ASSURED, 731, Grade.DECLARED, Grade.ASSURED),
    ],
)
def test_evidence_falls_one_step_at_a_time_and_never_rises(given, after, grade, fell_from):
    got = found(AT + timedelta(days=after), given=given)
    assert (got.grade, got.fell_from) == (grade, fell_from)


def test_a_fact_said_otherwise_after_the_check_is_only_declared():
    assert found(AT + 2 * DAY, given=Grade.VERIFIED, since=AT + DAY).grade is Grade.DECLARED
    again = found(AT + timedelta(days=740), given=Grade.VERIFIED, declared_at=AT + timedelta(days=700))
    assert again.until == AT + timedelta(days=731) + rules.DECLARED_FOR
    late = found(AT + timedelta(days=1200), given=Grade.VERIFIED, declared_at=AT + timedelta(days=1190))
    assert (late.grade, late.fell_from) == (Grade.DECLARED, None)


def test_evidence_ends_at_its_instant_on_the_day_of_a_deadline():
    ends = AT + rules.VERIFIED_FOR
    assert found(ends - timedelta(seconds=1), given=Grade.VERIFIED).grade is Grade.VERIFIED
    assert found(ends, given=Grade.VERIFIED).grade is Grade.DECLARED
    assert found(AT, given=Grade.VERIFIED).until == ends == AT + rules.first_step(Grade.VERIFIED)


def test_a_judgement_names_a_paper_and_a_refusal_a_reason():
    whole = rules.Proof("Artikel 7", None, "statutes", AT.date(), "Bij de notaris")
    for grade, proof, reason, fault, field in (
        (Grade.MATCHED, rules.Proof("ja"), "", errors.PaperUnnamed, "kind"),
        (Grade.MATCHED, whole._replace(place=""), "", errors.PaperUnnamed, "place"),
        (Grade.VERIFIED, whole._replace(paper=" "), "", errors.ProofMissing, "paper"),
        (Grade.VERIFIED, rules.Proof("Artikel 7"), "", errors.PaperUnnamed, "kind"),
        (Grade.ASSURED, whole._replace(kind=""), "", errors.PaperUnnamed, "kind"),
        (Grade.VERIFIED, whole._replace(dated_on=None), "", errors.PaperUnnamed, "dated_on"),
        (Grade.VERIFIED, whole._replace(place=""), "", errors.PaperUnnamed, "place"),
        (
            Grade.VERIFIED,
            whole._replace(dated_on=AT.date() + timedelta(days=1)),
            "",
            errors.PaperAhead,
            "dated_on",
        ),
        (Grade.NONE, whole, " ", errors.ReasonMissing, "reason"),
    ):
        with pytest.raises(fault) as refused:
            rules.check_judgement("legal_form", grade, proof, reason, on=AT.date())
        assert refused.value.field == field
    for grade, proof, reason in (
        (Grade.MATCHED, whole, ""),
        (Grade.VERIFIED, rules.Proof("Artikel 7", 1), ""),
        (Grade.ASSURED, whole, ""),
        (Grade.NONE, rules.Proof(), "Artikel 7 zegt iets anders."),
    ):
        rules.check_judgement("legal_form", grade, proof, reason, on=AT.date())


@pytest.mark.parametrize("code", sorted(set(Claim) - {Claim.LEGAL_FORM}))
def test_only_what_a_public_register_holds_is_found_in_one(code):
    whole = rules.Proof("Nummer 1", None, "other", AT.date(), "Op de website")
    assert rules.grades_for(code) == (Grade.VERIFIED, Grade.ASSURED)
    with pytest.raises(errors.InNoRegister) as refused:
        rules.check_judgement(code, Grade.MATCHED, whole, "", on=AT.date())
    assert refused.value.field == "grade"
    assert rules.grades_for("legal_form") == rules.JUDGED


@pytest.mark.parametrize("proven", [set(), {"last_meeting"}])
def test_a_profile_is_verified_on_a_fact_that_stays(proven):
    with pytest.raises(errors.NothingProven):
        rules.check_verdict(verified=True, note="Gezien", proven=proven)
    rules.check_verdict(verified=False, note="De akte ontbreekt.", proven=proven)
    rules.check_verdict(verified=True, note="Gezien", proven={"surplus", *proven})


SAID = {"votes_workers": "80", "work_by_members": "60", "votes_residents": "20", "surplus": "members"}


@pytest.mark.parametrize(
    ("change", "people", "kind", "grade"),
    [
        ({}, 5, rules.Kind.WORKER, Grade.DECLARED),
        ({"work_by_members": "50"}, 5, rules.Kind.OTHER, Grade.NONE),
        ({"votes_workers": "0", "votes_residents": "51"}, 5, rules.Kind.NEIGHBOURHOOD, Grade.VERIFIED),
        ({"votes_workers": "0", "votes_residents": "51", "surplus": "neighbourhood"}, 5, rules.Kind.RESIDENTS, Grade.VERIFIED),
        ({"votes_workers": "0", "surplus": "reserve"}, 5, rules.Kind.SOCIAL, Grade.VERIFIED),
        ({"work_by_members": "0"}, 0, rules.Kind.HOLDING, Grade.VERIFIED),
        ({"work_by_members": "0"}, None, rules.Kind.OTHER, Grade.NONE),
    ],
)  # fmt: skip
def test_the_kind_follows_from_the_facts_and_is_as_good_as_the_weakest(change, people, kind, grade):
    said = {Claim(code): (value, Grade.VERIFIED) for code, value in {**SAID, **change}.items()}
    said[Claim.VOTES_WORKERS] = (said[Claim.VOTES_WORKERS][0], Grade.DECLARED)
    got = rules.kind_of(said, legal_form="cooperative", people=people)
    assert (got.kind, got.grade) == (kind, grade)


def test_a_lapsed_fact_makes_no_kind():
    said = {Claim(code): (value, Grade.NONE) for code, value in SAID.items()}
    assert rules.kind_of(said, legal_form="cooperative", people=5).kind is rules.Kind.OTHER


@pytest.mark.parametrize(
    ("count", "shown"), [(None, None), (0, None), (3, None), (4, None), (5, 5), (80, 80)]
)
def test_few_people_are_not_counted_in_public(count, shown):
    assert rules.shown_count(count) == shown


@pytest.mark.parametrize(
    ("percent", "people", "is_shown"),
    [
        (29, None, True), (29, 11, False), (73, 11, False), (50, 11, True), (46, 11, True), (45, 11, True),
        (40, 11, False), (60, 11, False), (64, 11, False), (0, 11, True), (100, 11, True), (80, 4, False),
        (100, 4, False), (0, 4, False), (1, 40, False), (99, 40, False), (50, 10, True), (50, 9, False),
    ],
)  # fmt: skip
def test_a_share_that_tells_of_few_people_is_not_shown(percent, people, is_shown):
    assert rules.share_is_shown(percent, people) is is_shown


@pytest.mark.parametrize("user", [1, 2, 3])
def test_who_filled_it_in_or_coaches_does_not_verify(user):
    assert not rules.may_verify(user, registered_by_id=1, changed_by_id=2, coach_id=3)
    assert rules.may_verify(4, registered_by_id=1, changed_by_id=2, coach_id=None)


def test_a_tile_is_darker_with_more_cooperatives():
    assert [rules.shade(number) for number in (0, 1, 2, 3, 4, 6, 7, 40)] == [0, 1, 2, 2, 3, 3, 4, 4]


def test_open_data_tells_codes_and_only_what_is_shown():
    listed = rules.Listed(
        "Stof",
        "Wij werken.",
        None,
        "Amsterdam",
        "90000001",
        ("cleaning",),
        "worker",
        "e3",
        "FB",
        None,
        verified=True,
        place_said=True,
    )
    made = rules.organization(listed, page="https://voorbeeld.example/cooperatives/1")
    assert made["primary_url"] == "https://voorbeeld.example/cooperatives/1"
    assert made["essglobal"] == {"organisational_structure": rules.ESSGLOBAL + "OS60"}
    assert made["linked_schemas"] == ["organizations_schema-v1.0.0"]
    assert "weekly_hours" not in made["cwb"]
    assert (made["cwb"]["wijk"], made["cwb"]["wijk_declared"]) == ("FB", True)
    for kind, grade in (("other", "e3"), ("holding", "e1"), ("worker", "e0")):
        assert "essglobal" not in rules.organization(listed._replace(kind=kind, grade=grade), page="x")


@pytest.mark.parametrize(
    ("kind", "code", "tells"),
    [
        ("pay", "votes_workers", False), ("pay", "last_meeting", False), ("pay", "work_by_members", True),
        ("accounts", "surplus", True), ("accounts", "open_entry", False), ("members", "votes_residents", True),
        ("members", "legal_form", False), ("statutes", "votes_workers", True), ("other", "last_meeting", True),
    ],
)  # fmt: skip
def test_a_paper_proves_only_what_its_kind_can_tell(kind, code, tells):
    proof = rules.Proof("Blad 2", None, kind, AT.date(), "Bij de notaris")
    assert rules.shows(kind, code) is tells
    if tells:
        rules.check_judgement(code, Grade.VERIFIED, proof, "", on=AT.date())
    else:
        with pytest.raises(errors.PaperShowsNot):
            rules.check_judgement(code, Grade.VERIFIED, proof, "", on=AT.date())
